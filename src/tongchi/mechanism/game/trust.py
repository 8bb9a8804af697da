r"""Do regions trust each other more once promises are kept? Trust on the edges of a network, in [0, 1].

After every round the trust of an edge whose two ends both collaborate grows by a share of what it lacks, :math:`\theta \mathrel{+}= g(1-\theta)`; on any other edge it
decays, :math:`\theta \mathrel{-}= d\,\theta` (theory 2: on the way mutual trust grows). It weighs the benefit of a shared standard.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tongchi.errors import EnsembleError
from tongchi.mechanism.game.graphs import RegionGraph

Real = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class TrustRule:
    """`initial` trust, one or (E,) in the order of `RegionGraph.edge_of_slot`; `growth` and `decay` per round, all in [0, 1]."""

    initial: ArrayLike = 0.1
    growth: float = 0.1
    decay: float = 0.05

    def __post_init__(self) -> None:
        for name in ("initial", "growth", "decay"):
            given = np.asarray(getattr(self, name), dtype=np.float64)
            if not ((given >= 0) & (given <= 1)).all():
                raise EnsembleError(found=f"{name} = {given.min():g} … {given.max():g}", expected="0–1", advice="")


class EdgeTrust:
    """Trust (E, R) of all edges in R replicates."""

    def __init__(self, graph: RegionGraph, rule: TrustRule, replicates: int, dtype: type[np.floating[Any]]) -> None:
        given = np.asarray(rule.initial, dtype=dtype)
        if given.shape not in {(), (graph.edges,)}:
            raise EnsembleError(found=f"initial {given.shape}", expected=f"() / ({graph.edges},)", advice="")
        once = graph.owners < graph.neighbours
        self.rule = rule
        self.ends = graph.owners[once], graph.neighbours[once]
        self.shares = graph.shares.astype(dtype)[:, None]
        self.starts, self.neighbours, self.edge_of_slot = graph.starts[:-1], graph.neighbours, graph.edge_of_slot
        self.values: Real = np.repeat(np.broadcast_to(given, graph.edges)[:, None], replicates, axis=1)

    def update(self, strategies: Real) -> None:
        """Let one round of strategies (N, R) raise and lower trust."""
        one, two = self.ends
        kept = strategies[one] * strategies[two]
        values = self.values
        growth, decay = (values.dtype.type(rate) for rate in (self.rule.growth, self.rule.decay))
        values += kept * (growth * (1 - values)) - (1 - kept) * (decay * values)

    def weighted(self, strategies: Real) -> Real:
        """Return h (N, R): the share of collaborating neighbours weighed by trust."""
        parts = self.values[self.edge_of_slot]
        parts *= self.shares
        parts *= strategies[self.neighbours]
        found: Real = np.add.reduceat(parts, self.starts, axis=0)
        return found

    def keep(self, columns: NDArray[np.bool_]) -> None:
        """Drop the replicates that are not to be kept."""
        self.values = np.ascontiguousarray(self.values[:, columns])
