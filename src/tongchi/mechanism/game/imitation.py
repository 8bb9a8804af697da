r"""Does a region do as a neighbour that fares better? Pairwise comparison by the Fermi rule.

Region i draws a neighbour j with chance :math:`\bar w_{ij}` and takes over its strategy with chance :math:`F = 1/(1 + e^{-\beta(\pi_j - \pi_i)})`
(Traulsen, Nowak & Pacheco 2006). `selection` is β.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tongchi.errors import EnsembleError
from tongchi.mechanism.game.partners import draw_bits, fraction
from tongchi.mechanism.game.population import Array, Coarse, Population, Setting, Whole

_LARGEST = 80.0  # e^80 is still a float32


@dataclass(frozen=True)
class Imitation:
    """The rule of pairwise comparison with intensity `selection` ≥ 0; 0 is neutral drift."""

    selection: float

    def __post_init__(self) -> None:
        if not 0 <= self.selection < np.inf:
            raise EnsembleError(found=f"β = {self.selection:g}", expected="≥ 0", advice="")

    def check(self, setting: Setting) -> None:
        """Accept any payoffs."""

    def chance(self, gap: Any) -> Any:
        """Return F for payoff differences π_j − π_i."""
        return 1.0 / self._odds(np.array(gap, dtype=np.float64))

    def _odds(self, gap: Any) -> Any:
        """Return 1/F = 1 + exp(−βΔπ), written over `gap`."""
        gap *= -self.selection
        np.minimum(gap, _LARGEST, out=gap)
        np.exp(gap, out=gap)
        gap += 1.0
        return gap

    def limits(self, setting: Setting) -> Array:
        """Return (2, N) chances that F never exceeds for a region of either strategy, whatever its neighbours do.

        A region that draws a higher number need not be looked at further; the law of the process stays the same.
        """
        low, _ = setting.terms.bounds
        best = setting.best_near[::-1]  # of the other strategy
        highest: Array = self.chance(best - low + 1e-5 * (1.0 + np.abs(best) + np.abs(low)))
        return highest

    def changes(
        self, population: Population, rows: Whole, at: Whole, coarse: Coarse | None, rng: np.random.Generator
    ) -> NDArray[np.intp]:
        """Return which of the regions `rows` at places `at` change their minds.

        A number u in [0, 1) decides on F; where its first 8 bits are drawn already, they come as `coarse`.
        """
        bits = draw_bits(rng, len(rows))
        ways = population.setting.partners.draw(rows, bits)
        there = ways * population.replicates
        there += at
        theirs = population.strategies.take(there)
        unlike = np.flatnonzero(theirs != population.strategies.take(at))
        theirs, own = theirs.take(unlike), rows.take(unlike)
        gap = population.payoffs(own + ways.take(unlike), there.take(unlike), theirs)
        gap -= population.payoffs(own, at.take(unlike), 1 - theirs)
        uniform = fraction(bits.take(unlike))
        if coarse is not None:
            uniform += coarse.take(unlike)
            uniform *= 2.0**-8
        uniform *= self._odds(gap)
        return unlike.take(np.flatnonzero(uniform < 1.0))
