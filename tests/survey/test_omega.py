"""Omega: agreement with psych, invariances, and where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psychometric_reference import SCALES, assert_close, needs_reference, one_factor, reference, table

from tongchi.survey.factor_extraction import Method
from tongchi.survey.item_matrix import cov_to_cor, sample_cov
from tongchi.survey.omega import omega_hierarchical, omega_one_factor
from tongchi.survey.unavailable import NotAvailable, value_of


@needs_reference
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("method", ["ml", "minres"])
def test_omega_of_one_factor_agrees_with_psych(scale: str, method: Method) -> None:
    cor = table("cor")[SCALES[scale], SCALES[scale]]
    assert_close(omega_one_factor(cor, method=method), reference()["omega1f"][scale][f"omega_{method}"], rtol=1e-6)


@needs_reference
def test_hierarchical_omega_agrees_with_psych() -> None:
    theirs = reference()["omega_all"]
    ours = omega_hierarchical(table("cor"), theirs["nfactors"])
    assert not isinstance(ours, NotAvailable)
    assert ours.converged
    assert ours.admissible
    values = (ours.hierarchical, ours.total, ours.asymptotic)
    assert_close(values, [theirs[key] for key in ("omega_h", "omega_tot", "omega_lim")], rtol=5e-6)
    assert_close(ours.general, np.array(theirs["schmid_sl"]["values"])[:, 0], rtol=0, atol=2e-5)


@settings(max_examples=25)
@given(st.integers(0, 5_000), st.permutations(range(5)), st.booleans())
def test_order_and_the_direction_of_all_items_do_not_matter(seed: int, order: list[int], reverse: bool) -> None:
    items = one_factor(seed)
    before = omega_one_factor(cov_to_cor(sample_cov(items)))
    after = omega_one_factor(cov_to_cor(sample_cov((-3 if reverse else 3) * items[:, order] + 1)))
    if isinstance(before, NotAvailable):
        assert isinstance(after, NotAvailable)
    else:
        assert value_of(after) == pytest.approx(before)


def test_omega_that_does_not_exist_says_why() -> None:
    assert "two items" in getattr(omega_one_factor([[1, 0.5], [0.5, 1]]), "en", "")
    heywood = [[1.0, 0.9, 0.9], [0.9, 1.0, 0.7], [0.9, 0.7, 1.0]]
    assert "Heywood" in getattr(omega_one_factor(heywood), "en", "")
    assert "three factors" in getattr(omega_hierarchical(np.eye(6), 2), "en", "")
