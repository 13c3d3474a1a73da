import { clamp } from "@web/core/utils/numbers";

const PAGE = 0.1;
const STEPS_PER_BIN = 4;
const DECIMALS = 6;

/**
 * Maps values to places on an axis whose bins are drawn equally wide, and back.
 *
 * Places are shares of the axis, 0 at its left end. Values picked on it are rounded to a power
 * of ten well below the width of their bin, never finer than `unit`.
 */
export class ThresholdScale {
    constructor(edges, unit) {
        this.edges = edges;
        this.unit = unit;
        this.bins = edges.length - 1;
    }

    get lowest() {
        return this.edges[0];
    }

    get highest() {
        return this.edges[this.bins];
    }

    binOf(value) {
        const above = this.edges.findIndex((edge) => edge > value);
        return clamp(above === -1 ? this.bins - 1 : above - 1, 0, this.bins - 1);
    }

    placeOf(value) {
        const bin = this.binOf(value);
        const [lower, upper] = [this.edges[bin], this.edges[bin + 1]];
        return clamp((bin + (value - lower) / (upper - lower)) / this.bins, 0, 1);
    }

    valueAt(place) {
        const bin = clamp(Math.floor(place * this.bins), 0, this.bins - 1);
        const [lower, upper] = [this.edges[bin], this.edges[bin + 1]];
        return this.round(lower + (upper - lower) * (place * this.bins - bin));
    }

    /** The step to which a value is rounded. */
    stepAt(value) {
        const bin = this.binOf(value);
        const width = (this.edges[bin + 1] - this.edges[bin]) / STEPS_PER_BIN;
        return Math.max(this.unit, 10 ** Math.floor(Math.log10(width)));
    }

    round(value) {
        const step = this.stepAt(value);
        const decimals = Math.max(0, Math.ceil(-Math.log10(step)));
        return Number((Math.round(value / step) * step).toFixed(decimals));
    }

    /** The value a small step away, or a tenth of the axis. */
    moved(value, direction, isPage) {
        if (isPage) {
            return this.valueAt(clamp(this.placeOf(value) + direction * PAGE, 0, 1));
        }
        const bin = this.binOf(value);
        const width = (this.edges[bin + 1] - this.edges[bin]) / STEPS_PER_BIN;
        return this.round(value + direction * Math.max(width, this.stepAt(value)));
    }

    /** The values that a bound may take between its neighbours, or the ends of the axis. */
    limits(bounds, index) {
        return {
            min: index ? this.beyond(bounds[index - 1], 1) : this.lowest,
            max:
                index + 1 < bounds.length
                    ? this.beyond(bounds[index + 1], -1)
                    : Math.max(this.highest, bounds[index]),
        };
    }

    beyond(bound, direction) {
        return Number((bound + direction * this.unit).toFixed(DECIMALS));
    }

    /** `bounds` with one of them moved, as far as its neighbours let it. */
    replaced(bounds, index, value) {
        const { min, max } = this.limits(bounds, index);
        const next = [...bounds];
        next[index] = Math.max(min, Math.min(value, max));
        return next;
    }
}
