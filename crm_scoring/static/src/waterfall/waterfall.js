import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component } from "@odoo/owl";

const REVENUE = "clv_revenue";
const COSTS = ["clv_product_cost", "clv_service_cost", "clv_credit_loss"];
const RESULT = "clv";

const LABELS = {
    clv_revenue: _t("Future revenue"),
    clv_product_cost: _t("Product cost"),
    clv_service_cost: _t("Cost to serve"),
    clv_credit_loss: _t("Credit loss"),
    clv: _t("Lifetime value"),
};

/** Shows every euro from a customer's future revenue to the lifetime value. */
export class Waterfall extends Component {
    static template = "crm_scoring.Waterfall";
    static props = { ...standardWidgetProps };

    /** One row per step: where its bar begins and ends, in percent of the width. */
    get steps() {
        const data = this.props.record.data;
        const bars = [{ name: REVENUE, from: 0, to: data[REVENUE] }];
        for (const name of COSTS) {
            const from = bars.at(-1).to;
            bars.push({ name, from, to: from - data[name] });
        }
        bars.push({ name: RESULT, from: 0, to: data[RESULT] });
        const ends = bars.flatMap((bar) => [bar.from, bar.to]);
        const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
        const percent = (amount) => (100 * amount) / (high - low || 1);
        return bars.map(({ name, from, to }) => ({
            name,
            label: LABELS[name].toString(),
            amount: this.amountOf(name),
            share: this.shareOf(name),
            kind: this.kindOf(name),
            weight: COSTS.includes(name) ? "fw-normal" : "fw-bold",
            hasBar: from !== to,
            style: `margin-inline-start: ${percent(Math.min(from, to) - low)}%; width: ${percent(
                Math.abs(to - from)
            )}%`,
        }));
    }

    amountOf(name) {
        const data = this.props.record.data;
        const amount = COSTS.includes(name) ? -data[name] : data[name];
        // -0 would show as a negative nothing.
        return formatMonetary(amount || 0, { currencyId: data.currency_id?.id });
    }

    /** Percent of the revenue, or nothing where there is none. */
    shareOf(name) {
        const data = this.props.record.data;
        const share = Math.round((100 * data[name]) / data[REVENUE]);
        return Number.isFinite(share) ? `${share}%` : "";
    }

    kindOf(name) {
        if (name === RESULT) {
            return this.props.record.data[RESULT] < 0 ? "loss" : "profit";
        }
        return name === REVENUE ? "revenue" : "cost";
    }
}

registry.category("view_widgets").add("clv_waterfall", {
    component: Waterfall,
    fieldDependencies: [
        ...[REVENUE, ...COSTS, RESULT].map((name) => ({ name, type: "monetary" })),
        { name: "currency_id", type: "many2one", relation: "res.currency" },
    ],
});
