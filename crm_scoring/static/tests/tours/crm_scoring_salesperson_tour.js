import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const openCrm = () => [
    stepUtils.showAppsMenuItem(),
    {
        content: "Open CRM",
        trigger: ".o_app[data-menu-xmlid='crm.crm_menu_root']",
        run: "click",
    },
];

const findCustomers = () => [
    {
        content: "Open the menu Sales",
        trigger: ".o_menu_sections [data-menu-xmlid='crm.crm_menu_sales']",
        run: "click",
    },
    {
        content: "Choose Customers",
        trigger: ".o-dropdown--menu [data-menu-xmlid='crm.res_partner_menu_customer']",
        run: "click",
    },
    {
        content: "Search for a class",
        trigger:
            ".o_list_view:has(.o_data_row:contains('Fading Customer')) .o_searchview_input",
        run: "edit Champions",
    },
    {
        content: "Among the customer classes",
        trigger:
            ".o_searchview_autocomplete .o-dropdown-item:contains('Customer Class')",
        run: "click",
    },
    {
        content: "Only those customers are left",
        trigger:
            ".o_list_view:has(.o_facet_value:contains('Champions'))" +
            ":not(:has(.o_data_row:contains('Fading Customer')))",
    },
];

const readTheProfile = () => [
    {
        content: "Open the choice of columns",
        trigger: ".o_list_view .o_optional_columns_dropdown button",
        run: "click",
    },
    {
        content: "Add the lifetime value",
        trigger: ".o-dropdown--menu .o-dropdown-item:contains('Lifetime Value')",
        run: "click",
    },
    {
        content: "Open the best customer, whose value is in the list",
        trigger:
            ".o_data_row:has(td[name='clv']:contains(€)) td:contains('Best Customer')",
        run: "click",
    },
    {
        content: "The smart button shows the value too",
        trigger:
            "button[name='action_view_customer_profile'] div[name='clv']:contains(€)",
    },
    {
        content: "Open the tab Profile",
        trigger: ".o_notebook .nav-link[name='customer_profile']",
        run: "click",
    },
    {
        content: "Read the class",
        trigger: ".tab-pane div[name='customer_class_id']:contains('Champions')",
    },
    {
        content: "Go to the whole profile",
        trigger: "button[name='action_view_customer_profile']",
        run: "click",
    },
    {
        content: "Which cannot be edited or created",
        trigger: ".o_form_readonly div[name='summary']",
    },
];

const readTheLead = () => [
    {
        content: "Open an opportunity of the pipeline",
        trigger: ".o_kanban_record:contains('Offer for the Best Customer')",
        run: "click",
    },
    {
        content: "Open the page Customer Profile",
        trigger: ".o_notebook .nav-link[name='customer_profile']",
        run: "click",
    },
    {
        content: "Read the class and value of the customer behind it",
        trigger:
            ".tab-pane:has(div[name='clv']:contains(€)) " +
            "div[name='customer_class_id']:contains('Champions')",
    },
];

registry.category("web_tour.tours").add("crm_scoring_salesperson_tour", {
    url: "/odoo",
    steps: () => [
        ...openCrm(),
        ...findCustomers(),
        ...readTheProfile(),
        ...openCrm(),
        ...readTheLead(),
    ],
});
