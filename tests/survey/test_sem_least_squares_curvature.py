"""Second derivatives of weighted least squares: right where they are worked out, and left out where they are not."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from tongchi.survey.sem import Model

CASES: dict[str, dict[str, Any]] = {  # what the case guards: estimator and options
    "covariances": {"estimator": "WLS"},
    "means and covariances": {"estimator": "WLS", "meanstructure": True},
    "a diagonal weight": {"estimator": "DWLS"},
    "ordinal items": {"estimator": "WLSMV", "ordered": "all"},
    "ordinal and continuous items": {"estimator": "WLSMV", "ordered": ("a1", "a2", "b3")},
    "unweighted": {"estimator": "ULSMV", "ordered": "all"},
    "groups": {"estimator": "WLSMV", "ordered": "all", "group": "place"},
    "an equal loading": {"estimator": "WLSMV", "ordered": "all", "equal": True},
}


def answers() -> pl.DataFrame:
    rng = np.random.default_rng(8)
    cause = rng.normal(size=(900, 1))
    effect = 0.6 * cause + 0.8 * rng.normal(size=(900, 1))
    items = np.hstack([cause, cause, cause, effect, effect, effect]) * 0.8 + 0.6 * rng.normal(size=(900, 6))
    coded = np.digitize(items, [-0.8, 0.1, 0.9]).astype(float)
    columns = dict(zip(("a1", "a2", "a3", "b1", "b2", "b3"), coded.T, strict=True))
    return pl.DataFrame(columns).with_columns(pl.Series("place", np.where(np.arange(900) % 2, "x", "y")))


def model(equal: bool) -> Model:
    return Model(f"a =~ a1 + {'k*' if equal else ''}a2 + {'k*' if equal else ''}a3\nb =~ b1 + b2 + b3\nb ~ a\na2 ~~ b2")


@pytest.mark.parametrize("options", CASES.values(), ids=CASES)
def test_the_observed_hessian_is_the_derivative_of_the_gradient(options: dict[str, Any]) -> None:
    options = dict(options)
    fit = model(options.pop("equal", False)).fit(answers(), **options)
    assert fit.discrepancy_of is not None
    discrepancy = fit.discrepancy_of(fit.assembly)
    free = fit.values[list(fit.assembly.free_rows)]
    eta = np.linalg.lstsq(fit.assembly.basis, free - fit.assembly.offset, rcond=None)[0]
    eta = eta * (1.0 + 0.05 * np.random.default_rng(2).normal(size=len(eta)))
    point, step = discrepancy.point(eta), 1e-6
    assert point.observed is not None
    assert np.abs(point.observed - point.expected).max() > 1e-3
    for at, line in enumerate(np.eye(len(eta)) * step):
        up, down = (discrepancy.point(eta + move, second=False).gradient for move in (line, -line))
        assert point.observed[at] == pytest.approx((up - down) / (2 * step), rel=1e-5, abs=1e-5), at


def test_where_scales_follow_from_other_values_steps_are_gauss_newton() -> None:
    fit = model(False).fit(answers(), "WLSMV", ordered="all", parameterization="theta")
    assert fit.discrepancy_of is not None
    discrepancy = fit.discrepancy_of(fit.assembly)
    assert discrepancy.point(fit.values[list(fit.assembly.free_rows)]).observed is None
    assert fit.converged


def test_the_two_parameterizations_reach_the_same_correlations() -> None:
    one, other = (model(False).fit(answers(), "WLSMV", ordered="all", parameterization=p) for p in ("delta", "theta"))
    for row, twin in zip(one.standardized, other.standardized, strict=False):
        if row["op"] in {"=~", "~", "|"}:
            assert row["est.std"] == pytest.approx(twin["est.std"], abs=1e-9)
