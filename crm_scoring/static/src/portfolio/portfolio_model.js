import { markRaw } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { Reactive } from "@web/core/utils/reactive";
import { debounce } from "@web/core/utils/timing";

const PROFILE = "crm.customer.profile";
const POLICY = "crm.scoring.policy";
const DELAY = 150;
export const AXES = ["value", "loyalty"];

/**
 * The matrix of the customers that match, and the thresholds somebody is trying on it.
 *
 * `bounds` are those on the screen: the thresholds in use until somebody moves one. Answers
 * that come after a later question are dropped.
 */
export class PortfolioModel extends Reactive {
    constructor(orm, { typeId = false, bounds = null } = {}) {
        super();
        this.orm = markRaw(orm);
        this.loads = markRaw(new KeepLast());
        this.previews = markRaw(new KeepLast());
        this.askPreview = debounce(() => this.loadPreview(), DELAY);
        this.domain = [];
        this.typeId = typeId;
        this.bounds = bounds;
        this.data = null;
        this.error = null;
        this.preview = null;
        this.isLoading = false;
        this.isSaving = false;
        this.version = 0;
    }

    /** What is kept while a list lies over the screen. */
    get draft() {
        return { typeId: this.typeId, bounds: this.isChanged ? this.bounds : null };
    }

    get errorMessage() {
        return this.error.data?.message || this.error.message;
    }

    /** The filter as other questions put it, which know no types. */
    get ownDomain() {
        return this.typeId
            ? [...this.domain, ["type_id", "=", this.typeId > 0 && this.typeId]]
            : this.domain;
    }

    get arguments() {
        return [this.domain, this.bounds, this.typeId];
    }

    get hasCustomers() {
        return Boolean(this.data.totals.customers);
    }

    /** The thresholds in use, as {value: [bounds of the second band and up], loyalty}. */
    get inUse() {
        return Object.fromEntries(
            AXES.map((axis) => [
                axis,
                this.data.bands[axis].slice(1).map((band) => band.lower_bound),
            ])
        );
    }

    get isChanged() {
        return Boolean(
            this.data && this.bounds && AXES.some((axis) => this.isAxisChanged(axis))
        );
    }

    isAxisChanged(axis) {
        return this.bounds[axis].some(
            (bound, index) => bound !== this.inUse[axis][index]
        );
    }

    async load(domain = this.domain) {
        Object.assign(this, { domain, isLoading: true });
        const asked = this.orm.call(PROFILE, "get_portfolio", [domain, this.typeId]);
        try {
            this.data = await this.loads.add(asked);
            this.error = null;
        } catch (error) {
            this.error = error;
        }
        this.isLoading = false;
        if (this.data) {
            this.keepBounds();
        }
    }

    /** Somebody may have changed the number of bands since: then the draft is void. */
    keepBounds() {
        const isFitting =
            this.bounds &&
            AXES.every((axis) => this.bounds[axis].length === this.inUse[axis].length);
        if (!isFitting || !this.data.is_manager) {
            this.discard();
        } else if (this.isChanged) {
            this.askPreview();
        }
    }

    async chooseType(typeId) {
        this.typeId = typeId;
        await this.load();
        this.discard();
    }

    setBounds(axis, bounds) {
        this.bounds = { ...this.bounds, [axis]: bounds };
        if (this.isChanged) {
            this.askPreview();
        } else {
            this.discard();
        }
    }

    discard() {
        this.askPreview.cancel();
        this.previews.add(Promise.resolve());
        Object.assign(this, { bounds: this.inUse, preview: null });
    }

    async loadPreview() {
        const asked = this.orm.silent.call(
            PROFILE,
            "get_threshold_preview",
            this.arguments
        );
        this.preview = await this.previews.add(asked);
    }

    /** How many of all customers would move, whatever the filter. */
    async countMovers() {
        const { moved } = await this.orm.call(PROFILE, "get_threshold_preview", [
            [],
            this.bounds,
            this.typeId,
        ]);
        return moved;
    }

    async suggest(axis, method) {
        const bounds = await this.orm.call(PROFILE, "get_suggested_bounds", [
            [],
            axis,
            method,
            false,
            this.typeId,
        ]);
        if (bounds.length === this.bounds[axis].length) {
            this.setBounds(axis, bounds);
            return true;
        }
        return false;
    }

    async save() {
        this.isSaving = true;
        try {
            const asked = [[this.data.policy_id], this.bounds, this.typeId, this.inUse];
            await this.orm.call(POLICY, "apply_thresholds", asked);
            this.version += 1;
            await this.load();
            this.discard();
        } finally {
            this.isSaving = false;
        }
    }

    /** Who would be in a class by the thresholds on the screen. */
    previewCustomersAction(classId) {
        return this.orm.call(PROFILE, "get_preview_customers_action", [
            ...this.arguments,
            classId,
        ]);
    }

    /** Queue a run, and where it can be watched. */
    scoreNow() {
        return this.orm.call(POLICY, "action_score_now", [[this.data.policy_id]]);
    }

    moversAction(before = false, after = false) {
        return this.orm.call(PROFILE, "get_preview_movers_action", [
            ...this.arguments,
            before,
            after,
        ]);
    }
}
