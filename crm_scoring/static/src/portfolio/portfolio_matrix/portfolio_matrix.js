import { Component, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { neighbourCell } from "../../components/heat_map/neighbour_cell";
import {
    compactMoney,
    money,
    number,
    percent,
} from "../../customer_economics/figure_format";
import { PortfolioStrategy } from "../portfolio_strategy/portfolio_strategy";

const ACTION = "crm_scoring.crm_customer_profile_action";

/** The classes as a heat map: value upwards, loyalty across; a cell opens its customers. */
export class PortfolioMatrix extends Component {
    static template = "crm_scoring.PortfolioMatrix";
    static props = { model: Object, view: Object, onOpen: Function };

    setup() {
        this.action = useService("action");
        this.tableRef = useRef("table");
        this.strategy = usePopover(PortfolioStrategy, { position: "top" });
        this.state = useState({ row: 0, column: 0 });
        this.measures = [
            { id: "customers", label: _t("Customers") },
            { id: "clv", label: _t("Lifetime Value") },
            { id: "margin", label: _t("Margin") },
            { id: "expected_loss", label: _t("Expected Loss") },
        ];
    }

    get data() {
        return this.props.model.data;
    }

    get columns() {
        return this.data.bands.loyalty;
    }

    /** Cells as they are, with the figures of the thresholds on the screen if these moved. */
    get figures() {
        const preview = this.props.model.preview?.cells || [];
        const changed = Object.fromEntries(
            preview.map((cell) => [cell.class_id, cell])
        );
        return this.data.cells.map((cell) => ({ ...cell, ...changed[cell.class_id] }));
    }

    get rows() {
        const { measure } = this.props.view;
        const figures = this.figures;
        const sum = (name) =>
            figures.reduce((total, cell) => total + Math.max(0, cell[name]), 0);
        const whole = { [measure]: sum(measure), customers: sum("customers") };
        const hottest = Math.max(...figures.map((cell) => cell[measure])) || 1;
        const at = (value, loyalty) =>
            figures.find(
                (cell) =>
                    cell.value_band === value.rank && cell.loyalty_band === loyalty.rank
            );
        return this.data.bands.value.toReversed().map((value) => ({
            name: value.name,
            cells: this.columns.map((loyalty) =>
                this.cell(at(value, loyalty), measure, hottest, whole)
            ),
        }));
    }

    cell(cell, measure, hottest, whole) {
        const share = (name) =>
            whole[name] ? percent(Math.max(0, cell[name]) / whole[name]) : "";
        const isCount = measure === "customers";
        return {
            ...cell,
            heat: Math.max(0, cell[measure]) / hottest,
            figure: isCount
                ? number(cell.customers)
                : compactMoney(cell[measure], this.data.currency_id),
            share: share(measure),
            note: isCount
                ? compactMoney(cell.clv, this.data.currency_id)
                : _t("%s customers", number(cell.customers)),
            title: this.sentence(cell, share("customers")),
        };
    }

    sentence(cell, share) {
        return _t(
            "%(name)s: %(customers)s customers (%(share)s), lifetime value %(clv)s, margin %(margin)s, expected loss %(loss)s",
            {
                name: cell.name,
                customers: number(cell.customers),
                share,
                clv: money(cell.clv, this.data.currency_id),
                margin: money(cell.margin, this.data.currency_id),
                loss: money(cell.expected_loss, this.data.currency_id),
            }
        );
    }

    openStrategy(ev, cell) {
        this.strategy.open(ev.currentTarget, { cell });
    }

    async openCustomers(cell) {
        if (this.props.model.isChanged) {
            this.props.onOpen(this.props.model.previewCustomersAction(cell.class_id));
            return;
        }
        const action = await this.action.loadAction(ACTION);
        this.props.onOpen({
            ...action,
            name: cell.name,
            display_name: cell.name,
            domain: [
                ["company_id", "=", user.activeCompany.id],
                ["class_id", "=", cell.class_id],
                ...this.props.model.ownDomain,
            ],
            context: {},
        });
    }

    onKeydown(ev) {
        const cell = neighbourCell(this.tableRef.el, this.state, ev.key);
        if (cell) {
            ev.preventDefault();
            cell.focus();
        }
    }
}
