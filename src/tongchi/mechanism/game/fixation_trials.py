"""Does one region turn all others? By many trials on any graph, until all agree.

Trials follow the asynchronous process and run in blocks with a stream of random numbers each; the count is the same for any number of workers.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tongchi.errors import EnsembleError
from tongchi.mechanism.game.graphs import RegionGraph
from tongchi.mechanism.game.payoffs import PayoffTerms
from tongchi.mechanism.game.population import Population, Setting
from tongchi.mechanism.game.rounds import Rule, Stepper
from tongchi.survey.unavailable import NotAvailable

_PLACES = 1_000_000
_WIDEST = 50_000
_STEPS = 10_000_000
_LOOK_EVERY = 8  # steps between two looks at which trials are over


@dataclass(frozen=True)
class FixationTrials:
    """Of `trials`, `fixed` ended with all regions collaborating, `lost` with none, `open` had not ended after the most steps."""

    trials: int
    fixed: int
    lost: int
    open: int
    seed: int

    @property
    def probability(self) -> float | NotAvailable:
        """The share of trials that fixed; not available while some are open."""
        if self.open:
            return NotAvailable(
                "fixation probability",
                f"{self.open} 次试验未到终局，请加大 most_steps",
                f"{self.open} trials have not ended; allow more steps",
            )
        return self.fixed / self.trials

    @property
    def standard_error(self) -> float | NotAvailable:
        r"""Binomial standard error :math:`\sqrt{p(1-p)/n}`, with one trial of either end added so that it is never 0."""
        if self.open:
            return NotAvailable("standard error", "有试验未到终局", "some trials have not ended")
        share = (self.fixed + 1) / (self.trials + 2)
        return float(np.sqrt(share * (1 - share) / self.trials))


def fixation_trials(
    graph: RegionGraph,
    terms: PayoffTerms,
    rule: Rule,
    *,
    trials: int = 100_000,
    start: int | ArrayLike = 1,
    most_steps: int = _STEPS,
    seed: int = 0,
    workers: int = 2,
) -> FixationTrials:
    """Start with few collaborators and go on, one region after the other, until all agree.

    Parameters
    ----------
    start : how many collaborate at the start, drawn evenly in each trial; or the places of those that do, the same in all trials
    most_steps : turns after which a trial is left open

    Raises
    ------
    EnsembleError
    """
    if trials < 1 or most_steps < 1 or terms.size != graph.size:
        found = f"trials = {trials}, most_steps = {most_steps}, terms (2, {terms.size})"
        raise EnsembleError(found=found, expected=f"≥ 1, ≥ 1, (2, {graph.size})", advice="")
    chosen = _checked_start(graph.size, start)
    setting = Setting(graph, terms, None, np.float64)
    width = min(_WIDEST, max(8, _PLACES // graph.size))
    jobs = [
        (np.random.SeedSequence([seed, block]), min(width, trials - at))
        for block, at in enumerate(range(0, trials, width))
    ]

    def run(job: tuple[np.random.SeedSequence, int]) -> tuple[int, int]:
        return _run_block(setting, rule, chosen, job, most_steps=most_steps)

    with ThreadPoolExecutor(max(1, workers)) as pool:
        ends = list(pool.map(run, jobs))
    fixed, lost = sum(end[0] for end in ends), sum(end[1] for end in ends)
    return FixationTrials(trials, fixed, lost, trials - fixed - lost, seed)


def _run_block(
    setting: Setting,
    rule: Rule,
    start: int | NDArray[np.int64],
    job: tuple[np.random.SeedSequence, int],
    *,
    most_steps: int,
) -> tuple[int, int]:
    """Return how many trials of a block fixed and how many were lost."""
    stream, trials = job
    rng = np.random.Generator(np.random.SFC64(stream))
    strategies = np.zeros((setting.graph.size, trials))
    if isinstance(start, int):
        first = np.argpartition(rng.random(strategies.shape), start - 1, axis=0)[:start]
        np.put_along_axis(strategies, first, 1.0, axis=0)
    else:
        strategies[start] = 1.0
    population, stepper = Population(setting, strategies), Stepper(setting, rule, 0.0, rng)
    fixed = lost = 0
    for turn in range(most_steps):
        if turn % _LOOK_EVERY == 0:
            top, bottom = population.counts == population.size, population.counts == 0
            over = int(top.sum() + bottom.sum())
            if over * 8 >= population.replicates:
                fixed, lost = fixed + int(top.sum()), lost + int(bottom.sum())
                if over == population.replicates:
                    return fixed, lost
                population.keep(~(top | bottom))
        stepper.step(population)
    top, bottom = population.counts == population.size, population.counts == 0
    return fixed + int(top.sum()), lost + int(bottom.sum())


def _checked_start(size: int, start: int | ArrayLike) -> int | NDArray[np.int64]:
    if isinstance(start, int | np.integer):
        if not 1 <= start < size:
            raise EnsembleError(found=f"start = {start}", expected=f"1–{size - 1}", advice="")
        return int(start)
    places = np.unique(np.asarray(start, dtype=np.int64))
    if not len(places) or places[0] < 0 or places[-1] >= size:
        raise EnsembleError(found=f"start = {places.tolist()}", expected=f"0–{size - 1}", advice="")
    return places
