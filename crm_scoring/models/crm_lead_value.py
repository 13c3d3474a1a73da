from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_amount

from odoo.addons.customer_analytics import gateway
from odoo.addons.customer_analytics.value.attributes import split_values
from odoo.addons.customer_analytics.value.prospect.lead_values import prospect_values
from odoo.addons.customer_analytics.value.prospect.prospect_storage import (
    prospect_model,
)

from .crm_scoring_run_attributes import LEAD_COLUMNS, MULTIPLE

VALUE_BASES = [
    ("similar", "Customers like this lead"),
    ("mean", "The mean customer"),
    ("customer", "The customer's own lifetime value"),
]
LEAD_TYPES = {
    "lead_id": "int64",
    **dict.fromkeys(LEAD_COLUMNS, "object"),
    "customer_id": "Int64",
    "clv": "float64",
    "clv_lower": "float64",
    "clv_upper": "float64",
}


class CrmLeadValue(models.Model):
    """What an open lead is worth to a company if it is won.

    Runs write it; a lead that comes in or changes between two runs is valued at once, by
    the model of the last one.
    """

    _name = "crm.lead.value"
    _inherit = ["crm.scoring.result.mixin"]
    _description = "Value of a Lead"
    _rec_name = "lead_id"
    _order = "value_if_won desc, id"
    _result_key = ("company_id", "lead_id")

    lead_id = fields.Many2one(
        "crm.lead", required=True, readonly=True, ondelete="cascade", index=True
    )
    value_if_won = fields.Monetary(
        readonly=True,
        help="Lifetime value that the lead is expected to have as a customer, judged by"
        " customers of the same kind; of a customer, its own lifetime value.",
    )
    value_lower = fields.Monetary(
        string="Value if Won, Low", readonly=True, aggregator=None
    )
    value_upper = fields.Monetary(
        string="Value if Won, High", readonly=True, aggregator=None
    )
    basis = fields.Selection(
        VALUE_BASES, string="Judged By", readonly=True, required=True
    )
    customer_id = fields.Many2one(
        "res.partner",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The customer whose own lifetime value it is.",
    )
    class_id = fields.Many2one(
        "crm.customer.class",
        string="Class if Won",
        readonly=True,
        ondelete="set null",
        index=True,
        help="The most frequent class of customers of that value.",
    )
    completeness = fields.Float(
        readonly=True,
        aggregator="avg",
        help="How much of what tells the value is filled in; what tells more counts more.",
    )
    reasons = fields.Json(readonly=True, help="Attributes and the money each adds.")
    missing = fields.Char(readonly=True, help="Attributes that are not filled in.")
    explanation = fields.Char(compute="_compute_explanation")
    missing_names = fields.Char(
        string="To Fill In",
        compute="_compute_missing_names",
        help="What would tell most about the value and is not filled in.",
    )

    _company_lead_unique = models.Constraint(
        "UNIQUE(company_id, lead_id)", "A lead has one value in a company."
    )

    # === IN WORDS === #

    @api.depends("value_lower", "value_upper", "basis", "reasons")
    def _compute_explanation(self):
        for value in self:
            value.explanation = value._in_words()

    def _in_words(self):
        limits = {
            "lower": self._whole_money(self.value_lower),
            "upper": self._whole_money(self.value_upper),
        }
        if self.basis == "customer":
            return self.env._(
                "Already a customer, with a lifetime value of %(lower)s to %(upper)s.",
                **limits,
            )
        if self.basis == "mean":
            return self.env._(
                "Customers are worth %(lower)s to %(upper)s. What is known of this lead"
                " does not tell more.",
                **limits,
            )
        reasons = [self._reason_in_words(*reason) for reason in self.reasons or []]
        like = self.env._(
            "Customers like this are worth %(lower)s to %(upper)s.", **limits
        )
        if not reasons:
            return like
        return self.env._("%(like)s Why: %(why)s.", like=like, why=", ".join(reasons))

    def _reason_in_words(self, name, amount):
        sign = "+" if amount > 0 else "\N{MINUS SIGN}"
        return self.env._(
            "%(attribute)s %(value)s (%(sign)s%(amount)s)",
            attribute=self._attribute_labels()[name],
            value=self._attribute_value(name),
            sign=sign,
            amount=self._whole_money(abs(amount)),
        )

    def _whole_money(self, amount):
        return format_amount(
            self.env, round(amount), self.currency_id, trailing_zeroes=False
        )

    def _attribute_value(self, name):
        lead = self.lead_id
        customer = lead.partner_id.commercial_partner_id
        if name == "kind":
            is_company = customer.is_company if customer else lead.partner_name
            return self.env._("company") if is_company else self.env._("person")
        values = {
            "country": lead.country_id or customer.country_id,
            "state": lead.state_id or customer.state_id,
            "language": lead.lang_id,
            "industry": customer.industry_id,
            "tags": lead.tag_ids or customer.category_id,
            "source": lead.source_id,
            "campaign": lead.campaign_id,
        }
        return ", ".join(values[name].mapped("display_name"))

    def _attribute_labels(self):
        return {
            "country": self.env._("Country"),
            "state": self.env._("State"),
            "language": self.env._("Language"),
            "kind": self.env._("Company Name"),
            "industry": self.env._("Contact's Industry"),
            "tags": self.env._("Tags"),
            "source": self.env._("Source"),
            "campaign": self.env._("Campaign"),
        }

    @api.depends("missing")
    def _compute_missing_names(self):
        labels = self._attribute_labels()
        for value in self:
            names = (value.missing or "").split(",")
            value.missing_names = ", ".join(labels[name] for name in names if name)

    # === VALUED BY A RUN === #

    @api.model
    def _valued(self, run, profiles, condition):
        """Return the rows of open leads that meet ``condition``, by the model of ``run``.

        ``profiles`` is the table in which customers have their lifetime value.
        """
        leads = gateway.read_frame(
            self.env.cr, self._leads_query(run, profiles, condition), LEAD_TYPES
        )
        values = prospect_values(
            prospect_model(run.prospect_model),
            split_values(leads, MULTIPLE),
            level=run._engine_settings().interval_level,
        )
        return self._with_own_value(values, leads, run.prospect_basis).round(
            dict.fromkeys(
                ("value_if_won", "value_lower", "value_upper"),
                run.company_id.currency_id.decimal_places,
            )
        )

    @api.model
    def _leads_query(self, run, profiles, condition) -> SQL:
        return SQL(
            """
            SELECT lead.id, %(attributes)s, profile.partner_id,
                   profile.clv, profile.clv_lower, profile.clv_upper
              FROM crm_lead AS lead
              %(source)s
              LEFT JOIN %(profiles)s AS profile
                     ON profile.partner_id = customer.id
                    AND profile.company_id = %(company)s
             WHERE lead.active AND lead.won_status = 'pending' AND %(company_leads)s
               AND %(condition)s
            """,
            attributes=run._lead_attributes_sql(LEAD_COLUMNS),
            source=run._lead_attributes_from(),
            profiles=profiles,
            company=run.company_id.id,
            company_leads=run._company_leads_sql(),
            condition=condition,
        )

    @api.model
    def _with_own_value(self, values, leads, basis):
        """Leads of customers are judged by what is known of them, not by look-alikes."""
        is_customer = leads["clv"].notna()
        own = {
            "value_if_won": "clv",
            "value_lower": "clv_lower",
            "value_upper": "clv_upper",
        }
        return values.assign(
            **{
                name: leads[of].where(is_customer, values[name])
                for name, of in own.items()
            },
            reasons=values["reasons"].mask(is_customer, "[]"),
            basis=is_customer.map({True: "customer", False: basis}),
            customer_id=leads["customer_id"],
        )

    @api.model
    def _publish(self, run):
        """Publish, value leads that came in meanwhile, and tell the class of each."""
        published = super()._publish(run)
        if run.prospect_model:
            self._write_values(
                run,
                SQL(
                    "NOT EXISTS (SELECT FROM %s AS value WHERE value.lead_id = lead.id"
                    " AND value.company_id = %s)",
                    SQL.identifier(self._table),
                    run.company_id.id,
                ),
            )
            self._write_classes(run.company_id)
        return published

    # === BETWEEN TWO RUNS === #

    @api.model
    def _estimate(self, leads):
        """Value ``leads`` anew by the last run of each company; forget closed ones."""
        if not leads:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "DELETE FROM %s AS value USING crm_lead AS lead"
                " WHERE value.lead_id = lead.id AND lead.id IN %s"
                " AND NOT (lead.active AND lead.won_status = 'pending')",
                SQL.identifier(self._table),
                tuple(leads.ids),
            )
        )
        for run in self._last_runs(leads.company_id):
            self._write_values(run, SQL("lead.id IN %s", tuple(leads.ids)))
            self._write_classes(run.company_id, leads)
        self.invalidate_model()
        leads._forget_shown_values()

    @api.model
    def _last_runs(self, companies):
        """Return the last run of the companies, of all if none, that can value leads."""
        policies = self.env["crm.scoring.policy"].search(
            [("company_id", "in", companies.ids)] if companies else []
        )
        return policies.last_run_id.filtered("prospect_basis")

    @api.model
    def _write_values(self, run, condition):
        """Write the values of leads at once into the published table."""
        values = self._valued(run, SQL.identifier("crm_customer_profile"), condition)
        gateway.upsert_from(
            self.env.cr,
            self._table,
            values.assign(company_id=run.company_id.id, run_id=run.id),
            keys=self._result_key,
        )
