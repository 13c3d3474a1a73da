from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.customer_analytics import gateway
from odoo.addons.customer_analytics.value.classification import classification

from .crm_scoring_policy_bands import AXES, AXIS_FIELDS

# Decimals of loyalty that count: what a bound is compared with is what can be read.
LOYALTY_DECIMALS = 6
# What places a customer on the value axis; by ourselves where the wallet is not known.
VALUE_COLUMNS = {"clv": SQL("clv"), "sector": SQL("COALESCE(sector_clv, clv)")}
AXIS_TYPES = {
    **dict.fromkeys((*AXIS_FIELDS.values(), "purchase_probability"), "float64"),
    "customer_id": "int64",
    "type_id": "Int64",
}
PREVIOUS_TYPES = {
    "customer_id": "int64",
    "value_band": "int64",
    "loyalty_band": "int64",
    "value_rank": "int64",
    "loyalty_rank": "int64",
    "was_lost": "int64",
}
PREVIOUS_BANDS = """
    SELECT staged.partner_id AS customer_id,
           COALESCE(held.value_band, past.value_band, 0) AS value_band,
           COALESCE(held.loyalty_band, past.loyalty_band, 0) AS loyalty_band,
           COALESCE(past.value_rank, 0) AS value_rank,
           COALESCE(past.loyalty_rank, 0) AS loyalty_rank,
           CASE WHEN COALESCE(held.value_band, past.value_band) = 0 THEN 1
                WHEN COALESCE(held.value_band, past.value_band) > 0 THEN -1
                ELSE 0 END AS was_lost
      FROM %(staging)s AS staged
      LEFT JOIN crm_customer_profile AS last
             ON last.partner_id = staged.partner_id
            AND last.company_id = staged.company_id
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
     WHERE staged.run_id = %(run)s AND COALESCE(staged.type_id, 0) = %(type)s
       AND last.type_id IS NOT DISTINCT FROM staged.type_id
"""


class CrmScoringRun(models.Model):
    """Which class each customer is in: bounds, steadiness, classes given by hand."""

    _inherit = "crm.scoring.run"

    threshold_settings = fields.Json(
        readonly=True, help="What decided on the bounds of the bands in this run."
    )

    def _classify(self):
        """Give every staged customer a class, and note the bounds in use.

        Types are told apart first: each has bounds of its own, the customers of no type too.
        """
        policy = self.policy_id
        policy._sync_classes()
        self._place_on_axes()
        self.env["crm.customer.type"]._assign_staged(self)
        customers = self._staged_frame(columns=AXIS_TYPES).rename(
            columns={index: axis for axis, index in AXIS_FIELDS.items()}
        )
        for customer_type in policy._types_and_rest():
            of_type = customers[
                customers["type_id"].fillna(0) == (customer_type.id or 0)
            ]
            if not of_type.empty:
                self._classify_type(of_type.reset_index(drop=True), customer_type)
        policy._note_redefined(self)
        self.threshold_settings = policy._threshold_settings()
        self._assign_classes()
        self._date_classes()

    def _classify_type(self, customers, customer_type):
        """Rank the customers of a type, or of none, by its bounds."""
        policy = self.policy_id
        steady = {
            "steadiness": policy._steadiness_rule(),
            "previous": self._previous_bands(customer_type),
        }
        lost = classification.lost_customers(customers, policy.lost_below, **steady)
        ranks = classification.matrix_ranks(
            customers,
            self._axis_bounds(customers[~lost], customer_type),
            lost_below=policy.lost_below,
            **steady,
        )
        self._update_staged(ranks.assign(class_id=self._class_ids(ranks)))

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

    def _axis_bounds(self, customers, customer_type):
        """Return the bounds of both axes, found among the customers who are not lost."""
        policy = self.policy_id
        bounds = {}
        for axis in AXES:
            rule = policy._axis_rule(axis, self.as_of, customer_type)
            bounds[axis] = classification.axis_bounds(customers[axis].to_numpy(), rule)
            bands = policy._axis_bands(axis, customer_type)[1:]
            for band, bound in zip(bands, bounds[axis], strict=True):
                band.lower_bound = bound
        return bounds

    def _class_ids(self, ranks):
        class_of = self.policy_id._class_of_cells()
        cells = zip(ranks["value_band"], ranks["loyalty_band"], strict=True)
        ids = [class_of.get(cell) for cell in cells]
        return ranks["customer_id"].to_frame().assign(ids=ids)["ids"].astype("Int64")

    def _previous_bands(self, customer_type):
        """Return what held so far and last month's ranks, 0 where thresholds changed.

        A profile of a later day knows nothing of the past: then the last one of an earlier
        month counts. Who was of another type is placed afresh.
        """
        last = self.search(
            [
                ("policy_id", "=", self.policy_id.id),
                ("state", "=", "done"),
                ("as_of", "<=", self.as_of),
            ],
            limit=1,
        )
        previous = gateway.read_frame(
            self.env.cr,
            SQL(
                PREVIOUS_BANDS,
                staging=self._staging_identifier(),
                run=self.id,
                type=customer_type.id or 0,
            ),
            PREVIOUS_TYPES,
        )
        key, now = str(customer_type.id or 0), self.policy_id._threshold_settings()
        then = last.threshold_settings or {}
        afresh = [
            axis for axis in AXES if then.get(axis, {}).get(key) != now[axis][key]
        ]
        changed = {f"{axis}_{kind}": 0 for axis in afresh for kind in ("band", "rank")}
        lost_below = then.get("value", {}).get(key, {}).get("lost_below")
        if lost_below != self.policy_id.lost_below:
            changed["was_lost"] = 0
        return previous.assign(**changed)

    def _assign_classes(self):
        """Put the customers with a class given by hand into it, while that holds.

        Merged customers may have two: the one given last holds.
        """
        self.env["crm.customer.class.assignment"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(staging)s AS staged
                   SET class_id = assigned.class_id, is_class_assigned = TRUE
                  FROM (SELECT DISTINCT ON (partner_id) partner_id, class_id
                          FROM crm_customer_class_assignment
                         WHERE company_id = %(company)s
                           AND %(day)s BETWEEN date_from AND date_to
                         ORDER BY partner_id, date_from DESC, id DESC) AS assigned
                 WHERE staged.run_id = %(run)s
                   AND assigned.partner_id = staged.partner_id
                """,
                staging=self._staging_identifier(),
                run=self.id,
                company=self.company_id.id,
                day=self.as_of,
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
