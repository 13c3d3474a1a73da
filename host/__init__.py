"""Bring the host up in this checkout: Odoo, PostgreSQL, Python, browser, tests.

Only the standard library is used, because this runs before anything is installed.
Nothing outside `.odoo/` and the cache of downloads is written; `python3 -m host`
lists the commands, `make` gives them their short names.
"""
