import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryOne, queryText } from "@odoo/hoot-dom";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";

const tenths = (predicted, actual) =>
    [1, 2].map((decile) => ({
        decile,
        customer_count: 5,
        predicted: predicted / decile,
        actual: actual / decile,
        baseline: 50 / decile,
        lift: 2 / decile,
        cumulative_share: decile / 2,
    }));

const figures = {
    currency_id: 1,
    used: "Regular buyers",
    rival: "Lost after three usual gaps",
    cards: [
        {
            name: "rmse",
            label: "Typical Error",
            unit: "money",
            value: 2341,
            rival: 2119,
            verdict: "worse",
        },
        {
            name: "total_error",
            label: "Error of the Total",
            unit: "signed",
            value: 0.33,
            rival: 0.168,
            verdict: "equal",
        },
        {
            name: "auc",
            label: "Buys Again or Not (AUC)",
            unit: "share",
            value: 0.877,
            rival: 0.784,
            verdict: "better",
        },
        {
            name: "coverage",
            label: "Intervals That Held",
            unit: "share",
            value: 0.789,
            aim: 0.8,
            verdict: "better",
        },
    ],
    spend: tenths(120, 100),
    probability: tenths(0.9, 0.8),
};

class Run extends models.Model {
    _name = "crm.scoring.run";

    accuracy_chart = fields.Json();

    _records = [
        { id: 1, accuracy_chart: figures },
        { id: 2, accuracy_chart: false },
    ];
}

describe.current.tags("desktop");
defineMailModels();
defineModels([Run]);

const openRun = (resId) =>
    mountView({
        type: "form",
        resModel: "crm.scoring.run",
        resId,
        arch: `<form><field name="accuracy_chart"
            widget="crm_scoring_validation_chart"/></form>`,
    });

const card = (name) => queryText(`[data-card=${name}] .small:last-child`);
const icon = (name) => queryOne(`[data-card=${name}] .fa`);

test("each card says whether the method was better than what it is beside", async () => {
    await openRun(1);
    expect(queryAllTexts("[data-card] .fs-3")).toEqual([
        "$ 2,341.00",
        "+33.0%",
        "87.7%",
        "78.9%",
    ]);
    expect(card("rmse")).toBe(
        "less good than “Lost after three usual gaps”: $ 2,119.00"
    );
    expect(card("total_error")).toBe(
        "about as good as “Lost after three usual gaps”: +16.8%"
    );
    expect(card("auc")).toBe("better than “Lost after three usual gaps”: 78.4%");
    expect(icon("rmse")).toHaveClass("text-warning");
    expect(icon("total_error")).toHaveClass("text-muted");
    expect(icon("auc")).toHaveClass("text-success");
});

test("intervals are beside what they are meant to be", async () => {
    await openRun(1);
    expect(card("coverage")).toBe("meant to be 80.0%");
});

test("both charts are drawn and their figures are in a table", async () => {
    await openRun(1);
    expect(".o_validation_canvas canvas").toHaveCount(2);
    expect(".o_validation_chart details").not.toHaveAttribute("open");
    await contains(".o_validation_chart summary").click();
    const row = queryAllTexts(".o_validation_chart tbody tr:first-child > *");
    expect(row).toEqual([
        "1",
        "$ 120.00",
        "$ 100.00",
        "$ 50.00",
        "2.00",
        "50.0%",
        "90.0%",
        "80.0%",
    ]);
    const heads = queryAllTexts(".o_validation_chart thead th");
    expect(heads[3]).toBe("Lost after three usual gaps");
});

test("a run without a comparison shows nothing", async () => {
    await openRun(2);
    expect(".o_validation_chart").toHaveCount(0);
});
