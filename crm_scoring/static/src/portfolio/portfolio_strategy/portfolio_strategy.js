import { Component } from "@odoo/owl";
import { percent } from "../../customer_economics/figure_format";

/** What the company does with the customers of a class. */
export class PortfolioStrategy extends Component {
    static template = "crm_scoring.PortfolioStrategy";
    static props = { cell: Object, close: { type: Function, optional: true } };

    get churn() {
        return percent(this.props.cell.churn_probability);
    }
}
