import { _t } from "@web/core/l10n/translation";
import { deserializeDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useService } from "@web/core/utils/hooks";
import { Component, onWillStart, useState } from "@odoo/owl";
import { CHANNEL_ICONS } from "../contact_matrix/contact_channels";

const PAGE = 20;

/** The latest contacts with a customer, month by month, each a way to its record. */
export class ContactTimeline extends Component {
    static template = "crm_scoring.ContactTimeline";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.icons = CHANNEL_ICONS;
        this.state = useState({ months: [], has_more: false });
        this.limit = PAGE;
        onWillStart(() => this.load());
    }

    async load() {
        const { resModel, resId } = this.props.record;
        const args = [[resId], this.limit];
        const timeline = await this.orm.call(resModel, "get_contact_timeline", args);
        Object.assign(this.state, timeline);
    }

    async showMore() {
        this.limit += PAGE;
        await this.load();
    }

    /** The day of the month with its weekday; month and year are in the heading. */
    day(contact) {
        return deserializeDate(contact.date).toFormat("ccc dd");
    }

    direction(contact) {
        return contact.direction === "in"
            ? { icon: "fa-arrow-left", title: _t("From the customer") }
            : { icon: "fa-arrow-right", title: _t("To the customer") };
    }

    open(contact) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: contact.res_model,
            res_id: contact.res_id,
            views: [[false, "form"]],
        });
    }
}

registry
    .category("view_widgets")
    .add("contact_timeline", { component: ContactTimeline });
