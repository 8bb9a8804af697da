"""Many samples at once give what each gives alone: the same discrepancy, the same gradient, the same optimum.

All samples are drawn by a seeded generator.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tongchi.survey.sem import Fit, Model
from tongchi.survey.sem.assembly import Moments
from tongchi.survey.sem.batched import BatchedDiscrepancy, DrawMoments
from tongchi.survey.sem.batched_solver import Metric, own_assembly, regular, solve_draws
from tongchi.survey.sem.ml import Discrepancy

MEASUREMENT = "trust =~ t1 + t2 + t3\nwill =~ w1 + w2 + w3\n"
MODELS: dict[str, tuple[str, dict[str, Any]]] = {  # what the case guards: (model, options)
    "constructs that cause each other": (MEASUREMENT + "will ~ b*trust\n", {}),
    "two free constructs of unit variance": (MEASUREMENT, {"std_lv": True}),
    "observed mediation with fixed covariates": ("w1 ~ a*t1 + t2\nw2 ~ b*w1 + c*t1\n", {"meanstructure": True}),
    "covariates that are modelled": ("w1 ~ t1 + t2\nw2 ~ w1 + t1\n", {"fixed_x": False}),
    "a loop with instruments": ("y1 ~ y2 + x1\ny2 ~ y1 + x2\ny1 ~~ y2\n", {}),
    "equal loadings and a linear constraint": (
        "trust =~ t1 + a*t2 + a*t3\nwill =~ w1 + b*w2 + c*w3\nwill ~ trust\nb + c == 2*a\n",
        {},
    ),
    "residual covariances and means": (MEASUREMENT + "t1 ~~ w1\n", {"meanstructure": True}),
    "groups with equal loadings and intercepts": (
        MEASUREMENT + "will ~ trust\n",
        {"group": "region", "group_equal": ["loadings", "intercepts"]},
    ),
    "causes of a construct": ("trust =~ t1 + t2 + t3\ntrust ~ w1 + w2\n", {"group": "region"}),
}


def answers(count: int = 240, seed: int = 3) -> dict[str, np.ndarray[Any, Any]]:
    rng = np.random.default_rng(seed)
    trust = rng.normal(size=count)
    will = 0.5 * trust + rng.normal(size=count)
    data: dict[str, np.ndarray[Any, Any]] = {}
    for letter, construct in (("t", trust), ("w", will)):
        for number, loading in enumerate((1.0, 0.8, 1.2), start=1):
            data[f"{letter}{number}"] = 3.0 + loading * construct + rng.normal(scale=0.8, size=count)
    first, second = rng.normal(size=(2, count))
    pushes = np.stack([0.8 * first, 0.7 * second]) + rng.normal(scale=0.6, size=(2, count))
    data["y1"], data["y2"] = np.linalg.solve([[1.0, -0.3], [-0.4, 1.0]], pushes)
    data["x1"], data["x2"] = first, second
    data["region"] = np.where(np.arange(count) % 3 == 0, "north", "south")
    return data


def drawn(fit: Fit, draws: int = 12, seed: int = 5) -> tuple[DrawMoments, ...]:
    """Samples from the implied moments of a fit, a little apart from them."""
    rng = np.random.default_rng(seed)
    parts = []
    for moments, implied in zip(fit.sample.moments, fit.implied, strict=True):
        size = moments.count
        rows = rng.multivariate_normal(implied.mean, implied.cov, size=(draws, size))
        mean = rows.mean(axis=1)
        centred = rows - mean[:, None]
        parts.append(DrawMoments(centred.transpose(0, 2, 1) @ centred / size, mean, np.full(draws, float(size))))
    return tuple(parts)


def one(draws: tuple[DrawMoments, ...], at: int) -> tuple[Moments, ...]:
    return tuple(Moments(int(d.weight[at]), d.cov[at], d.mean[at], int(d.weight[at])) for d in draws)


def independent(fit: Fit) -> np.ndarray[Any, Any]:
    free = fit.values[list(fit.assembly.free_rows)]
    return np.linalg.lstsq(fit.assembly.basis, free - fit.assembly.offset, rcond=None)[0]


@pytest.mark.parametrize(("syntax", "options"), MODELS.values(), ids=MODELS)
def test_discrepancy_and_gradient_are_those_of_each_sample(syntax: str, options: dict[str, Any]) -> None:
    fit = Model(syntax).fit(answers(), **options)
    draws = drawn(fit)
    eta = independent(fit) * np.random.default_rng(1).uniform(0.97, 1.03, size=(12, fit.assembly.basis.shape[1]))
    batched = BatchedDiscrepancy(fit.assembly, draws)
    found = batched.at(eta)
    constant = batched.sample_constant()
    for at in range(12):
        samples = one(draws, at)
        alone = Discrepancy(own_assembly(fit.assembly, samples), samples).point(eta[at], second=False)
        assert found.value[at] - constant[at] == pytest.approx(alone.value, abs=1e-11)
        assert found.gradient[at] == pytest.approx(alone.gradient, abs=1e-10)


@pytest.mark.parametrize("extra", ["", "x1 ~~ x6\n"])
def test_many_items_with_and_without_a_small_uniqueness_are_as_exact(extra: str) -> None:
    rng = np.random.default_rng(14)
    scores = rng.normal(size=(200, 2)) + 0.5 * rng.normal(size=(200, 1))
    data = {f"x{at}": scores[:, at % 2] + rng.normal(size=200) for at in range(20)}
    lists = [" + ".join(f"x{at}" for at in range(part, 20, 2)) for part in (0, 1)]
    fit = Model(f"f =~ {lists[0]}\ng =~ {lists[1]}\ng ~ f\n{extra}").fit(data, meanstructure=True)
    draws = drawn(fit, 4)
    theta = np.tile(fit.values[list(fit.assembly.free_rows)], (4, 1))
    names = [fit.assembly.rows[at].name for at in fit.assembly.free_rows]
    theta[1, names.index("x3~~x3")], theta[2, names.index("x4~~x4")] = 1e-9, -0.05
    theta[3, names.index("g~~g")] = -0.1
    batched = BatchedDiscrepancy(fit.assembly, draws)
    found, constant = batched.at(theta), batched.sample_constant()
    for at in range(4):
        samples = one(draws, at)
        alone = Discrepancy(own_assembly(fit.assembly, samples), samples).point(theta[at], second=False)
        assert found.value[at] - constant[at] == pytest.approx(alone.value, rel=1e-9)
        assert found.gradient[at] == pytest.approx(alone.gradient, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize(("syntax", "options"), MODELS.values(), ids=MODELS)
def test_each_optimum_is_that_of_a_fit_of_its_own(syntax: str, options: dict[str, Any]) -> None:
    fit = Model(syntax).fit(answers(), **options)
    metric = Metric.at(Discrepancy(fit.assembly, fit.sample.moments), independent(fit))
    rng = np.random.default_rng(11)
    data = answers()
    for _ in range(4):
        chosen = rng.integers(0, 240, 240)
        other = Model(syntax).fit({name: v[chosen] for name, v in data.items()}, **with_labels(fit, options))
        draws = tuple(DrawMoments(m.cov[None], m.mean[None], np.array([float(m.weight)])) for m in other.sample.moments)
        found = solve_draws(fit.assembly, draws, metric)
        assert found.converged.all()
        theta = fit.assembly.basis @ found.eta[0] + fit.assembly.offset
        assert theta == pytest.approx(other.values[list(fit.assembly.free_rows)], abs=1e-7)


def with_labels(fit: Fit, options: dict[str, Any]) -> dict[str, Any]:
    return options | ({"group_labels": fit.sample.labels} if "group" in options else {})


def test_a_singular_sample_fails_alone_and_leaves_the_others_as_they_were() -> None:
    fit = Model(MEASUREMENT).fit(answers())
    (good,) = drawn(fit, 3)
    cov = good.cov.copy()
    cov[1, 0] = cov[1, :, 0] = 0.0
    metric = Metric.at(Discrepancy(fit.assembly, fit.sample.moments), independent(fit))
    found = solve_draws(fit.assembly, (DrawMoments(cov, good.mean, good.weight),), metric)
    assert found.converged.tolist() == [True, False, True]
    assert np.isnan(found.eta[1]).all()
    apart = solve_draws(fit.assembly, (good[np.array([0, 2])],), metric)
    assert found.eta[[0, 2]] == pytest.approx(apart.eta, abs=1e-12)


def test_a_start_far_away_reaches_the_same_optimum() -> None:
    fit = Model(MEASUREMENT + "will ~ trust\n").fit(answers())
    draws = drawn(fit)
    near = Metric.at(Discrepancy(fit.assembly, fit.sample.moments), independent(fit))
    far = Metric(near.start * 3.0, near.inverse, near.scale)
    found = solve_draws(fit.assembly, draws, far)
    assert found.converged.all()
    assert found.eta == pytest.approx(solve_draws(fit.assembly, draws, near).eta, abs=1e-7)


def test_small_samples_that_send_full_steps_astray_still_converge() -> None:
    fit = Model(MEASUREMENT + "will ~ trust\n").fit(answers())
    rng = np.random.default_rng(2)
    rows = rng.multivariate_normal(fit.implied[0].mean, fit.implied[0].cov, size=(200, 40))
    mean = rows.mean(axis=1)
    centred = rows - mean[:, None]
    draws = (DrawMoments(centred.transpose(0, 2, 1) @ centred / 40, mean, np.full(200, 40.0)),)
    metric = Metric.at(Discrepancy(fit.assembly, fit.sample.moments), independent(fit))
    found = solve_draws(fit.assembly, draws, metric)
    assert found.converged.mean() > 0.97
    slopes = np.abs(BatchedDiscrepancy(fit.assembly, draws).at(np.nan_to_num(found.eta)).gradient / metric.scale)
    assert slopes[found.converged].max() < 1e-7


def test_positive_definiteness_is_judged_whatever_the_units() -> None:
    base = np.array([[1.0, 0.5], [0.5, 1.0]])
    units = np.diag([1e-6, 1e5])
    assert regular(np.stack([base, units @ base @ units, np.ones((2, 2)), np.zeros((2, 2))])).tolist() == [
        True,
        True,
        False,
        False,
    ]
