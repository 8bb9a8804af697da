"""How far apart are two texts? ScaleGap: 0 for the same rules, 1 for nothing in common.

    gap = ( sum over articles of A of g  +  sum over articles of B of g ) / ( |A| + |B| )

g of an article is 1 if it has no counterpart, 0 if it has an identical one, and otherwise the mean of w(type) over its links,
a partial link counting half. The default weights are in `GapWeights`; whoever disagrees passes others. The number is symmetric
in A and B, 0 for a text with itself, and no article's g can fall when one of its links gets a graver type or its last link goes
(it may when one of several goes, for its difference goes with it).
The interval is the 2.5–97.5 % range of a bootstrap that draws the articles of each side with replacement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tongchi.comparison.model import DifferenceType, GapPart, Link, Only, ScaleGap
from tongchi.comparison.segments import Sheet

DRAWS = 1000
SEED = 20240301
PARTIAL = 0.5


@dataclass(frozen=True, slots=True)
class GapWeights:
    """What one difference of each type adds for its article, 0 to 1; an article without counterpart adds 1.

    Raises ValueError if a weight is outside [0, 1].
    """

    identical: float = 0.0
    wording: float = 0.1
    scope: float = 0.5
    quantity: float = 0.5
    stricter: float = 0.5
    looser: float = 0.5
    conflict: float = 1.0

    def __post_init__(self) -> None:
        for kind in DifferenceType:
            if not 0 <= self.of(kind) <= 1:
                raise ValueError(f"weight of {kind.value} is {self.of(kind)}, expected a number from 0 to 1")

    def of(self, kind: DifferenceType) -> float:
        """Return the weight of a difference type."""
        return float(getattr(self, kind.value))


def measure_gap(
    a: Sheet,
    b: Sheet,
    links: Iterable[Link],
    only: Iterable[Only],
    *,
    weights: GapWeights | None = None,
    draws: int = DRAWS,
) -> ScaleGap:
    """Measure the gap between two prepared documents from their typed links and unmatched articles."""
    weights = weights or GapWeights()
    links, only = tuple(links), tuple(only)
    side_a = _article_gaps(a, [(link.a_eid, link) for link in links], weights)
    side_b = _article_gaps(b, [(link.b_eid, link) for link in links], weights)
    total = len(side_a.values) + len(side_b.values)
    if not total:
        return ScaleGap(0.0, 0.0, 0.0, (), a.document.metadata.vintage, b.document.metadata.vintage)
    value = (side_a.values.sum() + side_b.values.sum()) / total
    low, high = _interval(side_a.values, side_b.values, draws)
    parts = _parts_by_type(side_a, side_b, total) + _parts_by_chapter(a, b, side_a, side_b, total)
    return ScaleGap(
        value=round(float(value), 6),
        low=round(low, 6),
        high=round(high, 6),
        parts=parts,
        vintage_a=a.document.metadata.vintage,
        vintage_b=b.document.metadata.vintage,
    )


@dataclass(frozen=True)
class _SideGaps:
    """g of every article of one side, and how much of it each type makes up."""

    values: NDArray[np.float64]
    by_type: tuple[dict[str, float], ...]


def _article_gaps(sheet: Sheet, linked: list[tuple[str, Link]], weights: GapWeights) -> _SideGaps:
    of_article: dict[str, list[Link]] = defaultdict(list)
    for eid, link in linked:
        of_article[eid].append(link)
    values, shares = [], []
    for node in sheet.nodes:
        links = of_article.get(sheet.document.nodes[node].eid, [])
        if not links:
            share = {"only": 1.0}
        elif any(link.type is DifferenceType.IDENTICAL for link in links):
            share = {DifferenceType.IDENTICAL.value: 0.0}
        else:
            whole = sum(_strength(link) for link in links)
            share = defaultdict(float)
            for link in links:
                share[link.type.value] += _strength(link) / whole * weights.of(link.type)
        values.append(sum(share.values()))
        shares.append(dict(share))
    return _SideGaps(np.array(values, dtype=np.float64), tuple(shares))


def _strength(link: Link) -> float:
    return 1.0 if link.strength == "primary" else PARTIAL


def _interval(first: NDArray[np.float64], second: NDArray[np.float64], draws: int) -> tuple[float, float]:
    """Percentile bootstrap over articles, each side drawn apart; the wider side is drawn first, so sides may change places."""
    sides = sorted((side for side in (first, second) if len(side)), key=lambda side: (len(side), side.tolist()))
    rng = np.random.default_rng(SEED)
    sums = np.zeros(draws)
    for side in sides:
        sums += side[rng.integers(0, len(side), size=(draws, len(side)))].sum(1)
    low, high = np.quantile(sums / sum(len(side) for side in sides), [0.025, 0.975])
    return float(low), float(high)


def _parts_by_type(first: _SideGaps, second: _SideGaps, total: int) -> tuple[GapPart, ...]:
    parts = []
    for name in ("only", *(kind.value for kind in DifferenceType)):
        for side, gaps in (("a", first), ("b", second)):
            held = [share[name] for share in gaps.by_type if name in share]
            if held:
                parts.append(GapPart("type", side, name, round(sum(held) / total, 6), len(held)))
    return tuple(parts)


def _parts_by_chapter(a: Sheet, b: Sheet, first: _SideGaps, second: _SideGaps, total: int) -> tuple[GapPart, ...]:
    parts = []
    for side, sheet, gaps in (("a", a, first), ("b", b, second)):
        chapters: dict[str, list[float]] = {}
        for heading, value in zip(sheet.headings, gaps.values.tolist(), strict=True):
            chapters.setdefault(heading.split("\n")[-1], []).append(value)
        parts += [
            GapPart("chapter", side, name, round(sum(values) / total, 6), len(values))
            for name, values in chapters.items()
        ]
    return tuple(parts)
