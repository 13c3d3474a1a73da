import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { Domain } from "@web/core/domain";
import { KeepLast } from "@web/core/utils/concurrency";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { number, percent, periodName } from "../../customer_economics/figure_format";
import { HeatMap } from "../../components/heat_map/heat_map";

const ACTION = "crm_scoring.crm_customer_profile_history_action";
const PROFILE = "crm.customer.profile";
const VIEWS = ["list", "pivot", "graph"].map((type) => [false, type]);
const MONTHS = 12;

/** How many customers each class had, month by month over the last year. */
export class PortfolioHistory extends Component {
    static template = "crm_scoring.PortfolioHistory";
    static components = { HeatMap };
    static props = { data: Object, domain: Array, version: Number, onOpen: Function };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({ months: [], groups: [] });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((next) => {
            if (
                next.domain !== this.props.domain ||
                next.version !== this.props.version
            ) {
                this.load(next);
            }
        });
    }

    async load({ domain }) {
        const asked = this.orm.call(PROFILE, "get_class_history", [domain, this.since]);
        const groups = await this.keepLast.add(asked);
        const months = [...new Set(groups.map((group) => group.month))].sort();
        Object.assign(this.state, { months, groups });
    }

    /** The first of the last twelve months. */
    get since() {
        return luxon.DateTime.fromISO(this.props.data.as_of)
            .startOf("month")
            .minus({ months: MONTHS - 1 })
            .toISODate();
    }

    /** The last twelve months of those who match today. */
    historyDomain(domain) {
        const matching = domain.length
            ? [["partner_id.customer_profile_id", "any", domain]]
            : [];
        return [
            ["company_id", "=", user.activeCompany.id],
            ["month", ">=", this.since],
            ...matching,
        ];
    }

    /** Those of the matrix in its order, then those that were in it once. */
    get classes() {
        const { cells, lost } = this.props.data;
        const used = new Map(this.state.groups.map((group) => [group.class_id, group]));
        const known = [...cells, lost].filter((cell) => used.delete(cell.class_id));
        return [...known, ...used.values()];
    }

    get columns() {
        return this.state.months.map((month) => periodName(month, "month"));
    }

    count(classId, month) {
        const found = this.state.groups.find(
            (group) => group.class_id === classId && group.month === month
        );
        return found?.customers || 0;
    }

    get rows() {
        const totals = this.state.months.map((month) =>
            this.state.groups
                .filter((group) => group.month === month)
                .reduce((sum, group) => sum + group.customers, 0)
        );
        return this.classes.map((cell) => ({
            label: cell.name,
            cells: this.state.months.map((month, place) => {
                const customers = this.count(cell.class_id, month);
                const share = customers / totals[place];
                return {
                    text: customers ? number(customers) : "",
                    heat: share,
                    title: `${cell.name}, ${periodName(month, "month")}: ${number(customers)} (${percent(share)})`,
                };
            }),
        }));
    }

    async open(row, column) {
        const cell = this.classes[row];
        const month = this.state.months[column];
        const action = await this.action.loadAction(ACTION);
        const name = `${cell.name} · ${periodName(month, "month")}`;
        const held = [
            ["month", "=", month],
            ["class_id", "=", cell.class_id],
        ];
        this.props.onOpen({
            ...action,
            name,
            display_name: name,
            views: VIEWS,
            domain: Domain.and([this.historyDomain(this.props.domain), held]).toList(),
            context: {},
        });
    }
}
