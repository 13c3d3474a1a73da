import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAll, queryAllTexts, queryText } from "@odoo/hoot-dom";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { EconomicsMigration } from "@crm_scoring/customer_economics/economics_migration/economics_migration";

describe.current.tags("desktop");
defineMailModels();

const figures = (customers) => ({
    customers,
    lower: customers - 2,
    upper: customers + 2,
    value: 100 * customers,
    value_lower: 90 * customers,
    value_upper: 110 * customers,
});
const ahead = (months, classes) => ({ months, classes });
const CLASSES = [
    { id: 7, name: "Champions", color: 1 },
    { id: 8, name: "Switchers", color: 2 },
];
const OUTLOOK = [
    ahead(0, { 7: figures(30), 8: figures(10) }),
    ahead(12, { 7: figures(24.4), 8: figures(12) }),
    ahead(null, { 7: figures(20), 8: figures(15) }),
];
const TABLE = ".o_economics_outlook";

const mountOutlook = (outlook, classes = CLASSES) =>
    mountWithCleanup(EconomicsMigration, {
        props: {
            classes,
            currencyId: 1,
            figures: {
                movement: {
                    spans: [],
                    model: {
                        outlook,
                        classes: {},
                        total: { value: 1, clv: 1, difference: 0 },
                    },
                },
            },
        },
    });

test("a class has its customers, their range and worth at each time", async () => {
    await mountOutlook(OUTLOOK);
    expect(queryAllTexts(`${TABLE} thead th`)).toEqual([
        "Class",
        "Now",
        "In 12 months",
        "In the long run",
    ]);
    expect(queryText(`${TABLE} tbody tr:first td:eq(1)`)).toMatch(
        /24\s*22 to 26\s*.*2,440/s
    );
    expect(`${TABLE} tbody tr:first td:eq(1)`).toHaveAttribute(
        "title",
        /between .*2,196 and .*2,684/
    );
});

test("what is now is known: it has no range", async () => {
    await mountOutlook(OUTLOOK);
    expect(queryText(`${TABLE} tbody tr:first td:first`)).not.toMatch(/ to /);
});

test("the last row adds all classes up", async () => {
    await mountOutlook(OUTLOOK);
    expect(queryAllTexts(`${TABLE} tfoot td .fw-bold`)).toEqual(["40", "36", "35"]);
    expect(queryText(`${TABLE} tfoot td:first`)).toMatch(/4,000/);
});

test("a class in which nobody is or will be takes no room", async () => {
    const nobody = { ...figures(0), lower: 0, upper: 0.3 };
    await mountOutlook(
        OUTLOOK.map(({ months, classes }) => ahead(months, { ...classes, 9: nobody })),
        [...CLASSES, { id: 9, name: "Ghosts", color: 3 }]
    );
    expect(queryAllTexts(`${TABLE} tbody th`)).toEqual(["Champions", "Switchers"]);
});

test("one class and many classes", async () => {
    await mountOutlook([ahead(0, { 7: figures(30) })]);
    expect(`${TABLE} tbody tr`).toHaveCount(1);
    const many = Array.from({ length: 26 }, (_, id) => ({ id, name: `Class ${id}` }));
    const classes = Object.fromEntries(many.map(({ id }) => [id, figures(5)]));
    await mountOutlook([ahead(0, classes)], many);
    expect(queryAll(`${TABLE}:last tbody tr`)).toHaveLength(26);
});

test("without enough history there is no outlook", async () => {
    await mountOutlook(null);
    expect(TABLE).toHaveCount(0);
});
