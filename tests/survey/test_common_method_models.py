"""A method that was put into the answers is found, one that was not is not, and one factor never does for two."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.errors import UnsupportedModelError
from tongchi.survey.common_method_models import (
    MarkerTest,
    MethodFactor,
    marker_test,
    method_factor_test,
    one_factor_test,
)
from tongchi.survey.unavailable import NotAvailable

SYNTAX = "f =~ a1 + a2 + a3 + a4\ng =~ b1 + b2 + b3 + b4\nh =~ c1 + c2 + c3 + c4"
MARKER = ("m1", "m2", "m3")


def answers(seed: int, method: float, count: int = 700, correlation: float = 0.3) -> dict[str, Any]:
    """Three constructs and a marker; `method` is every item's loading on a method that the marker shows too."""
    rng = np.random.default_rng(seed)
    spread = np.full((3, 3), correlation) + (1 - correlation) * np.eye(3)
    constructs = rng.multivariate_normal(np.zeros(3), spread, size=count)
    shared = rng.normal(size=count)
    data: dict[str, Any] = {}
    for letter, construct in zip("abc", constructs.T, strict=True):
        data |= {
            f"{letter}{k}": (0.3 + 0.2 * k) * construct + method * shared + rng.normal(scale=0.6, size=count)
            for k in (1, 2, 3, 4)
        }
    return data | {name: 0.8 * shared + rng.normal(scale=0.6, size=count) for name in MARKER}


@settings(max_examples=10)
@given(st.integers(0, 1000))
def test_one_factor_does_not_do_for_three_constructs(seed: int) -> None:
    found = one_factor_test(SYNTAX, answers(seed, 0.0))
    assert found.difference.df_diff == 3
    assert isinstance(found.difference.p_value, float)
    assert found.difference.p_value < 1e-6


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_a_method_in_all_items_is_found_with_its_share(estimator: str) -> None:
    found = method_factor_test(SYNTAX, answers(1, 0.5, count=3000), estimator=estimator)
    assert isinstance(found, MethodFactor)
    assert isinstance(found.difference.p_value, float)
    assert found.difference.p_value < 0.001
    assert found.share == pytest.approx(0.2, abs=0.06)
    assert all(change < 0 for change in found.shifts.values())  # the method had made constructs look more alike
    assert found.largest_shift > 0.1


def test_without_a_method_little_is_shared() -> None:
    for seed in range(4):
        found = method_factor_test(SYNTAX, answers(seed, 0.0, count=3000, correlation=0.0))
        if isinstance(found, MethodFactor):
            assert found.share < 0.03
        else:
            assert "beyond constructs" in found.en


def test_the_marker_shows_the_method_and_the_bias() -> None:
    found = marker_test(SYNTAX, MARKER, answers(2, 0.6))
    assert isinstance(found, MarkerTest)
    assert list(found.fits) == ["CFA", "Baseline", "C", "U", "R"]
    assert found.method_variance
    assert found.biased
    assert found.kept == "C"
    assert np.mean(list(found.shares.values())) == pytest.approx(0.25, abs=0.08)
    assert found.steps["C"].df_diff == 1


def test_a_marker_of_nothing_shows_nothing() -> None:
    found = marker_test(SYNTAX, MARKER, answers(3, 0.0))
    assert isinstance(found, MarkerTest)
    assert not found.method_variance
    assert not found.biased
    assert max(found.shares.values()) < 0.02


def test_a_marker_with_a_negative_residual_variance_says_why() -> None:
    data = answers(4, 0.0)
    rng = np.random.default_rng(1)
    shared = 0.8 * rng.normal(size=700)
    data |= {"m2": shared + rng.normal(size=700), "m3": shared + rng.normal(size=700)}
    data["m1"] = data["m2"] + data["m3"] + 0.1 * rng.normal(size=700)  # correlates more with both than they can bear
    found = marker_test(SYNTAX, MARKER, data)
    assert isinstance(found, NotAvailable)
    assert "m1" in found.zh
    assert "m1" in found.en


@pytest.mark.parametrize(
    ("syntax", "marker"), [("f =~ a1 + a2 + a3", MARKER), (SYNTAX, ("m1",))], ids=["one construct", "one marker item"]
)
def test_too_little_to_check_is_refused(syntax: str, marker: tuple[str, ...]) -> None:
    with pytest.raises(UnsupportedModelError):
        marker_test(syntax, marker, answers(5, 0.0))
