import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { WithSearch } from "@web/search/with_search/with_search";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { PortfolioScreen } from "../portfolio_screen/portfolio_screen";

/** The portfolio of customers behind the host's search bar, with its filters and favourites. */
export class Portfolio extends Component {
    static template = "crm_scoring.Portfolio";
    static components = { PortfolioScreen, WithSearch };
    static props = { ...standardActionServiceProps };

    setup() {
        const { action, globalState } = this.props;
        this.searchProps = {
            resModel: "crm.customer.profile",
            context: action.context,
            globalState,
            searchViewId: false,
            loadIrFilters: true,
            searchMenuTypes: ["filter", "favorite"],
            display: { controlPanel: {} },
        };
        const { portfolio } = globalState || {};
        this.state = this.props.state || (portfolio && JSON.parse(portfolio));
    }
}

registry.category("actions").add("crm_customer_portfolio", Portfolio);
