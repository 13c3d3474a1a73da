import { registry } from "@web/core/registry";
import { openMenu } from "./customer_intelligence_menu";

registry.category("web_tour.tours").add("crm_scoring_economics_tour", {
    url: "/odoo",
    steps: () => [
        ...openMenu("crm_customer_economics_menu"),
        {
            content: "What all customers are worth is told in words",
            trigger:
                ".o_figure_card:contains('Customer Equity'):contains('32 customers')",
        },
        {
            content: "See the whale curve",
            trigger: ".o_economics_concentration button[name='profit']",
            run: "click",
        },
        {
            content: "No cost to serve is known, and it says so",
            trigger:
                ".o_economics_concentration:contains('Margin of the last 12 months')",
        },
        {
            content: "See the cohorts by month",
            trigger: ".o_economics_cohorts button[name='month']",
            run: "click",
        },
        {
            content: "Count customers instead of shares",
            trigger: ".o_economics_cohorts button[name='counts']",
            run: "click",
        },
        {
            content: "Point at a cell",
            trigger: ".o_economics_cohorts [data-row='1'][data-column='1']",
            run: "hover",
        },
        {
            content: "Read it in words",
            trigger: ".o_economics_cohorts p:contains('periods later')",
        },
        {
            content: "Open the customers who moved",
            trigger:
                ".o_economics_migration .o_heat_map_cell:not(:empty):first:contains(/[1-9]/)",
            run: "click",
        },
        {
            content: "They are listed",
            trigger: ".o_list_view .o_data_row",
        },
        ...openMenu("crm_customer_profile_menu"),
        {
            content: "Open a profile",
            trigger: ".o_data_row:contains('Best Customer') td[name='partner_id']",
            run: "click",
        },
        {
            content: "Look at its history",
            trigger: ".o_form_view a[name='history']",
            run: "click",
        },
        {
            content: "Its indices are drawn by month",
            trigger: ".o_profile_history_chart canvas",
        },
    ],
});
