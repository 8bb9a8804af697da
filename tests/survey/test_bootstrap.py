"""Draws can be repeated one by one, and what they say follows from the rows that they hold.

The replays use draws and intervals written by lavaan 0.6-19 and R's boot; they stay outside the repository. All other answers are
invented by a seeded generator.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.errors import SampleError, UnsupportedModelError
from tongchi.survey.sem import Fit, Model
from tongchi.survey.sem.bootstrap import Bootstrap, bootstrap
from tongchi.survey.sem.bootstrap_draws import RowSource, moments_of_counts
from tongchi.survey.sem.bootstrap_intervals import DrawnParameter, acceleration, order_statistic
from tongchi.survey.sem.bootstrap_test import BollenStineTest, bollen_stine_test
from tongchi.survey.sem.syntax import read_syntax
from tongchi.survey.unavailable import NotAvailable

MEDIATION = "m ~ a*x\ny ~ b*m + c*x\nab := a*b\nshare := ab/(ab + c)\n"
LATENT = "trust =~ t1 + t2 + t3\nwill =~ w1 + w2 + w3\nwill ~ b*trust\n"
Data = dict[str, np.ndarray[Any, Any]]


def answers(count: int = 150, seed: int = 4) -> Data:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=count)
    m = 0.5 * x + rng.normal(size=count)
    y = 0.4 * m + 0.2 * x + rng.normal(size=count)
    data: Data = {"x": x, "m": m, "y": y}
    for letter, construct in (("t", x), ("w", m)):
        for number in (1, 2, 3):
            data[f"{letter}{number}"] = construct + rng.normal(scale=0.7, size=count)
    data["region"] = np.where(np.arange(count) % 3 == 0, "north", "south")
    data["office"] = np.arange(count) // 5
    return data


@cache
def mediation() -> Fit:
    return Model(MEDIATION).fit(answers())


@pytest.fixture(scope="module", params=["f1_mediation_observed", "f2_mediation_latent"])
def replay(request: pytest.FixtureRequest, shared_data: Path) -> tuple[Bootstrap, Path]:
    folder = shared_data / "survey" / str(request.param)
    if not folder.is_dir():
        pytest.skip(f"reference draws are not here: ../shared/data/survey/{request.param} is absent")
    expected = json.loads((folder / "boot_intervals.json").read_text(encoding="utf-8"))
    indices = np.loadtxt(folder / "boot_indices_1based.csv.gz", delimiter=",", dtype=int, max_rows=expected["R"])
    fit = Model(expected["model"]).fit(pl.read_csv(folder / "data.csv"))
    return bootstrap(fit, indices=indices), folder


def test_every_draw_of_the_reference_comes_out_again(replay: tuple[Bootstrap, Path]) -> None:
    found, folder = replay
    expected = pl.read_csv(folder / "boot_estimates_per_draw.csv.gz")
    assert list(found.names) == expected.columns
    assert not found.failures
    assert np.abs(found.estimates - expected.to_numpy()).max() < 1e-5


def test_the_intervals_are_those_of_the_reference(replay: tuple[Bootstrap, Path]) -> None:
    found, folder = replay
    expected = json.loads((folder / "boot_intervals.json").read_text(encoding="utf-8"))["intervals"]
    rows = found.to_json()["intervals"]
    assert list(rows) == list(expected)
    for name, row in expected.items():
        for key in ("est", "boot_mean", "boot_se", "perc", "bc_z0", "bc", "bca_a", "bca", "basic", "norm"):
            if row[key] is not None:  # the jackknife of the latent model was left out there
                assert rows[name][key] == pytest.approx(row[key], abs=1e-6), (name, key)


def test_a_draw_of_each_row_once_is_the_full_sample() -> None:
    fit = mediation()
    found = bootstrap(fit, indices=[np.arange(1, 151)])
    assert found.estimates[0, : len(fit.values)] == pytest.approx(fit.values, abs=1e-12)


@pytest.mark.parametrize("syntax", [MEDIATION, LATENT])
def test_the_order_of_rows_within_a_draw_does_not_matter(syntax: str) -> None:
    fit = Model(syntax).fit(answers())
    rng = np.random.default_rng(8)
    drawn = rng.integers(1, 151, (20, 150))
    mixed = rng.permuted(drawn, axis=1)
    assert np.array_equal(bootstrap(fit, indices=drawn).estimates, bootstrap(fit, indices=mixed).estimates)


def test_the_seed_decides_and_the_number_of_workers_does_not() -> None:
    fit = Model(LATENT).fit(answers())
    one = fit.bootstrap(draws=1100, seed=5, workers=1)
    assert np.array_equal(one.estimates, bootstrap(fit, draws=1100, seed=5, workers=3).estimates)
    assert not np.array_equal(one.estimates, bootstrap(fit, draws=1100, seed=6).estimates)


def test_observed_paths_are_the_regressions_of_each_draw() -> None:
    data = answers()
    drawn = np.random.default_rng(9).integers(0, 150, (15, 150))
    found = bootstrap(mediation(), indices=drawn, first_row=0)
    for at, rows in enumerate(drawn):
        x, m, y = (data[name][rows] for name in ("x", "m", "y"))
        design = np.column_stack([np.ones(150), m, x])
        b, c = np.linalg.lstsq(design, y, rcond=None)[0][1:]
        a = np.polyfit(x, m, 1)[0]
        expected = {"m~x": a, "y~m": b, "y~x": c, "ab:=a*b": a * b, "share:=ab/(ab+c)": a * b / (a * b + c)}
        row = dict(zip(found.names, found.estimates[at], strict=True))
        residual = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
        expected |= {"y~~y": residual @ residual / 150, "x~~x": x.var()}
        for name, value in expected.items():
            at_name = next(n for n in row if n.replace(" ", "") == name)
            assert row[at_name] == pytest.approx(value, abs=1e-8), name


@settings(max_examples=15, deadline=None)
@given(factor=st.floats(0.01, 100.0))
def test_the_percentile_interval_moves_with_the_units(factor: float) -> None:
    data = answers()
    one = bootstrap(mediation(), draws=200).parameter("ab").interval("perc")
    fit = Model(MEDIATION).fit(data | {"y": data["y"] * factor})
    other = bootstrap(fit, draws=200).parameter("ab").interval("perc")
    assert not isinstance(one, NotAvailable)
    assert other == pytest.approx(tuple(end * factor for end in one), rel=1e-6)


def test_groups_are_drawn_apart_with_their_own_sizes() -> None:
    source = RowSource((np.arange(0, 40), np.arange(40, 100)))
    north, south = source.counts(np.random.default_rng(1), 50)
    assert (north.sum(axis=1) == 40).all()
    assert (south.sum(axis=1) == 60).all()


def test_each_draw_of_a_model_by_group_is_a_fit_of_its_own() -> None:
    data = answers()
    options: dict[str, Any] = {"group": "region", "group_equal": ["loadings"]}
    fit = Model(LATENT).fit(data, **options)
    rng = np.random.default_rng(3)
    north, south = (np.flatnonzero(data["region"] == name) for name in ("north", "south"))
    drawn = np.array([np.concatenate([rng.choice(north, 50), rng.choice(south, 100)]) for _ in range(3)])
    found = bootstrap(fit, data, indices=drawn, first_row=0)
    for at, rows in enumerate(drawn):
        other = Model(LATENT).fit({n: v[rows] for n, v in data.items()}, **options)
        assert found.estimates[at] == pytest.approx(other.values, abs=1e-7)


def test_offices_are_drawn_whole() -> None:
    units = np.array([0, 0, 1, 1, 1, 2])
    (counts,) = RowSource((np.arange(6),), (units,)).counts(np.random.default_rng(2), 40)
    for unit in range(3):
        assert (np.ptp(counts[:, units == unit], axis=1) == 0).all()
    assert {int(total) for total in counts[:, [0, 2, 5]].sum(axis=1)} == {3}


def test_the_standardised_solution_of_a_draw_is_that_of_a_fit_of_its_own() -> None:
    data = answers()
    rows = np.random.default_rng(6).integers(0, 150, (1, 150))
    found = bootstrap(Model(LATENT).fit(data), indices=rows, first_row=0, standardized=True)
    other = Model(LATENT).fit({n: v[rows[0]] for n, v in data.items()})
    assert found.standardized is not None
    assert found.standardized[0] == pytest.approx([row["est.std"] for row in other.standardized], abs=1e-7)


def test_incomplete_rows_are_left_out_and_numbers_still_count_the_file() -> None:
    data = {name: v.astype(float) for name, v in answers().items() if name in "xmy"}
    data["m"][[3, 77]] = np.nan
    fit = Model(MEDIATION).fit(data)
    whole = np.setdiff1d(np.arange(150), [3, 77])
    found = bootstrap(fit, data, indices=[whole], first_row=0)
    assert found.estimates[0, : len(fit.values)] == pytest.approx(fit.values, abs=1e-12)
    with pytest.raises(SampleError, match="78"):
        bootstrap(fit, data, indices=[np.append(whole + 1, 78)])


def test_a_fit_by_least_squares_is_repeated_draw_after_draw() -> None:
    data = answers()
    fit = Model(LATENT).fit(data, "GLS")
    rows = np.random.default_rng(6).integers(0, 150, (2, 150))
    found = bootstrap(fit, data, indices=rows, first_row=0)
    other = Model(LATENT).fit({n: v[rows[1]] for n, v in data.items()}, "GLS")
    assert found.estimates[1] == pytest.approx(other.values, abs=1e-8)
    assert np.array_equal(bootstrap(fit, indices=rows, first_row=0).estimates, found.estimates)


def with_gaps(data: Data) -> Data:
    gaps = np.random.default_rng(21).random((150, 6)) < 0.1
    return data | {
        n: np.where(gaps[:, at], np.nan, data[n]) for at, n in enumerate(("t1", "t2", "t3", "w1", "w2", "w3"))
    }


def in_codes(data: Data) -> Data:
    return {name: np.digitize(v, [-1.0, 0.0, 1.0]) for name, v in data.items() if name[0] in "tw"}


@pytest.mark.parametrize(
    ("change", "syntax", "options"),
    [
        pytest.param(with_gaps, LATENT, {"missing": "fiml"}, id="incomplete rows"),
        pytest.param(in_codes, LATENT, {"ordered": "all"}, id="ordinal items"),
        pytest.param(dict, LATENT + "b > 0.9\n", {}, id="an inequality that binds in some draws"),
    ],
)
def test_a_draw_that_moments_cannot_tell_is_a_fit_of_its_own(change: Any, syntax: str, options: dict[str, Any]) -> None:
    data = change(answers())
    rows = np.random.default_rng(6).integers(0, 150, (2, 150))
    told: list[tuple[int, int]] = []
    fit = Model(syntax).fit(data, **options)
    found = bootstrap(fit, indices=rows, first_row=0, progress=lambda done, of: told.append((done, of)))
    assert told == [(2, 2)]
    for at, numbers in enumerate(found.numbers):
        other = Model(syntax).fit({n: v[rows[numbers]] for n, v in data.items()}, **options)
        assert found.estimates[at] == pytest.approx([row["est"] for row in other.estimates], abs=1e-6)
    assert len(found.numbers) == 2


def test_rows_of_an_office_stay_together_with_and_without_the_data() -> None:
    data = answers()
    fit = Model(LATENT).fit(data, "MLR", cluster="office")
    found = bootstrap(fit, draws=300)
    assert np.array_equal(found.estimates, bootstrap(fit, data, draws=300).estimates)
    assert found.parameter("b").error != bootstrap(Model(LATENT).fit(data), draws=300).parameter("b").error


def test_the_test_of_bollen_and_stine_keeps_its_level_and_finds_a_wrong_model() -> None:
    pvalues = []
    for seed in range(30):
        found = bollen_stine_test(Model(LATENT).fit(answers(150, seed)), 150)
        assert isinstance(found, BollenStineTest)
        pvalues.append(found.pvalue)
    assert 0.3 < np.mean(pvalues) < 0.7  # uniform: 4 standard errors about .5
    data = answers()
    wrong = bollen_stine_test(Model("f =~ t1 + t2 + t3 + w1 + w2 + w3\n").fit(data), 200)
    assert isinstance(wrong, BollenStineTest)
    assert wrong.pvalue < 0.02


def test_the_mean_statistic_of_turned_rows_is_about_the_degrees_of_freedom() -> None:
    fit = Model(LATENT).fit(answers(400))
    found = bollen_stine_test(fit, 400)
    assert isinstance(found, BollenStineTest)
    assert found.mean == pytest.approx(8.0, abs=1.2)
    assert isinstance(bollen_stine_test(mediation()), NotAvailable)


def test_draws_that_cannot_be_solved_are_counted_with_their_reason() -> None:
    found = bootstrap(mediation(), indices=[[1] * 150, list(range(1, 151))])
    assert found.numbers.tolist() == [1]
    assert list(found.reasons.values()) == [1]
    assert "singular" in found.failures[0].reason


def test_a_fit_without_an_optimum_is_not_resampled() -> None:
    with pytest.raises(SampleError, match="has not converged"):
        bootstrap(replace(mediation(), converged=False))


@pytest.mark.parametrize(
    ("estimator", "options"),
    [("MLR", {}), ("ML", {"likelihood": "wishart"}), ("ML", {"std_lv": True, "meanstructure": True}), ("ULS", {})],
)
def test_a_draw_has_the_estimates_of_the_same_request(estimator: str, options: dict[str, Any]) -> None:
    data = answers()
    rows = np.random.default_rng(16).integers(0, 150, (1, 150))
    found = bootstrap(Model(LATENT).fit(data, estimator, **options), indices=rows, first_row=0)
    other = Model(LATENT).fit({n: v[rows[0]] for n, v in data.items()}, estimator, **options)
    assert found.estimates[0] == pytest.approx(other.values, abs=1e-7)


def test_an_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(12)
    hits = 0
    for _ in range(120):
        x = rng.normal(size=80)
        y = 0.5 * x + rng.normal(size=80)
        ends = bootstrap(Model("y ~ x").fit({"x": x, "y": y}), draws=250).parameter("y~x").interval("perc", 0.9)
        assert not isinstance(ends, NotAvailable)
        hits += ends[0] <= 0.5 <= ends[1]
    assert 0.80 <= hits / 120 <= 0.97  # 2.6 binomial errors about .90


def test_order_statistics_are_the_draws_themselves_at_whole_ranks() -> None:
    ordered = np.arange(1.0, 100.0)
    assert order_statistic(ordered, 0.25) == 25.0
    assert order_statistic(ordered, 0.001) == 1.0
    assert order_statistic(ordered, 0.9999) == 99.0
    assert 25.0 < order_statistic(ordered, 0.254) < 26.0


def test_symmetric_draws_need_no_correction() -> None:
    drawn = DrawnParameter(0.0, np.concatenate([-np.arange(1.0, 500), np.arange(1.0, 500)]), 0.0)
    assert drawn.bias_correction == pytest.approx(0.0, abs=1e-12)
    assert drawn.interval("bc") == pytest.approx(drawn.interval("perc"))
    assert drawn.interval("bca") == pytest.approx(drawn.interval("perc"))


def test_an_interval_that_does_not_exist_says_why() -> None:
    drawn = DrawnParameter(5.0, np.arange(4.0))
    one, other = drawn.interval("bc"), DrawnParameter(1.5, np.arange(4.0)).interval("bca")
    assert isinstance(one, NotAvailable)
    assert "one side" in one.en
    assert isinstance(other, NotAvailable)
    assert "jackknife" in other.en
    assert isinstance(acceleration(np.ones(5)), NotAvailable)
    with pytest.raises(UnsupportedModelError, match="perc"):
        drawn.interval("percentile")  # type: ignore[arg-type]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**16), count=st.integers(3, 40))
def test_moments_of_counts_are_those_of_the_rows_written_out(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    cases = rng.normal(size=(count, 3)) + 100.0
    rows = rng.integers(0, count, (4, count))
    (counts,) = RowSource((np.arange(count),)).counts_of(rows)
    found = moments_of_counts(cases, counts)
    for at in range(4):
        assert found.mean[at] == pytest.approx(cases[rows[at]].mean(axis=0), abs=1e-10)
        assert found.cov[at] == pytest.approx(np.cov(cases[rows[at]].T, bias=True), abs=1e-10)


def test_defined_parameters_of_all_draws_are_those_of_each() -> None:
    (one,) = read_syntax("y ~ a*x\nd := sqrt(a) - exp(-a)/2 + abs(a)^2\n").definitions
    values = np.array([0.3, 2.0, -1.0])
    found = one.expression.along({"a": values}, 3)
    assert found[:2] == pytest.approx([one.expression.value({"a": float(v)}) for v in values[:2]])
    assert np.isnan(found[2])
