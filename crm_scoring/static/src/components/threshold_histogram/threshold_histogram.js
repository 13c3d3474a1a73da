import { Component, useEffect, useExternalListener, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { clamp } from "@web/core/utils/numbers";
import { ThresholdScale } from "./threshold_scale";

// Labels of handles nearer than this share of the axis would cover each other.
const NEAR = 0.14;
const TICKS = [0, 0.25, 0.5, 0.75, 1];
const KEYS = {
    ArrowLeft: [-1, false],
    ArrowDown: [-1, false],
    ArrowRight: [1, false],
    ArrowUp: [1, false],
    PageDown: [-1, true],
    PageUp: [1, true],
};

/**
 * A histogram cut into bands by thresholds that are dragged, stepped by keys or typed.
 *
 * `bounds` are the lower bounds of all bands but the first, ascending; `onChange` hears the
 * new ones. `format` writes a value, `describe` what a bin holds: (bin, from, to) => text.
 */
export class ThresholdHistogram extends Component {
    static template = "crm_scoring.ThresholdHistogram";
    static props = {
        title: String,
        edges: Array,
        counts: Array,
        bands: Array,
        bounds: Array,
        unit: Number,
        format: Function,
        describe: Function,
        onChange: Function,
        reason: { type: String, optional: true },
    };

    setup() {
        this.plotRef = useRef("plot");
        this.state = useState({ dragged: null });
        useExternalListener(window, "pointermove", (ev) => this.onPointerMove(ev));
        useExternalListener(window, "pointerup", () => this.onPointerUp());
        useExternalListener(window, "pointercancel", () => this.onPointerUp());
        useEffect(
            (dragged) => {
                document.body.classList.toggle(
                    "o_threshold_dragging",
                    dragged !== null
                );
                return () => document.body.classList.remove("o_threshold_dragging");
            },
            () => [this.state.dragged]
        );
    }

    get scale() {
        return new ThresholdScale(this.props.edges, this.props.unit);
    }

    percent(share) {
        return `${100 * share}%`;
    }

    get bars() {
        const { counts, edges, bounds } = this.props;
        const tallest = Math.max(1, ...counts);
        return counts.map((count, bin) => ({
            height: count / tallest,
            isEmpty: !count,
            band: bounds.filter((bound) => bound < (edges[bin] + edges[bin + 1]) / 2)
                .length,
            title: this.props.describe(bin, edges[bin], edges[bin + 1]),
        }));
    }

    get ticks() {
        const { edges } = this.props;
        const last = edges.length - 1;
        return TICKS.map((place) => this.props.format(edges[Math.round(place * last)]));
    }

    get handles() {
        const { bounds, bands } = this.props;
        const scale = this.scale;
        const places = bounds.map((value) => scale.placeOf(value));
        const levels = this.levels(places);
        return bounds.map((value, index) => ({
            index,
            value,
            place: places[index],
            level: levels[index],
            name: bands[index + 1].name,
            text: this.props.format(value),
            ...scale.limits(bounds, index),
        }));
    }

    /** How far down each label stands: at the first height that no near one has. */
    levels(places) {
        return places.reduce((levels, place, index) => {
            const taken = levels.filter((_, other) => place - places[other] < NEAR);
            const free = places.findIndex((_, level) => !taken.includes(level));
            return [...levels, index ? free : 0];
        }, []);
    }

    /** Bands as stripes behind the bars: where each begins and how wide it is. */
    get stripes() {
        const places = [0, ...this.handles.map((handle) => handle.place), 1];
        return this.props.bands.map((band, index) => ({
            name: band.name,
            rank: index,
            left: places[index],
            width: Math.max(0, places[index + 1] - places[index]),
        }));
    }

    label(handle) {
        return _t("%(axis)s: where “%(band)s” begins", {
            axis: this.props.title,
            band: handle.name,
        });
    }

    change(index, value) {
        const bounds = this.scale.replaced(this.props.bounds, index, value);
        if (bounds[index] !== this.props.bounds[index]) {
            this.props.onChange(bounds);
        }
    }

    onKeydown(ev, handle) {
        if (this.props.reason) {
            return;
        }
        let value;
        if (ev.key in KEYS) {
            value = this.scale.moved(handle.value, ...KEYS[ev.key]);
        } else if (ev.key === "Home") {
            value = handle.min;
        } else if (ev.key === "End") {
            value = handle.max;
        } else {
            return;
        }
        ev.preventDefault();
        this.change(handle.index, value);
    }

    placeOf(ev) {
        const { left, width } = this.plotRef.el.getBoundingClientRect();
        return (ev.clientX - left) / width;
    }

    /** Where handles overlap, the nearest is meant; of two in one place the one in front. */
    nearest(place) {
        const distance = (handle) => Math.abs(handle.place - place);
        return this.handles.reduce((best, handle) => {
            const [was, is] = [distance(best), distance(handle)];
            return is < was || (is === was && place >= handle.place) ? handle : best;
        });
    }

    onPointerDown(ev) {
        if (this.props.reason || ev.button > 0) {
            return;
        }
        ev.preventDefault();
        const pointed = this.placeOf(ev);
        const { index, place } = this.nearest(pointed);
        this.plotRef.el.querySelector(`[data-index="${index}"]`).focus();
        this.grip = place - pointed;
        this.state.dragged = index;
    }

    onPointerMove(ev) {
        if (this.state.dragged !== null) {
            const place = clamp(this.placeOf(ev) + this.grip, 0, 1);
            this.change(this.state.dragged, this.scale.valueAt(place));
        }
    }

    onPointerUp() {
        this.state.dragged = null;
    }
}
