import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { HeatMap } from "../../components/heat_map/heat_map";
import { number, percent, periodName } from "../figure_format";

/** The triangle of those who began together and still buy. */
export class EconomicsCohorts extends Component {
    static template = "crm_scoring.EconomicsCohorts";
    static components = { HeatMap };
    static props = { figures: Object, classes: Array, currencyId: Number };

    setup() {
        this.periods = [
            { id: "month", label: _t("Months") },
            { id: "quarter", label: _t("Quarters") },
            { id: "year", label: _t("Years") },
        ].filter((period) => this.props.figures.cohorts[period.id]);
        this.units = [
            { id: "share", label: "%" },
            { id: "counts", label: _t("Customers") },
        ];
        const preferred = this.periods.find((period) => period.id === "quarter");
        this.state = useState({
            period: (preferred || this.periods[0])?.id,
            unit: "share",
            group: "all",
            cell: null,
        });
    }

    set(values) {
        Object.assign(this.state, { cell: null, ...values });
    }

    get groups() {
        const tables = this.props.figures.cohorts[this.state.period];
        return this.props.classes.filter((group) => tables[group.id]);
    }

    get table() {
        const tables = this.props.figures.cohorts[this.state.period];
        return tables[this.state.group] || tables.all;
    }

    get columns() {
        return this.table.by_age.map((_share, age) => String(age));
    }

    get rows() {
        const table = this.table;
        const rows = table.cohorts.map((cohort, row) => ({
            label: periodName(cohort, this.state.period),
            total: number(table.sizes[row]),
            cells: table.by_age.map((_share, age) => this.cell(table, row, age)),
        }));
        if (this.state.unit === "share") {
            rows.push({
                label: _t("All"),
                isSum: true,
                total: "",
                cells: table.by_age.map((share) => this.shown(share, percent(share))),
            });
        }
        return rows;
    }

    cell(table, row, age) {
        const share = table.share[row][age];
        if (share === undefined) {
            return null;
        }
        const text =
            this.state.unit === "share"
                ? percent(share)
                : number(table.counts[row][age]);
        return { ...this.shown(share, text), title: this.sentence(row, age) };
    }

    shown(share, text) {
        return share === null ? null : { text, heat: share, title: text };
    }

    sentence(row, age) {
        const table = this.table;
        if (row >= table.cohorts.length) {
            return _t("%(share)s of all customers bought in their period %(age)s.", {
                share: percent(table.by_age[age]),
                age,
            });
        }
        return _t(
            "Of the %(size)s customers of %(cohort)s, %(count)s bought %(age)s periods later: %(share)s, likely between %(lower)s and %(upper)s.",
            {
                size: number(table.sizes[row]),
                cohort: periodName(table.cohorts[row], this.state.period),
                count: number(table.counts[row][age]),
                age,
                share: percent(table.share[row][age]),
                lower: percent(table.lower[row][age]),
                upper: percent(table.upper[row][age]),
            }
        );
    }

    get explanation() {
        const cell = this.state.cell;
        return cell
            ? this.sentence(cell.row, cell.column)
            : _t("Point at a cell, or walk with the arrow keys, to read it in words.");
    }

    onFocus(row, column) {
        this.state.cell = { row, column };
    }
}
