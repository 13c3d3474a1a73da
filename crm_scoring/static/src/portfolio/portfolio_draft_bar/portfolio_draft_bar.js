import { Component, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { number } from "../../customer_economics/figure_format";
import { AXES } from "../portfolio_model";

/** Stays in sight while thresholds are moved but not saved. */
export class PortfolioDraftBar extends Component {
    static template = "crm_scoring.PortfolioDraftBar";
    static props = { model: Object };

    setup() {
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.state = useState({ isAsking: false });
    }

    get sentence() {
        const { preview } = this.props.model;
        return preview
            ? _t("%s customers would change class", number(preview.moved))
            : _t("Counting…");
    }

    get question() {
        const { data, domain, preview } = this.props.model;
        const sentences = [
            _t("%s customers change class, at once.", number(this.moved)),
        ];
        if (domain.length && preview) {
            sentences.push(
                _t(
                    "Thresholds hold for all customers of %(company)s: %(count)s of them match your filter.",
                    { company: data.company, count: number(preview.moved) }
                )
            );
        }
        const isNewMethod = AXES.some(
            (axis) =>
                this.props.model.isAxisChanged(axis) && data.methods[axis] !== "manual"
        );
        if (isNewMethod) {
            sentences.push(
                _t(
                    "From now on these thresholds are set by hand: later scorings keep them."
                )
            );
        }
        return sentences.join(" ");
    }

    async ask() {
        this.state.isAsking = true;
        try {
            this.moved = await this.props.model.countMovers();
        } finally {
            this.state.isAsking = false;
        }
        this.dialog.add(ConfirmationDialog, {
            title: _t("Save the Thresholds"),
            body: this.question,
            confirmLabel: _t("Save"),
            confirm: () => this.save(),
            cancelLabel: _t("Not Yet"),
            cancel: () => {},
        });
    }

    async save() {
        await this.props.model.save();
        this.notification.add(
            _t("Thresholds saved: %s customers have a new class.", number(this.moved)),
            { type: "success" }
        );
    }
}
