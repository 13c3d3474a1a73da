import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { EconomicsConcentration } from "../../customer_economics/economics_concentration/economics_concentration";

/** On how few of the customers that match the company rests. */
export class PortfolioConcentration extends Component {
    static template = "crm_scoring.PortfolioConcentration";
    static components = { EconomicsConcentration };
    static props = { domain: Array, currencyId: Number, version: Number };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({ concentration: null, count: 0 });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((nextProps) => {
            if (nextProps.domain !== this.props.domain) {
                this.load(nextProps);
            }
        });
    }

    async load({ domain }) {
        const asked = this.orm.call("crm.customer.profile", "get_concentration", [
            domain,
        ]);
        this.state.concentration = await this.keepLast.add(asked);
        this.state.count += 1;
    }
}
