"""Polychoric correlations: agreement with lavaan and psych, with numerical integration, invariances, empty cells."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from psychometric_reference import answers, assert_close, needs_reference, one_factor, reference, table
from scipy.integrate import quad
from scipy.special import ndtr

from tongchi.errors import ConstantItemError, ItemMatrixError
from tongchi.survey.polychoric import LARGEST, bivariate_normal, polychoric_correlations

Floats = NDArray[np.float64]


def ordinal(seed: int, n: int = 300) -> Floats:
    """Five items of one factor in 2, 3, 4, 5 and 5 categories."""
    cuts = ([0.0], [-0.5, 0.8], [-1.0, 0.0, 1.0], [-1.2, -0.4, 0.4, 1.2], [-0.2, 0.3, 0.9, 1.4])
    return np.column_stack(
        [np.digitize(item, cut) for item, cut in zip(one_factor(seed, n).T, cuts, strict=True)]
    ).astype(float)


@needs_reference
def test_correlations_and_thresholds_agree_with_lavaan_and_psych() -> None:
    ours = polychoric_correlations(answers())
    assert ours.converged
    assert ours.at_bound == ()
    assert_close(ours.correlations, table("polychoric_lavaan"), rtol=0, atol=1e-7)
    assert_close(ours.correlations, reference()["polychoric"]["rho"]["values"], rtol=0, atol=5e-5)
    assert_close(ours.thresholds, reference()["polychoric"]["tau"]["values"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("rho", [-0.9999, -0.95, -0.929, 0.0, 0.5, 0.92, 0.931, 0.99, 0.9999])
def test_the_bivariate_normal_agrees_with_integration(rho: float) -> None:
    rows, columns = np.array([-1.3, 0.2, 2.1]), np.array([-0.7, 0.2, 1.9])

    def slice_of(z: float, b: float) -> float:
        return float(np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * ndtr((b - rho * z) / np.sqrt(1 - rho * rho)))

    def below(a: float, b: float) -> float:
        steep = b / rho if rho else -np.inf
        edges = [-38.0, *sorted(x for x in (steep - 0.2, steep, steep + 0.2, 0.0) if -38 < x < a), a]
        parts = [quad(slice_of, low, high, (b,), epsabs=1e-14, limit=200)[0] for low, high in pairwise(edges)]
        return float(sum(parts))

    ours, _ = bivariate_normal(rows[None], columns[None], np.array([rho]))
    assert_close(ours[0], [[below(a, b) for b in columns] for a in rows], rtol=0, atol=1e-12)


def test_a_table_of_two_halves_has_the_known_tetrachoric() -> None:
    """With both thresholds at 0 the correlation is sin(π/2 · (4 p₁₁ − 1))."""
    items = np.repeat([[0, 0], [0, 1], [1, 0], [1, 1]], [40, 10, 10, 40], axis=0)
    found = polychoric_correlations(items)
    assert found.correlations[0, 1] == pytest.approx(np.sin(np.pi / 2 * 0.6), abs=1e-9)
    assert_close(found.thresholds, [[0.0], [0.0]], atol=1e-12)


def test_the_truth_is_recovered() -> None:
    found = polychoric_correlations(ordinal(11, n=20_000))
    loadings = np.linspace(0.5, 0.8, 5)
    off = np.tril_indices(5, -1)
    assert_close(found.correlations[off], np.outer(loadings, loadings)[off], rtol=0, atol=0.03)


@settings(max_examples=20)
@given(st.integers(0, 5_000), st.permutations(range(5)))
def test_order_codes_and_duplication_do_not_matter(seed: int, order: list[int]) -> None:
    items = ordinal(seed)
    before = polychoric_correlations(items)
    after = polychoric_correlations(np.vstack([items, items])[:, order] * 3 - 7)
    assert_close(after.correlations, before.correlations[np.ix_(order, order)], rtol=0, atol=1e-8)


@settings(max_examples=20)
@given(st.integers(0, 5_000), st.lists(st.sampled_from([-1.0, 1.0]), min_size=5, max_size=5))
def test_a_reversed_item_changes_signs_only(seed: int, signs: list[float]) -> None:
    items = ordinal(seed)
    before, after = polychoric_correlations(items), polychoric_correlations(items * signs)
    assert_close(after.correlations, before.correlations * np.outer(signs, signs), rtol=0, atol=1e-8)


def test_missing_answers_leave_out_pairs_only() -> None:
    items = ordinal(4)
    whole = polychoric_correlations(items)
    items[:50, 0] = np.nan
    part = polychoric_correlations(items)
    assert_close(part.correlations[1:, 1:], whole.correlations[1:, 1:])
    assert_close(part.correlations[0, 1:], polychoric_correlations(items[50:]).correlations[0, 1:], rtol=0, atol=0.03)


def test_an_empty_cell_of_a_small_table_is_filled_and_counted() -> None:
    items = np.repeat([[0, 0], [1, 0], [1, 1]], [40, 20, 40], axis=0)
    found = polychoric_correlations(items)
    assert found.empty_cells == 1
    assert found.at_bound == ()
    assert 0.9 < found.correlations[0, 1] < LARGEST


def test_items_that_order_everyone_alike_end_at_the_bound() -> None:
    item = ordinal(2)[:, 4]
    found = polychoric_correlations(np.column_stack([item, item, -item]), ["a", "b", "c"])
    assert found.at_bound == (("a", "b"), ("a", "c"), ("b", "c"))
    assert_close(np.abs(found.correlations), np.full((3, 3), 1.0), atol=2e-4)


def test_bad_answers_are_refused() -> None:
    items = ordinal(1)
    with pytest.raises(ConstantItemError, match="b"):
        polychoric_correlations(np.column_stack([items[:, 0], np.ones(len(items))]), ["a", "b"])
    with pytest.raises(ItemMatrixError, match="categories"):
        polychoric_correlations(one_factor(1))
    with pytest.raises(ItemMatrixError):
        polychoric_correlations(items[:, :1])
    items[:150, 0], items[150:, 1] = np.nan, np.nan
    with pytest.raises(ItemMatrixError, match="= 0"):
        polychoric_correlations(items)
