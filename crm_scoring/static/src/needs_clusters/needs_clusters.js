import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { DifferenceBars } from "../components/difference_bars/difference_bars";
import { HeatMap } from "../components/heat_map/heat_map";
import { decimal, money, number, percent } from "../customer_economics/figure_format";

/** The clusters of a segmentation: words and bars of each, and customers by class. */
export class NeedsClusters extends Component {
    static template = "crm_scoring.NeedsClusters";
    static components = { DifferenceBars, HeatMap };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ screen: null, cell: null });
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps((props) => this.load(props.record));
    }

    /** Read again when clusters were found again: a progress alone changes nothing here. */
    async load(record) {
        const key = `${record.resId}/${record.data.state}/${record.data.cluster_count}`;
        if (!record.resId || key === this.key) {
            return;
        }
        this.key = key;
        this.state.screen = await this.orm.call(record.resModel, "get_screen", [
            record.resId,
        ]);
    }

    get clusters() {
        return this.state.screen.clusters.map((cluster) => ({
            ...cluster,
            size: _t("%(count)s customers, %(share)s", {
                count: number(cluster.customers),
                share: percent(cluster.share),
            }),
            value: money(cluster.clv, this.state.screen.currency_id),
        }));
    }

    get trials() {
        return this.state.screen.trials.map((trial) => ({
            ...trial,
            silhouette: trial.silhouette === null ? "" : decimal(trial.silhouette, 2),
            bic: decimal(trial.bic, 0),
            smallest: number(trial.smallest),
        }));
    }

    get columns() {
        return this.state.screen.classes.columns.map((cell) => cell.name);
    }

    get rows() {
        return this.state.screen.classes.rows.map((row, place) => {
            const total = row.counts.reduce((sum, count) => sum + count, 0);
            return {
                label: row.name,
                total: number(total),
                cells: row.counts.map((count, column) => ({
                    text: count ? number(count) : "",
                    heat: total ? count / total : 0,
                    title: this.sentence(place, column),
                })),
            };
        });
    }

    sentence(row, column) {
        const { columns, rows } = this.state.screen.classes;
        const counts = rows[row].counts;
        const total = counts.reduce((sum, count) => sum + count, 0);
        return _t("%(cluster)s: %(count)s of %(total)s (%(share)s) are %(name)s.", {
            cluster: rows[row].name,
            count: number(counts[column]),
            total: number(total),
            share: percent(total ? counts[column] / total : 0),
            name: columns[column].name,
        });
    }

    get explanation() {
        const cell = this.state.cell;
        return cell
            ? this.sentence(cell.row, cell.column)
            : _t("Click on a cell to see its customers.");
    }

    onFocus(row, column) {
        this.state.cell = { row, column };
    }

    onOpen(row, column) {
        const { columns, rows } = this.state.screen.classes;
        return this.openProfiles(this.sentence(row, column), [
            ["needs_cluster_id", "=", rows[row].id],
            ["class_id", "=", columns[column].id],
        ]);
    }

    openCluster(cluster) {
        return this.openProfiles(cluster.name, [["needs_cluster_id", "=", cluster.id]]);
    }

    async openProfiles(name, domain) {
        const action = await this.action.loadAction(
            "crm_scoring.crm_customer_profile_action"
        );
        return this.action.doAction({
            ...action,
            display_name: name,
            domain,
            context: {},
        });
    }
}

registry.category("view_widgets").add("crm_needs_clusters", {
    component: NeedsClusters,
});
