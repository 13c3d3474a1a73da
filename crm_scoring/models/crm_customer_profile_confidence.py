from odoo import models


class CrmCustomerProfile(models.Model):
    """How far the figures may be relied on, and what would make them better."""

    _inherit = "crm.customer.profile"

    def _state_confidence(self):
        grades = dict(self._fields["confidence"]._description_selection(self.env))
        return {
            "name": self._field_label("confidence"),
            "icon": "fa-check-circle",
            "sentence": self.env._(
                "%(grade)s: rests on %(purchases)s purchases in %(tenure)s.",
                grade=grades.get(self.confidence, ""),
                purchases=self.purchase_count,
                tenure=self._days(self.tenure),
            ),
            "rows": [],
            "advice": [*self._confidence_limits(), *self._missing_data()],
        }

    def _confidence_limits(self):
        """Say what in the company's data keeps the grade down."""
        words = {
            "small_company": self.env._(
                "Only %s customers bought again so far: the estimates lean on what is usual"
                " elsewhere.",
                self.run_id.repeat_count,
            ),
            "margin_assumed": self.env._(
                "The margin is a percentage from the policy, not from product costs."
            ),
            "model_beaten": self.env._(
                "On the last period held out a simple rule did better than the model."
            ),
            "not_validated": self.env._(
                "The history is too short to try the model on a period held out."
            ),
        }
        return [words[cap] for cap in self.run_id.confidence_caps or ()]

    def _missing_data(self):
        """Name what is not on record of the customer and would sharpen the comparison."""
        wanted = ("country_id", "industry_id", "user_id")
        missing = [self._field_label(name) for name in wanted if not self[name]]
        partner = self.partner_id
        if not (partner.email or partner.phone):
            missing.append(self.env._("E-mail or Phone"))
        if not missing:
            return []
        return [self.env._("Not on record: %s.", ", ".join(missing))]
