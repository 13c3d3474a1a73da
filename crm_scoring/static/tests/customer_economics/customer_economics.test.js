import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { click, hover, press, queryAllTexts, queryText } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

describe.current.tags("desktop");
defineMailModels();

const TRIANGLE = {
    cohorts: ["2024-01-01", "2024-04-01"],
    sizes: [40, 10],
    counts: [[40, 20], [10]],
    share: [[1, 0.5], [1]],
    lower: [[0.9, 0.4], [0.7]],
    upper: [[1, 0.6], [1]],
    by_age: [1, 0.5],
};
const SHARED = {
    customers: 50,
    total: 900,
    gini: 0.6,
    top_share: 0.7,
    curve: [0, 0.8, 1],
};
const FIGURES = {
    as_of: "2025-06-30",
    customer_count: 50,
    cohorts: { month: { all: TRIANGLE }, quarter: { all: TRIANGLE, 7: TRIANGLE } },
    retention: {
        all: { start: 40, kept: 30, rate: 0.75, lower: 0.7, upper: 0.8 },
        is_class_then: true,
    },
    lifetimes: {
        all: {
            customers: 50,
            active_customers: 41.2,
            lifetime_days: 700,
            active_lifetime_days: 1000,
        },
    },
    equity: {
        present: { value: 5000, lower: 4000, upper: 6000, customers: 50 },
        future: { value: 900, lower: 500, upper: 1500, customers: 12 },
        months: 12,
        acquired: [0, 2],
        acquired_per_month: 1,
        new_customer_value: 90,
        level: 0.8,
    },
    concentration: { revenue: SHARED, margin: SHARED, value: null, profit: null },
    movement: {
        spans: [
            {
                before: "2025-05-01",
                after: "2025-06-01",
                states: [7, 8, 0],
                counts: [
                    [30, 0, 5],
                    [0, 0, 0],
                    [0, 0, 10],
                ],
                entries: [5, 0, 0],
            },
        ],
        model: null,
    },
};
const SCREEN = {
    company: "Roaster",
    currency_id: 1,
    is_manager: true,
    classes: [
        { id: 7, name: "Champions", color: 1 },
        { id: 8, name: "Switchers", color: 2 },
    ],
    figures: FIGURES,
};

let screen, reads;
beforeEach(() => {
    screen = SCREEN;
    reads = 0;
    onRpc("crm.customer.economics", "get_screen", () => {
        reads += 1;
        return screen;
    });
});

const open = async () => {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_customer_economics",
    });
};

test("headline figures are told in words, from one call", async () => {
    await open();
    expect(reads).toBe(1);
    const cards = queryAllTexts(".o_figure_card");
    expect(cards).toHaveLength(4);
    expect(cards[0]).toMatch(/5,000.*50 customers/s);
    expect(cards[1]).toMatch(/75%.*30 of 40 customers/s);
    expect(cards[2]).toMatch(/2\.7 years.*41 of 50/s);
    expect(cards[3]).toMatch(/70%.*best 20%/s);
});

test("cells younger than the period are not there", async () => {
    await open();
    expect(".o_economics_cohorts [data-row='0']").toHaveCount(2);
    expect(".o_economics_cohorts [data-row='1']").toHaveCount(1);
});

test("a cell is read in words, by pointer and by keys", async () => {
    await open();
    await hover(".o_economics_cohorts [data-row='0'][data-column='1']");
    await animationFrame();
    const words = ".o_economics_cohorts p[aria-live]";
    expect(queryText(words)).toMatch(/40 customers of Q1 2024, 20 bought 1 periods/);
    await click(".o_economics_cohorts [data-row='0'][data-column='1']");
    await press("ArrowLeft");
    await press("ArrowDown");
    await animationFrame();
    expect(queryText(words)).toMatch(/10 customers of Q2 2024/);
    expect(".o_economics_cohorts [data-row='1'][data-column='0']").toBeFocused();
});

test("shares become customers", async () => {
    await open();
    const cell = ".o_economics_cohorts [data-row='0'][data-column='1']";
    expect(cell).toHaveText("50%");
    await click(".o_economics_cohorts button[name='counts']");
    await animationFrame();
    expect(cell).toHaveText("20");
});

test("empty classes take no room in the matrix, and a cell opens its customers", async () => {
    onRpc("crm.customer.profile", "get_migration_action", ({ args }) => {
        expect.step(args);
        return { type: "ir.actions.act_window_close" };
    });
    await open();
    expect(queryAllTexts(".o_economics_migration thead th")).toEqual([
        "From",
        "Customers",
        "Champions",
        "Gone a year",
    ]);
    expect(queryAllTexts(".o_economics_migration tbody th")).toEqual([
        "Champions",
        "Gone a year",
        "New",
    ]);
    await click(".o_economics_migration [data-row='0'][data-column='1']");
    await animationFrame();
    expect.verifySteps([["2025-05-01", "2025-06-01", 7, 0]]);
});

test("nothing to share out is said", async () => {
    await open();
    await click(".o_economics_concentration button[name='profit']");
    await animationFrame();
    expect(queryText(".o_economics_concentration")).toMatch(/Nothing to share out/);
});

test("a company without scores is told what to do", async () => {
    screen = { ...SCREEN, figures: false };
    await open();
    expect(queryText(".o_view_nocontent")).toMatch(/No customers of Roaster/);
    expect(".o_view_nocontent button").toHaveText("Open the Scoring Policy");
});

test("who may not score is not asked to", async () => {
    screen = { ...SCREEN, figures: false, is_manager: false };
    await open();
    expect(".o_view_nocontent button").toHaveCount(0);
});
