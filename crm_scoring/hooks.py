from odoo.tools import SQL

from .host_filters import release_filters
from .models.crm_scoring_run_purchase_lines import LINE_TABLE


def create_policies(env):
    """Every company that exists already gets its policy; new ones get theirs on creation."""
    env["crm.scoring.policy"]._create_missing()


def leave_host(env):
    """Leave nothing that the host would stumble over when the addon is gone."""
    drop_staging(env)
    release_filters(env)


def drop_staging(env):
    """The working tables belong to no model: the host would leave them behind."""
    results = env["crm.scoring.result.mixin"]._result_models()
    for table in (*(result._staging_table() for result in results), LINE_TABLE):
        env.cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(table)))
