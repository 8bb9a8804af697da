"""What does every region do now, and what does it get? Strategies of N regions in R replicates, with what payoffs need of them.

All arrays (N, R) are kept flat, replicates side by side: place `row * R + column`. Two ways forward: set all strategies and `refresh`, or
`flip` a few places, at most one in a replicate, which costs as much as they have neighbours.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from tongchi.mechanism.game.graphs import RegionGraph
from tongchi.mechanism.game.partners import PartnerTable
from tongchi.mechanism.game.payoffs import PayoffTerms
from tongchi.mechanism.game.trust import EdgeTrust, TrustRule

Array = NDArray[np.float64]
Real = NDArray[np.floating[Any]]
Whole = NDArray[np.int64]
Coarse = NDArray[np.uint8]


class Setting:
    """What replicates share: graph, partners, and the payoff tables as flat arrays of 2N, protect first."""

    def __init__(
        self, graph: RegionGraph, terms: PayoffTerms, trust: TrustRule | None, dtype: type[np.floating[Any]]
    ) -> None:
        self.graph, self.terms, self.trust, self.dtype = graph, terms, trust, dtype
        self.partners = PartnerTable.of(graph)
        near = terms.neighbours if trust else terms.neighbours + terms.trusted
        self.alone, self.near = terms.alone.ravel().astype(dtype), near.ravel().astype(dtype)
        self.kept = terms.trusted.ravel().astype(dtype) if trust and terms.trusted.any() else None
        self.everyone = terms.everyone.ravel().astype(dtype) if terms.everyone.any() else None

    @cached_property
    def shares(self) -> csr_array:
        """(N, N) what each region counts for each."""
        graph, shape = self.graph, (self.graph.size, self.graph.size)
        return csr_array((_whole_shares(graph, self.dtype), graph.neighbours, graph.starts), shape=shape)

    @cached_property
    def reverse_shares(self) -> Real:
        """(2E,) of a slot: what its owner counts for the neighbour."""
        return self.graph.shares[self.graph.reverse].astype(self.dtype)

    @cached_property
    def is_well_mixed(self) -> bool:
        """Whether everybody deals with everybody alike, which needs no sum over neighbours."""
        size = self.graph.size
        return len(self.graph.neighbours) == size * (size - 1) and bool(
            (self.graph.weights == self.graph.weights[0]).all()
        )

    @cached_property
    def best_near(self) -> Array:
        """(2, N) the greatest payoff that a neighbour may have by either strategy."""
        _, high = self.terms.bounds
        found: Array = np.maximum.reduceat(high[:, self.graph.neighbours], self.graph.starts[:-1], axis=1)
        return found


class Population:
    """Strategies (0 protect, 1 collaborate) with shares of collaborating neighbours, in `setting.dtype`."""

    def __init__(self, setting: Setting, strategies: Real) -> None:
        self.setting = setting
        self.size, self.replicates = strategies.shape
        self.strategies: Real = np.ascontiguousarray(strategies, dtype=setting.dtype).ravel()
        rule = setting.trust
        self.trust = EdgeTrust(setting.graph, rule, self.replicates, setting.dtype) if rule else None
        self.refresh()

    @property
    def table(self) -> Real:
        """The strategies as (N, R)."""
        return self.strategies.reshape(self.size, self.replicates)

    def refresh(self) -> None:
        """Work out all shares from the strategies."""
        table = self.table
        self.counts: Real = table.sum(axis=0)
        if self.setting.is_well_mixed:
            others = self.setting.dtype(self.size - 1)
            self.near: Real = ((self.counts - table) / others).ravel()
        else:
            self.near = np.asarray(self.setting.shares @ table).ravel()
        self.kept: Real | None = None
        if self.trust and self.setting.kept is not None:
            self.kept = self.trust.weighted(table).ravel()

    def payoffs(self, rows: Whole, at: Whole, strategy: Real) -> Real:
        """Return what regions `rows` at places `at` get by `strategy`."""
        setting = self.setting
        index = strategy.astype(np.int64)
        index *= self.size
        index += rows
        found = setting.near.take(index)
        found *= self.near_at(rows, at, strategy)
        found += setting.alone.take(index)
        if setting.kept is not None and self.kept is not None:
            found += setting.kept.take(index) * self.kept.take(at)
        if setting.everyone is not None:
            found += setting.everyone.take(index) * (self.counts.take(at - rows * self.replicates) / self.size)
        return found

    def near_at(self, rows: Whole, at: Whole, strategy: Real) -> Real:
        """Return f of regions `rows` at places `at`, which follow `strategy`."""
        if not self.setting.is_well_mixed:
            return self.near.take(at)
        others: Real = (self.counts.take(at - rows * self.replicates) - strategy) / self.setting.dtype(self.size - 1)
        return others

    def flip(self, at: Whole, rows: Whole) -> None:
        """Let regions change their minds, at most one in a replicate, and tell their neighbours."""
        change = 1 - 2 * self.strategies.take(at)
        self.strategies[at] += change
        columns = at - rows * self.replicates
        self.counts[columns] += change
        if self.setting.is_well_mixed:  # the counts say it all; `near` is out of date until `refresh`
            return
        slots, owner = slots_of(self.setting.graph, rows)
        target = self.setting.graph.neighbours.take(slots) * self.replicates + columns.take(owner)
        step = self.setting.reverse_shares.take(slots) * change.take(owner)
        self.near[target] += step
        if self.trust and self.kept is not None:
            edges = self.trust.edge_of_slot.take(slots)
            self.kept[target] += step * self.trust.values[edges, columns.take(owner)]

    def keep(self, columns: NDArray[np.bool_]) -> None:
        """Drop the replicates that are not to be kept."""
        self.strategies = np.ascontiguousarray(self.table[:, columns]).ravel()
        self.replicates = int(columns.sum())
        if self.trust:
            self.trust.keep(columns)
        self.refresh()


def _whole_shares(graph: RegionGraph, dtype: type[np.floating[Any]]) -> Real:
    """Return the shares such that, added one after the other in `dtype`, those of a region come to exactly 1.

    Then a region whose neighbours all do as it does is known by `near == strategy`. Where no correction of the last digits of the
    largest share gets there, the region is only looked at more often than need be.
    """
    shares = graph.shares.astype(dtype)
    ones = np.ones(graph.size, dtype=dtype)
    shape = (graph.size, graph.size)
    greatest = np.array([start + shares[start:end].argmax() for start, end in pairwise(graph.starts)])
    for _ in range(8):
        excess = csr_array((shares, graph.neighbours, graph.starts), shape=shape) @ ones - 1
        if not excess.any():
            break
        shares[greatest] -= excess
    return shares


def slots_of(graph: RegionGraph, rows: Whole) -> tuple[Whole, Whole]:
    """Return all slots of the regions `rows`, one after the other, and for each slot the place in `rows` it comes from."""
    many = graph.degrees.take(rows)
    owner = np.repeat(np.arange(len(rows)), many)
    before = np.cumsum(many) - many
    return np.arange(len(owner)) - before.take(owner) + graph.starts.take(rows).take(owner), owner
