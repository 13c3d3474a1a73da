import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { IntervalBars } from "../../components/interval_bars/interval_bars";
import { duration, number, percent } from "../figure_format";

const LIFETIME_DAYS = 1826;

/** Retention and residual lifetime of each class, beside all customers. */
export class EconomicsClasses extends Component {
    static template = "crm_scoring.EconomicsClasses";
    static components = { IntervalBars };
    static props = { figures: Object, classes: Array, currencyId: Number };

    /** The figures of all customers, then of the classes that have some. */
    groups(figures) {
        const all = { id: "all", name: _t("All customers") };
        return [all, ...this.props.classes]
            .filter((group) => figures[group.id])
            .map((group) => ({ group, values: figures[group.id] }));
    }

    get retention() {
        return this.groups(this.props.figures.retention).map(({ group, values }) => ({
            label: group.name,
            isStrong: group.id === "all",
            text: percent(values.rate),
            note: _t("%(kept)s of %(start)s", {
                kept: number(values.kept),
                start: number(values.start),
            }),
            size: values.rate,
            lower: values.lower,
            upper: values.upper,
        }));
    }

    get lifetimes() {
        return this.groups(this.props.figures.lifetimes).map(({ group, values }) => ({
            label: group.name,
            isStrong: group.id === "all",
            text: duration(values.lifetime_days),
            note: _t("Customers: %s", number(values.customers)),
            size: values.lifetime_days / LIFETIME_DAYS,
        }));
    }

    get retentionNote() {
        return this.props.figures.retention.is_class_then
            ? _t("By the class that the customers had a year ago.")
            : _t(
                  "By the class of today, because no history of a year ago is kept: those who left have moved to other classes since."
              );
    }
}
