import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { click, hover, press, queryAllTexts, queryText } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Segmentation extends models.Model {
    _name = "crm.needs.segmentation";

    state = fields.Char();
    cluster_count = fields.Integer();

    _records = [{ id: 1, state: "done", cluster_count: 2 }];
}

describe.current.tags("desktop");
defineMailModels();
defineModels([Segmentation]);

const bar = (label, size) => ({ label, size, text: "", title: "", is_strong: true });
const cluster = (id, name, customers, share) => ({
    id,
    name,
    customers,
    share,
    color: id,
    clv: 100 * customers,
    stability: `${name} is found again`,
    is_stable: id === 1,
    is_doubtful: id > 2,
    sentences: [`${name} order often.`],
    bars: [bar("Coffee", 0.5), bar("Tea", -0.5)],
});
const trial = (count, isPossible = true) => ({
    count,
    silhouette: count / 10,
    bic: 1000 * count,
    smallest: 50 / count,
    is_possible: isPossible,
});
const SCREEN = {
    currency_id: 1,
    number_words: ["2 clusters are suggested."],
    method: "kmeans",
    trials: [trial(2), trial(3, false)],
    clusters: [cluster(1, "Bars", 30, 0.75), cluster(2, "Hotels", 10, 0.25)],
    classes: {
        columns: [
            { id: 7, name: "Champions" },
            { id: 8, name: "Switchers" },
        ],
        rows: [
            { id: 1, name: "Bars", counts: [20, 10] },
            { id: 2, name: "Hotels", counts: [0, 10] },
        ],
    },
};

/** Open the page; what it asks of the server is a step of the test. */
async function openPage(values = {}) {
    onRpc("crm.needs.segmentation", "get_screen", ({ args }) => {
        expect.step(["screen", ...args]);
        return { ...SCREEN, ...values };
    });
    mockService("action", {
        loadAction: () => ({ type: "ir.actions.act_window" }),
        doAction: (action) => expect.step([action.display_name, action.domain]),
    });
    await mountView({
        type: "form",
        resModel: "crm.needs.segmentation",
        resId: 1,
        arch: `<form>
            <field name="state"/><field name="cluster_count"/>
            <widget name="crm_needs_clusters"/>
        </form>`,
    });
    expect.verifySteps([["screen", 1]]);
}

const CELL = ".o_needs_clusters .o_heat_map_cell";
const at = (row, column) => `${CELL}[data-row='${row}'][data-column='${column}']`;

test("each cluster is told in words and bars, with its size and value", async () => {
    await openPage();
    expect(queryAllTexts(".o_needs_clusters .card .btn-link")).toEqual([
        "Bars",
        "Hotels",
    ]);
    expect(queryText(".o_needs_clusters .card:first")).toMatch(
        /30 customers, 75%.*3,000.*Bars order often\..*Coffee.*Tea.*found again/s
    );
    expect(".o_needs_clusters .card:first .o_difference_bars_bar").toHaveCount(2);
    expect(".o_needs_clusters .fa-check-circle").toHaveCount(1);
    expect(queryText(".o_needs_clusters")).toMatch(/2 clusters are suggested/);
});

test("the name of a cluster opens its customers", async () => {
    await openPage();
    await click(".o_needs_clusters .card:eq(1) .btn-link");
    await animationFrame();
    expect.verifySteps([["Hotels", [["needs_cluster_id", "=", 2]]]]);
});

test("a cell of needs and classes is read and opens its customers", async () => {
    await openPage();
    const words = ".o_needs_clusters p[aria-live]";
    expect(words).toHaveText("Click on a cell to see its customers.");
    await hover(at(0, 0));
    await animationFrame();
    expect(words).toHaveText("Bars: 20 of 30 (67%) are Champions.");
    expect(at(0, 0)).toHaveAttribute("style", /--heat: 0\.66/);
    await click(at(1, 1));
    await animationFrame();
    expect.verifySteps([
        [
            "Hotels: 10 of 10 (100%) are Switchers.",
            [
                ["needs_cluster_id", "=", 2],
                ["class_id", "=", 8],
            ],
        ],
    ]);
});

test("arrow keys walk through needs and classes, Enter opens", async () => {
    await openPage();
    await contains(at(0, 0)).focus();
    await press("ArrowDown");
    expect(at(1, 0)).toBeFocused();
    await press("ArrowDown");
    expect(at(1, 0)).toBeFocused();
    await press("ArrowRight");
    expect(at(1, 1)).toBeFocused();
    await press("Enter");
    await animationFrame();
    expect.verifySteps([
        [
            "Hotels: 10 of 10 (100%) are Switchers.",
            [
                ["needs_cluster_id", "=", 2],
                ["class_id", "=", 8],
            ],
        ],
    ]);
});

test("of the numbers tried the one in use stands out", async () => {
    await openPage();
    expect(
        queryAllTexts(".o_needs_clusters table:last tbody tr[aria-current] th")
    ).toEqual(["2"]);
    expect(queryText(".o_needs_clusters table:last tbody tr:last")).toMatch(
        /3.*0\.30.*too small/s
    );
});

test("without classes there is no table of needs and classes", async () => {
    await openPage({ classes: { columns: [], rows: [] } });
    expect(CELL).toHaveCount(0);
    expect(".o_needs_clusters .card").toHaveCount(2);
});

test("one cluster of nobody is shown, with nothing to divide by", async () => {
    await openPage({
        clusters: [cluster(1, "Bars", 0, 0)],
        classes: {
            columns: SCREEN.classes.columns,
            rows: [{ id: 1, name: "Bars", counts: [0, 0] }],
        },
    });
    expect(queryText(".o_needs_clusters .card")).toMatch(/0 customers, 0%/);
    await hover(at(0, 0));
    await animationFrame();
    expect(".o_needs_clusters p[aria-live]").toHaveText(
        "Bars: 0 of 0 (0%) are Champions."
    );
});

test("many clusters and classes are all there", async () => {
    const many = Array.from({ length: 6 }, (_, n) => cluster(n + 1, `C${n}`, 5, 1 / 6));
    const columns = Array.from({ length: 10 }, (_, n) => ({ id: n, name: `K${n}` }));
    await openPage({
        clusters: many,
        classes: {
            columns,
            rows: many.map(({ id, name }) => ({
                id,
                name,
                counts: columns.map(() => 1),
            })),
        },
    });
    expect(".o_needs_clusters .card").toHaveCount(6);
    expect(CELL).toHaveCount(60);
});
