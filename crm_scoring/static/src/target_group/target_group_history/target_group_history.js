import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { CurveChart } from "../../components/curve_chart/curve_chart";
import { money, number } from "../../customer_economics/figure_format";

/** Size and value of a target group over time, who joined and who left. */
export class TargetGroupHistory extends Component {
    static template = "crm_scoring.TargetGroupHistory";
    static components = { CurveChart };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ snapshots: [] });
        this.number = number;
        this.money = (value) => money(value, this.props.record.data.currency_id.id);
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps((next) => this.load(next.record));
    }

    async load(record) {
        const asked = `${record.resId} ${record.data.refreshed_at?.ts}`;
        if (!record.resId || asked === this.asked) {
            return;
        }
        this.asked = asked;
        this.state.snapshots = await this.orm.call("crm.target.group", "get_history", [
            record.resId,
        ]);
    }

    get categories() {
        return this.state.snapshots.map((row) => formatDate(deserializeDate(row.date)));
    }

    line(name, label, color, options) {
        return {
            label,
            color,
            points: this.state.snapshots.map((row) => row[name]),
            ...options,
        };
    }

    get sizes() {
        return [
            this.line("customer_count", _t("Customers"), 0, { isFilled: true }),
            this.line("joined_count", _t("Joined"), 1),
            this.line("left_count", _t("Left"), 2, { isDashed: true }),
        ];
    }

    get values() {
        return [this.line("clv", _t("Lifetime value"), 0, { isFilled: true })];
    }
}

registry.category("view_widgets").add("crm_target_group_history", {
    component: TargetGroupHistory,
    fieldDependencies: [
        { name: "currency_id", type: "many2one" },
        { name: "refreshed_at", type: "datetime" },
    ],
});
