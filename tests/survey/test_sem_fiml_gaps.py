"""Corrections of one inverse say of rows with gaps what the inverse of each pattern says."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import multivariate_normal

from tongchi.survey.sem import Model
from tongchi.survey.sem.fiml import FimlDiscrepancy
from tongchi.survey.sem.fiml_patterns import Patterns
from tongchi.survey.sem.modification import discrepancy_for
from tongchi.survey.sem.nesting import eta_of
from tongchi.survey.sem.robust_scores import inverse_of

_MODEL = "F =~ a + b + c\nG =~ d + e + f\nG ~ F"


def _rows(seed: int, count: int, share: float, *, complete: bool = True) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(count, 1))
    rows = np.hstack([factor, factor, factor]).repeat(2, axis=1) * 0.7 + rng.normal(size=(count, 6)) + 1.0
    rows[rng.random(rows.shape) < share] = np.nan
    if not complete:
        whole = np.flatnonzero(np.isfinite(rows).all(axis=1))
        rows[whole, rng.integers(0, 6, len(whole))] = np.nan
    return rows[np.isfinite(rows).any(axis=1)]


def _point(seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(6, 9))
    return rng.normal(size=6), root @ root.T / 9 + 0.2 * np.eye(6)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from([7, 40, 300]), st.sampled_from([0.02, 0.1, 0.4]), st.booleans())
def test_the_deviance_is_that_of_each_row_by_itself(seed: int, count: int, share: float, complete: bool) -> None:
    rows, (mean, cov) = _rows(seed, count, share, complete=complete), _point(seed)
    total = 0.0
    for row in rows:
        at = np.flatnonzero(np.isfinite(row))
        density = multivariate_normal(mean[at], cov[np.ix_(at, at)]).logpdf(row[at])
        total -= 2.0 * float(density) + len(at) * np.log(2.0 * np.pi)
    found = Patterns.of(rows).gaps(mean, cov)
    assert found is not None
    assert found.deviance == pytest.approx(total / len(rows), rel=1e-10)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from([40, 300]), st.sampled_from([0.02, 0.1, 0.4]), st.booleans())
def test_slopes_are_those_of_the_patterns_one_by_one(seed: int, count: int, share: float, complete: bool) -> None:
    patterns, (mean, cov) = Patterns.of(_rows(seed, count, share, complete=complete)), _point(seed)
    found = patterns.gaps(mean, cov)
    assert found is not None
    parts = list(patterns.weights(mean, cov))
    residual = sum(np.tensordot(one.share, one.inverse - one.product, axes=1) for one in parts)
    np.testing.assert_allclose(found.residual, residual, atol=1e-10)
    np.testing.assert_allclose(found.pull, sum(one.share @ one.pull for one in parts), atol=1e-11)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000), st.sampled_from([80, 300]), st.sampled_from([0.02, 0.1, 0.3]), st.booleans())
def test_derivatives_by_parameters_are_those_by_moments(seed: int, count: int, share: float, complete: bool) -> None:
    rows = _rows(seed, count, share, complete=complete)
    fit = Model(_MODEL).fit(pl.DataFrame(rows, schema=list("abcdef"), nan_to_null=True), missing="fiml")
    discrepancy = discrepancy_for(fit, fit.assembly)
    assert isinstance(discrepancy, FimlDiscrepancy)
    eta = eta_of(fit) * (1.0 + 0.02 * np.random.default_rng(seed).normal(size=len(eta_of(fit))))
    implied = discrepancy.implied(eta)[0]
    patterns = discrepancy.patterns[0]
    gaps = patterns.gaps(implied.mean, implied.cov)
    assert gaps is not None
    quick, slow = discrepancy.by_gaps(gaps, implied, True), discrepancy.by_moments(patterns, implied, True)
    for one, other in zip(quick, slow, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-9 * max(1.0, float(np.abs(other).max())))


def test_many_rows_of_a_pattern_are_told_by_few() -> None:
    rows = _rows(1, 5_000, 0.02)
    patterns = Patterns.of(rows)
    assert len(patterns.condensed.values) <= 8 * len(patterns.counts)
    assert len(patterns.condensed.values) < len(rows) / 10


def test_a_covariance_that_is_no_covariance_is_refused_where_a_row_shows_it() -> None:
    cov = np.eye(6)
    cov[0, 1] = cov[1, 0] = 1.5
    with pytest.raises(np.linalg.LinAlgError):
        Patterns.of(_rows(1, 50, 0.1)).deviance(np.zeros(6), cov)


def test_rows_that_never_meet_a_singular_pair_are_still_weighed() -> None:
    rows = _rows(2, 60, 0.05)
    rows[:30, 0], rows[30:, 1] = np.nan, np.nan
    cov = np.eye(6)
    cov[0, 1] = cov[1, 0] = 1.0  # nobody holds both
    patterns = Patterns.of(rows)
    assert patterns.gaps(np.zeros(6), cov) is None
    apart = cov.copy()
    apart[0, 1] = apart[1, 0] = 0.3
    assert patterns.deviance(np.zeros(6), cov) == pytest.approx(patterns.deviance(np.zeros(6), apart), rel=1e-12)


def test_units_of_the_variables_do_not_matter() -> None:
    rows, (mean, cov) = _rows(3, 80, 0.1), _point(3)
    units = np.array([1e-4, 1.0, 1e5, 10.0, 1e3, 1e-2])
    plain = Patterns.of(rows).gaps(mean, cov)
    scaled = Patterns.of(rows * units).gaps(mean * units, cov * np.outer(units, units))
    assert plain is not None
    assert scaled is not None
    held = np.isfinite(rows) @ np.log(units)
    assert scaled.deviance == pytest.approx(plain.deviance + 2.0 * float(held.mean()), rel=1e-11)
    inverse = inverse_of(cov)
    assert inverse is not None
    np.testing.assert_allclose(scaled.inverse * np.outer(units, units), inverse, rtol=1e-9)
