"""Who may see what: every model has its access lines, every company's data its rule."""

import ast
import csv
from collections import Counter
from pathlib import Path

import pytest
from tree import (
    ADDONS,
    Model,
    addon_files,
    addon_of,
    files_in,
    models,
    models_in,
    records,
    value,
)

PERMISSIONS = ("perm_read", "perm_write", "perm_create", "perm_unlink")

Line = dict[str, str]


def access_lines(addon: Path) -> list[Line]:
    """The lines of an addon's access list."""
    path = addon / "security" / "ir.model.access.csv"
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def guarded(defined: list[Model], lines: list[Line]) -> list[str]:
    """Models that nobody was given, or refused, access to."""
    listed = {line["model_id:id"].split(".")[-1] for line in lines}
    return [
        model.name
        for model in defined
        if model.is_new
        and model.kind != "AbstractModel"
        and external_id(model.name) not in listed
    ]


def external_id(model: str) -> str:
    return "model_" + model.replace(".", "_")


def careless(lines: list[Line]) -> list[str]:
    """Access lines without a group, granting nothing, or named twice."""
    names = Counter(line["id"] for line in lines)
    return [
        line["id"]
        for line in lines
        if not line["group_id:id"]
        or not any(line[permission] == "1" for permission in PERMISSIONS)
        or names[line["id"]] > 1
    ]


def company_models(classes: list[Model]) -> set[str]:
    """Stored models with a company, their own or one that a mixin of ours brings."""
    has_company = {model.name for model in classes if "company_id" in model.fields}
    stored = {m.name for m in classes if m.is_new and m.kind == "Model"}
    return {
        model.name
        for model in classes
        if model.name in stored
        and (model.name in has_company or has_company & set(model.parents))
    }


def ruled_models(paths: list[Path]) -> set[str]:
    """External identifiers of the models that have a rule on the user's companies."""
    return {
        (value(rule, "model_id") or "").split(".")[-1]
        for path in paths
        for rule in records(path, "ir.rule")
        if "company_ids" in (value(rule, "domain_force") or "") and is_global(rule)
    }


def is_global(rule) -> bool:
    """Rules of groups add up; only one without a group restricts everybody."""
    return value(rule, "groups") is None


@pytest.mark.parametrize("name", ADDONS)
def test_every_model_has_an_access_line(name):
    defined = [model for path, model in models() if addon_of(path) == name]
    assert guarded(defined, access_lines(ADDONS[name])) == []


@pytest.mark.parametrize("name", ADDONS)
def test_every_access_line_names_a_group_and_grants_something(name):
    assert careless(access_lines(ADDONS[name])) == []


def test_every_model_with_a_company_has_a_company_rule():
    rules = ruled_models(addon_files(".xml"))
    wanted = company_models([model for _path, model in models()])
    assert [name for name in sorted(wanted) if external_id(name) not in rules] == []


def test_every_rule_states_its_domain():
    silent = [
        rule.get("id")
        for addon in ADDONS.values()
        for path in files_in(addon / "security", ".xml")
        for rule in records(path, "ir.rule")
        if not value(rule, "domain_force")
    ]
    assert silent == []


BAD_MODELS = """
class Mixin(models.AbstractModel):
    _name = "crm.mixin"
    company_id = fields.Many2one("res.company")

class Secret(models.Model):
    _name = "crm.secret"
    _inherit = ["crm.mixin"]

class Partner(models.Model):
    _inherit = "res.partner"
    company_id = fields.Many2one()
"""


def test_a_model_without_access_and_rule_is_noticed():
    classes = list(models_in(ast.parse(BAD_MODELS)))
    assert {model.name for model in classes} > {"crm.mixin", "res.partner"}
    assert guarded(classes, []) == ["crm.secret"]
    assert company_models(classes) == {"crm.secret"}


def test_a_careless_access_line_is_noticed():
    line = {"id": "a", "model_id:id": "model_x", "group_id:id": "g", "perm_read": "1"}
    line |= dict.fromkeys(PERMISSIONS[1:], "0")
    assert careless([line]) == []
    assert careless([line, line]) == ["a", "a"]
    assert careless([{**line, "group_id:id": ""}]) == ["a"]
    assert careless([{**line, "perm_read": "0"}]) == ["a"]


def test_a_rule_for_a_group_does_not_count_as_company_rule(tmp_path):
    path = tmp_path / "rules.xml"
    rule = (
        "<odoo><record id='r' model='ir.rule'><field name='model_id' ref='model_x'/>"
        "<field name='domain_force'>[('company_id', 'in', company_ids)]</field>"
        "{}</record></odoo>"
    )
    path.write_text(rule.format(""))
    assert ruled_models([path]) == {"model_x"}
    other = tmp_path / "group.xml"
    other.write_text(rule.format("<field name='groups' eval='[(4, ref(1))]'/>"))
    assert ruled_models([other]) == set()
