"""Ensembles and scenarios: the same member wherever it runs, fair comparison, and sentences that follow the numbers."""

from __future__ import annotations

import numpy as np
import pytest

from tongchi.errors import EnsembleError, MechanismModelError
from tongchi.mechanism.dynamics import LEVERS, STATES
from tongchi.mechanism.ensembles import draw_parameters, run_ensemble
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.mechanism.scenarios import (
    Scenario,
    default_scenarios,
    parse_change,
    parse_scenarios,
    run_scenarios,
)
from tongchi.mechanism.shadow_values import construct_values, lever_values

MODEL = DynamicModel.default()


def test_a_member_is_the_same_among_few_or_many() -> None:
    assert np.array_equal(draw_parameters(MODEL, 30, 4), draw_parameters(MODEL, 2500, 4)[:30])
    assert not np.array_equal(draw_parameters(MODEL, 30, 4), draw_parameters(MODEL, 30, 5))


def test_parameters_lie_in_their_ranges() -> None:
    drawn = draw_parameters(MODEL, 3000, 1)
    low, high = MODEL.bounds.T
    assert (drawn >= low).all()
    assert (drawn <= high).all()
    assert np.allclose(drawn.mean(axis=0), (low + high) / 2, atol=0.05 * (high - low))


def test_the_result_does_not_depend_on_the_workers() -> None:
    one = run_ensemble(MODEL, members=2300, seed=2, workers=1)
    two = run_ensemble(MODEL, members=2300, seed=2, workers=2)
    assert one.paths.values.tobytes() == two.paths.values.tobytes()


@pytest.mark.cluster
def test_the_cluster_gives_the_same_bytes() -> None:
    pytest.importorskip("distributed")
    one = run_ensemble(MODEL, members=2300, seed=2)
    two = run_ensemble(MODEL, members=2300, seed=2, engine="cluster", workers=2)
    assert one.paths.values.tobytes() == two.paths.values.tobytes()


def test_progress_is_told_up_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    run_ensemble(MODEL, members=500, progress=lambda done, members: told.append((done, members)))
    assert told[-1] == (500, 500)


def test_bands_are_in_order_and_cover_every_state_and_time() -> None:
    found = run_ensemble(MODEL, members=200)
    bands = found.bands()
    assert len(bands) == len(STATES) * len(found.paths.times)
    assert (bands["q05"] <= bands["q50"]).all()
    assert (bands["q50"] <= bands["q95"]).all()


def test_no_member_is_no_ensemble() -> None:
    with pytest.raises(EnsembleError, match="≥ 1"):
        run_ensemble(MODEL, members=0)


CHANGES = {  # text: (setting before, after)
    "reward=0.6": (0.2, 0.6),
    "reward=+0.1": (0.2, 0.3),
    "reward=-0.5": (0.2, 0.0),
    "reward=+20%": (0.2, 0.24),
    "reward=−50%": (0.2, 0.1),
    "reward = +900%": (0.2, 1.0),
}


@pytest.mark.parametrize(("text", "settings"), CHANGES.items())
def test_levers_are_set_added_or_multiplied_within_bounds(text: str, settings: tuple[float, float]) -> None:
    assert parse_change(text, MODEL).apply(settings[0]) == pytest.approx(settings[1])


def test_a_lever_may_move_later() -> None:
    scenario = Scenario("later", "稍后", "later", (parse_change("reward=0.9@4", MODEL),))
    column = scenario.schedule(MODEL)[:, LEVERS.index("reward")]
    assert column[:4].tolist() == [0.2] * 4
    assert set(column[4:].tolist()) == {0.9}


@pytest.mark.parametrize("text", ["rewrd=0.2", "reward=much", "reward=20%", "reward=1.5", "reward"])
def test_a_lever_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(MechanismModelError):
        parse_change(text, MODEL)


@pytest.mark.parametrize(
    "text",
    [
        "",
        '[[scenario]]\nid="a"\n[[scenario]]\nid="a"',
        '[[scenario]]\nid="a"\nlevers={rewrd=0.1}',
        '[[scenario]]\nname="a"',
        "[",
    ],
)
def test_a_scenario_file_that_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(MechanismModelError):
        parse_scenarios(text, MODEL, file="scenarios.toml")


def test_scenarios_are_held_against_the_baseline_in_the_same_member() -> None:
    runs = run_scenarios(MODEL, members=400)
    table = runs.table()
    assert table["scenario"].to_list()[0] == "baseline"
    base = table.row(0, named=True)
    assert base["gain_q05"] == base["gain_q95"] == 0
    assert (table["gain_q05"][1:] >= -1e-9).all()  # every shipped scenario only adds effort
    assert table["best"].sum() == pytest.approx(1.0)
    assert (table["regret_mean"] >= 0).all()
    both = table.filter(table["scenario"] == "both").row(0, named=True)
    assert both["regret_mean"] == table["regret_mean"].min()


def test_the_sentence_follows_the_numbers() -> None:
    runs = run_scenarios(MODEL, members=300)
    best = runs.table().sort("gain_q50", descending=True).row(0, named=True)
    for language, name in (("zh", best["zh"]), ("en", best["en"])):
        text = runs.sentence(language)
        assert name in text
        assert f"{best['gain_q50']:.2f}" in text
        assert f"{best['better_than_baseline']:.0%}" in text
    idle = (default_scenarios(MODEL)[0], Scenario("idle", "不动", "idle"))
    assert "没有一种方案" in run_scenarios(MODEL, idle, members=50).sentence("zh")
    assert "one scenario only" in run_scenarios(MODEL, idle[:1], members=50).sentence("en")


def test_shadow_values_say_which_lever_and_construct_bind() -> None:
    levers = lever_values(MODEL, members=200)
    constructs = construct_values(MODEL, members=200)
    for found in (levers, constructs):
        assert found.binding().sum() == pytest.approx(1.0)
        assert (found.to_frame()["q50"] > 0).all()
        assert found.values.min() > -0.1  # a closed gap takes its own motive away, so help may hurt a little
    assert constructs.to_frame()["name"].to_list()[0] == "standardisation"
    with pytest.raises(MechanismModelError, match="faith"):
        construct_values(MODEL, constructs=["faith"])


def test_a_shadow_value_is_the_slope_of_the_outcome() -> None:
    found = lever_values(MODEL, parameters=MODEL.values[None], outcome="trust")
    moved = MODEL.with_levers({"reward": 0.2 + 1e-4})
    slope = (
        run_ensemble(moved, parameters=MODEL.values[None]).outcome("trust")
        - run_ensemble(MODEL, parameters=MODEL.values[None]).outcome("trust")
    ) / 1e-4
    assert found.values[LEVERS.index("reward"), 0] == pytest.approx(slope[0], rel=0.15)


def test_less_of_a_barrier_is_the_gain() -> None:
    runs = run_scenarios(MODEL, members=200, outcome="barrier")
    table = runs.table()
    assert (table["gain_q50"][1:] > 0).all()
    assert (table["q50"][1:] < table["q50"][0]).all()
    assert "行政壁垒" in runs.sentence("zh")
    assert "barrier" in runs.sentence("en")
