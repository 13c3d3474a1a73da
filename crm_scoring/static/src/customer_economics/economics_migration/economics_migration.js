import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { money, number, percent, periodName } from "../figure_format";
import { MigrationMatrix } from "../../components/migration_matrix/migration_matrix";

const LOST = 0;
// Values that differ by less than this share support each other.
const ALIKE = 0.2;
const whole = (value) => number(Math.round(value));

/** Who moved between classes, and the lifetime value that the moves imply. */
export class EconomicsMigration extends Component {
    static template = "crm_scoring.EconomicsMigration";
    static components = { MigrationMatrix };
    static props = { figures: Object, classes: Array, currencyId: Number };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.movement = this.props.figures.movement;
        this.state = useState({ span: 0 });
        this.names = Object.fromEntries(
            this.props.classes.map((item) => [item.id, item.name])
        );
        this.names[LOST] = _t("Gone a year");
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

    /** Classes by name; the server knows those who have gone by number only. */
    get matrixClasses() {
        return this.span.states.map((id) => ({ id, name: this.names[id] }));
    }

    choose(span) {
        this.state.span = span;
    }

    async onOpen(from, to) {
        const { before, after } = this.span;
        const action = await this.orm.call(
            "crm.customer.profile",
            "get_migration_action",
            [before, after, from, to]
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

    // What is to come

    get horizons() {
        return this.movement.model.outlook.map((row) => {
            const ahead = row.months ? _t("In %s months", row.months) : _t("Now");
            return row.months === null ? _t("In the long run") : ahead;
        });
    }

    get outlook() {
        const rows = this.movement.model.outlook;
        return this.props.classes
            .filter((item) => rows.some((row) => row.classes[item.id]?.upper >= 0.5))
            .map((item) => ({
                ...item,
                cells: rows.map((row) => this.outlookCell(row, row.classes[item.id])),
            }));
    }

    outlookCell(row, figures) {
        const between = { low: whole(figures.lower), high: whole(figures.upper) };
        return {
            customers: whole(figures.customers),
            interval: row.months === 0 ? "" : _t("%(low)s to %(high)s", between),
            value: this.money(figures.value),
            title: _t("Worth between %(low)s and %(high)s", {
                low: this.money(figures.value_lower),
                high: this.money(figures.value_upper),
            }),
        };
    }

    get totals() {
        return this.movement.model.outlook.map((row) => {
            const classes = Object.values(row.classes);
            const sum = (name) => classes.reduce((all, one) => all + one[name], 0);
            return {
                customers: whole(sum("customers")),
                value: this.money(sum("value")),
            };
        });
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
