r"""What does a region gain by collaborating, what by protecting its own? Payoffs that depend on what its neighbours do.

With :math:`f_i = \sum_j \bar w_{ij}s_j` the share of collaborating neighbours, :math:`h_i = \sum_j \bar w_{ij}\theta_{ij}s_j` the same weighed by trust, and x
the share of all, region i gets by strategy s (1 collaborate, 0 protect)

.. math:: \pi_i(s) = \alpha_{is} + \beta_{is} f_i + \gamma_{is} h_i + \delta_{is} x.

Every term that the theory names is of this form, so the engine knows only four tables (2, N). Without a rule for trust, h = f.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from tongchi.errors import EnsembleError
from tongchi.mechanism.game.graphs import RegionGraph

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PayoffTerms:
    """The tables (2, N): row 0 protect, row 1 collaborate. `alone` α, `neighbours` β, `trusted` γ, `everyone` δ."""

    alone: Array
    neighbours: Array
    trusted: Array
    everyone: Array

    def __post_init__(self) -> None:
        for one in fields(self):
            table = getattr(self, one.name)
            if table.shape != self.alone.shape or len(table) != 2 or not np.isfinite(table).all():
                raise EnsembleError(
                    found=f"{one.name} {table.shape}", expected="(2, N)，有限值 / finite values", advice=""
                )

    @property
    def size(self) -> int:
        """Number of regions."""
        return int(self.alone.shape[1])

    def payoffs(
        self, strategy: int, near: ArrayLike, everyone: ArrayLike = 0.0, trusted: ArrayLike | None = None
    ) -> Array:
        """Return the payoffs (…, N) of one strategy where shares `near` (…, N) of the neighbours and `everyone` of all collaborate."""
        close = np.asarray(near, dtype=np.float64)
        kept = close if trusted is None else np.asarray(trusted, dtype=np.float64)
        found: Array = (
            self.alone[strategy]
            + self.neighbours[strategy] * close
            + self.trusted[strategy] * kept
            + self.everyone[strategy] * np.asarray(everyone, dtype=np.float64)
        )
        return found

    @property
    def bounds(self) -> tuple[Array, Array]:
        """Least and greatest payoff (2, N) of each region by strategy, over all that others may do."""
        parts = (self.neighbours, self.trusted, self.everyone)
        low = self.alone + sum(np.minimum(part, 0.0) for part in parts)
        high = self.alone + sum(np.maximum(part, 0.0) for part in parts)
        return low, high

    def relabelled(self, order: ArrayLike) -> PayoffTerms:
        """Return the terms of the regions in another order, as `RegionGraph.relabelled`."""
        places = np.asarray(order)
        return PayoffTerms(*(getattr(self, one.name)[:, places] for one in fields(self)))


def matrix_game(
    table: ArrayLike, graph: RegionGraph, *, subsidy: ArrayLike = 0.0, accumulated: bool = False
) -> PayoffTerms:
    """Return the terms of a game [[a, b], [c, d]]: what row gets against column, collaborators first.

    A region's payoff is the weighted mean over its neighbours, as in Allen et al. (2017); `accumulated` takes the weighted sum instead,
    which favours regions with many ties. `subsidy`, one or (N,), is added to what collaborators get.
    """
    found = np.asarray(table, dtype=np.float64)
    if found.shape != (2, 2):
        raise EnsembleError(found=f"payoffs {found.shape}", expected="2×2", advice="")
    scale = graph.strengths if accumulated else np.ones(graph.size)
    (a, b), (c, d) = found
    alone = np.stack([d * scale, b * scale + np.broadcast_to(subsidy, graph.size)])
    none = np.zeros_like(alone)
    return PayoffTerms(alone, np.stack([(c - d) * scale, (a - b) * scale]), none, none)


@dataclass(frozen=True)
class CollaborationGame:
    r"""Collaborate or protect. Every number may be one for all or (N,), one per region; all are in the unit of the cost.

    ================= =====================================================================================================
    cost              what collaborating costs: staff, rules rewritten, own firms exposed
    standard_benefit  worth of a standard that all neighbours share; a collaborator gets it by the share of neighbours that
                      collaborate, weighed by trust: a shared rule is worth what the other side keeps of it
    adopters_benefit  worth of a standard that all regions share; a collaborator gets it by the share of all that collaborate
    spill_over        what collaborating neighbours are worth to anyone, also to those who protect
    subsidy, sanction what the centre gives to those who collaborate, and takes from those who protect
    prize             worth of promotion, decided between neighbours by visible output
    visible_output    output that collaborating adds in the eyes of who promotes; negative where protecting looks better
    noise             standard deviation of what else decides, in the unit of output, > 0
    output_spill_over share of a region's output that counts for its rival as well, < 1
    ================= =====================================================================================================

    The tournament gives region i against a neighbour j :math:`V(\Phi(\frac{(1-r)g(s_i-s_j)}{\sigma\sqrt2}) - ½)`, the prize by the chance of winning less
    the chance of a toss-up (Lazear & Rosen 1981; `institutions.tournament_effort`).
    """

    cost: ArrayLike = 1.0
    standard_benefit: ArrayLike = 0.0
    adopters_benefit: ArrayLike = 0.0
    spill_over: ArrayLike = 0.0
    subsidy: ArrayLike = 0.0
    sanction: ArrayLike = 0.0
    prize: ArrayLike = 0.0
    visible_output: ArrayLike = 0.0
    noise: ArrayLike = 1.0
    output_spill_over: ArrayLike = field(default=0.0)

    def terms(self, graph: RegionGraph) -> PayoffTerms:
        """Return the four tables for the regions of a graph. Raise `EnsembleError` where a number is out of range or of another length."""
        value = {one.name: self._per_region(one.name, graph.size) for one in fields(self)}
        gap = (1.0 - value["output_spill_over"]) * value["visible_output"] / (value["noise"] * np.sqrt(2.0))
        ahead = value["prize"] * (ndtr(gap) - 0.5)
        none = np.zeros(graph.size)
        return PayoffTerms(
            alone=np.stack([-value["sanction"], value["subsidy"] - value["cost"] + ahead]),
            neighbours=np.stack([value["spill_over"] - ahead, value["spill_over"] - ahead]),
            trusted=np.stack([none, value["standard_benefit"]]),
            everyone=np.stack([none, value["adopters_benefit"]]),
        )

    def _per_region(self, name: str, size: int) -> Array:
        given = np.asarray(getattr(self, name), dtype=np.float64)
        if given.shape not in {(), (size,)} or not np.isfinite(given).all():
            raise EnsembleError(
                found=f"{name} {given.shape}", expected=f"一个数或 ({size},) / one number or ({size},)", advice=""
            )
        low, high = _RANGES.get(name, (-np.inf, np.inf))
        if not ((low < given) & (given < high)).all():
            raise EnsembleError(
                found=f"{name} = {given.min():g} … {given.max():g}", expected=f"{low:g} – {high:g}", advice=""
            )
        return np.broadcast_to(given, size).astype(np.float64)


_RANGES: Mapping[str, tuple[float, float]] = {"noise": (0.0, np.inf), "output_spill_over": (-np.inf, 1.0)}
