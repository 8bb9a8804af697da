"""Nested models are tested against each other as the references are, and what cannot be compared is refused by name.

Reference files come from lavaan 0.6-19 and stay outside the repository; all other answers are invented by a seeded generator.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.errors import FitComparisonError
from tongchi.survey.sem import Fit, Model
from tongchi.survey.sem.likelihood_ratio import compare_fits
from tongchi.survey.unavailable import NotAvailable

SCHOOL = ("c_holzinger_invariance_school", "data.csv", "school")
REGION = ("i_governance_likert", "clean_reversed_complete.csv", "region")
GENDER = ("d_bfi_ordinal", "data_complete.csv", "gender")
LADDER = ("configural", "metric", "scalar", "strict", "means")
WU = ("configural", "thresholds", "metric", "scalar")
CASES: dict[str, tuple[tuple[str, str, str], tuple[str, ...], str, float]] = {
    # reference: (where, fits, method, relative tolerance)
    "ml_lrt": (SCHOOL, tuple(f"ml_{name}" for name in LADDER), "default", 1e-9),
    "ml_lrt_partial": (SCHOOL, ("ml_metric", "ml_partial_scalar"), "default", 1e-9),
    "mlr_lrt": (SCHOOL, tuple(f"mlr_{name}" for name in LADDER), "default", 1e-7),
    "mlr_lrt_satorra2000": (SCHOOL, ("mlr_metric", "mlr_scalar"), "satorra.2000", 1e-6),
    "mg_mlr_lrt": (REGION, ("mg_mlr_configural", "mg_mlr_metric", "mg_mlr_scalar"), "default", 1e-6),
    "mg_mlr_lrt_partial": (REGION, ("mg_mlr_metric", "mg_mlr_partial_scalar"), "default", 1e-6),
    "mg_wlsmv_wu_lrt": (REGION, tuple(f"mg_wlsmv_wu_{name}" for name in WU), "default", 1e-5),
    "mg_gender_lrt": (GENDER, ("mg_gender_configural", "mg_gender_thr_load"), "default", 1e-5),
    "mg_gender_wuestabrook_lrt": (GENDER, tuple(f"mg_gender_wuestabrook_{name}" for name in WU), "default", 1e-5),
}
PARTIAL = {"ml_partial_scalar": ("x3~1", "x7~1"), "mg_mlr_partial_scalar": ("trust3~1", "protect2~1")}


@cache
def fit_reference(folder: Path, name: str, data: str, group: str) -> Fit:
    expected: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    meta = expected["meta"]
    equal = meta["group.equal"]
    ordinal = meta["estimator"] == "DWLS"
    return Model(meta["model"]).fit(
        pl.read_csv(folder / data, null_values=["NA", ""]),
        "WLSMV" if ordinal else "MLR" if meta["se"] == "robust.huber.white" else "ML",
        group,
        ordered="all" if ordinal else (),
        parameterization=meta["parameterization"],
        group_equal=[equal] if isinstance(equal, str) else equal,
        group_labels=expected["group_label"],
        group_partial=PARTIAL.get(name, ()),
    )


@pytest.mark.parametrize("name", CASES)
def test_differences_agree_with_the_reference(shared_data: Path, name: str) -> None:
    (folder_name, data, group), fits, method, tolerance = CASES[name]
    folder = shared_data / "survey" / folder_name
    if not folder.is_dir():
        pytest.skip("reference results are not here: ../shared/data/survey is absent")
    expected = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    found = compare_fits(*(fit_reference(folder, one, data, group) for one in fits), method=method).to_json()
    assert found["method"] == expected["method"]
    assert found["rows"] == expected["rows"]
    for row, other in zip(found["table"], expected["table"], strict=True):
        assert list(row) == list(other)
        numbers = [key for key in other if isinstance(other[key], float)]
        assert {key: row[key] for key in numbers} == {key: pytest.approx(other[key], rel=tolerance) for key in numbers}
        rest = [key for key in other if key not in numbers]
        assert {key: row[key] for key in rest} == {key: other[key] for key in rest}


SYNTAX = "f =~ a1 + a2 + a3\ng =~ b1 + b2 + b3"


def answers(seed: int = 1, count: int = 300, heavy: bool = False) -> dict[str, Any]:
    rng = np.random.default_rng(seed)

    def noise() -> Any:
        return rng.standard_t(4, size=count) if heavy else rng.normal(size=count)

    f = noise()
    g = 0.3 * f + noise()
    data: dict[str, Any] = {f"a{k}": f + noise() for k in (1, 2, 3)} | {f"b{k}": g + noise() for k in (1, 2, 3)}
    data["region"] = np.where(np.arange(count) % 2 == 0, "north", "south")
    return data


@settings(max_examples=25)
@given(st.integers(0, 300))
def test_the_order_of_the_models_does_not_matter(seed: int) -> None:
    data = answers(seed)
    one, two = Model(SYNTAX).fit(data), Model(SYNTAX + "\nf ~~ 0*g").fit(data)
    step = compare_fits(two, one).steps[1]
    assert compare_fits(one, two).steps[1].chisq_diff == step.chisq_diff
    assert step.chisq_diff == pytest.approx((two.fitmeasures["chisq"] or 0.0) - (one.fitmeasures["chisq"] or 0.0))
    assert step.df_diff == 1


@settings(max_examples=15)
@given(st.integers(0, 100), st.sampled_from(["MLM", "MLR"]))
def test_ways_to_scale_agree_where_answers_are_normal(seed: int, estimator: str) -> None:
    data = answers(seed, count=3000)
    one = Model(SYNTAX).fit(data, estimator, meanstructure=True)
    two = Model(SYNTAX + "\nf ~~ 0.3*g\na2 ~~ 0*b2").fit(data, estimator, meanstructure=True)
    methods = ("satorra.bentler.2001", "satorra.bentler.2010", "satorra.2000")
    found = [compare_fits(one, two, method=method).steps[1] for method in methods]
    plain = two.tests[0].stat - one.tests[0].stat
    for step in found:
        assert step.chisq_diff == pytest.approx(plain, rel=0.15, abs=0.3)
        assert step.scaling_factor == pytest.approx(1.0, abs=0.12)


def test_the_factor_of_2010_is_that_of_the_larger_model_where_the_smaller_one_is() -> None:
    data = answers(3, heavy=True)
    one, two = Model(SYNTAX).fit(data, "MLM"), Model(SYNTAX + "\na2 ~~ v*a2\na3 ~~ v*a3").fit(data, "MLM")
    step = compare_fits(one, two, method="satorra.bentler.2010").steps[1]
    other = compare_fits(one, two, method="satorra.2000").steps[1]
    assert step.scaling_factor == pytest.approx(other.scaling_factor, rel=0.15)
    assert step.chisq_diff == pytest.approx((two.tests[0].stat - one.tests[0].stat) / (step.scaling_factor or 0.0))


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_2010_stands_where_the_two_models_scale_their_constructs_otherwise(missing: str) -> None:
    data = answers(6, count=800)
    data["a3"][:80] = np.nan
    options: dict[str, Any] = {"estimator": "MLR", "group": "region", "std_lv": True, "missing": missing}
    one = Model(SYNTAX).fit(data, **options)
    two = Model(SYNTAX).fit(data, **options, group_equal=["loadings"])  # the second group's variances are free now
    step = compare_fits(one, two, method="satorra.bentler.2010").steps[1]
    assert step.chisq_diff == pytest.approx(two.tests[0].stat - one.tests[0].stat, rel=0.25)
    assert step.df_diff == 4


def test_a_negative_factor_is_no_number_and_says_what_to_use() -> None:
    for seed in range(200):
        data = answers(seed, count=60, heavy=True)
        one, two = Model(SYNTAX).fit(data, "MLM"), Model(SYNTAX + "\nf ~~ 0*g").fit(data, "MLM")
        step = compare_fits(one, two).steps[1]
        if isinstance(step.chisq_diff, NotAvailable):
            break
    else:
        pytest.fail("no sample with a negative factor among 200")
    assert "satorra.bentler.2010" in step.chisq_diff.en
    assert "satorra.bentler.2010" in step.chisq_diff.zh
    assert isinstance(step.p_value, NotAvailable)
    assert compare_fits(one, two).to_json()["table"][1]["Chisq diff"] is None


def test_another_scale_of_the_constructs_is_still_nested() -> None:
    data = answers()
    one, two = Model(SYNTAX).fit(data, std_lv=True), Model(SYNTAX + "\nf ~~ 0*g").fit(data)
    assert compare_fits(one, two).steps[1].df_diff == 1


def fits_of(*asked: tuple[str, dict[str, Any]]) -> Callable[[], list[Fit]]:
    def make() -> list[Fit]:
        data = answers()
        return [Model(syntax).fit(**{"data": data, **options}) for syntax, options in asked]

    return make


OTHER = "f =~ a1 + a2 + a3 + b1\ng =~ b1 + b2 + b3\na2 ~~ a3"
REFUSED: dict[str, tuple[Callable[[], list[Fit]], str]] = {  # what the case guards: (fits, what the message names)
    "one model": (fits_of((SYNTAX, {})), "1"),
    "equal degrees of freedom": (fits_of((SYNTAX + "\na1 ~~ a2", {}), (SYNTAX + "\nb1 ~~ b2", {})), "7"),
    "not nested": (fits_of((OTHER, {}), (SYNTAX + "\na1 ~~ b2", {})), "nested"),
    "other people": (
        fits_of((SYNTAX, {}), (SYNTAX + "\nf ~~ 0*g", {"data": answers(2)})),
        "data",
    ),
    "other items": (fits_of(("f =~ a1 + a2 + a3", {}), (SYNTAX, {})), "data"),
    "other estimators": (fits_of((SYNTAX, {}), (SYNTAX + "\nf ~~ 0*g", {"estimator": "MLM"})), "MLM"),
    "means in one only": (fits_of((SYNTAX, {}), (SYNTAX + "\nf ~~ 0*g", {"meanstructure": True})), "mean structure"),
    "a statistic without distribution": (
        fits_of((SYNTAX, {"estimator": "ULS"}), (SYNTAX + "\nf ~~ 0*g", {"estimator": "ULS"})),
        "ULS",
    ),
}


@pytest.mark.parametrize(("make", "names"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_compared_is_refused_by_name(make: Callable[[], list[Fit]], names: str) -> None:
    with pytest.raises(FitComparisonError) as caught:
        compare_fits(*make())
    assert names in caught.value.message("en")


@pytest.mark.parametrize(("estimator", "method"), [("ML", "satorra.bentler.2001"), ("MLM", "standard"), ("MLM", "x")])
def test_a_method_that_does_not_fit_is_refused(estimator: str, method: str) -> None:
    data = answers()
    fits = [Model(syntax).fit(data, estimator) for syntax in (SYNTAX, SYNTAX + "\nf ~~ 0*g")]
    with pytest.raises(FitComparisonError, match=method):
        compare_fits(*fits, method=method)
