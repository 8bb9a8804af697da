"""How does one round go? All regions at once, or one region after the other as often as there are regions.

In a synchronous round every region draws a partner once, compares by the state at the start of the round, and all changes are made together.
In an asynchronous round N regions drawn at random, with replacement, change one after the other, as in Traulsen et al. (2006).
With `mutation` μ, a region whose turn it is takes a strategy at random instead, with chance μ.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from tongchi.mechanism.game.death_birth import DeathBirth
from tongchi.mechanism.game.imitation import Imitation
from tongchi.mechanism.game.partners import draw_bits
from tongchi.mechanism.game.population import Coarse, Population, Setting, Whole

Rule: TypeAlias = Imitation | DeathBirth
Scheme = Literal["synchronous", "asynchronous"]


_CHUNK = 65_536  # places looked at in one go: their numbers stay in a core's cache


class Stepper:
    """Carries replicates on by a rule. `synchronous` and `asynchronous` make one round, `step` one turn in every replicate."""

    def __init__(self, setting: Setting, rule: Rule, mutation: float, rng: np.random.Generator) -> None:
        rule.check(setting)
        self.setting, self.rule, self.mutation, self.rng = setting, rule, mutation, rng
        limits = np.floor(rule.limits(setting) * 2.0**8)
        self.limits = np.minimum(limits, 2**8 - 1).astype(np.uint8)
        self.spread: tuple[Coarse, Coarse] = (np.empty(0, dtype=np.uint8), np.empty(0, dtype=np.uint8))

    def synchronous(self, population: Population) -> None:
        """Let all regions reconsider at once."""
        if len(self.spread[0]) != len(population.strategies):
            protecting, collaborating = (np.repeat(one, population.replicates) for one in self.limits)
            self.spread = protecting, collaborating
        starts = range(0, len(population.strategies), _CHUNK)
        places = np.concatenate([self._reconsider(population, slice(start, start + _CHUNK)) for start in starts])
        population.strategies[places] = 1 - population.strategies.take(places)
        if self.mutation:
            mutant = _places_by_chance(len(population.strategies), self.mutation, self.rng)
            population.strategies[mutant] = self.rng.integers(0, 2, size=len(mutant))
        _end_round(population)

    def _reconsider(self, population: Population, part: slice) -> Whole:
        """Return the places in `part` at which a region will change its mind.

        Only those are looked at closely that have a neighbour unlike themselves, and drew a number low enough for any such neighbour.
        """
        mine, protecting, collaborating = population.strategies[part], self.spread[0][part], self.spread[1][part]
        coarse = draw_bits(self.rng, -(-len(mine) // 8)).view(np.uint8)[: len(mine)]
        collaborates = mine > 0.5
        looked = coarse <= collaborating
        looked &= collaborates
        np.logical_not(collaborates, out=collaborates)
        collaborates &= coarse <= protecting
        looked |= collaborates
        looked &= population.near[part] != mine
        local: Whole = np.flatnonzero(looked)
        at = local + part.start
        changed = self.rule.changes(population, at // population.replicates, at, coarse.take(local), self.rng)
        places: Whole = at.take(changed)
        return places

    def asynchronous(self, population: Population) -> None:
        """Let N regions reconsider, one after the other."""
        for _ in range(population.size):
            self.step(population)
        if population.trust:
            _end_round(population)

    def step(self, population: Population) -> None:
        """Let one region reconsider in every replicate."""
        count = population.replicates
        rows: Whole = np.asarray(self.rng.integers(population.size, size=count))
        at = rows * count + np.arange(count)
        mine = population.strategies.take(at)
        mixed = np.flatnonzero(population.near_at(rows, at, mine) != mine)
        some, places = rows.take(mixed), at.take(mixed)
        changed = mixed.take(self.rule.changes(population, some, places, None, self.rng))
        if self.mutation:
            theirs = mine.copy()
            theirs[changed] = 1 - mine[changed]
            mutant = _places_by_chance(count, self.mutation, self.rng)
            theirs[mutant] = self.rng.integers(0, 2, size=len(mutant))
            changed = np.flatnonzero(theirs != mine)
        if len(changed):
            population.flip(at.take(changed), rows.take(changed))


def _end_round(population: Population) -> None:
    if population.trust:
        population.trust.update(population.table)
    population.refresh()


def _places_by_chance(count: int, chance: float, rng: np.random.Generator) -> Whole:
    """Return which of `count` places are hit, each with `chance`, by drawing the gaps between them."""
    expected = count * chance
    gaps = [rng.geometric(chance, size=int(expected + 6 * np.sqrt(expected) + 8))]
    while sum(int(gap.sum()) for gap in gaps) <= count:
        gaps.append(rng.geometric(chance, size=64))
    places: Whole = np.cumsum(np.concatenate(gaps)) - 1
    return places[places < count]
