"""What is a document? A tree of nodes with stable ids over one normalised source text.

Names follow the field (design.md): 编 part, 章 chapter, 节 section, 条 article, 款 paragraph, 项 subparagraph,
目 item; standards by GB/T 1.1-2020: clause, subclause, list item. Ids are Akoma Ntoso 1.0 eIds (OASIS naming
convention, section 5), for instance `art_17__para_2__subpara_3`; 第十七条之一 is `art_17-1`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import polars as pl


class DocumentKind(StrEnum):
    """Which drafting convention the text follows."""

    LAW = "law"  # 编章节条款项目, and normative documents numbered 一、（一）1.
    STANDARD = "standard"  # GB/T 1.1
    STATUTE = "statute"  # English: Section, (a), (1)


class NodeKind(StrEnum):
    """The level of a node in its document."""

    TITLE = "title"
    HISTORY = "history"  # adoption and amendment notes below the title
    CONTENTS = "contents"  # 目录
    PREAMBLE = "preamble"
    PART = "part"
    CHAPTER = "chapter"
    SECTION = "section"
    ARTICLE = "article"
    PARAGRAPH = "paragraph"
    SUBPARAGRAPH = "subparagraph"
    ITEM = "item"
    CLAUSE = "clause"
    SUBCLAUSE = "subclause"
    LIST_ITEM = "list_item"
    APPENDIX = "appendix"
    TABLE = "table"
    FOOTNOTE = "footnote"
    SIGNATURE = "signature"


class Level(StrEnum):
    """Rank of the instrument (Legislation Law of the PRC, arts 10–93)."""

    LAW = "law"
    ADMINISTRATIVE_REGULATION = "administrative_regulation"
    LOCAL_REGULATION = "local_regulation"
    RULE = "rule"
    NORMATIVE_DOCUMENT = "normative_document"
    STANDARD = "standard"
    STATUTE = "statute"
    UNKNOWN = "unknown"


class Node(NamedTuple):
    """One unit of the text (a named tuple: a corpus makes half a million of them, and a frozen dataclass costs four times as much).

    `start:end` is the unit's own span in `Document.source`: its printed number, heading and text, without its
    children. The own spans of all nodes, in order, cover the source. `number` is canonical ("17", "17之一", "a",
    "5.1.1"), `label` as printed ("第十七条"), `text` the words after the label. `parent` is the index of the
    parent in `Document.nodes`, -1 at the top.
    """

    kind: NodeKind
    eid: str
    number: str
    label: str
    heading: str
    text: str
    start: int
    end: int
    parent: int


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the text says about itself; an empty string or None means that it does not say.

    `adopted` and `amended` are ISO dates, `amended` in order, `effective` the first date of commencement, `stage`
    is draft, in_force, repealed or "" where the text is silent. `dated_by_name` is the one date among `adopted` and
    `amended` that only the name of the file tells, None where the text tells them all.
    """

    title: str = ""
    issuer: str = ""
    jurisdiction: str = ""
    level: Level = Level.UNKNOWN
    number: str = ""
    adopted: str | None = None
    amended: tuple[str, ...] = ()
    effective: str | None = None
    stage: str = ""
    dated_by_name: str | None = None

    @property
    def vintage(self) -> str | None:
        """ISO date of the text as it stands: the last amendment, else adoption, else commencement, which is near it."""
        return self.amended[-1] if self.amended else self.adopted or self.effective


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about the text that a reader should check: a gap in the numbering, a repeated article …"""

    code: str
    eid: str
    zh: str
    en: str


@dataclass(frozen=True)
class Document:
    """A text that was read: normalised source, nodes in reading order, metadata and notices."""

    id: str
    kind: DocumentKind
    metadata: Metadata
    source: str
    nodes: tuple[Node, ...]
    notices: tuple[Notice, ...] = ()
    file: str = ""
    format: str = field(default="", compare=False)

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """For each node, the indices of its children, in order."""
        lists: list[list[int]] = [[] for _ in self.nodes]
        for index, node in enumerate(self.nodes):
            if node.parent >= 0:
                lists[node.parent].append(index)
        return tuple(tuple(each) for each in lists)

    @cached_property
    def articles(self) -> tuple[int, ...]:
        """Indices of the units that are compared: articles, or the lowest numbered clauses of a standard."""
        from tongchi.documents.units import comparison_units

        return comparison_units(self)

    def subtree(self, index: int) -> Iterator[int]:
        """Yield `index` and all its descendants in reading order."""
        yield index
        for child in self.children[index]:
            yield from self.subtree(child)

    def full_text(self, index: int) -> str:
        """Return the text of a node with its descendants, labels below the node included, lines joined."""
        parts = [self.nodes[index].text]
        for child in self.children[index]:
            label = self.nodes[child].label
            parts.append(label + self.full_text(child))
        return "\n".join(part for part in parts if part)

    def span(self, index: int) -> tuple[int, int]:
        """Return start and end offsets of a node with its descendants in `source`."""
        ends = [self.nodes[at].end for at in self.subtree(index)]
        return self.nodes[index].start, max(ends)

    def find(self, eid: str) -> int:
        """Return the index of the node with this eId, or -1."""
        return self._by_eid.get(eid, -1)

    @cached_property
    def _by_eid(self) -> dict[str, int]:
        return {node.eid: index for index, node in enumerate(self.nodes)}

    def to_frame(self) -> pl.DataFrame:
        """Return one row per node: kind, eid, number, label, heading, text, start, end, parent (eId)."""
        import polars as pl

        rows = [
            (n.kind.value, n.eid, n.number, n.label, n.heading, n.text, n.start, n.end,
             self.nodes[n.parent].eid if n.parent >= 0 else "")
            for n in self.nodes
        ]  # fmt: skip
        schema = {
            "kind": pl.String, "eid": pl.String, "number": pl.String, "label": pl.String, "heading": pl.String,
            "text": pl.String, "start": pl.Int64, "end": pl.Int64, "parent": pl.String,
        }  # fmt: skip
        return pl.DataFrame(rows, schema=schema, orient="row")
