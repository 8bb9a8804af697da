"""One call from answers to all results: what it promises where data are good, and where they are not."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest

from tongchi.errors import SampleError, UsageError
from tongchi.survey.analysis import STEPS, SurveyAnalysis, analyse
from tongchi.survey.analysis_json import analysis_json
from tongchi.survey.analysis_models import ModelFit
from tongchi.survey.hypotheses_rule import Verdict
from tongchi.survey.instrument import HypothesisKind, Instrument
from tongchi.survey.reliability import Interval
from tongchi.survey.responses import Responses
from tongchi.survey.simulation import SimulatedGroup, Truth, simulate_responses
from tongchi.survey.unavailable import NotAvailable

TEXT = """
id = "small"
title_zh = "小问卷"
title_en = "Small"
[scale]
low = 1
high = 5
zh = ["一", "二", "三", "四", "五"]
en = ["a", "b", "c", "d", "e"]
[[construct]]
code = "will"
zh = "意愿"
en = "Will"
[[construct]]
code = "trust"
zh = "互信"
en = "Trust"
[[group]]
code = "region"
zh = "地区"
en = "Region"
[[hypothesis]]
id = "H1"
kind = "direct"
path = ["will", "trust"]
sign = "+"
zh = "意愿带来互信。"
en = "Will brings trust."
"""
ITEMS = [f"{name}{at}" for name in ("will", "trust") for at in range(1, 5)]
for code in ITEMS:
    reverse = "true" if code == "trust4" else "false"
    TEXT += (
        f'[[item]]\ncode = "{code}"\nconstruct = "{code[:-1]}"\nzh = "{code}题"\nen = "{code}?"\nreverse = {reverse}\n'
    )


def small_instrument() -> Instrument:
    return Instrument.parse(TEXT)


def answers_of(n: int = 400, seed: int = 1, path: float = 0.5) -> Responses:
    """Answers of n careful people to two constructs, the second caused by the first; trust4 is reversed."""
    rng = np.random.default_rng(seed)
    will = rng.normal(size=n)
    trust = path * will + np.sqrt(1 - path**2) * rng.normal(size=n)
    latent = np.column_stack([will] * 4 + [trust] * 4) * 0.75 + rng.normal(size=(n, 8)) * np.sqrt(1 - 0.75**2)
    codes = np.clip(np.round(3 + latent * 1.1), 1, 5)
    codes[:, 7] = 6 - codes[:, 7]
    frame = pl.DataFrame(
        {"id": [f"R{at}" for at in range(n)], "region": [("A", "B")[at % 2] for at in range(n)]}
        | {code: codes[:, at] for at, code in enumerate(ITEMS)}
    )
    return Responses(small_instrument(), frame, (), (), (), (), ())


def test_every_respondent_is_accounted_for_and_every_section_is_there() -> None:
    told: list[tuple[str, int, int]] = []
    given = answers_of()
    found = analyse(small_instrument(), given, group="region", draws=50, progress=lambda *at: told.append(at))
    assert found.sample.given == 400
    assert found.sample.used + found.cleaning.removed == 400
    assert sum(group.used for group in found.sample.groups) == found.sample.used == found.answers.height
    assert [done for _, done, _ in told] == sorted({done for _, done, _ in told})
    assert {total for _, _, total in told} == {len(STEPS)}
    assert not isinstance(found.structure, NotAvailable)
    assert isinstance(found.structure.main.fit, ModelFit)
    assert not isinstance(found.groups, NotAvailable)
    assert not isinstance(found.common_method, NotAvailable)
    assert not isinstance(found.common_method.one_factor, NotAvailable)
    assert not isinstance(found.invariance, NotAvailable)
    assert [step.name for step in found.invariance.steps] == ["configural", "metric", "scalar", "strict"]
    assert found.groups.means_comparable
    assert found.paths_within == "region"
    assert not isinstance(found.hypotheses, NotAvailable)
    assert [one.id for one in found.hypotheses.results] == ["H1"]
    assert not isinstance(found.sensitivity, NotAvailable)
    assert not isinstance(found.bottlenecks, NotAvailable)
    assert [one.construct for one in found.bottlenecks] == ["trust"]
    (need,) = [one.necessity for one in found.bottlenecks]
    assert not isinstance(need, NotAvailable)
    assert list(need.conditions) == ["will"]
    assert isinstance(found.cfa, ModelFit)
    assert isinstance(found.everyone_cfa, ModelFit)
    assert found.everyone_cfa.fit.sample.rows_given[0] == 400
    assert [each.construct for each in found.measurement.constructs] == ["will", "trust"]


@cache
def typical() -> SurveyAnalysis:
    return analyse(small_instrument(), answers_of(), draws=20)


def test_reversed_items_are_turned_before_anything_is_measured() -> None:
    found = typical()
    trust = found.measurement.constructs[1]
    assert not isinstance(trust.alpha, NotAvailable)
    assert trust.alpha.suspected_reversed == ()
    assert not isinstance(trust.loadings, NotAvailable)
    assert all(each.value > 0.5 for each in trust.loadings)


def test_the_same_seed_gives_the_same_intervals_and_another_seed_others() -> None:
    given = answers_of(n=60)
    first, again, other = (analyse(small_instrument(), given, draws=20, seed=seed) for seed in (3, 3, 4))
    assert first.measurement.htmt == again.measurement.htmt
    assert first.measurement.htmt != other.measurement.htmt


def test_the_stated_path_is_found_with_its_sign() -> None:
    found = analyse(small_instrument(), answers_of(n=2000, path=0.5), draws=20)
    assert not isinstance(found.structure, NotAvailable)
    main = found.structure.main.fit
    assert isinstance(main, ModelFit)
    (row,) = [row for row in main.fit.standardized if row["op"] == "~"]
    assert row["ci.lower"] < 0.5 < row["ci.upper"]


def test_results_as_plain_data_name_no_respondent_and_hold_no_nan() -> None:
    given = answers_of(n=60)
    plain = analysis_json(analyse(small_instrument(), given, group="region", draws=20))
    text = json.dumps(plain, allow_nan=False)
    assert not any(f'"{name}"' in text for name in given.frame["id"])
    assert plain["sample"]["given"] == 60
    assert plain["measurement"]["offices"]["not_available"] == "offices"


def test_items_that_work_otherwise_in_one_region_are_named_and_means_stay_comparable() -> None:
    shifted = pl.when(pl.col("region") == "B").then((pl.col("trust2") + 1).clip(1, 5)).otherwise(pl.col("trust2"))
    found = analyse(small_instrument(), _with(answers_of(n=600), shifted.alias("trust2")), group="region", draws=20)
    assert not isinstance(found.invariance, NotAvailable)
    assert "trust2" in {one.item for one in found.invariance.freed}
    assert isinstance(typical().invariance, NotAvailable)


def test_answers_named_as_simulated_ones_are_marked() -> None:
    assert not typical().synthetic
    named = _with(answers_of(n=60), ("SYN" + pl.col("id")).alias("id"))
    assert analyse(small_instrument(), named, draws=20).synthetic


def _with(responses: Responses, *columns: pl.Expr) -> Responses:
    return replace(responses, frame=responses.frame.with_columns(*columns))


def test_an_item_that_everybody_answers_alike_is_left_out_and_named() -> None:
    found = analyse(small_instrument(), _with(answers_of(), pl.lit(3.0).alias("will2")), draws=20)
    assert [item.code for item in found.items if not item.usable] == ["will2"]
    assert found.constructs["will"] == ("will1", "will3", "will4")
    assert isinstance(found.cfa, ModelFit)


def test_an_item_nobody_answered_is_left_out_and_named() -> None:
    found = analyse(small_instrument(), _with(answers_of(), pl.lit(None, pl.Float64).alias("will2")), draws=20)
    (empty,) = [item for item in found.items if not item.usable]
    assert (empty.code, empty.n) == ("will2", 0)
    assert isinstance(empty.mean, NotAvailable)
    assert isinstance(found.cfa, ModelFit)


def test_a_copied_item_stops_the_model_alone_and_the_reason_names_it() -> None:
    found = analyse(small_instrument(), _with(answers_of(), pl.col("will1").alias("will2")), draws=20)
    assert isinstance(found.cfa, NotAvailable)
    assert "will1" in found.cfa.en
    assert "will2" in found.cfa.zh
    assert not isinstance(found.measurement.constructs[1].alpha, NotAvailable)


def test_values_outside_the_scale_are_counted_and_then_missing() -> None:
    outside = pl.when(pl.col("id") == "R5").then(pl.lit(99.0)).otherwise(pl.col("will1")).alias("will1")
    found = analyse(small_instrument(), _with(answers_of(), outside), draws=20)
    assert found.cleaning.cleaning.flags["out_of_range"].count == 1
    (item,) = [each for each in found.items if each.code == "will1"]
    assert item.missing == 1
    assert sum(item.shares) == pytest.approx(1)


def test_a_region_of_which_nobody_answered_leaves_nothing_to_compare() -> None:
    found = analyse(small_instrument(), _with(answers_of(), pl.lit("A").alias("region")), group="region", draws=20)
    assert [group.code for group in found.sample.groups] == ["A"]
    assert isinstance(found.groups, NotAvailable)
    assert isinstance(found.cfa, ModelFit)


def test_people_without_a_region_are_counted_and_stay_in_the_models() -> None:
    region = pl.when(pl.col("id") == "R3").then(None).otherwise(pl.col("region")).alias("region")
    found = analyse(small_instrument(), _with(answers_of(), region), group="region", draws=20)
    assert found.sample.without_group == 1
    assert found.sample.used == sum(group.used for group in found.sample.groups) + 1
    assert isinstance(found.cfa, ModelFit)
    assert sum(part.count for part in found.cfa.fit.sample.moments) == found.sample.used


def test_rows_with_gaps_stay_in_the_models() -> None:
    gap = pl.when(pl.int_range(pl.len()) % 9 == 0).then(None).otherwise(pl.col("will1")).alias("will1")
    found = analyse(small_instrument(), _with(answers_of(), gap), draws=20)
    assert isinstance(found.cfa, ModelFit)
    assert found.cfa.method.missing == "fiml"
    assert sum(part.count for part in found.cfa.fit.sample.moments) == found.sample.used > found.sample.complete


def test_ordinal_answers_are_estimated_as_such_where_asked_for() -> None:
    found = analyse(small_instrument(), answers_of(), estimator="wlsmv", draws=20)
    assert isinstance(found.cfa, ModelFit)
    assert found.cfa.method.ordinal
    assert found.cfa.fit.estimator == "WLSMV"


def test_people_of_one_office_are_asked_how_far_they_agree() -> None:
    office = (pl.int_range(pl.len()) % 20).cast(pl.String).alias("office")
    found = analyse(small_instrument(), _with(answers_of(), office), office="office", draws=20)
    assert not isinstance(found.measurement.offices, NotAvailable)
    assert [each.construct for each in found.measurement.offices] == ["will", "trust"]
    assert isinstance(typical().measurement.offices, NotAvailable)


def test_fewer_people_than_items_get_descriptions_and_reasons() -> None:
    found = analyse(small_instrument(), answers_of(n=6), draws=20)
    assert isinstance(found.cfa, NotAvailable)
    assert found.sample.given == 6
    assert len(found.items) == 8


def test_a_group_that_the_answers_do_not_have_is_refused() -> None:
    with pytest.raises(UsageError, match="regiom"):
        analyse(small_instrument(), answers_of(), group="regiom")


def test_with_few_items_a_run_of_like_answers_sets_nobody_aside() -> None:
    decision = typical().cleaning
    flagged = decision.cleaning.flags["regular_string"]
    assert flagged.count > 0.08 * 400
    assert not {"longest_string", "regular_string"} & set(decision.rules)
    assert decision.removed < flagged.count


def test_a_file_without_rows_is_refused() -> None:
    with pytest.raises(SampleError, match="no responses"):
        analyse(small_instrument(), replace(answers_of(), frame=answers_of().frame.head(0)))


def test_answers_without_any_difference_are_refused() -> None:
    alike = [pl.lit(4.0).alias(code) for code in ITEMS]
    with pytest.raises(SampleError):
        analyse(small_instrument(), _with(answers_of(), *alike))


@pytest.mark.slow
def test_the_shipped_instrument_recovers_what_simulated_answers_were_made_from() -> None:
    region = (SimulatedGroup("A", 0.5), SimulatedGroup("B", 0.5, means={"trust": -0.4}, items={"trust3": 0.8}))
    instrument = Instrument.default()
    simulated = simulate_responses(instrument, 700, Truth(group="region", groups=region, careless_share=0.05), seed=5)
    found = analyse(instrument, simulated.responses, group="region", draws=100)
    assert found.synthetic
    assert not isinstance(found.hypotheses, NotAvailable)
    direct = [one for one in found.hypotheses.results if one.hypothesis.kind is HypothesisKind.DIRECT]
    effects = {one.id: one.effect for one in direct if not isinstance(one.effect, NotAvailable)}
    assert len(effects) == len(direct) == 11
    truth = {one.id: simulated.paths[one.hypothesis.path[0], one.hypothesis.path[1]] for one in direct}
    inside = [name for name, at in effects.items() if _holds(at.standardised_interval, truth[name])]
    assert len(inside) >= 10  # eleven intervals of 95 %
    assert all(one.verdict is Verdict.SUPPORTED for one in direct)
    assert not isinstance(found.invariance, NotAvailable)
    assert [one.item for one in found.invariance.freed] == ["trust3"]
    careless = {name for name, kind in zip(simulated.responses.frame["id"], simulated.careless, strict=True) if kind}
    assert careless <= set(found.cleaning.excluded.removed)


def _holds(interval: Interval, value: float) -> bool:
    return interval.lower <= value <= interval.upper
