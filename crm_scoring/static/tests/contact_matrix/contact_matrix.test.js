import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { animationFrame, click, press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import {
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class CustomerProfile extends models.Model {
    _name = "crm.customer.profile";

    name = fields.Char();

    _records = [{ id: 1, name: "Bar Centrale" }];
}

defineMailModels();
defineModels([CustomerProfile]);

const cell = (channel, count, cost) => ({
    channel,
    count,
    cost,
    count_shade: count ? 5 : 0,
    cost_shade: cost ? 3 : 0,
});

const MATRIX = {
    rows: [
        {
            reason: "sale",
            label: "Sale",
            cells: [cell("phone", 4, 20), cell("email", 0, 0)],
            count: 4,
            cost: 20,
        },
        {
            reason: "assistance",
            label: "Assistance",
            cells: [cell("phone", 0, 0), cell("email", 2, 3)],
            count: 2,
            cost: 3,
        },
    ],
    columns: [
        { channel: "phone", label: "Phone", count: 4, cost: 20 },
        { channel: "email", label: "E-mail", count: 2, cost: 3 },
    ],
    total: { count: 6, cost: 23 },
    phases: [
        ["pre_sale", "Pre-sale"],
        ["sale", "Sale"],
        ["post_sale", "Post-sale"],
    ],
    currency_id: false,
    has_costs: true,
    domain: [["partner_id", "=", 7]],
};

const openMatrix = async (matrix = MATRIX) => {
    onRpc("crm.customer.profile", "get_contact_matrix", ({ args }) => {
        expect.step(args);
        return matrix;
    });
    await mountView({
        type: "form",
        resModel: "crm.customer.profile",
        resId: 1,
        arch: /* xml */ `<form><widget name="contact_matrix" /></form>`,
    });
};

const openedAction = () =>
    mockService("action", {
        loadAction: () => ({ name: "Customer Contacts", res_model: "x" }),
        doAction: (action) => expect.step(action),
    });

test("counts are shown first, with totals, and empty cells stay empty", async () => {
    await openMatrix();
    expect.verifySteps([[[1], 12, false]]);
    expect(queryAllTexts("tbody td:not(:last-child)")).toEqual(["4", "", "", "2"]);
    expect(queryAllTexts("tfoot td")).toEqual(["4", "2", "6"]);
    expect("[data-cell='sale-phone']").toHaveAttribute("data-shade", "5");
    expect("[data-cell='sale-phone']").toHaveAttribute(
        "aria-label",
        "Sale, Phone: 4 contacts"
    );
});

test("cost is another look at the same matrix", async () => {
    await openMatrix();
    expect.verifySteps([[[1], 12, false]]);
    await click("button[name=cost]");
    await animationFrame();
    expect.verifySteps([]);
    expect(queryAllTexts("tfoot td")).toEqual(["20", "3", "23"]);
    expect("[data-cell='sale-phone']").toHaveAttribute("data-shade", "3");
});

test("without costs a hint says where they are set", async () => {
    await openMatrix({ ...MATRIX, has_costs: false });
    expect("p.text-muted").toHaveCount(0);
    await click("button[name=cost]");
    await animationFrame();
    expect("p.text-muted").toHaveCount(1);
    expect.verifySteps([[[1], 12, false]]);
});

test("a channel without contacts is marked, for phones to leave it out", async () => {
    const columns = [MATRIX.columns[0], { channel: "post", label: "Post", count: 0 }];
    const rows = MATRIX.rows.map((row) => ({
        ...row,
        cells: [row.cells[0], cell("post", 0, 0)],
    }));
    await openMatrix({ ...MATRIX, rows, columns });
    expect(".o_contact_matrix_unused").toHaveCount(2 + rows.length);
    expect("th[title=Phone]").not.toHaveClass("o_contact_matrix_unused");
    expect.verifySteps([[[1], 12, false]]);
});

test("period and phase are asked of the server", async () => {
    await openMatrix();
    await click("button[data-months='0']");
    await animationFrame();
    await click("button[data-phase=post_sale]");
    await animationFrame();
    expect("button[data-phase=post_sale]").toHaveClass("active");
    expect.verifySteps([
        [[1], 12, false],
        [[1], 0, false],
        [[1], 0, "post_sale"],
    ]);
});

test("a cell opens exactly the contacts that it counts", async () => {
    openedAction();
    await openMatrix();
    await click("[data-cell='sale-phone']");
    await animationFrame();
    expect.verifySteps([
        [[1], 12, false],
        {
            name: "Sale · Phone",
            display_name: "Sale · Phone",
            res_model: "x",
            domain: [
                "&",
                ["channel", "=", "phone"],
                "&",
                ["reason", "=", "sale"],
                ["partner_id", "=", 7],
            ],
            context: { search_default_group_month: 1 },
        },
    ]);
});

test("a cell is reached and opened by the keyboard", async () => {
    openedAction();
    await openMatrix();
    queryOne("[data-cell='assistance-email']").focus();
    await press("Enter");
    await animationFrame();
    expect.verifySteps([
        [[1], 12, false],
        {
            name: "Assistance · E-mail",
            display_name: "Assistance · E-mail",
            res_model: "x",
            domain: [
                "&",
                ["channel", "=", "email"],
                "&",
                ["reason", "=", "assistance"],
                ["partner_id", "=", 7],
            ],
            context: { search_default_group_month: 1 },
        },
    ]);
});
