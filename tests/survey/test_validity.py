"""Validity: agreement with semTools and psych, invariances, and what has no ratio."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from psychometric_reference import SCALES, answers, assert_close, needs_reference, one_factor, reference, table

from tongchi.errors import ConstantItemError, ItemMatrixError, SingularItemsError
from tongchi.survey.item_matrix import cov_to_cor, sample_cov
from tongchi.survey.reliability import Interval
from tongchi.survey.unavailable import NotAvailable
from tongchi.survey.validity import (
    RatioKind,
    fornell_larcker,
    sampling_adequacy,
    sphericity_test,
    trait_ratios,
    trait_ratios_of_cor,
)

Floats = NDArray[np.float64]
BFI = {scale: range(25)[columns] for scale, columns in SCALES.items()}
LOWER = np.triu_indices(5, 1)
TWO = {"trust": range(4), "protect": range(4, 8)}


def two_constructs(seed: int, correlation: float = 0.5, n: int = 300) -> Floats:
    rng = np.random.default_rng(seed)
    factors = rng.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], size=n, method="cholesky")
    found: Floats = np.repeat(factors, 4, axis=1) * 0.8 + 0.6 * rng.normal(size=(n, 8))
    return found


@needs_reference
@pytest.mark.parametrize("kind", ["htmt", "htmt2"])
def test_ratios_agree_with_semtools(kind: RatioKind) -> None:
    ours = trait_ratios(answers(), BFI, kind=kind)
    assert_close([pair.value for pair in ours], table(kind)[LOWER])


@needs_reference
def test_ordinal_ratios_agree_with_semtools() -> None:
    ours = trait_ratios_of_cor(table("polychoric_lavaan"), BFI)
    assert_close([pair.value for pair in ours], table("htmt_ordinal")[LOWER])


@needs_reference
def test_sampling_adequacy_and_sphericity_agree_with_psych() -> None:
    theirs = reference()
    adequacy = sampling_adequacy(table("cor"))
    assert_close(adequacy.overall, theirs["kmo"]["MSA"])
    assert_close([value for _, value in adequacy.items], list(theirs["kmo"]["MSAi"].values()))
    test = sphericity_test(table("cor"), 2436)
    assert not isinstance(test, NotAvailable)
    assert_close(test.chi_square, theirs["bartlett"]["chisq"])
    assert (test.freedom, test.p_value) == (theirs["bartlett"]["df"], theirs["bartlett"]["p.value"])


@needs_reference
def test_fornell_larcker_reads_the_fitted_model() -> None:
    fitted = reference()["cr_ave_ml"]
    pairs = fornell_larcker(fitted["AVE"], fitted["phi"]["values"])
    assert [(pair.first + pair.second) for pair in pairs if not pair.holds] == ["AE"]
    assert pairs[0].squared_correlation == pytest.approx(0.333922456832997**2)
    assert pairs[0].smaller_ave == pytest.approx(fitted["AVE"]["A"])


def test_the_interval_holds_the_truth_and_repeats_itself() -> None:
    items = two_constructs(1, n=600)
    for kind in ("htmt", "htmt2"):
        first, again = (trait_ratios(items, TWO, np.random.default_rng(5), kind=kind, draws=300)[0] for _ in range(2))
        assert first == again
        assert isinstance(first.interval, Interval)
        assert first.interval.lower < 0.5 < first.interval.upper
        assert first.below


def test_constructs_that_are_one_are_not_told_apart() -> None:
    pair = trait_ratios(two_constructs(2, 0.99), TWO, np.random.default_rng(5), draws=200)[0]
    assert pair.below is False


@settings(max_examples=30)
@given(
    st.integers(0, 5_000),
    st.permutations(range(8)),
    st.lists(st.floats(0.1, 10), min_size=8, max_size=8),
    st.booleans(),
    st.sampled_from(["htmt", "htmt2"]),
)
def test_order_scale_and_direction_do_not_matter(
    seed: int, order: list[int], factors: list[float], reverse: bool, kind: RatioKind
) -> None:
    items = two_constructs(seed)
    moved = (items * factors * (-1 if reverse else 1))[:, order]
    columns = {name: [order.index(at) for at in group] for name, group in TWO.items()}
    before, after = trait_ratios(items, TWO, kind=kind)[0], trait_ratios(moved, columns, kind=kind)[0]
    assert after.value == pytest.approx(before.value)
    cor, turned = cov_to_cor(sample_cov(items)), cov_to_cor(sample_cov(moved))
    assert sampling_adequacy(turned).overall == pytest.approx(sampling_adequacy(cor).overall)
    first, second = sphericity_test(cor, 300), sphericity_test(turned, 300)
    assert not isinstance(first, NotAvailable)
    assert not isinstance(second, NotAvailable)
    assert second.chi_square == pytest.approx(first.chi_square)


def test_a_construct_of_one_item_has_no_ratio() -> None:
    pair = trait_ratios(one_factor(1), {"a": [0], "b": [1, 2, 3]}, np.random.default_rng(1), draws=20)[0]
    assert isinstance(pair.value, NotAvailable)
    assert isinstance(pair.interval, NotAvailable)
    assert pair.below is None


def test_items_that_nearly_never_vary_have_no_interval() -> None:
    items = two_constructs(1, n=40)
    items[:, 0] = 1
    items[0, 0] = 2
    pair = trait_ratios(items, TWO, np.random.default_rng(1), draws=100)[0]
    assert isinstance(pair.interval, NotAvailable)
    assert pair.failed_draws > 20


def test_without_a_generator_there_is_no_interval() -> None:
    assert "bootstrap" in getattr(trait_ratios(two_constructs(1), TWO)[0].interval, "en", "")


def test_few_persons_have_no_test_of_sphericity() -> None:
    assert isinstance(sphericity_test(np.eye(5) * 0.5 + 0.5, 3), NotAvailable)


def test_bad_input_is_refused() -> None:
    items = one_factor(1)
    with pytest.raises(SingularItemsError):
        sampling_adequacy(np.ones((3, 3)))
    with pytest.raises(ItemMatrixError):
        sampling_adequacy(np.eye(3))
    with pytest.raises(ItemMatrixError):
        trait_ratios(items, {"a": [0, 1]})
    with pytest.raises(ItemMatrixError):
        trait_ratios(items, {"a": [0, 1], "b": [1, 2]})
    with pytest.raises(ItemMatrixError):
        fornell_larcker({"a": 0.5}, np.eye(2))
    with pytest.raises(ConstantItemError):
        trait_ratios(np.column_stack([items, np.ones(len(items))]), {"a": [0, 1], "b": [4, 5]})
