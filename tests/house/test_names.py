"""Names (README, Contributing): one noun a file, identifiers that say what they are."""

import re
from pathlib import Path

import pytest
from lxml import etree
from tree import (
    ADDONS,
    ENGINE,
    Model,
    addon_files,
    addon_of,
    files_in,
    label,
    models,
    records,
    syntax,
    value,
)
from tree import models_in as classes_in

FILE_NAME = re.compile(r"[a-z0-9_]+(\.(test|esm))?\.[a-z0-9]+")
# Names that Odoo, Python or a translator expects.
GIVEN_NAMES = re.compile(
    r"__init__\.py|__manifest__\.py|ir\.model\.access\.csv|README\.(rst|md)|LICENSE"
    r"|(DESCRIPTION|USAGE|CONFIGURE|CONTEXT|CONTRIBUTORS|CREDITS|HISTORY|ROADMAP)\.md"
    r"|[a-z]{2}(_[A-Z]{2})?\.po|(pre|post|end)-[a-z0-9_]+\.py"
)


def is_well_named(path: Path) -> bool:
    names = [path.name, *(folder.name for folder in path.parents if folder.name)]
    is_file = FILE_NAME.fullmatch(names[0]) or GIVEN_NAMES.fullmatch(names[0])
    folders = (re.fullmatch(r"\.?[a-z0-9_.]+", name) for name in names[1:])
    return bool(is_file) and all(folders)


def test_files_have_plain_lower_case_names():
    bad = [
        label(path)
        for path in addon_files()
        if not is_well_named(path.relative_to(ADDONS[addon_of(path)]))
    ]
    assert bad == []


@pytest.mark.parametrize(
    "name", ["crmLead.py", "crm-lead.xml", "Models/x.py", "a b.py"]
)
def test_another_name_is_noticed(name):
    assert not is_well_named(Path(name))
    assert is_well_named(Path("models/crm_lead.py"))


# === MODELS === #


def models_of(addon: str) -> list[Model]:
    return [model for path, model in models() if addon_of(path) == addon]


def underscored(model: str) -> str:
    return model.replace(".", "_")


def misnamed_models(path: Path, names: list[str], known: set[str]) -> list[str]:
    """Why a file of ``models/`` does not hold what its name says.

    It holds one model, which its name begins with; one of constants begins with the
    model that they belong to.
    """
    if len(names) > 1:
        return [f"{', '.join(names)} in one file"]
    subjects = names or sorted(known)
    if any(begins(path.stem, underscored(subject)) for subject in subjects):
        return []
    return [f"{path.name} holds {', '.join(names) or 'no model of the addon'}"]


def begins(name: str, start: str) -> bool:
    return name == start or name.startswith(f"{start}_")


MODEL_FILES = [
    path
    for name, addon in ADDONS.items()
    if name != ENGINE
    for folder in ("models", "report", "wizards")
    for path in files_in(addon / folder, ".py")
    if path.name != "__init__.py"
]


@pytest.mark.parametrize("path", MODEL_FILES, ids=label)
def test_a_file_holds_the_one_model_it_is_named_after(path):
    known = {model.name for model in models_of(addon_of(path))}
    names = [model.name for model in classes_in(syntax(path))]
    assert misnamed_models(path, names, known) == []


def test_a_model_in_another_file_is_noticed():
    assert misnamed_models(Path("models/stuff.py"), ["crm.x"], {"crm.x"})
    assert misnamed_models(Path("models/stuff.py"), [], {"crm.x"})
    assert misnamed_models(Path("models/crm_x.py"), ["crm.x", "crm.y"], set())
    assert not misnamed_models(Path("models/crm_x_stages.py"), ["crm.x"], set())


def test_our_models_are_called_crm():
    strange = [
        f"{label(path)}: {model.name}"
        for path, model in models()
        if model.is_new and not model.name.startswith("crm.")
    ]
    assert strange == []


def test_a_data_file_is_named_after_its_model():
    strange = []
    for path in addon_files(".xml"):
        if not path.stem.endswith("_views"):
            continue
        subject = path.stem.removesuffix("_views")
        for record in records(path, "ir.ui.view"):
            model = value(record, "model")
            if model and not begins(subject, underscored(model)):
                strange.append(f"{label(path)}: a view of {model}")
    assert strange == []


# === EXTERNAL IDENTIFIERS === #


