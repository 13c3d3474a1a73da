"""Build the two demo companies in a database: ``odoo customer_demo -d DB``."""

import logging
import os
import sys

from odoo import api
from odoo.cli.command import Command
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tools import config

ADDON = "crm_scoring_demo"
STORY = "__customer_demo__.company_story"
CDNOW = "__customer_demo__.company_cdnow"
# What was known on that day: the calibration period of the published tables ends then.
CDNOW_AS_OF = "1997-09-30"
DATASETS = "CUSTOMER_INTELLIGENCE_DATASETS"


class CustomerDemo(Command):
    """Build and score the demo companies of Customer Intelligence.

    Safe to run again: what is there already stays as it is.
    """

    name = "customer_demo"

    def run(self, cmdargs):
        options = self._parse(cmdargs)
        self._report_progress()
        registry = Registry(config["db_name"][0])
        if ADDON not in registry._init_modules:
            sys.exit(
                f"The addon {ADDON} is not installed in {registry.db_name}:"
                f" install it with -i {ADDON} first."
            )
        try:
            self._build(registry, options)
        except UserError as error:
            sys.exit(f"customer_demo: {error}")

    def _parse(self, cmdargs):
        self.parser.add_argument("-c", "--config", help="configuration file of Odoo")
        self.parser.add_argument("-d", "--database", help="name of the database")
        self.parser.add_argument(
            "--datasets",
            default=os.environ.get(DATASETS),
            help=f"folder with CDNOW_master.txt (default: ${DATASETS})",
        )
        self.parser.add_argument(
            "--size", type=int, default=300, help="customers of the roaster (300)"
        )
        self.parser.add_argument(
            "--seed", type=int, default=1, help="the same seed tells the same story (1)"
        )
        options = self.parser.parse_args(args=cmdargs)
        settings = ["--no-http", "--log-level=warn"]
        settings += ["-c", options.config] if options.config else []
        settings += ["-d", options.database] if options.database else []
        config.parse_config(settings, setup_logging=True)
        if len(config["db_name"]) != 1:
            self.parser.error("name one database with -d")
        if options.size < 1:
            self.parser.error("--size must be 1 or more")
        return options

    def _report_progress(self):
        """Print what the addon logs, plainly; the rest of Odoo only warns."""
        logger = logging.getLogger(f"odoo.addons.{ADDON}")
        printer = logging.StreamHandler(sys.stdout)
        printer.setFormatter(logging.Formatter("%(asctime)s  %(message)s", "%H:%M:%S"))
        logger.addHandler(printer)
        logger.setLevel(logging.INFO)
        logger.propagate = False

    def _build(self, registry, options):
        """Build and score, each step in a transaction of its own."""
        self._step(
            registry,
            lambda demo: demo.build_story(size=options.size, seed=options.seed),
        )
        self._step(registry, lambda demo: demo.score_today(demo.env.ref(STORY)))
        self._step(registry, lambda demo: demo.import_cdnow(options.datasets))
        self._step(registry, lambda demo: demo.score(demo.env.ref(CDNOW), CDNOW_AS_OF))

    def _step(self, registry, action):
        with registry.cursor() as cr:
            admin = api.Environment(cr, api.SUPERUSER_ID, {}).ref("base.user_admin")
            env = api.Environment(cr, admin.id, dict(admin.context_get()), su=True)
            action(env["crm.scoring.demo"])
