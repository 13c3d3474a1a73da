import { _t } from "@web/core/l10n/translation";
import { formatInteger, formatMonetary } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useService } from "@web/core/utils/hooks";
import { Component, onWillStart, useState } from "@odoo/owl";
import { CHANNEL_ICONS } from "./contact_channels";

const ACTION = "crm_scoring.crm_customer_touchpoint_action";

/** Contacts by reason and channel with the record's customers; a cell opens them. */
export class ContactMatrix extends Component {
    static template = "crm_scoring.ContactMatrix";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.icons = CHANNEL_ICONS;
        this.periods = [
            { months: 12, label: _t("Last 12 months") },
            { months: 0, label: _t("All") },
        ];
        this.measures = [
            { name: "count", label: _t("Contacts") },
            { name: "cost", label: _t("Cost") },
        ];
        this.state = useState({
            matrix: null,
            measure: "count",
            months: 12,
            phase: false,
        });
        onWillStart(() => this.load());
    }

    get phases() {
        return [[false, _t("All phases")], ...this.state.matrix.phases];
    }

    get showsHint() {
        return this.state.measure === "cost" && !this.state.matrix.has_costs;
    }

    async load() {
        const { resModel, resId } = this.props.record;
        this.state.matrix = await this.orm.call(resModel, "get_contact_matrix", [
            [resId],
            this.state.months,
            this.state.phase,
        ]);
    }

    async filter(values) {
        Object.assign(this.state, values);
        await this.load();
    }

    get channelsInUse() {
        return this.state.matrix.columns.filter((column) => column.count).length;
    }

    /** What a cell or a total says in the chosen measure; nothing for nothing. */
    format(cell, { noSymbol = true } = {}) {
        const value = cell[this.state.measure];
        if (!value) {
            return "";
        }
        if (this.state.measure === "count") {
            return formatInteger(value);
        }
        const currencyId = this.state.matrix.currency_id;
        return formatMonetary(value, { currencyId, digits: [16, 0], noSymbol });
    }

    describe(row, column, cell) {
        return _t("%(reason)s, %(channel)s: %(count)s contacts", {
            reason: row.label,
            channel: column.label,
            count: cell.count,
        });
    }

    /** Show the contacts that a cell, a row or a column counts. */
    async open(row, column) {
        const domain = [...this.state.matrix.domain];
        if (row) {
            domain.unshift("&", ["reason", "=", row.reason]);
        }
        if (column) {
            domain.unshift("&", ["channel", "=", column.channel]);
        }
        const action = await this.action.loadAction(ACTION);
        const names = [row, column].filter(Boolean).map((axis) => axis.label);
        const name = names.join(" · ") || action.name;
        this.action.doAction({
            ...action,
            name,
            display_name: name,
            domain,
            context: { search_default_group_month: 1 },
        });
    }
}

registry.category("view_widgets").add("contact_matrix", { component: ContactMatrix });
