import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { drag, press, queryAll, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { Component, useState, xml } from "@odoo/owl";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { ThresholdHistogram } from "@crm_scoring/components/threshold_histogram/threshold_histogram";
import { ThresholdScale } from "@crm_scoring/components/threshold_histogram/threshold_scale";

describe.current.tags("desktop");
defineMailModels();

const WIDTH = 400;
const EDGES = [0, 10, 100, 1000, 10000];
let bounds, reason;

class Screen extends Component {
    static components = { ThresholdHistogram };
    static props = {};
    static template = xml`
        <div style="width: 400px">
            <ThresholdHistogram t-props="fixed" bounds="state.bounds" onChange="(bounds) => this.change(bounds)"/>
        </div>`;

    setup() {
        this.state = useState({ bounds });
        this.fixed = {
            title: "Value",
            edges: EDGES,
            counts: [4, 8, 2, 0],
            bands: [{ name: "Low" }, { name: "Medium" }, { name: "High" }],
            unit: 1,
            format: (value) => `${value} €`,
            describe: (bin, from, to) => `${from}-${to}`,
            reason,
        };
    }

    change(changed) {
        expect.step(changed);
        this.state.bounds = changed;
    }
}

const handle = (index) => queryOne(`.o_threshold_handle[data-index='${index}']`);
// Styles are not loaded: a handle is taken by its left edge, which stands at its place.
const from = (x) => ({ position: { x, y: 1 }, relative: true });
const at = (share) => from(share * WIDTH);
const dragTo = async (index, share) => {
    const { moveTo, drop } = await drag(handle(index), from(0));
    await moveTo(".o_threshold_plot", at(share));
    await drop();
    await animationFrame();
};

beforeEach(() => {
    bounds = [50, 500];
    reason = "";
});

test("a place on the axis is a value, and back", () => {
    const scale = new ThresholdScale(EDGES, 1);
    expect(scale.placeOf(55)).toBe(0.375);
    expect(scale.valueAt(0.375)).toBe(60);
    expect(scale.valueAt(0)).toBe(0);
    expect(scale.valueAt(1)).toBe(10000);
    expect(scale.placeOf(-5)).toBe(0);
    expect(scale.placeOf(99999)).toBe(1);
});

test("values are rounded by the width of their bin, and never to nothing", () => {
    const scale = new ThresholdScale([0, 0.25, 0.5, 0.75, 1], 0.001);
    expect(scale.valueAt(0.3333)).toBe(0.33);
    expect(scale.moved(0.33, 1)).toBeGreaterThan(0.33);
    expect(scale.moved(0.33, -1)).toBeLessThan(0.33);
});

test("a handle tells what it is to those who do not see it", async () => {
    await mountWithCleanup(Screen);
    expect(handle(0)).toHaveAttribute("role", "slider");
    expect(handle(0)).toHaveAttribute("aria-valuenow", "50");
    expect(handle(0)).toHaveAttribute("aria-valuetext", "50 €");
    expect(handle(0)).toHaveAttribute("aria-valuemin", "0");
    expect(handle(0)).toHaveAttribute("aria-valuemax", "499");
    expect(handle(1)).toHaveAttribute("aria-valuemin", "51");
    expect(handle(1)).toHaveAttribute("aria-valuemax", "10000");
});

test("bars stand in the colour of the band that they are in", async () => {
    await mountWithCleanup(Screen);
    const bands = queryAll(".o_threshold_bar").map(
        (bar) => bar.className.match(/o_threshold_band_(\d)/)[1]
    );
    expect(bands).toEqual(["0", "1", "2", "2"]);
    expect(queryAllTexts(".o_threshold_stripe")).toEqual(["Low", "Medium", "High"]);
});

test("a handle is dragged", async () => {
    await mountWithCleanup(Screen);
    await dragTo(1, 0.875);
    const dragged = Number(handle(1).getAttribute("aria-valuenow"));
    expect(dragged).toBeWithin(5000, 6000);
    expect(handle(1)).toBeFocused();
    expect.verifySteps([[50, dragged]]);
});

test("a handle does not cross its neighbour", async () => {
    await mountWithCleanup(Screen);
    await dragTo(0, 0.95);
    expect.verifySteps([[499, 500]]);
    await dragTo(1, 0.05);
    expect.verifySteps([]);
});

test("keys move a handle by steps, by pages and to its ends", async () => {
    await mountWithCleanup(Screen);
    handle(0).focus();
    for (const key of ["ArrowRight", "ArrowLeft", "PageUp", "Home", "End"]) {
        await press(key);
        await animationFrame();
    }
    await press("ArrowRight");
    expect.verifySteps([
        [70, 500],
        [50, 500],
        [90, 500],
        [0, 500],
        [499, 500],
    ]);
});

test("labels of near handles do not cover each other", async () => {
    bounds = [500, 600];
    await mountWithCleanup(Screen);
    const levels = () =>
        queryAll(".o_threshold_value").map((label) =>
            label.style.getPropertyValue("--level")
        );
    expect(levels()).toEqual(["0", "1"]);
});

test("labels of handles far apart stand side by side", async () => {
    bounds = [5, 5000];
    await mountWithCleanup(Screen);
    expect(
        queryAll(".o_threshold_value").map((label) =>
            label.style.getPropertyValue("--level")
        )
    ).toEqual(["0", "0"]);
});

test("who may not move thresholds does not, and reads why", async () => {
    reason = "Only a manager may";
    await mountWithCleanup(Screen);
    await dragTo(1, 0.9);
    handle(0).focus();
    await press("ArrowRight");
    expect.verifySteps([]);
    expect(handle(0)).toHaveAttribute("aria-disabled", "true");
    expect(handle(0)).toHaveAttribute("data-tooltip", "Only a manager may");
});

test("of two handles in one place the one on the side of the pointer is taken", async () => {
    bounds = [9999, 10000];
    await mountWithCleanup(Screen);
    const { moveTo, drop } = await drag(handle(1), from(-8));
    await moveTo(".o_threshold_plot", at(0.5));
    await drop();
    expect.verifySteps([[200, 10000]]);
});
