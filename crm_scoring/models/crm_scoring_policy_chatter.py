from markupsafe import Markup

from odoo import models

# Whose filters choose profiles, and so may ask for a class.
FILTERING_MODELS = ("crm.target.group", "crm.scoring.alert")


class CrmScoringPolicy(models.Model):
    """What the chatter tells of thresholds that were applied, and of another matrix."""

    _inherit = "crm.scoring.policy"

    def _log_thresholds(self, changed, before, type_id, moved):
        """Say in the chatter which bounds changed and who moved."""
        names = {
            cell.id: cell.display_name
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
        self._post_list(title, lines)

    def _log_former_classes(self, former, followed):
        """Say who asks for, or was given by hand, classes that are no longer shown."""
        lines = [
            self.env._(
                "%(filter)s “%(name)s” asks for %(classes)s: from the next scoring on nobody"
                " is in there. Choose classes of the new matrix.",
                filter=record._description,
                name=record.display_name,
                classes=", ".join(asked.mapped("display_name")),
            )
            for model in FILTERING_MODELS
            for record, classes in self.env[model]
            .sudo()
            .search([("company_id", "=", self.company_id.id)])
            ._asked_former_classes()
            .items()
            if (asked := classes & former)
        ]
        if followed:
            lines.append(
                self.env._(
                    "%s classes given by hand are now those at the same place of the new"
                    " matrix.",
                    len(followed),
                )
            )
        value, loyalty = self._matrix_size()
        title = self.env._(
            "The matrix has %(value)s bands of value and %(loyalty)s of loyalty now. Its"
            " classes hold from the next scoring on; the history keeps those of before.",
            value=value,
            loyalty=loyalty,
        )
        self._post_list(title, lines)

    def _post_list(self, title, lines):
        items = Markup().join(Markup("<li>%s</li>") % line for line in lines)
        self.message_post(body=Markup("<p>%s</p><ul>%s</ul>") % (title, items))

    def _bounds_in_words(self, axis, bounds):
        return ", ".join(self._bound_in_words(axis, bound) for bound in bounds)
