"""What does a comparison say, row by row? The engine's stored answer with the documents it is about and what people say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongchi.report.words import DIRECTIONS, KINDS, SLOTS, Words
from tongchi.workbench.aligned import aligned_rows
from tongchi.workbench.commands.corrections import Key, in_force, standing
from tongchi.workbench.models import Comparison, Correction, Document
from tongchi.workbench.sources import documents_of

Said = Mapping[Key, Sequence[Correction]]


@dataclass(frozen=True)
class Article:
    """One party's article."""

    document: Document
    eid: str
    number: str
    text: str


@dataclass(frozen=True)
class LinkShown:
    """A link of the machine, or one that people have added, with both quotes and what people say of it."""

    a: Article
    b: Article
    kind: Words
    direction: str
    direction_words: Words
    slot: Words
    value_a: str
    value_b: str
    probability: float
    quotes_a: tuple[str, ...]
    quotes_b: tuple[str, ...]
    said: Sequence[Correction]

    @property
    def standing(self) -> str:
        """Return accepted, rejected, disputed or ""."""
        return standing(self.said)


@dataclass
class RowShown:
    """Articles that govern the same question, one cell per document, and the links that begin in it."""

    label: str
    cells: list[list[Article]]
    links: list[LinkShown] = field(default_factory=list)


@dataclass(frozen=True)
class GapShown:
    """How far two texts are apart, in per cent, with the 95 % interval."""

    a: Document
    b: Document
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class FindingShown:
    """A finding as stored, its document, and what people say of it now."""

    document: Document
    found: Mapping[str, Any]
    said: Sequence[Correction]

    @property
    def standing(self) -> str:
        """Return accepted, rejected, disputed or ""."""
        return standing(self.said)


@dataclass(frozen=True)
class Table:
    """A whole comparison, to be shown."""

    documents: list[Document]
    rows: list[RowShown]
    gaps: list[GapShown]
    findings: list[FindingShown]
    commitments: list[tuple[Document, Mapping[str, Any]]]
    articles: list[tuple[Document, list[Article]]]


def table_of(comparison: Comparison) -> Table:
    """Return a comparison as a table. Whoever asks must be able to see the comparison, and so all its texts."""
    named = documents_of(comparison)
    said = in_force(named.values())
    documents = comparison.result.get("documents", [])
    articles = {
        (at, each["eid"]): Article(named[at], each["eid"], each["number"], each["text"])
        for at, document in enumerate(documents)
        if at in named
        for each in document["articles"]
    }
    keyed = {row.pk: row for row in named.values()}
    return Table(
        documents=[named[at] for at in sorted(named)],
        rows=_rows(comparison.result, sorted(named), articles, said),
        gaps=_gaps(comparison.result, named),
        findings=[_finding(keyed[each["document"]], each, said) for each in _of(comparison.findings, keyed)],
        commitments=[(keyed[each["document"]], each) for each in _of(comparison.commitments, keyed)],
        articles=[
            (named[at], [one for (place, _), one in articles.items() if place == at]) for at in sorted(named)
        ],
    )  # fmt: skip


def _of(found: Sequence[Mapping[str, Any]], keyed: Mapping[int, Document]) -> list[Mapping[str, Any]]:
    return [each for each in found if each["document"] in keyed]


def _rows(
    result: Mapping[str, Any], places: list[int], articles: Mapping[tuple[int, str], Article], said: Said
) -> list[RowShown]:
    rows, row_of = [], {}
    for row in aligned_rows(result):
        cells = [[articles[at, cell.eid] for cell in row.cells if cell.at == at] for at in places]
        shown = RowShown(row.label, cells)
        rows.append(shown)
        row_of.update({(cell.at, cell.eid): shown for cell in row.cells})
    ids = [each["id"] for each in result.get("documents", [])]
    for pair in result.get("pairs", []):
        a, b = ids.index(pair["a"]), ids.index(pair["b"])
        for link in pair["links"]:
            ends = (a, link["a_eid"]), (b, link["b_eid"])
            if ends[0] in row_of and ends[1] in articles:
                row_of[ends[0]].links.append(_link(articles[ends[0]], articles[ends[1]], link, said))
    return rows


def _link(a: Article, b: Article, link: Mapping[str, Any], said: Said) -> LinkShown:
    first, second = sorted((a, b), key=lambda each: each.document.pk)
    key: Key = (Correction.Kind.LINK, first.document.pk, first.eid, second.document.pk, second.eid, "")
    return LinkShown(
        a=a,
        b=b,
        kind=_word(KINDS, link["type"]),
        direction=link["direction"],
        direction_words=_word(DIRECTIONS, link["direction"]),
        slot=_word(SLOTS, link["slot"]),
        value_a=link["value_a"],
        value_b=link["value_b"],
        probability=100 * link["probability"],
        quotes_a=tuple(each["text"] for each in link["quotes"] if each["side"] == "a"),
        quotes_b=tuple(each["text"] for each in link["quotes"] if each["side"] == "b"),
        said=said.get(key, ()),
    )


def _word(words: Mapping[str, Words], name: str) -> Words:
    return words.get(name) or Words(name, name)


def _finding(document: Document, found: Mapping[str, Any], said: Said) -> FindingShown:
    key: Key = (Correction.Kind.FINDING, document.pk, found["clause_id"], None, "", found["code"])
    return FindingShown(document, found, said.get(key, ()))


def _gaps(result: Mapping[str, Any], named: Mapping[int, Document]) -> list[GapShown]:
    ids = [each["id"] for each in result.get("documents", [])]
    found = []
    for pair in result.get("pairs", []):
        a, b, gap = ids.index(pair["a"]), ids.index(pair["b"]), pair["gap"]
        if a in named and b in named:
            low, high = gap["interval"]
            found.append(GapShown(named[a], named[b], 100 * gap["value"], 100 * low, 100 * high))
    return found
