import { Component } from "@odoo/owl";

/**
 * Bars with the range in which the truth is likely to lie.
 *
 * A row is {label, text, note, size, lower, upper (shares of the longest bar), isStrong}.
 */
export class IntervalBars extends Component {
    static template = "crm_scoring.IntervalBars";
    static props = { rows: Array };

    percent(share) {
        return `${100 * share}%`;
    }
}
