import math

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .crm_scoring_policy_bands import AXES, AXIS_FIELDS
from .crm_scoring_run import LOCK_KEY

# The customers whom the bounds place elsewhere, and the month of the last scoring, which
# tells what was decided in it. Who stays is not written; who moves is in a table of the
# transaction, because the planner knows how many they are only then.
RECLASSIFY = """
    DROP TABLE IF EXISTS crm_customer_moved;
    CREATE TEMPORARY TABLE crm_customer_moved ON COMMIT DROP AS
    SELECT id AS profile_id, partner_id, class_id AS class_before, %(placed)s
      FROM crm_customer_profile
     WHERE company_id = %(company)s AND COALESCE(type_id, 0) = %(type)s
       AND value_band > 0 AND (%(names)s) IS DISTINCT FROM (%(values)s);
    ANALYZE crm_customer_moved;

    UPDATE crm_customer_profile AS profile
       SET (%(names)s) = ROW(%(moved)s),
           class_since = CASE WHEN moved.class_id IS DISTINCT FROM moved.class_before
                              THEN profile.as_of ELSE profile.class_since END
      FROM crm_customer_moved AS moved
     WHERE profile.id = moved.profile_id;

    UPDATE crm_customer_profile_history AS history
       SET (%(names)s) = ROW(%(moved)s)
      FROM crm_customer_moved AS moved
     WHERE history.partner_id = moved.partner_id
       AND history.company_id = %(company)s AND history.month = %(month)s
"""


