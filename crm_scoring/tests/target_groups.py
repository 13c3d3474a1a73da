from .common import ScoringCase


class TargetGroupCase(ScoringCase):
    """Customers with profiles as a run would have written them, and groups of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.first = cls._add_scored("First", clv=1000, churn_probability=0.1)
        cls.second = cls._add_scored("Second", clv=500, churn_probability=0.8)
        cls.third = cls._add_scored("Third", clv=100, churn_probability=0.9)

    # === BUILDERS === #

    @classmethod
    def _add_scored(cls, name, company=None, partner=None, user=None, **values):
        """Return a customer with a profile of these ``values``."""
        partner = partner or cls._add_customer(name, user_id=user and user.id)
        cls.env["crm.customer.profile"].sudo().create(
            {
                "partner_id": partner.id,
                "company_id": (company or cls.company).id,
                **values,
            }
        )
        return partner

    @classmethod
    def _add_group(cls, name="Group", domain=(), **values):
        return cls.env["crm.target.group"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "domain": repr(list(domain)),
                **values,
            }
        )

    def _rescore(self, partner, **values):
        """Give the profile of a customer new figures, as the next run might."""
        self._profile(partner).sudo().write(values)

    def _members(self, group):
        return group.member_ids.partner_id.sorted("id")

    def _spells(self, group, partner):
        """Return [(joined, left)] of a customer, the earliest first."""
        spells = self.env["crm.target.group.member"].search(
            [("group_id", "=", group.id), ("partner_id", "=", partner.id)],
            order="since",
        )
        return [(spell.since, spell.left_on or None) for spell in spells]
