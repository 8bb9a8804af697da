"""Importance and performance: total effects by another route, what the map says, and both readings of a bottleneck."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from tongchi.errors import UnknownVariableError
from tongchi.survey.analysis_bottleneck import wanted_end
from tongchi.survey.bottleneck import bottlenecks
from tongchi.survey.importance_performance import (
    QUADRANTS,
    ImportancePerformance,
    MappedConstruct,
    Quadrant,
    default_target,
    importance_performance,
)
from tongchi.survey.instrument import Construct, Hypothesis, HypothesisKind, Instrument, Item, Scale
from tongchi.survey.necessity import necessity
from tongchi.survey.scale_scores import scale_scores
from tongchi.survey.sem import Fit, Model
from tongchi.survey.simulation import Truth, simulate_responses
from tongchi.survey.structural_model import StructuralModel, StructuralModels, structural_models
from tongchi.survey.unavailable import NotAvailable

CODES = ("push", "will", "block", "joint", "goal")
PATHS = {
    ("push", "will"): 0.6,
    ("will", "joint"): 0.5,
    ("block", "joint"): -0.4,
    ("joint", "goal"): 0.6,
    ("will", "goal"): 0.2,
}
INSTRUMENT = Instrument(
    "map",
    "",
    "",
    Scale(1, 5, tuple("12345"), tuple("12345")),
    constructs=tuple(Construct(code, code, code) for code in CODES),
    items=tuple(Item(f"{code}{at}", code, "", "") for code in CODES for at in (1, 2, 3)),
    hypotheses=tuple(
        Hypothesis(f"H{at}", HypothesisKind.DIRECT, "", "", path=pair, sign="-" if size < 0 else "+")
        for at, (pair, size) in enumerate(PATHS.items())
    ),
)


def prepared(n: int = 2500, seed: int = 3, **truth: object) -> tuple[StructuralModel, Fit, pl.DataFrame]:
    whole = replace(Truth(paths=PATHS, loading=0.85, levels={"push": 0.5, "joint": -0.5, "block": 0.4}), **truth)  # type: ignore[arg-type]
    answers = simulate_responses(INSTRUMENT, n, whole, seed=seed).responses.scored()
    models = structural_models(INSTRUMENT)
    assert isinstance(models, StructuralModels)
    return models.main, Model(models.main.syntax).fit(answers, fixed_x=False), answers


def mapped(**options: object) -> ImportancePerformance:
    model, fit, answers = prepared()
    found = importance_performance(INSTRUMENT, model, fit, answers, **options)  # type: ignore[arg-type]
    assert isinstance(found, ImportancePerformance)
    return found


def of(found: ImportancePerformance, code: str) -> MappedConstruct:
    return next(one for one in found.constructs if one.construct == code)


def test_total_effects_are_the_defined_products_of_the_model_itself() -> None:
    model, fit, answers = prepared()
    labels = {(path.cause, path.effect): path.label for path in model.paths}
    through = "*".join(labels[pair] for pair in (("push", "will"), ("will", "joint"), ("joint", "goal")))
    beside = f"{labels['push', 'will']}*{labels['will', 'goal']}"
    again = Model(f"{model.syntax}\ntotal := {through} + {beside}").fit(answers, fixed_x=False)
    found = importance_performance(INSTRUMENT, model, fit, answers)
    assert isinstance(found, ImportancePerformance)
    push = of(found, "push")
    raw = next(row for row in again.estimates if row["lhs"] == "total")
    unit = next(row for row in again.standardized if row["lhs"] == "total")
    assert (push.unstandardised.value, push.unstandardised.se) == pytest.approx((raw["est"], raw["se"]), rel=1e-6)
    assert (push.importance.value, push.importance.se) == pytest.approx((unit["est.std"], unit["se"]), rel=1e-6)


def test_total_effects_are_those_the_answers_were_made_from() -> None:
    found = mapped()
    truth = {"push": 0.6 * (0.5 * 0.6 + 0.2), "will": 0.5 * 0.6 + 0.2, "block": -0.24, "joint": 0.6}
    assert {one.construct for one in found.constructs} == set(truth)
    for code, size in truth.items():
        ends = of(found, code).importance.interval
        assert ends.lower - 0.03 < size < ends.upper + 0.03


def test_performance_is_the_mean_on_a_scale_of_a_hundred() -> None:
    _, _, answers = prepared()
    one = of(mapped(), "joint")
    mean = scale_scores(INSTRUMENT, answers)["joint"].mean()
    assert isinstance(mean, float)
    assert one.performance == pytest.approx(100 * (mean - 1) / 4)
    assert one.performance_interval.lower < one.performance < one.performance_interval.upper


def test_an_obstacle_is_good_where_it_is_low() -> None:
    block = of(mapped(), "block")
    assert block.importance.interval.upper < 0
    assert block.favourable == pytest.approx(100 - block.performance)
    assert block.favourable < 50


def test_the_construct_that_matters_and_is_low_binds() -> None:
    found = mapped(rng=np.random.default_rng(1))
    assert found.binding.construct == "joint"
    assert found.binding.quadrant is Quadrant.ACT
    assert of(found, "push").quadrant is Quadrant.SUFFICIENT
    shares = [one.first_share for one in found.constructs]
    assert sum(shares) == pytest.approx(1)  # type: ignore[arg-type]
    assert found.binding.first_share > 0.9  # type: ignore[operator]
    gains = [one.gain for one in found.constructs]
    assert gains == sorted(gains, reverse=True)
    assert set(QUADRANTS) == set(Quadrant)


def test_without_a_generator_nothing_is_said_about_chance() -> None:
    assert isinstance(mapped().binding.first_share, NotAvailable)
    assert mapped(rng=np.random.default_rng(5)).table().equals(mapped(rng=np.random.default_rng(5)).table())


def test_another_target_has_its_own_causes() -> None:
    found = mapped(target="joint")
    assert {one.construct for one in found.constructs} == {"push", "will", "block"}
    assert default_target(prepared(300)[0]) == "goal"


def test_a_map_that_cannot_be_drawn_says_why() -> None:
    model, fit, answers = prepared(300)
    none = importance_performance(INSTRUMENT, model, fit, answers, target="push")
    assert isinstance(none, NotAvailable)
    assert "push" in none.en
    blind = importance_performance(INSTRUMENT, model, replace(fit, vcov=None), answers)
    assert isinstance(blind, NotAvailable)
    with pytest.raises(UnknownVariableError, match="wish"):
        importance_performance(INSTRUMENT, model, fit, answers, target="wish")


def test_both_readings_stand_side_by_side_and_may_differ() -> None:
    model, fit, answers = prepared()
    scores = scale_scores(INSTRUMENT, answers)
    rng = np.random.default_rng(2)
    # "push" has the smallest effect; an empty corner makes it necessary all the same
    capped = scores.with_columns(goal=pl.min_horizontal("goal", pl.col("push") + 0.5))
    need = necessity(capped, ["push", "will", "joint"], "goal", rng=rng, draws=500)
    average = importance_performance(INSTRUMENT, model, fit, answers, target="goal")
    both = bottlenecks("goal", average, need)
    assert both.binding_on_average == "joint"
    assert "push" in both.necessary
    assert both.rows[0].construct == "joint"
    assert both.table().filter(pl.col("construct") == "block")["d"].to_list() == [None]
    alone = bottlenecks("goal", NotAvailable("ipma", "无", "none"), need)
    assert isinstance(alone.binding_on_average, NotAvailable)
    assert len(alone.rows) == 3


def test_a_target_that_is_to_fall_turns_what_is_good_round() -> None:
    model, fit, answers = prepared()
    high, low = (importance_performance(INSTRUMENT, model, fit, answers, wanted=end) for end in ("high", "low"))  # type: ignore[arg-type]
    assert isinstance(high, ImportancePerformance)
    assert isinstance(low, ImportancePerformance)
    assert (high.wanted, low.wanted) == ("high", "low")
    for one in high.constructs:
        other = of(low, one.construct)
        assert other.importance == one.importance
        assert other.favourable == pytest.approx(100 - one.favourable)


@pytest.mark.parametrize(("signs", "end"), [("--+", "low"), ("-+", "high"), ("+", "high"), ("", "high")])
def test_the_hypotheses_say_which_end_is_wanted(signs: str, end: str) -> None:
    stated = tuple(
        Hypothesis(f"H{at}", HypothesisKind.DIRECT, "", "", path=(CODES[at], "goal"), sign=sign)  # type: ignore[arg-type]
        for at, sign in enumerate(signs)
    )
    assert wanted_end(replace(INSTRUMENT, hypotheses=stated), "goal") == end
