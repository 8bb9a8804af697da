"""Networks of regions: what each family looks like, what is refused, what a payoff on them is made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.comparison.invented import regulation

from tongchi.documents import Document
from tongchi.errors import EnsembleError, GraphError
from tongchi.mechanism.game.graph_families import (
    commitment_graph,
    complete_graph,
    grid_graph,
    hierarchy_graph,
    ring_graph,
    scale_free_graph,
    star_graph,
)
from tongchi.mechanism.game.graphs import RegionGraph
from tongchi.mechanism.game.institutions import tournament_effort
from tongchi.mechanism.game.partners import PartnerTable, draw_bits
from tongchi.mechanism.game.payoffs import CollaborationGame, matrix_game

FAMILIES = {  # name: (graph, edges, degrees that occur)
    "complete": (complete_graph(7), 21, {6}),
    "cycle": (ring_graph(9), 9, {2}),
    "ring lattice": (ring_graph(10, 4), 20, {4}),
    "wrapped grid": (grid_graph(3, 5), 30, {4}),
    "open grid": (grid_graph(2, 3, wrapped=False), 7, {2, 3}),
    "star": (star_graph(6), 5, {1, 5}),
}


@pytest.mark.parametrize(("graph", "edges", "degrees"), FAMILIES.values(), ids=FAMILIES)
def test_families_have_the_ties_they_are_known_for(graph: RegionGraph, edges: int, degrees: set[int]) -> None:
    assert graph.edges == edges
    assert set(graph.degrees.tolist()) == degrees
    assert np.array_equal(graph.matrix(), graph.matrix().T)


def test_scale_free_graph_has_hubs_and_the_right_number_of_ties() -> None:
    graph = scale_free_graph(2000, 3, np.random.default_rng(1))
    assert graph.edges == 6 + 3 * (2000 - 4)
    assert graph.degrees.min() == 3
    assert graph.degrees.max() > 60  # a random graph of this density has none above 25
    again = scale_free_graph(2000, 3, np.random.default_rng(1))
    assert np.array_equal(graph.neighbours, again.neighbours)


def test_hierarchy_ties_provinces_and_the_cities_of_each() -> None:
    graph = hierarchy_graph({"四川": ["成都", "绵阳", "德阳"], "重庆": ["万州", "涪陵"]}, upward=2.0, among_cities=0.0)
    weights, at = graph.matrix(), graph.names.index
    assert weights[at("四川"), at("重庆")] == 1.0
    assert weights[at("四川"), at("绵阳")] == 2.0
    assert weights[at("成都"), at("绵阳")] == 0.0
    assert weights[at("成都"), at("重庆")] == 0.0
    assert graph.edges == 6


def test_edges_named_twice_either_way_round_add_up() -> None:
    graph = RegionGraph.from_edges([("b", "a"), ("a", "b", 2.5), ("b", "c", 1.0)])
    assert graph.names == ("a", "b", "c")
    assert graph.matrix().tolist() == [[0, 3.5, 0], [3.5, 0, 1], [0, 1, 0]]
    assert graph.strengths.tolist() == [3.5, 4.5, 1.0]


@st.composite
def graphs(draw: st.DrawFn) -> RegionGraph:
    size = draw(st.integers(2, 12))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    tree = [(int(rng.integers(k)), k) for k in range(1, size)]
    extra = [tuple(sorted(pair)) for pair in rng.integers(0, size, (size, 2)).tolist() if pair[0] != pair[1]]
    first, second = np.array(sorted({*tree, *extra})).T
    return RegionGraph.from_pairs(size, first, second, weights=rng.uniform(0.1, 3.0, len(first)))


@given(graphs())
def test_slots_shares_and_edges_fit_together(graph: RegionGraph) -> None:
    assert np.allclose(np.add.reduceat(graph.shares, graph.starts[:-1]), 1.0)
    assert np.array_equal(graph.owners[graph.reverse], graph.neighbours)
    assert np.array_equal(graph.reverse[graph.reverse], np.arange(2 * graph.edges))
    assert np.bincount(graph.edge_of_slot).tolist() == [2] * graph.edges
    assert np.array_equal(graph.edge_of_slot, graph.edge_of_slot[graph.reverse])
    assert np.array_equal(RegionGraph.from_matrix(graph.matrix()).weights, graph.weights)


@given(graphs(), st.integers(0, 1000))
def test_another_order_of_the_regions_is_the_same_graph(graph: RegionGraph, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(graph.size)
    assert np.array_equal(graph.relabelled(order).matrix(), graph.matrix()[np.ix_(order, order)])
    assert graph.relabelled(order).names == tuple(graph.names[k] for k in order)


@given(graphs())
def test_alias_tables_hold_the_shares_to_32_bits(graph: RegionGraph) -> None:
    table = PartnerTable.of(graph)
    per_slot = np.repeat(1.0 / graph.degrees, graph.degrees)
    kept = np.ones(len(per_slot)) if table.chance is None else table.chance / 2.0**32
    found = np.zeros((graph.size, graph.size))
    if table.chance is None:
        np.add.at(found, (graph.owners, graph.owners + table.ways), per_slot)
    else:
        np.add.at(found, (graph.owners, graph.owners + table.ways[::2]), per_slot * kept)
        np.add.at(found, (graph.owners, graph.owners + table.ways[1::2]), per_slot * (1 - kept))
    assert np.allclose(found, graph.matrix() / graph.strengths[:, None], atol=1e-8)


def test_partners_are_drawn_as_often_as_they_weigh() -> None:
    graph = RegionGraph.from_edges([("a", "b", 1.0), ("a", "c", 2.0), ("a", "d", 5.0), ("c", "d", 0.3)])
    draws = 400_000
    rows = np.zeros(draws, dtype=np.int64)
    partner = rows + PartnerTable.of(graph).draw(rows, draw_bits(np.random.default_rng(2), draws))
    share = np.bincount(partner, minlength=4) / draws
    expected = np.array([0, 1, 2, 5]) / 8
    assert (np.abs(share - expected) <= 4 * np.sqrt(expected * (1 - expected) / draws)).all()


REFUSED = {
    "parts": (lambda: RegionGraph.from_edges([("a", "b"), ("c", "d"), ("d", "e")]), "2 separate parts .such as a, b"),
    "no tie": (lambda: RegionGraph.from_pairs(3, [], []), "3 separate parts"),
    "a loop": (lambda: RegionGraph.from_edges([("a", "a"), ("a", "b")]), "a loop: a"),
    "one-sided": (lambda: RegionGraph.from_matrix([[0, 1], [2, 0]]), "one-sided"),
    "loop in a matrix": (lambda: RegionGraph.from_matrix([[1, 1], [1, 0]]), "a loop: 0"),
    "not square": (lambda: RegionGraph.from_matrix([[0, 1, 2]]), "N, N"),
    "weight zero": (lambda: RegionGraph.from_edges([("a", "b", 0.0)]), "weights > 0"),
    "weight missing": (lambda: RegionGraph.from_edges([("a", "b", float("nan"))]), "weights > 0"),
    "outside": (lambda: RegionGraph.from_pairs(2, [0], [2]), "a region that is not there"),
    "lengths": (lambda: RegionGraph.from_pairs(3, [0, 1], [1, 2], weights=[1.0]), "one length"),
    "twice named": (lambda: RegionGraph.from_pairs(2, [0], [1], names=["a", "a"]), "named twice"),
    "one region": (lambda: complete_graph(1), "N ≥ 2"),
    "no region": (lambda: star_graph(0), "N ≥ 2"),
    "odd ring": (lambda: ring_graph(8, 3), "k even"),
    "ring too small": (lambda: ring_graph(4, 4), "k < N"),
    "grid too small": (lambda: grid_graph(2, 9), "≥ 3"),
    "no links": (lambda: scale_free_graph(10, 0, np.random.default_rng(0)), "1 ≤ m"),
    "cities apart": (lambda: hierarchy_graph({"甲": ["乙"], "丙": []}, upward=0), "3 separate parts|2 separate parts"),
    "no texts": (lambda: commitment_graph({"甲": []}), "no text"),
}


@pytest.mark.parametrize(("call", "said"), REFUSED.values(), ids=REFUSED)
def test_graphs_that_cannot_carry_a_game_are_refused_with_the_reason(call: object, said: str) -> None:
    with pytest.raises(GraphError, match=said):
        call()  # type: ignore[operator]


def test_texts_that_promise_tie_their_regions() -> None:
    texts: dict[str, Document] = {
        "重庆": regulation(["本市与四川省推进证照互认。", "本市推进成渝地区双城经济圈信息共享。"], place="重庆市"),
        "四川": regulation(["本省与重庆市推进证照互认。"], place="四川省"),
    }
    assert commitment_graph(texts).matrix()[0, 1] == 3.0
    assert commitment_graph(texts, background=0.5).matrix()[0, 1] == 3.5
    texts["浙江"] = regulation(["阅览室应当每周开放。"], place="浙江省")
    with pytest.raises(GraphError, match="浙江"):
        commitment_graph(texts)
    assert commitment_graph(texts, background=0.1).matrix()[0, 2] == pytest.approx(0.1)


def test_a_matrix_game_pays_what_the_table_says() -> None:
    graph = star_graph(4)
    terms = matrix_game([[2, -1], [3, 0.5]], graph, subsidy=0.25)
    near = np.array([1 / 3, 1.0, 0.0, 0.0])
    assert terms.payoffs(1, near) == pytest.approx([0.25, 2.25, -0.75, -0.75])
    assert terms.payoffs(0, near) == pytest.approx([4 / 3, 3.0, 0.5, 0.5])
    assert matrix_game([[2, -1], [3, 0.5]], graph, accumulated=True).payoffs(0, near)[0] == pytest.approx(4.0)


def test_each_term_of_collaborating_does_what_it_is_named_for() -> None:
    graph = ring_graph(5)
    near, everyone = np.array([0, 0.5, 1, 0.5, 0]), 0.4

    def pay(strategy: int, trusted: np.ndarray | None = None, **given: object) -> np.ndarray:
        return CollaborationGame(**{"cost": 0.0, **given}).terms(graph).payoffs(strategy, near, everyone, trusted)  # type: ignore[arg-type]

    costs = np.arange(5.0)
    assert pay(1, cost=costs).tolist() == (-costs).tolist()
    assert pay(1, standard_benefit=2.0).tolist() == (2 * near).tolist()
    assert pay(1, near / 2, standard_benefit=2.0).tolist() == near.tolist()
    assert pay(0, standard_benefit=2.0).tolist() == [0.0] * 5
    assert pay(1, adopters_benefit=3.0) == pytest.approx([1.2] * 5)
    assert pay(0, spill_over=1.5).tolist() == pay(1, spill_over=1.5).tolist() == (1.5 * near).tolist()
    assert pay(1, subsidy=0.7) == pytest.approx([0.7] * 5)
    assert pay(0, sanction=0.7) == pytest.approx([-0.7] * 5)
    assert pay(0, cost=9.0).tolist() == [0.0] * 5


def test_a_tournament_is_a_toss_up_between_equals_and_pays_the_margin_otherwise() -> None:
    graph, small = ring_graph(4), 1e-4
    terms = CollaborationGame(cost=0.0, prize=2.0, visible_output=small, noise=1.3, output_spill_over=0.2).terms(graph)
    assert terms.payoffs(1, np.ones(4)) == pytest.approx(np.zeros(4))
    assert terms.payoffs(0, np.zeros(4)) == pytest.approx(np.zeros(4))
    margin = tournament_effort(2.0, 1.0, 1.3, 0.2)  # what a little more effort adds to the expected prize, at cost 1
    assert terms.payoffs(1, np.zeros(4)) / small == pytest.approx(np.full(4, margin), rel=1e-6)
    assert terms.payoffs(0, np.ones(4)) == pytest.approx(-terms.payoffs(1, np.zeros(4)))


@pytest.mark.parametrize(
    "given",
    [{"cost": [1.0, 2.0]}, {"cost": float("nan")}, {"noise": 0.0}, {"output_spill_over": 1.0}],
    ids=["length", "not finite", "no noise", "all spills over"],
)
def test_games_out_of_range_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(EnsembleError, match=next(iter(given))):
        CollaborationGame(**given).terms(ring_graph(5))  # type: ignore[arg-type]


def test_a_matrix_must_be_two_by_two() -> None:
    with pytest.raises(EnsembleError, match="2×2"):
        matrix_game([[1, 2, 3]], ring_graph(5))