class CrmScoringPolicy(models.Model):
    """Thresholds set on the portfolio screen: saved, and in force at once."""

    _inherit = "crm.scoring.policy"

    def apply_thresholds(self, bounds, type_id=False, based_on=None):
        """Set ``bounds`` by hand and place the customers of a type by them, all at once.

        ``based_on`` are the bounds that the manager saw: if others are in force by now,
        nothing is done. Returns how many customers moved, and from where to where.
        """
        self.ensure_one()
        self.check_access("write")
        self = self.with_company(self.company_id)  # noqa: PLW0642
        self._lock_thresholds()
        self._check_may_apply()
        self._check_seen(type_id, based_on)
        self._sync_classes()
        changed = self._changed_bounds(bounds, type_id)
        if not changed:
            return {"moved": 0, "moves": []}
        self.env.flush_all()
        self._check_filled(changed, type_id)
        profiles = self.env["crm.customer.profile"].sudo()
        preview = profiles.get_threshold_preview([], changed, type_id)
        moved = {name: preview[name] for name in ("moved", "moves")}
        before = self._bounds_in_use(type_id)
        self._write_thresholds(changed, type_id)
        self._reclassify(changed, type_id)
        self.env["crm.lead.value"].sudo()._write_classes(self.company_id)
        self.env["crm.customer.economics"]._outdate(self.company_id)
        self._refresh_target_groups()
        self._log_thresholds(changed, before, type_id, moved)
        return moved

    def _refresh_target_groups(self):
        """Groups that ask for a class follow at once."""
        groups = self.env["crm.target.group"].sudo()
        groups.search([("company_id", "=", self.company_id.id)])._refresh()

    # === WHETHER === #

    def _lock_thresholds(self):
        """Keep runs and other managers off until this is saved or given up."""
        self.env.cr.execute(
            SQL(
                "SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK_KEY, self.company_id.id
            )
        )
        if not self.env.cr.fetchone()[0]:
            raise UserError(
                self.env._(
                    "Somebody else is changing the thresholds of %s, or scoring its"
                    " customers, at this moment. Nothing was changed: look again shortly.",
                    self.company_id.name,
                )
            )

    def _check_may_apply(self):
        if self._has_run_under_way():
            raise UserError(
                self.env._(
                    "A scoring run is under way: apply the thresholds when it has finished."
                )
            )
        if not self.last_run_id:
            raise UserError(
                self.env._("Score the customers first: there are none yet.")
            )
        if not all(map(self._has_bounds, AXES)):
            raise UserError(
                self.env._(
                    "The number of bands was changed after the last scoring: score the"
                    " customers again, then set the thresholds."
                )
            )
        today = self.company_id._local_today()
        if self.frozen_until and today <= self.frozen_until:
            raise UserError(
                self.env._(
                    "The thresholds are kept until %s, so that classes can be compared."
                    " Empty “Keep Thresholds until” in the scoring policy to change them"
                    " before.",
                    format_date(self.env, self.frozen_until),
                )
            )

    def _check_seen(self, type_id, based_on):
        """Refuse what was decided on other bounds than those in use."""
        in_use = self._bounds_in_use(type_id)
        if based_on and any(
            list(based_on.get(axis) or in_use[axis]) != in_use[axis] for axis in AXES
        ):
            raise UserError(
                self.env._(
                    "The thresholds were changed since you opened the matrix. Nothing was"
                    " changed now: look at it again and decide anew."
                )
            )

    def _check_filled(self, changed, type_id):
        """Refuse a band in which nobody would be."""
        for axis, bounds in changed.items():
            bands = self._axis_bands(axis, self._customer_type(type_id))
            counts, least, greatest = self._band_counts(axis, bounds, type_id)
            if not counts:
                raise UserError(
                    self.env._(
                        "There are no customers that these thresholds could tell apart."
                    )
                )
            if least == greatest:
                raise UserError(
                    self.env._(
                        "All customers have the same %(axis)s, %(value)s: no threshold can"
                        " tell them apart.",
                        axis=self._axis_name(axis),
                        value=self._bound_in_words(axis, least),
                    )
                )
            for band in bands:
                if not counts.get(band.rank):
                    raise UserError(
                        self.env._(
                            "Nobody would be in band “%(band)s”: customers have between"
                            " %(least)s and %(greatest)s. Move its thresholds, or take"
                            " fewer bands.",
                            band=band.display_name,
                            least=self._bound_in_words(axis, least),
                            greatest=self._bound_in_words(axis, greatest),
                        )
                    )

    def _band_counts(self, axis, bounds, type_id):
        """Return customers by band, and the least and greatest figure among them."""
        figure = SQL("COALESCE(%s, 0)", SQL.identifier(AXIS_FIELDS[axis]))
        rows = self.env.execute_query(
            SQL(
                "SELECT 1 + WIDTH_BUCKET(%(figure)s, %(bounds)s::double precision[]),"
                " COUNT(*), MIN(%(figure)s), MAX(%(figure)s) FROM crm_customer_profile"
                " WHERE company_id = %(company)s AND COALESCE(type_id, 0) = %(type)s"
                " AND value_band > 0 GROUP BY 1",
                figure=figure,
                bounds=bounds,
                company=self.company_id.id,
                type=self._customer_type(type_id).id or 0,
            )
        )
        least = min((row[2] for row in rows), default=0.0)
        greatest = max((row[3] for row in rows), default=0.0)
        return {rank: count for rank, count, _least, _greatest in rows}, least, greatest

    # === WHAT === #

    def _write_thresholds(self, changed, type_id):
        """Write the bounds as thresholds by hand; other types keep what they have in use."""
        chosen = self._customer_type(type_id)
        bands = self.env["crm.customer.band"].sudo().with_context(bands_together=True)
        for axis, bounds in changed.items():
            for customer_type in self._types_and_rest():
                own = self._axis_bands(axis, customer_type)[1:].with_env(bands.env)
                in_use = own.mapped("lower_bound")
                wanted = bounds if customer_type == chosen else self._apart(in_use)
                for band, bound in zip(own, wanted, strict=True):
                    band.write({"lower_bound": bound, "threshold": bound})
            self[f"{axis}_method"] = "manual"
            self._mark_redefined(axis, chosen, self.last_run_id)
        self._check_bands()
        self._keep_settings(changed)

    def _apart(self, bounds):
        """Return bounds that increase: of equal ones, all but the last a hair lower.

        A band between equal bounds is empty, and stays so.
        """
        apart = []
        for bound in reversed(bounds):
            lower = math.nextafter(apart[0], -math.inf) if apart else bound
            apart.insert(0, min(bound, lower))
        return apart

    def _keep_settings(self, axes):
        """Let the next run know that customers are placed by the new bounds already."""
        run = self.last_run_id.sudo()
        now = self._threshold_settings()
        run.threshold_settings = {
            **(run.threshold_settings or {}),
            **{axis: now[axis] for axis in axes},
        }

    def _reclassify(self, changed, type_id):
        """Place the customers anew: profiles, and the month they were scored in."""
        self.env.flush_all()
        placed = self._placed_sql(changed)
        self.env.cr.execute(
            SQL(
                RECLASSIFY,
                company=self.company_id.id,
                type=self._customer_type(type_id).id or 0,
                month=fields.Date.start_of(self.last_run_id.as_of, "month"),
                names=SQL(", ").join(map(SQL.identifier, placed)),
                values=SQL(", ").join(placed.values()),
                placed=SQL(", ").join(
                    SQL("%s AS %s", value, SQL.identifier(name))
                    for name, value in placed.items()
                ),
                moved=SQL(", ").join(SQL.identifier("moved", name) for name in placed),
            )
        )
        self.env.invalidate_all()

    def _placed_sql(self, changed):
        """Return where the bounds place a profile: {column: expression}.

        On an axis that stays a customer keeps its band; a class by hand is kept too.
        """
        bands = {
            axis: SQL(
                "(1 + WIDTH_BUCKET(COALESCE(%s, 0), %s::double precision[]))",
                SQL.identifier(AXIS_FIELDS[axis]),
                bounds,
            )
            for axis, bounds in changed.items()
        }
        cell = [bands.get(axis, SQL.identifier(f"{axis}_band")) for axis in AXES]
        return {
            **{
                f"{axis}_{kind}": band
                for axis, band in bands.items()
                for kind in ("band", "rank")
            },
            "class_id": SQL(
                "CASE WHEN is_class_assigned THEN class_id"
                " ELSE COALESCE((%s::int[])[%s][%s], class_id) END",
                self._class_table(),
                *cell,
            ),
        }

    def _class_table(self):
        """Return the classes as rows of value and columns of loyalty."""
        class_of = self._class_of_cells()
        ranks = [self._axis_bands(axis).mapped("rank") for axis in AXES]
        return [
            [class_of.get((value, loyalty)) for loyalty in ranks[1]]
            for value in ranks[0]
        ]
