import { Component } from "@odoo/owl";
import { compactMoney, number } from "../../customer_economics/figure_format";

/** Who would change class with the thresholds on the screen, move by move. */
export class PortfolioMoves extends Component {
    static template = "crm_scoring.PortfolioMoves";
    static props = { model: Object, onOpen: Function };

    setup() {
        this.number = number;
    }

    get preview() {
        return this.props.model.preview;
    }

    get moves() {
        const { cells, lost, currency_id: currencyId } = this.props.model.data;
        const classes = Object.fromEntries(
            [...cells, lost].map((cell) => [cell.class_id, cell])
        );
        return this.preview.moves.map((move) => ({
            ...move,
            from: classes[move.before],
            to: classes[move.after],
            value: compactMoney(move.clv, currencyId),
        }));
    }

    open(before, after) {
        this.props.onOpen(this.props.model.moversAction(before, after));
    }
}
