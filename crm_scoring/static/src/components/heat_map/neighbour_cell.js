import { localization } from "@web/core/l10n/localization";

const STEPS = {
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
};

/** The cell of a table that an arrow key points at; left is left in every language. */
export function neighbourCell(table, { row, column }, key) {
    if (!(key in STEPS)) {
        return null;
    }
    const [down, right] = STEPS[key];
    const forward = localization.direction === "rtl" ? -right : right;
    return table.querySelector(
        `[data-row="${row + down}"][data-column="${column + forward}"]`
    );
}
