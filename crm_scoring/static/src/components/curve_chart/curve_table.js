const MOST_ROWS = 12;
const SHARES = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** Even steps through `count` places, the first and the last among them. */
function places(count) {
    const rows = Math.min(count, MOST_ROWS);
    const step = rows > 1 ? (count - 1) / (rows - 1) : 0;
    return Array.from({ length: rows }, (_, row) => Math.round(row * step));
}

function nearest(points, x) {
    return points.reduce((best, point) =>
        Math.abs(point.x - x) < Math.abs(best.x - x) ? point : best
    );
}

/**
 * The curves as a short table for those who do not see them: {columns, rows: [{label, cells}]}.
 *
 * Lines that only guide the eye, and single points, are left out.
 */
export function curveTable({ series, categories, formatX, formatY, formatRight }) {
    const curves = series.filter((one) => one.color !== -1 && !one.isMarker);
    const write = (one, value) =>
        Number.isFinite(value) ? (one.isRight ? formatRight : formatY)(value) : "";
    const rows = categories
        ? places(categories.length).map((place) => ({
              label: categories[place],
              cells: curves.map((one) => write(one, one.points[place])),
          }))
        : SHARES.map((x) => ({
              label: formatX(x),
              cells: curves.map((one) => write(one, nearest(one.points, x).y)),
          }));
    return { columns: curves.map((one) => one.label), rows };
}
