"""How long does the network game take, and how long do peers take for the same? N = 3,000, 1,000 rounds, 100 replicates.

A round is one synchronous turn of all regions: each draws one neighbour by the weight of the edge, compares payoffs of the round's start and
imitates by the Fermi rule. Costs and weights are uneven. Peers play the same rounds:

- NumPy, batched: all replicates side by side, every number worked out for every region in every round. One round costs as much as
  any other, so it plays 200 and the time is multiplied.
- Mesa: one object per region; plays a few rounds of one replicate, and the time is multiplied.

    python -m benchmarks.mechanism_game --part ring|mutation|star|scale_free|mesa
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded

import argparse
import json
import math
import resource
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from tongchi.mechanism.game.graph_families import ring_graph, scale_free_graph, star_graph
from tongchi.mechanism.game.graphs import RegionGraph
from tongchi.mechanism.game.imitation import Imitation
from tongchi.mechanism.game.partners import PartnerTable, draw_bits
from tongchi.mechanism.game.payoffs import CollaborationGame
from tongchi.mechanism.game.simulation import GamePaths, simulate_game

Result = dict[str, Any]
Array = NDArray[np.float64]
REGIONS, ROUNDS, REPLICATES, BENEFIT, SELECTION = 3000, 1000, 100, 2.0, 0.1
PEER_ROUNDS, MESA_ROUNDS = 200, 3
PARTS: Mapping[str, tuple[Callable[[], RegionGraph], float]] = {  # graph and mutation
    "ring": (lambda: ring_graph(REGIONS, 6), 0.0),
    "mutation": (lambda: ring_graph(REGIONS, 6), 0.01),
    "star": (lambda: star_graph(REGIONS), 0.0),
    "scale_free": (lambda: scale_free_graph(REGIONS, 3, np.random.default_rng(1)), 0.01),
}


def weighted(graph: RegionGraph) -> RegionGraph:
    """Return the graph with uneven weights."""
    once = graph.owners < graph.neighbours
    weights = np.random.default_rng(2).uniform(0.2, 1.8, graph.edges)
    return RegionGraph.from_pairs(graph.size, graph.owners[once], graph.neighbours[once], weights=weights)


def uneven_costs(size: int) -> Array:
    """Return the costs of the regions, around 1."""
    return np.random.default_rng(3).uniform(0.5, 1.5, size)


def run_part(part: str) -> Result:
    """Play the game on one graph, with two workers and with one, and let NumPy play it."""
    make, mutation = PARTS[part]
    graph = weighted(make())
    costs = uneven_costs(graph.size)
    terms = CollaborationGame(cost=costs, standard_benefit=BENEFIT).terms(graph)

    def play(workers: int, rounds: int = ROUNDS) -> GamePaths:
        return simulate_game(
            graph, terms, Imitation(SELECTION), rounds=rounds, replicates=REPLICATES, mutation=mutation, workers=workers
        )

    play(2, rounds=3)
    paths, two, _ = _timed(lambda: play(2))
    _, one, cpu = _timed(lambda: play(1))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shares, peer, peer_cpu = _timed(lambda: play_by_numpy(graph, costs, PEER_ROUNDS, mutation))
    more = ROUNDS / PEER_ROUNDS
    return {
        "seconds": two,
        "one_worker": {"seconds": one, "cpu_seconds": cpu},
        "peak_mb": peak,
        "mixed": paths.mixed,
        "numpy": {"seconds": peer * more, "cpu_seconds": peer_cpu * more, "rounds": PEER_ROUNDS},
        "shares_apart_in_errors": _apart(paths.shares[:, PEER_ROUNDS], shares),
    }


def _timed(action: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return what `action` returns, its seconds and its CPU seconds, which a busy machine disturbs less."""
    start, cpu = time.perf_counter(), time.process_time()
    found = action()
    return found, time.perf_counter() - start, time.process_time() - cpu


def _apart(one: Array, other: Array) -> float:
    """Return how far two means lie apart, in standard errors: that both play one game."""
    error = np.sqrt(one.var() / len(one) + other.var() / len(other))
    return float(abs(one.mean() - other.mean()) / error)


def play_by_numpy(graph: RegionGraph, costs: Array, rounds: int, mutation: float) -> Array:
    """Return the shares (replicates,) of collaborators at the end."""
    rng, size = np.random.default_rng(5), graph.size
    shares = csr_array((graph.shares.astype(np.float32), graph.neighbours, graph.starts), shape=(size, size))
    cost = costs.astype(np.float32)[:, None]
    table, columns = PartnerTable.of(graph), np.arange(REPLICATES)
    rows = np.repeat(np.arange(size), REPLICATES)
    strategies = (rng.random((size, REPLICATES)) < 0.5).astype(np.float32)
    for _ in range(rounds):
        payoffs = strategies * (np.float32(BENEFIT) * (shares @ strategies) - cost)
        partners = (rows + table.draw(rows, draw_bits(rng, len(rows)))).reshape(size, REPLICATES)
        gap = payoffs[partners, columns] - payoffs
        taken = rng.random(gap.shape, dtype=np.float32) < 1 / (1 + np.exp(np.float32(-SELECTION) * gap))
        strategies = np.where(taken, strategies[partners, columns], strategies)
        if mutation:
            mutant = rng.random(gap.shape, dtype=np.float32) < mutation
            strategies = np.where(mutant, rng.integers(0, 2, gap.shape), strategies).astype(np.float32)
    found: Array = strategies.mean(axis=0, dtype=np.float64)
    return found


def run_mesa() -> Result:
    """Let Mesa play a few rounds of one replicate on the ring."""
    import mesa

    graph = weighted(ring_graph(REGIONS, 6))
    costs = uneven_costs(graph.size)
    rows = [
        (graph.neighbours[a:b].tolist(), graph.shares[a:b].tolist())
        for a, b in zip(graph.starts[:-1], graph.starts[1:], strict=True)
    ]

    class Region(mesa.Agent):  # type: ignore[misc]
        def __init__(self, model: Any, place: int) -> None:
            super().__init__(model)
            self.neighbours, self.weights = rows[place]
            self.cost, self.collaborates = float(costs[place]), model.random.random() < 0.5
            self.payoff, self.next = 0.0, False

        def earn(self) -> None:
            near = sum(
                w for k, w in zip(self.neighbours, self.weights, strict=True) if self.model.places[k].collaborates
            )
            self.payoff = BENEFIT * near - self.cost if self.collaborates else 0.0

        def compare(self) -> None:
            other = self.model.places[self.model.random.choices(self.neighbours, self.weights)[0]]
            chance = 1 / (1 + math.exp(-SELECTION * (other.payoff - self.payoff)))
            self.next = other.collaborates if self.model.random.random() < chance else self.collaborates

        def change(self) -> None:
            self.collaborates = self.next

    model: Any = mesa.Model(seed=1)
    model.places = [Region(model, place) for place in range(graph.size)]

    def play() -> None:
        for _ in range(MESA_ROUNDS):
            for phase in ("earn", "compare", "change"):
                model.agents.do(phase)

    _, seconds, cpu = _timed(play)
    more = ROUNDS * REPLICATES / MESA_ROUNDS
    return {"seconds": seconds * more, "cpu_seconds": cpu * more, "rounds": MESA_ROUNDS}


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the network game.")
    parser.add_argument("--part", choices=[*PARTS, "mesa"], required=True)
    part = parser.parse_args().part
    print(json.dumps(run_mesa() if part == "mesa" else run_part(part)))


if __name__ == "__main__":
    main()
