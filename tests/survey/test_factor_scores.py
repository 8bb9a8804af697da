"""Scores agree with the reference, and do what scores must whatever the data: keep the mean, follow units, bear gaps.

The reference file comes from lavaan 0.6-19 and stays outside the repository; other answers are invented by a seeded generator.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.errors import UnknownVariableError, UnsupportedModelError
from tongchi.survey.sem import Model
from tongchi.survey.sem.factor_scores import construct_levels, factor_scores
from tongchi.survey.sem.ordinal_scores import ResponseModel
from tongchi.survey.unavailable import NotAvailable

SYNTAX = "f =~ a1 + a2 + a3\ng =~ b1 + b2 + b3\ng ~ f"


def answers(seed: int = 1, count: int = 300) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    f = rng.normal(size=count)
    g = 0.5 * f + rng.normal(size=count)
    data: dict[str, Any] = {f"a{k}": 3 + f * k / 2 + rng.normal(size=count) for k in (1, 2, 3)}
    data |= {f"b{k}": 4 + g + rng.normal(size=count) for k in (1, 2, 3)}
    data["region"] = np.where(np.arange(count) % 2 == 0, "north", "south")
    return data


@pytest.mark.parametrize("method", ["regression", "bartlett"])
def test_scores_agree_with_the_reference(shared_data: Path, method: str) -> None:
    folder = shared_data / "survey" / "a_holzinger_cfa"
    if not folder.is_dir():
        pytest.skip("reference results are not here: ../shared/data/survey is absent")
    model = json.loads((folder / "ml.json").read_text(encoding="utf-8"))["meta"]["model"]
    expected = json.loads((folder / "factor_scores.json").read_text(encoding="utf-8"))[method]
    fit = Model(model).fit(pl.read_csv(folder / "data.csv"))
    assert factor_scores(fit, method=method).scores.to_numpy() == pytest.approx(np.array(expected), abs=1e-9)


@settings(max_examples=25)
@given(st.integers(0, 200), st.sampled_from(["regression", "bartlett"]))
def test_scores_of_a_group_have_the_mean_of_its_construct(seed: int, method: str) -> None:
    fit = Model(SYNTAX).fit(answers(seed), group="region", group_equal=["loadings"], group_labels=["north", "south"])
    scores = factor_scores(fit, method=method).scores
    for label in ("north", "south"):
        part = scores.filter(pl.col("group") == label).select("f", "g").to_numpy()
        assert part.mean(axis=0) == pytest.approx(np.zeros(2), abs=1e-8)


def test_regression_scores_vary_as_much_as_their_reliability_says() -> None:
    fit = Model(SYNTAX).fit(answers())
    found = factor_scores(fit)
    variances = {r["lhs"]: r["est"] for r in fit.estimates if r["op"] == "~~" and r["lhs"] == r["rhs"] == "f"}
    scores = found.scores["f"].to_numpy()
    assert scores.var() == pytest.approx(found.reliability[0]["f"] * variances["f"], rel=0.02)
    spread = factor_scores(fit, method="bartlett").scores["f"].to_numpy()
    assert spread.var() > variances["f"] > scores.var()


@pytest.mark.parametrize("method", ["regression", "bartlett"])
def test_gaps_cost_precision_and_no_row(method: str) -> None:
    data = answers()
    fit = Model(SYNTAX).fit(data, meanstructure=True)
    whole = factor_scores(fit, data, method).scores
    gaps = {name: np.array(values) for name, values in data.items()}
    gaps["a1"][0] = np.nan
    gaps["a2"][0] = np.nan
    for name in ("a1", "a2", "a3", "b1", "b2", "b3"):
        gaps[name][1] = np.nan
    found = factor_scores(fit, gaps, method).scores
    assert found[2:].equals(whole[2:])
    assert found["f"][0] != whole["f"][0]
    assert found["g"][0] is not None
    if method == "regression":  # who answers nothing is expected at the mean
        assert found["f"][1] == pytest.approx(0.0)
    else:
        assert found["f"][1] is None


def test_new_people_are_scored_by_their_group() -> None:
    data = answers()
    fit = Model(SYNTAX).fit(data, group="region", group_equal=["loadings", "intercepts"])
    some = {name: values[10:14] for name, values in data.items()}
    some["region"] = np.array(["south", "north", "elsewhere", None], dtype=object)
    found = factor_scores(fit, some).scores
    assert found["group"].to_list() == ["south", "north", None, None]
    assert [value is None for value in found["f"]] == [False, False, True, True]


@settings(max_examples=25)
@given(st.integers(0, 200), st.sampled_from([0.01, 30.0]))
def test_units_of_an_item_that_is_not_the_marker_change_no_score(seed: int, factor: float) -> None:
    data = answers(seed)
    other = {name: value * factor if name == "b2" else value for name, value in data.items()}
    one, two = (factor_scores(Model(SYNTAX).fit(each)).scores.to_numpy() for each in (data, other))
    assert two == pytest.approx(one, abs=1e-6)


def test_levels_are_means_on_the_scale_of_the_items() -> None:
    data = answers()
    fit = Model(SYNTAX).fit(data, meanstructure=True)
    items = np.column_stack([data[f"a{k}"] for k in (1, 2, 3)]).mean(axis=1)
    first = construct_levels(fit)[0]
    assert (first.construct, first.items) == ("f", ("a1", "a2", "a3"))
    assert first.level == pytest.approx(items.mean())
    assert first.se == pytest.approx(items.std() / np.sqrt(300), rel=0.02)
    assert first.interval[0] < first.level < first.interval[1]  # type: ignore[index]
    assert factor_scores(fit).levels["f"].mean() == pytest.approx(items.mean())
    plain = construct_levels(Model(SYNTAX).fit(data))[0]
    assert (plain.level, plain.se) == (pytest.approx(first.level), pytest.approx(first.se, rel=0.01))


def test_a_second_order_construct_has_regression_scores_only() -> None:
    data = answers()
    rng = np.random.default_rng(4)
    data |= {f"c{k}": data["a1"] + rng.normal(size=300) for k in (1, 2, 3)}
    syntax = "f =~ a1 + a2 + a3\ng =~ b1 + b2 + b3\nh =~ c1 + c2 + c3\nall =~ f + g + h"
    fit = Model(syntax).fit(data)
    assert factor_scores(fit).scores["all"].null_count() == 0
    bartlett = factor_scores(fit, method="bartlett").scores
    assert bartlett["all"].null_count() == 300
    assert bartlett["f"].null_count() == 0


def test_what_cannot_be_scored_is_refused_by_name() -> None:
    fit = Model(SYNTAX).fit(answers())
    with pytest.raises(UnsupportedModelError, match="sums"):
        factor_scores(fit, method="sums")
    with pytest.raises(UnknownVariableError, match="a1"):
        factor_scores(fit, {"a2": [1.0]})


def test_a_construct_of_negative_variance_has_no_reliability() -> None:
    data = answers()
    shared = np.random.default_rng(2).normal(size=300)
    data |= {"a1": data["b1"] + shared, "a2": data["b2"] - shared, "a3": np.random.default_rng(3).normal(size=300)}
    data |= {"a1": data["a1"] - data["b1"], "a2": data["a2"] - data["b2"]}
    data["a2"] = data["a2"] + np.random.default_rng(5).normal(size=300)
    fit = Model("f =~ 1*a1 + 1*a2 + 1*a3").fit(data)
    assert not fit.admissible
    assert isinstance(factor_scores(fit).reliability[0]["f"], NotAvailable)


def coded(data: dict[str, Any], cuts: tuple[float, ...]) -> dict[str, Any]:
    return {name: values if name == "region" else np.digitize(values, cuts) + 1 for name, values in data.items()}


def test_scores_of_ordinal_items_lie_on_the_peak_of_what_the_answers_say() -> None:
    data = coded(answers(count=400), (1.5, 3.0, 4.0, 5.0))
    fit = Model(SYNTAX).fit(data, ordered="all")
    model = ResponseModel.of(fit, 0)  # type: ignore[arg-type]
    rows = fit.sample.cases[0]
    peak = model.scores(rows)
    bounds, weight = model._bounds(rows), np.linalg.inv(model.prior)
    highest = model._height(bounds, rows, peak, weight)
    for move in np.eye(2):
        for size in (-0.01, 0.01):
            assert (model._height(bounds, rows, peak + size * move, weight) < highest).all()


def test_many_categories_score_almost_like_the_continuous_items() -> None:
    data = answers(count=1500)
    cuts = tuple(np.linspace(-0.5, 7.5, 11))
    fine = factor_scores(Model(SYNTAX).fit(coded(data, cuts), ordered="all"))
    plain = factor_scores(Model(SYNTAX).fit(data))
    for name in ("f", "g"):
        assert np.corrcoef(fine.scores[name], plain.scores[name])[0, 1] > 0.98
    assert fine.method == "ebm"


def test_answers_that_are_missing_pull_no_score() -> None:
    data = coded(answers(), (2.0, 3.0, 4.0))
    fit = Model(SYNTAX).fit(data, ordered="all")
    some = {name: np.array(values[:3], dtype=object if name == "region" else float) for name, values in data.items()}
    for name in ("a1", "a2", "a3", "b1", "b2", "b3"):
        some[name][0] = np.nan
    found = factor_scores(fit, some).scores
    assert found["f"][0] == pytest.approx(0.0, abs=1e-9)
    whole = factor_scores(fit).scores
    assert found["f"][2] == pytest.approx(whole["f"][2])


def test_levels_of_ordinal_items_are_means_of_their_codes() -> None:
    data = coded(answers(count=900), (2.0, 3.0, 4.0))
    fit = Model(SYNTAX).fit(data, ordered="all", group="region", group_labels=["north", "south"])
    for level in construct_levels(fit):
        part = np.column_stack([data[item] for item in level.items])[data["region"] == level.group].mean(axis=1)
        assert level.level == pytest.approx(part.mean(), abs=1e-6)  # thresholds of single items are those of the sample
        assert level.se == pytest.approx(part.std() / np.sqrt(len(part)), rel=0.1)
    north = factor_scores(fit).levels.filter(pl.col("group") == "north")["f"]
    assert 1 < north.min() < north.max() < 4  # type: ignore[operator]


def test_ordinal_items_have_no_linear_scores() -> None:
    data = coded(answers(), (2.0, 3.0, 4.0))
    fit = Model(SYNTAX).fit(data, ordered="all")
    with pytest.raises(UnsupportedModelError, match="regression"):
        factor_scores(fit, method="regression")
    tied = Model(SYNTAX + "\na1 ~~ a2").fit(data, ordered="all")
    with pytest.raises(UnsupportedModelError, match="correlated"):
        factor_scores(tied)
    with pytest.raises(UnsupportedModelError, match="9"):
        factor_scores(fit, {**data, "a1": np.full(300, 9.0)})
