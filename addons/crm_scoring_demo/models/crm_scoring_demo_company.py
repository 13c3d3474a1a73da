import base64

from odoo import Command, fields, models
from odoo.tools import file_open

from ..story.catalogue import PRODUCTS, SHELVES, shelf_of
from ..story.segments import CUSTOMER_TYPES
from ..story.touchpoints import COSTS, WORDS
from .crm_scoring_demo import STORY, TIMEZONES

LOGO = "crm_scoring_demo/static/img/torrefazione_aurora.png"
VAT_RATE = 22


class CrmScoringDemo(models.AbstractModel):
    """The roaster itself: chart of accounts, VAT, currencies, products."""

    _inherit = "crm.scoring.demo"

    def _create_story_company(self, books):
        with file_open(LOGO, "rb") as logo:
            picture = base64.b64encode(logo.read())
        company = self._create_company(
            STORY,
            {
                "name": "Torrefazione Aurora S.r.l.",
                "street": "riva del Molo 14",
                "zip": "34121",
                "city": "Trieste",
                "country_id": self.env.ref("base.it").id,
                "currency_id": self.env.ref("base.EUR").id,
                "email": "info@torrefazione-aurora.example",
                "phone": "+39 040 555 0000",
                "website": "https://torrefazione-aurora.example",
                "logo": picture,
            },
        )
        books.fiscal_positions = self._set_up_vat(company)
        self._set_up_bank(company)
        books.sales_journal = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "sale")], limit=1
        )
        books.currencies = self._set_up_currencies(company, books.story.rates)
        books.terms = self._set_up_payment_terms(company)
        self._set_up_policy(company, books.story.cutover)
        self.env.ref("base.user_admin").company_id = company
        return company

    def _create_company(self, key, values):
        """Create a company with the generic chart of accounts and let the admin in.

        ``install_mode`` keeps the host from installing the country's own localisation,
        which would commit half-way and need what this demo has not: a tax office.
        """
        companies = self.env["res.company"].with_context(install_mode=True)
        if "iap_enrich_auto_done" in companies._fields:
            values["iap_enrich_auto_done"] = True  # nobody to be asked on the network
        company = companies.create(values).with_env(self.env)
        company.partner_id.tz = TIMEZONES[key]
        self._mark(company, key)
        self.env["account.chart.template"].try_loading("generic_coa", company)
        company.currency_id = values["currency_id"]  # the chart has set its own
        self.env.ref("base.user_admin").company_ids = [Command.link(company.id)]
        self._set_up_warehouse(company)
        return company

    def _set_up_warehouse(self, company):
        """A company made as an installation makes it gets none, but in tests it does."""
        if "stock.warehouse" not in self.env:
            return
        warehouses = self.env["stock.warehouse"]
        if not warehouses.search_count([("company_id", "=", company.id)]):
            warehouses.create({"company_id": company.id})

    def _set_up_vat(self, company):
        """Turn the chart's tax into the country's VAT; return the fiscal positions."""
        country = company.country_id
        owned = [("company_id", "=", company.id)]
        company.account_fiscal_country_id = country
        taxes = self.env["account.tax"].search(owned)
        taxes.country_id = country
        self.env["account.tax.group"].search(owned).country_id = country
        domestic = taxes.filtered("amount")
        domestic.fiscal_position_ids.country_id = country
        rate = f"{VAT_RATE}%"
        domestic.write({"amount": VAT_RATE, "name": rate, "invoice_label": rate})
        domestic.tax_group_id.name = f"IVA {rate}"
        positions = self.env["account.fiscal.position"].search(owned)
        return {bool(position.country_id): position for position in positions}

    def _set_up_bank(self, company):
        """Let receipts reach the bank account at once, without an outstanding account."""
        journals = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "in", ("bank", "cash"))]
        )
        for journal in journals:
            journal.inbound_payment_method_line_ids.payment_account_id = (
                journal.default_account_id
            )

    def _set_up_currencies(self, company, rates):
        euro, franc = self.env.ref("base.EUR"), self.env.ref("base.CHF")
        franc.active = True
        self.env["res.currency.rate"].with_company(company).create(
            [
                {
                    "currency_id": franc.id,
                    "company_id": company.id,
                    "name": day,
                    "company_rate": rate,
                }
                for day, rate in rates
            ]
        )
        return {"EUR": euro, "CHF": franc}

    def _set_up_payment_terms(self, company):
        instalments = self.env["account.payment.term"].create(
            {
                "name": self.env._("30/60 Days"),
                "company_id": company.id,
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (30, 60)
                ],
            }
        )
        return {
            "immediate": self.env.ref("account.account_payment_term_immediate"),
            "30days": self.env.ref("account.account_payment_term_30days"),
            "riba": self.env.ref("account.account_payment_term_end_following_month"),
            "instalments": instalments,
        }

    def _set_up_policy(self, company, cutover):
        """Purchases before the cut-over come from the old system, later ones from Odoo."""
        policy = self.env["crm.scoring.policy"]._for_company(company)
        policy.write(
            {
                "history_end": fields.Date.subtract(cutover, days=1),
                "contact_cost_ids": [
                    Command.create({"channel": channel, "amount": amount})
                    for channel, amount in COSTS.items()
                ],
                "contact_word_ids": [
                    Command.create(
                        {"word": word, "reason": reason, "sequence": sequence}
                    )
                    for sequence, (word, reason) in enumerate(WORDS.items())
                ],
            }
        )
        self.env["crm.customer.type"].create(
            [
                {
                    "name": name,
                    "policy_id": policy.id,
                    "sequence": sequence,
                    "domain": str([("category_id.name", "in", tags)]),
                }
                for sequence, (name, tags) in enumerate(CUSTOMER_TYPES.items(), 1)
            ]
        )
        alerts = self.env["crm.scoring.alert"].with_context(active_test=False)
        usual = alerts.search([("company_id", "=", company.id)])
        usual.write({"active": True, "max_activities": 5})
        # Who left, left in spring: half a year shows it.
        usual.filtered(lambda one: one.trigger == "class_bleeding").months_back = 6

    def _build_catalogue(self, books):
        categories = {
            shelf: self.env["product.category"].create({"name": shelf})
            for shelf in SHELVES
        }
        products = self.env["product.product"].create(
            [
                {
                    "name": product.name,
                    "default_code": product.code,
                    "categ_id": categories[shelf_of(product.code)].id,
                    "list_price": product.price,
                    "standard_price": product.cost,
                    "type": "service" if product.is_service else "consu",
                    "invoice_policy": "order",
                    "company_id": self.env.company.id,
                }
                for product in PRODUCTS
            ]
        )
        books.products = {product.default_code: product for product in products}
        return self.env._("%s products", len(products))
