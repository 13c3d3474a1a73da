import math

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from .crm_scoring_policy_bands import AXES

LOYALTY_RANGE = (0.0, 1.0)
# Stands for a type where the customers of no type are meant.
OTHER_CUSTOMERS = -1


class CrmScoringPolicy(models.Model):
    """Bounds that somebody proposes: read, and refused in words where they cannot be."""

    _inherit = "crm.scoring.policy"

    def _bounds_in_use(self, type_id=False):
        """Return the lower bounds that place customers today: {axis: [of bands 2, 3...]}."""
        self.ensure_one()
        customer_type = self._customer_type(type_id)
        return {
            axis: self._axis_bands(axis, customer_type)[1:].mapped("lower_bound")
            for axis in AXES
        }

    def _customer_type(self, type_id):
        """Return the type whose bounds are meant: none of them for other customers."""
        types = self.env["crm.customer.type"]
        if not type_id or type_id == OTHER_CUSTOMERS:
            return types
        found = types.search([("id", "=", type_id), ("policy_id", "=", self.id)])
        if not found:
            raise UserError(
                self.env._("This customer type is gone: look at the matrix again.")
            )
        return found

    def _changed_bounds(self, bounds, type_id=False):
        """Return what of ``bounds`` differs from those in use, checked: {axis: bounds}.

        An axis left out, or as it is, stays: its customers keep the band they hold.
        """
        if not isinstance(bounds, dict) or not set(bounds) <= set(AXES):
            raise UserError(
                self.env._("Thresholds are given for value, for loyalty, or for both.")
            )
        changed = {}
        for axis, in_use in self._bounds_in_use(type_id).items():
            proposed = self._numbers(axis, bounds.get(axis) or in_use)
            if proposed == in_use:
                continue
            self._check_proposed(axis, proposed, len(in_use))
            changed[axis] = proposed
        return changed

    def _numbers(self, axis, proposed):
        """Return the bounds as numbers; anything else is told by its axis."""
        if not isinstance(proposed, list | tuple) or not all(
            isinstance(bound, int | float)
            and not isinstance(bound, bool)
            and math.isfinite(bound)
            for bound in proposed
        ):
            raise UserError(
                self.env._(
                    "Every threshold of %s must be a number.", self._axis_name(axis)
                )
            )
        return [float(bound) for bound in proposed]

    def _check_proposed(self, axis, proposed, wanted):
        name = self._axis_name(axis)
        if len(proposed) != wanted:
            raise UserError(
                self.env._(
                    "%(axis)s has %(bands)s bands and so %(wanted)s thresholds between"
                    " them; %(found)s were given. Somebody may have changed the number of"
                    " bands: look at the matrix again.",
                    axis=name,
                    bands=wanted + 1,
                    wanted=wanted,
                    found=len(proposed),
                )
            )
        for lower, upper in zip(proposed, proposed[1:], strict=False):
            if upper <= lower:
                raise UserError(
                    self.env._(
                        "The thresholds of %(axis)s overlap: each must be higher than the one"
                        " below it, but %(upper)s comes after %(lower)s.",
                        axis=name,
                        lower=self._bound_in_words(axis, lower),
                        upper=self._bound_in_words(axis, upper),
                    )
                )
        low, high = LOYALTY_RANGE
        if axis == "loyalty" and not all(low <= bound <= high for bound in proposed):
            raise UserError(
                self.env._("Thresholds of loyalty lie between 0% and 100%.")
            )

    def _axis_name(self, axis):
        bands = self.env["crm.customer.band"]
        return dict(bands._fields["axis"]._description_selection(self.env))[axis]

    def _bound_in_words(self, axis, bound):
        if axis == "loyalty":
            return f"{formatLang(self.env, 100 * bound, digits=0)}%"
        return self.currency_id.format(bound)

    def _check_shares(self, axis, method, figures, wanted):
        """Shares that a method is asked to follow lie within 0 and 1, one per bound."""
        if method == "natural_breaks":
            return
        shares = self._numbers(axis, figures)
        if len(shares) != wanted or not all(0 < share <= 1 for share in shares):
            raise UserError(
                self.env._(
                    "%(wanted)s shares between 0%% and 100%% are needed for the thresholds"
                    " of %(axis)s.",
                    wanted=wanted,
                    axis=self._axis_name(axis),
                )
            )
