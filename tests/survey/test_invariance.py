"""The ladder of invariance finds what differs between groups, keeps what does not, and says when means cannot be compared.

Reference files and the questionnaire of known truth stay outside the repository; other answers come from a seeded generator.
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

from tongchi.errors import TongchiError, UnsupportedModelError
from tongchi.survey.instrument import Instrument
from tongchi.survey.invariance import InvarianceLadder, invariance
from tongchi.survey.sem import Model
from tongchi.survey.sem.likelihood_ratio import Step as Difference
from tongchi.survey.unavailable import NotAvailable

SYNTAX = "f =~ a1 + a2 + a3 + a4\ng =~ b1 + b2 + b3 + b4"
LOADINGS = (0.8, 0.7, 0.9, 0.6)


def answers(
    seed: int = 1,
    *,
    counts: tuple[int, ...] = (500, 450),
    means: tuple[float, ...] = (0.0, 0.4),
    intercepts: dict[str, float] | None = None,
    loadings: dict[str, float] | None = None,
) -> dict[str, Any]:
    """Answers of groups A, B, …; `means` are those of f, `intercepts` and `loadings` what items of later groups have on top."""
    rng = np.random.default_rng(seed)
    parts = []
    for group, count in enumerate(counts):
        f = means[group] + rng.normal(size=count)
        g = 0.5 * (f - means[group]) + rng.normal(size=count)
        part: dict[str, Any] = {"region": np.array(["ABC"[group]] * count)}
        for letter, construct in (("a", f), ("b", g)):
            for number, loading in enumerate(LOADINGS, start=1):
                name = f"{letter}{number}"
                slope = loading + (group > 0) * (loadings or {}).get(name, 0.0)
                level = 3.0 + (group > 0) * (intercepts or {}).get(name, 0.0)
                part[name] = level + slope * construct + rng.normal(scale=0.7, size=count)
        parts.append(part)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def coded(data: dict[str, Any], cuts: tuple[float, ...] = (2.0, 3.0, 4.0)) -> dict[str, Any]:
    return {name: values if name == "region" else np.digitize(values, cuts) for name, values in data.items()}


def verdicts(ladder: InvarianceLadder) -> list[str]:
    return [step.verdict for step in ladder.steps]


def means_of(ladder: InvarianceLadder) -> dict[tuple[str, str], Any]:
    assert isinstance(ladder.latent_means, tuple)
    return {(one.construct, one.group): one for one in ladder.latent_means}


@pytest.mark.parametrize("options", [{"estimator": "ML"}, {"estimator": "MLR"}, {"ordered": "all"}], ids=str)
def test_the_items_that_were_made_to_differ_are_found(shared_data: Path, options: dict[str, Any]) -> None:
    folder = shared_data / "survey" / "i_governance_likert"
    if not folder.is_dir():
        pytest.skip("the questionnaire of known truth is not here: ../shared/data/survey is absent")
    model = json.loads((folder / "mg_mlr_configural.json").read_text(encoding="utf-8"))["meta"]["model"]
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    data = pl.read_csv(folder / "clean_reversed_complete.csv", null_values=["NA", ""])
    ladder = invariance(model, data, "region", group_labels=["A", "B"], **options)
    planted = truth["noninvariance"]["B"]  # shifts of thresholds: a higher one makes for lower answers
    assert {one.item: np.sign(one.changes["B"]) for one in ladder.freed} == {
        item: -np.sign(shift) for item, shift in planted.items()
    }
    for construct, mean in truth["regions"]["B"]["means"].items():
        low, high = means_of(ladder)[construct, "B"].standardised_interval
        assert low < mean < high


@pytest.mark.parametrize(
    ("reference", "ordered"), [("mg_mlr_lrt", False), ("mg_wlsmv_wu_lrt", True)], ids=["continuous", "ordinal"]
)
def test_steps_have_the_differences_of_the_reference(shared_data: Path, reference: str, ordered: bool) -> None:
    folder = shared_data / "survey" / "i_governance_likert"
    if not folder.is_dir():
        pytest.skip("reference results are not here: ../shared/data/survey is absent")
    model = json.loads((folder / "mg_mlr_configural.json").read_text(encoding="utf-8"))["meta"]["model"]
    table = json.loads((folder / f"{reference}.json").read_text(encoding="utf-8"))["table"]
    data = pl.read_csv(folder / "clean_reversed_complete.csv", null_values=["NA", ""])
    ladder = invariance(
        model,
        data,
        "region",
        estimator="WLSMV" if ordered else "MLR",
        group_labels=["A", "B"],
        partial=False,
    )
    for step, row in zip(ladder.steps[1:], table[1:], strict=False):
        assert isinstance(step.full_difference, Difference)
        assert step.full_difference.chisq_diff == pytest.approx(row["Chisq diff"], rel=1e-5)
        assert step.full_difference.df_diff == row["Df diff"]


def test_groups_that_differ_in_means_only_hold_every_step() -> None:
    ladder = invariance(SYNTAX, answers(), "region")
    assert verdicts(ladder) == ["holds"] * 4
    assert ladder.freed == ()
    f, g = means_of(ladder)["f", "B"], means_of(ladder)["g", "B"]
    assert f.standardised_interval[0] < 0.4 < f.standardised_interval[1]
    assert f.adjusted_p < 0.001 < 0.05 < g.adjusted_p


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.sampled_from(["a1", "a3", "b2", "b4"]), st.sampled_from([0.45, -0.45]))
def test_a_shifted_item_is_freed_whichever_it_is(seed: int, item: str, shift: float) -> None:
    ladder = invariance(SYNTAX, answers(seed, intercepts={item: shift}), "region", alpha=0.001)
    step = ladder.step("scalar")
    assert (step.verdict, [one.item for one in step.freed]) == ("partial", [item])
    changes = step.freed[0].changes
    assert np.sign(changes["B"] - changes["A"]) == np.sign(shift)
    assert step.freed[0].adjusted_p < 0.001


def test_an_item_with_another_loading_is_compared_on_nothing_afterwards() -> None:
    ladder = invariance(SYNTAX, answers(3, loadings={"a2": 0.6}), "region", alpha=0.01)
    assert [(one.step, one.relation) for one in ladder.freed] == [("metric", "f=~a2")]
    rows = ladder.step("scalar").fit.assembly.rows
    intercepts = [row.label for row in rows if (row.lhs, row.op) == ("a2", "~1")]
    assert intercepts == ["", ""]


@pytest.mark.parametrize("ordered", [(), "all"], ids=["continuous", "ordinal"])
def test_groups_in_another_order_give_the_same_test_and_the_opposite_means(ordered: Any) -> None:
    data = answers(5, intercepts={"a3": 0.5})
    data = coded(data) if ordered else data
    one = invariance(SYNTAX, data, "region", group_labels=["A", "B"], ordered=ordered)
    other = invariance(SYNTAX, data, "region", group_labels=["B", "A"], ordered=ordered)
    for name in ("configural", one.steps[2].name, one.steps[-1].name):
        plain = [ladder.step(name).fit.tests[0].stat for ladder in (one, other)]
        assert plain[1] == pytest.approx(plain[0], rel=1e-5)
    assert {row.item for row in one.freed} == {row.item for row in other.freed} == {"a3"}
    for construct in ("f", "g"):
        first, second = means_of(one)[construct, "B"], means_of(other)[construct, "A"]
        assert second.standardised == pytest.approx(-first.standardised, abs=1e-5)
        assert second.standardised_se == pytest.approx(first.standardised_se, rel=1e-3)


def test_where_too_many_items_differ_means_cannot_be_compared() -> None:
    shifts = {"a1": 0.6, "a2": -0.6, "a3": 1.6}  # no two items move alike
    ladder = invariance(SYNTAX, answers(2, intercepts=shifts), "region")
    assert verdicts(ladder) == ["holds", "holds", "fails", "not reached"]
    assert len({one.item for one in ladder.freed if one.construct == "f"}) == 2
    assert isinstance(ladder.latent_means, NotAvailable)
    assert "scalar" in ladder.latent_means.en
    assert "scalar" in ladder.latent_means.zh


def test_changes_of_indices_forgive_what_only_a_large_sample_sees() -> None:
    data = answers(12, counts=(4000, 4000), intercepts={"a1": 0.1})
    by_test, by_change = (invariance(SYNTAX, data, "region", rule=rule) for rule in ("test", "change"))  # type: ignore[arg-type]
    assert by_test.step("scalar").verdict == "partial"
    assert by_change.step("scalar").verdict == "holds"
    assert "Chen 2007" in by_change.rule_en
    gross = invariance(SYNTAX, answers(2, intercepts={"a1": 0.9}), "region", rule="change")
    assert [one.item for one in gross.freed] == ["a1"]


def test_nothing_is_released_when_that_is_not_wanted() -> None:
    ladder = invariance(SYNTAX, answers(2, intercepts={"a1": 0.6}), "region", partial=False)
    assert verdicts(ladder) == ["holds", "holds", "fails", "not reached"]
    assert ladder.freed == ()


def test_three_groups_are_compared_pair_by_pair() -> None:
    data = answers(4, counts=(400, 400, 400), means=(0.0, 0.4, -0.3), intercepts={"b2": 0.5})
    ladder = invariance(SYNTAX, data, "region", alpha=0.01)
    assert [(one.item, one.df) for one in ladder.freed] == [("b2", 2)]
    assert isinstance(ladder.latent_means, tuple)
    pairs = {(one.reference, one.group): one.standardised for one in ladder.latent_means if one.construct == "f"}
    assert list(pairs) == [("A", "B"), ("A", "C"), ("B", "C")]
    for pair, truth in {("A", "B"): 0.4, ("A", "C"): -0.3, ("B", "C"): -0.7}.items():
        assert pairs[pair] == pytest.approx(truth, abs=0.2)


def test_the_steps_are_the_models_that_share_parameters_by_name() -> None:
    data = answers(6)
    ladder = invariance(SYNTAX, data, "region", partial=False)
    equal: list[str] = []
    for step, word in zip(ladder.steps, ("", "loadings", "intercepts", "residuals"), strict=True):
        equal += [word] if word else []
        fit = Model(SYNTAX).fit(data, group="region", group_equal=equal)
        assert step.fit.tests[0].stat == pytest.approx(fit.tests[0].stat, rel=1e-8)
        assert step.fit.tests[0].df == fit.tests[0].df


def test_the_table_states_rule_identification_and_cutoffs() -> None:
    ladder = invariance(SYNTAX, answers(2, intercepts={"a1": 0.9}), "region")
    table = ladder.table()
    assert table["step"].to_list() == ["configural", "metric", "scalar", "strict"]
    assert table["freed"].to_list()[2] == "a1~1"
    full = ladder.step("scalar").full_changes
    assert full is not None
    assert full.within is False
    assert table["within_cutoffs"].to_list()[1:3] == [True, True]
    assert "Chen" in ladder.rule_en
    assert "Chen" in ladder.rule_zh
    assert "marker" in ladder.identification_en


def test_ordinal_items_climb_the_ladder_of_wu_and_estabrook() -> None:
    ladder = invariance(SYNTAX, coded(answers(7)), "region", ordered="all")
    assert [step.name for step in ladder.steps] == ["configural", "thresholds", "loadings", "intercepts", "residuals"]
    assert "Wu" in ladder.identification_en
    assert ladder.estimator == "WLSMV"
    f = means_of(ladder)["f", "B"]
    assert f.standardised_interval[0] < 0.4 < f.standardised_interval[1]


def test_equal_thresholds_of_three_categories_restrict_nothing() -> None:
    ladder = invariance(SYNTAX, coded(answers(8), (2.5, 3.5)), "region", ordered="all")
    step = ladder.step("thresholds")
    assert step.verdict == "holds"
    assert isinstance(step.difference, NotAvailable)
    assert step.fit.tests[0].df == ladder.steps[0].fit.tests[0].df


def test_items_of_two_categories_keep_their_residual_variance() -> None:
    ladder = invariance(SYNTAX, coded(answers(9), (3.0,)), "region", ordered="all", partial=False)
    last = ladder.steps[-1].fit
    values = {
        (row.lhs, row.group): last.values[at]
        for at, row in enumerate(last.assembly.rows)
        if row.op == "~~" and row.lhs == row.rhs and row.lhs.startswith("a")
    }
    assert set(values.values()) == {1.0}


def test_an_instrument_gives_the_model() -> None:
    text = SYNTAX.splitlines()
    instrument = Instrument.default()
    codes = [construct.code for construct in instrument.constructs][:2]
    items = {code: [item.code for item in instrument.items_of(code)] for code in codes}
    source = answers(10)
    names = dict(
        zip([*items[codes[0]], *items[codes[1]]], [f"{x}{k}" for x in "ab" for k in (1, 2, 3, 4)], strict=True)
    )
    data = {"region": source["region"], **{code: source[name] for code, name in names.items()}}
    small = Instrument(**{**instrument.__dict__, "constructs": instrument.constructs[:2]})
    ladder = invariance(small, data, "region")
    assert ladder.steps[0].fit.tests[0].stat == pytest.approx(
        invariance("\n".join(text), source, "region").steps[0].fit.tests[0].stat, rel=1e-9
    )


REFUSED: dict[
    str, tuple[str, dict[str, Any], str]
] = {  # what the case guards: (model, options, what the message names)
    "no construct": ("a1 ~~ a2", {}, "=~"),
    "unknown column": (SYNTAX + " + b9", {}, "b9"),
    "unknown group": (SYNTAX, {"group_labels": ["A", "Z"]}, "Z"),
    "unknown rule": (SYNTAX, {"rule": "both"}, "both"),
    "modifiers in an ordinal model": ("f =~ 1*a1 + a2 + a3", {"ordered": "all"}, "a1"),
}


@pytest.mark.parametrize(("model", "options", "names"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_compared_is_refused_by_name(model: str, options: dict[str, Any], names: str) -> None:
    with pytest.raises(TongchiError) as caught:
        invariance(model, coded(answers()), "region", **options)
    assert names in str(caught.value)


def test_constructs_of_constructs_are_out_of_scope_for_ordinal_items() -> None:
    with pytest.raises(UnsupportedModelError):
        invariance(SYNTAX + "\nh =~ f + g", coded(answers()), "region", ordered="all")


@pytest.mark.parametrize("ordered", [(), "all"], ids=["continuous", "ordinal"])
def test_going_on_from_another_fit_changes_no_result(ordered: Any) -> None:
    data = answers(11)
    data = coded(data) if ordered else data
    options: dict[str, Any] = {"group": "region", "ordered": ordered, "std_lv": not ordered}
    first = Model(SYNTAX).fit(data, **options)
    cold = Model(SYNTAX).fit(data, **options, group_equal=["loadings"])
    warm = Model(SYNTAX).fit(data, **options, group_equal=["loadings"], after=first)
    assert warm.values == pytest.approx(cold.values, abs=1e-7)
    assert warm.fitmeasures["chisq"] == pytest.approx(cold.fitmeasures["chisq"], rel=1e-8)
    other = Model("f =~ a1 + a2 + a3").fit(data, group="region", ordered=ordered, after=first)  # other variables
    alone = Model("f =~ a1 + a2 + a3").fit(data, group="region", ordered=ordered)
    assert other.values == pytest.approx(alone.values, abs=1e-7)
