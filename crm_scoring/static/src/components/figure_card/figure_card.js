import { Component } from "@odoo/owl";

/** One headline figure with a sentence that says what it means. */
export class FigureCard extends Component {
    static template = "crm_scoring.FigureCard";
    static props = {
        title: String,
        icon: String,
        value: String,
        sentence: String,
        note: { type: String, optional: true },
    };
}
