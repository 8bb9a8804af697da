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
from hypothesis import given
from hypothesis import strategies as st

from tongchi.errors import UnknownVariableError, UnsupportedModelError
from tongchi.survey.sem import Model
from tongchi.survey.sem.factor_scores import construct_levels, factor_scores
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
    with pytest.raises(UnsupportedModelError, match="ebm"):
        factor_scores(fit, method="ebm")
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
