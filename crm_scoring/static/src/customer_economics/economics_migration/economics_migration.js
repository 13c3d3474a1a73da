import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { HeatMap } from "../../components/heat_map/heat_map";
import { money, number, percent, periodName } from "../figure_format";

const LOST = 0;
const NEW = -1;
// Values that differ by less than this share support each other.
const ALIKE = 0.2;

/** Who moved between classes, and the lifetime value that the moves imply. */
export class EconomicsMigration extends Component {
    static template = "crm_scoring.EconomicsMigration";
    static components = { HeatMap };
    static props = { figures: Object, classes: Array, currencyId: Number };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.movement = this.props.figures.movement;
        this.state = useState({ span: 0, cell: null });
        this.names = Object.fromEntries(
            this.props.classes.map((item) => [item.id, item.name])
        );
        this.names[LOST] = _t("Gone a year");
        this.names[NEW] = _t("New");
    }

    get spans() {
        return this.movement.spans.map((span) => ({
            id: span.before,
            label: _t("Since %s", periodName(span.before, "month")),
        }));
    }

    get span() {
        return this.movement.spans[this.state.span];
    }

    /** States in which there was or is somebody: empty classes would only take room. */
    get used() {
        const { states, counts, entries } = this.span;
        return states
            .map((state, place) => ({ state, place }))
            .filter(
                ({ place }) =>
                    entries[place] ||
                    counts[place].some(Boolean) ||
                    counts.some((row) => row[place])
            );
    }

    get origins() {
        const { counts, entries } = this.span;
        const origins = this.used.map(({ state, place }) => ({
            state,
            counts: counts[place],
        }));
        return [...origins, { state: NEW, counts: entries }]
            .map((origin) => ({
                ...origin,
                total: origin.counts.reduce((sum, count) => sum + count, 0),
            }))
            .filter((origin) => origin.total);
    }

    get columns() {
        return this.used.map(({ state }) => this.names[state]);
    }

    get rows() {
        return this.origins.map((origin, row) => ({
            label: this.names[origin.state],
            total: number(origin.total),
            cells: this.used.map(({ state, place }, column) => ({
                text: origin.counts[place] ? number(origin.counts[place]) : "",
                heat: origin.counts[place] / origin.total,
                isMarked: state === origin.state,
                title: this.sentence(row, column),
            })),
        }));
    }

    sentence(row, column) {
        const origin = this.origins[row];
        const { state, place } = this.used[column];
        return _t("%(before)s: %(count)s of %(total)s (%(share)s) are now %(after)s.", {
            before: this.names[origin.state],
            count: number(origin.counts[place]),
            total: number(origin.total),
            share: percent(origin.counts[place] / origin.total),
            after: this.names[state],
        });
    }

    get explanation() {
        const cell = this.state.cell;
        return cell
            ? this.sentence(cell.row, cell.column)
            : _t("Click on a cell to see its customers.");
    }

    onFocus(row, column) {
        this.state.cell = { row, column };
    }

    choose(span) {
        Object.assign(this.state, { span, cell: null });
    }

    async onOpen(row, column) {
        const { before, after } = this.span;
        const action = await this.orm.call(
            "crm.customer.profile",
            "get_migration_action",
            [before, after, this.origins[row].state, this.used[column].state]
        );
        this.action.doAction(action);
    }

    // A second opinion on lifetime value

    money(value) {
        return money(value, this.props.currencyId);
    }

    get values() {
        return this.props.classes
            .filter((item) => this.movement.model.classes[item.id])
            .map((item) => ({ ...item, ...this.movement.model.classes[item.id] }));
    }

    get comparison() {
        const { value, clv, difference } = this.movement.model.total;
        const figures = { value: this.money(value), clv: this.money(clv) };
        if (difference === null) {
            return "";
        }
        figures.difference = percent(Math.abs(difference));
        if (Math.abs(difference) <= ALIKE) {
            return _t(
                "The moves alone give %(value)s, the models of each customer %(clv)s: %(difference)s apart. Two different ways lead to much the same value.",
                figures
            );
        }
        return difference > 0
            ? _t(
                  "The moves alone give %(value)s, the models of each customer %(clv)s: %(difference)s more. A class keeps its customers for as long as last year's purchases count, so the moves notice late who stops buying; and cost to serve is not deducted.",
                  figures
              )
            : _t(
                  "The moves alone give %(value)s, the models of each customer %(clv)s: %(difference)s less. The moves take what a class brought in the past months for its future, and nobody comes back who has not bought for a year.",
                  figures
              );
    }
}
