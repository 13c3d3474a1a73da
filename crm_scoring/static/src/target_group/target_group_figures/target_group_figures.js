import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { customerScope } from "../../components/customer_scope";
import { IntervalBars } from "../../components/interval_bars/interval_bars";
import { money, number, percent } from "../../customer_economics/figure_format";

const CHOOSING = ["kind", "domain", "has_exclusions", "excluded_domain"];

/** Size, value and classes of a target group, as it would be if it were saved now. */
export class TargetGroupFigures extends Component {
    static template = "crm_scoring.TargetGroupFigures";
    static components = { IntervalBars };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({ figures: null });
        onWillStart(async () => {
            this.scope = await customerScope();
        });
        useRecordObserver((record) => this.load(record));
    }

    async load(record) {
        const values = Object.fromEntries(
            CHOOSING.map((name) => [name, record.data[name]])
        );
        values.name = record.data.name || "";
        values.company_id = record.data.company_id?.id;
        const asked = JSON.stringify([
            record.resId,
            values,
            record.data.refreshed_at?.ts,
        ]);
        if (asked === this.asked) {
            return;
        }
        this.asked = asked;
        this.state.figures = await this.keepLast.add(
            this.orm.silent.call("crm.target.group", "get_figures", [
                record.resId,
                values,
            ])
        );
    }

    get tiles() {
        const { count, share, clv, clv_share, currency_id } = this.state.figures;
        return [
            {
                title: _t("Customers"),
                value: number(count),
                note: _t("%s of all", percent(share)),
            },
            {
                title: _t("Lifetime value"),
                value: money(clv, currency_id),
                note: _t("%s of all", percent(clv_share)),
            },
            this.amount("revenue_recent", _t("Revenue, last 12 months")),
            this.amount("margin", _t("Margin so far")),
            this.amount("expected_loss", _t("Expected credit loss")),
        ];
    }

    amount(name, title) {
        const { [name]: value, count, currency_id: currencyId } = this.state.figures;
        return {
            title,
            value: money(value, currencyId),
            note: count ? _t("%s each", money(value / count, currencyId)) : "",
        };
    }

    get classes() {
        const { classes, count, currency_id: currencyId } = this.state.figures;
        const longest = Math.max(...classes.map((row) => row.count));
        return classes.map((row) => ({
            label: row.name,
            text: number(row.count),
            note: _t("%(share)s, lifetime value %(value)s", {
                share: percent(row.count / count),
                value: money(row.clv, currencyId),
            }),
            size: row.count / longest,
        }));
    }
}

registry.category("view_widgets").add("crm_target_group_figures", {
    component: TargetGroupFigures,
    fieldDependencies: [
        { name: "company_id", type: "many2one" },
        { name: "refreshed_at", type: "datetime" },
    ],
});
