r"""Does the place of an office that is vacated go to the way of a neighbour, by how well it fares? Death–birth updating.

A region gives up its strategy; its neighbours j compete for the place with chance :math:`\propto w_{ij}F_j` (Ohtsuki et al. 2006; Allen et al. 2017). Fitness is
:math:`F = e^{\delta\pi}`, or :math:`1 + \delta\pi`, which agree for weak selection; δ is `selection`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tongchi.errors import EnsembleError
from tongchi.mechanism.game.partners import draw_bits, fraction
from tongchi.mechanism.game.population import Array, Coarse, Population, Setting, Whole, slots_of

Fitness = Literal["exponential", "linear"]
_TRIES = 8  # draws of a competitor that may be turned down before all of them are weighed


@dataclass(frozen=True)
class DeathBirth:
    """The rule of death–birth with intensity `selection` ≥ 0; 0 is neutral drift."""

    selection: float
    fitness: Fitness = "exponential"

    def __post_init__(self) -> None:
        if not 0 <= self.selection < np.inf:
            raise EnsembleError(found=f"δ = {self.selection:g}", expected="≥ 0", advice="")
        if self.fitness not in {"exponential", "linear"}:
            raise EnsembleError(found=f"fitness = {self.fitness}", expected="exponential, linear", advice="")

    def check(self, setting: Setting) -> None:
        """Raise `EnsembleError` where linear fitness could fall to zero or below."""
        low, _ = setting.terms.bounds
        if self.fitness == "linear" and 1.0 + self.selection * low.min() <= 0:
            raise EnsembleError(
                found=f"1 + δπ = {1.0 + self.selection * low.min():g}",
                expected="> 0",
                advice="请减小 δ 或用 exponential。/ Take a smaller δ, or exponential fitness.",
            )

    def log_fitness(self, payoffs: Any) -> Any:
        """Return log F."""
        return self.selection * payoffs if self.fitness == "exponential" else np.log1p(self.selection * payoffs)

    def limits(self, setting: Setting) -> Array:
        """Return ones (2, N): any region may change, whatever number it draws."""
        return np.ones((2, setting.graph.size))

    def changes(
        self, population: Population, rows: Whole, at: Whole, coarse: Coarse | None, rng: np.random.Generator
    ) -> NDArray[np.intp]:
        """Return which of the regions `rows` at places `at` change their minds; `coarse` is not used.

        A neighbour is drawn by its weight and takes the place with chance F over the greatest F that a neighbour may have; else another
        is drawn, which is the same as weighing all of them.
        """
        setting = population.setting
        ceiling = setting.best_near.max(axis=0)
        left, found = np.arange(len(rows)), [np.empty(0, dtype=np.intp)]
        for _ in range(_TRIES):
            here, place, bits = rows.take(left), at.take(left), draw_bits(rng, len(left))
            ways = setting.partners.draw(here, bits)
            there = place + ways * population.replicates
            theirs = population.strategies.take(there)
            log = self.log_fitness(population.payoffs(here + ways, there, theirs))
            log -= self.log_fitness(ceiling.take(here))
            taken = fraction(bits) < np.exp(np.minimum(log, 0.0))
            found.append(left[taken & (theirs != population.strategies.take(place))])
            left = left[~taken]
            if not len(left):
                break
        if len(left):
            rest = self._weigh_all(population, rows.take(left), at.take(left), rng.random(len(left)))
            found.append(left[rest])
        return np.concatenate(found)

    def _weigh_all(self, population: Population, rows: Whole, at: Whole, uniform: Array) -> NDArray[np.bool_]:
        """Return whether the place goes to the other strategy, from the fitness of every neighbour."""
        graph = population.setting.graph
        slots, owner = slots_of(graph, rows)
        neighbours = graph.neighbours.take(slots)
        there = at.take(owner) + (neighbours - rows.take(owner)) * population.replicates
        theirs = population.strategies.take(there)
        log = self.log_fitness(population.payoffs(neighbours, there, theirs)).astype(np.float64)
        starts = np.searchsorted(owner, np.arange(len(rows)))
        weight = graph.shares.take(slots) * np.exp(log - np.maximum.reduceat(log, starts).take(owner))
        unlike = weight * (theirs != population.strategies.take(at).take(owner))
        chance = np.add.reduceat(unlike, starts) / np.add.reduceat(weight, starts)
        decided: NDArray[np.bool_] = uniform < chance
        return decided
