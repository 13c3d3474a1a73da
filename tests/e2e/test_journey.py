"""A manager's working day with the product, and an Italian colleague's."""

import re
from secrets import token_hex

import polib
import pytest
import screenshots

from host.layout import ROOT

DONE = ".o_arrow_button_current[data-value=done]"
FIRST = ".o_data_row >> nth=0"
TEXTS = (
    ".o_menu_sections .dropdown-toggle, .o_breadcrumb span,"
    " th[data-name] span, .o_form_label, .o_horizontal_separator, .nav-link,"
    " div[name=summary] .text-muted:not(.small), [name=class_id] .badge"
)
SPOKEN = (
    screenshots.profiles,
    screenshots.profile,
    screenshots.classes,
)
ITALIAN = {
    entry.msgid: entry.msgstr
    for entry in polib.pofile(str(ROOT / "crm_scoring" / "i18n" / "it.po"))
}


def xml_id(rows, module: str, name: str) -> int:
    """The record that has an external identifier."""
    text = "SELECT res_id FROM ir_model_data WHERE module = %s AND name = %s"
    return rows(text, module, name)[0][0]


def number(text: str) -> float:
    """A number as the client writes it in English: 1,234.50 €, 12%."""
    return float(re.sub(r"[^\d.-]", "", text))


def test_manager_changes_a_threshold_scores_and_reads_the_result(manager, rows):
    company = xml_id(rows, "__customer_demo__", "company_story")
    manager.menu(
        "crm.crm_menu_root",
        "crm_scoring.crm_scoring_menu",
        "crm_scoring.crm_scoring_policy_menu",
    )
    manager.click(".o_data_row td[name=company_id]:has-text('Aurora')")
    high = "div[name=value_band_ids] .o_data_row:has-text('High value')"
    manager.click(f"{high} td[name=quantile]")
    manager.see(".o_selected_row td[name=quantile] input").fill("90")
    manager.click("button[name=action_score_now]")
    manager.see(".o_arrow_button_current[data-value=running], " + DONE)
    manager.see(DONE, timeout=60_000)  # by the scheduler; nobody reloads
    manager.click("button[name=action_view_profiles]")
    manager.see(FIRST)

    # Lost customers are apart, in no band; types of customers have bounds of their own.
    scored, top = rows(
        "SELECT COUNT(*) FILTER (WHERE value_band > 0),"
        " COUNT(*) FILTER (WHERE value_band = 3)"
        " FROM crm_customer_profile WHERE company_id = %s AND type_id IS NULL",
        company,
    )[0]
    assert abs(top - scored / 10) <= 1, "a tenth of the customers is of high value"

    name, clv, churn, revenue = rows(
        "SELECT partner.name, clv, churn_probability, revenue_recent"
        "  FROM crm_customer_profile AS profile"
        "  JOIN res_partner AS partner ON partner.id = profile.partner_id"
        " WHERE profile.company_id = %s AND partner.active"
        " ORDER BY clv DESC LIMIT 1",
        company,
    )[0]
    listed = manager.see(f"{FIRST} >> td[name=clv]").inner_text()
    manager.click(f"{FIRST} >> td[name=partner_id]")
    assert manager.see(".oe_title div[name=partner_id]").inner_text() == name
    shown = {
        field: number(manager.see(f"div[name=summary] div[name={field}]").inner_text())
        for field in ("clv", "churn_probability", "revenue_recent")
    }
    assert number(listed) == shown["clv"] == pytest.approx(float(clv), abs=0.005)
    assert shown["churn_probability"] == pytest.approx(100 * churn, abs=0.5)
    assert shown["revenue_recent"] == pytest.approx(float(revenue), abs=0.005)


def test_every_screen_opens(manager):
    for shot in screenshots.SHOTS:
        shot(manager)
        assert not manager.errors, shot.__name__


def test_italian_user_reads_italian(manager, screens, rows):
    """Every text of ours on three screens, in English first, then in Italian."""
    salesperson = xml_id(rows, "sales_team", "group_sale_salesman_all_leads")
    login = {"login": f"ugo-{token_hex(4)}", "password": token_hex(16)}
    rights = {
        "group_ids": [[4, salesperson]],
        "company_id": manager.company,
        "company_ids": [[6, 0, [manager.company]]],
    }
    user = manager.call("res.users", "create", {"name": "Ugo", **login, **rights})
    read = {}
    for language in ("en_US", "it_IT"):
        manager.call("res.users", "write", [user], {"lang": language})
        screen = screens(*login.values())
        read[language] = [text for shot in SPOKEN for text in texts(screen, shot)]
    shown = dict(zip(read["en_US"], read["it_IT"], strict=True))
    ours = shown.keys() & ITALIAN.keys()
    assert {text: shown[text] for text in ours} == {
        text: ITALIAN[text] for text in ours
    }
    assert {"Customer Profiles", "Churn Risk", "Why", "Champions"} <= ours


def texts(screen, shot) -> list[str]:
    """Titles, columns, tabs, labels and classes, without the mark of a help."""
    shot(screen)
    found = screen.page.locator(TEXTS).all_text_contents()
    return [" ".join(text.split()).removesuffix("?").strip() for text in found]
