"""Which clauses does a text hold? Paragraphs, and subparagraphs and items with the sentence that governs them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tongchi.barriers.model import Clause
from tongchi.documents import Document, DocumentKind, Level, NodeKind
from tongchi.documents.numbering import label_number
from tongchi.text import write_chinese

_PARAGRAPHS = frozenset({NodeKind.PREAMBLE, NodeKind.ARTICLE, NodeKind.PARAGRAPH, NodeKind.CLAUSE, NodeKind.SUBCLAUSE})
_ITEMS = frozenset({NodeKind.SUBPARAGRAPH, NodeKind.ITEM, NodeKind.LIST_ITEM})
_NATIONAL = frozenset({Level.LAW, Level.ADMINISTRATIVE_REGULATION})


@dataclass(frozen=True, slots=True)
class PlacedClause:
    """A clause and where its own words stand in `Document.source`."""

    clause: Clause
    label: str
    start: int
    end: int


def clauses_of(document: Document) -> Iterator[PlacedClause]:
    """Yield the clauses of a document in reading order; titles, contents, tables and signatures hold none.

    The lead-in of a subparagraph is the last sentence of its paragraph; that of an item is the lead-in of its
    subparagraph and the subparagraph itself. English statutes hold no clauses that the review regulation governs.
    """
    if document.kind is DocumentKind.STATUTE:
        return
    about = document.metadata
    jurisdiction = "国家" if about.level in _NATIONAL else about.jurisdiction
    leads: dict[int, str] = {}
    label = ""
    for index, node in enumerate(document.nodes):
        if node.kind in (NodeKind.ARTICLE, NodeKind.CLAUSE, NodeKind.SUBCLAUSE) and node.label:
            label = node.label
        if node.kind not in _PARAGRAPHS and node.kind not in _ITEMS:
            continue
        lead = leads.get(node.parent, "") if node.kind in _ITEMS else ""
        if document.children[index]:
            leads[index] = lead + last_sentence(node.text)
        if node.text:
            start = node.end - len(node.text)
            yield PlacedClause(Clause(node.eid, lead, node.text, about.title, jurisdiction), label, start, node.end)


def last_sentence(text: str) -> str:
    """Return what follows the last full stop of a lead-in, or all of it where nothing follows."""
    last = text[text.rfind("。") + 1 :]
    return last if last.strip() else text


_SUBPARAGRAPH = re.compile(r"[（(]([一二三四五六七八九十百零〇]+)[）)]")
_ITEM = re.compile(r"(\d+)\s*[.．、]\s*|[（(](\d+)[）)]")


def clauses_of_article(eid: str, text: str, title: str, jurisdiction: str) -> Iterator[Clause]:
    """Yield the clauses of one article from its full text (`Document.full_text`), as a corpus index keeps it.

    Each line is a paragraph, or a subparagraph or item by its printed number. The clauses are those of `clauses_of`; where
    a text repeats a number their ids may differ in the suffix that tells repeated ids apart.
    """
    paragraph = subparagraph = 0
    below, leads = eid, ["", ""]
    for line in text.split("\n"):
        if found := _SUBPARAGRAPH.match(line):
            subparagraph += 1
            words = line[found.end() :].lstrip()
            below = f"{eid}__para_{max(1, paragraph)}__subpara_{label_number(found[1]) or subparagraph}"
            here = below
            leads[1] = leads[0] + last_sentence(words)
            lead = leads[0]
        elif paragraph and (found := _ITEM.match(line)):
            words = line[found.end() :]
            here, lead = f"{below}__item_{int(found[1] or found[2])}", leads[1] if subparagraph else leads[0]
        else:
            paragraph, subparagraph = paragraph + 1, 0
            below = f"{eid}__para_{paragraph}"
            words, here, lead = line, below, ""
            leads = [last_sentence(line), ""]
        if words:
            yield Clause(here, lead, words, title, jurisdiction)


def article_label(number: str) -> str:
    """Return the printed label of an article from its canonical number: "17之一" → 第十七条之一; "" stays "".

    A number that is no article number (a clause "5.1" of a standard) is its own label.
    """
    main, sep, inserted = number.partition("之")
    return f"第{write_chinese(int(main))}条{sep}{inserted}" if main.isdigit() else number
