import { registry } from "@web/core/registry";
import { openMenu } from "./customer_intelligence_menu";

const VALUE = "[data-axis='value']";

registry.category("web_tour.tours").add("crm_scoring_portfolio_tour", {
    url: "/odoo",
    steps: () => [
        ...openMenu("crm_customer_profile_portfolio_menu"),
        {
            content: "All customers are in the matrix or lost",
            trigger: ".o_figure_card:contains('Customers'):contains('32')",
        },
        {
            content: "Look for some of them",
            trigger: ".o_searchview_input",
            run: "edit Customer",
        },
        {
            content: "By their name",
            trigger: ".o_searchview_autocomplete .o-dropdown-item:contains('Customer')",
            run: "click",
        },
        {
            content: "The figures are of those who match",
            trigger: ".o_figure_card:contains('Customers'):not(:contains('32 '))",
        },
        {
            content: "All customers again",
            trigger: ".o_facet_remove",
            run: "click",
        },
        {
            content: "They are there",
            trigger:
                ".o_portfolio_body[aria-busy='false'] .o_figure_card:contains('Customers'):contains('32')",
        },
        {
            content: "Drag the upper threshold of value to the far right",
            trigger: `${VALUE} .o_threshold_handle[data-index='1']`,
            run: `drag_and_drop ${VALUE} .o_threshold_bin:nth-child(38)`,
        },
        {
            content: "It is told how many customers would change class",
            trigger: ".o_portfolio_draft_bar:contains(/[1-9][0-9]* customers would/)",
        },
        {
            content: "The matrix shows who would go",
            trigger: ".o_portfolio_left",
        },
        {
            content: "See who they are",
            trigger: ".o_portfolio_moves button[name='all_movers']",
            run: "click",
        },
        {
            content: "They are listed",
            trigger: ".o_list_view .o_data_row",
        },
        {
            content: "Go back",
            trigger: ".o_breadcrumb a:contains('Portfolio')",
            run: "click",
        },
        {
            content: "The threshold is still where it was dragged, save it",
            trigger: ".o_portfolio_draft_bar:contains(/[1-9]/) button[name='save']",
            run: "click",
        },
        {
            content: "Read what happens, and agree",
            trigger: ".modal:contains('change class') .btn-primary",
            run: "click",
        },
        {
            content: "Thresholds are set by hand now",
            trigger: `.o_portfolio:not(:has(.o_portfolio_draft_bar)) ${VALUE} h3:contains('Set by hand')`,
        },
        {
            content: "Look at the past",
            trigger: ".o_notebook a[name='history']",
            run: "click",
        },
        {
            content: "The month knows the new classes; open one",
            trigger: ".o_portfolio_history .o_heat_map_cell:contains(/[1-9]/):first",
            run: "click",
        },
        {
            content: "Its customers are listed",
            trigger: ".o_list_view .o_data_row",
        },
    ],
});
