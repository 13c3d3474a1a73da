import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAll, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { DifferenceBars } from "@crm_scoring/components/difference_bars/difference_bars";

describe.current.tags("desktop");
defineMailModels();

const bar = (label, size, isStrong = true) => ({
    label,
    size,
    text: `${label} text`,
    title: `${label} in words`,
    is_strong: isStrong,
});
const mountBars = (rows) => mountWithCleanup(DifferenceBars, { props: { rows } });
const styles = () =>
    queryAll(".o_difference_bars_bar").map(({ style }) => [style.left, style.width]);

test("more goes right of the middle, less goes left", async () => {
    await mountBars([bar("Coffee", 0.5), bar("Tea", -0.5), bar("Milk", 0)]);
    expect(styles()).toEqual([
        ["50%", "25%"],
        ["25%", "25%"],
        ["50%", "0%"],
    ]);
    expect(".o_difference_bars_less").toHaveCount(1);
});

test("the longest bars end at the edges", async () => {
    await mountBars([bar("Coffee", 1), bar("Tea", -1)]);
    expect(styles()).toEqual([
        ["50%", "50%"],
        ["0%", "50%"],
    ]);
});

test("small differences are drawn weakly", async () => {
    await mountBars([bar("Coffee", 0.1, false), bar("Tea", 0.9)]);
    expect(".o_difference_bars_weak").toHaveCount(1);
});

test("a bar is read: what, how much, and the sentence", async () => {
    await mountBars([bar("Coffee", 0.5)]);
    const row = queryOne(".o_difference_bars > div");
    expect(row).toHaveText(/Coffee\s*Coffee text/);
    expect(row).toHaveAttribute("title", "Coffee in words");
});

test("no rows are no bars, many are many", async () => {
    await mountBars([]);
    expect(".o_difference_bars_bar").toHaveCount(0);
    const rows = Array.from({ length: 40 }, (_, n) => bar(`Thing ${n}`, n / 40));
    await mountBars(rows);
    expect(queryAllTexts(".o_difference_bars .text-truncate")).toEqual(
        rows.map((row) => row.label)
    );
});
