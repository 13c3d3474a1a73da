from odoo import models
from odoo.tools import SQL

from odoo.addons.customer_analytics import gateway
from odoo.addons.customer_analytics.errors import InsufficientDataError
from odoo.addons.customer_analytics.value.wallet import sector
from odoo.addons.customer_analytics.value.wallet.wallet_by_kind import (
    MOST_PEERS,
    wallets_by_kind,
)

from .crm_scoring_run_attributes import MULTIPLE
from .crm_scoring_run_stages import CUSTOMERS_PER_STEP

# In which peers are alike, and those of them that make a class of peers.
PEER_ATTRIBUTES = ("kind", "industry", "country", "size", "tags")
PEER_CLASS = ("kind", "industry", "country", "size")
PEER_TYPES = dict.fromkeys(PEER_ATTRIBUTES, "object")
FIGURES = ("revenue_recent", "tenure", "expected_spend", "clv", "margin_rate")
CUSTOMER_TYPES = {
    "customer_id": "int64",
    **dict.fromkeys(FIGURES, "float64"),
    "loyalty": "float64",
    "loyalty_source": "object",
    "declared_wallet": "float64",
    "wallet_id": "Int64",
    "supplier_rank": "float64",
    "supplier_count": "float64",
    "rank_id": "Int64",
    "intention": "float64",
    **PEER_TYPES,
}
STATEMENT_KINDS = ("wallet", "rank", "intention")
STATEMENT_DATES = ("wallet_date", "rank_date")


