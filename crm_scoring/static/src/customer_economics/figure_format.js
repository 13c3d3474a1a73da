import { formatCurrency } from "@web/core/currency";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import {
    formatFloat,
    formatInteger,
    formatPercentage,
} from "@web/views/fields/formatters";

const DAYS_PER_MONTH = 30.4375;
const DAYS_PER_YEAR = 365.25;
const COMPACT_FROM = 10_000;
const COMPACT_ONE_DECIMAL = 1_000_000;

export const percent = (share) => formatPercentage(share, { digits: [16, 0] });

export const money = (value, currencyId) =>
    formatCurrency(value, currencyId, { digits: [16, 0] });

/** Money as it fits a small place: 12.3k, 4.56M; small amounts in full. */
export function compactMoney(value, currencyId) {
    if (Math.abs(value) < COMPACT_FROM) {
        return money(value, currencyId);
    }
    const digits = [16, Math.abs(value) < COMPACT_ONE_DECIMAL ? 1 : 2];
    return formatCurrency(value, currencyId, { humanReadable: true, digits });
}

export const number = (value) => formatInteger(value);

export const decimal = (value, digits) => formatFloat(value, { digits: [16, digits] });

/** Days in the unit in which people speak of them. */
export function duration(days) {
    if (days >= 2 * DAYS_PER_YEAR) {
        return _t("%s years", decimal(days / DAYS_PER_YEAR, 1));
    }
    if (days >= 2 * DAYS_PER_MONTH) {
        return _t("%s months", decimal(days / DAYS_PER_MONTH, 0));
    }
    return _t("%s days", decimal(days, 0));
}

/** Name of a calendar period by its first day. */
export function periodName(day, period) {
    const date = deserializeDate(day);
    if (period === "year") {
        return String(date.year);
    }
    if (period === "quarter") {
        return _t("Q%(quarter)s %(year)s", { quarter: date.quarter, year: date.year });
    }
    return date.toFormat("LLL yyyy");
}
