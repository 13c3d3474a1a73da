from odoo import models


class CrmScoringDemo(models.AbstractModel):
    """What customers told the salespeople and the questionnaire about their spend."""

    _inherit = "crm.scoring.demo"

    def _build_statements(self, books):
        said = self.env["crm.wallet.declaration"]._record_declared(
            self.env.company,
            [self._declaration_vals(books, item) for item in books.story.statements],
        )
        return self.env._("%s statements of customers", len(said))

    def _declaration_vals(self, books, item):
        return {
            "partner_id": books.partners[item.customer.key].id,
            "date": item.day,
            "kind": item.kind,
            "amount": item.amount,
            "supplier_rank": item.rank,
            "supplier_count": item.suppliers,
            "intention": item.intention,
            "source": item.source,
            "user_id": books.users[item.customer.salesperson].id,
        }
