import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { periodName } from "../../customer_economics/figure_format";
import { MigrationMatrix } from "../../components/migration_matrix/migration_matrix";

const PROFILE = "crm.customer.profile";

/** Who of the customers that match moved between two months of the reader's choice. */
export class PortfolioMigration extends Component {
    static template = "crm_scoring.PortfolioMigration";
    static components = { MigrationMatrix };
    static props = { domain: Array, version: Number, onOpen: Function };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({ migration: null, count: 0 });
        onWillStart(() => this.load(this.props.domain));
        onWillUpdateProps(({ domain, version }) => {
            if (domain !== this.props.domain || version !== this.props.version) {
                const { before, after } = this.state.migration;
                this.load(domain, before, after);
            }
        });
    }

    async load(domain, before = false, after = false) {
        const asked = this.orm.call(PROFILE, "get_migration", [domain, before, after]);
        this.state.migration = await this.keepLast.add(asked);
        this.state.count += 1;
    }

    get befores() {
        const { months, after } = this.state.migration;
        return this.options(months.filter((month) => month < after));
    }

    get afters() {
        return this.options(this.state.migration.months.slice(1));
    }

    options(months) {
        return months.map((id) => ({ id, label: periodName(id, "month") })).reverse();
    }

    /** The earlier month gives way where the later one would not come after it. */
    choose(values) {
        const { months, ...migration } = this.state.migration;
        const { before, after } = { ...migration, ...values };
        const earlier = months.filter((month) => month < after);
        const start = before < after ? before : earlier.at(-1);
        this.load(this.props.domain, start, after);
    }

    open(from, to) {
        const { before, after } = this.state.migration;
        const args = [before, after, from, to, this.props.domain];
        this.props.onOpen(this.orm.call(PROFILE, "get_migration_action", args));
    }
}
