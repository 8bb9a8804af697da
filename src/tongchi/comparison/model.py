"""What does a comparison find? Links with their differences, unmatched provisions, and the gap."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from tongchi.documents.model import Document
from tongchi.provisions.model import Measure

if TYPE_CHECKING:
    import polars as pl

Side = Literal["a", "b"]


class DifferenceType(StrEnum):
    """How side B differs from side A in a linked pair, by the first that applies (design.md, vocabulary)."""

    IDENTICAL = "identical"
    CONFLICT = "conflict"
    QUANTITY = "quantity"
    STRICTER = "stricter"
    LOOSER = "looser"
    SCOPE = "scope"
    WORDING = "wording"


class Direction(StrEnum):
    """Direction of a difference, B against A."""

    STRICTER = "S"
    LOOSER = "L"
    MIXED = "N"
    EQUAL = "="


@dataclass(frozen=True, slots=True)
class QuantityDifference:
    """One parameter on both sides; `a` or `b` is None where that side states no number for it."""

    what: str
    a: Measure | None
    b: Measure | None
    direction: Direction


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of one document that prove a statement: article number, node eId, offsets in `Document.source`."""

    side: Side
    eid: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Two articles that govern the same question.

    `a` and `b` are article numbers; `probability` is calibrated; `strength` is primary where the shared content
    is the main content of one article at least. `slot` names what differs (modality, actor, condition, measure,
    extra provision …) and `value_a`, `value_b` the differing words. `severity` in [0, 1] is the weight of the
    difference in the gap.
    """

    a: str
    b: str
    a_eid: str
    b_eid: str
    probability: float
    strength: Literal["primary", "partial"]
    type: DifferenceType
    other_types: tuple[DifferenceType, ...]
    direction: Direction
    coarse: Literal["same", "differs"]
    quantities: tuple[QuantityDifference, ...]
    quotes: tuple[Quote, ...]
    slot: str
    value_a: str
    value_b: str
    severity: float


@dataclass(frozen=True, slots=True)
class Only:
    """An article without a counterpart (coarse answer: missing)."""

    side: Side
    number: str
    eid: str
    text: str


@dataclass(frozen=True, slots=True)
class GapPart:
    """The share of the gap that one group of provisions contributes; the parts of one split add up to the value."""

    split: Literal["type", "chapter"]
    side: str
    name: str
    contribution: float
    count: int


@dataclass(frozen=True, slots=True)
class ScaleGap:
    """How far two texts are apart: 0 (the same rules) to 1 (nothing in common), with a bootstrap interval."""

    value: float
    low: float
    high: float
    parts: tuple[GapPart, ...]
    vintage_a: str | None
    vintage_b: str | None


@dataclass(frozen=True)
class PairComparison:
    """Two documents, side by side."""

    a: Document
    b: Document
    links: tuple[Link, ...]
    only: tuple[Only, ...]
    gap: ScaleGap

    def to_frame(self) -> pl.DataFrame:
        """Return one row per link and per unmatched article, in the order of A, then B."""
        from tongchi.comparison.frames import pair_frame

        return pair_frame(self)


@dataclass(frozen=True, slots=True)
class MatterRow:
    """One provision across all parties: for each document, the numbers of its articles in this row."""

    label: str
    articles: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Comparison:
    """N documents of one matter: all pairs, aligned rows, gap matrix, and conformity to a baseline if given.

    `gap_matrix[i][j]` is the gap between documents i and j (0 on the diagonal). `baseline` is the index of the
    central text in `documents` or None; `conformity[i]` is the gap of party i to it (conformity is 1 minus its value),
    None without baseline and for the baseline itself.
    """

    matter: str
    documents: tuple[Document, ...]
    pairs: tuple[PairComparison, ...]
    rows: tuple[MatterRow, ...]
    gap_matrix: tuple[tuple[float, ...], ...]
    baseline: int | None
    conformity: tuple[ScaleGap | None, ...]

    def to_frame(self) -> pl.DataFrame:
        """Return the rows of every pair under each other, with the two document ids in front."""
        from tongchi.comparison.frames import comparison_frame

        return comparison_frame(self)
