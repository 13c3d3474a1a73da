"""Data and paths of the engine's tests: no Odoo, no network."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Matrices here are 4 x 4: threads of the linear algebra only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import pytest  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "addons"), str(ROOT / "tests" / "engine")]


def pytest_configure(config) -> None:
    """Numbers that overflow or divide by zero are failures, not remarks."""
    config.addinivalue_line("filterwarnings", "error::RuntimeWarning")


VARIABLE = "CUSTOMER_INTELLIGENCE_DATASETS"


def dataset(name: str) -> Path:
    """Path of a file of the lifetimes wheel; the test fails where it is missing."""
    folder = Path(os.environ.get(VARIABLE) or ROOT / ".odoo" / "datasets")
    path = folder / name
    if not path.is_file():
        pytest.fail(
            f"{path} is missing: run `make test`, which fetches the datasets of the"
            f" lifetimes 0.11.3 wheel, or point {VARIABLE} to a folder that has them",
            pytrace=False,
        )
    return path


def _transactions(path: Path, columns: list[str], header: int | None) -> pd.DataFrame:
    rows = pd.read_csv(path, sep=r"\s+", header=header, names=columns)
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].astype("int64"),
            "day": pd.to_datetime(rows["date"].astype(str), format="%Y%m%d"),
            "amount": rows["amount"].astype(float),
            "margin": rows["amount"] * 0.3,
        }
    )


@pytest.fixture(scope="session")
def cdnow_sample() -> pd.DataFrame:
    """Purchases of CDNOW's 1/10 sample: 2,357 customers of 1997-98."""
    columns = ["master_id", "customer_id", "date", "units", "amount"]
    return _transactions(dataset("CDNOW_sample.txt"), columns, None)


@pytest.fixture(scope="session")
def cdnow_master() -> pd.DataFrame:
    """Purchases of all 23,570 CDNOW customers."""
    columns = ["customer_id", "date", "units", "amount"]
    return _transactions(dataset("CDNOW_master.txt"), columns, 0)


@pytest.fixture(scope="session")
def cdnow_split(cdnow_sample) -> pd.DataFrame:
    """Return the sample at week 39 with the 39 weeks after it, from the purchases."""
    from customer_analytics.value.rfm import calibration_holdout_split

    return calibration_holdout_split(
        cdnow_sample, np.datetime64("1997-09-30"), np.datetime64("1998-06-30")
    )


@pytest.fixture(scope="session")
def cdnow(cdnow_split) -> pd.DataFrame:
    """Return the sample's summary as it was published: rounded to .01 weeks and cents.

    The log-likelihoods of METHODS.md, section M, belong to this rounding; without it
    they differ in the third decimal.
    """
    frame = cdnow_split[["customer_id", "frequency", "recency", "T"]].copy()
    for column in ("recency", "T"):
        frame[column] = frame[column].round(2)
    cents = np.floor(cdnow_split["monetary_value"] * 100.0 + 0.5 + 1e-7)
    frame["monetary_value"] = cents / 100.0
    return frame


@pytest.fixture(scope="session")
def cdnow_master_split(cdnow_master) -> pd.DataFrame:
    """All customers at week 39 with the 39 weeks after it."""
    from customer_analytics.value.rfm import calibration_holdout_split

    return calibration_holdout_split(
        cdnow_master, np.datetime64("1997-09-30"), np.datetime64("1998-06-30")
    )


@pytest.fixture(scope="session")
def donations() -> pd.DataFrame:
    """11,104 donors of a public broadcaster in 22 cells, six yearly drives."""
    frame = pd.read_csv(dataset("donations.csv"))
    return frame.rename(columns={"periods": "T"})


@pytest.fixture
def rng() -> np.random.Generator:
    """Randomness with a seed."""
    return np.random.default_rng(20250901)
