import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { onMounted, onWillUnmount } from "@odoo/owl";

const REFRESH_MS = 1500;
const OPEN_STATES = ["queued", "running"];

/** Follows a run while it is under way: the form is read again until the run has ended. */
export class ScoringRunFormController extends FormController {
    setup() {
        super.setup();
        onMounted(() => {
            this.refreshTimer = setInterval(() => this.refresh(), REFRESH_MS);
        });
        onWillUnmount(() => clearInterval(this.refreshTimer));
    }

    async refresh() {
        const record = this.model.root;
        if (
            !record.isNew &&
            !this.isRefreshing &&
            OPEN_STATES.includes(record.data.state)
        ) {
            this.isRefreshing = true;
            try {
                await record.load();
            } finally {
                this.isRefreshing = false;
            }
        }
    }
}

registry.category("views").add("crm_scoring_run_form", {
    ...formView,
    Controller: ScoringRunFormController,
});
