from collections import Counter
from functools import reduce
from operator import add

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_scoring_policy_bands import AXES, AXIS_FIELDS
from .crm_scoring_policy_bounds import OTHER_CUSTOMERS

# What a cell shows, and the field that is added up for it.
CELL_SUMS = {
    "clv": "clv",
    "revenue": "revenue_recent",
    "margin": "margin_recent",
    "cost_to_serve": "cost_to_serve",
    "expected_loss": "expected_loss",
    "churn_probability": "churn_probability",
}
TOTALS = ("clv", "revenue", "margin", "expected_loss")
# From the same pass over the customers: what the bins and the note on loyalty need.
AXIS_FIGURES = """
    MIN(%(value)s), MAX(%(value)s), COALESCE(SUM(GREATEST(%(value)s, 0)), 0),
    COUNT(*) FILTER (WHERE %(value)s > 0), MIN(%(loyalty)s), MAX(%(loyalty)s),
    COUNT(*) FILTER (WHERE %(source)s = 'share' AND %(share)s <> 'estimate'),
    COUNT(*) FILTER (WHERE %(source)s = 'share' AND %(share)s = 'estimate')
"""
FIGURE_NAMES = (
    "value_min",
    "value_max",
    "value_sum",
    "value_positive",
    "loyalty_min",
    "loyalty_max",
    "declared",
    "estimated",
)


