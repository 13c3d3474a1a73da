import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatPercentage } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A share between 0 and 1 as a bar, with the interval it is likely to lie in. */
export class IntervalBar extends Component {
    static template = "crm_scoring.IntervalBar";
    static props = {
        ...standardFieldProps,
        lower: { type: String, optional: true },
        upper: { type: String, optional: true },
    };

    /** Return the field's value as percents of the bar, kept inside it. */
    percent(name, fallback) {
        const value = this.props.record.data[name] ?? fallback;
        return 100 * Math.min(Math.max(value, 0), 1);
    }

    get share() {
        return this.percent(this.props.name, 0);
    }

    get lower() {
        return this.percent(this.props.lower, this.share / 100);
    }

    get upper() {
        return this.percent(this.props.upper, this.share / 100);
    }

    get label() {
        return _t("%(share)s, likely between %(lower)s and %(upper)s", {
            share: formatPercentage(this.share / 100, { digits: [16, 0] }),
            lower: formatPercentage(this.lower / 100, { digits: [16, 0] }),
            upper: formatPercentage(this.upper / 100, { digits: [16, 0] }),
        });
    }
}

export const intervalBar = {
    component: IntervalBar,
    displayName: _t("Bar with Interval"),
    supportedTypes: ["float"],
    fieldDependencies: ({ options }) =>
        [options.lower, options.upper]
            .filter(Boolean)
            .map((name) => ({ name, type: "float", readonly: true })),
    extractProps: ({ options }) => ({ lower: options.lower, upper: options.upper }),
};

registry.category("fields").add("interval_bar", intervalBar);
