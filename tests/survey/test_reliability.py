"""Reliability: agreement with psych and semTools, what must not change it, and what has none."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psychometric_reference import SCALES, answers, assert_close, needs_reference, one_factor, reference

from tongchi.errors import ConstantItemError, ItemMatrixError, SingularItemsError, TongchiError
from tongchi.survey.item_matrix import cov_to_cor, sample_cov
from tongchi.survey.reliability import (
    average_variance_extracted,
    composite_reliability,
    cronbach_alpha,
    feldt_interval,
    ordinal_alpha,
    standardized_alpha,
)
from tongchi.survey.unavailable import NotAvailable, value_of

SUMMARY = ("raw_alpha", "std.alpha", "G6(smc)", "average_r")


@needs_reference
@pytest.mark.parametrize("scale", SCALES)
def test_alpha_agrees_with_psych(scale: str) -> None:
    theirs = reference()["alpha"][scale]
    ours = cronbach_alpha(answers()[:, SCALES[scale]])
    keys = (*SUMMARY, "median_r", "S/N", "ase")
    assert_close(astuple(ours.total), [theirs["total"][key] for key in keys])
    assert_close((ours.scale_mean, ours.scale_sd), (theirs["total"]["mean"], theirs["total"]["sd"]))
    assert_close((ours.interval.lower, ours.interval.upper), (theirs["feldt"]["lower"], theirs["feldt"]["upper"]))


@needs_reference
@pytest.mark.parametrize("scale", SCALES)
def test_items_and_alpha_if_deleted_agree_with_psych(scale: str) -> None:
    theirs = reference()["alpha"][scale]
    items = cronbach_alpha(answers()[:, SCALES[scale]]).items
    keys = ("mean", "sd", "raw.r", "std.r", "r.cor", "r.drop")
    assert_close([astuple(item)[1:7] for item in items], [[row[key] for key in keys] for row in theirs["items"]])
    summary = (*SUMMARY, "med.r", "S/N", "alpha se")
    dropped = [astuple(item.if_deleted) for item in items if not isinstance(item.if_deleted, NotAvailable)]
    assert_close(dropped, [[row[key] for key in summary] for row in theirs["drop"]])


@needs_reference
@pytest.mark.parametrize("scale", SCALES)
def test_composite_reliability_and_ave_agree_with_semtools(scale: str) -> None:
    """Raw loadings of a simple structure are standardised ones times the standard deviation, divisor n."""
    theirs = reference()["cr_ave_ml"]
    items = answers()[:, SCALES[scale]]
    cov = sample_cov(items) * (len(items) - 1) / len(items)
    std = np.array([row["est.std"] for row in theirs["std_loadings"] if row["lhs"] == scale])
    variances = np.diag(cov)
    raw, theta = std * np.sqrt(variances), (1 - std**2) * variances
    ours = (
        composite_reliability(std, 1 - std**2),
        average_variance_extracted(std, 1 - std**2),
        composite_reliability(raw, theta),
        composite_reliability(raw, theta, cov),
        average_variance_extracted(raw, theta),
        average_variance_extracted(raw, theta, variances),
    )
    keys = ("cr_from_std", "ave_from_std", "omega_modelvar", "omega", "ave_modelvar", "AVE")
    assert_close(ours, [theirs[key][scale] for key in keys], rtol=2e-6)


@given(st.integers(0, 10_000), st.permutations(range(5)))
def test_the_order_of_items_does_not_matter(seed: int, order: list[int]) -> None:
    items = one_factor(seed)
    before, after = cronbach_alpha(items), cronbach_alpha(items[:, order])
    assert_close(astuple(after.total), astuple(before.total), rtol=1e-9)
    for at, item in zip(order, after.items, strict=True):
        assert item.correlation_dropped == pytest.approx(before.items[at].correlation_dropped)


@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(-50, 50), st.booleans())
def test_rescaling_or_reversing_all_items_changes_no_reliability(
    seed: int, factor: float, shift: float, reverse: bool
) -> None:
    items = one_factor(seed)
    before, after = cronbach_alpha(items), cronbach_alpha(shift + (-factor if reverse else factor) * items)
    assert_close(astuple(after.total), astuple(before.total), rtol=1e-7)


@given(st.integers(0, 10_000), st.lists(st.floats(0.1, 10), min_size=5, max_size=5))
def test_standardised_alpha_ignores_the_scale_of_each_item(seed: int, factors: list[float]) -> None:
    items = one_factor(seed)
    before, after = cronbach_alpha(items), cronbach_alpha(items * factors)
    assert after.total.standardized == pytest.approx(before.total.standardized)


def test_duplicated_data_keep_alpha_and_shrink_its_error() -> None:
    items = one_factor(1)
    once, twice = cronbach_alpha(items).total, cronbach_alpha(np.vstack([items, items])).total
    assert twice.raw == pytest.approx(once.raw)
    assert twice.standard_error == pytest.approx(once.standard_error / np.sqrt(2))


def test_feldt_covers_at_its_level() -> None:
    """Parallel items with alpha .8: 90 % of the intervals hold it."""
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(600):
        items = rng.normal(size=(60, 1)) + rng.normal(size=(60, 4))
        alpha = standardized_alpha(np.full((4, 4), 0.5) + np.eye(4) / 2)
        raw = cronbach_alpha(items).total.raw
        interval = feldt_interval(raw, 60, 4, level=0.90)
        held += interval.lower <= alpha <= interval.upper
    assert 0.86 < held / 600 < 0.94


def test_an_item_that_was_not_reversed_is_named() -> None:
    items = one_factor(3)
    items[:, 2] *= -1
    assert cronbach_alpha(items, list("abcde")).suspected_reversed == ("c",)


def test_with_two_items_none_can_be_deleted() -> None:
    gone = cronbach_alpha(one_factor(3)[:, :2]).items[0].if_deleted
    assert isinstance(gone, NotAvailable)
    assert not gone
    assert "two items" in gone.en
    assert "两题" in gone.zh


def test_collinear_items_have_alpha_but_no_lambda_6() -> None:
    items = one_factor(3)
    alpha = cronbach_alpha(np.column_stack([items, items[:, 0]]))
    assert 0 < alpha.total.raw < 1
    assert isinstance(alpha.total.guttman_6, NotAvailable)
    assert isinstance(alpha.items[0].correlation_corrected, NotAvailable)
    with pytest.raises(ValueError, match="collinear"):
        value_of(alpha.total.guttman_6)


def test_items_that_are_all_the_same_have_no_noise() -> None:
    alpha = cronbach_alpha(np.repeat(one_factor(3)[:, :1], 3, axis=1))
    assert alpha.total.raw == pytest.approx(1)
    assert isinstance(alpha.total.signal_to_noise, NotAvailable)


BAD = {  # what is wrong: (answers, error)
    "an item that all answer alike": (np.column_stack([one_factor(1), np.ones(200)]), ConstantItemError),
    "one row": (np.ones((1, 4)), ItemMatrixError),
    "one item": (one_factor(1)[:, :1], ItemMatrixError),
    "a vector": (np.arange(9.0), ItemMatrixError),
    "a missing answer": (np.array([[1, 2], [2, np.nan], [3, 4], [1, 1]]), ItemMatrixError),
    "items that cancel out": (np.column_stack([one_factor(1)[:, 0], -one_factor(1)[:, 0]]), ItemMatrixError),
}


@pytest.mark.parametrize(("items", "error"), BAD.values(), ids=BAD)
def test_bad_answers_are_refused(
    items: np.ndarray[tuple[int, ...], np.dtype[np.float64]], error: type[TongchiError]
) -> None:
    with pytest.raises(error):
        cronbach_alpha(items)


def test_the_constant_item_is_named() -> None:
    with pytest.raises(ConstantItemError, match="trust2"):
        cronbach_alpha([[1, 2], [2, 2], [3, 2], [4, 2]], ["trust1", "trust2"])


def test_names_must_fit() -> None:
    with pytest.raises(ItemMatrixError):
        cronbach_alpha(one_factor(1), ["a"])


def test_ordinal_alpha_is_standardised_alpha_of_the_polychorics() -> None:
    cor = cov_to_cor(sample_cov(one_factor(2)))
    assert ordinal_alpha(cor) == standardized_alpha(cor)
    with pytest.raises(SingularItemsError):
        ordinal_alpha(np.ones((3, 3)))
    with pytest.raises(ItemMatrixError):
        ordinal_alpha(np.eye(3) * 2)


def test_a_negative_residual_variance_has_no_composite_reliability() -> None:
    with pytest.raises(ItemMatrixError, match="Heywood"):
        composite_reliability([1.1, 0.5], [-0.2, 0.7])
    with pytest.raises(ItemMatrixError):
        average_variance_extracted([0.5, 0.5], [0.1])
    with pytest.raises(ItemMatrixError):
        average_variance_extracted([0.0, 0.0], [0.0, 0.0])
