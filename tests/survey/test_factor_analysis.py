"""Exploratory factor analysis: agreement with psych after matching columns, invariances, and what cannot be extracted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from psychometric_reference import answers, assert_close, needs_reference, one_factor, reference, table
from scipy.optimize import linear_sum_assignment

from tongchi.errors import FactorCountError, ItemMatrixError, SingularItemsError
from tongchi.survey.factor_analysis import FactorSolution, explore_factors
from tongchi.survey.factor_extraction import Method, extract_factors
from tongchi.survey.factor_rotation import Rotation, oblimin, varimax
from tongchi.survey.item_matrix import cov_to_cor, sample_cov
from tongchi.survey.parallel_analysis import Basis, Noise, parallel_analysis
from tongchi.survey.unavailable import NotAvailable

Floats = NDArray[np.float64]
METHODS: tuple[Method, ...] = ("minres", "ml")
ROTATIONS: tuple[Rotation, ...] = ("none", "varimax", "oblimin", "promax")


def matched(solution: FactorSolution, target: Floats) -> tuple[Floats, Floats]:
    """Loadings and factor correlations in the order and with the signs of the target."""
    products = target.T @ solution.loadings
    products /= np.outer(np.linalg.norm(target, axis=0), np.linalg.norm(solution.loadings, axis=0))
    rows, columns = linear_sum_assignment(-np.abs(products))
    signs = np.sign(products[rows, columns])
    return solution.loadings[:, columns] * signs, solution.factor_cor[np.ix_(columns, columns)] * np.outer(signs, signs)


def three_factors(seed: int, n: int = 400) -> Floats:
    """Correlation matrix of nine items of three correlated factors."""
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(n, 3)) + 0.6 * rng.normal(size=(n, 1))
    items = np.repeat(factors, 3, axis=1) * np.tile([0.7, 0.8, 0.9], 3) + 0.7 * rng.normal(size=(n, 9))
    return cov_to_cor(sample_cov(items))


@needs_reference
@pytest.mark.parametrize("rotation", ROTATIONS)
@pytest.mark.parametrize("method", METHODS)
def test_loadings_agree_with_psych(method: Method, rotation: Rotation) -> None:
    theirs = reference()["efa"][f"{method}_{rotation}"]
    target = np.array(theirs["loadings"]["values"])
    ours = explore_factors(table("cor"), 5, 2436, method=method, rotation=rotation)
    loadings, factor_cor = matched(ours, target)
    assert ours.converged
    assert ours.admissible
    assert_close(loadings, target, rtol=0, atol=3e-5)
    if theirs["Phi"]:
        assert_close(factor_cor, theirs["Phi"]["values"], rtol=0, atol=3e-5)
    assert_close(ours.uniquenesses, list(theirs["uniqueness"].values()), rtol=0, atol=5e-6)
    assert_close(ours.communalities, list(theirs["communality"].values()), rtol=0, atol=5e-6)
    assert_close(ours.reduced_eigenvalues, theirs["values"], rtol=0, atol=1e-5)


@needs_reference
@pytest.mark.parametrize("method", METHODS)
def test_fit_agrees_with_psych(method: Method) -> None:
    theirs = reference()["efa"][f"{method}_none"]
    fit = explore_factors(table("cor"), 5, 2436, method=method).fit
    assert fit.freedom == theirs["dof"]
    keys = ("objective", "rms", "STATISTIC", "TLI", "BIC")
    ours = (fit.discrepancy, fit.rms, fit.chi_square, fit.tli, fit.bic)
    assert_close(ours, [theirs[key] for key in keys], rtol=1e-5)
    assert not isinstance(fit.rmsea_interval, NotAvailable)
    ends = (fit.rmsea, fit.rmsea_interval.lower, fit.rmsea_interval.upper)
    assert_close(ends, [theirs["RMSEA"][key] for key in ("RMSEA", "lower", "upper")], rtol=1e-6)


@needs_reference
def test_parallel_analysis_agrees_with_psych_to_monte_carlo_error() -> None:
    theirs = reference()["parallel"]
    rng = np.random.default_rng(20)
    choices: tuple[tuple[Basis, Noise, str, str, int], ...] = (
        ("factors", "permuted", "fa_values", "fa_simr", theirs["nfact"]),
        ("factors", "normal", "fa_values", "fa_sim", theirs["nfact"]),
        ("components", "normal", "pc_values", "pc_sim", theirs["ncomp"]),
    )
    for basis, noise, own, random, count in choices:
        ours = parallel_analysis(answers(), rng, basis=basis, noise=noise, draws=20)
        assert_close(ours.eigenvalues, theirs[own], rtol=0, atol=1e-6)
        assert_close(ours.noise_mean[1:], theirs[random][1:], rtol=0, atol=0.01)
        assert_close(
            ours.noise_mean[0], theirs[random][0], rtol=0, atol=0.06
        )  # 20 draws on either side, some of them Heywood cases
        assert ours.suggested == count


@pytest.mark.parametrize("method", METHODS)
def test_the_derivatives_vanish_at_the_solution(method: Method) -> None:
    assert extract_factors(three_factors(1), 3, method).gradient < 1e-10


def test_varimax_to_the_end_is_a_stationary_point_that_the_default_comes_near() -> None:
    loadings = extract_factors(three_factors(1), 3).loadings
    near, exact = varimax(loadings), varimax(loadings, tolerance=0)
    assert exact.converged
    assert_close(near.loadings, exact.loadings, rtol=0, atol=0.02)
    unit = exact.loadings / np.linalg.norm(exact.loadings, axis=1, keepdims=True)
    slope = unit.T @ (unit**3 - unit * (unit**2).mean(axis=0))
    assert_close(slope, slope.T, rtol=0, atol=1e-8)


def test_rotation_keeps_the_implied_correlations() -> None:
    cor = three_factors(2)
    plain = explore_factors(cor, 3, rotation="none")
    for rotation in ROTATIONS:
        turned = explore_factors(cor, 3, rotation=rotation)
        assert_close(
            turned.loadings @ turned.factor_cor @ turned.loadings.T,
            plain.loadings @ plain.loadings.T,
            rtol=0,
            atol=1e-8,
        )


def test_known_factors_are_found() -> None:
    solution = explore_factors(three_factors(3, n=5000), 3, 5000)
    assert [sorted(np.argsort(-column)[:3] // 3) for column in solution.loadings.T].count([0, 0, 0]) == 1
    assert (np.sort(np.abs(solution.loadings), axis=1)[:, :2] < 0.1).all()
    off = solution.factor_cor[np.tril_indices(3, -1)]
    assert_close(off, [0.36 / 1.36] * 3, rtol=0, atol=0.05)


@settings(max_examples=20)
@given(st.integers(0, 5_000), st.permutations(range(9)), st.sampled_from(METHODS), st.sampled_from(ROTATIONS))
def test_the_order_of_items_does_not_matter(seed: int, order: list[int], method: Method, rotation: Rotation) -> None:
    cor = three_factors(seed)
    before = explore_factors(cor, 3, method=method, rotation=rotation)
    after = explore_factors(cor[np.ix_(order, order)], 3, method=method, rotation=rotation)
    loadings, factor_cor = matched(after, before.loadings[order])
    assert_close(loadings, before.loadings[order], rtol=0, atol=1e-6)
    assert_close(factor_cor, before.factor_cor, rtol=0, atol=1e-6)


@settings(max_examples=20)
@given(st.integers(0, 5_000), st.lists(st.sampled_from([-1.0, 1.0]), min_size=9, max_size=9), st.sampled_from(METHODS))
def test_a_reversed_item_only_changes_the_sign_of_its_loadings(seed: int, signs: list[float], method: Method) -> None:
    cor = three_factors(seed)
    before = explore_factors(cor, 3, method=method)
    after = explore_factors(cor * np.outer(signs, signs), 3, method=method)
    loadings, _ = matched(after, before.loadings * np.array(signs)[:, None])
    assert_close(loadings, before.loadings * np.array(signs)[:, None], rtol=0, atol=1e-6)


def test_parallel_analysis_repeats_itself_and_finds_nothing_in_noise() -> None:
    noise = np.random.default_rng(1).normal(size=(300, 6))
    first, again = (parallel_analysis(noise, np.random.default_rng(2), basis="components") for _ in range(2))
    assert first.suggested == again.suggested == 0
    assert_close(first.noise_quantile, again.noise_quantile, rtol=0, atol=0)
    assert parallel_analysis(one_factor(1), np.random.default_rng(2), draws=20).suggested == 1


def test_a_heywood_case_is_not_admissible() -> None:
    cor = np.array([[1.0, 0.9, 0.9], [0.9, 1.0, 0.7], [0.9, 0.7, 1.0]])
    for method in METHODS:
        solution = explore_factors(cor, 1, 100, method=method)
        assert not solution.admissible
        assert isinstance(solution.fit.chi_square, NotAvailable)
        assert "freedom" in solution.fit.chi_square.en


def test_without_n_or_with_few_persons_there_is_no_test() -> None:
    cor = three_factors(1)
    for n in (None, 5):
        fit = explore_factors(cor, 2, n).fit
        assert fit.freedom == 19
        assert isinstance(fit.rmsea, NotAvailable)
        assert isinstance(fit.rmsea_interval, NotAvailable)


@pytest.mark.parametrize("factors", [0, 6, 9, 12])
def test_too_many_factors_are_refused(factors: int) -> None:
    with pytest.raises(FactorCountError):
        explore_factors(three_factors(1), factors)


def test_fewer_persons_than_items_and_collinear_items_are_refused() -> None:
    few = np.random.default_rng(1).normal(size=(5, 9))
    with pytest.raises(SingularItemsError):
        explore_factors(cov_to_cor(sample_cov(few)), 2)
    items = one_factor(1)
    with pytest.raises(SingularItemsError, match="a, f"):
        explore_factors(cov_to_cor(sample_cov(np.column_stack([items, -items[:, 0]]))), 1, names=list("abcdef"))
    with pytest.raises(ItemMatrixError):
        explore_factors(np.array([[1.0, np.nan], [np.nan, 1.0]]), 1)


def test_oblimin_of_simple_structure_stays_there() -> None:
    loadings = np.kron(np.eye(3), np.full((3, 1), 0.7))
    found = oblimin(loadings)
    assert found.converged
    assert_close(found.loadings, loadings)
    assert_close(found.factor_cor, np.eye(3))
