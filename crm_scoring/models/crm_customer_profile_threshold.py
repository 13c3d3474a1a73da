from collections import Counter, defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.customer_analytics import gateway
from odoo.addons.customer_analytics.value.classification import classification

from .crm_scoring_policy_bands import (
    AXES,
    AXIS_FIELDS,
    LOYALTY_METHODS,
    MAX_BANDS,
    METHOD_FIGURES,
    VALUE_METHODS,
)

METHODS = {"value": VALUE_METHODS, "loyalty": LOYALTY_METHODS}
PREVIEW_SUMS = {
    "clv": "clv",
    "margin": "margin_recent",
    "expected_loss": "expected_loss",
}


class CrmCustomerProfile(models.Model):
    """What other thresholds would do: who would be where, before anything is saved."""

    _inherit = "crm.customer.profile"

    @api.model
    @api.readonly
    def get_threshold_preview(self, domain, bounds, type_id=False):
        """Return the matrix as ``bounds`` would make it, and the moves that lead there."""
        policy = self._portfolio_policy()
        changed = policy._changed_bounds(bounds, type_id)
        class_of = policy._class_of_cells()
        cells = {class_id: Counter() for class_id in policy.class_ids.ids}
        moves = defaultdict(Counter)
        for before, cell, figures in self._preview_rows(domain, changed, type_id):
            after = class_of.get(cell, before)
            cells.setdefault(after, Counter()).update(figures)
            if after != before:
                cells[after]["joined"] += figures["customers"]
                cells.setdefault(before, Counter())["left"] += figures["customers"]
                moves[before, after].update(figures)
        return {
            "cells": self._preview_cells(policy, cells),
            "moved": sum(move["customers"] for move in moves.values()),
            "moves": self._preview_moves(moves),
        }

    @api.model
    def _preview_rows(self, domain, changed, type_id):
        """Yield class now, cell to be (None: stays) and figures, for each of their pairs."""
        query = self._portfolio_query(domain, type_id)
        class_id = self._field_to_sql(query.table, "class_id", query)
        ranks = self._rank_columns(query, changed, self._is_fixed_sql(query, type_id))
        sums = [
            SQL("COALESCE(SUM(%s), 0)", self._field_to_sql(query.table, name, query))
            for name in PREVIEW_SUMS.values()
        ]
        query.groupby = SQL("1, 2, 3")
        for before, value, loyalty, customers, *amounts in self.env.execute_query(
            query.select(class_id, *ranks, SQL("COUNT(*)"), *sums)
        ):
            figures = dict(zip(PREVIEW_SUMS, map(float, amounts), strict=True))
            cell = (value, loyalty) if value else None
            yield before or False, cell, {"customers": customers, **figures}

    @api.model
    def _is_fixed_sql(self, query, type_id):
        """Whether bounds do not move the customer: lost, of a class by hand or of a type.

        Among all customers the bounds are those of the customers of no type; where a type
        was asked for, the query knows no other.
        """
        return SQL(
            "(COALESCE(%s, FALSE) OR %s = 0 OR COALESCE(%s, 0) <> %s)",
            self._field_to_sql(query.table, "is_class_assigned", query),
            self._portfolio_column("value_band", query),
            self._field_to_sql(query.table, "type_id", query),
            max(type_id or 0, 0),
        )

    @api.model
    def _rank_columns(self, query, changed, is_fixed):
        """Return the band of each axis by the changed bounds, 0 for whom they do not move.

        Unchanged ones hold. Joined rather than computed, like the bins of histograms.
        """
        return [
            self._joined_number(
                query,
                f"{axis}_rank",
                SQL("CASE WHEN %s THEN 0 ELSE %s END", is_fixed, rank),
                MAX_BANDS,
            )
            for axis, rank in self._ranks(query, changed).items()
        ]

    @api.model
    def _ranks(self, query, changed):
        return {
            axis: SQL(
                "1 + WIDTH_BUCKET(%s, %s::double precision[])",
                self._portfolio_column(AXIS_FIELDS[axis], query),
                changed[axis],
            )
            if axis in changed
            else self._portfolio_column(f"{axis}_band", query)
            for axis in AXES
        }

    @api.model
    def _preview_cells(self, policy, cells):
        places = {
            cell.id: (cell.value_band, cell.loyalty_band) for cell in policy.class_ids
        }
        return [
            {
                "class_id": class_id,
                "value_band": places.get(class_id, (0, 0))[0],
                "loyalty_band": places.get(class_id, (0, 0))[1],
                **{name: figures[name] for name in ("customers", "joined", "left")},
                **{name: self._money_figure(figures[name]) for name in PREVIEW_SUMS},
            }
            for class_id, figures in cells.items()
        ]

    @api.model
    def _preview_moves(self, moves):
        return [
            {
                "before": before,
                "after": after,
                "customers": figures["customers"],
                "clv": self._money_figure(figures["clv"]),
            }
            for (before, after), figures in sorted(
                moves.items(), key=lambda move: -move[1]["customers"]
            )
        ]

    # === WHO WOULD CHANGE === #

    @api.model
    @api.readonly
    def get_preview_movers_action(
        self, domain, bounds, type_id=False, before=False, after=False
    ):
        """Return the list of the customers whom ``bounds`` would move, of some classes."""
        movers = self._movers_domain(bounds, type_id, after)
        if before:
            movers &= Domain("class_id", "=", before)
        return self._preview_action(
            self.env._("Customers Who Would Change Class"), domain, movers
        )

    @api.model
    @api.readonly
    def get_preview_customers_action(self, domain, bounds, type_id, class_id):
        """Return the list of the customers whom a class would hold by ``bounds``."""
        held = Domain("class_id", "=", class_id)
        if type_id:
            held &= Domain("type_id", "=", max(type_id, 0) or False)
        stay = held & ~self._movers_domain(bounds, type_id)
        name = self.env["crm.customer.class"].browse(class_id).name
        return self._preview_action(
            self.env._("%s, if the Thresholds Were Saved", name),
            domain,
            stay | self._movers_domain(bounds, type_id, class_id),
        )

    @api.model
    def _preview_action(self, name, domain, wanted):
        """Return the list of the company's customers that match both domains."""
        company = Domain("company_id", "=", self.env.company.id)
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "crm_scoring.crm_customer_profile_action"
            ),
            "display_name": name,
            "domain": list(Domain(domain or []) & company & wanted),
            "context": {},
        }

    @api.model
    def _movers_domain(self, bounds, type_id, after=False):
        """Return the customers of a type whom ``bounds`` would move, to a class or any."""
        policy = self._portfolio_policy()
        changed = policy._changed_bounds(bounds, type_id)
        movers = Domain.OR(
            self._cell_domain(cell, changed) & Domain("class_id", "!=", class_id)
            for cell, class_id in policy._class_of_cells().items()
            if all(cell) and after in (False, class_id)
        )
        return movers & Domain("type_id", "=", max(type_id or 0, 0) or False)

    @api.model
    def _cell_domain(self, cell, changed):
        """Return the customers whom thresholds place in a cell."""
        found = Domain("is_class_assigned", "=", False) & Domain("value_band", "!=", 0)
        for axis, rank in zip(AXES, cell, strict=True):
            if axis not in changed:
                found &= Domain(f"{axis}_band", "=", rank)
                continue
            limits = [None, *changed[axis], None]
            if limits[rank - 1] is not None:
                found &= Domain(AXIS_FIELDS[axis], ">=", limits[rank - 1])
            if limits[rank] is not None:
                found &= Domain(AXIS_FIELDS[axis], "<", limits[rank])
        return found

    # === BOUNDS BY A RULE === #

    @api.model
    @api.readonly
    def get_suggested_bounds(self, domain, axis, method, figures=False, type_id=False):
        """Return bounds of ``axis`` that ``method`` finds among the customers as they are.

        ``figures`` are the shares that the method asks for; those of the policy's bands if
        left out. By hand there is nothing to find: the bounds in use are returned.
        """
        policy = self._portfolio_policy()
        if axis not in AXES or method not in dict(METHODS[axis]):
            raise UserError(
                self.env._("Thresholds of this axis are not found that way.")
            )
        bands = policy._axis_bands(axis, policy._customer_type(type_id))[1:]
        in_use = bands.mapped("lower_bound")
        figures = figures or bands.mapped(METHOD_FIGURES[method])
        if method == "manual":
            return in_use
        policy._check_shares(axis, method, figures, len(in_use))
        query = self._portfolio_query(domain, type_id)
        query.add_where(SQL("%s > 0", self._portfolio_column("value_band", query)))
        value = self._portfolio_column(AXIS_FIELDS[axis], query)
        self.env.flush_query(query.select(value))
        customers = gateway.read_frame(
            self.env.cr, query.select(value), {axis: "float64"}
        )
        if customers.empty:
            return []
        rule = classification.AxisRule(method, tuple(figures), axis == "value")
        return classification.axis_bounds(customers[axis].to_numpy(), rule).tolist()