def misnamed(path: Path, addon: str, subjects: set[str]) -> list[str]:
    """Records of a file whose identifier does not say what they are."""
    wrong = [
        identifier
        for record in records(path)
        if "." not in (identifier := record.get("id", ""))
        and record_is_misnamed(record)
    ]
    for menu in etree.parse(str(path)).getroot().iter("menuitem"):
        name = menu.get("id", "").removesuffix("_menu")
        is_folder = menu.get("action") is None and begins(name, addon)
        is_page = any(begins(name, subject) for subject in subjects)
        if name == menu.get("id") or not (is_folder or is_page):
            wrong.append(menu.get("id", ""))
    return wrong


def record_is_misnamed(record: etree._Element) -> bool:
    identifier = record.get("id", "")
    check = CHECKS.get(record.get("model", ""))
    return bool(check) and not check(identifier, record)


def is_view_name(identifier: str, view: etree._Element) -> bool:
    model = value(view, "model")
    if not model:
        return True  # a page or a template
    kind = "[a-z]+"
    arch = view.find("field[@name='arch']")
    if value(view, "inherit_id") is None and arch is not None and len(arch):
        kind = str(arch[0].tag)
    return matches(identifier, underscored(model), f"_view_{kind}(_[a-z0-9_]+)?")


def is_action_name(identifier: str, action: etree._Element) -> bool:
    model = value(action, "res_model") or value(action, "model_id") or ""
    model = underscored(model).split(".")[-1].removeprefix("model_")
    return matches(identifier, model, r"_action(_[a-z0-9_]+)?")


def is_rule_name(identifier: str, rule: etree._Element) -> bool:
    model = (value(rule, "model_id") or "").split(".")[-1].removeprefix("model_")
    domain = value(rule, "domain_force") or ""
    is_company = "company_ids" in domain and value(rule, "groups") is None
    kind = "company" if is_company else r"[a-z0-9_]+"
    return matches(identifier, model, f"_rule_{kind}")


def is_group_name(identifier: str, _group: etree._Element) -> bool:
    return identifier.startswith("group_")


def is_cron_name(identifier: str, _cron: etree._Element) -> bool:
    return identifier.startswith("ir_cron_")


def matches(identifier: str, model: str, ending: str) -> bool:
    return bool(re.fullmatch(re.escape(model) + ending, identifier))


CHECKS = {
    "ir.ui.view": is_view_name,
    "ir.actions.act_window": is_action_name,
    "ir.actions.server": is_action_name,
    "ir.rule": is_rule_name,
    "res.groups": is_group_name,
    "ir.cron": is_cron_name,
}
DATA_FILES = [
    path
    for name, addon in ADDONS.items()
    for path in files_in(addon, ".xml")
    if "static" not in path.parts
]


@pytest.mark.parametrize("path", DATA_FILES, ids=label)
def test_an_identifier_says_what_it_is(path):
    addon = addon_of(path)
    subjects = {underscored(model.name) for model in models_of(addon)}
    assert misnamed(path, addon, subjects) == []


@pytest.mark.parametrize("path", DATA_FILES, ids=label)
def test_an_identifier_is_used_once_in_a_file(path):
    names = [record.get("id") for record in records(path)]
    assert len(set(names)) == len(names)


BAD_RECORDS = """<odoo>
<record id="view_x_form" model="ir.ui.view"><field name="model">crm.x</field></record>
<record id="crm_x_view_tree" model="ir.ui.view">
  <field name="model">crm.x</field><field name="arch"><list/></field></record>
<record id="action_x" model="ir.actions.act_window">
  <field name="res_model">crm.x</field></record>
<record id="crm_x_rule_mine" model="ir.rule"><field name="model_id" ref="model_crm_x"/>
  <field name="domain_force">[('company_id', 'in', company_ids)]</field></record>
<record id="x_group" model="res.groups"/>
<record id="cron_x" model="ir.cron"/>
<record id="crm_x_view_form" model="ir.ui.view"><field name="model">crm.x</field>
  <field name="arch"><form/></field></record>
<menuitem id="menu_x"/><menuitem id="crm_x_menu"/><menuitem id="crm_scoring_menu"/>
</odoo>"""


def test_bad_identifiers_are_noticed(tmp_path):
    path = tmp_path / "crm_x_views.xml"
    path.write_text(BAD_RECORDS)
    wrong = ["view_x_form", "crm_x_view_tree", "action_x", "crm_x_rule_mine"]
    wrong += ["x_group", "cron_x", "menu_x"]
    assert misnamed(path, "crm_scoring", {"crm_x"}) == wrong
