from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_customer_filter_mixin import FILTER_ERRORS

SUMS = ("clv", "revenue_recent", "margin", "expected_loss")
OVERLAP = """
    SELECT place.group_ids, COUNT(*), COALESCE(SUM(profile.clv), 0),
           COALESCE(SUM(profile.revenue_recent), 0)
      FROM (SELECT partner_id, company_id,
                   ARRAY_AGG(group_id ORDER BY group_id) AS group_ids
              FROM %(members)s AS member
             GROUP BY partner_id, company_id) AS place
      LEFT JOIN crm_customer_profile AS profile
        ON profile.partner_id = place.partner_id
       AND profile.company_id = place.company_id
     GROUP BY place.group_ids
     ORDER BY CARDINALITY(place.group_ids), place.group_ids
"""


class CrmTargetGroup(models.Model):
    """What a group is worth, before it is saved too, and what groups have in common.

    All of it counts the customers whom the user may see, as the lists do.
    """

    _inherit = "crm.target.group"

    # === FIGURES === #

    @api.model
    @api.readonly
    def get_figures(self, group_id, values):
        """Return size, value and classes of a group as it would be with ``values``."""
        group = self.new(values, origin=self.browse(group_id or None))
        try:
            with self.env.cr.savepoint(flush=False):
                return group._figures()
        except FILTER_ERRORS as error:
            return {"error": group._filter_message(error)}

    def _figures(self):
        profiles = self.env["crm.customer.profile"]
        sums = [f"{name}:sum" for name in SUMS]
        by_class = profiles._read_group(
            self._shown_domain(), ["class_id"], ["__count", *sums]
        )
        by_class.sort(key=lambda row: (-row[0].value_band, -row[0].loyalty_band))
        everyone = Domain("company_id", "=", self.company_id.id)
        [(customers, clv)] = profiles._read_group(everyone, [], ["__count", "clv:sum"])
        totals = [sum(row[place] for row in by_class) for place in range(1, 6)]
        return {
            "currency_id": self.currency_id.id,
            "count": totals[0],
            "share": totals[0] / customers if customers else 0,
            "clv_share": totals[1] / clv if clv > 0 else 0,
            **dict(zip(SUMS, totals[1:], strict=True)),
            "classes": [
                {
                    "id": row[0].id,
                    "name": row[0].display_name or self.env._("No class"),
                    "count": row[1],
                    "clv": row[2],
                }
                for row in by_class
            ],
        }

    def _shown_domain(self):
        """Return the domain of the profiles that belong, the changes by hand included."""
        saved = self._origin
        if self.kind == "static" and saved.kind == "static" and saved.fixed_on:
            return Domain("target_group_ids", "in", saved.ids)
        by_hand = saved.exception_ids.grouped("kind")
        nobody = saved.exception_ids.browse()
        included = by_hand.get("include", nobody).partner_id
        excluded = by_hand.get("exclude", nobody).partner_id
        company = Domain("company_id", "=", self.company_id.id)
        return company & (
            self._profile_domain() & ~Domain("partner_id", "in", excluded.ids)
            | Domain("partner_id", "in", included.ids)
        )

    @api.readonly
    def get_history(self):
        """Return the size and value of the group at each refresh, the oldest first."""
        self.ensure_one()
        snapshots = self.env["crm.target.group.snapshot"]
        if not snapshots.has_access("read"):
            return []
        return snapshots.search_read(
            [("group_id", "=", self.id)],
            ["date", "customer_count", "joined_count", "left_count", "clv"],
            order="date",
        )

    # === OVERLAP === #

    @api.readonly
    def get_overlap(self):
        """Return each part of the overlap of these groups, those in one only first.

        A part is who is in all the groups of ``inside`` and in no other of these.
        """
        self.check_access("read")
        found = self._overlap_parts()
        if len(self) == 2:  # then an empty part says as much as a full one
            for ids in ([self.ids[0]], [self.ids[1]], self.ids):
                found.setdefault(frozenset(ids), (0, 0.0, 0.0))
        sizes = {
            group.id: sum(row[0] for inside, row in found.items() if group.id in inside)
            for group in self
        }
        return {
            "currency_id": self.currency_id[:1].id,
            "groups": [
                {"id": group.id, "name": group.name, "count": sizes[group.id]}
                for group in self
            ],
            "parts": [
                {
                    "inside": [group.id for group in self if group.id in inside],
                    "name": self._part_name(inside),
                    "count": count,
                    "clv": clv,
                    "revenue_recent": revenue,
                }
                for inside, (count, clv, revenue) in sorted(
                    found.items(), key=lambda part: (len(part[0]), -part[1][0])
                )
            ],
        }

    def _overlap_parts(self):
        """Return {groups: (customers, lifetime value, revenue)} of the current members."""
        self.env["crm.target.group.member"].flush_model()
        members = self.env["crm.target.group.member"]._visible_rows(
            Domain("group_id", "in", self.ids)
        )
        rows = self.env.execute_query(SQL(OVERLAP, members=members))
        return {frozenset(ids): tuple(sums) for ids, *sums in rows}

    def _part_name(self, inside):
        names = [group.name for group in self if group.id in inside]
        if len(names) == 1:
            return self.env._("Only %s", names[0])
        return " + ".join(names)

    @api.readonly
    def get_overlap_action(self, inside):
        """Return the action that lists the customers of one part of the overlap."""
        domain = [("target_group_ids", "in", [group_id]) for group_id in inside]
        outside = set(self.ids) - set(inside)
        if outside:
            domain.append(("target_group_ids", "not in", list(outside)))
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "crm_scoring.crm_customer_profile_action"
            ),
            "display_name": self._part_name(inside),
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": domain,
            "context": {},
        }

    # === SEARCH === #

    @api.model
    def _search_by_group(self, operator, value, members_in):
        """Answer a search on ``target_group_ids``.

        ``members_in`` returns the domain of the records that have a membership which
        matches a domain over memberships.
        """
        if operator in ("any", "any!"):
            return members_in(Domain("group_id", "any", value))
        if operator in ("like", "ilike", "=like", "=ilike"):
            return members_in(Domain("group_id", operator, value))
        if operator != "in":
            return NotImplemented
        ids = [item for item in value if item]
        found = members_in(Domain("group_id", "in", ids)) if ids else Domain.FALSE
        if len(ids) < len(value):
            found |= ~members_in(Domain.TRUE)
        return found
