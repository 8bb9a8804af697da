"""Calibration: exact where the answer is known, honest about what the data cannot tell, and clear about bad data."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import kstest

from tongchi.errors import CalibrationError
from tongchi.mechanism.calibration import CALIBRATED, Observations, calibrate
from tongchi.mechanism.coverage import Coverage, check_coverage, simulate_waves
from tongchi.mechanism.dynamics import PARAMETERS, STATES
from tongchi.mechanism.identifiability import design_report, identifiability
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.mechanism.smc import abc_posterior, tempered_posterior
from tongchi.mechanism.tables import Period, Wave

MODEL = DynamicModel.default()


def waves(party: str, constructs: dict[str, list[float]], se: float = 0.02) -> list[Wave]:
    return [
        Wave(party, Period(2018 + k, str(2018 + k)), construct, mean, se, 200, 1)
        for construct, means in constructs.items()
        for k, mean in enumerate(means)
    ]


def test_a_linear_problem_has_the_posterior_of_the_textbook() -> None:
    rng = np.random.default_rng(0)
    design, width, noise = rng.normal(size=(30, 6)) / 2, 6, 0.3
    truth = rng.normal(size=width)
    seen = design @ truth + noise * rng.normal(size=30)

    def log_likelihood(points: np.ndarray) -> np.ndarray:
        scores = ndtri(np.clip(points, 1e-12, 1 - 1e-12))
        return -0.5 * ((scores @ design.T - seen) ** 2).sum(axis=1) / noise**2

    found = tempered_posterior(log_likelihood, width, particles=2000, rng=rng)
    drawn = ndtri(found.points)
    cov = np.linalg.inv(np.eye(width) + design.T @ design / noise**2)
    mean = cov @ design.T @ seen / noise**2
    sd = np.sqrt(np.diag(cov))
    assert np.abs(drawn.mean(axis=0) - mean).max() < 0.15 * sd.max()
    assert drawn.std(axis=0) == pytest.approx(sd, rel=0.1)
    evidence = -0.5 * (seen @ np.linalg.solve(design @ design.T + noise**2 * np.eye(30), seen))
    evidence += 0.5 * (30 * np.log(noise**2) - np.linalg.slogdet(design @ design.T + noise**2 * np.eye(30))[1])
    assert found.log_evidence == pytest.approx(evidence, abs=0.5)


def test_simulation_alone_comes_near_the_same_answer() -> None:
    """One rate of a Poisson count, uniform on (0, 10): the posterior given 4 is Gamma(5) cut at 10."""
    rng = np.random.default_rng(1)

    def distance(points: np.ndarray, draw: np.random.Generator) -> np.ndarray:
        return np.abs(draw.poisson(10 * points[:, 0]) - 4.0)

    found = abc_posterior(distance, 1, particles=1500, generations=3, rng=rng)
    exact = rng.gamma(5.0, size=20_000)
    exact = exact[exact < 10]
    assert (10 * found.points[:, 0]).mean() == pytest.approx(exact.mean(), abs=0.4)
    assert kstest(10 * found.points[:, 0], exact).statistic < 0.12


def test_the_same_seed_gives_the_same_draws() -> None:
    _, seen = simulate_waves(MODEL, np.random.default_rng(4), constructs=["trust"], waves=2)
    one, other = (calibrate(MODEL, seen, names=["gain"], particles=50, seed=7) for _ in range(2))
    assert one.parameters.tobytes() == other.parameters.tobytes()


def test_waves_move_what_they_can_and_the_model_meets_them() -> None:
    true, seen = simulate_waves(MODEL, np.random.default_rng(3))
    found = calibrate(MODEL, seen, particles=150)
    assert found.fit()["inside"].mean() > 0.8
    table = found.table()
    assert set(table["parameter"]) == set(CALIBRATED)
    assert (table["q05"] >= table["prior_low"]).all()
    assert (table["q95"] <= table["prior_high"]).all()
    held = sum(
        row["q05"] - 0.1 <= true[PARAMETERS.index(row["parameter"])] <= row["q95"] + 0.1
        for row in table.iter_rows(named=True)
    )
    assert held >= 6
    report = identifiability(found)
    assert set(report.moved) | set(report.not_moved) == set(CALIBRATED)
    assert "gap_motive" in report.moved
    assert report.moved[0] in report.sentence("zh")
    assert report.moved[0] in report.sentence("en")


def test_willingness_and_trust_at_six_waves_do_not_tell_push_from_protectionism() -> None:
    _, seen = simulate_waves(MODEL, np.random.default_rng(1), constructs=["willingness", "trust"])
    report = design_report(
        MODEL, seen, names=("gap_motive", "push_motive", "blocking", "shielding"), initial_known=True
    )
    assert {"push_motive", "shielding"} <= set(report.not_told())
    weak = dict(zip(report.names, report.relative_sd, strict=True))
    assert weak["push_motive"] > 1
    assert weak["shielding"] > 1
    assert any({"gap_motive", "push_motive"} == {one, other} for one, other, _ in report.tied())


def test_more_states_seen_tell_more() -> None:
    few = simulate_waves(MODEL, np.random.default_rng(1), constructs=["willingness", "trust"])[1]
    many = simulate_waves(MODEL, np.random.default_rng(1))[1]
    names = ("push_motive", "blocking", "shielding")
    sd = [design_report(MODEL, seen, names=names, initial_known=True).relative_sd for seen in (few, many)]
    assert (sd[1] <= sd[0] + 1e-9).all()


def test_a_parameter_that_hardly_touches_what_is_seen_is_not_told() -> None:
    seen = simulate_waves(MODEL, np.random.default_rng(1), constructs=["scale_gap"], waves=4)[1]
    report = design_report(MODEL, seen, names=("gap_drift", "spill_over"), initial_known=True)
    assert np.isfinite(report.relative_sd[0])
    assert report.not_told()[-1] == "spill_over"
    assert not report.to_frame()["relative_sd"].is_nan().any()


@pytest.mark.slow
def test_ranks_of_a_right_calibration_are_uniform() -> None:
    found = check_coverage(MODEL, runs=60, particles=400, seed=2)
    assert (found.uniformity() > 1e-3).all()
    assert abs(found.coverage(0.9).mean() - 0.9) < 0.05


def test_ranks_do_not_depend_on_the_workers() -> None:
    options = {"names": ("push_motive",), "constructs": ("willingness",), "waves": 2, "runs": 2, "particles": 50}
    one, two = (check_coverage(MODEL, workers=workers, **options) for workers in (1, 2))  # type: ignore[arg-type]
    assert one.ranks.shape == (2, 1)
    assert one.ranks.tobytes() == two.ranks.tobytes()
    assert one.to_frame().columns == ["parameter", "coverage_50", "coverage_80", "coverage_90", "uniform_p"]


def test_ranks_of_intervals_that_are_too_narrow_are_found_out() -> None:
    narrow = Coverage(("x",), np.random.default_rng(0).choice([0.02, 0.98], size=(200, 1)))
    assert narrow.coverage(0.9)[0] == 0
    assert narrow.uniformity()[0] < 1e-6
    assert narrow.histogram().sum() == 200


def test_waves_are_matched_by_name_or_by_order() -> None:
    rows = waves("四川", {"trust": [0.2, 0.3], "incentive": [0.4, 0.4]}) + waves("重庆", {"trust": [0.3, 0.3]})
    seen = Observations.from_waves(rows, MODEL)
    assert seen.left_out == ("incentive",)
    assert seen.region.tolist() == [0, 0, 1, 1]
    assert set(seen.state.tolist()) == {STATES.index("trust")}
    named = DynamicModel.parse('regions = ["重庆", "四川"]')
    assert Observations.from_waves(rows, named).region.tolist() == [1, 1, 0, 0]


def observed(**changes: object) -> Observations:
    base = {
        "region": np.array([0, 0]), "state": np.array([4, 4]), "time": np.array([0.0, 1.0]),
        "value": np.array([0.2, 0.3]), "sd": np.array([0.02, 0.02]), "first": 2018.0,
    }  # fmt: skip
    return Observations(**(base | changes))  # type: ignore[arg-type]


BAD = {  # what is wrong: (call, what is said)
    "one wave": (lambda: Observations.from_waves(waves("四川", {"trust": [0.2]}), MODEL), "1 期"),
    "three parties for two regions": (
        lambda: Observations.from_waves([w for p in "甲乙丙" for w in waves(p, {"trust": [0.2, 0.3]})], MODEL),
        "A, B",
    ),
    "no deviation": (lambda: calibrate(MODEL, observed(sd=np.array([0.0, 0.02]))), "sd = 0"),
    "a value outside": (lambda: calibrate(MODEL, observed(value=np.array([0.2, 1.4]))), "0–1"),
    "a region outside": (lambda: calibrate(MODEL, observed(region=np.array([0, 5]))), "region 5"),
    "an unknown parameter": (lambda: calibrate(MODEL, observed(), names=["blockin"]), "blockin"),
    "a parameter twice": (lambda: calibrate(MODEL, observed(), names=["gain", "gain"]), "distinct"),
    "too few particles": (lambda: calibrate(MODEL, observed(), particles=3), "particles = 3"),
    "no runs": (lambda: check_coverage(MODEL, runs=0), "runs = 0"),
}


@pytest.mark.parametrize(("call", "said"), BAD.values(), ids=BAD)
def test_observations_that_cannot_calibrate_are_refused(call: object, said: str) -> None:
    with pytest.raises(CalibrationError, match=said):
        call()  # type: ignore[operator]
