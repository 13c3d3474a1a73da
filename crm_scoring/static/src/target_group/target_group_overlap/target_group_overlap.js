import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { money, number, percent } from "../../customer_economics/figure_format";

/** Who is in one of several target groups only and who in more; each part opens its list. */
export class TargetGroupOverlap extends Component {
    static template = "crm_scoring.TargetGroupOverlap";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({ overlap: null });
        useRecordObserver((record) => this.load(record.data.group_ids.currentIds));
    }

    async load(groupIds) {
        if (String(groupIds) === String(this.groupIds)) {
            return;
        }
        this.groupIds = [...groupIds];
        this.state.overlap =
            groupIds.length > 1
                ? await this.keepLast.add(
                      this.orm.call("crm.target.group", "get_overlap", [this.groupIds])
                  )
                : null;
    }

    get parts() {
        const { parts, groups, currency_id: currencyId } = this.state.overlap;
        const longest = Math.max(1, ...parts.map((part) => part.count));
        return parts.map((part) => ({
            ...part,
            key: part.inside.join(),
            isShared: part.inside.length > 1,
            size: `${(100 * part.count) / longest}%`,
            customers:
                part.count === 1
                    ? _t("1 customer")
                    : _t("%s customers", number(part.count)),
            value: money(part.clv, currencyId),
            shares: groups
                .filter((group) => part.inside.includes(group.id) && group.count)
                .map((group) =>
                    _t("%(share)s of %(group)s", {
                        share: percent(part.count / group.count),
                        group: group.name,
                    })
                )
                .join(", "),
        }));
    }

    async open(part) {
        const action = await this.orm.call("crm.target.group", "get_overlap_action", [
            this.groupIds,
            part.inside,
        ]);
        return this.action.doAction(action);
    }
}

registry.category("view_widgets").add("crm_target_group_overlap", {
    component: TargetGroupOverlap,
});
