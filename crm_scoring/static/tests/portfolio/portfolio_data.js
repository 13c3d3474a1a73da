const cell = (class_id, name, value_band, loyalty_band, customers, clv) => ({
    class_id,
    name,
    value_band,
    loyalty_band,
    customers,
    clv,
    color: class_id,
    strategy: "grow",
    strategy_label: "Grow",
    description: `What to do with ${name}`,
    revenue: 2 * clv,
    margin: clv / 2,
    cost_to_serve: 0,
    expected_loss: customers,
    churn_probability: 0.25,
});

/** A matrix of two bands an axis, as the server tells it. */
export const PORTFOLIO = {
    policy_id: 3,
    company: "Roaster",
    currency_id: 1,
    as_of: "2025-06-30",
    is_manager: true,
    is_outdated: false,
    value_label: "Lifetime value",
    loyalty_label: "Degree of loyalty",
    loyalty_note: "Loyalty is declared for 5 customers.",
    types: [],
    type_id: false,
    methods: { value: "quantile", loyalty: "manual" },
    frozen_until: false,
    bands: {
        value: [
            { rank: 1, name: "Low value", lower_bound: 0 },
            { rank: 2, name: "High value", lower_bound: 500 },
        ],
        loyalty: [
            { rank: 1, name: "Low loyalty", lower_bound: 0 },
            { rank: 2, name: "High loyalty", lower_bound: 0.5 },
        ],
    },
    cells: [
        cell(1, "Sleepers", 1, 1, 40, 400),
        cell(2, "Small but loyal", 1, 2, 30, 900),
        cell(4, "Leaving", 2, 1, 10, 7000),
        cell(5, "Champions", 2, 2, 20, 20000),
    ],
    lost: cell(9, "Lost customers", 0, 0, 7, 12),
    outside: 0,
    prospects: [{ class_id: 5, leads: 6, expected_value: 1234 }],
    totals: {
        customers: 107,
        clv: 28312,
        revenue: 60000,
        margin: 15000,
        expected_loss: 107,
    },
    histograms: {
        value: {
            is_log: true,
            edges: [0, 10, 100, 1000, 10000],
            counts: [40, 30, 20, 10],
            sums: [1, 2, 3, 4],
        },
        loyalty: {
            is_log: false,
            edges: [0, 0.25, 0.5, 0.75, 1],
            counts: [25, 25, 25, 25],
            sums: [1, 2, 3, 4],
        },
    },
};

const changed = (class_id, customers, joined, left) => ({
    ...PORTFOLIO.cells.find((one) => one.class_id === class_id),
    customers,
    joined,
    left,
});

export const PREVIEW = {
    cells: [
        changed(1, 40, 0, 0),
        changed(2, 35, 5, 0),
        changed(4, 10, 0, 0),
        changed(5, 15, 0, 5),
    ],
    moved: 5,
    moves: [{ before: 5, after: 2, customers: 5, clv: 2750 }],
};

export const MIGRATION = {
    months: ["2025-04-01", "2025-05-01", "2025-06-01"],
    before: "2025-04-01",
    after: "2025-06-01",
    states: [
        { id: 5, name: "Champions", color: 5 },
        { id: 2, name: "Small but loyal", color: 2 },
        { id: 0, name: "Gone a year", color: 0 },
    ],
    counts: [
        [15, 4, 0],
        [1, 20, 2],
        [0, 0, 0],
    ],
    entries: [3, 0, 0],
    exits: [0, 0, 0],
};

const shared = {
    customers: 107,
    total: 900,
    gini: 0.6,
    top_share: 0.7,
    curve: [0, 0.8, 1],
};

export const CONCENTRATION = {
    revenue: shared,
    margin: shared,
    value: shared,
    profit: false,
};
