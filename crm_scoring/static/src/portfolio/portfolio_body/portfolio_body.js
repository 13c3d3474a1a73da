import { Component, onWillStart, toRaw } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { Notebook } from "@web/core/notebook/notebook";
import { user } from "@web/core/user";
import { customerScope } from "../../components/customer_scope";
import { number } from "../../customer_economics/figure_format";
import { PortfolioCards } from "../portfolio_cards/portfolio_cards";
import { PortfolioConcentration } from "../portfolio_concentration/portfolio_concentration";
import { PortfolioHistory } from "../portfolio_history/portfolio_history";
import { PortfolioMatrix } from "../portfolio_matrix/portfolio_matrix";
import { PortfolioMigration } from "../portfolio_migration/portfolio_migration";
import { PortfolioMoves } from "../portfolio_moves/portfolio_moves";
import { PortfolioOutside } from "../portfolio_outside/portfolio_outside";
import { PortfolioThresholds } from "../portfolio_thresholds/portfolio_thresholds";

/** All that is told of the customers that match: figures, matrix, thresholds, past. */
export class PortfolioBody extends Component {
    static template = "crm_scoring.PortfolioBody";
    static components = {
        Notebook,
        PortfolioCards,
        PortfolioConcentration,
        PortfolioHistory,
        PortfolioMatrix,
        PortfolioMigration,
        PortfolioMoves,
        PortfolioOutside,
        PortfolioThresholds,
    };
    static props = { model: Object, view: Object, onOpen: Function };

    setup() {
        // Read once: opening another tab must not draw the whole screen anew.
        this.firstTab = toRaw(this.props.view).tab;
        onWillStart(async () => {
            this.customerScope = await customerScope();
        });
    }

    /** The same array until the filter or the type changes: who gets it loads by that. */
    get ownDomain() {
        const { ownDomain } = this.props.model;
        if (JSON.stringify(ownDomain) !== JSON.stringify(this.domain)) {
            this.domain = [...ownDomain];
        }
        return this.domain;
    }

    get outdated() {
        return _t(
            "The number of bands was changed after the last scoring. %s customers are in classes of the former matrix until they are scored again.",
            number(this.props.model.data.outside)
        );
    }

    get asOf() {
        return formatDate(deserializeDate(this.props.model.data.as_of));
    }

    /** Whose customers are added up, where it is not all that a reader may think of. */
    get scope() {
        return [
            this.customerScope,
            user.activeCompanies.length > 1 &&
                _t(
                    "One company at a time: switch to another one to see its customers."
                ),
        ].filter(Boolean);
    }

    onTypeChange(ev) {
        this.props.model.chooseType(Number(ev.target.value) || false);
    }
}
