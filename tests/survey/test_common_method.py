"""Checks for a common method: hand-made cases, invariances, bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psychometric_reference import assert_close, one_factor
from scipy.stats import pearsonr

from tongchi.errors import ItemMatrixError, SingularItemsError
from tongchi.survey.common_method import adjust_for_marker, single_factor_share
from tongchi.survey.item_matrix import cov_to_cor, sample_cov


def test_one_factor_of_equal_loadings_takes_their_square() -> None:
    assert single_factor_share(np.full((5, 5), 0.36) + 0.64 * np.eye(5)) == pytest.approx(0.36)


@given(st.integers(0, 2_000), st.permutations(range(5)), st.lists(st.sampled_from([-1.0, 1.0]), min_size=5, max_size=5))
def test_order_and_direction_of_items_do_not_matter(seed: int, order: list[int], signs: list[float]) -> None:
    items = one_factor(seed)
    before, after = (single_factor_share(cov_to_cor(sample_cov(each))) for each in (items, (items * signs)[:, order]))
    assert after == pytest.approx(before, abs=1e-7)


def test_a_marker_takes_its_share_from_each_correlation() -> None:
    found = adjust_for_marker([[1, 0.4], [0.4, 1]], 0.1, 100)
    assert_close(found.correlations, [[1, 1 / 3], [1 / 3, 1]])
    assert found.p_values[0, 1] < 0.001


def test_without_a_share_little_but_one_degree_of_freedom_is_lost() -> None:
    items = one_factor(3)[:, :2]
    found = adjust_for_marker(cov_to_cor(sample_cov(items)), 0.0, len(items) + 1)
    assert found.p_values[0, 1] == pytest.approx(pearsonr(items[:, 0], items[:, 1]).pvalue, rel=1e-6)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ItemMatrixError):
        single_factor_share(np.eye(2))
    with pytest.raises(SingularItemsError):
        single_factor_share(np.ones((3, 3)))
    for shared, n in ((1.0, 100), (-0.1, 100), (0.1, 3)):
        with pytest.raises(ItemMatrixError):
            adjust_for_marker(np.eye(2), shared, n)
