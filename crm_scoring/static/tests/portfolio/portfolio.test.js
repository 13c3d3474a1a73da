import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import {
    click,
    press,
    queryAllTexts,
    queryOne,
    queryText,
    select,
} from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, onRpc } from "@web/../tests/web_test_helpers";
import { MIGRATION, PORTFOLIO } from "./portfolio_data";
import {
    CHAMPIONS,
    defineProfiles,
    mockPortfolio,
    openPortfolio,
    startPortfolio,
} from "./portfolio_screen";

describe.current.tags("desktop");
defineMailModels();
defineProfiles();

test("the best customers stand at the top right, with their figures", async () => {
    await openPortfolio();
    expect(queryAllTexts(".o_portfolio_cell_name")).toEqual([
        "Leaving",
        "Champions",
        "Sleepers",
        "Small but loyal",
    ]);
    expect(queryText(CHAMPIONS)).toMatch(/Champions\s*20\s*20%/);
    expect(CHAMPIONS).toHaveAttribute("aria-label", /lifetime value .*20,000/);
    expect(queryAllTexts(".o_figure_card_value")[0]).toBe("107");
});

test("another measure is another heat", async () => {
    await openPortfolio();
    expect(".o_portfolio_cell[data-class='1']").toHaveAttribute("style", /--heat: 1/);
    await click(".o_portfolio_matrix button[name='clv']");
    await animationFrame();
    expect(CHAMPIONS).toHaveAttribute("style", /--heat: 1/);
    expect(queryText(CHAMPIONS)).toMatch(/20\.0k/);
});

test("a cell opens its customers among those who match", async () => {
    onRpc("crm.customer.profile", "web_search_read", ({ kwargs }) => {
        expect.step(kwargs.domain);
    });
    await openPortfolio();
    await click(".o_searchview_dropdown_toggler");
    await animationFrame();
    await contains(".o_filter_menu .o_menu_item:contains(Named)").click();
    await animationFrame();
    const filter = [["name", "!=", false]];
    expect.verifySteps([["read", filter, false]]);
    await click(CHAMPIONS);
    await animationFrame();
    await animationFrame();
    expect.verifySteps([
        ["&", "&", ["company_id", "=", 1], ["class_id", "=", 5], ...filter],
    ]);
    expect(".o_breadcrumb .active:contains(Champions)").toHaveCount(1);
});

test("arrow keys walk through the matrix", async () => {
    await openPortfolio();
    queryOne(".o_portfolio_cell[data-class='4']").focus();
    await press("ArrowRight");
    expect(CHAMPIONS).toBeFocused();
    await press("ArrowDown");
    expect(".o_portfolio_cell[data-class='2']").toBeFocused();
    await press("ArrowDown");
    expect(".o_portfolio_cell[data-class='2']").toBeFocused();
});

test("months are compared, and a cell opens who moved", async () => {
    onRpc("crm.customer.profile", "get_migration_action", ({ args }) => {
        expect.step(args);
        return { type: "ir.actions.act_window_close" };
    });
    await openPortfolio();
    await click(".o_notebook a[name='migration']");
    await animationFrame();
    await animationFrame();
    expect(queryAllTexts(".o_portfolio_migration tbody th")).toEqual([
        "Champions",
        "Small but loyal",
        "New",
    ]);
    await click(".o_portfolio_migration [data-row='0'][data-column='1']");
    await animationFrame();
    expect.verifySteps([["2025-04-01", "2025-06-01", 5, 2, []]]);
    onRpc("crm.customer.profile", "get_migration", ({ args }) => {
        expect.step(args);
        return MIGRATION;
    });
    await click("select[name='after']");
    await select("2025-05-01");
    await animationFrame();
    expect.verifySteps([[[], "2025-04-01", "2025-05-01"]]);
});

test("a company without scores is told what to do", async () => {
    await openPortfolio({
        as_of: false,
        cells: [],
        bands: { value: [], loyalty: [] },
        totals: { ...PORTFOLIO.totals, customers: 0 },
    });
    expect(queryText(".o_view_nocontent")).toMatch(/No customers of Roaster/);
    expect(".o_view_nocontent button").toHaveText("Open the Scoring Policy");
});

test("a filter that nobody matches is told, and taken away by a click", async () => {
    const nobody = { totals: { ...PORTFOLIO.totals, customers: 0 } };
    mockPortfolio();
    onRpc("crm.customer.profile", "get_portfolio", ({ args: [domain] }) =>
        domain.length ? { ...PORTFOLIO, ...nobody } : PORTFOLIO
    );
    await startPortfolio();
    await click(".o_searchview_dropdown_toggler");
    await animationFrame();
    await contains(".o_filter_menu .o_menu_item:contains(Named)").click();
    await animationFrame();
    expect(queryText(".o_view_nocontent")).toMatch(/No customer matches/);
    await click("button[name='clear_filter']");
    await animationFrame();
    await animationFrame();
    expect(CHAMPIONS).toHaveCount(1);
});

test("a type without customers leads back to all types", async () => {
    const types = [{ id: 4, name: "Hotels", customers: 0 }];
    const nobody = { totals: { ...PORTFOLIO.totals, customers: 0 } };
    mockPortfolio();
    onRpc("crm.customer.profile", "get_portfolio", ({ args: [, typeId] }) => ({
        ...PORTFOLIO,
        types,
        ...(typeId ? nobody : {}),
    }));
    await startPortfolio();
    await click(".o_portfolio_choose_type button");
    await animationFrame();
    expect(queryText(".o_view_nocontent")).toMatch(/no customer of this type/);
    await click("button[name='all_types']");
    await animationFrame();
    await animationFrame();
    expect(CHAMPIONS).toHaveCount(1);
});

test("who sees own customers only is told so", async () => {
    onRpc("has_group", () => false);
    await openPortfolio();
    expect(queryText(".o_portfolio_scope")).toMatch(/Only your own customers/);
});

test("who sees all customers is told nothing", async () => {
    await openPortfolio();
    expect(".o_portfolio_scope").toHaveCount(0);
});

test("what could not be read can be tried again", async () => {
    let isBroken = true;
    mockPortfolio();
    onRpc("crm.customer.profile", "get_portfolio", () => {
        if (isBroken) {
            throw new Error("out of order");
        }
        return PORTFOLIO;
    });
    await startPortfolio();
    expect("[role='alert'] button").toHaveCount(1);
    isBroken = false;
    await click("[role='alert'] button");
    await animationFrame();
    await animationFrame();
    expect(CHAMPIONS).toHaveCount(1);
});
