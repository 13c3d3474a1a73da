from odoo import fields, models

KINDS = [
    ("figure", "A number"),
    ("skewed", "A number of which ratios count"),
    ("shares", "Shares of a whole, or one of several"),
]


class CrmNeedsVariable(models.Model):
    """Something that customers can be compared by; ``code`` says where it is read."""

    _name = "crm.needs.variable"
    _description = "Variable of Needs Clusters"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    sequence = fields.Integer()
    description = fields.Char(translate=True)
    is_default = fields.Boolean(help="Ticked in a new segmentation.")

    _code_unique = models.Constraint("UNIQUE(code)", "This variable is there already.")
