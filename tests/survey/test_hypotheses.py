"""Verdicts: the rule at its edges, truth that comes back, and what another estimator or cleaning would have said."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tongchi.survey.hypotheses import HypothesisTable, hypotheses
from tongchi.survey.hypotheses_effects import EffectEstimate, level_effect
from tongchi.survey.hypotheses_rule import REASONS, Reason, Rule, Verdict
from tongchi.survey.hypotheses_sensitivity import VARIANTS, Variant, sensitivity
from tongchi.survey.instrument import Construct, Hypothesis, HypothesisKind, Instrument, Item, Scale
from tongchi.survey.reliability import Interval
from tongchi.survey.simulation import SimulatedGroup, Truth, simulate_responses
from tongchi.survey.unavailable import NotAvailable

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "survey" / "i_governance_likert"
needs_reference = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="reference data are not here: ../shared/data/survey/i_governance_likert is absent"
)
SCALE = Scale(1, 5, tuple("12345"), tuple("12345"))
FIVE = ("collab", "trust", "fair", "capacity", "protect")


def direct(name: str, cause: str, effect: str, sign: str = "+") -> Hypothesis:
    return Hypothesis(name, HypothesisKind.DIRECT, "甲", "A", path=(cause, effect), sign="-" if sign == "-" else "+")


GOVERNANCE = Instrument(
    "governance",
    "",
    "",
    SCALE,
    constructs=tuple(Construct(code, code, code) for code in FIVE),
    items=tuple(
        Item(f"{code}{at}", code, "", "", reverse=(code, at) in {("trust", 4), ("protect", 3)})
        for code in FIVE
        for at in range(1, 5)
    ),
    hypotheses=(
        direct("H1", "collab", "trust"),
        direct("H2", "collab", "fair"),
        direct("H3", "collab", "capacity"),
        direct("H4", "trust", "protect", "-"),
        direct("H5", "fair", "protect", "-"),
        direct("H6", "collab", "protect", "-"),
        direct("H7", "capacity", "protect", "+"),
        Hypothesis("H8", HypothesisKind.MEDIATED, "", "", path=("collab", "trust", "protect"), sign="-"),
        Hypothesis("L1", HypothesisKind.LEVEL, "", "", target="collab", sign="+"),
        Hypothesis("G1", HypothesisKind.GROUP, "", "", group="region", constructs=FIVE),
        Hypothesis("G2", HypothesisKind.GROUP, "", "", group="region", constructs=("collab", "fair", "capacity")),
    ),
)
TRUE_PATHS = {
    "H1": 0.5,
    "H2": 0.3,
    "H3": 0.2,
    "H4": -0.4,
    "H5": -0.2,
    "H6": -0.15,
    "H7": 0.0,
    "H8": -0.2,
}


def simulated(n: int = 1500, seed: int = 1, **truth: object) -> pl.DataFrame:
    paths = {
        ("collab", "trust"): 0.5,
        ("collab", "fair"): 0.3,
        ("collab", "capacity"): 0.2,
        ("trust", "protect"): -0.4,
        ("fair", "protect"): -0.2,
        ("collab", "protect"): -0.15,
    }
    whole = Truth(paths=paths, group="region", groups=(SimulatedGroup("A", 0.5), SimulatedGroup("B", 0.5)))
    return simulate_responses(GOVERNANCE, n, replace(whole, **truth), seed=seed).responses.scored()  # type: ignore[arg-type]


def effect_of(table: HypothesisTable, name: str) -> EffectEstimate:
    effect = table.of(name).effect
    assert isinstance(effect, EffectEstimate)
    return effect


EDGES = {
    # raw interval, standardised value, standardised interval (smallest .10, sign +): verdict, reason
    "clear and large": ((0.1, 0.5), 0.3, (0.1, 0.5), Verdict.SUPPORTED, Reason.EXPECTED),
    "exactly the smallest": ((0.02, 0.18), 0.10, (0.02, 0.18), Verdict.SUPPORTED, Reason.EXPECTED),
    "clear but too small": ((0.01, 0.15), 0.08, (0.01, 0.15), Verdict.UNDECIDED, Reason.SMALL),
    "clear and negligible": ((0.01, 0.09), 0.05, (0.01, 0.09), Verdict.CONTRADICTED, Reason.NEGLIGIBLE),
    "zero and precise": ((-0.05, 0.05), 0.0, (-0.05, 0.05), Verdict.CONTRADICTED, Reason.NEGLIGIBLE),
    "zero and vague": ((-0.2, 0.2), 0.0, (-0.2, 0.2), Verdict.UNDECIDED, Reason.IMPRECISE),
    "other side": ((-0.5, -0.1), -0.3, (-0.5, -0.1), Verdict.CONTRADICTED, Reason.OPPOSITE),
    "touches zero": ((0.0, 0.4), 0.2, (0.0, 0.4), Verdict.UNDECIDED, Reason.IMPRECISE),
}


@pytest.mark.parametrize(("raw", "value", "unit", "verdict", "reason"), EDGES.values(), ids=EDGES)
def test_the_rule(
    raw: tuple[float, float], value: float, unit: tuple[float, float], verdict: Verdict, reason: Reason
) -> None:
    ends, unit_ends = Interval(*raw, 0.95), Interval(*unit, 0.95)
    assert Rule().judge("+", ends, value, unit_ends, 0.10) == (verdict, reason)
    turned, unit_turned = Interval(-raw[1], -raw[0], 0.95), Interval(-unit[1], -unit[0], 0.95)
    assert Rule().judge("-", turned, -value, unit_turned, 0.10) == (verdict, reason)


@given(st.floats(-1, 1), st.floats(0.001, 0.5))
def test_no_effect_supports_both_signs(value: float, reach: float) -> None:
    ends = Interval(value - reach, value + reach, 0.95)
    verdicts = [Rule().judge(sign, ends, value, ends, 0.1)[0] for sign in ("+", "-")]  # type: ignore[arg-type]
    assert verdicts.count(Verdict.SUPPORTED) <= 1
    assert Verdict.SUPPORTED not in verdicts or Verdict.CONTRADICTED in verdicts


def test_every_reason_and_the_rule_are_put_into_words_in_both_languages() -> None:
    assert set(REASONS) == set(Reason)
    for language in ("zh", "en"):
        assert "0.25" in Rule(smallest_path=0.25).text(language)
    stated = Hypothesis("M", HypothesisKind.MEDIATED, "", "", path=("a", "b", "c", "d"), sign="+")
    assert Rule(smallest_path=0.2).smallest(stated) == pytest.approx(0.008)


def test_true_paths_come_back_and_verdicts_follow_them() -> None:
    table = hypotheses(GOVERNANCE, simulated(4000, loading=0.85))
    for name, truth in TRUE_PATHS.items():
        unit = effect_of(table, name).standardised_interval
        margin = 0.03  # five categories pull ML estimates a little towards zero
        assert unit.lower - margin < truth < unit.upper + margin, name
    verdicts = {one.id: one.verdict for one in table.results}
    assert {verdicts[name] for name in ("H1", "H2", "H3", "H4", "H5", "H6", "H8")} == {Verdict.SUPPORTED}
    assert verdicts["H7"] is Verdict.CONTRADICTED, "a path of zero, estimated precisely, is negligible"
    assert verdicts["G1"] is verdicts["G2"] is Verdict.SUPPORTED, "equal groups, and enough people to say so"


def test_few_answers_leave_open_what_many_decide() -> None:
    few = hypotheses(GOVERNANCE, simulated(120))
    assert few.of("H7").verdict is Verdict.UNDECIDED
    assert few.of("G1").verdict is Verdict.UNDECIDED
    assert few.counts()["undecided"] > hypotheses(GOVERNANCE, simulated(4000)).counts()["undecided"]


def test_a_hypothesis_with_the_wrong_sign_is_contradicted() -> None:
    wrong = replace(GOVERNANCE, hypotheses=(direct("H1", "collab", "trust", "-"),))
    one = hypotheses(wrong, simulated(600)).of("H1")
    assert (one.verdict, one.reason) == (Verdict.CONTRADICTED, Reason.OPPOSITE)


def test_a_level_is_the_t_test_of_its_scores() -> None:
    frame = pl.DataFrame({f"collab{at}": [1.0, 2, 3, 4, 4, 5, 5, 3] for at in range(1, 5)})
    stated = next(one for one in GOVERNANCE.hypotheses if one.id == "L1")
    effect = level_effect(stated, GOVERNANCE, frame)
    assert isinstance(effect, EffectEstimate)
    test = stats.ttest_1samp(frame["collab1"].to_numpy(), 3.0)
    ends = test.confidence_interval(0.95)
    assert (effect.p_value, effect.interval.lower, effect.interval.upper) == pytest.approx(
        (test.pvalue, ends.low - 3, ends.high - 3)
    )
    assert effect.standardised == pytest.approx(test.statistic / np.sqrt(8))
    other = level_effect(replace(stated, reference=1.0), GOVERNANCE, frame)
    assert isinstance(other, EffectEstimate)
    assert other.estimate == pytest.approx(effect.estimate + 2)


def test_one_different_construct_contradicts_equality_and_is_named() -> None:
    groups = (SimulatedGroup("A", 0.5), SimulatedGroup("B", 0.5, {"trust": -0.6}))
    table = hypotheses(GOVERNANCE, simulated(2000, groups=groups))
    assert table.of("G1").verdict is Verdict.CONTRADICTED
    clear = {
        part.construct for part in table.of("G1").parts if isinstance(part.p_adjusted, float) and part.p_adjusted < 0.05
    }
    assert "trust" in clear
    assert "collab" not in clear
    assert table.of("G2").verdict is Verdict.SUPPORTED


def test_what_differs_between_groups_as_a_whole_passes_for_no_path_within_them() -> None:
    groups = (SimulatedGroup("A", 0.5), SimulatedGroup("B", 0.5, {"capacity": 1.5, "protect": 1.5}))
    frame = simulated(3000, groups=groups, loading=0.85)
    pooled, within = hypotheses(GOVERNANCE, frame), hypotheses(GOVERNANCE, frame, within="region")
    assert pooled.of("H7").verdict is Verdict.SUPPORTED, "two regions far apart make a path of nothing"
    assert within.of("H7").verdict is Verdict.CONTRADICTED
    for name, truth in TRUE_PATHS.items():
        ends = effect_of(within, name).standardised_interval
        assert ends.lower - 0.04 < truth < ends.upper + 0.04, name
    found = sensitivity(GOVERNANCE, within, frame, variants=[one for one in VARIANTS if one.pooled], within="region")
    assert "H7" in {flip.hypothesis for flip in found.flips if flip.reversal}


def test_groups_too_small_for_a_model_are_pooled_and_that_is_noted() -> None:
    groups = (SimulatedGroup("A", 0.98), SimulatedGroup("B", 0.02))
    one = hypotheses(GOVERNANCE, simulated(400, groups=groups), within="region").of("H1")
    assert one.verdict is Verdict.SUPPORTED
    assert any("pooled" in english for _, english in one.notes)


def test_effects_within_groups_that_are_copies_are_those_of_one() -> None:
    frame = simulated(400)
    twice = pl.concat([frame.with_columns(region=pl.lit(label)) for label in ("A", "B")])
    one, both = hypotheses(GOVERNANCE, frame), hypotheses(GOVERNANCE, twice, within="region")
    for name in TRUE_PATHS:
        single, pair = effect_of(one, name), effect_of(both, name)
        assert (pair.estimate, pair.standardised) == pytest.approx((single.estimate, single.standardised), abs=1e-7)
        assert pair.se == pytest.approx(single.se / np.sqrt(2), rel=1e-6)  # type: ignore[operator]


@dataclass(frozen=True)
class Latent:
    construct: str
    group: str = "B"
    reference: str = "A"
    estimate: float = -0.4
    se: float = 0.1
    p_value: float = 6.3e-5
    standardised: float = -0.5
    standardised_se: float = 0.12


def test_latent_means_stand_where_invariance_gives_them() -> None:
    table = hypotheses(GOVERNANCE, simulated(500), latent_means={"region": (Latent("trust"),)})
    parts = {part.construct: part for part in table.of("G1").parts}
    trust = parts["trust"].effect
    assert isinstance(trust, EffectEstimate)
    assert parts["trust"].latent
    assert not parts["fair"].latent
    assert (parts["trust"].first, trust.standardised, trust.n) == ("A", 0.5, 500)
    assert trust.standardised_interval.lower == pytest.approx(0.5 - 1.959964 * 0.12)
    assert table.of("G1").verdict is Verdict.CONTRADICTED


def test_where_invariance_fails_means_are_not_judged() -> None:
    failed = NotAvailable("latent_means", "不成立", "The step “scalar” does not hold.")
    one = hypotheses(GOVERNANCE, simulated(500), latent_means={"region": failed}).of("G1")
    assert isinstance(one.verdict, NotAvailable)
    assert "scalar" in one.why("en")
    assert len(one.parts) == 5, "scores are still described"
    unexamined = hypotheses(GOVERNANCE, simulated(500)).of("G1")
    assert isinstance(unexamined.verdict, Verdict)
    assert "not examined" in unexamined.notes[0][1]


def test_bootstrap_replaces_the_interval_of_mediated_effects_only() -> None:
    frame = simulated(400)
    plain, drawn = hypotheses(GOVERNANCE, frame), hypotheses(GOVERNANCE, frame, draws=300, seed=4)
    assert effect_of(drawn, "H8").method == "bootstrap"
    assert effect_of(drawn, "H8").estimate == effect_of(plain, "H8").estimate
    assert effect_of(drawn, "H8").interval.lower == pytest.approx(effect_of(plain, "H8").interval.lower, abs=0.06)
    assert effect_of(drawn, "H1") == effect_of(plain, "H1")
    again = hypotheses(GOVERNANCE, frame, draws=300, seed=4)
    assert effect_of(again, "H8") == effect_of(drawn, "H8")


def test_corrected_p_values_are_no_smaller_and_cover_all_kinds() -> None:
    table = hypotheses(GOVERNANCE, simulated(300))
    pairs = [(one.effect.p_value, one.p_adjusted) for one in table.results if isinstance(one.effect, EffectEstimate)]
    assert len(pairs) == len(GOVERNANCE.hypotheses)
    assert all(isinstance(adjusted, float) and adjusted >= p for p, adjusted in pairs)


def test_what_cannot_be_tested_says_why_and_stops_nothing_else() -> None:
    frame = simulated(300).drop("capacity1", "capacity2", "capacity3", "capacity4", "region")
    table = hypotheses(GOVERNANCE, frame)
    for name, told in {"H3": "capacity", "G1": "region"}.items():
        one = table.of(name)
        assert isinstance(one.verdict, NotAvailable)
        assert told in one.why("en")
    assert table.of("H1").verdict is Verdict.SUPPORTED
    assert table.table("en").filter(pl.col("id") == "H3")["estimate"].to_list() == [None]


def test_all_answers_missing_is_told_for_every_path() -> None:
    frame = simulated(30).with_columns(pl.lit(None, dtype=pl.Float64).alias(f"trust{at}") for at in range(1, 5))
    table = hypotheses(GOVERNANCE, frame)
    assert isinstance(table.of("H1").verdict, NotAvailable)
    assert "trust" in table.of("H1").why("en")


def test_sensitivity_lists_flips_and_what_is_not_available() -> None:
    frame = simulated(500, careless_share=0.0)
    noise = pl.DataFrame(
        {name: np.random.default_rng(2).integers(1, 6, 1500).astype(float) for name in GOVERNANCE.item_codes}
    )
    everyone = pl.concat([frame, noise.with_columns(region=pl.lit("A"))], how="diagonal")
    main = hypotheses(GOVERNANCE, frame)
    kept = Variant("everyone", "", "", everyone=True)
    odd = Variant("odd", "", "", estimator="PLS")
    found = sensitivity(GOVERNANCE, main, frame, everyone=everyone, variants=(kept, odd))
    refused = found.tables["odd"]
    assert isinstance(refused, NotAvailable)
    assert "PLS" in refused.en
    moved = {flip.hypothesis for flip in found.flips}
    assert moved
    assert moved.isdisjoint(found.robust)
    for flip in found.flips:
        table = found.tables[flip.variant]
        assert isinstance(table, HypothesisTable)
        assert (main.of(flip.hypothesis).verdict, table.of(flip.hypothesis).verdict) == (flip.main, flip.other)
    assert found.table().columns == ["id", "main", "main_effect", "everyone", "everyone_effect", "odd", "odd_effect"]


def test_the_same_variant_flips_nothing_and_nobody_set_aside_is_no_variant() -> None:
    frame = simulated(300)
    main = hypotheses(GOVERNANCE, frame)
    found = sensitivity(
        GOVERNANCE,
        main,
        frame,
        everyone=frame,
        variants=[one for one in VARIANTS if one.name in {"ML", "ML-pooled", "ML-everyone"}],
    )
    assert found.flips == ()
    assert isinstance(found.tables["ML-everyone"], NotAvailable)
    assert isinstance(found.tables["ML-pooled"], NotAvailable)


@needs_reference
def test_the_synthetic_reference_with_known_truth() -> None:
    with (FOLDER / "clean_reversed_complete.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    frame = pl.DataFrame(rows).with_columns(pl.col(GOVERNANCE.item_codes).cast(pl.Float64))
    theirs = json.loads((FOLDER / "sem_mlr.json").read_text(encoding="utf-8"))["estimates"]
    expected = {(row["rhs"], row["lhs"]): row["std.all"] for row in theirs if row["op"] == "~"}
    without = tuple(one for one in GOVERNANCE.hypotheses if one.id != "H7")
    table = hypotheses(replace(GOVERNANCE, hypotheses=without), frame)
    for one in without[:6]:
        assert effect_of(table, one.id).standardised == pytest.approx(expected[one.path[0], one.path[-1]], abs=1e-7)
    product = next(row["std.all"] for row in theirs if row["lhs"] == "ab")
    assert effect_of(table, "H8").standardised == pytest.approx(product, abs=1e-7)
    truth = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))["paths"]
    sizes = {(cause, effect): size for effect, causes in truth.items() for cause, size in causes}
    strong = [one.id for one in without[:6] if abs(sizes[one.path[0], one.path[-1]]) > 0.2]
    assert {table.of(name).verdict for name in (*strong, "H8")} == {Verdict.SUPPORTED}
    assert all(table.of(one.id).reason is not Reason.OPPOSITE for one in without[:6])
    assert table.of("G1").verdict is Verdict.CONTRADICTED, "trust and protect differ by region"


@needs_reference
def test_known_truth_lies_in_the_intervals_within_regions() -> None:
    with (FOLDER / "clean_reversed_withmissing.csv").open(encoding="utf-8", newline="") as lines:
        rows = [{key: value or None for key, value in row.items()} for row in csv.DictReader(lines)]
    frame = pl.DataFrame(rows).with_columns(pl.col(GOVERNANCE.item_codes).cast(pl.Float64))
    truth = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))["paths"]
    sizes = {(cause, effect): size for effect, causes in truth.items() for cause, size in causes}
    table = hypotheses(GOVERNANCE, frame, estimator="MLR", missing="fiml", within="region")
    missed = [
        one.id
        for one in GOVERNANCE.hypotheses[:7]
        if not (ends := effect_of(table, one.id).standardised_interval).lower
        < sizes.get((one.path[0], one.path[-1]), 0.0)
        < ends.upper
    ]
    assert not missed
