def migrate(cr, version):
    """Alerts as they were made once watch a third of any number of bands, not bands 2 and 3."""
    for band, level in ((2, "is_valuable"), (3, "is_high_value")):
        cr.execute(
            "UPDATE crm_scoring_alert SET profile_domain = %s WHERE profile_domain = %s",
            [f"[('{level}', '=', True)]", f"[('value_band', '>=', {band})]"],
        )
