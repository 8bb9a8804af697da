"""Modification indices say what freeing a parameter brings; score tests say which equality does not hold.

Reference files come from lavaan 0.6-19 and stay outside the repository; all other answers are invented by a seeded generator.
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

from tongchi.errors import FitComparisonError
from tongchi.survey.sem import Fit, Model
from tongchi.survey.sem.score_tests import score_tests

SYNTAX = "f =~ a1 + a2 + a3\ng =~ b1 + b2 + b3\ng ~ f"
CASES = {  # reference file: data; of ordinal ones lavaan 0.6-19 prints the changes with the wrong sign
    "a_holzinger_cfa/ml.json": "data.csv",
    "b_political_democracy/ml.json": "data.csv",
    "f2_mediation_latent/ml.json": "data.csv",
    "i_governance_likert/cfa_mlr.json": "clean_reversed_complete.csv",
    "d_bfi_ordinal/wlsmv.json": "data_complete.csv",
    "i_governance_likert/cfa_wlsmv.json": "clean_reversed_complete.csv",
}
COLUMNS = ("mi", "epc", "sepc.lv", "sepc.all", "sepc.nox")


def answers(seed: int, count: int = 300, cross: float = 0.4) -> dict[str, Any]:
    """Two constructs of three items; a1 also shows the second one."""
    rng = np.random.default_rng(seed)
    f = rng.normal(size=count)
    g = 0.5 * f + rng.normal(size=count)
    data: dict[str, Any] = {f"a{k}": f + rng.normal(size=count) for k in (1, 2, 3)}
    data |= {f"b{k}": g + rng.normal(size=count) for k in (1, 2, 3)}
    data["a1"] = data["a1"] + cross * g
    data["region"] = np.where(np.arange(count) % 2 == 0, "north", "south")
    return data


def indices(fit: Fit, name: str = "mi") -> dict[tuple[Any, ...], float]:
    return {(row["lhs"], row["op"], row["rhs"], row.get("group", 1)): row[name] for row in fit.modindices}


@pytest.mark.parametrize("name", CASES)
def test_the_largest_indices_agree_with_the_reference(shared_data: Path, name: str) -> None:
    path = shared_data / "survey" / name
    if not path.is_file():
        pytest.skip("reference results are not here: ../shared/data/survey is absent")
    expected = json.loads(path.read_text(encoding="utf-8"))
    data = pl.read_csv(path.parent / CASES[name], null_values=["NA", ""])
    ordinal = "wlsmv" in name
    fit = Model(expected["meta"]["model"]).fit(data, ordered="all" if ordinal else ())
    found = sorted(fit.to_json(modindices=True)["modindices"], key=lambda row: -row["mi"])
    for row, other in zip(found, expected["modindices"], strict=False):
        assert [row[key] for key in ("lhs", "op", "rhs")] == [other[key] for key in ("lhs", "op", "rhs")]
        signs = [-1.0 if ordinal and key != "mi" else 1.0 for key in COLUMNS]
        near = {"rel": 1e-6 if ordinal else 1e-8, "abs": 1e-7 if ordinal else 1e-9}
        wanted = [pytest.approx(sign * other[key], **near) for sign, key in zip(signs, COLUMNS, strict=True)]
        assert [row[key] for key in COLUMNS] == wanted


def test_indices_are_computed_only_where_asked_for() -> None:
    fit = Model(SYNTAX).fit(answers(1))
    assert "modindices" not in fit.to_json()
    assert fit.to_json(modindices=True)["modindices"] is fit.modindices


def test_candidates_come_as_loadings_covariances_and_regressions() -> None:
    rows = [(row["lhs"], row["op"], row["rhs"]) for row in Model(SYNTAX).fit(answers(1)).modindices]
    loadings = [("f", "=~", f"b{k}") for k in (1, 2, 3)] + [("g", "=~", f"a{k}") for k in (1, 2, 3)]
    assert rows[:6] == loadings
    assert rows[6:11] == [("a1", "~~", other) for other in ("a2", "a3", "b1", "b2", "b3")]
    assert not {("f", "=~", "a1"), ("a1", "~~", "a1"), ("f", "~", "g")} & set(rows)  # what could not be determined


@settings(max_examples=25)
@given(st.integers(0, 500))
def test_the_change_is_what_freeing_brings_when_it_is_small(seed: int) -> None:
    data = answers(seed, count=4000, cross=0.03)
    fit = Model(SYNTAX).fit(data)
    free = Model(SYNTAX + "\ng =~ a1").fit(data)
    drop = (fit.fitmeasures["chisq"] or 0.0) - (free.fitmeasures["chisq"] or 0.0)
    value = next(row["est"] for row in free.estimates if (row["lhs"], row["rhs"]) == ("g", "a1"))
    assert indices(fit)["g", "=~", "a1", 1] == pytest.approx(drop, rel=0.1, abs=0.02)
    assert indices(fit, "epc")["g", "=~", "a1", 1] == pytest.approx(value, rel=0.1, abs=0.005)


def test_the_change_of_ordinal_items_has_the_sign_that_freeing_shows() -> None:
    data = answers(2, count=3000, cross=0.15)
    coded = {name: np.digitize(values, [-1.0, 0.0, 1.0]) for name, values in data.items() if name != "region"}
    fit = Model(SYNTAX).fit(coded, ordered="all")
    free = Model(SYNTAX + "\ng =~ a1").fit(coded, ordered="all")
    value = next(row["est"] for row in free.estimates if (row["lhs"], row["rhs"]) == ("g", "a1"))
    assert indices(fit, "epc")["g", "=~", "a1", 1] == pytest.approx(value, rel=0.3)


def test_rows_with_gaps_have_indices_that_say_what_freeing_brings() -> None:
    data = answers(4, count=2000, cross=0.1)
    hidden = np.random.default_rng(5).uniform(size=(2000, 6)) < 0.15
    gaps = {name: np.where(hidden[:, at], np.nan, data[name]) for at, name in enumerate(list(data)[:6])}
    fit = Model(SYNTAX).fit(gaps, missing="fiml")
    free = Model(SYNTAX + "\ng =~ a1").fit(gaps, missing="fiml")
    drop = (fit.fitmeasures["chisq"] or 0.0) - (free.fitmeasures["chisq"] or 0.0)
    assert indices(fit)["g", "=~", "a1", 1] == pytest.approx(drop, rel=0.1)


@settings(max_examples=25)
@given(st.integers(0, 500), st.sampled_from([1e-2, 5.0, 300.0]))
def test_units_change_no_index_and_no_standardised_change(seed: int, factor: float) -> None:
    data = answers(seed)
    other = {name: value * factor if name == "b2" else value for name, value in data.items()}
    one, two = Model(SYNTAX).fit(data), Model(SYNTAX).fit(other)
    for name in ("mi", "sepc.all"):
        found = indices(two, name)
        for key, value in indices(one, name).items():
            if key in found:  # what hardly can be determined depends on units
                assert found[key] == pytest.approx(value, rel=1e-5, abs=1e-7)


def test_groups_in_another_order_have_the_same_indices() -> None:
    data = answers(5)
    equal = ["loadings"]  # with equal intercepts a loading also moves the means of the group that is not the reference
    one = Model(SYNTAX).fit(data, group="region", group_equal=equal, group_labels=["north", "south"])
    two = Model(SYNTAX).fit(data, group="region", group_equal=equal, group_labels=["south", "north"])
    first, second = indices(one), indices(two)
    shared = {key: value for key, value in first.items() if key[1] != "~1" and (*key[:3], 3 - key[3]) in second}
    assert len(shared) > 20
    for key, value in shared.items():
        assert second[*key[:3], 3 - key[3]] == pytest.approx(value, rel=1e-6, abs=1e-8)


def test_fixed_covariates_are_given_facts_and_no_candidates() -> None:
    data = answers(7)
    data["age"] = np.random.default_rng(1).normal(size=300)
    fit = Model("f =~ a1 + a2 + a3\ng =~ b1 + b2 + b3\nf ~ age\ng ~ f").fit(data)
    rows = list(indices(fit))
    assert ("g", "~", "age", 1) in rows
    assert not [key for key in rows if key[0] == key[2] == "age"]


def test_a_saturated_model_leaves_nothing_to_free() -> None:
    assert Model("f =~ a1 + a2 + a3").fit(answers(3)).modindices == []


SHARED = ["loadings", "intercepts"]


def test_score_tests_agree_with_the_reference(shared_data: Path) -> None:
    folder = shared_data / "survey" / "c_holzinger_invariance_school"
    if not folder.is_dir():
        pytest.skip("reference results are not here: ../shared/data/survey is absent")
    model = json.loads((folder / "ml_scalar.json").read_text(encoding="utf-8"))["meta"]["model"]
    expected = json.loads((folder / "ml_scalar_scoretest.json").read_text(encoding="utf-8"))
    fit = Model(model).fit(pl.read_csv(folder / "data.csv"), group="school", group_equal=SHARED)
    found = score_tests(fit)
    (total,) = found.to_json()["test"]
    (other,) = expected["test"]
    assert (total["test"], total["df"]) == (other["test"], other["df"])
    assert [total["X2"], total["p.value"]] == [pytest.approx(other[key], rel=1e-9) for key in ("X2", "p.value")]
    for row, line in zip(found.to_json()["uni"], expected["uni"], strict=True):
        assert [row[key] for key in ("lhs", "op", "rhs", "df")] == [line[key] for key in ("lhs", "op", "rhs", "df")]
        assert [row[key] for key in ("X2", "p.value")] == [
            pytest.approx(line[key], rel=1e-8) for key in ("X2", "p.value")
        ]
    assert found.rank == 12  # three of the fifteen only place the means of the constructs


def test_a_released_equality_moves_as_expected() -> None:
    data = answers(11, count=4000)
    data["b2"] = data["b2"] + np.where(data["region"] == "north", 0.2, 0.0)
    fit = Model(SYNTAX).fit(data, group="region", group_equal=SHARED, group_labels=["south", "north"])
    worst = max(score_tests(fit).releases, key=lambda one: one.statistic)
    assert [row.lhs for row in worst.parameters] == ["b2", "b2"]
    free = Model(SYNTAX).fit(
        data, group="region", group_equal=SHARED, group_labels=["south", "north"], group_partial=["b2~1"]
    )
    drop = (fit.fitmeasures["chisq"] or 0.0) - (free.fitmeasures["chisq"] or 0.0)
    assert worst.statistic == pytest.approx(drop, rel=0.05)
    at = [k for k, row in enumerate(free.assembly.rows) if (row.lhs, row.op) == ("b2", "~1")]
    moved = [free.values[k] - fit.values[k] for k in at]
    assert list(worst.changes) == pytest.approx(moved, abs=0.01)


@settings(max_examples=25)
@given(st.integers(0, 300))
def test_a_stated_equality_is_tested_like_a_shared_label(seed: int) -> None:
    data = answers(seed)
    shared = "f =~ a1 + k*a2 + k*a3\ng =~ b1 + b2 + b3"
    stated = "f =~ a1 + k*a2 + m*a3\ng =~ b1 + b2 + b3\nk == m"
    one, two = (score_tests(Model(text).fit(data)) for text in (shared, stated))
    assert two.statistic == pytest.approx(one.statistic, rel=1e-6, abs=1e-9)
    assert (two.releases[0].lhs, two.releases[0].rhs, one.releases[0].lhs) == ("k", "m", ".p2.")
    assert two.releases[0].changes == pytest.approx(one.releases[0].changes, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_robust_score_tests_hold_their_level_where_answers_have_heavy_tails(missing: str) -> None:
    plain, robust = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        f, scale = rng.normal(size=400), rng.choice([0.4, 2.0], size=400)
        data: dict[str, Any] = {f"a{k}": scale * (f + rng.normal(size=400)) for k in (1, 2, 3, 4)}
        if missing == "fiml":
            data["a4"][:40] = np.nan
        fit = Model("f =~ a1 + k*a2 + k*a3 + k*a4").fit(data, "MLR", missing=missing)
        plain.append(score_tests(fit).p_value)
        robust.append(score_tests(fit, robust=True).p_value)
    assert np.mean(np.array(plain) < 0.05) > 0.15  # the plain test finds differences that are not there
    assert np.mean(np.array(robust) < 0.05) < 0.13


@pytest.mark.parametrize("syntax", [SYNTAX, "f =~ a1 + k*a2 + m*a3\nk > 0.1\nm == k"], ids=["nothing equal", "bound"])
def test_what_cannot_be_released_is_refused(syntax: str) -> None:
    with pytest.raises(FitComparisonError):
        score_tests(Model(syntax).fit(answers(2)))
