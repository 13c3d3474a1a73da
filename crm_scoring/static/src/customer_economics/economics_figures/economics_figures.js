import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { FigureCard } from "../../components/figure_card/figure_card";
import { decimal, duration, money, number, percent } from "../figure_format";

const UNKNOWN = "–";
const TOP = 0.2;

/** Headline cards: what the customers are worth, who stays, how long, on how few. */
export class EconomicsFigures extends Component {
    static template = "crm_scoring.EconomicsFigures";
    static components = { FigureCard };
    static props = { figures: Object, classes: Array, currencyId: Number };

    get cards() {
        return [this.equity, this.retention, this.lifetime, this.concentration];
    }

    get equity() {
        const { value, lower, upper, customers } = this.props.figures.equity.present;
        const amount = (figure) => money(figure, this.props.currencyId);
        return {
            title: _t("Customer Equity"),
            icon: "fa-diamond",
            value: amount(value),
            sentence: _t("is what your %(count)s customers are worth together.", {
                count: number(customers),
            }),
            note:
                lower === null
                    ? undefined
                    : _t("Likely between %(lower)s and %(upper)s", {
                          lower: amount(lower),
                          upper: amount(upper),
                      }),
        };
    }

    get retention() {
        const card = { title: _t("Retention"), icon: "fa-heart" };
        const all = this.props.figures.retention.all;
        if (!all) {
            return {
                ...card,
                value: UNKNOWN,
                sentence: _t(
                    "Needs purchases of two years: nobody bought between 24 and 12 months ago."
                ),
            };
        }
        return {
            ...card,
            value: percent(all.rate),
            sentence: _t(
                "%(kept)s of %(start)s customers of the year before bought again in the last 12 months.",
                { kept: number(all.kept), start: number(all.start) }
            ),
            note: _t("Likely between %(lower)s and %(upper)s", {
                lower: percent(all.lower),
                upper: percent(all.upper),
            }),
        };
    }

    get lifetime() {
        const all = this.props.figures.lifetimes.all;
        return {
            title: _t("Residual Lifetime"),
            icon: "fa-hourglass-half",
            value: duration(all.active_lifetime_days),
            sentence: _t(
                "of the next five is how long an active customer may be expected to stay."
            ),
            note: _t("%(active)s of %(count)s customers are probably active", {
                active: number(Math.round(all.active_customers)),
                count: number(all.customers),
            }),
        };
    }

    get concentration() {
        const card = { title: _t("Concentration"), icon: "fa-pie-chart" };
        const revenue = this.props.figures.concentration.revenue;
        if (!revenue) {
            return {
                ...card,
                value: UNKNOWN,
                sentence: _t("There was no revenue in the last 12 months."),
            };
        }
        return {
            ...card,
            value: percent(revenue.top_share),
            sentence: _t(
                "of the revenue comes from the best %s of your customers.",
                percent(TOP)
            ),
            note: _t(
                "Unevenness (Gini) %(gini)s; 0 is all alike, 1 is one customer only",
                {
                    gini: decimal(revenue.gini, 2),
                }
            ),
        };
    }
}
