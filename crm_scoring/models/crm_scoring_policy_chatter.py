from markupsafe import Markup

from odoo import models


class CrmScoringPolicy(models.Model):
    """What the chatter tells of thresholds that were applied."""

    _inherit = "crm.scoring.policy"

    def _log_thresholds(self, changed, before, type_id, moved):
        """Say in the chatter which bounds changed and who moved."""
        names = {
            cell.id: cell.name
            for cell in self.with_context(active_test=False).class_ids
        }
        nowhere = self.env._("no class")
        lines = [
            self.env._(
                "%(axis)s: %(before)s, now %(after)s",
                axis=self._axis_name(axis),
                before=self._bounds_in_words(axis, before[axis]),
                after=self._bounds_in_words(axis, bounds),
            )
            for axis, bounds in changed.items()
        ] + [
            self.env._(
                "%(customers)s customers from %(before)s to %(after)s",
                customers=move["customers"],
                before=names.get(move["before"], nowhere),
                after=names.get(move["after"], nowhere),
            )
            for move in moved["moves"]
        ]
        customer_type = self._customer_type(type_id)
        title = self.env._("Thresholds applied: %s customers moved.", moved["moved"])
        if customer_type:
            title = self.env._(
                "Thresholds of %(type)s applied: %(customers)s customers moved.",
                type=customer_type.name,
                customers=moved["moved"],
            )
        items = Markup().join(Markup("<li>%s</li>") % line for line in lines)
        self.message_post(body=Markup("<p>%s</p><ul>%s</ul>") % (title, items))

    def _bounds_in_words(self, axis, bounds):
        return ", ".join(self._bound_in_words(axis, bound) for bound in bounds)
