"""The host's own filters that name our fields: freed before these are gone."""

import logging
import re
from ast import literal_eval
from collections import defaultdict

from odoo.fields import Domain

from .models.crm_customer_filter_mixin_condition import ANY_OPERATORS

_logger = logging.getLogger(__name__)

# Names of fields in a filter or a context that is text.
QUOTED = re.compile(r"""['"]([a-z_][\w.]*)""")

# Texts of the host that filter by fields: model, field, and what is filtered.
FILTERS = (
    ("crm.team", "assignment_domain", lambda record: "crm.lead"),
    ("crm.team.member", "assignment_domain", lambda record: "crm.lead"),
    ("mailing.mailing", "mailing_domain", lambda record: record.mailing_model_real),
    ("mailing.filter", "mailing_domain", lambda record: record.mailing_model_name),
    ("ir.filters", "domain", lambda record: record.model_id),
)


def release_filters(env):
    """Free the host's filters of fields that go: a mailing keeps its recipients.

    Otherwise they raise errors when they are used, and one queued mailing stops them all.
    """
    gone = fields_that_go(env)
    for model_name, field_name, filtered_model in FILTERS:
        if model_name not in env or field_name not in env[model_name]._fields:
            continue
        records = env[model_name].sudo().with_context(active_test=False).search([])
        for record in records.filtered(field_name):
            filtered = env.get(filtered_model(record))
            text = f"{record[field_name]}"
            if filtered is not None and asks_for(filtered, text, gone, record):
                release(record, field_name, filtered)


def fields_that_go(env):
    """Return the fields that uninstalling removes from models that stay: {model: names}."""
    going = env["ir.module.module"].search([("state", "=", "to remove")])
    modules = {*going.mapped("name"), "crm_scoring"}
    owners = defaultdict(set)
    for module, field_id in env["ir.model.data"]._read_group(
        [("model", "=", "ir.model.fields")], ["module", "res_id"]
    ):
        owners[field_id].add(module)
    ids = [field_id for field_id, names in owners.items() if names <= modules]
    gone = defaultdict(set)
    for field in env["ir.model.fields"].sudo().browse(ids):
        gone[field.model].add(field.name)
    return gone


def asks_for(model, text, gone, record):
    """Whether a filter, or what a saved search groups by, names a field that goes."""
    try:
        domain = Domain(literal_eval(text))
        paths = [condition.field_expr for condition in conditions(domain)]
    except (ValueError, SyntaxError, TypeError):  # asks for the user or the day
        paths = QUOTED.findall(text)
    if record._name == "ir.filters":
        paths += QUOTED.findall(record.context or "")
    return any(goes(model, path, gone) for path in paths)


def conditions(domain):
    """Yield the conditions of a domain and of those within it, by their whole path."""
    for condition in domain.iter_conditions():
        yield condition
        if condition.operator in ANY_OPERATORS:
            for inner in conditions(Domain(condition.value)):
                path = f"{condition.field_expr}.{inner.field_expr}"
                yield Domain(path, "=", False)


def goes(model, path, gone):
    """Whether a field on the way goes."""
    for name in path.split("."):
        if name in gone[model._name]:
            return True
        field = model._fields.get(name)
        if field is None or not field.relational:
            return False
        model = model.env[field.comodel_name]
    return False


def release(record, field_name, filtered):
    """Write out the recipients of a mailing, empty an assignment, delete a saved filter."""
    if record._name == "mailing.mailing":
        ids = filtered.sudo().search(record._parse_mailing_domain()).ids
        record.write(
            {"mailing_filter_id": False, field_name: repr([("id", "in", ids)])}
        )
        message = record.env._(
            "Customer Intelligence was uninstalled: this mailing is for the %s recipients"
            " that its filter found then.",
            len(ids),
        )
        record.message_post(body=message)
    elif record._name.startswith("crm."):
        record[field_name] = False
        _logger.warning("%s: the filter of %s is emptied", record, field_name)
    else:
        _logger.warning("%s “%s” is deleted with its fields", record, record.name)
        record.unlink()
