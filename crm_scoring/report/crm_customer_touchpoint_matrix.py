from math import ceil, sqrt

from odoo import api, fields, models
from odoo.fields import Domain

# Shades of a cell; the root lets small numbers be seen beside a large one.
SHADES = 5
MEASURES = ("count", "cost")
TIMELINE_FIELDS = [
    "channel",
    "date",
    "direction",
    "name",
    "reason",
    "res_id",
    "res_model",
    "user_id",
]


class CrmCustomerTouchpoint(models.Model):
    """Contacts by reason and channel, and the latest ones, as the screens show them."""

    _inherit = "crm.customer.touchpoint"

    @api.model
    def _contact_matrix(self, domain, months, phase):
        """Return the matrix of reason x channel with its totals, and what it counts.

        ``months`` looked back, 0 for everything; ``phase`` of the sale, False for all.
        """
        domain = Domain(domain) & self._period_domain(months)
        if phase:
            domain &= Domain("phase", "=", phase)
        groups = self._read_group(
            domain, ["reason", "channel"], ["__count", "cost:sum"]
        )
        cells = {
            (reason, channel): {"count": count, "cost": cost or 0.0}
            for reason, channel, count, cost in groups
        }
        company = self.env.company
        return {
            **self._matrix_axes(cells),
            "total": self._total(cells.values()),
            "phases": self._labels("phase"),
            "currency_id": company.currency_id.id,
            "has_costs": self._has_contact_costs(company),
            "domain": self._sent_domain(domain),
        }

    @api.model
    def _matrix_axes(self, cells):
        """Return the rows with their cells, and the columns; each with its total."""
        in_use = {channel for _reason, channel in cells}
        channels = [
            (channel, label)
            for channel, label in self._labels("channel")
            if channel != "other" or channel in in_use
        ]
        shaded = self._shaded_cells(cells)
        rows = [
            {
                "reason": reason,
                "label": label,
                "cells": [shaded[reason, channel] for channel, _label in channels],
                **self._axis_total(cells, 0, reason),
            }
            for reason, label in self._labels("reason")
        ]
        columns = [
            {"channel": channel, "label": label, **self._axis_total(cells, 1, channel)}
            for channel, label in channels
        ]
        return {"rows": rows, "columns": columns}

    @api.model
    def _shaded_cells(self, cells):
        """Return every cell of the matrix, each measure with its shade beside it."""
        highest = {
            measure: max((cell[measure] for cell in cells.values()), default=0)
            for measure in MEASURES
        }
        return {
            (reason, channel): {
                "channel": channel,
                **self._shaded(cells.get((reason, channel)), highest),
            }
            for reason, _label in self._labels("reason")
            for channel, _label in self._labels("channel")
        }

    @api.model
    def _shaded(self, cell, highest):
        cell = cell or dict.fromkeys(MEASURES, 0)
        shades = {
            f"{measure}_shade": ceil(SHADES * sqrt(cell[measure] / highest[measure]))
            if highest[measure]
            else 0
            for measure in MEASURES
        }
        return {**cell, **shades}

    @api.model
    def _axis_total(self, cells, axis, key):
        """Return the total of the cells whose place on the axis is ``key``."""
        return self._total(cell for place, cell in cells.items() if place[axis] == key)

    @api.model
    def _total(self, cells):
        cells = list(cells)
        return {measure: sum(cell[measure] for cell in cells) for measure in MEASURES}

    @api.model
    def _contact_timeline(self, domain, limit):
        """Return the latest contacts by month, newest first, and whether there are more."""
        touchpoints = self.search_fetch(domain, TIMELINE_FIELDS, limit=limit + 1)
        months = []
        for touchpoint in touchpoints[:limit]:
            day = fields.Datetime.context_timestamp(touchpoint, touchpoint.date).date()
            month = self.env["ir.qweb.field.date"].value_to_html(
                day, {"format": "MMMM yyyy"}
            )
            if not months or months[-1]["month"] != month:
                months.append({"month": month, "contacts": []})
            months[-1]["contacts"].append(touchpoint._timeline_entry(day))
        return {"months": months, "has_more": len(touchpoints) > limit}

    def _timeline_entry(self, day):
        return {
            "id": self.id,
            "date": fields.Date.to_string(day),
            "name": self.name or "",
            "channel": self.channel,
            "channel_label": dict(self._labels("channel"))[self.channel],
            "reason_label": dict(self._labels("reason"))[self.reason],
            "direction": self.direction,
            "by": self.user_id.name or "",
            "res_model": self.res_model,
            "res_id": self.res_id,
        }

    @api.model
    def _labels(self, field_name):
        return self._fields[field_name]._description_selection(self.env)

    @api.model
    def _period_domain(self, months):
        """Return the contacts of the last ``months`` months, to the day."""
        if not months:
            return Domain.TRUE
        today = fields.Date.context_today(self)
        return Domain("date", ">=", fields.Date.subtract(today, months=months))

    @api.model
    def _sent_domain(self, domain):
        """Return a domain as the web client takes it."""
        return [
            [part[0], part[1], fields.Date.to_string(part[2])]
            if not isinstance(part, str) and part[0] == "date"
            else part
            for part in domain
        ]
