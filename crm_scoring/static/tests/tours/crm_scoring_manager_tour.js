import { registry } from "@web/core/registry";
import { openMenu } from "./customer_intelligence_menu";

const stateIs = (state) => `.o_arrow_button_current[data-value='${state}']`;

registry.category("web_tour.tours").add("crm_scoring_manager_tour", {
    url: "/odoo",
    steps: () => [
        ...openMenu("crm_scoring_policy_menu"),
        {
            content: "Open the company's policy",
            trigger: ".o_data_row td[name='company_id']",
            run: "click",
        },
        {
            content: "Look half a year ahead",
            trigger: "div[name='horizon_days'] input",
            run: "edit 180",
        },
        {
            content: "Score with the changed policy, which is saved on the way",
            trigger: "button[name='action_score_now']",
            run: "click",
        },
        {
            content: "The run is under way and can be cancelled",
            trigger: `.o_form_view:has(button[name='action_cancel']) ${stateIs("running")}`,
        },
        {
            content: "Its progress moves",
            trigger: "div[name='progress'] .o_progressbar_value:contains(15)",
        },
        {
            content: "It ends before the manager's eyes",
            trigger: stateIs("done"),
        },
        {
            content: "Neither progress nor cancelling is offered any more",
            trigger:
                ".o_form_view:not(:has(div[name='progress'], button[name='action_cancel']))",
        },
        {
            content: "Go to the log",
            trigger: ".nav-link[name='log']",
            run: "click",
        },
        {
            content: "The log tells what happened",
            trigger: "div[name='log_ids'] td:contains('profiles are up to date')",
        },
        {
            content: "The models are shown",
            trigger: ".nav-link[name='models']",
            run: "click",
        },
        {
            content: "With a standard error for each parameter",
            trigger: "div[name='diagnostic_ids'] .o_data_row td[name='standard_error']",
        },
        {
            content: "Go to the profiles",
            trigger: "button[name='action_view_profiles']",
            run: "click",
        },
        {
            content: "Open the best customer",
            trigger:
                ".o_data_row:first td[name='partner_id']:contains('Best Customer')",
            run: "click",
        },
        {
            content: "Read the lifetime value",
            trigger: ".o_form_view div[name='summary'] div[name='clv']:contains(€)",
        },
        {
            content: "Go to the customer",
            trigger: "button[name='action_open_partner']",
            run: "click",
        },
        {
            content: "The contact opens",
            trigger: ".o_form_view div[name='name'] input:value('Best Customer')",
        },
    ],
});