class CrmScoringRun(models.Model):
    """Share of wallet and sector value: declared, implied by a rank, or estimated."""

    _inherit = "crm.scoring.run"

    def _stage_wallet(self):
        """Find the wallet of each kind of customer, then of each customer, in frames."""
        if self._staging_was_emptied():
            return
        self.env.flush_all()
        kinds = self._kinds_of_wallets()
        for customers in gateway.iter_frames(
            self.env.cr,
            self._wallet_query(),
            CUSTOMER_TYPES,
            dates=STATEMENT_DATES,
            key="customer_id",
            rows_per_frame=CUSTOMERS_PER_STEP,
        ):
            self._update_staged(self._wallet_rows(customers, kinds))
        self._mark_open_wallets()
        self._log_wallets()
        self._advance()

    def _kinds_of_wallets(self):
        """Return the estimated wallet of each combination of attributes."""
        columns = self._customer_attributes_sql(PEER_ATTRIBUTES)
        kinds = gateway.read_frame(
            self.env.cr,
            SQL("SELECT DISTINCT %s %s", columns, self._staged_customers_from()),
            PEER_TYPES,
        )
        peers = self._wallet_peers(columns)
        try:
            found = wallets_by_kind(
                peers,
                kinds,
                PEER_ATTRIBUTES,
                class_attributes=PEER_CLASS,
                multiple=MULTIPLE,
                level=self._engine_settings().interval_level,
            )
        except InsufficientDataError as error:
            self._log_too_few_peers(error)
            unknown = float("nan")
            return kinds.assign(
                wallet=unknown, lower=unknown, upper=unknown, peer_count=unknown
            )
        self._record_wallet_diagnostics(found)
        return found.kinds

    def _wallet_peers(self, columns):
        """Return customers who bought last year, a sample where they are many."""
        types = dict.fromkeys(("revenue_recent", "tenure", "expected_spend"), "float64")
        peers = gateway.read_frame(
            self.env.cr,
            SQL(
                "SELECT staged.revenue_recent, staged.tenure, staged.expected_spend,"
                " %s %s AND staged.revenue_recent > 0"
                " ORDER BY MD5(staged.partner_id::text) LIMIT %s",
                columns,
                self._staged_customers_from(),
                MOST_PEERS,
            ),
            {**types, **PEER_TYPES},
        )
        return peers.assign(
            spend=sector.yearly_spend(peers, self._engine_settings().horizon_days)
        )

    def _staged_customers_from(self, joins=None) -> SQL:
        """Return FROM and WHERE of the ``staged`` rows with their ``customer``."""
        return SQL(
            "FROM %s AS staged JOIN res_partner AS customer"
            " ON customer.id = staged.partner_id %s %s WHERE staged.run_id = %s",
            self._staging_identifier(),
            self._customer_attributes_from(),
            joins or SQL(),
            self.id,
        )

    def _wallet_query(self) -> SQL:
        """Return figures, statements and attributes of each customer, in order."""
        statements = {kind: SQL.identifier(kind) for kind in STATEMENT_KINDS}
        return SQL(
            """
            WITH statement AS (%(latest)s)
            SELECT staged.partner_id, %(figures)s, loyalty, loyalty_source,
                   wallet.amount * %(conversion)s, wallet.id, rank.supplier_rank,
                   rank.supplier_count, rank.id, intention.intention, %(attributes)s,
                   wallet.date, rank.date
              %(source)s
             ORDER BY staged.partner_id
            """,
            latest=self.env["crm.wallet.declaration"]._latest_query(
                self.company_id, self.as_of
            ),
            figures=SQL(", ").join(SQL.identifier("staged", name) for name in FIGURES),
            conversion=self._conversion_sql(
                SQL("wallet.currency_id"), SQL("wallet.date")
            ),
            attributes=self._customer_attributes_sql(PEER_ATTRIBUTES),
            source=self._staged_customers_from(
                SQL(" ").join(
                    SQL(
                        "LEFT JOIN statement AS %(kind)s ON %(kind)s.kind = %(name)s"
                        " AND %(kind)s.customer_id = staged.partner_id",
                        kind=identifier,
                        name=kind,
                    )
                    for kind, identifier in statements.items()
                )
            ),
        )

    def _wallet_rows(self, customers, kinds):
        """Return the staged columns of some customers."""
        customers = customers.merge(kinds, how="left", on=list(PEER_ATTRIBUTES))
        settings = self._engine_settings()
        values = sector.sector_values(
            customers,
            horizon_days=settings.horizon_days,
            discount_rate_per_year=settings.discount_rate,
            as_of=self.as_of,
            level=settings.interval_level,
        )
        source = values["share_source"]
        is_loyalty = source.isin(self._loyalty_sources())
        return values.assign(
            loyalty=values["share_of_wallet"].where(is_loyalty, customers["loyalty"]),
            loyalty_source=customers["loyalty_source"].mask(is_loyalty, "share"),
            wallet_declaration_id=customers["wallet_id"]
            .where(source == "declared")
            .fillna(customers["rank_id"].where(source == "rank")),
            wallet_peer_count=customers["peer_count"]
            .where(source == "estimate")
            .astype("Int64"),
        )

    def _loyalty_sources(self):
        """Return the sources of a share that are the degree of loyalty."""
        known = ["declared", "rank"]
        return known + ["estimate"] * self.policy_id.loyalty_from_estimate

    def _mark_open_wallets(self):
        """Mark the fifth of the customers who spend most with others."""
        self.env.cr.execute(
            SQL(
                "UPDATE %(staging)s SET has_high_open_wallet = open_wallet > 0"
                " AND open_wallet >= (SELECT PERCENTILE_DISC(0.8) WITHIN GROUP"
                " (ORDER BY open_wallet) FROM %(staging)s WHERE run_id = %(run)s)"
                " WHERE run_id = %(run)s",
                staging=self._staging_identifier(),
                run=self.id,
            )
        )

    # === WHAT HAPPENED === #

    def _record_wallet_diagnostics(self, found):
        """Note how far each idea of a peer was off on customers left out."""
        self.diagnostic_ids.filtered(lambda row: row.model == "wallet").unlink()
        labels = {
            "all": self.env._("Loss of the top spend of all customers"),
            "class": self.env._("Loss of the top spend of the same kind and size"),
            "neighbours": self.env._("Loss of the top spend of the nearest customers"),
            "regression": self.env._("Loss of the quantile regression"),
        }
        self.env["crm.scoring.run.diagnostic"].create(
            [
                {
                    "run_id": self.id,
                    "model": "wallet",
                    "is_used": method == found.method,
                    "parameter": labels[method],
                    "value": loss,
                }
                for method, loss in found.losses.items()
            ]
        )

    def _log_too_few_peers(self, error):
        self._log(
            self.env._(
                "%(found)s customers bought within the last twelve months: an estimate of"
                " what customers spend in total needs %(needed)s. Record what they tell"
                " you.",
                found=error.found,
                needed=error.needed,
            )
        )

    def _log_wallets(self):
        counts = dict(
            self.env.execute_query(
                SQL(
                    "SELECT share_source, COUNT(*) FROM %s WHERE run_id = %s GROUP BY 1",
                    self._staging_identifier(),
                    self.id,
                )
            )
        )
        self._log(
            self.env._(
                "Total spend of customers: %(declared)s declared it, %(rank)s named our"
                " rank, %(estimate)s are estimated from similar customers.",
                declared=counts.get("declared", 0),
                rank=counts.get("rank", 0),
                estimate=counts.get("estimate", 0),
            )
        )
