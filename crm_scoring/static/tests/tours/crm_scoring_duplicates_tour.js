import { registry } from "@web/core/registry";
import { openMenu } from "./customer_intelligence_menu";

const twin = (name) => `.o_data_row:contains('${name}'):contains('twin@example.com')`;

registry.category("web_tour.tours").add("crm_scoring_duplicates_tour", {
    url: "/odoo",
    steps: () => [
        ...openMenu("crm_customer_duplicate_menu"),
        {
            content: "Select the first of the two",
            trigger: `${twin("Twin Bakery")}:first .o_list_record_selector input`,
            run: "click",
        },
        {
            content: "Select the second",
            trigger: `${twin("Twin Bakers")}:first .o_list_record_selector input`,
            run: "click",
        },
        {
            content: "Merge them",
            trigger: ".o_control_panel button[name='action_merge']",
            run: "click",
        },
        {
            content: "The host's wizard asks which one stays",
            trigger:
                ".modal:has(.o_data_row:contains('Twin Bakery')) " +
                ".o_data_row:contains('Twin Bakers')",
        },
        {
            content: "Merge",
            trigger: ".modal footer button[name='action_merge']",
            run: "click",
        },
        {
            content: "Nothing is left to merge",
            trigger: ".modal:contains('no more contacts to merge')",
        },
    ],
});
