"""Closed forms of the games against published values and against a second route to the same number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.errors import EnsembleError, GraphError
from tongchi.mechanism.game.critical_ratio import critical_benefit_cost_ratio
from tongchi.mechanism.game.fixation import (
    birth_death_fixation,
    chain_fixation,
    fermi_fixation,
    moran_fixation,
    pairwise_payoffs,
)
from tongchi.mechanism.game.institutions import (
    first_best_effort,
    reward_rest_points,
    spatial_lag_effects,
    tournament_effort,
)
from tongchi.mechanism.game.replicator import corners, imitation_path, replicator_path

DONATION = [[2.0, -1.0], [3.0, 0.0]]  # benefit 3, cost 1


def ring(size: int, degree: int) -> np.ndarray:
    weights = np.zeros((size, size))
    for step in range(1, degree // 2 + 1):
        at = np.arange(size)
        weights[at, (at + step) % size] = weights[(at + step) % size, at] = 1.0
    return weights


def star(size: int) -> np.ndarray:
    weights = np.zeros((size, size))
    weights[0, 1:] = weights[1:, 0] = 1.0
    return weights


def test_moran_fixation_as_in_nowak() -> None:
    assert moran_fixation(10, 1.1) == pytest.approx(0.14795035898410, abs=1e-13)
    assert moran_fixation(340, 1.02) == pytest.approx(0.0196312255334, abs=1e-12)
    assert moran_fixation(50, 1.0, 7) == pytest.approx(0.14)
    assert moran_fixation(5000, 0.9) == pytest.approx(0.0, abs=1e-200)


@given(st.integers(2, 60), st.floats(0.5, 2.0), st.data())
def test_moran_fixation_by_the_chain_itself(size: int, fitness: float, data: st.DataObject) -> None:
    start = data.draw(st.integers(1, size - 1))
    many = np.arange(1, size)
    total = fitness * many + size - many
    up = fitness * many / total * (size - many) / size
    down = (size - many) / total * many / size
    assert moran_fixation(size, fitness, start) == pytest.approx(chain_fixation(up, down)[start], rel=1e-9)


def test_fermi_fixation_as_in_traulsen_with_and_without_subsidy() -> None:
    assert fermi_fixation(DONATION, 20, 0.1) == pytest.approx(0.0134414277611, abs=1e-12)
    assert fermi_fixation(DONATION, 20, 0.1, subsidy=1.2) == pytest.approx(0.0520252036140, abs=1e-12)
    assert fermi_fixation(DONATION, 20, 0.0) == pytest.approx(1 / 20)


@given(st.lists(st.floats(-3, 3), min_size=4, max_size=4), st.integers(3, 30), st.floats(0, 2))
def test_fermi_fixation_by_the_chain_itself(table: list[float], size: int, selection: float) -> None:
    payoffs = np.reshape(table, (2, 2))
    collaborator, defector = pairwise_payoffs(payoffs, size)
    gain = selection * (collaborator - defector)
    up, down = 1 / (1 + np.exp(-gain)), 1 / (1 + np.exp(gain))
    expected = chain_fixation(up, down)[1]
    assert fermi_fixation(payoffs, size, selection) == pytest.approx(expected, rel=1e-6, abs=1e-12)


@given(st.floats(0, 3), st.floats(0, 3))
def test_a_larger_subsidy_never_hurts_collaboration(one: float, other: float) -> None:
    low, high = sorted([one, other])
    assert fermi_fixation(DONATION, 15, 0.3, subsidy=low) <= fermi_fixation(DONATION, 15, 0.3, subsidy=high) + 1e-15


def test_strong_selection_among_thousands_does_not_overflow() -> None:
    assert birth_death_fixation(np.full(5000, 3.0)) == pytest.approx(0.0, abs=1e-300)
    assert birth_death_fixation(np.full(5000, -3.0)) == pytest.approx(1 - np.exp(-3.0))


CRITICAL = {  # graph: (weights, ratio)
    "cycle": (ring(10, 2), (10 - 2) / (10 / 2 - 2)),
    "ring lattice": (ring(60, 6), (60 - 2) / (60 / 6 - 2)),
    "complete": (1.0 - np.eye(12), -11.0),
    "star": (star(9), np.inf),
}


@pytest.mark.parametrize(("weights", "ratio"), CRITICAL.values(), ids=CRITICAL)
def test_critical_ratio_of_known_graphs(weights: np.ndarray, ratio: float) -> None:
    assert critical_benefit_cost_ratio(weights) == pytest.approx(ratio, rel=1e-9)


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_critical_ratio_does_not_depend_on_names_or_units(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = ring(12, 2) + np.triu(rng.random((12, 12)) < 0.3, 1)
    weights = np.maximum(weights, weights.T) * 1.0
    order = rng.permutation(12)
    once = critical_benefit_cost_ratio(weights)
    assert critical_benefit_cost_ratio(3.7 * weights[np.ix_(order, order)]) == pytest.approx(once, rel=1e-8)


def test_graphs_that_cannot_be_used_are_refused() -> None:
    with pytest.raises(GraphError, match="2 separate parts"):
        critical_benefit_cost_ratio(np.kron(np.eye(2), 1 - np.eye(3)))
    with pytest.raises(GraphError, match="one-sided"):
        critical_benefit_cost_ratio([[0, 1, 0], [0, 0, 1], [1, 0, 0]])
    with pytest.raises(GraphError, match="no neighbours"):
        spatial_lag_effects([[0, 1, 0], [1, 0, 0], [0, 0, 0]], 0.3)


def test_reward_keeps_a_share_of_collaborators_or_none() -> None:
    points = reward_rest_points(5, 1.0, 0.5)
    assert [round(p.share, 10) for p in points] == [0.0, 0.4812099363, 1.0]
    assert [p.stable for p in points] == [False, True, False]
    assert [(p.share, p.stable) for p in reward_rest_points(5, 1.0, 0.19)] == [(0.0, True), (1.0, False)]
    assert [p.stable for p in reward_rest_points(5, 1.0, 1.2)] == [False, True]


def test_the_rest_share_is_where_the_replicator_runs_to() -> None:
    share = reward_rest_points(5, 1.0, 0.5)[1].share
    path = replicator_path(lambda x: 0.5 * (1 - (1 - x) ** 5) / x - 1.0, [0.02], [0.0, 400.0])
    assert path[-1, 0] == pytest.approx(share, abs=1e-8)


@pytest.mark.parametrize(("spill", "effort"), [(0, 0.2820947918), (0.5, 0.1410473959), (-0.5, 0.4231421877)])
def test_spill_over_discourages_in_a_tournament(spill: float, effort: float) -> None:
    assert tournament_effort(1.0, 1.0, 1.0, spill) == pytest.approx(effort, abs=1e-9)
    assert first_best_effort(1.0, spill) == pytest.approx(1 + spill)


def test_tournament_effort_is_the_best_answer_to_itself() -> None:
    from scipy.stats import norm

    effort = tournament_effort(2.0, 0.7, 1.3, 0.2)
    own = np.linspace(effort - 0.5, effort + 0.5, 100_001)
    gain = 2.0 * norm.cdf((1 - 0.2) * (own - effort) / (1.3 * np.sqrt(2))) - 0.7 * own**2 / 2
    assert own[gain.argmax()] == pytest.approx(effort, abs=1e-4)


def test_spatial_lag_effects_of_a_ring() -> None:
    found = spatial_lag_effects(ring(50, 6), 0.35)
    assert found.total == pytest.approx(1 / (1 - 0.35), rel=1e-12)
    assert found.direct == pytest.approx(1.0260083866, abs=1e-9)
    assert found.indirect == pytest.approx(found.total - found.direct)


def test_a_path_passes_a_corner_that_repels() -> None:
    """Three populations, each better off collaborating only while the next does not: no corner holds."""

    def advantage(x: np.ndarray) -> np.ndarray:
        return 0.5 - np.roll(x, -1)

    assert not any(corner.stable for corner in corners(advantage, 3) if len(set(corner.shares)) == 1)
    path = replicator_path(advantage, [0.9999, 0.9998, 0.9997], [0.0, 5.0, 200.0])
    assert np.abs(path[-1] - 1.0).max() > 0.1


def test_imitation_moves_the_same_way_as_the_replicator_and_slower() -> None:
    times = np.linspace(0, 5, 6)
    advantage = lambda x: 1.0 - 2.0 * x  # noqa: E731  (a formula, not a function worth a name)
    quick = replicator_path(advantage, [0.1], times)
    slow = imitation_path(advantage, [0.1], times, 1.0)
    assert (np.diff(quick[:, 0]) > 0).all()
    assert (slow[1:] < quick[1:]).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: moran_fixation(10, -1.0),
        lambda: fermi_fixation([[1, 2]], 10, 0.1),
        lambda: fermi_fixation(DONATION, 1, 0.1),
        lambda: fermi_fixation(DONATION, 10, -0.1),
        lambda: reward_rest_points(1, 1.0, 0.5),
        lambda: tournament_effort(1.0, 0.0, 1.0, 0.0),
        lambda: replicator_path(lambda x: x, [0.0], [1.0]),
        lambda: corners(lambda x: x, 40),
        lambda: spatial_lag_effects(ring(5, 2), 1.2),
    ],
)
def test_arguments_outside_their_range_are_refused(call: object) -> None:
    with pytest.raises(EnsembleError):
        call()  # type: ignore[operator]
