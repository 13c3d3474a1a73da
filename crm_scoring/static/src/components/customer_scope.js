import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";

const ALL_CUSTOMERS = "crm_scoring.group_crm_scoring_user_all";

/** Whose customers figures add up for a user who does not see them all; else nothing. */
export async function customerScope() {
    return (await user.hasGroup(ALL_CUSTOMERS))
        ? ""
        : _t("Only your own customers and those without a salesperson.");
}
