import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { CurveChart } from "../../components/curve_chart/curve_chart";
import { decimal, money, number, percent } from "../figure_format";

const TOP = 0.2;
const EQUALITY = [
    { x: 0, y: 0 },
    { x: 1, y: 1 },
];

/** Lorenz curve, the best customers first, and the whale curve of profit. */
export class EconomicsConcentration extends Component {
    static template = "crm_scoring.EconomicsConcentration";
    static components = { CurveChart };
    static props = { figures: Object, classes: Array, currencyId: Number };

    setup() {
        this.percent = percent;
        this.state = useState({ basis: "revenue" });
        this.money = (value) => money(value, this.props.currencyId);
        this.bases = [
            { id: "revenue", label: _t("Revenue") },
            { id: "margin", label: _t("Margin") },
            { id: "value", label: _t("Lifetime Value") },
            { id: "profit", label: _t("Profit") },
        ];
    }

    get shared() {
        return this.props.figures.concentration[this.state.basis];
    }

    get isWhale() {
        return this.state.basis === "profit";
    }

    get sentence() {
        return this.isWhale ? this.whaleSentence : this.lorenzSentence;
    }

    get lorenzSentence() {
        const values = { top: percent(TOP), share: percent(this.shared.top_share) };
        return {
            revenue: _t(
                "%(top)s of your customers bring %(share)s of the revenue.",
                values
            ),
            margin: _t(
                "%(top)s of your customers bring %(share)s of the margin.",
                values
            ),
            value: _t(
                "%(top)s of your customers hold %(share)s of the lifetime value.",
                values
            ),
        }[this.state.basis];
    }

    get note() {
        const { gini, customers } = this.shared;
        const values = { gini: decimal(gini, 2), count: number(customers) };
        return this.state.basis === "value"
            ? _t(
                  "Unevenness (Gini) %(gini)s, from 0 (all hold the same) to 1 (one holds it all), over all %(count)s customers.",
                  values
              )
            : _t(
                  "Unevenness (Gini) %(gini)s, from 0 (all bring the same) to 1 (one brings it all), over the %(count)s customers of the last 12 months.",
                  values
              );
    }

    get whaleSentence() {
        const whale = this.shared;
        if (!whale.loss_makers) {
            return _t(
                "Every customer of the last 12 months brought more than it cost."
            );
        }
        const values = {
            count: number(whale.loss_makers),
            loss: this.money(whale.side_loss),
        };
        return _t(
            "%(count)s customers cost more than they brought; they took %(loss)s away.",
            values
        );
    }

    get whaleNote() {
        const whale = this.shared;
        const basis = whale.has_costs
            ? _t("Margin less cost to serve of the last 12 months.")
            : _t("Margin of the last 12 months; no cost to serve is known yet.");
        if (!whale.loss_makers || !whale.is_relative) {
            return basis;
        }
        const peak = _t(
            "The best %(customers)s of the customers make %(peak)s of the profit.",
            {
                customers: percent(whale.peak_customer_share),
                peak: percent(whale.peak_share),
            }
        );
        return `${peak} ${basis}`;
    }

    get series() {
        return this.isWhale ? this.whaleSeries : this.lorenzSeries;
    }

    get lorenzSeries() {
        const { curve, top_share } = this.shared;
        const last = curve.length - 1;
        return [
            {
                label: _t("Your customers, the best first"),
                points: curve.map((y, place) => ({ x: place / last, y })),
                color: 0,
                isFilled: true,
            },
            {
                label: _t("The best %s", percent(TOP)),
                points: [{ x: TOP, y: top_share }],
                color: 1,
                isMarker: true,
            },
            {
                label: _t("If all were alike"),
                points: EQUALITY,
                color: -1,
                isDashed: true,
            },
        ];
    }

    get whaleSeries() {
        const { customer_share, cumulative_profit, peak_customer_share, peak } =
            this.shared;
        return [
            {
                label: _t("Profit of the best customers together"),
                points: customer_share.map((x, place) => ({
                    x,
                    y: cumulative_profit[place],
                })),
                color: 2,
                isFilled: true,
            },
            {
                label: _t("Peak"),
                points: [{ x: peak_customer_share, y: peak }],
                color: 1,
                isMarker: true,
            },
        ];
    }

    get labels() {
        return {
            title: this.sentence,
            xTitle: _t("Customers, the best first"),
            formatX: percent,
        };
    }
}
