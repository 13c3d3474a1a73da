import { Component } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { user } from "@web/core/user";
import { compactMoney, number } from "../../customer_economics/figure_format";

const PROFILES = "crm_scoring.crm_customer_profile_action";
const PROSPECTS = "crm_scoring.crm_lead_action_value";

/** Who has no place in the matrix: customers who left, and prospects by future class. */
export class PortfolioOutside extends Component {
    static template = "crm_scoring.PortfolioOutside";
    static props = { data: Object, domain: Array, onOpen: Function };

    setup() {
        this.action = useService("action");
        this.number = number;
    }

    money(value) {
        return compactMoney(value, this.props.data.currency_id);
    }

    get prospects() {
        const { cells, prospects } = this.props.data;
        const classes = Object.fromEntries(cells.map((cell) => [cell.class_id, cell]));
        return prospects
            .filter((prospect) => classes[prospect.class_id])
            .map((prospect) => ({ ...classes[prospect.class_id], ...prospect }))
            .sort((one, other) => other.expected_value - one.expected_value);
    }

    async open(xmlId, name, domain, context = {}) {
        const action = await this.action.loadAction(xmlId);
        this.props.onOpen({ ...action, name, display_name: name, domain, context });
    }

    openLost() {
        const { lost } = this.props.data;
        this.open(PROFILES, lost.name, [
            ["company_id", "=", user.activeCompany.id],
            ["class_id", "=", lost.class_id],
            ...this.props.domain,
        ]);
    }

    openProspects(prospect) {
        this.open(PROSPECTS, prospect.name, [
            ["class_if_won_id", "=", prospect.class_id],
            ["won_status", "=", "pending"],
        ]);
    }
}
