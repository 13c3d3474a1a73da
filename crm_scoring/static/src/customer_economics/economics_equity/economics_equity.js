import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { IntervalBars } from "../../components/interval_bars/interval_bars";
import { decimal, money, number, percent } from "../figure_format";

/** Value of present and of future customers, apart, each with its interval. */
export class EconomicsEquity extends Component {
    static template = "crm_scoring.EconomicsEquity";
    static components = { IntervalBars };
    static props = { figures: Object, classes: Array, currencyId: Number };

    setup() {
        this.equity = this.props.figures.equity;
    }

    money(value) {
        return money(value, this.props.currencyId);
    }

    get rows() {
        const { present, future } = this.equity;
        const parts = [
            [present, _t("Customers you have"), true],
            [future, _t("Customers to come"), false],
        ].filter(([part]) => part);
        const longest = Math.max(
            1,
            ...parts.map(([part]) => Math.max(part.value, part.upper || 0))
        );
        const within = (value) => Math.max(0, value) / longest;
        return parts.map(([part, label, isStrong]) => ({
            label,
            isStrong,
            text: this.money(part.value),
            note: this.interval(part),
            size: within(part.value),
            lower: within(part.lower),
            upper: within(part.upper),
        }));
    }

    interval({ lower, upper }) {
        return lower === null
            ? ""
            : _t("%(lower)s to %(upper)s", {
                  lower: this.money(lower),
                  upper: this.money(upper),
              });
    }

    get presentSentence() {
        const { present, level } = this.equity;
        return _t(
            "%(count)s customers: the margins they will bring within the horizon, in money of today. The range holds the truth with a probability of %(level)s.",
            { count: number(present.customers), level: percent(level) }
        );
    }

    get futureSentence() {
        const { acquired, acquired_per_month, months, new_customer_value } =
            this.equity;
        return _t(
            "Assumes that %(rate)s new customers a month keep coming for %(months)s months, as on average in the last %(past)s (from %(least)s to %(most)s), and are like those of today. One is worth %(value)s on the day of the first purchase; what winning it costs is not deducted.",
            {
                rate: decimal(acquired_per_month, 1),
                months: number(months),
                past: number(acquired.length),
                least: number(Math.min(...acquired)),
                most: number(Math.max(...acquired)),
                value: this.money(new_customer_value),
            }
        );
    }
}
