import { registry } from "@web/core/registry";
import { openMenu } from "./customer_intelligence_menu";

registry.category("web_tour.tours").add("crm_scoring_matrix_size_tour", {
    url: "/odoo",
    steps: () => [
        ...openMenu("crm_scoring_policy_menu"),
        {
            content: "Open the company's policy",
            trigger: ".o_data_row td[name='company_id']",
            run: "click",
        },
        {
            content: "Take four bands of value",
            trigger: "div[name='value_band_count'] input",
            run: "edit 4",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "There are four now, by their usual names",
            trigger:
                "div[name='value_band_ids'] .o_data_row:nth-child(4):contains('Top value')",
        },
        {
            content: "It is told who asks for classes of before",
            trigger:
                ".o-mail-Message:contains('4 bands of value'):contains('Champions (3 × 3)')",
        },
        ...openMenu("crm_customer_profile_portfolio_menu"),
        {
            content: "The new matrix waits for a scoring, which can be started here",
            trigger:
                ".o_portfolio .alert-warning:contains('former matrix') .btn-primary",
        },
        {
            content: "Look at the past",
            trigger: ".o_notebook a[name='history']",
            run: "click",
        },
        {
            content: "Its classes keep their names, told by their matrix",
            trigger: ".o_portfolio_history:contains('(3 × 3)')",
        },
        ...openMenu("crm_target_group_menu"),
        {
            content: "Open the group that asks for a class of before",
            trigger: ".o_data_row td[name='name']:contains('To invite')",
            run: "click",
        },
        {
            content: "It says so",
            trigger:
                ".o_form_view .alert-warning div[name='former_class_ids']:contains('Champions (3 × 3)')",
        },
    ],
});
