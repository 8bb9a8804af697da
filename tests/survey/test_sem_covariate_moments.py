"""Moments given covariates: right where they are known, and the unconditional ones where there is nothing to explain."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import ndtr

from tongchi.survey.sem.covariate_moments import covariate_moments
from tongchi.survey.sem.ordinal_moments import OrdinalMoments, ordinal_moments

Floats = NDArray[np.float64]
SIZES = (4, 4, 2, 0)
CUTS = ([-1.0, 0.0, 0.8], [-1.0, 0.0, 0.8], [0.2])


def answers(seed: int, n: int) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Codes of three items and a continuous variable, and two covariates with slopes .5 and −.3."""
    rng = np.random.default_rng(seed)
    given_ = rng.standard_normal((n, 2))
    responses = 0.7 * rng.standard_normal((n, 1)) + 0.7 * rng.standard_normal((n, 4)) + given_ @ [[0.5], [-0.3]]
    codes = np.full((n, 4), -1, dtype=np.int64)
    for at, cuts in enumerate(CUTS):
        codes[:, at] = np.digitize(responses[:, at], cuts)
    return codes, np.asarray(responses, dtype=np.float64), given_


def moments(seed: int, n: int) -> OrdinalMoments:
    codes, values, given_ = answers(seed, n)
    return covariate_moments(codes, values, SIZES, given_)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_without_covariates_the_moments_are_the_unconditional_ones(seed: int) -> None:
    codes, values, _ = answers(seed, 300)
    one = ordinal_moments(codes, values, SIZES)
    other = covariate_moments(codes, values, SIZES, np.zeros((300, 0)))
    assert other.stacked == pytest.approx(one.stacked, abs=1e-9)
    assert other.gamma == pytest.approx(one.gamma, rel=1e-7, abs=1e-9)


def test_what_generated_the_answers_is_found_again() -> None:
    found = moments(1, 6_000)
    sd = np.sqrt(0.98)  # of what the covariates leave; an item sees its response in units of it
    errors = np.sqrt(np.diag(found.gamma) / 6_000)
    layout = found.layout
    truth = np.concatenate(
        [
            *(np.array(cuts) / sd for cuts in CUTS),
            [0.0],
            np.array([0.5, 0.5, 0.5, 0.5 * sd]) / sd,
            np.array([-0.3, -0.3, -0.3, -0.3 * sd]) / sd,
            [0.98],
            [0.5, 0.5, 0.5 * sd, 0.5, 0.5 * sd, 0.5 * sd],
        ]
    )
    assert len(truth) == layout.count
    assert np.abs((found.stacked - truth) / errors).max() < 3.6


def test_gamma_is_what_repeated_samples_show() -> None:
    draws = np.array([moments(seed, 250).stacked for seed in range(2, 52)])
    expected = np.diag(moments(1, 6_000).gamma)
    assert 250 * draws.var(axis=0) == pytest.approx(expected, rel=0.8)  # four standard errors of 50 draws


def test_the_probit_is_the_maximum_of_its_likelihood() -> None:
    codes, values, given_ = answers(3, 400)
    found = covariate_moments(codes, values, SIZES, given_)

    def loss(theta: Floats) -> float:
        edges = np.concatenate([[-np.inf], theta[:3], [np.inf]])
        shift = given_ @ theta[3:]
        return -float(np.log(ndtr(edges[codes[:, 0] + 1] - shift) - ndtr(edges[codes[:, 0]] - shift)).sum())

    best = minimize(loss, np.array([-1.0, 0.0, 1.0, 0.0, 0.0]), method="BFGS")
    assert np.concatenate([found.thresholds[0], found.slopes[0]]) == pytest.approx(best.x, abs=1e-5)


def test_moving_a_covariate_moves_thresholds_by_its_slope() -> None:
    codes, values, given_ = answers(4, 400)
    one = covariate_moments(codes, values, SIZES, given_)
    other = covariate_moments(codes, values, SIZES, given_ + np.array([10.0, 0.0]))
    assert other.slopes == pytest.approx(one.slopes, abs=1e-8)
    assert other.cov == pytest.approx(one.cov, abs=1e-8)
    assert other.thresholds[0] == pytest.approx(one.thresholds[0] + 10.0 * one.slopes[0, 0], abs=1e-7)
