import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatPercentage } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { CurveChart } from "../../components/curve_chart/curve_chart";
import { periodName } from "../../customer_economics/figure_format";

const FIELDS = ["month", "clv", "churn_probability", "loyalty", "class_id"];

/** A customer's indices month by month, on the form of the profile. */
export class ProfileHistoryChart extends Component {
    static template = "crm_scoring.ProfileHistoryChart";
    static components = { CurveChart };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ months: [] });
        this.percent = (share) => formatPercentage(share, { digits: [16, 0] });
        this.money = (value) =>
            formatCurrency(value, this.props.record.data.currency_id.id, {
                digits: [16, 0],
            });
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps((next) => {
            if (next.record.resId !== this.props.record.resId) {
                return this.load(next.record);
            }
        });
    }

    async load(record) {
        this.state.months = await this.orm.call("crm.customer.profile", "get_history", [
            record.resId,
            FIELDS,
        ]);
    }

    get categories() {
        return this.state.months.map((row) => periodName(row.month, "month"));
    }

    get series() {
        const line = (name, label, color, options) => ({
            label,
            color,
            points: this.state.months.map((row) => row[name]),
            ...options,
        });
        return [
            line("clv", _t("Lifetime value (left)"), 0, { isFilled: true }),
            line("churn_probability", _t("Churn risk (right)"), 1, { isRight: true }),
            line("loyalty", _t("Degree of loyalty (right)"), 2, {
                isRight: true,
                isDashed: true,
            }),
        ];
    }

    /** Months in which the customer came into another class. */
    get moves() {
        return this.state.months
            .filter(
                (row, place, rows) =>
                    row.class_id &&
                    (!place || rows[place - 1].class_id?.[0] !== row.class_id[0])
            )
            .map((row) => ({
                month: periodName(row.month, "month"),
                name: row.class_id[1],
            }))
            .reverse();
    }
}

registry.category("view_widgets").add("crm_profile_history_chart", {
    component: ProfileHistoryChart,
    fieldDependencies: [{ name: "currency_id", type: "many2one" }],
});
