import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { click, press, queryOne, queryText } from "@odoo/hoot-dom";
import { animationFrame, Deferred, runAllTimers } from "@odoo/hoot-mock";
import { contains, getService, onRpc } from "@web/../tests/web_test_helpers";
import { PORTFOLIO, PREVIEW } from "./portfolio_data";
import {
    CHAMPIONS,
    defineProfiles,
    LIST_ACTION,
    moveThreshold,
    openPortfolio,
    slider,
} from "./portfolio_screen";

describe.current.tags("desktop");
defineMailModels();
defineProfiles();

test("a moved threshold shows who would change class", async () => {
    await openPortfolio();
    expect(".o_portfolio_draft_bar").toHaveCount(0);
    await moveThreshold();
    expect.verifySteps([["preview", [], { value: [700], loyalty: [0.5] }, false]]);
    expect(queryText(CHAMPIONS)).toMatch(/15.*−5/s);
    expect(queryText(".o_portfolio_cell[data-class='2']")).toMatch(/35.*\+5/s);
    expect(queryText(".o_portfolio_move")).toMatch(
        /Champions.*Small but loyal.*5.*2,750/s
    );
    expect(queryText(".o_portfolio_draft_bar")).toMatch(/5 customers would change/);
    expect("[data-axis='value'] [data-rank='2'] td:nth-child(3)").toHaveText("25");
});

test("an answer that comes too late is dropped", async () => {
    const late = new Deferred();
    await openPortfolio();
    onRpc("crm.customer.profile", "get_threshold_preview", ({ args }) =>
        args[1].value[0] === 700 ? late : { ...PREVIEW, moved: 8 }
    );
    await moveThreshold();
    await moveThreshold();
    expect(queryText(".o_portfolio_draft_bar")).toMatch(/8 customers/);
    late.resolve(PREVIEW);
    await animationFrame();
    expect(queryText(".o_portfolio_draft_bar")).toMatch(/8 customers/);
});

test("many moves are one question", async () => {
    await openPortfolio();
    queryOne(slider("value")).focus();
    for (let times = 0; times < 3; times++) {
        await press("ArrowRight");
        await animationFrame();
    }
    await runAllTimers();
    expect.verifySteps([["preview", [], { value: [1000], loyalty: [0.5] }, false]]);
});

test("discarded thresholds are as they were", async () => {
    await openPortfolio();
    await moveThreshold();
    await click("button[name='discard']");
    await animationFrame();
    expect(".o_portfolio_draft_bar").toHaveCount(0);
    expect(slider("value")).toHaveAttribute("aria-valuenow", "500");
    expect(queryText(CHAMPIONS)).toMatch(/20/);
    expect.verifySteps([["preview", [], { value: [700], loyalty: [0.5] }, false]]);
});

test("thresholds are saved after a question that tells the number", async () => {
    onRpc("crm.scoring.policy", "apply_thresholds", ({ args }) => {
        expect.step(["save", ...args]);
        return { moved: 5, moves: [] };
    });
    await openPortfolio();
    await moveThreshold();
    const bounds = { value: [700], loyalty: [0.5] };
    await click("button[name='save']");
    await animationFrame();
    expect(queryText(".modal-body")).toMatch(/5 customers change class.*set by hand/s);
    await click(".modal .btn-primary");
    await animationFrame();
    await animationFrame();
    expect.verifySteps([
        ["preview", [], bounds, false],
        ["preview", [], bounds, false],
        ["save", [3], bounds, false, { value: [500], loyalty: [0.5] }],
        ["read", [], false],
    ]);
    expect(".o_portfolio_draft_bar").toHaveCount(0);
});

test("the list of movers lies over the draft, which is there afterwards", async () => {
    onRpc("crm.customer.profile", "get_preview_movers_action", ({ args }) => {
        expect.step(args);
        return LIST_ACTION;
    });
    await openPortfolio();
    await moveThreshold();
    await click(".o_portfolio_move");
    await animationFrame();
    await animationFrame();
    expect(".modal").toHaveCount(0);
    expect(".o_list_view .o_data_row").toHaveCount(1);
    await click(".o_back_button, .breadcrumb-item a");
    await animationFrame();
    await runAllTimers();
    await animationFrame();
    expect(slider("value")).toHaveAttribute("aria-valuenow", "700");
    const bounds = { value: [700], loyalty: [0.5] };
    expect.verifySteps([
        ["preview", [], bounds, false],
        [[], bounds, false, 5, 2],
        ["read", [], false],
        ["preview", [], bounds, false],
    ]);
});

test("an answer that fails takes nothing away: the draft is there after another try", async () => {
    await openPortfolio();
    await moveThreshold();
    expect.verifySteps([["preview", [], { value: [700], loyalty: [0.5] }, false]]);
    let isBroken = true;
    onRpc("crm.customer.profile", "get_portfolio", () => {
        if (isBroken) {
            throw new Error("out of order");
        }
        return PORTFOLIO;
    });
    await click(".o_searchview_dropdown_toggler");
    await animationFrame();
    await contains(".o_filter_menu .o_menu_item:contains(Named)").click();
    await animationFrame();
    expect("[role='alert'] button").toHaveCount(1);
    isBroken = false;
    await click("[role='alert'] button");
    await animationFrame();
    await animationFrame();
    expect(slider("value")).toHaveAttribute("aria-valuenow", "700");
    expect(".o_portfolio_draft_bar").toHaveCount(1);
    await runAllTimers();
    const filter = [["name", "!=", false]];
    expect.verifySteps([["preview", filter, { value: [700], loyalty: [0.5] }, false]]);
});

test("a cell of the draft opens whom it would hold", async () => {
    onRpc("crm.customer.profile", "get_preview_customers_action", ({ args }) => {
        expect.step(args);
        return LIST_ACTION;
    });
    await openPortfolio();
    await moveThreshold();
    await click(CHAMPIONS);
    await animationFrame();
    await animationFrame();
    expect(".o_list_view .o_data_row").toHaveCount(1);
    const bounds = { value: [700], loyalty: [0.5] };
    expect.verifySteps([
        ["preview", [], bounds, false],
        [[], bounds, false, 5],
    ]);
});

test("who leaves unsaved thresholds is asked", async () => {
    await openPortfolio();
    await moveThreshold();
    getService("action").doAction(LIST_ACTION);
    await animationFrame();
    expect(".modal-body").toHaveText(/without saving/);
    await click(".modal button:contains(Stay)");
    await animationFrame();
    expect(".o_portfolio_matrix").toHaveCount(1);
    getService("action").doAction(LIST_ACTION);
    await animationFrame();
    await click(".modal button:contains(Leave)");
    await animationFrame();
    await animationFrame();
    expect(".o_list_view").toHaveCount(1);
    expect.verifySteps([["preview", [], { value: [700], loyalty: [0.5] }, false]]);
});
