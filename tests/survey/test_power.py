"""What a power study promises: it keeps its level, grows with the sample, knows its truth, and says what it cannot answer."""

from __future__ import annotations

import json
from functools import cache
from math import sqrt

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from tongchi.errors import SampleError
from tongchi.survey.instrument import Instrument
from tongchi.survey.power import PowerRow, PowerStudy, RequiredSize, power
from tongchi.survey.power_population import Population, instrument_population, population_of
from tongchi.survey.sem import Model
from tongchi.survey.sem.assembly import Moments
from tongchi.survey.sem.batched import BatchedDiscrepancy, DrawMoments
from tongchi.survey.sem.batched_errors import covariance_of
from tongchi.survey.unavailable import NotAvailable

LATENT = """
trust =~ .7*t1 + .8*t2 + .75*t3
will =~ .7*w1 + .8*w2 + .75*w3
act =~ .7*a1 + .8*a2 + .75*a3
will ~ b*0.3*trust
act ~ c*0.3*will + 0*trust
"""
REGRESSION = "y ~ 0.3*x"


@cache
def study(path: str = "will ~ trust") -> PowerStudy:
    return power(LATENT, path, (60, 120, 240), replications=200)


@cache
def default_population() -> Population:
    found = instrument_population(Instrument.default())
    assert isinstance(found, Population)
    return found


def normal_power(effect: float, n: int) -> float:
    """Power of a regression path by theory: z is about β√n / √(1 − β²)."""
    shift, reach = effect * sqrt(n / (1 - effect**2)), norm.ppf(0.975)
    return float(norm.sf(reach - shift) + norm.cdf(-reach - shift))


def test_power_grows_with_the_sample_and_the_error_shrinks() -> None:
    rows = study().rows
    assert [row.size for row in rows] == [60, 120, 240]
    powers = [row.power for row in rows]
    errors = [row.error for row in rows]
    assert powers == sorted(powers, key=lambda p: p or 0.0)
    assert errors == sorted(errors, key=lambda e: -(e or 0.0))
    assert all(row.lower < row.power < row.upper for row in rows if row.power and row.lower and row.upper)


def test_a_path_that_does_not_exist_is_found_at_the_level_of_the_test() -> None:
    found = power(LATENT, "act ~ trust", (300,), replications=1000, alpha=0.10).rows[0]
    assert found.power == pytest.approx(0.10, abs=3 * sqrt(0.1 * 0.9 / 1000))
    assert found.coverage == pytest.approx(0.90, abs=3 * sqrt(0.1 * 0.9 / 1000))


@pytest.mark.parametrize("n", [50, 100])
def test_the_power_of_a_regression_is_that_of_theory(n: int) -> None:
    found = power(REGRESSION, "y ~ x", (n,), replications=2000).rows[0]
    assert found.power == pytest.approx(normal_power(0.3, n), abs=0.035)
    assert found.bias == pytest.approx(0.0, abs=0.01)
    assert found.error == pytest.approx(found.spread, rel=0.06)


def test_the_required_size_of_a_regression_is_that_of_theory() -> None:
    found = power(REGRESSION, "y ~ x", (40, 60, 80, 100, 120), replications=1000).required_size(0.8)
    assert isinstance(found, RequiredSize)
    needed = next(n for n in range(10, 200) if normal_power(0.3, n) >= 0.8)
    assert found.size == pytest.approx(needed, abs=8)
    assert isinstance(found.lower, int)
    assert isinstance(found.upper, int)
    assert found.lower < found.size < found.upper


def test_the_number_of_workers_changes_nothing_and_the_seed_does() -> None:
    one = power(LATENT, "will ~ trust", (80, 100), replications=60, workers=1)
    assert one == power(LATENT, "will ~ trust", (80, 100), replications=60, workers=2)
    assert one != power(LATENT, "will ~ trust", (80, 100), replications=60, seed=2)


def test_a_chain_is_no_easier_to_find_than_its_hardest_segment() -> None:
    chain = study("trust -> will -> act").rows
    segments = [study("trust → will").rows, study("act ~ will").rows]
    for at, row in enumerate(chain):
        assert row.power is not None
        assert row.power <= min(part[at].power or 0.0 for part in segments)
    assert study("trust -> will -> act").truth == pytest.approx(study("b").truth * study("c").truth, rel=1e-9)


def test_the_truth_is_the_stated_path_in_the_metric_of_the_first_item() -> None:
    assert study().truth == pytest.approx(0.3, rel=1e-6)  # both first loadings are .7, both variances 1
    other = power("f =~ .5*x1 + .7*x2 + .8*x3\ny ~ .4*f", "y ~ f", (80,), replications=20)
    assert other.truth == pytest.approx(0.4 / 0.5, rel=1e-6)  # the variable has 1/.5 of the unit of its first item


def test_a_model_that_leaves_a_cause_out_is_judged_by_what_it_estimates() -> None:
    whole = "y ~ .3*x + .4*z\nx ~~ .5*z"
    found = power(whole, "y ~ x", (400,), model="y ~ x", replications=300)
    assert found.truth == pytest.approx(0.3 + 0.4 * 0.5, rel=1e-6)
    assert found.rows[0].bias == pytest.approx(0.0, abs=0.01)


