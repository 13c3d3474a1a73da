import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { click, edit, queryAllTexts, queryText } from "@odoo/hoot-dom";
import { animationFrame, runAllTimers } from "@odoo/hoot-mock";
import { onRpc } from "@web/../tests/web_test_helpers";
import { PORTFOLIO } from "./portfolio_data";
import {
    LIST_ACTION,
    defineProfiles,
    moveThreshold,
    openPortfolio,
    slider,
} from "./portfolio_screen";

describe.current.tags("desktop");
defineMailModels();
defineProfiles();

test("a number is typed, loyalty in percent, and stops at the end of the axis", async () => {
    await openPortfolio();
    await click("input[name='loyalty_2']");
    await edit("75", { confirm: "tab" });
    await runAllTimers();
    await animationFrame();
    expect(slider("loyalty")).toHaveAttribute("aria-valuenow", "0.75");
    await click("input[name='loyalty_2']");
    await edit("250", { confirm: "tab" });
    await runAllTimers();
    await animationFrame();
    expect("input[name='loyalty_2']").toHaveValue(100);
    expect.verifySteps([
        ["preview", [], { value: [500], loyalty: [0.75] }, false],
        ["preview", [], { value: [500], loyalty: [1] }, false],
    ]);
});

test("thresholds are suggested by the method that is chosen", async () => {
    onRpc("crm.customer.profile", "get_suggested_bounds", ({ args }) => {
        expect.step(args);
        return [90];
    });
    await openPortfolio();
    await click("button[name='suggest_value']");
    await animationFrame();
    expect(queryAllTexts(".o-dropdown-item")).toHaveLength(3);
    await click(".o-dropdown-item:contains(Natural)");
    await animationFrame();
    await runAllTimers();
    await animationFrame();
    expect(slider("value")).toHaveAttribute("aria-valuenow", "90");
    expect.verifySteps([
        [[], "value", "natural_breaks", false, false],
        ["preview", [], { value: [90], loyalty: [0.5] }, false],
    ]);
});

test("a reader sees thresholds, and why they stay", async () => {
    await openPortfolio({ is_manager: false });
    await moveThreshold();
    expect.verifySteps([]);
    expect("input[name='value_2']").not.toBeEnabled();
    expect("button[name='suggest_value']").toHaveCount(0);
    expect(queryText(".o_portfolio_thresholds")).toMatch(/Only a manager/);
});

test("kept bounds are not moved before their day", async () => {
    await openPortfolio({ frozen_until: "2999-12-31" });
    expect("input[name='value_2']").not.toBeEnabled();
    expect(queryText(".o_portfolio_thresholds")).toMatch(/Keep Thresholds until/);
});

test("thresholds of several types are moved type by type", async () => {
    await openPortfolio({
        types: [
            { id: 4, name: "Hotels", customers: 12 },
            { id: -1, name: "Other customers", customers: 95 },
        ],
    });
    expect(slider("value")).toHaveCount(0);
    expect("input[name='value_2']").toHaveCount(0);
    expect("button[name='suggest_value']").toHaveCount(0);
    expect(queryAllTexts(".o_portfolio_choose_type button")).toEqual([
        "Hotels (12)",
        "Other customers (95)",
    ]);
    await click(".o_portfolio_choose_type button");
    await animationFrame();
    expect(".o_portfolio_choose_type").toHaveCount(0);
    expect("select[name='type']").toHaveValue("4");
    expect(`${slider("value")}:first`).toBeFocused();
    expect("input[name='value_2']").toBeEnabled();
    await moveThreshold();
    expect.verifySteps([
        ["read", [], 4],
        ["preview", [], { value: [700], loyalty: [0.5] }, 4],
    ]);
});

test("customers who are all alike are told so", async () => {
    const alike = { ...PORTFOLIO.histograms.value, counts: [0, 100, 0, 0] };
    await openPortfolio({ histograms: { ...PORTFOLIO.histograms, value: alike } });
    expect(queryText("[data-axis='value']")).toMatch(/no line can part them/);
});

test("another number of bands tells how many wait for a scoring, which starts here", async () => {
    onRpc("crm.scoring.policy", "action_score_now", ({ args }) => {
        expect.step(args);
        return LIST_ACTION;
    });
    await openPortfolio({ is_outdated: true, outside: 1234 });
    expect(queryText(".o_portfolio .alert-warning")).toMatch(
        /1,234 customers are in classes of the former matrix/
    );
    await click(".o_portfolio .alert-warning .btn-primary");
    await animationFrame();
    expect.verifySteps([[[3]]]);
    expect(".o_list_view").toHaveCount(1);
});

test("who sets no thresholds starts no scoring", async () => {
    await openPortfolio({ is_outdated: true, outside: 5, is_manager: false });
    expect(".o_portfolio .alert-warning").toHaveCount(1);
    expect(".o_portfolio .alert-warning .btn").toHaveCount(0);
});
