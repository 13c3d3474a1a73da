import { Component, onWillStart } from "@odoo/owl";
import { formatDate, deserializeDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { EconomicsClasses } from "../economics_classes/economics_classes";
import { EconomicsCohorts } from "../economics_cohorts/economics_cohorts";
import { EconomicsConcentration } from "../economics_concentration/economics_concentration";
import { EconomicsEquity } from "../economics_equity/economics_equity";
import { EconomicsFigures } from "../economics_figures/economics_figures";
import { EconomicsMigration } from "../economics_migration/economics_migration";

/** The customers of the current company as a whole, read in one call. */
export class CustomerEconomics extends Component {
    static template = "crm_scoring.CustomerEconomics";
    static components = {
        EconomicsClasses,
        EconomicsCohorts,
        EconomicsConcentration,
        EconomicsEquity,
        EconomicsFigures,
        EconomicsMigration,
        Layout,
    };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        onWillStart(async () => {
            this.screen = await this.orm.call(
                "crm.customer.economics",
                "get_screen",
                []
            );
        });
    }

    get asOf() {
        return formatDate(deserializeDate(this.screen.figures.as_of));
    }

    get section() {
        const { figures, classes, currency_id: currencyId } = this.screen;
        return { figures, classes, currencyId };
    }

    openPolicy() {
        this.action.doAction("crm_scoring.crm_scoring_policy_action");
    }
}

registry.category("actions").add("crm_customer_economics", CustomerEconomics);
