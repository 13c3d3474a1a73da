from collections import Counter

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_scoring_policy_bands import AXES
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
# From the same pass over the customers: what the note on loyalty needs.
SOURCE_COUNTS = """
    COUNT(*) FILTER (WHERE %(source)s = 'share' AND %(share)s <> 'estimate'),
    COUNT(*) FILTER (WHERE %(source)s = 'share' AND %(share)s = 'estimate')
"""
FIGURES = ("customers", *CELL_SUMS, "declared", "estimated")


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

    def init(self):
        """Have the table vacuumed soon after thresholds moved some: an index alone can be
        read only where the database knows that all see its rows.
        """
        self.env.cr.execute(
            SQL(
                "ALTER TABLE %s SET (autovacuum_vacuum_scale_factor = 0.01)",
                SQL.identifier(self._table),
            )
        )
        return super().init()

    @api.model
    @api.readonly
    def get_portfolio(self, domain, type_id=False):
        """Return all that the portfolio screen shows of the customers that match."""
        policy = self._portfolio_policy()
        axes = self._matrix_axes(type_id)
        every = self._portfolio_rows(policy, domain, axes)
        rows = [row for row in every if not type_id or row["type_id"] == type_id]
        cells = self._sums_by("class_id", rows)
        return {
            **self._portfolio_settings(policy, type_id),
            "types": self._portfolio_types(policy, every),
            **self._loyalty_words(cells),
            **self._portfolio_classes(policy, cells),
            "prospects": self._portfolio_prospects(),
            "histograms": self._histograms(axes, rows),
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
    def _joined_number(self, query, name, number, greatest):
        """Return a whole number from 0 to ``greatest`` to group the customers by.

        It is joined rather than computed: so the database knows how few groups there will
        be, and shares out the customers among its processes. Of an array that it has not
        seen it expects ten numbers: of 40 by 40 bins, which the classes hold apart, it would
        expect so many groups that it hardly dares.
        """
        alias = query.make_alias(query.table, name)
        column = SQL.identifier(alias, alias)
        query.add_join(
            "LEFT JOIN",
            alias,
            SQL("UNNEST(ARRAY(SELECT GENERATE_SERIES(0, %s)))", greatest),
            SQL("%s = %s", column, number),
        )
        return column

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
    def _loyalty_words(self, cells):
        """Name the axis of loyalty by what it rests on, and count the customers of each."""
        customers, declared, estimated = (
            int(sum(figures[name] for figures in cells.values()))
            for name in ("customers", "declared", "estimated")
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
    def _portfolio_rows(self, policy, domain, axes):
        """Return what the customers of each type, class and pair of bins add up to.

        [{type_id, class_id, value, loyalty (the bins, None if lost), and FIGURES}]
        """
        query = self._portfolio_query(domain)
        column = {
            name: self._field_to_sql(query.table, name, query)
            for name in ("type_id", "class_id", "loyalty_source", "share_source")
        }
        # A column that is empty in every row is expected to hold two hundred values.
        types = column["type_id"] if policy._has_types() else SQL("NULL::integer")
        keys = [types, column["class_id"], *self._bin_columns(query, axes)]
        sums = [
            SQL("COALESCE(SUM(%s), 0)", self._field_to_sql(query.table, name, query))
            for name in CELL_SUMS.values()
        ]
        sources = SQL(
            SOURCE_COUNTS,
            source=column["loyalty_source"],
            share=column["share_source"],
        )
        query.groupby = SQL(", ").join(keys)
        names = ("type_id", "class_id", *AXES)
        return [
            {
                **dict(zip(names, row[:4], strict=True)),
                "type_id": row[0] or OTHER_CUSTOMERS,
                **dict(zip(FIGURES, map(float, row[4:]), strict=True)),
            }
            for row in self.env.execute_query(
                query.select(*keys, SQL("COUNT(*)"), *sums, sources)
            )
        ]

    @api.model
    def _sums_by(self, name, rows):
        """Return the figures of the rows of one class, or type: {identifier: figures}."""
        sums = {}
        for row in rows:
            held = sums.setdefault(row[name], dict.fromkeys(FIGURES, 0.0))
            for figure in FIGURES:
                held[figure] += row[figure]
        return sums

    @api.model
    def _portfolio_types(self, policy, rows):
        """Return the types with their customers, and the customers of none of them."""
        types = self.env["crm.customer.type"].search([("policy_id", "=", policy.id)])
        if not types:
            return []
        sums = self._sums_by("type_id", rows)
        count = Counter({each: int(one["customers"]) for each, one in sums.items()})
        named = {each.id: each.name for each in types}
        named[OTHER_CUSTOMERS] = self.env._("Other customers")
        return [
            {"id": type_id, "name": name, "customers": count[type_id]}
            for type_id, name in named.items()
        ]

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
