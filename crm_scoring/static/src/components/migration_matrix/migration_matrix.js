import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { number, percent } from "../../customer_economics/figure_format";
import { HeatMap } from "../heat_map/heat_map";

// As the server calls those who were no customers, or are none any more.
const NOBODY = -1;

/**
 * Customers by class in two months: from the class in the row to that in the column.
 *
 * `classes` are {id, name}; `counts` has a row for each; `entries` are those who were no
 * customers before, `exits` those who are none any more. `onOpen` hears both ids of a cell.
 */
export class MigrationMatrix extends Component {
    static template = "crm_scoring.MigrationMatrix";
    static components = { HeatMap };
    static props = {
        classes: Array,
        counts: Array,
        entries: Array,
        exits: { type: Array, optional: true },
        onOpen: Function,
    };
    static defaultProps = { exits: [] };

    setup() {
        this.state = useState({ cell: null });
    }

    /** Classes in which there was or is somebody: empty classes would only take room. */
    get used() {
        const { classes, counts, entries, exits } = this.props;
        return classes
            .map((each, place) => ({ ...each, place }))
            .filter(
                ({ place }) =>
                    entries[place] ||
                    exits[place] ||
                    counts[place].some(Boolean) ||
                    counts.some((row) => row[place])
            );
    }

    get targets() {
        const hasLeft = this.props.exits.some(Boolean);
        return hasLeft ? [...this.used, { id: NOBODY, name: _t("Left") }] : this.used;
    }

    get origins() {
        const { counts, entries, exits } = this.props;
        const origins = this.used.map(({ id, name, place }) => ({
            id,
            name,
            counts: [
                ...this.used.map((target) => counts[place][target.place]),
                exits[place] || 0,
            ],
        }));
        const entered = this.used.map(({ place }) => entries[place]);
        return [...origins, { id: NOBODY, name: _t("New"), counts: [...entered, 0] }]
            .map((origin) => ({
                ...origin,
                total: origin.counts.reduce((sum, count) => sum + count, 0),
            }))
            .filter((origin) => origin.total);
    }

    get columns() {
        return this.targets.map(({ name }) => name);
    }

    get rows() {
        return this.origins.map((origin, row) => ({
            label: origin.name,
            total: number(origin.total),
            cells: this.targets.map((target, column) => ({
                text: origin.counts[column] ? number(origin.counts[column]) : "",
                heat: origin.counts[column] / origin.total,
                isMarked: target.id === origin.id,
                title: this.sentence(row, column),
            })),
        }));
    }

    sentence(row, column) {
        const origin = this.origins[row];
        const count = origin.counts[column];
        return _t("%(before)s: %(count)s of %(total)s (%(share)s) are now %(after)s.", {
            before: origin.name,
            count: number(count),
            total: number(origin.total),
            share: percent(count / origin.total),
            after: this.targets[column].name,
        });
    }

    get explanation() {
        const cell = this.state.cell;
        return cell && this.origins[cell.row] && this.targets[cell.column]
            ? this.sentence(cell.row, cell.column)
            : _t("Click on a cell to see its customers.");
    }

    onFocus(row, column) {
        this.state.cell = { row, column };
    }

    onOpen(row, column) {
        this.props.onOpen(this.origins[row].id, this.targets[column].id);
    }
}
