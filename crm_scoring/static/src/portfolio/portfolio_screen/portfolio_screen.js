import { Component, onWillStart, onWillUpdateProps, useRef, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { useSearchBarToggler } from "@web/search/search_bar/search_bar_toggler";
import { PortfolioBody } from "../portfolio_body/portfolio_body";
import { PortfolioDraftBar } from "../portfolio_draft_bar/portfolio_draft_bar";
import { PortfolioModel } from "../portfolio_model";

/** Search bar, what is loaded or missing, and the question before a draft is lost. */
export class PortfolioScreen extends Component {
    static template = "crm_scoring.PortfolioScreen";
    static components = { Layout, PortfolioBody, PortfolioDraftBar, SearchBar };
    static props = {
        domain: Array,
        display: { type: Object, optional: true },
        state: { type: Object, optional: true },
    };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.searchBarToggler = useSearchBarToggler();
        const state = this.props.state || {};
        this.model = useState(new PortfolioModel(useService("orm"), state));
        this.view = useState({
            measure: state.measure || "customers",
            tab: state.tab || "concentration",
        });
        useSetupAction({
            rootRef: useRef("root"),
            beforeLeave: () => this.mayLeave(),
            beforeUnload: (ev) => this.model.isChanged && ev.preventDefault(),
            getLocalState: () => this.kept,
            // for the browser's way back, which knows nothing of the local state
            getGlobalState: () => ({ portfolio: JSON.stringify(this.kept) }),
        });
        onWillStart(() => this.model.load(this.props.domain));
        onWillUpdateProps(({ domain }) => {
            if (JSON.stringify(domain) !== JSON.stringify(this.model.domain)) {
                this.model.load(domain);
            }
        });
    }

    /** What is on the screen when somebody comes back to it. */
    get kept() {
        return { ...this.model.draft, ...this.view };
    }

    /** Open a list over the screen, which waits below with its draft. */
    async open(action) {
        this.isOpening = true;
        try {
            await this.action.doAction(await action);
        } finally {
            this.isOpening = false;
        }
    }

    openPolicy() {
        return this.open("crm_scoring.crm_scoring_policy_action");
    }

    mayLeave() {
        if (this.isOpening || !this.model.isChanged) {
            return true;
        }
        return new Promise((resolve) =>
            this.dialog.add(
                ConfirmationDialog,
                {
                    title: _t("Thresholds Not Saved"),
                    body: _t(
                        "You moved thresholds without saving them. Leave all the same?"
                    ),
                    confirmLabel: _t("Leave Without Saving"),
                    confirm: () => resolve(true),
                    cancelLabel: _t("Stay Here"),
                    cancel: () => resolve(false),
                },
                { onClose: () => resolve(false) }
            )
        );
    }
}
