import { expect } from "@odoo/hoot";
import { press, queryOne } from "@odoo/hoot-dom";
import { animationFrame, runAllTimers } from "@odoo/hoot-mock";
import {
    defineModels,
    fields,
    getService,
    models,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { CONCENTRATION, MIGRATION, PORTFOLIO, PREVIEW } from "./portfolio_data";

class CustomerProfile extends models.Model {
    _name = "crm.customer.profile";
    name = fields.Char();
    _views = {
        search: `<search><filter name="named" string="Named" domain="[('name', '!=', False)]"/></search>`,
        list: `<list><field name="name"/></list>`,
    };
    _records = [{ id: 1, name: "Mover" }];
}

export const LIST_ACTION = {
    type: "ir.actions.act_window",
    res_model: "crm.customer.profile",
    name: "Customers",
    views: [[false, "list"]],
};
export const CHAMPIONS = ".o_portfolio_cell[data-class='5']";
export const slider = (axis) => `[data-axis='${axis}'] .o_threshold_handle`;

export function defineProfiles() {
    defineModels([CustomerProfile]);
}

/** Answer as the server does; what is asked of the portfolio is a step of the test. */
export function mockPortfolio(data = PORTFOLIO) {
    onRpc("crm.customer.profile", "get_portfolio", ({ args }) => {
        expect.step(["read", ...args]);
        return data;
    });
    onRpc("crm.customer.profile", "get_threshold_preview", ({ args }) => {
        expect.step(["preview", ...args]);
        return PREVIEW;
    });
    onRpc("crm.customer.profile", "get_concentration", () => CONCENTRATION);
    onRpc("crm.customer.profile", "get_migration", () => MIGRATION);
    onRpc("/web/action/load", () => LIST_ACTION);
}

export async function startPortfolio() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_customer_portfolio",
    });
    await animationFrame();
}

/** Open the screen with `values` in place of those of the fixture. */
export async function openPortfolio(values = {}) {
    mockPortfolio({ ...PORTFOLIO, ...values });
    await startPortfolio();
    expect.verifySteps([["read", [], false]]);
}

export async function moveThreshold(key = "ArrowRight", axis = "value") {
    queryOne(slider(axis)).focus();
    await press(key);
    await runAllTimers();
    await animationFrame();
}
