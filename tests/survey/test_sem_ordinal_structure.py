"""Derivatives of the moments that a model implies for ordinal items, against differences, in every form they take."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from tongchi.survey.sem import Model
from tongchi.survey.sem.categorical_result import OrdinalFit
from tongchi.survey.sem.least_squares import LeastSquares

MEASURED = "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6"
ITEMS = tuple(f"x{at}" for at in range(1, 7))
EQUAL = {"group": "place", "group_equal": ("thresholds", "loadings")}
CASES: dict[str, tuple[str, dict[str, Any]]] = {  # what the case guards: model and options
    "scales fixed": (MEASURED, {}),
    "scales follow": (MEASURED, {"parameterization": "theta"}),
    "scales free in one group": (MEASURED, EQUAL),
    "residual variances free in one group": (MEASURED, {**EQUAL, "parameterization": "theta"}),
    "continuous variables among items": (MEASURED, {"ordered": ("x1", "x2", "x4")}),
    "items that act on items": ("f =~ x1 + x2 + x3\nx4 ~ f\nx5 ~ x4 + f", {}),
    "items that act on items, scales follow": ("f =~ x1 + x2 + x3\nx4 ~ f\nx5 ~ x4 + f", {"parameterization": "theta"}),
    "covariates": (MEASURED + "\nf ~ age\ng ~ f + age\nx3 ~ age", {}),
    "covariates, scales follow": (MEASURED + "\nf ~ age\ng ~ f + age", {"parameterization": "theta"}),
    "covariates and groups": (MEASURED + "\nf ~ age", EQUAL),
    "covariates of continuous variables too": (MEASURED + "\nf ~ age", {"ordered": ("x1", "x2", "x4")}),
}


def answers() -> pl.DataFrame:
    rng = np.random.default_rng(12)
    age = rng.standard_normal(450)
    cause = 0.4 * age + rng.standard_normal(450)
    effect = 0.5 * cause + 0.8 * rng.standard_normal(450)
    responses = np.repeat(np.column_stack([cause, effect]), 3, axis=1) * 0.7 + 0.7 * rng.standard_normal((450, 6))
    place = pl.Series("place", np.where(np.arange(450) % 3, "x", "y"))
    frame = pl.DataFrame(np.digitize(responses, [-0.8, 0.2, 1.0]), schema=list(ITEMS))
    return frame.with_columns(pl.Series("age", age), place)


def fitted(case: str) -> tuple[OrdinalFit, LeastSquares, Any]:
    syntax, options = CASES[case]
    fit = Model(syntax).fit(answers(), **{"ordered": ITEMS, **options})
    assert isinstance(fit, OrdinalFit)
    assert fit.discrepancy_of is not None
    discrepancy = fit.discrepancy_of(fit.assembly)
    assert isinstance(discrepancy, LeastSquares)
    free = fit.values[list(fit.assembly.free_rows)]
    eta = np.linalg.lstsq(fit.assembly.basis, free - fit.assembly.offset, rcond=None)[0]
    return fit, discrepancy, eta


@pytest.mark.parametrize("case", CASES)
def test_the_jacobian_is_the_derivative_of_the_moments(case: str) -> None:
    _, discrepancy, eta = fitted(case)
    eta = eta * (1.0 + 0.05 * np.random.default_rng(3).standard_normal(len(eta)))
    step = 1e-6
    found = discrepancy.jacobians(eta)
    for at, line in enumerate(np.eye(len(eta)) * step):
        up = [point.stacked for point in discrepancy.points(eta + line)]
        down = [point.stacked for point in discrepancy.points(eta - line)]
        for group, jacobian in enumerate(found):
            expected = (up[group] - down[group]) / (2.0 * step)
            assert jacobian[:, at] == pytest.approx(expected, rel=1e-6, abs=1e-8), at


@pytest.mark.parametrize("case", CASES)
def test_slopes_of_variances_are_those_of_differences(case: str) -> None:
    """Residual variances and scales that follow move the variances, and so the standardised solution."""
    fit, discrepancy, eta = fitted(case)
    assert fit.vcov is not None
    assert fit.dependence is not None
    step = 1e-6
    for at in range(0, len(eta), 4):
        moved = [variances(discrepancy, eta, at, sign * step) for sign in (1.0, -1.0)]
        for group, slopes in enumerate(fit.dependence.variances):
            expected = (moved[0][group] - moved[1][group]) / (2.0 * step)
            assert slopes @ fit.assembly.basis[:, at] == pytest.approx(expected, rel=1e-5, abs=1e-7)


def variances(discrepancy: LeastSquares, eta: Any, at: int, step: float) -> list[Any]:
    shifted = eta.copy()
    shifted[at] += step
    return [np.diag(implied.covariance) for implied in discrepancy.implied(shifted)]


@pytest.mark.parametrize("case", CASES)
def test_responses_behind_items_have_the_variance_that_their_scale_says(case: str) -> None:
    fit, _, _ = fitted(case)
    for point in fit.points:
        items = point.structure.ordinal
        assert np.diag(point.responses)[items] == pytest.approx(point.scales[items] ** -2.0, rel=1e-10)
        assert np.diag(point.cov)[items] == pytest.approx(np.ones(len(items)), rel=1e-10)
