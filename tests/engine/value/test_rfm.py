"""Purchase summaries: CDNOW's own figures, the rules on money and days, broken input."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.frames import RFM_SUMMARY
from customer_analytics.value.rfm import (
    calibration_holdout_split,
    purchase_days,
    rfm_scores,
    rfm_summary,
)

END = np.datetime64("2024-12-31")


def purchases(*rows):
    """Rows of (customer, day of 2024, amount)."""
    frame = pd.DataFrame(rows, columns=["customer_id", "day", "amount"])
    return pd.DataFrame(
        {
            "customer_id": frame["customer_id"].astype("int64"),
            "day": pd.to_datetime("2024-" + frame["day"].astype(str)),
            "amount": frame["amount"].astype(float),
            "margin": frame["amount"] * 0.5,
        }
    )


def summary_of(*rows, **options):
    return rfm_summary(purchases(*rows), END, **{"time_unit_days": 1.0, **options})


# === PUBLISHED FIGURES === #


def test_cdnow_sample_has_the_published_sizes(cdnow_split):
    """Fader, Hardie, Lee (2005): 2,357 customers, 946 of them with a repeat."""
    assert len(cdnow_split) == 2357
    assert (cdnow_split["frequency"] > 0).sum() == 946
    assert cdnow_split["frequency"].sum() == 2457
    assert cdnow_split["T"].max() == pytest.approx(272 / 7)


def test_cdnow_first_customers_match_the_published_summary(cdnow):
    first = cdnow.head(2)[["frequency", "recency", "T", "monetary_value"]]
    expected = [[2, 30.43, 38.86, 22.35], [1, 1.71, 38.86, 11.77]]
    assert first.to_numpy() == pytest.approx(np.array(expected))


def test_cdnow_holdout_has_the_published_totals(cdnow_split):
    """METHODS.md, section M: 1,882 purchases, 684 buyers, 70,976.39 spent."""
    assert cdnow_split["frequency_holdout"].sum() == 1882
    assert (cdnow_split["frequency_holdout"] > 0).sum() == 684
    assert cdnow_split["monetary_holdout"].sum() == pytest.approx(70_976.39)
    assert set(cdnow_split["duration_holdout"]) == {39.0}


def test_cdnow_master_has_all_customers(cdnow_master_split):
    assert len(cdnow_master_split) == 23_570


def test_cdnow_free_first_orders_count_as_purchases(cdnow_sample):
    """Eight customers of the published sample came with an order of 0."""
    days = purchase_days(cdnow_sample, np.datetime64("1997-09-30"))
    free = days[days["value"] == 0]
    assert len(free) == 8
    assert free["is_purchase"].all()


# === RULES === #


def test_frequency_counts_repeats_and_ages_count_from_the_first_purchase():
    found = summary_of((7, "12-01", 10), (7, "12-11", 20), (7, "12-21", 40))
    assert found.to_dict("list") == {
        "customer_id": [7],
        "frequency": [2.0],
        "recency": [20.0],
        "T": [30.0],
        "monetary_value": [30.0],
    }


def test_purchases_of_one_day_are_one_purchase():
    found = summary_of((7, "12-01", 10), (7, "12-11", 20), (7, "12-11", 5))
    assert found["frequency"].tolist() == [1.0]
    assert found["monetary_value"].tolist() == [25.0]


def test_time_of_day_does_not_split_a_day():
    rows = purchases((7, "12-01", 10), (7, "12-11", 20), (7, "12-11", 5))
    rows["day"] += pd.to_timedelta([5, 9, 23], unit="h")
    found = rfm_summary(rows, END, time_unit_days=1.0)
    assert found[["frequency", "recency", "T"]].values.tolist() == [[1.0, 10.0, 30.0]]


def test_rows_after_the_end_are_left_out():
    rows = purchases((7, "11-01", 10), (7, "12-11", 20), (8, "12-20", 20))
    found = rfm_summary(rows, np.datetime64("2024-11-30"), time_unit_days=1.0)
    assert found[["customer_id", "frequency", "T"]].values.tolist() == [[7, 0.0, 29.0]]


def test_the_last_day_counts():
    assert summary_of((7, "12-31", 10))["T"].tolist() == [0.0]


def test_weeks_are_days_over_seven():
    days = summary_of((7, "12-01", 10), (7, "12-11", 20))
    weeks = summary_of((7, "12-01", 10), (7, "12-11", 20), time_unit_days=7.0)
    for column in ("recency", "T"):
        assert weeks[column].tolist() == pytest.approx((days[column] / 7).tolist())


def test_a_refund_is_netted_on_its_day():
    found = summary_of((7, "12-01", 10), (7, "12-11", 50), (7, "12-11", -20))
    assert found["frequency"].tolist() == [1.0]
    assert found["monetary_value"].tolist() == [30.0]


def test_a_sale_cancelled_on_its_day_is_no_purchase():
    found = summary_of((7, "12-01", 10), (7, "12-11", 0.3), (7, "12-11", -0.1 - 0.2))
    assert found["frequency"].tolist() == [0.0]


def test_a_free_order_is_a_purchase_without_value():
    found = summary_of((7, "12-01", 10), (7, "12-11", 0), (7, "12-21", 8))
    assert found["frequency"].tolist() == [2.0]
    assert found["monetary_value"].tolist() == [8.0]


def test_a_day_of_returns_is_no_purchase_and_lowers_the_money():
    """Gross 80, back 20: three quarters were kept, of repeat purchases of 35."""
    found = summary_of(
        (7, "12-01", 10), (7, "12-06", 20), (7, "12-11", 50), (7, "12-16", -20)
    )
    assert found["frequency"].tolist() == [2.0]
    assert found["recency"].tolist() == [10.0]
    assert found["monetary_value"].tolist() == pytest.approx([35.0 * 0.75])


def test_who_gave_everything_back_is_worth_nothing_and_never_less():
    found = summary_of((7, "12-01", 10), (7, "12-06", 20), (7, "12-16", -90))
    assert found["frequency"].tolist() == [1.0]
    assert found["monetary_value"].tolist() == [0.0]


def test_who_only_returned_is_no_customer():
    assert summary_of((7, "12-01", -10), (8, "12-01", 5))["customer_id"].tolist() == [8]


def test_the_first_purchase_enters_the_money_on_request_only():
    rows = ((7, "12-01", 10), (7, "12-11", 20), (8, "12-01", 10))
    without = summary_of(*rows)
    with_first = summary_of(*rows, include_first_purchase=True)
    assert without["monetary_value"].tolist() == [20.0, 0.0]
    assert with_first["monetary_value"].tolist() == [15.0, 10.0]
    assert with_first["frequency"].tolist() == without["frequency"].tolist()


def test_margins_can_be_averaged_instead_of_amounts():
    found = summary_of((7, "12-01", 10), (7, "12-11", 20), value="margin")
    assert found["monetary_value"].tolist() == [10.0]


def test_order_of_rows_does_not_matter(cdnow_sample):
    end = np.datetime64("1997-09-30")
    shuffled = cdnow_sample.sample(frac=1.0, random_state=2)
    pd.testing.assert_frame_equal(
        rfm_summary(cdnow_sample, end), rfm_summary(shuffled, end)
    )


def test_nothing_gives_an_empty_summary():
    found = summary_of()
    assert list(found.columns) == list(RFM_SUMMARY.columns)
    assert len(found) == 0


def test_input_is_not_changed():
    rows = purchases((7, "12-11", 20), (7, "12-01", 10))
    before = rows.copy(deep=True)
    rfm_summary(rows, END)
    pd.testing.assert_frame_equal(rows, before)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [("amount", np.nan, "null"), ("amount", np.inf, "null"), ("day", None, "null")],
)
def test_missing_values_are_refused(column, value, reason):
    rows = purchases((7, "12-01", 10), (7, "12-11", 20))
    rows.loc[1, column] = value
    with pytest.raises(FrameError) as raised:
        rfm_summary(rows, END)
    assert (raised.value.column, raised.value.reason) == (column, reason)


@pytest.mark.parametrize("unit", [0.0, -7.0, np.nan])
def test_a_time_unit_must_be_positive(unit):
    with pytest.raises(FrameError, match="time_unit_days"):
        summary_of((7, "12-01", 10), time_unit_days=unit)


# === HOLDOUT === #


def test_the_holdout_begins_after_the_calibration_and_ends_with_its_last_day():
    rows = purchases(
        (7, "10-01", 10),
        (7, "10-31", 20),  # last day of the calibration
        (7, "11-01", 30),  # first of the holdout
        (7, "11-05", -5),  # no purchase, but money
        (7, "11-30", 40),  # last of the holdout
        (7, "12-01", 50),
        (8, "11-15", 60),  # unknown at the calibration
    )
    found = calibration_holdout_split(
        rows,
        np.datetime64("2024-10-31"),
        np.datetime64("2024-11-30"),
        time_unit_days=1.0,
    )
    assert found["customer_id"].tolist() == [7]
    assert found["frequency"].tolist() == [1.0]
    assert found["frequency_holdout"].tolist() == [2.0]
    assert found["monetary_holdout"].tolist() == [65.0]
    assert found["duration_holdout"].tolist() == [30.0]


def test_an_empty_holdout_is_refused():
    rows = purchases((7, "10-01", 10))
    with pytest.raises(FrameError, match="holdout_end"):
        calibration_holdout_split(rows, END, END)


# === SCORES === #


def scored(frequency, since, money, **options):
    size = len(frequency)
    summary = pd.DataFrame(
        {
            "customer_id": np.arange(size),
            "frequency": np.asarray(frequency, dtype=float),
            "recency": 100.0 - np.asarray(since, dtype=float),
            "T": np.full(size, 100.0),
            "monetary_value": np.asarray(money, dtype=float),
        }
    )
    return rfm_scores(summary, **options)


def test_quintiles_run_from_worst_to_best():
    found = scored(np.arange(10), np.arange(10)[::-1], np.arange(10))
    pairs = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    for column in ("recency_score", "frequency_score", "monetary_score"):
        assert found[column].tolist() == pairs
    assert found["rfm_score"].tolist() == [3 * score for score in pairs]
    assert found["rfm_rank"].tolist() == list(range(10, 0, -1))


def test_equal_values_share_a_score():
    found = scored([0] * 8 + [1, 2], [5] * 10, [1] * 10)
    assert found["frequency_score"].tolist() == [3] * 8 + [5] * 2
    assert found["recency_score"].nunique() == 1


def test_equal_sums_are_ranked_by_revenue():
    found = scored([1] * 5, [5] * 5, [1] * 5, revenue=np.array([3.0, 9, 1, 7, 5]))
    by_sum = found.assign(revenue=[3, 9, 1, 7, 5]).sort_values("rfm_rank")
    assert by_sum["rfm_score"].is_monotonic_decreasing
    same = scored([1] * 5, [5] * 5, [1] * 5, revenue=np.full(5, 2.0))
    assert sorted(same["rfm_rank"]) == [1, 2, 3, 4, 5]


def test_days_over_seven_break_no_ties():
    days = np.array([10.0, 17, 24, 31])
    summary = pd.DataFrame(
        {
            "customer_id": np.arange(4),
            "frequency": np.ones(4),
            "recency": days / 7,
            "T": (days + 3) / 7,
            "monetary_value": np.ones(4),
        }
    )
    assert rfm_scores(summary)["recency_score"].nunique() == 1


def test_scores_of_one_customer_and_of_none():
    assert scored([1], [5], [1])["rfm_rank"].tolist() == [1]
    assert len(scored([], [], [])) == 0
