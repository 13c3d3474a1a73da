import { Component } from "@odoo/owl";
import { Domain } from "@web/core/domain";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { STATIC_ACTIONS_GROUP_NUMBER } from "@web/search/action_menus/action_menus";

/** In the cog menu of the profiles: the search of the moment becomes a target group. */
export class SaveAsTargetGroup extends Component {
    static template = "crm_scoring.SaveAsTargetGroup";
    static components = { DropdownItem };
    static props = {};

    setup() {
        this.action = useService("action");
    }

    save() {
        const { domain } = this.env.searchModel;
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("New Target Group"),
            res_model: "crm.target.group",
            views: [[false, "form"]],
            context: { default_domain: new Domain(domain).toString() },
        });
    }
}

registry.category("cogMenu").add(
    "crm-save-as-target-group",
    {
        Component: SaveAsTargetGroup,
        groupNumber: STATIC_ACTIONS_GROUP_NUMBER,
        isDisplayed: async ({ config, searchModel, model }) =>
            searchModel?.resModel === "crm.customer.profile" &&
            ["list", "kanban", "pivot", "graph"].includes(config.viewType) &&
            !model?.root?.selection?.length &&
            (await user.hasGroup("crm_scoring.group_crm_scoring_user")),
    },
    { sequence: 5 }
);
