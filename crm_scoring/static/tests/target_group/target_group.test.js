import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { animationFrame, click, queryAllTexts } from "@odoo/hoot-dom";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Group extends models.Model {
    _name = "crm.target.group";

    name = fields.Char();
    company_id = fields.Many2one({ relation: "res.company" });
    refreshed_at = fields.Datetime();
    kind = fields.Char();
    domain = fields.Char();
    has_exclusions = fields.Boolean();
    excluded_domain = fields.Char();

    _records = [
        { id: 1, name: "At risk", kind: "refreshed", domain: "[]" },
        { id: 2, name: "Lost", kind: "refreshed", domain: "[]" },
    ];
}

class Overlap extends models.Model {
    _name = "crm.target.group.overlap";

    group_ids = fields.Many2many({ relation: "crm.target.group" });

    _records = [
        { id: 1, group_ids: [1, 2] },
        { id: 2, group_ids: [1] },
    ];
}

describe.current.tags("desktop");
defineMailModels();
defineModels([Group, Overlap]);

const figuresOf = (count) => ({
    currency_id: 1,
    count,
    share: count / 10,
    clv: 100 * count,
    clv_share: 0.5,
    revenue_recent: 50 * count,
    margin: 20 * count,
    expected_loss: count,
    classes: count ? [{ id: 1, name: "Champions", count, clv: 100 * count }] : [],
});

const openGroup = () =>
    mountView({
        type: "form",
        resModel: "crm.target.group",
        resId: 1,
        arch: `<form>
            <field name="kind"/><field name="domain"/><field name="name"/>
            <field name="has_exclusions"/><field name="excluded_domain"/>
            <widget name="crm_target_group_figures"/>
        </form>`,
    });

const openOverlap = (resId) =>
    mountView({
        type: "form",
        resModel: "crm.target.group.overlap",
        resId,
        arch: `<form>
            <field name="group_ids" widget="many2many_tags"/>
            <widget name="crm_target_group_overlap"/>
        </form>`,
    });

test("size and value follow the filter while it is edited", async () => {
    onRpc("crm.target.group", "get_figures", ({ args: [groupId, values] }) => {
        expect.step(`${groupId} ${values.domain}`);
        return values.domain === "[]" ? figuresOf(4) : figuresOf(2);
    });
    await openGroup();
    const values = () => queryAllTexts(".o_target_group_figures .fs-3");
    expect(values()[0]).toBe("4");
    await contains("[name=domain] input").edit("[('clv', '>', 1)]");
    await animationFrame();
    expect(values().slice(0, 2)).toEqual(["2", "$ 200"]);
    expect(".o_interval_bars").toHaveText(/Champions/);
    expect.verifySteps(["1 []", "1 [('clv', '>', 1)]"]);
});

test("a filter that does not work says so in place of figures", async () => {
    onRpc("crm.target.group", "get_figures", () => ({ error: "Choose again." }));
    await openGroup();
    expect(".o_target_group_figures .alert").toHaveText("Choose again.");
});

test("a filter that finds nobody says what to do", async () => {
    onRpc("crm.target.group", "get_figures", () => figuresOf(0));
    await openGroup();
    expect(".o_target_group_figures").toHaveText(/loosen the filter/);
});

test("each part of an overlap opens its customers, an empty one nothing", async () => {
    onRpc("crm.target.group", "get_overlap", ({ args: [ids] }) => {
        expect.step(`overlap of ${ids}`);
        return {
            currency_id: 1,
            groups: [
                { id: 1, name: "At risk", count: 4 },
                { id: 2, name: "Lost", count: 2 },
            ],
            parts: [
                { inside: [1], name: "Only At risk", count: 2, clv: 10 },
                { inside: [2], name: "Only Lost", count: 0, clv: 0 },
                { inside: [1, 2], name: "At risk + Lost", count: 2, clv: 30 },
            ],
        };
    });
    onRpc("crm.target.group", "get_overlap_action", ({ args: [ids, inside] }) => {
        expect.step(`customers in ${inside} of ${ids}`);
        return { type: "ir.actions.act_window", name: "Both" };
    });
    mockService("action", {
        doAction: (action) => expect.step(action.name),
    });
    await openOverlap(1);
    expect(queryAllTexts(".o_target_group_overlap .small :first-child")).toEqual([
        "50% of At risk",
        "0% of Lost",
        "50% of At risk, 100% of Lost",
    ]);
    expect(".o_target_group_overlap button:eq(1)").not.toBeEnabled();
    await click(".o_target_group_overlap button:eq(2)");
    await animationFrame();
    expect.verifySteps(["overlap of 1,2", "customers in 1,2 of 1,2", "Both"]);
});

test("one group alone has no overlap", async () => {
    await openOverlap(2);
    expect(".o_target_group_overlap").toHaveText(/second group/);
});
