"""Robust errors and tests agree with lavaan's, and keep the laws that theory gives them.

The invented answers have heavy tails, so that a correction that does nothing would be seen.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from fit_reference import ROOTS, fitted, needs_fits, worst
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.errors import UnsupportedModelError
from tongchi.survey.sem import Fit, Model

REFERENCES = (
    "a_holzinger_cfa/mlm.json",
    "a_holzinger_cfa/mlmv.json",
    "a_holzinger_cfa/mlr.json",
    "b_political_democracy/mlm.json",
    "b_political_democracy/mlr.json",
    "c_holzinger_invariance_school/mlr_configural.json",
    "c_holzinger_invariance_school/mlr_metric.json",
    "c_holzinger_invariance_school/mlr_scalar.json",
    "c_holzinger_invariance_school/mlr_strict.json",
    "c_holzinger_invariance_school/mlr_means.json",
    "d_bfi_ordinal/mlr_continuous.json",
    "f1_mediation_observed/mlr.json",
    "f2_mediation_latent/mlr.json",
    "i_governance_likert/cfa_mlr.json",
    "i_governance_likert/sem_mlr.json",
    "i_governance_likert/mg_mlr_configural.json",
    "i_governance_likert/mg_mlr_metric.json",
    "i_governance_likert/mg_mlr_scalar.json",
)
ROBUST = ("MLM", "MLMV", "MLMVS", "MLR", "MLF")
SYNTAX = "trust =~ t1 + t2 + t3\nwill =~ w1 + w2 + w3\nwill ~ slope*trust + x\ntwice := 2 * slope"


def answers(count: int = 300, seed: int = 5) -> dict[str, np.ndarray[Any, Any]]:
    rng = np.random.default_rng(seed)
    x = rng.exponential(size=count)
    trust = rng.standard_t(5, size=count)
    will = 0.4 * trust + 0.3 * x + rng.standard_t(5, size=count)
    data: dict[str, np.ndarray[Any, Any]] = {"x": x}
    for letter, construct in (("t", trust), ("w", will)):
        for number, loading in enumerate((1.0, 0.7, 1.3), start=1):
            data[f"{letter}{number}"] = 2.0 + loading * construct + rng.standard_t(4, size=count)
    data["region"] = np.where(np.arange(count) % 3 == 0, "north", "south")
    data["office"] = np.arange(count) // 6
    return data


def column(fit: Fit, name: str) -> dict[tuple[str, str, str, int], Any]:
    return {(row["lhs"], row["op"], row["rhs"], row.get("group", 1)): row[name] for row in fit.estimates}


@needs_fits
@pytest.mark.parametrize("name", REFERENCES)
def test_agrees_with_the_polished_reference(name: str) -> None:
    fit, expected = fitted(name)
    found = fit.to_json()
    assert worst(found["estimates"], expected["estimates"])[0] < 2e-8
    assert worst(found["standardized"], expected["standardized"])[0] < 5e-7  # lavaan differentiates numerically
    assert worst(found["tests"], expected["tests"])[0] < 1e-9
    assert worst(found["fitmeasures"], expected["fitmeasures"], *ROOTS)[0] < 1e-9
    assert worst(found["fitmeasures"], expected["fitmeasures"])[0] < 5e-6


@needs_fits
def test_a_large_sample_agrees_as_far_as_its_unpolished_reference() -> None:
    fit, expected = fitted("g_large_n20000_60x10/mlm.json")
    assert worst([row["se"] for row in fit.estimates], [row["se"] for row in expected["estimates"]])[0] < 1e-5
    assert worst(fit.tests[1].row(), expected["tests"][1])[0] < 1e-6


@pytest.mark.parametrize("estimator", ROBUST)
def test_robust_errors_differ_from_plain_ones_and_estimates_do_not(estimator: str) -> None:
    plain, fit = Model(SYNTAX).fit(answers()), Model(SYNTAX).fit(answers(), estimator)
    assert column(fit, "est") == column(plain, "est")
    one, other = column(fit, "se"), column(plain, "se")
    assert max(abs(one[key] / other[key] - 1.0) for key in one if other[key]) > 0.02
    assert fit.fitmeasures["chisq"] == plain.fitmeasures["chisq"]


@pytest.mark.parametrize("estimator", ROBUST)
@pytest.mark.parametrize("meanstructure", [False, True])
def test_the_order_of_rows_and_items_changes_nothing(estimator: str, meanstructure: bool) -> None:
    data = answers()
    order = np.random.default_rng(1).permutation(300)
    mixed = "will ~ x + slope*trust\nwill =~ w1 + w3 + w2\ntrust =~ t1 + t3 + t2\ntwice := 2 * slope"
    one = Model(SYNTAX).fit(data, estimator, meanstructure=meanstructure)
    other = Model(mixed).fit(
        {name: values[order] for name, values in data.items()}, estimator, meanstructure=meanstructure
    )
    first, second = column(one, "se"), column(other, "se")
    assert {key: second[key] for key in first} == pytest.approx(first, rel=1e-8)
    assert other.test.stat == pytest.approx(one.test.stat, rel=1e-8)
    assert other.fitmeasures["baseline.chisq"] == pytest.approx(one.fitmeasures["baseline.chisq"], rel=1e-9)


@pytest.mark.parametrize("estimator", ROBUST)
def test_data_given_twice_shrink_errors_and_double_the_statistic(estimator: str) -> None:
    data = answers()
    one = Model(SYNTAX).fit(data, estimator)
    two = Model(SYNTAX).fit({name: np.concatenate([values, values]) for name, values in data.items()}, estimator)
    assert {key: value * 2**0.5 for key, value in column(two, "se").items()} == pytest.approx(
        column(one, "se"), rel=1e-7
    )
    assert two.test.scaling_factor == (one.test.scaling_factor and pytest.approx(one.test.scaling_factor, rel=1e-7))
    shift = one.test.shift_parameter or 0.0
    assert two.test.stat - shift == pytest.approx(2 * (one.test.stat - shift), rel=1e-7)


@pytest.mark.parametrize("estimator", ["MLM", "MLMV", "MLR"])
@pytest.mark.parametrize("factor", [1e-3, 50.0])
def test_units_of_items_leave_test_and_standardised_solution(estimator: str, factor: float) -> None:
    data = answers()
    one = Model(SYNTAX).fit(data, estimator)
    scaled = {name: values * factor if name[0] in "wx" else values for name, values in data.items()}
    other = Model(SYNTAX).fit(scaled, estimator)
    assert other.test.stat == pytest.approx(one.test.stat, rel=1e-6)
    assert [row["se"] for row in other.standardized[:6]] == pytest.approx(
        [row["se"] for row in one.standardized[:6]], rel=1e-6
    )
    for name in ("cfi.robust", "tli.robust", "rmsea.robust", "cfi.scaled", "rmsea.scaled"):
        assert other.fitmeasures[name] == pytest.approx(one.fitmeasures[name], rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("estimator", ROBUST)
def test_groups_without_shared_parameters_have_the_errors_of_separate_fits(estimator: str) -> None:
    data = answers()
    syntax = SYNTAX.replace("slope*", "").splitlines()
    model = Model("\n".join(syntax[:3]))
    both = model.fit(data, estimator, "region")
    for number, label in enumerate(both.sample.labels, start=1):
        own = {name: values[data["region"] == label] for name, values in data.items()}
        alone = column(model.fit(own, estimator, meanstructure=True), "se")
        found = {key[:3]: value for key, value in column(both, "se").items() if key[3] == number}
        assert found == pytest.approx({key[:3]: value for key, value in alone.items()}, rel=1e-7)


def test_every_row_its_own_cluster_differs_only_by_the_correction_for_few() -> None:
    data = answers() | {"row": np.arange(300)}
    plain, fit = Model(SYNTAX).fit(data, "MLR"), Model(SYNTAX).fit(data, "MLR", cluster="row")
    assert column(fit, "se") == pytest.approx(
        {key: value * (300 / 299) ** 0.5 for key, value in column(plain, "se").items()}, rel=1e-8
    )
    assert fit.test.scaling_factor == pytest.approx((plain.test.scaling_factor or 0.0) * 300 / 299, rel=1e-7)


def test_copies_of_a_row_in_one_cluster_do_not_make_it_surer() -> None:
    data = answers()
    copied = {name: np.repeat(values, 4) for name, values in data.items()} | {"row": np.repeat(np.arange(300), 4)}
    once, fit = (
        Model(SYNTAX).fit(data | {"row": np.arange(300)}, cluster="row"),
        Model(SYNTAX).fit(copied, cluster="row"),
    )
    assert column(fit, "se") == pytest.approx(column(once, "se"), rel=1e-7)


def explicit_traces(fit: Fit) -> tuple[float, float]:
    """Return tr(UΓ) and tr((UΓ)²) from whole p*-by-p* matrices; covariates that are fixed have no part in Γ."""
    rows, part, basis = fit.sample.cases[0], fit.implied[0], fit.assembly.cell_map(0)[0]
    p, names = rows.shape[1], fit.assembly.variables
    means, fixed = fit.assembly.has_means, names.covariates if fit.options.fixed_x else ()
    given = [names.observed.index(name) for name in fixed]
    line, other = np.tril_indices(p)
    centred = rows - rows.mean(axis=0)
    guess = centred[:, given] @ np.linalg.lstsq(centred[:, given], centred, rcond=None)[0]
    moments = centred[:, line] * centred[:, other] - guess[:, line] * guess[:, other]
    moments = np.hstack([centred - guess, moments]) if means else moments
    moments = moments - moments.mean(axis=0)
    u, v, d = (matrix[:p] for matrix in part.directions)
    delta = np.array([(u[i] * v[j] + v[i] * u[j]) for i, j in zip(line, other, strict=True)])
    delta = (np.vstack([d, delta]) if means else delta) @ basis
    inverse = np.linalg.inv(part.cov)
    twice = np.where(line == other, 1.0, 2.0)
    cross = inverse[np.ix_(line, line)] * inverse[np.ix_(other, other)]
    cross = cross + inverse[np.ix_(line, other)] * inverse[np.ix_(other, line)]
    weight = 0.25 * np.outer(twice, twice) * cross
    if means:
        weight = np.block([[inverse, np.zeros((p, len(line)))], [np.zeros((len(line), p)), weight]])
    pulled = weight @ delta
    product = (weight - pulled @ np.linalg.solve(delta.T @ pulled, pulled.T)) @ (moments.T @ moments / len(rows))
    return float(np.trace(product)), float(np.sum(product * product.T))


@pytest.mark.parametrize("count", [40, 300])
@pytest.mark.parametrize("meanstructure", [False, True])
@pytest.mark.parametrize("fixed_x", [False, True])
def test_traces_are_those_of_the_whole_matrices(count: int, meanstructure: bool, fixed_x: bool) -> None:
    fit = Model(SYNTAX).fit(answers(count), "MLMV", meanstructure=meanstructure, fixed_x=fixed_x)
    first, second = explicit_traces(fit)
    df = fit.fitmeasures["df"]
    assert df is not None
    assert fit.test.trace == pytest.approx(first, rel=1e-8)
    assert fit.test.scaling_factor == pytest.approx((second / df) ** 0.5, rel=1e-8)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), estimator=st.sampled_from(["MLM", "MLMV", "MLR"]))
def test_a_saturated_model_has_robust_errors_and_no_test(seed: int, estimator: str) -> None:
    fit = Model("w1 ~ t1 + x\nt1 ~ x").fit(answers(80, seed), estimator)
    assert fit.test.pvalue is None
    assert fit.fitmeasures["cfi.robust"] is None
    assert all(row["se"] > 0 for row in fit.estimates if not (row["op"] == "~~" and row["lhs"] == "x"))


def test_normal_answers_need_no_correction() -> None:
    rng = np.random.default_rng(0)
    construct = rng.normal(size=20_000)
    data = {f"i{at}": 0.8 * construct + rng.normal(size=20_000) for at in range(6)}
    for estimator in ("MLM", "MLR"):
        fit = Model("f =~ i0 + i1 + i2 + i3 + i4 + i5").fit(data, estimator)
        assert fit.test.scaling_factor == pytest.approx(1.0, abs=0.03)


def test_names_are_read_in_any_case_and_unknown_ones_are_listed() -> None:
    assert Model(SYNTAX).fit(answers(), "mlr").estimator == "MLR"
    with pytest.raises(UnsupportedModelError, match="WLSMV"):
        Model(SYNTAX).fit(answers(), "BAYES")
    with pytest.raises(UnsupportedModelError, match="wishart"):
        Model(SYNTAX).fit(answers(), "MLM", likelihood="wishart")


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_a_marker_that_shows_nothing_is_not_taken_for_an_unidentified_model(missing: str) -> None:
    rng = np.random.default_rng(4)
    construct = rng.normal(size=60)
    data = {f"x{at}": 0.7 * construct + rng.normal(size=60) for at in range(1, 5)}
    for seed in range(10):
        wild = 1e6 * np.random.default_rng(seed).normal(size=60)
        fit = Model("f =~ x1 + x2 + x3 + x4").fit(data | {"x1": wild}, missing=missing)
        assert fit.converged == (fit.gradient < 1e-8)
        assert fit.fitmeasures["df"] == 2


WAYS = [(name, "listwise") for name in ("ML", *ROBUST)] + [("ML", "fiml"), ("MLR", "fiml"), ("MLR", "robust.two.stage")]


@pytest.mark.parametrize(("estimator", "missing"), WAYS)
def test_a_negative_variance_is_named_whatever_the_estimator(estimator: str, missing: str) -> None:
    rng = np.random.default_rng(1)
    wanted = np.linalg.cholesky(np.array([[1.0, 0.8, 0.8], [0.8, 1.0, 0.4], [0.8, 0.4, 1.0]]))
    raw = rng.normal(size=(200, 3))
    raw = (raw - raw.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T))).T @ wanted.T
    fit = Model("f =~ a + b + c").fit({"a": raw[:, 0], "b": raw[:, 1], "c": raw[:, 2]}, estimator, missing=missing)
    assert fit.converged
    assert not fit.admissible
    assert any("a~~a" in note for note in fit.notes)


@pytest.mark.parametrize(("estimator", "missing"), WAYS)
def test_no_result_holds_a_number_that_does_not_exist(estimator: str, missing: str) -> None:
    for syntax in (SYNTAX, "w1 ~ t1 + x", "t1 ~~ w1", "t1 ~~ t1"):
        found = Model(syntax).fit(answers(60), estimator, missing=missing).to_json()
        assert json.loads(json.dumps(found, allow_nan=False))["npar"] == found["npar"]  # dumps refuses NaN
