"""Models of ordinal items agree with lavaan's polished solutions, and keep the promises that scales of answers make.

The reference files come from lavaan 0.6-19, polished by Newton steps to a gradient of 3e-14; they stay outside the repository.
Their polychoric correlations are exact to 4e-8, which is what limits the agreement.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.errors import ModelSyntaxError, SampleError, UnknownVariableError, UnsupportedModelError
from tongchi.survey.sem import Fit, Model

BFI, GOVERNANCE = "d_bfi_ordinal", "i_governance_likert"
CASES = {  # what the case guards: reference file
    "one group, delta": f"{BFI}/wlsmv",
    "theta": f"{BFI}/wlsmv_theta",
    "mean-corrected test": f"{BFI}/wlsm",
    "errors without correction": f"{BFI}/dwls_naive",
    "no weights": f"{BFI}/ulsmv",
    "pairs of answers": f"{BFI}/wlsmv_pairwise_missing",
    "two groups": f"{BFI}/mg_gender_configural",
    "equal thresholds and loadings": f"{BFI}/mg_gender_thr_load",
    "Wu and Estabrook 1": f"{BFI}/mg_gender_wuestabrook_configural",
    "Wu and Estabrook 2": f"{BFI}/mg_gender_wuestabrook_thresholds",
    "Wu and Estabrook 3": f"{BFI}/mg_gender_wuestabrook_metric",
    "Wu and Estabrook 4": f"{BFI}/mg_gender_wuestabrook_scalar",
    "five constructs": f"{GOVERNANCE}/cfa_wlsmv",
    "paths and defined effects": f"{GOVERNANCE}/sem_wlsmv",
    "two regions 1": f"{GOVERNANCE}/mg_wlsmv_wu_configural",
    "two regions 2": f"{GOVERNANCE}/mg_wlsmv_wu_thresholds",
    "two regions 3": f"{GOVERNANCE}/mg_wlsmv_wu_metric",
    "two regions 4": f"{GOVERNANCE}/mg_wlsmv_wu_scalar",
}
MODEL = "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6"
ITEMS = [f"x{at}" for at in range(1, 7)]


@pytest.fixture(scope="module")
def references(shared_data: Path) -> Path:
    folder = shared_data / "survey"
    if not folder.is_dir():
        pytest.skip("reference results are not here: ../shared/data/survey is absent")
    return folder


@cache
def fit_case(references: Path, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    expected: dict[str, Any] = json.loads((references / f"{name}.json").read_text(encoding="utf-8"))
    meta = expected["meta"]
    folder = name.split("/")[0]
    file = "clean_reversed_complete" if folder == GOVERNANCE else "data_complete"
    data = pl.read_csv(
        references / folder / f"{'data_full' if meta['missing'] == 'pairwise' else file}.csv", null_values=["NA", ""]
    )
    named = re.search(r'estimator="(\w+)"', meta["call"])
    grouping = "region" if folder == GOVERNANCE else "gender"
    equal = meta["group.equal"]
    fit = Model(meta["model"]).fit(
        data,
        named[1] if named else "default",
        grouping if expected["group_label"] else None,
        ordered="all",
        missing=meta["missing"],
        group_equal=[equal] if isinstance(equal, str) else equal,
        group_labels=expected["group_label"] or None,
        parameterization=meta["parameterization"],
    )
    return fit.to_json(), expected


def near(value: float | None, tolerance: float) -> Any:
    return value if value is None else pytest.approx(value, rel=tolerance, abs=tolerance)


def groups_of(part: Any) -> list[Any]:
    return list(part.values()) if isinstance(part, dict) else list(part)


@pytest.mark.parametrize("name", CASES.values(), ids=CASES)
def test_estimates_and_their_errors(references: Path, name: str) -> None:
    found, expected = fit_case(references, name)
    for table, value in (("estimates", "est"), ("standardized", "est.std")):
        assert [(r["lhs"], r["op"], r["rhs"]) for r in found[table]] == [
            (r["lhs"], r["op"], r["rhs"]) for r in expected[table]
        ]
        for one, other in zip(found[table], expected[table], strict=True):
            assert one.get("label") == other.get("label")
            assert one[value] == near(other[value], 1e-7)
            assert one["se"] == near(other["se"], 5e-8)
    for one, other in zip(found["estimates"], expected["estimates"], strict=True):
        assert one["std.lv"] == near(other["std.lv"], 1e-7)
        assert one["std.all"] == near(other["std.all"], 1e-7)


@pytest.mark.parametrize("name", CASES.values(), ids=CASES)
def test_tests_and_measures_of_fit(references: Path, name: str) -> None:
    found, expected = fit_case(references, name)
    assert set(found["fitmeasures"]) == set(expected["fitmeasures"])
    for key, value in expected["fitmeasures"].items():
        loose = 5e-5 if "ci" in key or "pvalue" in key else 1e-6  # lavaan's root search stops early
        assert found["fitmeasures"][key] == near(value, loose), key
    for one, other in zip(found["tests"], expected["tests"], strict=True):
        assert {key: one[key] for key in other} == {
            key: value if isinstance(value, str) or value is None else near_all(value) for key, value in other.items()
        }


def test_weights_from_fourth_moments_of_continuous_variables(references: Path) -> None:
    expected = json.loads((references / "a_holzinger_cfa" / "wls.json").read_text(encoding="utf-8"))
    data = pl.read_csv(references / "a_holzinger_cfa" / "data.csv")
    found = Model(expected["meta"]["model"]).fit(data, "WLS").to_json()
    for one, other in zip(found["estimates"], expected["estimates"], strict=True):
        assert one["est"] == pytest.approx(other["est"], abs=1e-9)
        assert one["se"] == pytest.approx(other["se"], abs=1e-9)
    assert set(found["fitmeasures"]) == set(expected["fitmeasures"])
    for key, value in expected["fitmeasures"].items():
        assert found["fitmeasures"][key] == near(value, 2e-6), key
    assert found["tests"][0]["stat"] == pytest.approx(expected["tests"][0]["stat"], rel=1e-10)


def near_all(value: Any) -> Any:
    return pytest.approx(value, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", CASES.values(), ids=CASES)
def test_moments_and_covariance_of_the_estimates(references: Path, name: str) -> None:
    found, expected = fit_case(references, name)
    for part in ("sampstat", "implied"):
        for one, other in zip(groups_of(found[part]), groups_of(expected[part]), strict=True):
            assert set(one) == set(other)
            assert np.abs(np.array(one["cov"]["values"]) - other["cov"]["values"]).max() < 1e-7
            assert one["th"] == pytest.approx(other["th"], abs=1e-7)
            assert one["mean"] == pytest.approx(other["mean"], abs=1e-7)
    for one, other in zip(groups_of(found["rsquare"]), groups_of(expected["rsquare"]), strict=True):
        assert one == pytest.approx(other, abs=1e-7)
    if expected.get("vcov"):
        assert found["vcov"]["rows"] == expected["vcov"]["rows"]
        theirs = np.array(expected["vcov"]["values"])
        assert np.abs(np.array(found["vcov"]["values"]) - theirs).max() < 2e-7 * np.abs(theirs).max()


def answers(seed: int, n: int = 500, *, cuts: tuple[float, ...] = (-0.8, 0.1, 1.0)) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    constructs = rng.multivariate_normal([0.0, 0.0], [[1.0, 0.4], [0.4, 1.0]], size=n)
    loadings = np.array([0.8, 0.7, 0.6])
    responses = np.repeat(constructs, 3, axis=1) * np.tile(loadings, 2)
    responses = responses + np.sqrt(1 - np.tile(loadings, 2) ** 2) * rng.standard_normal((n, 6))
    return pl.DataFrame(np.digitize(responses, cuts), schema=ITEMS)


def numbers(fit: Fit, column: str = "est") -> dict[tuple[str, str, str], float]:
    return {(r["lhs"], r["op"], r["rhs"]): r[column] for r in fit.estimates}


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_only_the_order_of_answers_counts(seed: int) -> None:
    data = answers(seed)
    renamed = data.with_columns((pl.col(name) ** 3 * 7 - 2).alias(name) for name in ITEMS)
    one, other = (Model(MODEL).fit(part, ordered="all") for part in (data, renamed))
    assert numbers(one) == numbers(other)
    assert one.fitmeasures == other.fitmeasures


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_reversed_item_turns_its_loading_and_nothing_else(seed: int) -> None:
    data = answers(seed)
    one = Model(MODEL).fit(data, ordered="all")
    other = Model(MODEL).fit(data.with_columns(-pl.col("x2")), ordered="all")
    first, second = numbers(one), numbers(other)
    assert second["f", "=~", "x2"] == pytest.approx(-first["f", "=~", "x2"], abs=1e-7)
    assert second["f", "=~", "x3"] == pytest.approx(first["f", "=~", "x3"], abs=1e-7)
    assert second["x2", "|", "t1"] == pytest.approx(-first["x2", "|", "t3"], abs=1e-9)
    assert other.test.stat == pytest.approx(one.test.stat, rel=1e-6)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_items_and_constructs_does_not_matter(seed: int) -> None:
    data = answers(seed)
    one = Model(MODEL).fit(data, ordered="all", std_lv=True)
    other = Model("g =~ x6 + x4 + x5\nf =~ x3 + x2 + x1").fit(data, ordered="all", std_lv=True)
    first, second = numbers(one), numbers(other)
    for construct, item in (("f", "x1"), ("g", "x5")):
        assert second[construct, "=~", item] == pytest.approx(first[construct, "=~", item], abs=1e-7)
    assert other.test.stat == pytest.approx(one.test.stat, rel=1e-7)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_delta_and_theta_are_one_model_in_two_scales(seed: int) -> None:
    data = answers(seed)
    delta, theta = (Model(MODEL).fit(data, ordered="all", parameterization=kind) for kind in ("delta", "theta"))
    assert theta.test.stat == pytest.approx(delta.test.stat, rel=1e-7)
    first, second = ([row["est.std"] for row in fit.standardized] for fit in (delta, theta))
    assert second == pytest.approx(first, abs=1e-7)
    sure, sure_too = ([row["se"] for row in fit.standardized] for fit in (delta, theta))
    assert sure_too == pytest.approx(sure, abs=1e-7)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_data_twice_over_give_the_same_estimates_more_surely(seed: int) -> None:
    data = answers(seed)
    one, other = (Model(MODEL).fit(part, ordered="all") for part in (data, pl.concat([data, data])))
    assert list(numbers(other).values()) == pytest.approx(list(numbers(one).values()), abs=1e-8)
    errors, smaller = (np.array([row["se"] for row in fit.estimates]) for fit in (one, other))
    count = len(data)
    assert smaller * np.sqrt((2 * count - 1) / (count - 1)) == pytest.approx(errors, rel=1e-6)


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_names_and_order_of_groups_change_nothing_but_their_places(seed: int) -> None:
    data = answers(seed, 900).with_columns(pl.Series("region", ["A", "B", "B"] * 300))
    equal = ("thresholds", "loadings")
    one = Model(MODEL).fit(data, group="region", ordered="all", group_equal=equal, group_labels=("A", "B"))
    turned = data.with_columns(pl.col("region").replace({"A": "乙", "B": "甲"}))
    same = Model(MODEL).fit(turned, group="region", ordered="all", group_equal=equal, group_labels=("乙", "甲"))
    other = Model(MODEL).fit(data, group="region", ordered="all", group_equal=equal, group_labels=("B", "A"))
    assert [row["est"] for row in same.estimates] == [row["est"] for row in one.estimates]
    assert other.test.stat == pytest.approx(one.test.stat, rel=1e-6)
    loadings = {r["rhs"]: r["est.std"] for r in one.standardized if r["op"] == "=~" and r["group"] == 1}
    turned_round = {r["rhs"]: r["est.std"] for r in other.standardized if r["op"] == "=~" and r["group"] == 2}
    assert turned_round == pytest.approx(loadings, abs=1e-6)


def test_what_generated_the_answers_is_found_again() -> None:
    fit = Model(MODEL).fit(answers(1, 20_000), ordered="all", std_lv=True)
    rows = {(r["lhs"], r["op"], r["rhs"]): r for r in fit.estimates}
    for item, loading in zip(ITEMS, (0.8, 0.7, 0.6) * 2, strict=True):
        row = next(r for key, r in rows.items() if key[1:] == ("=~", item))
        assert abs(row["est"] - loading) < 3.5 * row["se"]
    assert abs(rows["x1", "|", "t2"]["est"] - 0.1) < 3.5 * rows["x1", "|", "t2"]["se"]
    pvalue = fit.test.pvalue
    assert pvalue is not None
    assert pvalue > 1e-3


def test_continuous_variables_may_stand_beside_ordinal_ones() -> None:
    data = answers(2, 4_000)
    rng = np.random.default_rng(9)
    mixed = data.with_columns((pl.col("x6") + pl.Series(rng.standard_normal(4_000))).alias("x6"))
    fit = Model(MODEL).fit(mixed, ordered=ITEMS[:5])
    assert fit.converged
    assert fit.fitmeasures["df"] == 8
    rows = {(r["lhs"], r["op"], r["rhs"]): r for r in fit.estimates}
    assert ("x6", "|", "t1") not in rows
    assert rows["x6", "~1", ""]["est"] == pytest.approx(mixed["x6"].mean(), abs=1e-9)
    assert rows["x6", "~1", ""]["se"] == pytest.approx(mixed["x6"].to_numpy().std() / np.sqrt(4_000), rel=0.02)
    pvalue = fit.test.pvalue
    assert pvalue is not None
    assert pvalue > 1e-4


@pytest.mark.parametrize("estimator", ["WLSMV", "WLSM", "WLSMVS", "DWLS", "WLS", "ULS", "ULSM", "ULSMV", "ULSMVS"])
def test_every_weighting_finds_the_same_model(estimator: str) -> None:
    fit = Model(MODEL).fit(answers(3, 3_000), estimator, ordered="all", std_lv=True)
    loadings = [row["est"] for row in fit.estimates if row["op"] == "=~"]
    assert fit.converged
    assert loadings == pytest.approx([0.8, 0.7, 0.6] * 2, abs=0.06)
    assert len(fit.tests) == (1 if estimator in {"DWLS", "WLS", "ULS"} else 2)


def test_paths_between_items_keep_every_response_at_unit_variance() -> None:
    data = answers(4, 3_000)
    fit = Model("x2 ~ a*x1\nx3 ~ b*x2\nab := a*b").fit(data, ordered="all", fixed_x=False)
    rows = {(r["lhs"], r["op"], r["rhs"]): r for r in fit.estimates}
    assert np.diag(fit.implied[0].cov) == pytest.approx(np.ones(3), abs=1e-12)
    assert rows["ab", ":=", "a*b"]["est"] == pytest.approx(
        rows["x2", "~", "x1"]["est"] * rows["x3", "~", "x2"]["est"], rel=1e-12
    )


REFUSED: dict[str, tuple[dict[str, Any], type[Exception], str]] = {  # what is refused: options, error, what it names
    "full-information likelihood": ({"missing": "fiml"}, UnsupportedModelError, "pairwise"),
    "maximum likelihood": ({"estimator": "ML"}, UnsupportedModelError, "WLSMV"),
    "observed information": ({"information": "observed"}, UnsupportedModelError, "expected"),
    "no such item": ({"ordered": ["x1", "y9"]}, UnknownVariableError, "y9"),
    "thresholds of no ordinal item": ({"ordered": ()}, UnsupportedModelError, r"\|"),
}


@pytest.mark.parametrize(("options", "error", "named"), REFUSED.values(), ids=REFUSED)
def test_what_has_no_estimate_is_refused(options: dict[str, Any], error: type[Exception], named: str) -> None:
    with pytest.raises(error, match=named):
        Model(MODEL + "\nx1 | t1").fit(answers(5), **{"ordered": "all", **options})


def with_covariates(seed: int, n: int) -> pl.DataFrame:
    """Answers of two constructs that age raises by .5 and service lowers by .3, in units of what age does not explain."""
    rng = np.random.default_rng(seed)
    age, service = rng.standard_normal(n), rng.integers(0, 2, n).astype(float)
    constructs = rng.multivariate_normal([0.0, 0.0], [[1.0, 0.4], [0.4, 1.0]], size=n)
    constructs = constructs + np.column_stack([0.5 * age, -0.3 * service])
    loadings = np.tile(np.array([0.8, 0.7, 0.6]), 2)
    responses = np.repeat(constructs, 3, axis=1) * loadings
    responses = responses + np.sqrt(1 - loadings**2) * rng.standard_normal((n, 6))
    answered = np.digitize(responses, (-0.8, 0.1, 1.0))
    return pl.DataFrame(answered, schema=ITEMS).with_columns(pl.Series("age", age), pl.Series("service", service))


REGRESSED = MODEL + "\nf ~ age\ng ~ service\nf ~~ g"


@pytest.mark.parametrize("parameterization", ["delta", "theta"])
def test_effects_of_covariates_on_constructs_are_found(parameterization: str) -> None:
    fit = Model(REGRESSED).fit(with_covariates(1, 2_500), ordered=ITEMS, parameterization=parameterization, std_lv=True)
    rows = {(r["lhs"], r["op"], r["rhs"]): r for r in fit.estimates}
    for effect, cause, size in (("f", "age", 0.5), ("g", "service", -0.3)):
        row = rows[effect, "~", cause]
        assert abs(row["est"] - size) < 3.5 * row["se"]
    assert rows["age", "~~", "age"]["se"] == 0
    assert fit.fitmeasures["df"] == 8 + 12 - 2  # slopes of six responses on two covariates less two regressions
    pvalue = fit.test.pvalue
    assert pvalue is not None
    assert pvalue > 1e-3


def test_covariates_in_either_parameterization_give_one_fit() -> None:
    data = with_covariates(2, 400)
    delta, theta = (Model(REGRESSED).fit(data, ordered=ITEMS, parameterization=kind) for kind in ("delta", "theta"))
    assert theta.test.stat == pytest.approx(delta.test.stat, rel=1e-7)
    first, second = ([row["est.std"] for row in fit.standardized] for fit in (delta, theta))
    assert second == pytest.approx(first, abs=1e-7)


def test_units_of_a_covariate_change_its_slope_alone() -> None:
    data = with_covariates(3, 400)
    one = Model(REGRESSED).fit(data, ordered=ITEMS)
    other = Model(REGRESSED).fit(data.with_columns(pl.col("age") * 12 + 30), ordered=ITEMS)
    first, second = numbers(one), numbers(other)
    assert second["f", "~", "age"] == pytest.approx(first["f", "~", "age"] / 12, rel=1e-6)
    assert second["f", "=~", "x2"] == pytest.approx(first["f", "=~", "x2"], abs=1e-7)
    assert other.test.stat == pytest.approx(one.test.stat, rel=1e-6)
    everything = json.dumps(other.to_json())
    assert "NaN" not in everything
    assert {"res.cov", "res.th", "res.slopes", "cov.x"} <= set(other.to_json()["sampstat"][0])


def test_covariates_with_gaps_are_no_matter_for_pairs() -> None:
    data = with_covariates(4, 300)
    gaps = data.with_columns(pl.when(pl.int_range(300) < 20).then(None).otherwise(pl.col("x1")).alias("x1"))
    with pytest.raises(UnsupportedModelError, match="listwise"):
        Model(REGRESSED).fit(gaps, ordered=ITEMS, missing="pairwise")
    assert Model(REGRESSED).fit(gaps, ordered=ITEMS, fixed_x=False, missing="pairwise").converged


@pytest.mark.parametrize("text", ["x1 | t9", "x1 ~~ x1"])
def test_rows_that_the_items_do_not_have_are_named(text: str) -> None:
    with pytest.raises((ModelSyntaxError, UnsupportedModelError), match="x1"):
        Model(f"{MODEL}\n{text}").fit(answers(7), ordered="all")


def test_a_category_that_one_group_never_chose_is_named() -> None:
    data = answers(8).with_columns(pl.Series("region", ["A", "B"] * 250))
    fewer = pl.when(pl.col("region") == "A").then(pl.col("x1").clip(0, 2)).otherwise(pl.col("x1"))
    with pytest.raises(SampleError, match=r"x1 = 3.*A"):
        Model(MODEL).fit(data.with_columns(fewer.alias("x1")), group="region", ordered="all")


def test_items_with_one_category_or_too_many_are_named() -> None:
    data = answers(9)
    with pytest.raises(SampleError, match="x1: 1"):
        Model(MODEL).fit(data.with_columns(pl.lit(2).alias("x1")), ordered="all")
    with pytest.raises(SampleError, match="x1: 500"):
        Model(MODEL).fit(data.with_columns(pl.int_range(500).alias("x1")), ordered="all")
    with pytest.raises(SampleError, match="5"):
        Model(MODEL).fit(data[:5], ordered="all")


def test_an_item_and_its_copy_leave_a_note() -> None:
    data = answers(10).with_columns(pl.col("x1").alias("x2"))
    fit = Model(MODEL).fit(data, ordered="all")
    assert any("x1 and x2 has no estimate" in note for note in fit.notes)


def test_an_optimum_that_only_delta_can_state_is_pointed_to() -> None:
    data = answers(0, 100)
    delta, theta = (Model(MODEL).fit(data, ordered="all", parameterization=kind) for kind in ("delta", "theta"))
    assert delta.converged
    assert not delta.admissible
    assert not theta.converged
    assert any("fit by delta" in note for note in theta.notes)


def test_correlations_that_no_responses_have_leave_a_note() -> None:
    rng, data = np.random.default_rng(6), answers(13, 120)
    gaps = [pl.when(pl.Series(rng.random(120) < 0.6)).then(None).otherwise(pl.col(item)).alias(item) for item in ITEMS]
    fit = Model("f =~ x1 + x2 + x3 + x4 + x5 + x6").fit(data.with_columns(gaps), ordered="all", missing="pairwise")
    assert any("not positive definite" in note for note in fit.notes)
    assert fit.fitmeasures["cfi.robust"] is None


def test_no_result_is_a_hole() -> None:
    for estimator in ("WLSMV", "WLSMVS", "ULSMV", "WLS"):
        text = json.dumps(Model(MODEL).fit(answers(11, 150), estimator, ordered="all").to_json())
        assert "NaN" not in text
        assert "Infinity" not in text
