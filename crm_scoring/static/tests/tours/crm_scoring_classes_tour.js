import { registry } from "@web/core/registry";
import { openMenu } from "./customer_intelligence_menu";

const switchTo = (view, proof) => [
    {
        content: `Switch to ${view}`,
        trigger: `.o_control_panel .o_switch_view.o_${view}`,
        run: "click",
    },
    {
        content: `See the ${view}`,
        trigger: proof,
    },
];

registry.category("web_tour.tours").add("crm_scoring_classes_tour", {
    url: "/odoo",
    steps: () => [
        ...openMenu("crm_customer_class_menu"),
        {
            content: "Click on a class",
            trigger: ".o_data_row td[name='name']:contains('Champions')",
            run: "click",
        },
        {
            content: "Give it the company's own name",
            trigger: ".o_selected_row td[name='name'] input",
            run: "edit House Friends",
        },
        {
            content: "Save",
            trigger: ".o_list_button_save",
            run: "click",
        },
        {
            content: "Go to its customers",
            trigger:
                ".o_data_row:contains('House Friends') button[name='action_view_customers']",
            run: "click",
        },
        {
            content: "They carry the new name",
            trigger: ".o_data_row td[name='class_id']:contains('House Friends')",
        },
        ...openMenu("crm_customer_profile_menu"),
        {
            content: "All customers are listed",
            trigger: ".o_list_view .o_data_row:contains('Best Customer')",
        },
        ...switchTo("kanban", ".o_kanban_record:contains('Best Customer')"),
        ...switchTo("pivot", ".o_pivot th:contains('House Friends')"),
        ...switchTo("graph", ".o_graph_renderer canvas"),
        ...switchTo("list", ".o_list_view .o_data_row:contains('Best Customer')"),
    ],
});
