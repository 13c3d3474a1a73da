import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";

/** Shows how well a run foretold the last period: cards, bars by tenth, calibration. */
export class ValidationChart extends Component {
    static template = "crm_scoring.ValidationChart";
    static props = { ...standardFieldProps };

    setup() {
        this.spendRef = useRef("spend");
        this.probabilityRef = useRef("probability");
        this.charts = [];
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.figures]
        );
        onWillUnmount(() => this.clear());
    }

    get figures() {
        return this.props.record.data[this.props.name];
    }

    // === FORMAT === //

    money(value, digits = 0) {
        return formatMonetary(value, {
            currencyId: this.figures.currency_id,
            digits: [16, digits],
        });
    }

    share(value) {
        return `${formatFloat(value * 100, { digits: [16, 1] })}%`;
    }

    number(value) {
        return formatFloat(value, { digits: [16, 2] });
    }

    cardValue(card, value) {
        if (card.unit === "money") {
            return this.money(value, 2);
        }
        return (card.unit === "signed" && value > 0 ? "+" : "") + this.share(value);
    }

    // === VERDICTS === //

    verdictIcon(card) {
        return {
            better: "fa-check text-success",
            equal: "fa-arrows-h text-muted",
            worse: "fa-exclamation-triangle text-warning",
        }[card.verdict];
    }

    /** What a card says of its figure: the same verdict as the words above the cards. */
    verdict(card) {
        if (card.aim) {
            return _t("meant to be %s", this.share(card.aim));
        }
        const words = {
            better: _t("better than “%(rival)s”: %(value)s", this.beside(card)),
            equal: _t("about as good as “%(rival)s”: %(value)s", this.beside(card)),
            worse: _t("less good than “%(rival)s”: %(value)s", this.beside(card)),
        };
        return words[card.verdict];
    }

    beside(card) {
        return { rival: this.figures.rival, value: this.cardValue(card, card.rival) };
    }

    // === CHARTS === //

    clear() {
        this.charts.forEach((chart) => chart.destroy());
        this.charts = [];
    }

    draw() {
        this.clear();
        if (this.figures) {
            this.charts = [this.spendChart(), this.probabilityChart()];
        }
    }

    color(index) {
        return getColor(index, cookie.get("color_scheme"), "sm");
    }

    spendChart() {
        const { spend, rival } = this.figures;
        const bars = (label, name, color) => ({
            label,
            data: spend.map((row) => row[name]),
            backgroundColor: this.color(color),
        });
        return new Chart(this.spendRef.el, {
            type: "bar",
            data: {
                labels: spend.map((row) => row.decile),
                datasets: [
                    {
                        type: "line",
                        ...bars(rival, "baseline", 2),
                        borderColor: this.color(2),
                        borderDash: [5, 4],
                        pointRadius: 2,
                    },
                    bars(_t("Predicted"), "predicted", 0),
                    bars(_t("What happened"), "actual", 1),
                ],
            },
            options: this.options(_t("Tenth of customers, best first"), (value) =>
                this.money(value)
            ),
        });
    }

    probabilityChart() {
        const options = this.options(
            _t("Predicted probability to buy again"),
            (value) => `${formatFloat(value, { digits: [16, 0] })}%`
        );
        options.scales.x.type = "linear";
        options.scales.x.ticks = { callback: (value) => `${value}%` };
        return new Chart(this.probabilityRef.el, {
            type: "line",
            data: { datasets: this.calibration() },
            options,
        });
    }

    /** What happened against what was predicted, and the diagonal of a perfect forecast. */
    calibration() {
        const points = this.figures.probability.map((row) => ({
            x: row.predicted * 100,
            y: row.actual * 100,
        }));
        const largest = Math.ceil(Math.max(1, ...points.flatMap(({ x, y }) => [x, y])));
        return [
            {
                label: _t("What happened"),
                data: points,
                borderColor: this.color(1),
                backgroundColor: this.color(1),
            },
            {
                label: _t("As predicted"),
                data: [0, largest].map((value) => ({ x: value, y: value })),
                borderColor: this.color(0),
                borderDash: [5, 4],
                pointRadius: 0,
            },
        ];
    }

    options(title, format) {
        const label = ({ dataset, parsed }) => `${dataset.label}: ${format(parsed.y)}`;
        return {
            maintainAspectRatio: false,
            animation: false,
            interaction: { mode: "index", intersect: false },
            plugins: {
                legend: { position: "bottom" },
                tooltip: { callbacks: { label } },
            },
            scales: {
                x: { title: { display: true, text: title }, grid: { display: false } },
                y: { beginAtZero: true, ticks: { callback: format, maxTicksLimit: 6 } },
            },
        };
    }
}

registry.category("fields").add("crm_scoring_validation_chart", {
    component: ValidationChart,
    displayName: _t("Accuracy of a scoring run"),
    supportedTypes: ["json"],
});