class CrmCustomerProfile(models.Model):
    """The matrix as a whole: customers and money of each cell, for whom the reader sees."""

    _inherit = "crm.customer.profile"

    # All that the screen adds up, so that it is read from the index alone: of a million
    # customers 150 MB instead of all their pages.
    _portfolio_index = models.Index(
        "(company_id) INCLUDE (partner_id, type_id, class_id, value_band, loyalty_band,"
        " user_id, country_id, industry_id, customer_active, is_class_assigned,"
        " matrix_value, loyalty, loyalty_source, share_source, clv, revenue_recent,"
        " margin_recent, cost_to_serve, expected_loss, churn_probability)"
    )

    @api.model
    @api.readonly
    def get_portfolio(self, domain, type_id=False):
        """Return all that the portfolio screen shows of the customers that match."""
        policy = self._portfolio_policy()
        of_type = self._portfolio_cells(domain)
        cells = self._cells_of(of_type, type_id)
        figures = self._axis_figures(cells)
        return {
            **self._portfolio_settings(policy, type_id),
            "types": self._portfolio_types(policy, of_type),
            **self._loyalty_words(figures),
            **self._portfolio_classes(policy, cells),
            "prospects": self._portfolio_prospects(),
            "histograms": self._histograms(domain, type_id, figures),
        }

    # === WHOSE MATRIX === #

    @api.model
    def _portfolio_policy(self):
        """Return the policy of the reader's company: its bounds are no secret to readers."""
        policies = self.env["crm.scoring.policy"].sudo()
        return policies.search([("company_id", "=", self.env.company.id)])

    @api.model
    def _portfolio_query(self, domain, type_id=False, *, condition=None):
        """Return the query of the company's customers that match and the reader may see."""
        wanted = Domain(domain or []) & Domain("company_id", "=", self.env.company.id)
        if type_id:
            wanted &= Domain("type_id", "=", max(type_id, 0) or False)
        query = self._search(wanted)
        if condition is not None:
            query.add_where(condition)
        return query

    @api.model
    def _portfolio_column(self, name, query):
        """Return a stored number of the profile, 0 where it is not known."""
        return SQL("COALESCE(%s, 0)", self._field_to_sql(query.table, name, query))

    @api.model
    def _portfolio_settings(self, policy, type_id):
        run = policy.last_run_id
        customer_type = policy._customer_type(type_id)
        return {
            "policy_id": policy.id,
            "company": self.env.company.name,
            "currency_id": self.env.company.currency_id.id,
            "as_of": fields.Date.to_string(run.as_of) if run else False,
            "is_outdated": bool(run) and not all(map(policy._has_bounds, AXES)),
            "is_manager": self.env.user.has_group(
                "crm_scoring.group_crm_scoring_manager"
            ),
            "value_label": dict(
                policy._fields["value_index"]._description_selection(self.env)
            ).get(policy.value_index, ""),
            "type_id": type_id,
            "methods": {axis: policy[f"{axis}_method"] for axis in AXES},
            "frozen_until": fields.Date.to_string(policy.frozen_until) or False,
            "bands": {
                axis: [
                    {
                        "rank": band.rank,
                        "name": band.display_name,
                        "lower_bound": band.lower_bound,
                    }
                    for band in policy._axis_bands(axis, customer_type)
                ]
                for axis in AXES
            },
        }

    @api.model
    def _loyalty_words(self, figures):
        """Name the axis of loyalty by what it rests on, and count the customers of each."""
        customers, declared, estimated = (
            int(figures[name]) for name in ("customers", "declared", "estimated")
        )
        known = declared + estimated
        label = self.env._("Degree of loyalty")
        if not known:
            label = self.env._("Probability of buying again")
        elif known == customers:
            label = self.env._("Share of wallet")
        note = self.env._(
            "Of %(customers)s customers, loyalty is a declared share of wallet for"
            " %(declared)s, an estimated one for %(estimated)s and the probability of"
            " buying again for %(others)s.",
            customers=customers,
            declared=declared,
            estimated=estimated,
            others=customers - known,
        )
        return {"loyalty_label": label, "loyalty_note": note}

    # === CELLS === #

    @api.model
    def _portfolio_cells(self, domain):
        """Return what the customers of each type and class add up to.

        [(type or None, class or None, figures)]
        """
        query = self._portfolio_query(domain)
        column = {
            name: self._field_to_sql(query.table, name, query)
            for name in ("type_id", "class_id", "loyalty_source", "share_source")
        }
        figures = SQL(
            AXIS_FIGURES,
            source=column["loyalty_source"],
            share=column["share_source"],
            **{
                axis: self._portfolio_column(name, query)
                for axis, name in AXIS_FIELDS.items()
            },
        )
        groups = SQL("%s, %s", column["type_id"], column["class_id"])
        query.groupby = groups
        sums = [
            SQL("COALESCE(SUM(%s), 0)", self._field_to_sql(query.table, name, query))
            for name in CELL_SUMS.values()
        ]
        rows = self.env.execute_query(
            query.select(groups, SQL("COUNT(*)"), *sums, figures)
        )
        names = ("customers", *CELL_SUMS, *FIGURE_NAMES)
        return [
            (type_id, class_id, dict(zip(names, map(float, numbers), strict=True)))
            for type_id, class_id, *numbers in rows
        ]

    @api.model
    def _cells_of(self, rows, type_id):
        """Return the figures of each class, of one type or of all: {class: figures}."""
        cells = {}
        for row_type, class_id, figures in rows:
            if type_id and (row_type or OTHER_CUSTOMERS) != type_id:
                continue
            held = cells.get(class_id)
            cells[class_id] = self._joined(held, figures) if held else figures
        return cells

    @api.model
    def _joined(self, one, other):
        """Return the figures of two groups together: extremes stay extremes."""
        joiners = {"min": min, "max": max}
        return {
            name: joiners.get(name.rpartition("_")[2], add)(one[name], other[name])
            for name in one
        }

    @api.model
    def _portfolio_types(self, policy, rows):
        """Return the types with their customers, and the customers of none of them."""
        types = self.env["crm.customer.type"].search([("policy_id", "=", policy.id)])
        if not types:
            return []
        count = Counter()
        for type_id, _class_id, figures in rows:
            count[type_id or OTHER_CUSTOMERS] += int(figures["customers"])
        named = {each.id: each.name for each in types}
        named[OTHER_CUSTOMERS] = self.env._("Other customers")
        return [
            {"id": type_id, "name": name, "customers": count[type_id]}
            for type_id, name in named.items()
        ]

    @api.model
    def _axis_figures(self, cells):
        """Return the figures of all cells together."""
        nothing = dict.fromkeys(("customers", *CELL_SUMS, *FIGURE_NAMES), 0.0)
        return reduce(self._joined, cells.values()) if cells else nothing

    @api.model
    def _portfolio_classes(self, policy, cells):
        """Return the cells of the matrix, empty ones too, lost customers, and totals."""
        classes = policy.class_ids.with_env(self.env)
        lost = classes.filtered(lambda cell: not cell.value_band)
        inside = classes - lost
        shown = set(classes.ids)
        return {
            "cells": [self._cell_values(cell, cells.get(cell.id)) for cell in inside],
            "lost": self._cell_values(
                lost[:1], cells.get(lost[:1].id) if lost else None
            ),
            "outside": int(
                sum(
                    figures["customers"]
                    for class_id, figures in cells.items()
                    if class_id not in shown
                )
            ),
            "totals": {
                "customers": int(sum(cell["customers"] for cell in cells.values())),
                **{
                    name: self._money_figure(sum(cell[name] for cell in cells.values()))
                    for name in TOTALS
                },
            },
        }

    @api.model
    def _cell_values(self, cell, figures):
        """Return a class and what its customers add up to."""
        figures = figures or dict.fromkeys(("customers", *CELL_SUMS), 0.0)
        customers = int(figures["customers"])
        strategies = dict(cell._fields["strategy"]._description_selection(self.env))
        churn = figures["churn_probability"] / customers if customers else 0.0
        return {
            "class_id": cell.id,
            "name": cell.name,
            "color": cell.color,
            "strategy": cell.strategy,
            "strategy_label": strategies.get(cell.strategy, ""),
            "description": cell.description or "",
            "value_band": cell.value_band,
            "loyalty_band": cell.loyalty_band,
            "customers": customers,
            **{name: self._money_figure(figures[name]) for name in CELL_SUMS},
            "churn_probability": round(churn, 4),
        }

    @api.model
    def _money_figure(self, amount):
        return self.env.company.currency_id.round(float(amount))

    @api.model
    def _portfolio_prospects(self):
        """Return the open leads by the class they would enter, with what they are worth."""
        leads = self.env["crm.lead"]
        if not leads.has_access("read"):
            return []
        query = leads._search(
            Domain("lead_value_id.class_id.company_id", "=", self.env.company.id)
            & Domain("won_status", "=", "pending")
        )
        class_id = leads._field_to_sql(query.table, "class_if_won_id", query)
        value = leads._field_to_sql(query.table, "expected_value", query)
        query.groupby = class_id
        rows = self.env.execute_query(
            query.select(class_id, SQL("COUNT(*)"), SQL("COALESCE(SUM(%s), 0)", value))
        )
        return [
            {
                "class_id": class_id,
                "leads": count,
                "expected_value": self._money_figure(value),
            }
            for class_id, count, value in rows
        ]
