"""Synthetic answers: what was put in comes out, the same seed repeats itself, and nothing passes for real."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.errors import SampleError
from tongchi.survey.cleaning import clean
from tongchi.survey.instrument import Instrument
from tongchi.survey.scale_scores import mean_score, scale_scores
from tongchi.survey.simulation import SimulatedGroup, Truth, disturbance_covariance, simulate_responses

DEFAULT = Instrument.default()
FULL = Truth(
    levels={"incentive": -0.6, "localism": 0.5, "urgency1": 0.8, "urgency2": 0.8},
    group="region",
    groups=(SimulatedGroup("A", 0.6), SimulatedGroup("B", 0.4, {"trust": -0.5}, {"barrier2": 0.6})),
    careless_share=0.06,
    missing_share=0.03,
    offices=40,
    office_share=0.2,
)


def test_the_same_seed_gives_the_same_answers_and_another_does_not() -> None:
    first, again, other = (simulate_responses(DEFAULT, 200, FULL, seed=seed) for seed in (7, 7, 8))
    assert first.responses.frame.equals(again.responses.frame)
    assert not first.responses.frame.equals(other.responses.frame)


def test_nobody_can_take_them_for_real() -> None:
    found = simulate_responses(DEFAULT, 50, seed=1)
    assert found.synthetic
    assert found.responses.frame["id"].str.starts_with("SYN").all()


def test_answers_are_codes_of_the_scale_and_nobody_is_lost() -> None:
    frame = simulate_responses(DEFAULT, 500, FULL, seed=2).responses.frame
    answers = frame.select(DEFAULT.item_codes)
    assert frame.height == 500
    assert set(np.unique(answers.drop_nulls().to_numpy())) == {1.0, 2.0, 3.0, 4.0, 5.0}
    assert answers.null_count().to_numpy().sum() / answers.to_numpy().size == pytest.approx(0.03, abs=0.005)
    assert frame.columns[:4] == ["id", "region", "office", "duration_s"]
    assert frame.group_by("office").agg(pl.col("region").n_unique())["region"].max() == 1, "an office has one region"


@settings(max_examples=20, deadline=None)
@given(st.floats(-0.45, 0.45), st.floats(-0.45, 0.45))
def test_constructs_have_variance_one_even_in_a_loop(one: float, other: float) -> None:
    codes, paths = ["a", "b", "c"], {("a", "b"): one, ("b", "c"): 0.4, ("c", "b"): other}
    residual = disturbance_covariance(codes, paths, 0.3)
    effects = np.zeros((3, 3))
    for (cause, effect), size in paths.items():
        effects[codes.index(effect), codes.index(cause)] = size
    total = np.linalg.inv(np.eye(3) - effects)
    assert np.diag(total @ residual @ total.T) == pytest.approx(np.ones(3))


def test_true_scores_have_the_paths_that_were_asked_for() -> None:
    truth = Truth(paths={("willingness", "involvement"): 0.5, ("incentive", "involvement"): 0.3})
    scores = simulate_responses(DEFAULT, 20_000, truth, seed=3).construct_scores
    causes = scores.select("willingness", "incentive").to_numpy()
    found, *_ = np.linalg.lstsq(causes, scores["involvement"].to_numpy(), rcond=None)
    assert found == pytest.approx([0.5, 0.3], abs=0.03)
    assert scores["involvement"].var() == pytest.approx(1, abs=0.05)


def test_levels_groups_and_broken_invariance_show_in_the_answers() -> None:
    found = simulate_responses(
        DEFAULT, 4000, replace(FULL, offices=0), seed=4
    )  # few offices would move regions by chance
    scored = found.responses.scored()
    means = scale_scores(DEFAULT, scored).select(one.code for one in DEFAULT.constructs).mean().to_dicts()[0]
    assert means["incentive"] < 2.8 < 3.2 < means["localism"]
    assert mean_score(scored, ["urgency1", "urgency2"]).mean() > 3.5  # type: ignore[operator]
    by_region = scored.group_by("region").agg(pl.col(DEFAULT.item_codes).mean()).sort("region")
    gap = by_region[0].select(DEFAULT.item_codes).to_numpy() - by_region[1].select(DEFAULT.item_codes).to_numpy()
    gap = dict(zip(DEFAULT.item_codes, gap[0], strict=True))
    assert min(gap[f"trust{at}"] for at in range(1, 5)) > 0.2
    assert gap["barrier2"] < -0.3 < -0.15 < gap["barrier1"]


def test_careless_people_are_found_by_the_cleaning_rules() -> None:
    found = simulate_responses(DEFAULT, 1500, FULL, seed=5)
    careless = np.array([kind != "" for kind in found.careless])
    index = clean(found.responses).index
    order = index.argsort().argsort()
    auc = (order[careless].mean() - (careless.sum() - 1) / 2) / (~careless).sum()
    assert careless.mean() == pytest.approx(0.06, abs=0.02)
    assert auc > 0.9


def test_people_of_one_office_are_alike() -> None:
    found = simulate_responses(DEFAULT, 4000, FULL, seed=6)
    frame = found.construct_scores.with_columns(office=found.responses.frame["office"])
    between = frame.group_by("office").agg(pl.col("central_push").mean())["central_push"].var()
    assert between == pytest.approx(0.2, abs=0.1)


def test_a_score_takes_half_of_the_items() -> None:
    frame = pl.DataFrame({"a": [1.0, None, None], "b": [3.0, 4.0, None], "c": [2.0, 5.0, None], "d": [2.0, None, 1.0]})
    assert mean_score(frame, ["a", "b", "c", "d"]).to_list() == [2.0, 4.5, None]


WRONG = {
    "a construct that does not exist": (Truth(paths={("trust", "magic"): 0.2}), "magic"),
    "an item that does not exist": (Truth(loadings={"trust9": 0.2}), "trust9"),
    "a level of nothing": (Truth(levels={"mood": 0.2}), "mood"),
    "paths that are too strong": (Truth(paths={("trust", "barrier"): 1.2}), "variance"),
    "a loop that grows": (Truth(paths={("trust", "barrier"): 0.99, ("barrier", "trust"): 1.2}), "variance"),
    "a share above one": (Truth(missing_share=1.5), "share"),
    "groups without a column": (Truth(groups=(SimulatedGroup("A", 1.0),)), "name of its column"),
}


@pytest.mark.parametrize(("truth", "told"), WRONG.values(), ids=WRONG)
def test_truths_that_cannot_be_are_refused(truth: Truth, told: str) -> None:
    with pytest.raises(SampleError, match=told):
        simulate_responses(DEFAULT, 10, truth, seed=1)
