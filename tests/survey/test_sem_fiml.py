"""Fits to rows with gaps agree with lavaan's, and with what they must be where nothing is missing.

lavaan stops EM for the saturated moments at changes of 1e-5, and only the model's own optimum is polished in the references: what
rests on those moments (SRMR, GFI, robust indices, two-stage estimates) can agree no further than that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fit_reference import fitted, needs_fits, worst
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.errors import SampleError, UnsupportedModelError
from tongchi.survey.sem import Fit, Model
from tongchi.survey.sem.fiml_patterns import Patterns, moment_curvature, vech_pairs
from tongchi.survey.sem.fiml_saturated import saturated_moments

ROBUST = "e_fiml/holzinger_fiml_mlr.json", "e_fiml/bfi_fiml_mlr.json", "i_governance_likert/sem_fiml_mlr.json"
PLAIN = "e_fiml/holzinger_fiml_ml.json", "e_fiml/bfi_fiml_ml.json"
SYNTAX = "trust =~ t1 + t2 + t3\nwill =~ w1 + w2 + w3\nwill ~ slope*trust + x\ntwice := 2 * slope"


def answers(
    count: int = 300, seed: int = 5, gaps: float = 0.1, every: float = float("nan")
) -> dict[str, np.ndarray[Any, Any]]:
    rng = np.random.default_rng(seed)
    x = rng.exponential(size=count)
    trust = rng.standard_t(6, size=count)
    will = 0.4 * trust + 0.3 * x + rng.standard_t(6, size=count)
    data: dict[str, np.ndarray[Any, Any]] = {"x": x}
    for letter, construct in (("t", trust), ("w", will)):
        for number, loading in enumerate((1.0, 0.7, 1.3), start=1):
            item = 2.0 + loading * construct + rng.standard_t(5, size=count)
            data[f"{letter}{number}"] = np.where(rng.random(count) < gaps, every, item)
    data["region"] = np.where(np.arange(count) % 3 == 0, "north", "south")
    return data


def column(fit: Fit, name: str) -> dict[tuple[str, str, str], Any]:
    return {(row["lhs"], row["op"], row["rhs"]): row[name] for row in fit.estimates}


@needs_fits
@pytest.mark.parametrize("name", [*PLAIN, *ROBUST])
def test_agrees_with_the_polished_reference(name: str) -> None:
    fit, expected = fitted(name)
    found = fit.to_json()
    assert fit.gradient < 1e-11
    assert worst([r["est"] for r in found["estimates"]], [r["est"] for r in expected["estimates"]])[0] < 1e-10
    assert worst([r["se"] for r in found["estimates"]], [r["se"] for r in expected["estimates"]])[0] < 1e-8
    assert worst(found["standardized"], expected["standardized"], "pvalue")[0] < 1e-6
    assert worst(found["tests"], expected["tests"])[0] < 5e-8
    rough = "robust", "rmr", "crmr", "gfi"
    assert worst(found["fitmeasures"], expected["fitmeasures"], *rough, "rmsea")[0] < 5e-7
    assert worst(found["fitmeasures"], expected["fitmeasures"], "robust", "rmsea.ci")[0] < 1e-5
    assert worst(found["fitmeasures"], expected["fitmeasures"], "pvalue")[0] < 2e-5
    assert worst(found["sampstat"], expected["sampstat"])[0] < 2e-4


@needs_fits
def test_groups_agree_as_far_as_their_unpolished_reference() -> None:
    fit, expected = fitted("e_fiml/holzinger_fiml_scalar_school.json")
    found = fit.to_json()
    assert worst([r["est"] for r in found["estimates"]], [r["est"] for r in expected["estimates"]])[0] < 2e-5
    assert worst(found["tests"], expected["tests"])[0] < 2e-7
    assert (fit.fitmeasures["logl"] or 0.0) >= expected["fitmeasures"]["logl"]
    assert worst(found["fitmeasures"], expected["fitmeasures"])[0] < 1e-5


@needs_fits
def test_two_stages_agree_as_far_as_lavaan_carries_the_first() -> None:
    fit, expected = fitted("e_fiml/holzinger_robust_two_stage.json")
    found = fit.to_json()
    assert worst(found["estimates"], expected["estimates"], "pvalue")[0] < 5e-5
    assert worst(found["tests"], expected["tests"])[0] < 2e-5
    assert worst(found["fitmeasures"], expected["fitmeasures"], "rmsea")[0] < 2e-5


@pytest.mark.parametrize("estimator", ["ML", "MLR", "MLF"])
@pytest.mark.parametrize("fixed_x", [False, True])
@pytest.mark.parametrize("group", [None, "region"])
def test_complete_rows_give_what_the_complete_path_gives(estimator: str, fixed_x: bool, group: str | None) -> None:
    syntax = SYNTAX if group is None else "trust =~ t1 + t2 + t3\nwill =~ w1 + w2 + w3\nwill ~ trust + x"
    equal = [] if group is None else ["loadings", "intercepts"]
    options: dict[str, Any] = {"fixed_x": fixed_x, "group": group, "group_equal": equal, "information": "observed"}
    whole = Model(syntax).fit(answers(gaps=0.0), estimator, meanstructure=True, **options)
    fiml = Model(syntax).fit(answers(gaps=0.0), estimator, missing="fiml", **options)
    for name in ("est", "se", "std.all"):
        assert [row[name] for row in fiml.estimates] == pytest.approx(
            [row[name] for row in whole.estimates], rel=1e-7, abs=1e-9
        )
    shared = {name: value for name, value in whole.fitmeasures.items() if "robust" not in name}
    assert {name: fiml.fitmeasures[name] for name in shared} == pytest.approx(shared, rel=1e-6, abs=1e-8)
    assert fiml.test.stat == pytest.approx(whole.test.stat, rel=1e-7)
    if estimator == "ML":
        assert fiml.fitmeasures["cfi.robust"] == pytest.approx(whole.fitmeasures["cfi"], rel=1e-9)
        assert fiml.fitmeasures["rmsea.robust"] == pytest.approx(whole.fitmeasures["rmsea"], abs=1e-8)


@pytest.mark.parametrize("missing", ["two.stage", "robust.two.stage"])
def test_two_stages_on_complete_rows_are_ml_and_its_robust_test(missing: str) -> None:
    data = answers(gaps=0.0)
    one = Model(SYNTAX).fit(data, "MLM", meanstructure=True, fixed_x=False)
    two = Model(SYNTAX).fit(data, missing=missing, fixed_x=False)
    assert column(two, "est") == pytest.approx(column(one, "est"), rel=1e-8)
    assert two.fitmeasures["chisq"] == pytest.approx(one.fitmeasures["chisq"], rel=1e-8)
    if missing == "two.stage":
        assert two.test.scaling_factor == pytest.approx(1.0, abs=1e-8)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), gaps=st.floats(0.0, 0.5))
def test_saturated_moments_have_no_slope_and_curvature_is_the_derivative_of_slopes(seed: int, gaps: float) -> None:
    data = answers(60, seed, gaps)
    rows = np.column_stack([data[name] for name in ("t1", "t2", "w1", "x")])
    patterns = Patterns.of(rows)
    found = saturated_moments(patterns, ("t1", "t2", "w1", "x"))
    assert found.slope < 1e-10
    _, residual, pull = patterns.slopes(found.mean, found.cov)
    assert max(np.abs(residual).max(), np.abs(pull).max()) < 1e-8
    line, other, half, _ = vech_pairs(4)
    step, at = 1e-5, int(np.random.default_rng(seed).integers(14))

    def slopes(shift: float) -> np.ndarray[Any, Any]:
        point = np.concatenate([found.mean, found.cov[line, other]])
        point[at] += shift
        cov = np.zeros((4, 4))
        cov[line, other] = cov[other, line] = point[4:]
        _, bent, drawn = patterns.slopes(point[:4], cov)
        return np.concatenate([-2.0 * drawn, 2.0 * half * bent[line, other]])

    bend = moment_curvature(patterns, found.mean, found.cov).observed[at]
    numeric = (slopes(step) - slopes(-step)) / (2 * step)
    assert numeric == pytest.approx(bend, rel=1e-5, abs=1e-6 * np.abs(bend).max())


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_the_order_of_rows_and_items_changes_nothing(estimator: str) -> None:
    data = answers()
    order = np.random.default_rng(1).permutation(300)
    mixed = "will ~ x + slope*trust\nwill =~ w1 + w3 + w2\ntrust =~ t1 + t3 + t2\ntwice := 2 * slope"
    one = Model(SYNTAX).fit(data, estimator, missing="fiml")
    other = Model(mixed).fit({name: values[order] for name, values in data.items()}, estimator, missing="direct")
    assert column(other, "se") == pytest.approx(column(one, "se"), rel=1e-7)
    for name in ("chisq", "cfi.robust", "rmsea.robust", "logl", "unrestricted.logl", "gfi", "srmr"):
        assert other.fitmeasures[name] == pytest.approx(one.fitmeasures[name], rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_rows_given_twice_shrink_errors_by_the_root_of_two(estimator: str) -> None:
    data = answers()
    one = Model(SYNTAX).fit(data, estimator, missing="fiml")
    two = Model(SYNTAX).fit({n: np.concatenate([v, v]) for n, v in data.items()}, estimator, missing="fiml")
    assert {key: value * 2**0.5 for key, value in column(two, "se").items()} == pytest.approx(
        column(one, "se"), rel=1e-7
    )
    assert two.fitmeasures["chisq"] == pytest.approx(2 * (one.fitmeasures["chisq"] or 0.0), rel=1e-8)


@pytest.mark.parametrize("factor", [1e-3, 1e4])
def test_units_of_items_leave_the_test(factor: float) -> None:
    one = Model(SYNTAX).fit(answers(), "MLR", missing="fiml")
    scaled = {name: values * factor if name[0] in "wx" else values for name, values in answers().items()}
    other = Model(SYNTAX).fit(scaled, "MLR", missing="fiml")
    assert other.converged
    for name in ("chisq", "chisq.scaled", "cfi.robust", "tli.robust"):
        assert other.fitmeasures[name] == pytest.approx(one.fitmeasures[name], rel=1e-6)


@pytest.mark.parametrize("estimator", ["ML", "MLR", "MLF"])
def test_groups_without_shared_parameters_have_the_errors_of_separate_fits(estimator: str) -> None:
    data = answers(600)
    model = Model("trust =~ t1 + t2 + t3\nwill =~ w1 + w2 + w3\nwill ~ trust + x")
    both = model.fit(data, estimator, "region", missing="fiml")
    statistic, trace = 0.0, 0.0
    for number, label in enumerate(both.sample.labels, start=1):
        own = {name: values[data["region"] == label] for name, values in data.items()}
        alone = model.fit(own, estimator, missing="fiml")
        statistic += alone.fitmeasures["chisq"] or 0.0
        trace += alone.test.trace or 0.0
        found = {(r["lhs"], r["op"], r["rhs"]): r["se"] for r in both.estimates if r["group"] == number}
        assert found == pytest.approx(column(alone, "se"), rel=1e-7)
    assert both.fitmeasures["chisq"] == pytest.approx(statistic, rel=1e-9)
    assert (both.test.trace or 0.0) == pytest.approx(trace, rel=1e-8)


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
@pytest.mark.parametrize("fixed_x", [False, True])
def test_copies_of_a_row_in_one_cluster_do_not_make_it_surer(missing: str, fixed_x: bool) -> None:
    data = answers(200)
    copied = {name: np.repeat(values, 3) for name, values in data.items()} | {"row": np.repeat(np.arange(200), 3)}
    options: dict[str, Any] = {"missing": missing, "cluster": "row", "fixed_x": fixed_x}
    once, fit = Model(SYNTAX).fit(data | {"row": np.arange(200)}, **options), Model(SYNTAX).fit(copied, **options)
    assert column(fit, "se") == pytest.approx(column(once, "se"), rel=1e-7)
    assert fit.test.scaling_factor == pytest.approx(3.0 * (once.test.scaling_factor or 0.0), rel=1e-7)


def test_empty_rows_and_rows_without_a_covariate_are_left_out_and_counted() -> None:
    data = answers()
    for name in (*"x", "t1", "t2", "t3", "w1", "w2", "w3"):
        data[name][:4] = np.nan
    data["x"][4:7] = np.nan
    data["t1"][4:7] = 1.0
    found = Model(SYNTAX).fit(data, missing="fiml")
    assert (found.to_json()["nobs"], found.to_json()["norig"]) == (293, 300)
    assert any("4 rows without any answer" in note for note in found.notes)
    assert any("3 rows lack a fixed covariate" in note for note in found.notes)
    free = Model(SYNTAX).fit(data, missing="fiml", fixed_x=False)
    assert free.to_json()["nobs"] == 296


def test_answers_missing_by_what_others_say_do_not_bias_the_mean() -> None:
    rng = np.random.default_rng(3)
    one = rng.normal(size=20_000)
    other = 0.8 * one + 0.6 * rng.normal(size=20_000)
    third = 0.8 * one + 0.6 * rng.normal(size=20_000)
    gone = {"a": one, "b": np.where(one > 0.5, np.nan, other), "c": third}
    full = column(Model("f =~ a + b + c").fit(gone, missing="fiml"), "est")["b", "~1", ""]
    listwise = column(Model("f =~ a + b + c").fit(gone, meanstructure=True), "est")["b", "~1", ""]
    assert abs(full) < 0.03 < 0.2 < abs(listwise)


def test_items_that_nobody_answered_together_are_named() -> None:
    data = answers()
    data["t1"][:150] = np.nan
    data["t2"][150:] = np.nan
    with pytest.raises(SampleError, match="t2 and t1"):
        Model(SYNTAX).fit(data, missing="fiml")


def test_items_seldom_answered_together_are_named_in_the_notes() -> None:
    data = answers()
    data["t1"][:148] = np.nan
    data["t2"][165:] = np.nan
    fit = Model(SYNTAX).fit(data, missing="fiml")
    assert any("hold both" in note and "t1" in note and "t2" in note for note in fit.notes)


def test_copied_items_constant_items_and_too_few_rows_are_refused_by_name() -> None:
    data = answers()
    with pytest.raises(SampleError, match="t2"):
        Model(SYNTAX).fit(data | {"t2": 2.0 * data["t1"] - 1.0}, missing="fiml")
    with pytest.raises(SampleError, match="t3"):
        Model(SYNTAX).fit(data | {"t3": np.full(300, 4.0)}, missing="fiml")
    with pytest.raises(SampleError):
        Model(SYNTAX).fit({name: values[:6] for name, values in data.items()}, missing="fiml")
    with pytest.raises(SampleError, match="w1"):
        Model(SYNTAX).fit(data | {"w1": np.full(300, np.nan)}, missing="fiml")


def test_estimators_without_a_likelihood_cannot_take_gaps() -> None:
    with pytest.raises(UnsupportedModelError, match="MLR"):
        Model(SYNTAX).fit(answers(), "MLM", missing="fiml")
    with pytest.raises(UnsupportedModelError):
        Model(SYNTAX).fit(answers(), "GLS", missing="fiml")
