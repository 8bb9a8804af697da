"""Which rows, counts and names do all forms of a comparison show?

The page, the workbook and the terminal read these views, so that they cannot disagree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import PurePath

from tongchi.comparison.model import Comparison, Link, Only, PairComparison, ScaleGap, Side
from tongchi.documents.model import Document, NodeKind
from tongchi.documents.units import unit_label, unit_number

KIND_ORDER = ("conflict", "quantity", "stricter", "looser", "scope", "wording", "identical", "only_a", "only_b")
_HEADED = {NodeKind.PART, NodeKind.CHAPTER, NodeKind.SECTION, NodeKind.ARTICLE, NodeKind.CLAUSE, NodeKind.SUBCLAUSE}


@dataclass(frozen=True, slots=True)
class Article:
    """A unit of comparison: its number as used in results, as printed, its headings from the top and its span."""

    number: str
    eid: str
    label: str
    headings: tuple[str, ...]
    text: str
    start: int
    end: int

    @property
    def chapter(self) -> str:
        """The uppermost heading, "" where the text has none."""
        return self.headings[0] if self.headings else ""


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """One row: a link, or an article without counterpart (then the other side is None).

    `kind` is a difference type, `only_a` or `only_b`; `direction` is "" where no direction applies; `order` is the
    place in the table sorted by articles of A, then of B.
    """

    order: int
    kind: str
    direction: str
    severity: float
    a: Article | None
    b: Article | None
    link: Link | None
    only: Only | None


@dataclass(frozen=True)
class DocumentView:
    """A document with its articles, and the short name by which a reader tells it from the others."""

    index: int
    document: Document
    name: str

    @cached_property
    def articles(self) -> tuple[Article, ...]:
        """The units of comparison in reading order."""
        return tuple(_article(self.document, index) for index in self.document.articles)

    @cached_property
    def by_number(self) -> Mapping[str, Article]:
        """The units by number; of two with the same number, the first."""
        return {article.number: article for article in reversed(self.articles)}

    @cached_property
    def by_eid(self) -> Mapping[str, Article]:
        """The units by eId."""
        return {article.eid: article for article in self.articles}

    @cached_property
    def chapters(self) -> tuple[str, ...]:
        """The uppermost headings in order, each once."""
        return tuple(dict.fromkeys(article.chapter for article in self.articles))

    @property
    def title(self) -> str:
        """The title, else the file name, else the id."""
        return self.document.metadata.title or self.file or self.document.id

    @property
    def file(self) -> str:
        """The file name without its folder, so that results do not depend on where the file lies."""
        return PurePath(self.document.file).name if self.document.file else ""


@dataclass(frozen=True)
class PairView:
    """A pair with its rows."""

    index: int
    pair: PairComparison
    a: DocumentView
    b: DocumentView

    @cached_property
    def rows(self) -> tuple[ClauseRow, ...]:
        """All links and unmatched articles, in the order of A, then what only B has, in the order of B."""
        return tuple(_rows(self))

    @cached_property
    def counts(self) -> Counter[str]:
        """Rows by kind."""
        return Counter(row.kind for row in self.rows)

    @cached_property
    def directions(self) -> Counter[str]:
        """Links that differ, by direction S, L, N or =."""
        return Counter(link.direction.value for link in self.pair.links if link.coarse == "differs")

    @property
    def years_apart(self) -> float | None:
        """Years from the vintage of A to that of B (negative where B is older), None where a date is missing."""
        gap = self.pair.gap
        if not gap.vintage_a or not gap.vintage_b:
            return None
        return (date.fromisoformat(gap.vintage_b) - date.fromisoformat(gap.vintage_a)).days / 365.25


@dataclass(frozen=True)
class ComparisonView:
    """The whole comparison, ready to show."""

    comparison: Comparison
    documents: tuple[DocumentView, ...]
    pairs: tuple[PairView, ...]

    @property
    def is_pair(self) -> bool:
        """Whether two texts are compared and no more."""
        return len(self.documents) == 2


def view_comparison(comparison: Comparison | PairComparison) -> ComparisonView:
    """Return the rows and names of a comparison; a single pair is shown as a comparison of two."""
    whole = as_comparison(comparison)
    names = _names(whole.documents)
    documents = tuple(DocumentView(i, d, names[i]) for i, d in enumerate(whole.documents))
    pairs = tuple(
        PairView(i, pair, documents[_place(whole, pair.a)], documents[_place(whole, pair.b)])
        for i, pair in enumerate(whole.pairs)
    )
    return ComparisonView(whole, documents, pairs)


def as_comparison(comparison: Comparison | PairComparison) -> Comparison:
    """Return a comparison of N documents; a pair becomes one of two, without matter and baseline."""
    if isinstance(comparison, Comparison):
        return comparison
    gap = comparison.gap.value
    return Comparison(
        matter="",
        documents=(comparison.a, comparison.b),
        pairs=(comparison,),
        rows=(),
        gap_matrix=((0.0, gap), (gap, 0.0)),
        baseline=None,
        conformity=(None, None),
    )


def conformity_range(gap: ScaleGap) -> tuple[float, float, float]:
    """Return conformity and its interval: one minus the gap to the central text."""
    return 1 - gap.value, 1 - gap.high, 1 - gap.low


def _place(whole: Comparison, document: Document) -> int:
    for index, each in enumerate(whole.documents):
        if each is document:
            return index
    return [each.id for each in whole.documents].index(document.id)


def _names(documents: tuple[Document, ...]) -> list[str]:
    """Return short names: the place; with the year where places repeat; else the title."""
    places = [d.metadata.jurisdiction for d in documents]
    years = [(d.metadata.vintage or "")[:4] for d in documents]
    titles = [d.metadata.title or PurePath(d.file).name or d.id for d in documents]
    names: list[str] = []
    for place, year, title in zip(places, years, titles, strict=True):
        dated = list(zip(places, years, strict=True)).count((place, year)) == 1
        if place and places.count(place) == 1:
            names.append(place)
        elif place and year and dated:
            names.append(f"{place} {year}")
        else:
            names.append(f"{title}（{year}）" if year and titles.count(title) > 1 else title)
    return names


def _article(document: Document, index: int) -> Article:
    node = document.nodes[index]
    start, end = document.span(index)
    headings: list[str] = []
    parent = node.parent
    while parent >= 0:
        above = document.nodes[parent]
        if above.kind in _HEADED:
            headings.extend(filter(None, [f"{above.label} {above.heading or above.text}".strip()]))
        parent = above.parent
    number, label = unit_number(document, index), unit_label(document, index)
    return Article(number, node.eid, label, tuple(reversed(headings)), document.full_text(index).strip(), start, end)


def _rows(view: PairView) -> Iterator[ClauseRow]:
    """Yield the rows in table order."""
    place_a = {eid: at for at, eid in enumerate(view.a.by_eid)}
    place_b = {eid: at for at, eid in enumerate(view.b.by_eid)}
    entries: list[tuple[tuple[int, int, int], Link | Only]] = [
        ((0, place_a.get(link.a_eid, len(place_a)), place_b.get(link.b_eid, len(place_b))), link)
        for link in view.pair.links
    ]
    for only in view.pair.only:
        place = place_a if only.side == "a" else place_b
        at = place.get(only.eid, len(place))
        entries.append(((0, at, -1) if only.side == "a" else (1, at, 0), only))
    entries.sort(key=lambda entry: entry[0])
    for order, (_, entry) in enumerate(entries):
        yield _only_row(order, entry, view) if isinstance(entry, Only) else _link_row(order, entry, view)


def _link_row(order: int, link: Link, view: PairView) -> ClauseRow:
    direction = link.direction.value if link.coarse == "differs" else "="
    a, b = view.a.by_eid.get(link.a_eid), view.b.by_eid.get(link.b_eid)
    return ClauseRow(order, link.type.value, direction, link.severity, a, b, link, None)


def _only_row(order: int, only: Only, view: PairView) -> ClauseRow:
    side: Side = only.side
    article = (view.a if side == "a" else view.b).by_eid.get(only.eid)
    return ClauseRow(
        order, f"only_{side}", "", 1.0, article if side == "a" else None, article if side == "b" else None, None, only
    )
