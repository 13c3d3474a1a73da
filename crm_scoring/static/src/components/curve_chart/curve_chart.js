import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor, hexToRGBA } from "@web/core/colors/colors";
import { curveTable } from "./curve_table";

const PALETTE = 6;
const GRID = "rgba(128, 128, 128, 0.15)";

/**
 * Curves over a common axis, drawn by the host's chart library in the colours of the theme.
 *
 * A series is {label, points: [{x, y}], color (number in the palette, -1 for grey), isFilled,
 * isDashed, isMarker, isRight}; x are numbers, or texts if `categories` are given.
 */
export class CurveChart extends Component {
    static template = "crm_scoring.CurveChart";
    static props = {
        series: Array,
        title: String,
        categories: { type: Array, optional: true },
        xTitle: { type: String, optional: true },
        yTitle: { type: String, optional: true },
        formatX: { type: Function, optional: true },
        formatY: Function,
        formatRight: { type: Function, optional: true },
        yMin: { type: Number, optional: true },
        yMax: { type: Number, optional: true },
        height: { type: Number, optional: true },
    };
    static defaultProps = { height: 300 };

    setup() {
        this.canvasRef = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.props.series]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    draw() {
        this.chart?.destroy();
        const style = getComputedStyle(this.canvasRef.el);
        this.chart = new Chart(this.canvasRef.el, {
            type: "line",
            data: {
                labels: this.props.categories,
                datasets: this.props.series.map((series) =>
                    this.dataset(series, style)
                ),
            },
            options: this.options(style.color),
        });
    }

    dataset(series, style) {
        const isGrey = series.color === -1;
        const color = isGrey
            ? style.color
            : getColor(series.color, cookie.get("color_scheme"), PALETTE);
        return {
            label: series.label,
            data: series.points,
            borderColor: color,
            backgroundColor: isGrey ? "transparent" : hexToRGBA(color, 0.18),
            pointBackgroundColor: color,
            borderWidth: isGrey ? 1 : 2,
            borderDash: series.isDashed ? [5, 5] : [],
            fill: Boolean(series.isFilled),
            showLine: !series.isMarker,
            pointRadius: series.isMarker ? 6 : this.props.categories ? 3 : 0,
            pointHitRadius: isGrey ? 0 : 8,
            clip: false,
            spanGaps: true,
            yAxisID: series.isRight ? "right" : "y",
        };
    }

    options(color) {
        const { formatRight } = this.props;
        return {
            maintainAspectRatio: false,
            animation: false,
            interaction: { mode: "nearest", axis: "x", intersect: false },
            scales: {
                x: this.horizontalAxis(color),
                y: this.verticalAxis(color),
                ...(formatRight ? { right: this.rightAxis(color) } : {}),
            },
            plugins: {
                legend: { display: false },
                tooltip: {
                    filter: (item) => item.dataset.pointHitRadius > 0,
                    callbacks: {
                        title: (items) => items.length && this.tooltipTitle(items[0]),
                        label: (item) => this.tooltipLabel(item),
                    },
                },
            },
        };
    }

    axis(color, text, format, ticks) {
        return {
            grid: { color: GRID },
            title: { display: Boolean(text), text: String(text || ""), color },
            ticks: {
                color,
                ...(format ? { callback: (x) => format(x) } : {}),
                ...ticks,
            },
        };
    }

    horizontalAxis(color) {
        const { categories, xTitle, formatX } = this.props;
        if (categories) {
            return this.axis(color, xTitle);
        }
        const ticks = { stepSize: 0.2, maxRotation: 0 };
        return {
            ...this.axis(color, xTitle, formatX, ticks),
            type: "linear",
            min: 0,
            max: 1,
        };
    }

    verticalAxis(color) {
        const { yTitle, formatY, yMin, yMax } = this.props;
        return { ...this.axis(color, yTitle, formatY), min: yMin, max: yMax };
    }

    /** Shares of one, beside the curves in other units. */
    rightAxis(color) {
        return {
            ...this.axis(color, "", this.props.formatRight),
            position: "right",
            min: 0,
            max: 1,
            grid: { display: false },
        };
    }

    tooltipTitle(item) {
        return this.props.categories
            ? item.label
            : [this.props.xTitle, this.props.formatX(item.parsed.x)]
                  .filter(Boolean)
                  .join(": ");
    }

    tooltipLabel(item) {
        const isRight = item.dataset.yAxisID === "right";
        const format = isRight ? this.props.formatRight : this.props.formatY;
        return `${item.dataset.label}: ${format(item.parsed.y)}`;
    }

    get table() {
        return curveTable(this.props);
    }

    /** Colour of a series in the legend below the chart. */
    legendStyle(series) {
        const color =
            series.color === -1
                ? "currentColor"
                : getColor(series.color, cookie.get("color_scheme"), PALETTE);
        const line = series.isDashed ? "dashed" : "solid";
        return `width: 1.5rem; border-top: 3px ${line} ${color}`;
    }
}
