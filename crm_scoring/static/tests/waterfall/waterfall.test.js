import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryOne } from "@odoo/hoot-dom";
import {
    defineModels,
    fields,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";

class Profile extends models.Model {
    _name = "crm.customer.profile";

    currency_id = fields.Many2one({ relation: "res.currency", default: 1 });
    clv_revenue = fields.Monetary({ currency_field: "currency_id" });
    clv_product_cost = fields.Monetary({ currency_field: "currency_id" });
    clv_service_cost = fields.Monetary({ currency_field: "currency_id" });
    clv_credit_loss = fields.Monetary({ currency_field: "currency_id" });
    clv = fields.Monetary({ currency_field: "currency_id" });

    _records = [
        {
            id: 1,
            clv_revenue: 1000,
            clv_product_cost: 600,
            clv_service_cost: 150.5,
            clv_credit_loss: 0,
            clv: 249.5,
        },
        {
            id: 2,
            clv_revenue: 100,
            clv_product_cost: 60,
            clv_service_cost: 140,
            clv_credit_loss: 0,
            clv: -100,
        },
        { id: 3 },
    ];
}

describe.current.tags("desktop");
defineMailModels();
defineModels([Profile]);

const openProfile = (resId) =>
    mountView({
        type: "form",
        resModel: "crm.customer.profile",
        resId,
        arch: `<form><widget name="clv_waterfall"/></form>`,
    });

const column = (number) =>
    queryAllTexts(`.o_crm_waterfall tbody tr > :nth-child(${number})`);

const bar = (name) => queryOne(`[data-step=${name}] .o_crm_waterfall_bar`).style;

test("costs hang from the revenue down to the lifetime value", async () => {
    await openProfile(1);
    expect(column(1)).toEqual([
        "Future revenue",
        "Product cost",
        "Cost to serve",
        "Credit loss",
        "Lifetime value",
    ]);
    expect(column(3)).toEqual([
        "$ 1,000.00",
        "$ -600.00",
        "$ -150.50",
        "$ 0.00",
        "$ 249.50",
    ]);
    expect(column(4)).toEqual(["100%", "60%", "15%", "0%", "25%"]);
    expect(bar("clv_revenue").width).toBe("100%");
    expect(bar("clv_product_cost").marginInlineStart).toBe("40%");
    expect(bar("clv_product_cost").width).toBe("60%");
    expect(bar("clv").marginInlineStart).toBe("0%");
    expect("[data-step=clv] .o_crm_waterfall_profit").toHaveCount(1);
});

test("a loss hangs below zero", async () => {
    await openProfile(2);
    expect(column(3).at(-1)).toBe("$ -100.00");
    // Zero is in the middle: 100 below, 100 above.
    expect(bar("clv_revenue").marginInlineStart).toBe("50%");
    expect(bar("clv").marginInlineStart).toBe("0%");
    expect(bar("clv").width).toBe("50%");
    expect("[data-step=clv] .o_crm_waterfall_loss").toHaveCount(1);
});

test("nothing expected is shown as nothing", async () => {
    await openProfile(3);
    expect(".o_crm_waterfall tbody tr").toHaveCount(5);
    expect(column(4)).toEqual(["", "", "", "", ""]);
    expect(".o_crm_waterfall_bar").toHaveCount(0);
});
