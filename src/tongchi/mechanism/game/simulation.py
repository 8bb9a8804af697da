"""How does collaboration spread or fail on a network, over rounds and over many replicates?

Replicates run in blocks, each with a stream of random numbers of its own from the seed and its number, so that the result is the same for any
number of workers. Without mutation a replicate in which all regions agree stays as it is and costs no more time.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from tongchi.errors import EnsembleError
from tongchi.mechanism.game.graphs import RegionGraph
from tongchi.mechanism.game.payoffs import PayoffTerms
from tongchi.mechanism.game.population import Population, Setting
from tongchi.mechanism.game.rounds import Rule, Scheme, Stepper
from tongchi.mechanism.game.trust import TrustRule
from tongchi.survey.unavailable import NotAvailable

Array = NDArray[np.float64]
Strategies = NDArray[np.int8]
Progress = Callable[[int, int], None]
"""Called with the number of replicates done and of all."""
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_PLACES = 150_000  # regions × replicates of a block: what a core's cache holds
_WIDEST = 4096


@dataclass(frozen=True)
class GamePaths:
    """What M replicates did at T recorded rounds.

    `shares` (M, T) of regions that collaborate; `trust` (M, T), the mean over the edges, or why there is none; `final` (M, N) strategies.
    """

    rounds: NDArray[np.int64]
    shares: Array
    trust: Array | NotAvailable
    final: Strategies
    names: tuple[str, ...]
    seed: int

    @property
    def all_collaborate(self) -> float:
        """Share of replicates that end with all regions collaborating."""
        return float((self.shares[:, -1] == 1.0).mean())

    @property
    def all_protect(self) -> float:
        """Share of replicates that end with all regions protecting."""
        return float((self.shares[:, -1] == 0.0).mean())

    @property
    def mixed(self) -> float:
        """Share of replicates in which the regions still differ."""
        return 1.0 - self.all_collaborate - self.all_protect

    def bands(self) -> pl.DataFrame:
        """Return one row per recorded round: the mean share and its quantiles over the replicates."""
        found = np.quantile(self.shares, QUANTILES, axis=0)
        columns = {f"q{round(100 * q):02d}": found[k] for k, q in enumerate(QUANTILES)}
        return pl.DataFrame({"round": self.rounds, "mean": self.shares.mean(axis=0), **columns})

    def regions(self) -> pl.DataFrame:
        """Return one row per region: in what share of the replicates it collaborates at the end."""
        return pl.DataFrame({"region": self.names, "collaborates": self.final.mean(axis=0)})


def simulate_game(
    graph: RegionGraph,
    terms: PayoffTerms,
    rule: Rule,
    *,
    rounds: int,
    replicates: int = 100,
    start: ArrayLike = 0.5,
    trust: TrustRule | None = None,
    mutation: float = 0.0,
    scheme: Scheme = "synchronous",
    record_every: int = 1,
    seed: int = 0,
    workers: int = 2,
    progress: Progress | None = None,
) -> GamePaths:
    """Play `rounds` rounds; in a round every region has one turn (asynchronously: one turn on the average).

    Parameters
    ----------
    start : the chance that a region collaborates at the start, one or (N,); 0 and 1 leave nothing to chance
    trust : None leaves trust out: all benefits of a shared standard count in full
    mutation : chance that a region at its turn decides by a coin
    record_every : rounds between two records; the start and the last round are always recorded

    Raises
    ------
    EnsembleError
    """
    chances = _checked(
        graph, terms, start, rounds=rounds, replicates=replicates, mutation=mutation, every=record_every, scheme=scheme
    )
    setting = Setting(graph, terms, trust, np.float32 if scheme == "synchronous" else np.float64)
    recorded = np.unique(np.append(np.arange(0, rounds + 1, record_every), rounds))
    width = min(_WIDEST, max(8, _PLACES // graph.size))
    plan = _Plan(setting, rule, chances, mutation, scheme, recorded)
    jobs = [
        (np.random.SeedSequence([seed, block]), min(width, replicates - at))
        for block, at in enumerate(range(0, replicates, width))
    ]
    parts = []
    with ThreadPoolExecutor(max(1, workers)) as pool:  # NumPy and SciPy let go of the interpreter in their loops
        for part in pool.map(lambda job: _run_block(plan, *job), jobs):
            parts.append(part)
            if progress is not None:
                progress(sum(len(one[0]) for one in parts), replicates)
    shares, kept = (np.concatenate([part[k] for part in parts]) for k in (0, 1))
    final = np.concatenate([part[2] for part in parts])
    means = kept if trust else NotAvailable("trust", "未设信任规则", "the game was played without a rule for trust")
    return GamePaths(recorded, shares, means, final, graph.names, seed)


@dataclass(frozen=True)
class _Plan:
    setting: Setting
    rule: Rule
    chances: Array
    mutation: float
    scheme: Scheme
    recorded: NDArray[np.int64]


def _run_block(plan: _Plan, stream: np.random.SeedSequence, replicates: int) -> tuple[Array, Array, Strategies]:
    """Return shares (m, T), mean trust (m, T) and final strategies (m, N) of m replicates."""
    rng = np.random.Generator(np.random.SFC64(stream))
    size = plan.setting.graph.size
    strategies = rng.random((size, replicates)) < plan.chances[:, None]
    population = Population(plan.setting, strategies.astype(plan.setting.dtype))
    stepper = Stepper(plan.setting, plan.rule, plan.mutation, rng)
    advance = stepper.synchronous if plan.scheme == "synchronous" else stepper.asynchronous
    shares, trust = np.empty((replicates, len(plan.recorded))), np.zeros((replicates, len(plan.recorded)))
    final = np.empty((replicates, size), dtype=np.int8)
    alive = np.arange(replicates)
    done = 0
    for number, goal in enumerate(plan.recorded):
        for _ in range(goal - done):
            if len(alive):
                advance(population)
        done = int(goal)
        shares[alive, number] = population.counts.astype(np.float64) / size
        if population.trust:
            trust[alive, number] = population.trust.values.mean(axis=0)
        elif not plan.mutation:
            alive = _retire(population, alive, shares[:, number:], final)
    final[alive] = population.table.T
    return shares, trust, final


def _retire(population: Population, alive: NDArray[np.intp], rest: Array, final: Strategies) -> NDArray[np.intp]:
    """Write down replicates in which all agree for all times to come, once they are a fifth, and go on without them."""
    agreed = (population.counts == 0) | (population.counts == population.size)
    if agreed.sum() * 5 < len(alive) or not agreed.any():
        return alive
    gone = alive[agreed]
    rest[gone] = rest[gone, :1]
    final[gone] = population.table[:, agreed].T
    population.keep(~agreed)
    left: NDArray[np.intp] = alive[~agreed]
    return left


def _checked(
    graph: RegionGraph,
    terms: PayoffTerms,
    start: ArrayLike,
    *,
    rounds: int,
    replicates: int,
    mutation: float,
    every: int,
    scheme: str,
) -> Array:
    chances = np.asarray(start, dtype=np.float64)
    size = graph.size
    facts = (
        (terms.size == size, f"terms (2, {terms.size})", f"(2, {size})"),
        (rounds >= 1 and replicates >= 1, f"rounds = {rounds}, replicates = {replicates}", "≥ 1"),
        (every >= 1, f"record_every = {every}", "≥ 1"),
        (0 <= mutation <= 1, f"mutation = {mutation:g}", "0–1"),
        (scheme in {"synchronous", "asynchronous"}, f"scheme = {scheme}", "synchronous, asynchronous"),
        (chances.shape in {(), (size,)}, f"start {chances.shape}", f"() / ({size},)"),
        (bool(((chances >= 0) & (chances <= 1)).all()), "start", "0–1"),
    )
    for holds, found, expected in facts:
        if not holds:
            raise EnsembleError(found=found, expected=expected, advice="")
    spread: Array = np.broadcast_to(chances, size)
    return spread
