"""Roll rates: counted by hand, recovered from a known chain, wide when little is known."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.payment.roll_rates import BUCKETS, ageing, fit_roll_rates
from payments import as_known_on, instalment

END = np.datetime64("2025-12-31")


def aged(*days, amount=100.0, invoice="2024-01-01"):
    """Instalments paid so many days past their due day, None not at all."""
    return pd.DataFrame(
        [
            instalment(
                invoice=invoice,
                settled=None if day is None else 30 + day,
                amount=amount,
            )
            for day in days
        ]
    )


def fitted(rows, rng=None, **options):
    rng = np.random.default_rng(3) if rng is None else rng
    return fit_roll_rates(rows, END, rng=rng, **options)


def test_steps_are_counted_by_hand():
    """Of 10: 6 reach 1 day, 4 reach 31, 2 reach 61, 1 reaches 91 days past due."""
    rows = aged(-5, -3, 0, 0, 1, 20, 31, 50, 61, None)
    found = fitted(rows)
    expected = np.array([6.5 / 11, 4.5 / 7, 2.5 / 5, 1.5 / 3])
    assert found.steps == pytest.approx(expected)
    assert found.effective_counts == pytest.approx([10, 6, 4, 2])


def test_default_is_the_product_of_the_steps_still_to_come():
    found = fitted(aged(-5, 3, 31, 65, None))
    assert found.default_probability[:4] == pytest.approx(
        [found.steps[i:].prod() for i in range(4)]
    )
    assert found.default_probability[4] == 1.0


@pytest.mark.parametrize(("day", "step"), [(0, 0), (1, 1), (30, 1), (31, 2), (90, 3)])
def test_an_instalment_paid_on_that_day_reached_this_step(day, step):
    found = fitted(aged(*[day] * 1000))
    reached = found.steps > 0.5
    assert reached[:step].all()
    if step < 4:
        assert found.steps[step] < 0.001


def test_amounts_weigh():
    rows = pd.concat([aged(-1, -1, -1, amount=100.0), aged(5, amount=300.0)])
    found = fitted(rows)
    count = 600**2 / (3 * 100**2 + 300**2)
    assert found.effective_counts[0] == pytest.approx(count)
    assert found.steps[0] == pytest.approx((0.5 * count + 0.5) / (count + 1))


def test_a_known_chain_is_found_again(rng):
    steps = np.array([0.3, 0.4, 0.5, 0.6])
    reached = (rng.random((40_000, 4)) < steps).cumprod(axis=1).sum(axis=1)
    rows = aged(*np.array([-3, 10, 40, 70, 400])[reached])
    found = fitted(rows)
    assert found.steps == pytest.approx(steps, abs=0.02)
    assert found.default_probability[0] == pytest.approx(steps.prod(), rel=0.06)


def test_intervals_hold_as_often_as_they_say(rng):
    steps = np.array([0.3, 0.4, 0.5, 0.6])
    truth = np.cumprod(steps[::-1])[::-1]
    hits = []
    for _ in range(60):
        reached = (rng.random((60, 4)) < steps).cumprod(axis=1).sum(axis=1)
        found = fitted(aged(*np.array([-3, 10, 40, 70, 400])[reached]), rng, level=0.8)
        limits = found.lower[:4], found.upper[:4]
        hits.append((limits[0] <= truth) & (truth <= limits[1]))
    assert 0.68 <= np.mean(hits) <= 0.92


def test_recent_instalments_count_for_the_early_steps():
    rows = aged(None, None, invoice="2025-10-20")  # 42 days past due at the end
    found = fitted(rows)
    assert found.effective_counts.tolist() == [2, 2, 0, 0]
    assert found.steps[2] == 0.5


def test_what_is_not_due_yet_says_nothing():
    found = fitted(aged(None, invoice="2025-12-20"))
    assert found.effective_counts.tolist() == [0, 0, 0, 0]


def test_what_happens_later_changes_nothing():
    rows = aged(-5, 3, 31, 65, 500, None)
    early = np.datetime64("2024-06-30")
    found, known = (
        fit_roll_rates(r, early, rng=np.random.default_rng(1))
        for r in (rows, as_known_on(rows, early))
    )
    assert found.steps.tolist() == known.steps.tolist()
    assert found.lower.tolist() == known.lower.tolist()


def test_a_seed_gives_the_same_interval():
    rows = aged(-5, 3, 31, 65, None)
    assert fitted(rows).upper.tolist() == fitted(rows).upper.tolist()


# === SMALL COMPANIES === #


def test_never_lost_a_cent_is_no_certainty():
    found = fitted(aged(*[-2] * 40))
    assert 0 < found.default_probability[0] < 0.01
    assert found.upper[0] > found.default_probability[0]
    assert found.upper[3] - found.lower[3] > 0.5


def test_no_history_says_one_half_at_every_step():
    found = fitted(aged().reindex(columns=list(instalment())).astype(aged(1).dtypes))
    assert found.steps.tolist() == [0.5] * 4
    assert found.default_probability[0] == 0.0625
    assert found.upper[0] > 0.1


def test_default_rate_follows_the_days_past_due():
    found = fitted(aged(-5, 3, 31, 65, None))
    rate = found.default_rate(np.array([-400, 0, 1, 30, 31, 90, 91, 5000]))
    p = found.default_probability
    assert rate.tolist() == [p[0], p[0], p[1], p[1], p[2], p[3], 1.0, 1.0]


def test_own_risk_takes_the_place_of_the_first_step_only():
    found = fitted(aged(-5, 3, 31, 65, None))
    rate = found.default_rate(np.array([0, 5]), np.array([0.9, 0.9]))
    p = found.default_probability
    assert rate.tolist() == [0.9 * p[1], p[1]]


def test_own_buckets_are_possible():
    found = fitted(aged(-5, 3, 31, 65, None), buckets=(1, 61))
    assert len(found.steps) == 2
    assert found.default_probability[-1] == 1.0


def test_ageing_stops_with_the_payment():
    amount, unpaid_days, age = ageing(aged(12, None), END)
    assert amount.tolist() == [100.0, 100.0]
    assert unpaid_days.tolist() == [12, age[1]]
    assert age[0] == age[1] == (END - np.datetime64("2024-01-31")).astype(int)


def test_amounts_of_zero_do_not_matter():
    rows = pd.concat([aged(5, 40), aged(None, amount=0.0)])
    assert fitted(rows).steps.tolist() == fitted(aged(5, 40)).steps.tolist()


def test_broken_input_is_refused():
    with pytest.raises(FrameError, match="level: range"):
        fitted(aged(1), level=0.0)
    with pytest.raises(FrameError, match="amount: range"):
        fitted(aged(1, amount=-1.0))
    assert BUCKETS == (1, 31, 61, 91)
