import { Component } from "@odoo/owl";

/**
 * Bars to the right of a middle line where there is more than usual, to the left where less.
 *
 * A row is {label, text, title, size (-1 to 1), is_strong}.
 */
export class DifferenceBars extends Component {
    static template = "crm_scoring.DifferenceBars";
    static props = { rows: Array };

    style(size) {
        const width = 50 * Math.abs(size);
        return `width: ${width}%; left: ${size < 0 ? 50 - width : 50}%`;
    }
}
