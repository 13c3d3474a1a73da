"""Take the pictures of the read-me from a served demo: `make screenshots`.

    .odoo/venv/bin/python tests/e2e/screenshots.py [address] [folder] [--phone]

Without an address the one that `make` passes on. `--phone` takes the screens that
matter there at the width of a telephone; give it a folder, the read-me has none of them.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PIL import Image
from screen import DESKTOP, PHONE, Screen, chromium

from host.layout import ROOT

IMAGES = ROOT / "docs" / "images"
ROW, CARD = ".o_data_row", ".o_kanban_record:not(.o_kanban_ghost)"
NO_CHAT = ".o-mail-ChatHub { display: none }"  # the host's robot greets everybody
ON_PHONE = ("profiles", "profile", "policy", "economics", "portfolio")
SCORED = ("customer_profile_id", "!=", False)


def first(screen: Screen, model: str, *domain, order=None) -> int:
    """The first record of a model in the company of the user who is logged in."""
    own = ("company_id", "in", [screen.company, False])
    return screen.call(model, "search", [own, *domain], order=order, limit=1)[0]


def profiles(screen: Screen) -> None:
    screen.open("customer-profiles", f"{ROW}, {CARD}")


def profile(screen: Screen) -> None:
    best = first(screen, "crm.customer.profile")
    screen.open(f"customer-profiles/{best}", "div[name=summary] div[name=clv]")


def kanban(screen: Screen) -> None:
    screen.open("customer-profiles?view_type=kanban", CARD)


def pivot(screen: Screen) -> None:
    screen.open("customer-profiles?view_type=pivot", ".o_pivot_cell_value")


def graph(screen: Screen) -> None:
    screen.open("customer-profiles?view_type=graph", ".o_graph_renderer canvas")


def classes(screen: Screen) -> None:
    screen.open("customer-classes", ROW)


def policy(screen: Screen) -> None:
    own = first(screen, "crm.scoring.policy")
    screen.open(f"scoring-policies/{own}", "div[name=value_band_ids] .o_data_row")


def run(screen: Screen) -> None:
    last = first(screen, "crm.scoring.run", ("state", "=", "done"))
    screen.open(f"scoring-runs/{last}", ".nav-link[name=log]")
    screen.click(".nav-link[name=log]")
    screen.see(".tab-pane.active div[name=log_ids] .o_data_row")


def partner(screen: Screen) -> None:
    best = first(screen, "crm.customer.profile")
    customer = screen.call("crm.customer.profile", "read", [best], ["partner_id"])
    screen.open(f"res.partner/{customer[0]['partner_id'][0]}", ".o_form_view .nav-link")
    screen.click(".nav-link[name=customer_profile]")
    screen.see(".tab-pane.active div[name=customer_class_id]")


def lead(screen: Screen) -> None:
    order = "probability, expected_revenue desc"  # open ones first
    best = first(screen, "crm.lead", SCORED, order=order)
    screen.open(f"crm.lead/{best}", ".nav-link[name=customer_profile]")
    screen.click(".nav-link[name=customer_profile]")
    screen.see(".tab-pane.active div[name=customer_class_id]")


def duplicates(screen: Screen) -> None:
    screen.open("customer-duplicates", ROW)


def page(screen: Screen, name: str, seen: str) -> None:
    """Open a page of the best customer's profile."""
    profile(screen)
    screen.click(f".nav-link[name={name}]")
    screen.see(seen)


def value(screen: Screen) -> None:
    page(screen, "value", ".tab-pane.active table")


def timeline(screen: Screen) -> None:
    page(screen, "timeline", ".tab-pane.active table")


def economics(screen: Screen) -> None:
    screen.open("customer-economics", ".o_content canvas")


def accuracy(screen: Screen) -> None:
    last = first(screen, "crm.scoring.run", ("state", "=", "done"))
    screen.open(f"forecast-accuracy/{last}", ".o_content canvas")


def portfolio(screen: Screen) -> None:
    """The matrix with a threshold moved and not yet saved: who would change class."""
    screen.open("customer-portfolio", ".o_portfolio_matrix")
    types = screen.page.locator("select[name=type]")
    types.select_option(index=types.locator("option").count() - 1)
    screen.see("[data-axis=value] .o_threshold_handle")
    handle = screen.page.locator("[data-axis=value] .o_threshold_handle").last
    handle.focus()
    for _ in range(3):
        screen.page.keyboard.press("ArrowRight")
    screen.see(".o_portfolio_moves")
    screen.page.set_viewport_size(
        {"width": screen.page.viewport_size["width"], "height": 1150}
    )


def groups(screen: Screen) -> None:
    biggest = first(screen, "crm.target.group")
    screen.open(f"target-groups/{biggest}", ".o_form_view .nav-link[name=by_hand]")


def needs(screen: Screen) -> None:
    own = first(screen, "crm.needs.segmentation")
    screen.open(f"needs-clusters/{own}", ".o_form_view")


def offers(screen: Screen) -> None:
    screen.open("next-best-offers", f"{ROW}, .o_group_header")


def payments(screen: Screen) -> None:
    screen.open("payment-risk", f"{ROW}, .o_group_header")


SHOTS = (
    profiles,
    profile,
    kanban,
    pivot,
    graph,
    classes,
    policy,
    run,
    partner,
    lead,
    duplicates,
    value,
    timeline,
    economics,
    accuracy,
    offers,
    payments,
    groups,
    needs,
    portfolio,  # the last: it leaves a draft and a taller screen
)


def take(screen: Screen, path: Path) -> None:
    """Write what is on the screen, in 256 colours: a third of the size."""
    screen.page.mouse.move(0, 0)
    screen.page.evaluate("document.activeElement?.blur()")
    screen.page.wait_for_function("[...document.images].every((one) => one.complete)")
    screen.page.wait_for_timeout(800)  # charts grow
    screen.page.screenshot(path=path, style=NO_CHAT)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(256).save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size // 1024} KB")


def main(arguments: list[str]) -> int:
    """Take all pictures; an error of a script of the client counts as a failure."""
    on_phone = "--phone" in arguments
    named = [argument for argument in arguments if not argument.startswith("--")]
    url = named[0] if named else os.environ["CUSTOMER_INTELLIGENCE_URL"]
    folder = Path(named[1]) if len(named) > 1 else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as running:
        screen = Screen(running, url, PHONE if on_phone else DESKTOP)
        screen.login(
            os.environ.get("CUSTOMER_INTELLIGENCE_LOGIN", "admin"),
            os.environ.get("CUSTOMER_INTELLIGENCE_PASSWORD", "admin"),
        )
        screen.call("res.users", "switch_tour_enabled", False)
        for shot in SHOTS:
            if not on_phone or shot.__name__ in ON_PHONE:
                shot(screen)
                take(screen, folder / f"{shot.__name__}.png")
        print(*screen.errors, sep="\n", file=sys.stderr)
        return 1 if screen.errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
