import { Component, useEffect, useRef } from "@odoo/owl";
import { getCurrency } from "@web/core/currency";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { ThresholdHistogram } from "../../components/threshold_histogram/threshold_histogram";
import { ThresholdScale } from "../../components/threshold_histogram/threshold_scale";
import { compactMoney, decimal, number } from "../../customer_economics/figure_format";
import { AXES } from "../portfolio_model";

const { DateTime } = luxon;
const PERCENT = 100;
const LOYALTY_UNIT = 0.001;

/** Both axes with their histogram, the bounds to drag or type, and what each band holds. */
export class PortfolioThresholds extends Component {
    static template = "crm_scoring.PortfolioThresholds";
    static components = { Dropdown, DropdownItem, ThresholdHistogram };
    static props = { model: Object };

    setup() {
        this.notification = useService("notification");
        this.number = number;
        this.root = useRef("root");
        useEffect(
            () => this.focusOnChosen(),
            () => [this.props.model.typeId]
        );
        this.methodNames = {
            quantile: _t("Share of customers"),
            cumulative_share: _t("Share of the total (ABC)"),
            natural_breaks: _t("Natural breaks"),
            manual: _t("Set by hand"),
        };
    }

    get data() {
        return this.props.model.data;
    }

    /** Why nobody may move a threshold here and now, or nothing. */
    get reason() {
        const { is_manager: isManager, frozen_until: frozenUntil } = this.data;
        if (!isManager) {
            return _t("Only a manager of Customer Intelligence sets thresholds.");
        }
        if (this.data.is_outdated) {
            return _t(
                "The number of bands was changed after the last scoring: score the customers again, then set the thresholds."
            );
        }
        const day = frozenUntil && deserializeDate(frozenUntil);
        return day && day >= DateTime.now().startOf("day")
            ? _t(
                  "The thresholds stay as they are until %s, so that classes can be compared. Empty “Keep Thresholds until” in the scoring policy to move them before.",
                  formatDate(day)
              )
            : "";
    }

    /** Each type has thresholds of its own: of all types together there are none. */
    get isOfAllTypes() {
        return Boolean(this.data.types.length && !this.props.model.typeId);
    }

    chooseType(typeId) {
        this.isChosen = true;
        this.props.model.chooseType(typeId);
    }

    /** The button just pressed is gone: who has no mouse goes on at the first handle. */
    focusOnChosen() {
        if (this.isChosen) {
            this.root.el.querySelector("[role='slider']")?.focus();
            this.isChosen = false;
        }
    }

    get axes() {
        const isUncut = this.isOfAllTypes;
        return AXES.map((axis) => ({
            id: axis,
            title: axis === "value" ? this.data.value_label : this.data.loyalty_label,
            note: axis === "loyalty" && this.data.loyalty_note,
            method: this.methodNames[this.data.methods[axis]],
            histogram: this.data.histograms[axis],
            bands: this.data.bands[axis],
            bounds: isUncut ? [] : this.props.model.bounds[axis],
            drawnBands: isUncut ? [{ name: "" }] : this.data.bands[axis],
            unit: axis === "value" ? this.moneyUnit : LOYALTY_UNIT,
            format: axis === "value" ? this.writeMoney : this.writeShare,
            describe: (bin, from, to) => this.describe(axis, bin, from, to),
            isAlike: this.data.histograms[axis].counts.filter(Boolean).length === 1,
        }));
    }

    get moneyUnit() {
        return 1 / 10 ** (getCurrency(this.data.currency_id)?.digits[1] ?? 2);
    }

    get writeMoney() {
        return (value) => compactMoney(value, this.data.currency_id);
    }

    get writeShare() {
        return (value) => `${decimal(PERCENT * value, 1).replace(/[.,]0$/, "")}%`;
    }

    describe(axis, bin, from, to) {
        const { counts, sums } = this.data.histograms[axis];
        const write = axis === "value" ? this.writeMoney : this.writeShare;
        return _t(
            "%(from)s to %(to)s: %(customers)s customers, lifetime value %(value)s",
            {
                from: write(from),
                to: write(to),
                customers: number(counts[bin]),
                value: this.writeMoney(sums[bin]),
            }
        );
    }

    /** Each band of an axis from the highest down, with what it holds on the screen. */
    bandRows(axis) {
        const column = `${axis.id}_band`;
        const cells = this.props.model.preview?.cells || this.data.cells;
        const rows = axis.bands.map((band, index) => {
            const held = cells.filter((cell) => cell[column] === band.rank);
            const sum = (name) => held.reduce((total, cell) => total + cell[name], 0);
            return {
                ...band,
                index: index - 1,
                bound: axis.bounds[index - 1],
                customers: number(sum("customers")),
                clv: this.writeMoney(sum("clv")),
                margin: this.writeMoney(sum("margin")),
            };
        });
        return rows.reverse();
    }

    /** As it is typed: money as such, loyalty in percent. */
    inputValue(axis, bound) {
        return axis.id === "value"
            ? Number(bound.toFixed(2))
            : Number((PERCENT * bound).toFixed(2));
    }

    onInput(axis, row, ev) {
        const typed = ev.target.valueAsNumber;
        if (!Number.isFinite(typed)) {
            ev.target.value = this.inputValue(axis, row.bound);
            return;
        }
        const value = axis.id === "value" ? typed : typed / PERCENT;
        const scale = new ThresholdScale(axis.histogram.edges, axis.unit);
        const bounds = scale.replaced(axis.bounds, row.index, value);
        this.props.model.setBounds(axis.id, bounds);
        ev.target.value = this.inputValue(axis, bounds[row.index]);
    }

    methods(axis) {
        return Object.keys(this.methodNames).filter(
            (method) =>
                method !== "manual" &&
                (axis.id === "value" || method !== "cumulative_share")
        );
    }

    async suggest(axis, method) {
        if (!(await this.props.model.suggest(axis.id, method))) {
            this.notification.add(
                _t(
                    "Too few different customers to find these thresholds: %(axis)s stays as it is.",
                    { axis: axis.title }
                ),
                { type: "warning" }
            );
        }
    }
}
