import { Component, useRef, useState } from "@odoo/owl";
import { neighbourCell } from "./neighbour_cell";

/**
 * A table whose cells are coloured by their heat, gone through by mouse, touch or arrow keys.
 *
 * A row is {label, total, cells: [{text, heat (0 to 1), isMarked} or null]}.
 * `onFocus` hears which cell is looked at, `onOpen` which one is clicked.
 */
export class HeatMap extends Component {
    static template = "crm_scoring.HeatMap";
    static props = {
        rows: Array,
        columns: Array,
        rowTitle: String,
        totalTitle: { type: String, optional: true },
        title: String,
        onFocus: { type: Function, optional: true },
        onOpen: { type: Function, optional: true },
    };

    setup() {
        this.tableRef = useRef("table");
        this.state = useState({ row: 0, column: 0 });
    }

    look(row, column) {
        Object.assign(this.state, { row, column });
        this.props.onFocus?.(row, column);
    }

    onKeydown(ev) {
        const cell = neighbourCell(this.tableRef.el, this.state, ev.key);
        if (cell) {
            ev.preventDefault();
            cell.focus();
        }
    }
}
