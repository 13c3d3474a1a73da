from collections import Counter

from odoo import fields, models

from .crm_scoring_policy_bands import AXES
from .crm_scoring_policy_defaults import LOST_CLASS, default_classes

LOST_CELL = (0, 0)


class CrmScoringPolicy(models.Model):
    """The classes of the matrix; a matrix of another size has classes of its own."""

    _inherit = "crm.scoring.policy"

    class_ids = fields.One2many("crm.customer.class", "policy_id", string="Classes")

    def _class_of_cells(self):
        """Return the class of each cell: {(value band, loyalty band): identifier}."""
        return {cell._place(): cell.id for cell in self.class_ids}

    def _matrix_size(self):
        """Return the number of bands of value and of loyalty."""
        return tuple(len(self._axis_bands(axis)) for axis in AXES)

    def _sync_classes(self):
        """Show the classes of the matrix as it is, and make those that it has not yet.

        Those of another size are archived: months of then keep them, and they come back as
        they were with their number of bands.
        """
        for policy in self.sudo():
            size = policy._matrix_size()
            every = policy.with_context(active_test=False).class_ids
            present = every.filtered(lambda cell, size=size: cell._is_of_matrix(size))
            former = (every - present).filtered("active")
            former.active = False
            present.active = True
            policy._create_classes(size, present, former)
            if former:
                given = self.env["crm.customer.class.assignment"]
                followed = given._follow_matrix(former, policy.class_ids)
                policy._log_former_classes(former, followed)

    def _create_classes(self, size, present, former):
        """Make the classes that are missing: worded as in the same place of ``former``."""
        wanted = {LOST_CELL: LOST_CLASS, **default_classes(*size)}
        names = self._class_names(wanted)
        there = {cell._place() for cell in present}
        for place, default in wanted.items():
            if place in there:
                continue
            cell = self.env["crm.customer.class"].create(
                {
                    "policy_id": self.id,
                    "name": names[place]["en_US"],
                    **self._cell_values(place, size),
                }
            )
            cell._write_default(default, names[place])
            cell._take_wording(cell._counterpart_among(former))

    def _cell_values(self, place, size):
        """Return the values that say where a class is; lost customers are in any matrix."""
        counts = LOST_CELL if place == LOST_CELL else size
        return {
            **{f"{axis}_band": rank for axis, rank in zip(AXES, place, strict=True)},
            **{f"{axis}_band_count": n for axis, n in zip(AXES, counts, strict=True)},
        }

    def _class_names(self, wanted):
        """Return the usual name of each cell by language, with its place where two share it.

        {cell: {language: name}}
        """
        source = self.with_context(lang="en_US").env
        shared = Counter(source._(default[0]) for default in wanted.values())
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        names = {}
        for cell, default in wanted.items():
            value, loyalty = cell
            is_shared = shared[source._(default[0])] > 1
            place = f" {value}·{loyalty}" if is_shared else ""
            names[cell] = {
                code: self.with_context(lang=code).env._(default[0]) + place
                for code in {"en_US", *languages}
            }
        return names
