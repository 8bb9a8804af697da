"""With whom does a region compare itself? A neighbour at random, by the weight of the edge, in the same time for any degree.

Walker's alias table: a slot of the region's row is drawn evenly and kept with its own chance, or exchanged for its alias. Chances are
whole numbers of 2⁻³², and 32 random bits decide on both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tongchi.mechanism.game.graphs import RegionGraph

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Bits = NDArray[np.uint64]
_HALF = np.uint64(32)
_LOW = np.uint64(2**32 - 1)


@dataclass(frozen=True)
class PartnerTable:
    """`first` (N,) and `degrees` (N,) place a region's slots; slot p leads to `ways[2p]` with chance `chance[p]`/2³², else to `ways[2p + 1]`.

    `ways` holds how many places in the list of regions the partner lies ahead. `chance` is None where all weights of a region are equal.
    """

    first: Whole
    degrees: Bits
    ways: Whole
    chance: Bits | None

    @classmethod
    def of(cls, graph: RegionGraph) -> PartnerTable:
        """Build the table of a graph."""
        first, degrees = graph.starts[:-1], graph.degrees.astype(np.uint64)
        scaled = graph.shares * graph.degrees[graph.owners]  # 1 on the average of each row
        if np.allclose(scaled, 1.0, rtol=1e-12, atol=0):
            return cls(first, degrees, graph.neighbours - graph.owners, None)
        chance, other = np.ones(len(scaled)), graph.neighbours.copy()
        for start, end in zip(graph.starts[:-1], graph.starts[1:], strict=True):
            _fill_row(scaled[start:end], graph.neighbours[start:end], chance[start:end], other[start:end])
        ways = np.stack([graph.neighbours, other], axis=1) - graph.owners[:, None]
        return cls(first, degrees, ways.ravel(), np.rint(chance * 2.0**32).astype(np.uint64))

    def draw(self, rows: Whole, bits: Bits) -> Whole:
        """Return for each of `rows` how far ahead its partner lies; the upper half of each of `bits` decides."""
        product = bits >> _HALF
        product *= self.degrees.take(rows)
        slots = (product >> _HALF).view(np.int64)
        slots += self.first.take(rows)
        if self.chance is None:
            return self.ways.take(slots)
        product &= _LOW
        exchanged = product >= self.chance.take(slots)
        slots *= 2
        slots += exchanged
        return self.ways.take(slots)


def draw_bits(rng: np.random.Generator, count: int) -> Bits:
    """Return `count` times 64 random bits."""
    return rng.integers(0, 2**64, size=count, dtype=np.uint64)


def fraction(bits: Bits) -> Array:
    """Return the lower half of each of `bits` as a number in [0, 1)."""
    return (bits & _LOW).astype(np.float64) * 2.0**-32


def _fill_row(scaled: Array, neighbours: Whole, chance: Array, other: Whole) -> None:
    """Pair each slot with less than its share with one that has more, in place."""
    left = scaled.tolist()
    poor = [k for k, value in enumerate(left) if value < 1.0]
    rich = [k for k, value in enumerate(left) if value >= 1.0]
    while poor and rich:
        low, high = poor.pop(), rich[-1]
        chance[low], other[low] = left[low], neighbours[high]
        left[high] -= 1.0 - left[low]
        if left[high] < 1.0:
            poor.append(rich.pop())
