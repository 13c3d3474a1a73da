import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame, queryText } from "@odoo/hoot-dom";
import {
    MockServer,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

const REFRESH_MS = 1500;

class ScoringRun extends models.Model {
    _name = "crm.scoring.run";

    state = fields.Char();
    progress = fields.Integer();

    _records = [
        { id: 1, state: "queued", progress: 0 },
        { id: 2, state: "done", progress: 100 },
    ];
}

describe.current.tags("desktop");
defineMailModels();
defineModels([ScoringRun]);

beforeEach(() => {
    onRpc("crm.scoring.run", "web_read", () => {
        expect.step("read");
    });
});

const openRun = (resId) =>
    mountView({
        type: "form",
        resModel: "crm.scoring.run",
        resId,
        arch: /* xml */ `
            <form js_class="crm_scoring_run_form">
                <field name="state" readonly="1" />
                <field name="progress" readonly="1" />
            </form>`,
    });

const serverSays = (values) =>
    Object.assign(MockServer.env["crm.scoring.run"].browse(1)[0], values);

const nextRefresh = async () => {
    await advanceTime(REFRESH_MS);
    await animationFrame();
};

test("a run is followed from queued to done, then left alone", async () => {
    await openRun(1);
    expect.verifySteps(["read"]);
    for (const [state, progress] of [
        ["queued", 0],
        ["running", 40],
        ["done", 100],
    ]) {
        serverSays({ state, progress });
        await nextRefresh();
        expect.verifySteps(["read"]);
        expect(queryText(".o_field_widget[name=state]")).toBe(state);
        expect(queryText(".o_field_widget[name=progress]")).toBe(String(progress));
    }
    await nextRefresh();
    await nextRefresh();
    expect.verifySteps([]);
});

test("a run that has ended is read once", async () => {
    await openRun(2);
    await nextRefresh();
    expect.verifySteps(["read"]);
});

test("a form that was left asks no more", async () => {
    const form = await openRun(1);
    expect.verifySteps(["read"]);
    form.__owl__.app.destroy();
    await nextRefresh();
    await nextRefresh();
    expect.verifySteps([]);
});
