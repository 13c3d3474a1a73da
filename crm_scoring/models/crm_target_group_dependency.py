from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import OrderedSet

from .crm_customer_filter_mixin import FILTER_ERRORS

GROUP, MEMBER = "crm.target.group", "crm.target.group.member"


class CrmTargetGroup(models.Model):
    """Groups whose filter asks who is in other groups: refreshed after those."""

    _inherit = "crm.target.group"

    @api.constrains("domain", "has_exclusions", "excluded_domain", "kind")
    def _check_no_cycle(self):
        """Refuse groups that would never come to rest, each waiting for the other."""
        asked = self._asked_groups()
        for group in self:
            if circle := self._circle(group, asked):
                names = " → ".join(f"“{each.name}”" for each in circle)
                raise ValidationError(
                    self.env._(
                        "A target group cannot depend on itself, but by its filter and"
                        " those of the others it does: %(circle)s. Take one of them out of"
                        " a filter.",
                        circle=names,
                    )
                )

    # === ORDER === #

    def _in_order(self):
        """Return these groups, those that build on others after them."""
        asked = self._asked_groups()
        ordered, visited = OrderedSet(), set()

        def visit(group):
            if group not in visited:
                visited.add(group)
                for other in asked.get(group, ()):
                    visit(other)
                ordered.add(group)

        for group in self:
            visit(group)
        return self.browse(group.id for group in ordered if group in self)

    def _dependents(self):
        """Return the other groups whose filter asks for these, or for one that does."""
        found = self
        asked = self._asked_groups()
        while more := [
            group
            for group, others in asked.items()
            if others & found and group not in found
        ]:
            found = found.union(*more)
        return found - self

    @api.model
    def _circle(self, start, asked):
        """Return the groups from ``start`` back to it, or nothing."""
        paths, visited = [[start]], set()
        while paths:
            path = paths.pop()
            for other in asked.get(path[-1], ()):
                if other == start:
                    return [*path, start]
                if other not in visited:
                    visited.add(other)
                    paths.append([*path, other])
        return []

    # === WHOM A FILTER ASKS FOR === #

    def _asked_groups(self):
        """Return which groups the filters of the companies' groups ask for.

        Members that are fixed ask for nobody. {group: groups}
        """
        groups = self.sudo().search([("company_id", "in", self.company_id.ids)]) | self
        return {
            group: group._asked_by_filter(groups)
            for group in groups
            if group.kind == "refreshed" or not group.fixed_on
        }

    def _asked_by_filter(self, groups):
        try:
            asked = [
                groups.filtered_domain(condition)
                for condition in self._conditions(GROUP, doors=(MEMBER,))
            ]
        except FILTER_ERRORS:
            return self.browse()  # told when it is refreshed
        return self.browse().union(*asked)
