import { stepUtils } from "@web_tour/tour_utils";

/** Steps from any screen of the web client to an entry of CRM > Customer Intelligence. */
export function openMenu(entry) {
    return [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open CRM",
            trigger: ".o_app[data-menu-xmlid='crm.crm_menu_root']",
            run: "click",
        },
        {
            content: "Open the menu Customer Intelligence",
            trigger:
                ".o_menu_sections [data-menu-xmlid='crm_scoring.crm_scoring_menu']",
            run: "click",
        },
        {
            content: `Choose ${entry}`,
            trigger: `.o-dropdown--menu [data-menu-xmlid='crm_scoring.${entry}']`,
            run: "click",
        },
    ];
}
