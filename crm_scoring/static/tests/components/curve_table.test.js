import { describe, expect, test } from "@odoo/hoot";
import { curveTable } from "@crm_scoring/components/curve_chart/curve_table";

describe.current.tags("headless");

const formats = {
    formatX: (x) => `${100 * x}%`,
    formatY: (y) => `${y} €`,
    formatRight: (y) => `${y} of 1`,
};

test("months are rows, curves are columns in their own unit", () => {
    const table = curveTable({
        ...formats,
        categories: ["May", "June"],
        series: [
            { label: "Value", color: 0, points: [10, 20] },
            { label: "Risk", color: 1, isRight: true, points: [0.5, null] },
        ],
    });
    expect(table).toEqual({
        columns: ["Value", "Risk"],
        rows: [
            { label: "May", cells: ["10 €", "0.5 of 1"] },
            { label: "June", cells: ["20 €", ""] },
        ],
    });
});

test("of a long time the first and the last day are among the rows", () => {
    const days = Array.from({ length: 365 }, (_, day) => `day ${day}`);
    const points = days.map((_, day) => day);
    const { rows } = curveTable({
        ...formats,
        categories: days,
        series: [{ label: "Customers", color: 0, points }],
    });
    expect(rows.length).toBeLessThan(20);
    expect(rows[0]).toEqual({ label: "day 0", cells: ["0 €"] });
    expect(rows.at(-1)).toEqual({ label: "day 364", cells: ["364 €"] });
});

test("a single day is one row, none is none", () => {
    const one = { label: "Customers", color: 0, points: [7] };
    const rowsOf = (categories) =>
        curveTable({ ...formats, categories, series: [one] }).rows;
    expect(rowsOf(["Monday"])).toEqual([{ label: "Monday", cells: ["7 €"] }]);
    expect(rowsOf([])).toEqual([]);
});

test("a curve over shares is read every fifth; guides and single points are not", () => {
    const curve = Array.from({ length: 101 }, (_, x) => ({ x: x / 100, y: x }));
    const table = curveTable({
        ...formats,
        series: [
            { label: "Held", color: 0, points: curve },
            { label: "Best", color: 1, isMarker: true, points: [{ x: 0.2, y: 20 }] },
            { label: "Alike", color: -1, points: [curve[0], curve[100]] },
        ],
    });
    expect(table.columns).toEqual(["Held"]);
    expect(table.rows.map((row) => row.cells[0])).toEqual([
        "0 €",
        "20 €",
        "40 €",
        "60 €",
        "80 €",
        "100 €",
    ]);
});
