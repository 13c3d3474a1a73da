import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { FigureCard } from "../../components/figure_card/figure_card";
import {
    compactMoney,
    money,
    number,
    percent,
} from "../../customer_economics/figure_format";

const share = (part, whole) => (whole > 0 ? percent(part / whole) : "–");

/** The customers that match, added up. */
export class PortfolioCards extends Component {
    static template = "crm_scoring.PortfolioCards";
    static components = { FigureCard };
    static props = { data: Object };

    money(value) {
        return money(value, this.props.data.currency_id);
    }

    compact(value) {
        return compactMoney(value, this.props.data.currency_id);
    }

    get cards() {
        return [this.customers, this.value, this.margin, this.loss];
    }

    get customers() {
        const { totals, lost } = this.props.data;
        return {
            title: _t("Customers"),
            icon: "fa-users",
            value: number(totals.customers),
            sentence: _t("%s of them lost", number(lost.customers)),
        };
    }

    get value() {
        const { clv, customers } = this.props.data.totals;
        return {
            title: _t("Lifetime Value"),
            icon: "fa-line-chart",
            value: this.compact(clv),
            sentence: _t("%s a customer", this.money(clv / (customers || 1))),
        };
    }

    get margin() {
        const { margin, revenue } = this.props.data.totals;
        return {
            title: _t("Margin, Last 12 Months"),
            icon: "fa-money",
            value: this.compact(margin),
            sentence: _t("%(share)s of a revenue of %(revenue)s", {
                share: share(margin, revenue),
                revenue: this.compact(revenue),
            }),
        };
    }

    get loss() {
        return {
            title: _t("Expected Loss"),
            icon: "fa-exclamation-triangle",
            value: this.compact(this.props.data.totals.expected_loss),
            sentence: _t("Of what customers owe today"),
        };
    }
}
