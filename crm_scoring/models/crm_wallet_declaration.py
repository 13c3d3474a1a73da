from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

DECLARATION_KINDS = [
    ("wallet", "Total spend per year"),
    ("rank", "Our rank among their suppliers"),
    ("intention", "Intention to buy"),
]
LONGEST_VALIDITY = 120


class CrmWalletDeclaration(models.Model):
    """What a customer said: total spend, our rank, or intention to buy.

    One record is one statement. Of each kind the latest that is still valid counts.
    """

    _name = "crm.wallet.declaration"
    _inherit = ["crm.customer.record.mixin"]
    _description = "Declared Wallet"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    date = fields.Date(
        string="Said on", required=True, default=fields.Date.context_today
    )
    kind = fields.Selection(
        DECLARATION_KINDS, string="What They Said", required=True, default="wallet"
    )
    amount = fields.Monetary(
        string="Total Spend per Year",
        aggregator="avg",
        help="What the customer spends in a year on what we sell, with us and with"
        " everybody else, net of taxes.",
    )
    supplier_rank = fields.Integer(
        string="Our Rank",
        aggregator="avg",
        help="1: the customer buys more from us than from any other supplier.",
    )
    supplier_count = fields.Integer(
        string="Number of Suppliers",
        aggregator="avg",
        help="How many suppliers the customer uses, including us.",
    )
    intention = fields.Integer(
        string="Intention (0 to 10)",
        aggregator="avg",
        help="0: no chance that the customer buys within the horizon, 10: certain.",
    )
    valid_months = fields.Integer(
        string="Valid for (months)",
        required=True,
        default=12,
        aggregator=None,
        help="After that the statement is history and no longer counts.",
    )
    valid_until = fields.Date(
        compute="_compute_valid_until", store=True, precompute=True
    )
    source = fields.Char(help="Where it comes from, e.g. a visit, a call or a survey.")
    reference = fields.Char(
        copy=False,
        help="Identifier in the source. The same reference again corrects the"
        " statement instead of adding one.",
    )
    user_id = fields.Many2one(
        "res.users", string="Recorded by", default=lambda self: self.env.user
    )
    statement = fields.Char(
        compute="_compute_statement", help="The statement in one sentence."
    )

    _reference_unique = models.UniqueIndex(
        "(company_id, reference) WHERE reference IS NOT NULL",
        "A statement with this reference is recorded already.",
    )
    _valid_months_range = models.Constraint(
        f"CHECK(valid_months BETWEEN 1 AND {LONGEST_VALIDITY})",
        f"A statement is valid for 1 to {LONGEST_VALIDITY} months.",
    )
    _company_partner_index = models.Index("(company_id, partner_id, kind, date DESC)")

    @api.depends("date", "valid_months")
    def _compute_valid_until(self):
        for declaration in self:
            declaration.valid_until = declaration.date and fields.Date.add(
                declaration.date, months=declaration.valid_months, days=-1
            )

    @api.depends("kind", "amount", "supplier_rank", "supplier_count", "intention")
    def _compute_statement(self):
        for declaration in self:
            declaration.statement = declaration._in_words()

    def _in_words(self):
        if self.kind == "wallet":
            return self.env._(
                "%(amount)s a year with all suppliers",
                amount=self.currency_id.format(self.amount)
                if self.currency_id
                else self.amount,
            )
        if self.kind == "rank":
            return self.env._(
                "We are number %(rank)s of %(count)s suppliers",
                rank=self.supplier_rank,
                count=self.supplier_count,
            )
        return self.env._("Intention to buy: %s of 10", self.intention)

    @api.constrains("kind", "amount")
    def _check_amount(self):
        if any(item.kind == "wallet" and item.amount <= 0 for item in self):
            raise ValidationError(
                self.env._("Enter the total spend per year: an amount above zero.")
            )

    @api.constrains("kind", "supplier_rank", "supplier_count")
    def _check_rank(self):
        for item in self:
            if item.kind == "rank" and not (
                1 <= item.supplier_rank <= item.supplier_count
            ):
                raise ValidationError(
                    self.env._(
                        "Our rank must be between 1 and the number of suppliers, us"
                        " included; it is %(rank)s of %(count)s.",
                        rank=item.supplier_rank,
                        count=item.supplier_count,
                    )
                )

    @api.constrains("kind", "intention")
    def _check_intention(self):
        for item in self:
            if item.kind == "intention" and not 0 <= item.intention <= 10:
                raise ValidationError(
                    self.env._(
                        "The intention to buy lies between 0 and 10; it is %s.",
                        item.intention,
                    )
                )

    @api.constrains("date", "company_id")
    def _check_date(self):
        for company, items in self.grouped("company_id").items():
            today = company._local_today()
            if any(item.date > today for item in items):
                raise ValidationError(
                    self.env._("A statement cannot be dated in the future.")
                )

    @api.constrains("currency_id", "company_id", "kind")
    def _check_currency_has_rate(self):
        wallets = self.filtered(lambda item: item.kind == "wallet")
        return super(CrmWalletDeclaration, wallets)._check_currency_has_rate()

    # === RECORDED BY OTHERS === #

    @api.model
    def _record_declared(self, company, statements):
        """Record what customers declared, e.g. in a survey, all at once.

        :param company: record of the company whose customers they are
        :param statements: list of dictionaries with ``partner_id`` (a customer or one of
            its contacts), ``date``, ``kind`` and, by kind, ``amount`` (per year; with
            ``currency_id`` if not the company's), ``supplier_rank`` and
            ``supplier_count``, or ``intention``. Optional: ``valid_months``, ``source``,
            ``user_id`` and ``reference``, the identifier of the answer in its source:
            a statement whose reference is known is corrected, not repeated.
        :return: the records, in the order of the statements
        :raise ValidationError: if a figure is impossible; then nothing is recorded
        """
        references = [item["reference"] for item in statements if item.get("reference")]
        known = {
            record.reference: record
            for record in self.search(
                [("company_id", "=", company.id), ("reference", "in", references)]
            )
        }
        new = [item for item in statements if item.get("reference") not in known]
        created = iter(
            self.create([{**item, "company_id": company.id} for item in new])
        )
        records = self.browse()
        for item in statements:
            record = known.get(item.get("reference"))
            if record:
                record.write(item)
            records += record or next(created)
        return records

    @api.model
    def _latest_query(self, company, day) -> SQL:
        """Return the latest valid statement of each kind and customer as of ``day``.

        Statements of contacts count for the customer they belong to.
        """
        return SQL(
            """
            SELECT DISTINCT ON (customer.commercial_partner_id, declaration.kind)
                   customer.commercial_partner_id AS customer_id,
                   declaration.*
              FROM crm_wallet_declaration AS declaration
              JOIN res_partner AS customer ON customer.id = declaration.partner_id
             WHERE declaration.company_id = %(company)s
               AND declaration.date <= %(day)s
               AND declaration.valid_until >= %(day)s
             ORDER BY customer.commercial_partner_id, declaration.kind,
                      declaration.date DESC, declaration.id DESC
            """,
            company=company.id,
            day=day,
        )
