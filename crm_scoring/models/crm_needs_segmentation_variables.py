from odoo import models
from odoo.tools import SQL

from odoo.addons.customer_analytics import gateway
from odoo.addons.customer_analytics.value.classification.needs_variables import (
    NeedsVariable,
)

# Columns of the profile that are compared as they are, null where nothing is known.
FIGURES = {
    "purchase_interval": "profile.purchase_interval",
    "average_purchase": "profile.average_purchase",
    "category_count": "NULLIF(profile.category_count, 0)",
    "seasonal_strength": "profile.seasonal_strength",
    "discount_rate": "profile.discount_rate",
    "return_rate": "profile.return_rate",
    "late_payment_share": "CASE WHEN profile.due_instalment_count > 0"
    " THEN profile.late_payment_share END",
    "share_of_wallet": "CASE WHEN profile.share_source IS NOT NULL"
    " THEN profile.share_of_wallet END",
}
# One column per record: 1 if it is the customer's.
CHOICES = {
    "channel": ("crm.team", "profile.main_team_id"),
    "industry": ("res.partner.industry", "customer.industry_id"),
    "country": ("res.country", "customer.country_id"),
}
# Categories, teams or tags of which each variable has a column, the commonest ones.
MOST_ITEMS = 30


class CrmNeedsSegmentation(models.Model):
    """Where the variables are read: as SQL over profiles, published or of a run.

    A variable is a column of the profile, or several, one per product category, sales team
    or tag, named after the variable and the record: ``category_mix_17``.
    """

    _inherit = "crm.needs.segmentation"

    def _engine_variables(self):
        """Return what was ticked, as the engine knows it; without columns, left out."""
        columns = {
            variable: self._variable_columns(variable.code)
            for variable in self.variable_ids.sorted()
        }
        return [
            NeedsVariable(variable.code, tuple(names), variable.kind)
            for variable, names in columns.items()
            if names
        ]

    def _variable_columns(self, code):
        if code in FIGURES:
            return [code]
        ids = self.env.execute_query(
            SQL("%s LIMIT %s", self._items_query(code), MOST_ITEMS)
        )
        return [f"{code}_{item}" for (item,) in ids]

    def _items_query(self, code) -> SQL:
        """Return the records that have a column, the commonest first."""
        company = self.company_id.id
        if code == "category_mix":
            return SQL(
                "SELECT category_id FROM crm_customer_category WHERE company_id = %s"
                " GROUP BY category_id ORDER BY SUM(revenue) DESC, category_id",
                company,
            )
        value, joins = (
            SQL("rel.category_id"),
            SQL(
                "JOIN res_partner_res_partner_category_rel AS rel"
                " ON rel.partner_id = profile.partner_id"
            ),
        )
        if code in CHOICES:
            value, joins = SQL(CHOICES[code][1]), SQL()
        return SQL(
            "SELECT %(value)s FROM crm_customer_profile AS profile"
            " JOIN res_partner AS customer ON customer.id = profile.partner_id %(joins)s"
            " WHERE profile.company_id = %(company)s AND %(value)s IS NOT NULL"
            " GROUP BY 1 ORDER BY COUNT(*) DESC, 1",
            value=value,
            joins=joins,
            company=company,
        )

    def _published_frame(self, columns, condition):
        """Return ``columns`` of the published profiles."""
        return self._variables_frame(
            columns,
            condition,
            SQL("profile.company_id = %s", self.company_id.id),
            "crm_customer_profile",
            "crm_customer_category",
        )

    def _staged_needs_frame(self, run, columns, condition):
        """Return ``columns`` of the profiles that ``run`` is making."""
        return self._variables_frame(
            columns,
            condition,
            SQL("profile.run_id = %s", run.id),
            self.env["crm.customer.profile"]._staging_table(),
            self.env["crm.customer.category"]._staging_table(),
        )

    def _variables_frame(self, columns, condition, scope, profiles, categories):
        query = SQL(
            "SELECT profile.partner_id, %(columns)s"
            " FROM %(profiles)s AS profile"
            " JOIN res_partner AS customer ON customer.id = profile.partner_id"
            " %(mix)s WHERE %(scope)s AND %(condition)s",
            columns=SQL(", ").join(self._column_sql(name) for name in columns),
            profiles=SQL.identifier(profiles),
            mix=self._mix_sql(columns, categories),
            scope=scope,
            condition=condition,
        )
        types = {"customer_id": "int64", **dict.fromkeys(columns, "float64")}
        return gateway.read_frame(self.env.cr, query, types)

    def _column_sql(self, name) -> SQL:
        if name in FIGURES:
            return SQL(FIGURES[name])
        code, item = self._column_item(name)
        if code == "category_mix":
            return SQL("mix.%s", SQL.identifier(name))
        if code in CHOICES:
            return SQL("(%s = %s)::int", SQL(CHOICES[code][1]), item)
        return SQL(
            "EXISTS (SELECT 1 FROM res_partner_res_partner_category_rel AS rel"
            " WHERE rel.partner_id = profile.partner_id AND rel.category_id = %s)::int",
            item,
        )

    def _mix_sql(self, columns, categories) -> SQL:
        """Join the shares of spend; of who bought nothing of a category they are unknown."""
        shares = [name for name in columns if name.startswith("category_mix_")]
        if not shares:
            return SQL()
        return SQL(
            "LEFT JOIN LATERAL (SELECT %s FROM %s AS bought"
            " WHERE bought.partner_id = profile.partner_id"
            " AND bought.company_id = profile.company_id) AS mix ON TRUE",
            SQL(", ").join(
                SQL(
                    "CASE WHEN COUNT(*) > 0 THEN COALESCE(SUM(bought.spend_share)"
                    " FILTER (WHERE bought.category_id = %s), 0) END AS %s",
                    self._column_item(name)[1],
                    SQL.identifier(name),
                )
                for name in shares
            ),
            SQL.identifier(categories),
        )

    def _column_item(self, name):
        """Return the variable of a column, and the identifier of its record."""
        code, _separator, item = name.rpartition("_")
        return code, int(item)

    def _item_names(self, columns):
        """Return the names of the records behind ``columns``, without those deleted."""
        models_of = {
            "category_mix": "product.category",
            "tag": "res.partner.category",
            **{code: model for code, (model, _column) in CHOICES.items()},
        }
        items = {}
        for name in columns:
            code, item = self._column_item(name)
            items.setdefault(code, {})[item] = name
        return {
            items[code][record.id]: record.name
            for code in items
            for record in self.env[models_of[code]].sudo().browse(items[code]).exists()
        }
