"""The trial of prospects: finds what is there, sees through noise, few customers."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.prospect.prospect_trial import LEAST_TRIED, prospect_trial

ATTRIBUTES = ["industry", "source"]


def company(seed, size, effect):
    rng = np.random.default_rng(seed)
    industry, source = rng.integers(0, 5, (2, size))
    log_value = 6.0 + effect * industry + 0.6 * rng.standard_normal(size)
    return pd.DataFrame(
        {
            "industry": [f"i{code}" for code in industry],
            "source": [f"s{code}" for code in source],
            "clv": np.exp(log_value),
        }
    )


def test_an_effect_is_found_and_the_total_kept():
    trial = prospect_trial(company(1, 600, 0.5), ATTRIBUTES)
    assert trial.is_better
    assert trial.customers == 600
    # variance .5 of .86 is the industry's
    assert trial.explained == pytest.approx(0.58, abs=0.06)
    assert trial.rank_correlation > 0.6
    assert trial.capture > 0.4
    assert trial.total_ratio == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("size", [30, 100, 1000])
def test_noise_is_no_better_than_the_mean(size):
    better = [
        prospect_trial(company(seed, size, 0.0), ATTRIBUTES).is_better
        for seed in range(10)
    ]
    assert sum(better) <= 2


def test_few_customers_are_not_tried():
    trial = prospect_trial(company(1, LEAST_TRIED - 1, 2.0), ATTRIBUTES)
    assert (trial.customers, trial.is_better) == (0, False)


def test_equal_customers_are_no_better_than_the_mean():
    trial = prospect_trial(company(1, 50, 0.0).assign(clv=10.0), ATTRIBUTES)
    assert not trial.is_better


def test_row_order_does_not_matter_for_the_verdict():
    past = company(2, 400, 0.3)
    turned = past[::-1].reset_index(drop=True)
    one, other = prospect_trial(past, ATTRIBUTES), prospect_trial(turned, ATTRIBUTES)
    assert one.is_better and other.is_better
    assert one.explained == pytest.approx(other.explained, abs=0.05)


def test_figures_are_named():
    figures = prospect_trial(company(3, 100, 0.5), ATTRIBUTES).figures()
    assert list(figures) == ["explained", "rank_correlation", "capture", "total_ratio"]


def test_missing_columns_are_refused():
    with pytest.raises(FrameError):
        prospect_trial(company(1, 30, 0.0), ["planet"])