def test_every_variable_of_a_population_has_variance_one_unless_it_is_stated() -> None:
    population = population_of(LATENT)
    assert np.diag(population.cov) == pytest.approx(1.0, abs=1e-12)
    at = population.names.index
    assert population.cov[at("t1"), at("w2")] == pytest.approx(0.7 * 0.3 * 0.8)
    stated = population_of("y ~ 2*x\nx ~~ 3*x\ny ~~ 1*y")
    assert np.diag(stated.cov).tolist() == pytest.approx([13.0, 3.0])


@pytest.mark.parametrize("categories", [2, 3, 5])
def test_answers_in_categories_have_the_covariance_that_integration_gives(categories: int) -> None:
    population = population_of("y ~ 0.6*x").in_categories(categories)
    cuts = population.thresholds
    assert len(cuts) == categories - 1
    joint = multivariate_normal(mean=[0, 0], cov=[[1, 0.6], [0.6, 1]])
    expected = sum(joint.cdf([-a, -b]) - norm.sf(a) * norm.sf(b) for a in cuts for b in cuts)
    assert population.answer_cov[0, 1] == pytest.approx(expected, abs=1e-6)
    codes = np.searchsorted(cuts, np.random.default_rng(1).standard_normal(400_000))
    assert population.answer_cov[0, 0] == pytest.approx(codes.var(), rel=0.02)


def test_five_categories_cost_a_little_power_and_add_no_bias() -> None:
    found = power(LATENT, "will ~ trust", (200,), replications=300, categories=5).rows[0]
    assert found.power is not None
    assert found.power < (study().rows[2].power or 0.0)
    assert found.bias == pytest.approx(0.0, abs=0.03)


def test_standard_errors_of_many_samples_are_those_of_each_fit() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(120, 6)) + rng.normal(size=(120, 1))
    data = {f"x{at + 1}": column for at, column in enumerate(x.T)} | {"g": np.arange(120) % 2}
    for options in ({}, {"group": "g", "group_equal": ["loadings", "intercepts"]}):
        fit = Model("f =~ x1 + x2 + x3\nh =~ x4 + x5 + x6\nh ~ f").fit(data, **options)  # type: ignore[arg-type]
        draws = tuple(stacked(moments) for moments in fit.sample.moments)
        free = fit.values[list(fit.assembly.free_rows)]
        eta, *_ = np.linalg.lstsq(fit.assembly.basis, free - fit.assembly.offset, rcond=None)
        rows = np.arange(len(free))
        found = covariance_of(BatchedDiscrepancy(fit.assembly, draws), np.tile(eta, (3, 1)), rows)
        assert fit.vcov is not None
        for one in found:
            assert one == pytest.approx(fit.vcov, abs=1e-10)


def stacked(moments: Moments) -> DrawMoments:
    return DrawMoments(np.stack([moments.cov] * 3), np.stack([moments.mean] * 3), np.full(3, float(moments.weight)))


def test_the_default_instrument_has_its_hypotheses_as_paths() -> None:
    population = default_population()
    assert len(population.names) == 44
    found = power(population, "barrier -> involvement", (150, 250), replications=25)
    assert found.truth == pytest.approx(-0.25, rel=1e-6)
    assert all(row.converged > 0.95 for row in found.rows)
    with pytest.raises(SampleError, match="willingness → trust"):
        instrument_population(Instrument.default(), paths={("willingness", "trust"): 0.2})


def test_a_target_outside_the_sizes_tried_is_not_answered() -> None:
    one, other = study().required_size(0.999), study().required_size(0.01)
    assert isinstance(one, NotAvailable)
    assert "larger" in one.en
    assert isinstance(other, NotAvailable)
    assert "smaller" in other.en


def test_a_dip_between_sizes_is_smoothed_before_the_size_is_read_off() -> None:
    rows = tuple(
        PowerRow(n, p, p - 0.05, p + 0.05, 0.3, 0.0, 0.95, 0.1, 0.1, 1.0, 0.0)
        for n, p in ((100, 0.5), (200, 0.74), (300, 0.70), (400, 0.9))
    )
    found = PowerStudy("y ~ x", 0.3, 0.05, 500, 1, rows).required_size(0.8)
    assert isinstance(found, RequiredSize)
    assert 300 < found.size < 400
    assert PowerStudy("y ~ x", 0.3, 0.05, 500, 1, rows).to_frame().height == 4


@pytest.mark.parametrize(
    ("population", "path", "sizes", "message"),
    [
        ("y ~ x", "y ~ x", (50,), "one value in the population"),
        ("y ~ 0.9*x + 0.9*z", "y ~ x", (50,), "explained variance of y exceeds 1"),
        ("y ~ 0.3*x\nx ~~ 1.2*z\nz ~~ 1*z", "y ~ x", (50,), "covariances of no variables"),
        ("y ~ 0.3*x", "y ~ z", (50,), "y~x"),
        ("y ~ 0.3*x", "y ~ x", (2,), "> 2"),
        ("y ~ 0.3*x", "y ~ x", (50, 40), "rising order"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_reason(
    population: str, path: str, sizes: tuple[int, ...], message: str
) -> None:
    with pytest.raises(SampleError, match=message):
        power(population, path, sizes, replications=5)


def test_the_result_is_plain_json() -> None:
    text = json.dumps(study().to_json(), allow_nan=False)
    assert json.loads(text)["rows"][0]["size"] == 60
