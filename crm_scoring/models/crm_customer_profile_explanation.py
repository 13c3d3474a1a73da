from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from odoo.addons.customer_analytics.value.explanation import contributions


class CrmCustomerProfile(models.Model):
    """Why the figures are what they are, said to a salesperson in the reader's language.

    An explanation is a list of statements: what it is about, one plain sentence, how the
    customer differs from the typical one (``rows``), what would change it (``advice``).
    """

    _inherit = "crm.customer.profile"

    at_risk_date = fields.Date(
        string="At Risk From",
        readonly=True,
        help="From this day on, without another purchase, not buying within the horizon is"
        " likelier than buying. A day in the past: at risk since then.",
    )
    next_purchase_gain = fields.Monetary(
        string="Gain from a Purchase Now",
        readonly=True,
        help="What a purchase now would add to the lifetime value, beyond its own margin:"
        " it shows that the customer is still there.",
    )
    explanation = fields.Html(
        compute="_compute_explanation", compute_sudo=True, sanitize=False
    )

    @api.depends_context("lang", "tz")
    @api.depends("run_id", "clv")
    def _compute_explanation(self):
        for profile in self:
            profile.explanation = self.env["ir.qweb"]._render(
                "crm_scoring.crm_customer_profile_explanation",
                {"statements": profile._statements()},
            )

    def _statements(self):
        """Return the statements in the order of reading; of what is not known, none."""
        self.ensure_one()
        statements = [
            self._state_class(),
            self._state_value(),
            self._state_risk(),
            self._state_next_purchase(),
            self._state_share(),
            self._state_payment(),
            self._state_confidence(),
        ]
        return [statement for statement in statements if statement]

    # === VALUE === #

    def _state_value(self):
        return {
            "name": self._field_label("clv"),
            "icon": "fa-money",
            "sentence": self.env._(
                "Worth %(clv)s in the next %(horizon)s: about %(purchases)s purchases of"
                " %(value)s, of which %(share)s stay as margin before other costs.",
                clv=self._money(self.clv),
                horizon=self._duration(self._horizon_days()),
                purchases=self._number(self.expected_purchases),
                value=self._money(self._purchase_value()),
                share=self._percent(self._margin_share()),
            ),
            "rows": self._value_rows(),
            "advice": self._value_advice(),
        }

    def _value_rows(self):
        """What each factor adds to or takes from the value of a typical customer."""
        typical = self.run_id.typical
        if not typical:
            return []
        factors = {
            "expected_purchases": self.expected_purchases,
            "purchase_value": self._purchase_value(),
            "margin_share": self._margin_share(),
        }
        usual = {name: typical[name] for name in factors}
        effects = contributions.product_contributions(factors, usual)
        labels = {
            "expected_purchases": (self.env._("Purchases expected"), self._number),
            "purchase_value": (self.env._("Value of a purchase"), self._money),
            "margin_share": (self.env._("Margin kept"), self._percent),
        }
        return [
            *(
                self._row(
                    label, write(factors[name]), write(usual[name]), effects[name]
                )
                for name, (label, write) in labels.items()
            ),
            *self._cost_rows(typical),
        ]

    def _cost_rows(self, typical):
        """Costs are no factors: each takes its own amount; none of them, no line."""
        return [
            self._row(
                self._field_label(name),
                self._money(self[name]),
                self._money(typical.get(name, 0.0)),
                typical.get(name, 0.0) - self[name],
            )
            for name in ("clv_service_cost", "clv_credit_loss")
            if self[name] or typical.get(name)
        ]

    def _row(self, label, own, usual, effect):
        """One line of a comparison; ``effect`` is money, and drawn by its sign."""
        return {
            "label": label,
            "own": own,
            "usual": usual,
            "effect": self._money(effect, signed=True),
            "is_good": self.currency_id.compare_amounts(float(effect), 0) >= 0,
        }

    def _value_advice(self):
        if self.currency_id.compare_amounts(self.next_purchase_gain, 0) <= 0:
            return []
        return [
            self.env._(
                "A purchase now would add about %s to the lifetime value.",
                self._money(self.next_purchase_gain),
            )
        ]

    def _purchase_value(self):
        """Revenue expected from a purchase; a customer expected to buy nothing is typical."""
        if self.expected_purchases:
            return self.expected_spend / self.expected_purchases
        return (self.run_id.typical or {}).get("purchase_value", 0.0)

    def _margin_share(self):
        """Share of the expected revenue that stays after the goods, in today's money."""
        margin = self.clv_revenue - self.clv_product_cost
        return margin / self.expected_spend if self.expected_spend else 0.0

    # === RISK === #

    def _state_risk(self):
        return {
            "name": self._field_label("churn_probability"),
            "icon": "fa-sign-out",
            "sentence": self._risk_sentence(),
            "rows": self._risk_rows(),
            "advice": self._risk_advice(),
        }

    def _risk_sentence(self):
        words = {
            "risk": self._percent(self.churn_probability),
            "horizon": self._duration(self._horizon_days()),
            "silence": self._days(self.days_since_purchase),
            "interval": self._days(self.purchase_interval),
        }
        if self.frequency:
            return self.env._(
                "Buys every %(interval)s and has been silent for %(silence)s: the chance of"
                " no purchase in the next %(horizon)s is %(risk)s.",
                **words,
            )
        return self.env._(
            "Bought once, %(silence)s ago: the chance of no purchase in the next"
            " %(horizon)s is %(risk)s.",
            **words,
        )

    def _risk_rows(self):
        """The customer's days beside the typical customer's."""
        typical = self.run_id.typical
        if not typical:
            return []
        pairs = [
            ("days_since_purchase", self.days_since_purchase),
            ("purchase_interval", self.purchase_interval),
        ]
        return [
            {
                "label": self._field_label(name),
                "own": self._days(own),
                "usual": self._days(typical[name]),
                "effect": self._days(own - typical[name], signed=True),
                "is_good": own <= typical[name],
            }
            for name, own in pairs
            if own or name == "days_since_purchase"
        ]

    def _risk_advice(self):
        if not self.at_risk_date:
            return []
        day = self._day(self.at_risk_date)
        if self.at_risk_date <= self.as_of:
            return [self.env._("More likely lost than not since %s.", day)]
        return [
            self.env._(
                "Without a purchase until %s, losing this customer becomes more likely than"
                " not: call before.",
                day,
            )
        ]

    def _state_next_purchase(self):
        if self.next_purchase_date:
            sentence = self.env._(
                "Expected around %(day)s, most likely between %(first)s and %(last)s.",
                day=self._day(self.next_purchase_date),
                first=self._day(self.next_purchase_from),
                last=self._day(self.next_purchase_to),
            )
        else:
            sentence = self.env._(
                "No date can be told: another purchase in the next %s is less likely than"
                " not.",
                self._duration(self._horizon_days()),
            )
        return {
            "name": self._field_label("next_purchase_date"),
            "icon": "fa-calendar",
            "sentence": sentence,
            "rows": [],
            "advice": [],
        }

    # === WORDS AND NUMBERS === #

    def _field_label(self, name):
        return self._fields[name]._description_string(self.env)

    def _horizon_days(self):
        return (self.run_id.settings or {}).get("horizon_days") or self.env[
            "crm.scoring.policy"
        ]._for_company(self.company_id).horizon_days

    def _money(self, amount, signed=False):
        text = formatLang(
            self.env,
            float(amount),
            currency_obj=self.currency_id,
            rounding_unit="units",
        )
        return f"+{text}" if signed and amount > 0 else text

    def _number(self, value):
        return formatLang(self.env, value, digits=1)

    def _percent(self, share):
        return f"{formatLang(self.env, 100 * share, digits=0)}%"

    def _days(self, days, signed=False):
        number = formatLang(self.env, days, digits=0)
        if abs(round(days)) == 1:
            text = self.env._("%s day", number)
        else:
            text = self.env._("%s days", number)
        return f"+{text}" if signed and days > 0 else text

    def _day(self, day):
        return format_date(self.env, day, date_format="medium")

    def _duration(self, days):
        """Whole months where the days are so many, as people speak of horizons."""
        if days % 365 == 0:
            return self.env._("%s months", 12 * days // 365)
        return self._days(days)
