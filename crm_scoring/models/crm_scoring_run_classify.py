from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.customer_analytics import gateway
from odoo.addons.customer_analytics.value.classification import classification

AXES = {"value": "matrix_value", "loyalty": "loyalty"}
# Decimals of loyalty that count: what a bound is compared with is what can be read.
LOYALTY_DECIMALS = 6
# What places a customer on the value axis; by ourselves where the wallet is not known.
VALUE_COLUMNS = {"clv": SQL("clv"), "sector": SQL("COALESCE(sector_clv, clv)")}
PREVIOUS_TYPES = {
    "customer_id": "int64",
    "value_band": "int64",
    "loyalty_band": "int64",
    "value_rank": "int64",
    "loyalty_rank": "int64",
}
PREVIOUS_BANDS = """
    SELECT staged.partner_id AS customer_id,
           COALESCE(held.value_band, past.value_band, 0) AS value_band,
           COALESCE(held.loyalty_band, past.loyalty_band, 0) AS loyalty_band,
           COALESCE(past.value_rank, 0) AS value_rank,
           COALESCE(past.loyalty_rank, 0) AS loyalty_rank
      FROM %(staging)s AS staged
      LEFT JOIN crm_customer_profile AS held
             ON held.partner_id = staged.partner_id
            AND held.company_id = staged.company_id
            AND held.as_of <= staged.as_of
            AND NOT COALESCE(held.is_class_assigned, FALSE)
      LEFT JOIN crm_customer_profile_history AS past
             ON past.partner_id = staged.partner_id
            AND past.company_id = staged.company_id
            AND past.month = (
                DATE_TRUNC('month', staged.as_of) - INTERVAL '1 month')::date
     WHERE staged.run_id = %(run)s
"""


class CrmScoringRun(models.Model):
    """Which class each customer is in: bounds, steadiness, classes given by hand."""

    _inherit = "crm.scoring.run"

    threshold_settings = fields.Json(
        readonly=True, help="What decided on the bounds of the bands in this run."
    )

    def _classify(self):
        """Give every staged customer a class, and note the bounds in use."""
        policy = self.policy_id
        self._place_on_axes()
        customers = self._staged_frame(
            columns=dict.fromkeys((*AXES.values(), "purchase_probability"), "float64")
            | {"customer_id": "int64"}
        ).rename(columns={index: axis for axis, index in AXES.items()})
        ranks = classification.matrix_ranks(
            customers,
            self._axis_bounds(customers),
            lost_below=policy.lost_below,
            steadiness=policy._steadiness_rule(),
            previous=self._previous_bands(),
        )
        self.threshold_settings = policy._threshold_settings()
        self._update_staged(ranks.assign(class_id=self._class_ids(ranks)))
        self._assign_classes()
        self._date_classes()

    def _place_on_axes(self):
        """Round what the bounds are compared with, as everybody reads and stores it."""
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET matrix_value = ROUND(%s, %s),"
                " loyalty = ROUND(loyalty::numeric, %s) WHERE run_id = %s",
                self._staging_identifier(),
                VALUE_COLUMNS[self.policy_id.value_index],
                self.company_id.currency_id.decimal_places,
                LOYALTY_DECIMALS,
                self.id,
            )
        )

    def _axis_bounds(self, customers):
        """Return the bounds of both axes, found among the customers who are not lost."""
        policy = self.policy_id
        lost = classification.is_lost(
            customers["purchase_probability"], policy.lost_below
        )
        bounds = {}
        for axis in AXES:
            rule = policy._axis_rule(axis, self.as_of)
            values = customers[axis].to_numpy()
            bounds[axis] = classification.axis_bounds(values[~lost], rule)
            bands = policy._bands_by_axis()[policy, axis][1:]
            for band, bound in zip(bands, bounds[axis], strict=True):
                band.lower_bound = bound
        return bounds

    def _class_ids(self, ranks):
        class_of = self.policy_id._class_of_cells()
        cells = zip(ranks["value_band"], ranks["loyalty_band"], strict=True)
        ids = [class_of.get(cell) for cell in cells]
        return ranks["customer_id"].to_frame().assign(ids=ids)["ids"].astype("Int64")

    def _previous_bands(self):
        """Return the bands in force and last month's ranks, none where thresholds changed.

        A profile of a later day knows nothing of the past: then the last one of an earlier
        month counts.
        """
        last = self.search(
            [
                ("policy_id", "=", self.policy_id.id),
                ("state", "=", "done"),
                ("as_of", "<=", self.as_of),
            ],
            limit=1,
        )
        if last.threshold_settings != self.policy_id._threshold_settings():
            return None
        return gateway.read_frame(
            self.env.cr,
            SQL(
                PREVIOUS_BANDS,
                staging=self._staging_identifier(),
                run=self.id,
            ),
            PREVIOUS_TYPES,
        )

    def _assign_classes(self):
        """Put the customers with a class given by hand into it, while that holds."""
        self.env["crm.customer.class.assignment"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(staging)s AS staged
                   SET class_id = assigned.class_id, is_class_assigned = TRUE
                  FROM crm_customer_class_assignment AS assigned
                 WHERE staged.run_id = %(run)s
                   AND assigned.partner_id = staged.partner_id
                   AND assigned.company_id = staged.company_id
                   AND assigned.date_from <= staged.as_of
                   AND assigned.date_to >= staged.as_of
                """,
                staging=self._staging_identifier(),
                run=self.id,
            )
        )

    def _date_classes(self):
        """Date each class from the first run that found the customer in it without a break."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(staging)s AS staged
                   SET class_since = COALESCE((
                           SELECT held.class_since
                             FROM crm_customer_profile AS held
                            WHERE held.partner_id = staged.partner_id
                              AND held.company_id = staged.company_id
                              AND held.class_id = staged.class_id
                              AND held.as_of <= staged.as_of
                       ), staged.as_of)
                 WHERE staged.run_id = %(run)s
                """,
                staging=self._staging_identifier(),
                run=self.id,
            )
        )
