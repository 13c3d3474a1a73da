from odoo import models

from ..story.groups import GROUPS


class CrmScoringDemo(models.AbstractModel):
    """Target groups, which find their members with the first scoring."""

    _inherit = "crm.scoring.demo"

    def _build_groups(self, books):
        texts = self._group_texts()
        groups = self.env["crm.target.group"].create(
            [
                {
                    "name": texts[group.key][0],
                    "description": texts[group.key][1],
                    "user_id": books.users[0].id,
                    "company_id": self.env.company.id,
                    "kind": "static" if group.is_fixed else "refreshed",
                    "domain": repr(group.domain),
                    "has_exclusions": bool(group.excluded),
                    "excluded_domain": repr(group.excluded or []),
                }
                for group in GROUPS
            ]
        )
        return self.env._("%s target groups", len(groups))

    def _group_texts(self):
        """Return {key: (name, purpose)}."""
        return {
            "at_risk": (
                self.env._("Valuable and at risk"),
                self.env._("Bought for 4,000 and more and may leave: call this week."),
            ),
            "open_wallet": (
                self.env._("Open wallet over 5,000"),
                self.env._(
                    "Buy much from others and pay well enough: offer a second category."
                ),
            ),
            "lost": (
                self.env._("Lost champions"),
                self.env._("Were among the best and have left: visit, and ask why."),
            ),
            "best_then": (
                self.env._("Champions a year ago"),
                self.env._("The best at the first scoring: what has become of them?"),
            ),
        }
