def create_policies(env):
    """Every company that exists already gets its policy; new ones get theirs on creation."""
    env["crm.scoring.policy"]._create_missing()
