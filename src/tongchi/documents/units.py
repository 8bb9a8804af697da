"""Which nodes does a comparison set side by side, and how are they cited?

Articles of the body; in a standard the lowest numbered clauses. In an English statute sections, but where a statute has few
of them their subsections (a), (b): a breach-notification act of one section would otherwise be one row against another.
"""

from __future__ import annotations

import re

from tongchi.documents.model import Document, DocumentKind, Node, NodeKind

FEW_SECTIONS = 9  # a statute of at most so many sections is compared by subsections


def comparison_units(document: Document) -> tuple[int, ...]:
    """Return the indices of the units of comparison, in reading order; appendices are left out."""
    nodes = document.nodes
    if document.kind is not DocumentKind.STANDARD:
        articles = tuple(
            index
            for index, node in enumerate(nodes)
            if node.kind is NodeKind.ARTICLE and not node.eid.startswith("att_")
        )
        if document.kind is DocumentKind.STATUTE and len(articles) <= FEW_SECTIONS:
            return tuple(unit for index in articles for unit in _subsections(document, index))
        return articles
    numbered = {NodeKind.CLAUSE, NodeKind.SUBCLAUSE}
    with_numbered_child = {nodes[index].parent for index, node in enumerate(nodes) if node.kind is NodeKind.SUBCLAUSE}
    return tuple(
        index
        for index, node in enumerate(nodes)
        if node.kind in numbered and index not in with_numbered_child and not node.eid.startswith("att_")
    )


_DEFINES = re.compile(
    r"(?:As used in|For (?:the )?purposes? of|In this \w+,?$|In th(?:is|ese) \w+, unless|The following (?:words|terms|definitions)|"
    r"(?:Words|Terms) (?:used )?in)",
    re.I,
)
# Not law but its history: 75 Del. Laws, c. 61, § 1; Acts 2005, No. 499; L.2005, c.226, s.10; [Repealed].
_CREDIT = re.compile(
    r"\[?(?:(?:Acts|Laws|L\.|P\.L\.|Stats?\.|Added|Amended|History|Source|Credits?)[ .:]?\s?.{0,40}\d{4}|\d+ \w+\.? Laws\b)",
    re.I,
)
_EMPTY = re.compile(r"\W*(?:repealed|reserved|vacant|blank)\b.{0,40}$", re.I)


def _subsections(document: Document, index: int) -> tuple[int, ...]:
    """Return the subsections of a section; the section itself where it has no two, defines terms, or holds other things."""
    nodes = document.nodes
    children = document.children[index]
    marked = [child for child in children if not _is_unnumbered(nodes[child].number)]
    plain = all(nodes[child].kind is NodeKind.PARAGRAPH for child in children) and not nodes[index].text.strip()
    if len(marked) < 2 or not plain or _defines(document, index):
        return (index,)
    return tuple(child for child in children if not _is_history(document, child))


def _is_history(document: Document, index: int) -> bool:
    text = document.full_text(index)
    credited = _is_unnumbered(document.nodes[index].number) and _CREDIT.match(text)
    return bool(credited or _EMPTY.match(text))


def _defines(document: Document, index: int) -> bool:
    """Tell whether a section is a list of definitions, by its heading or the unnumbered words that open it."""
    first = document.nodes[document.children[index][0]]
    if re.match(r"(?:General )?Definitions?\b", document.nodes[index].heading, re.I):
        return True
    return _is_unnumbered(first.number) and bool(_DEFINES.match(first.text))


def _is_unnumbered(number: str) -> bool:
    return bool(re.fullmatch(r"u\d+", number))


def unit_number(document: Document, index: int) -> str:
    """Return the number by which results cite a unit: "17", "5.1.1"; a subsection of a statute is "18-552(B)".

    An unnumbered paragraph beside subsections is "1348 ¶1"; what carries a number for the second time "1(b) [2]".
    """
    node = document.nodes[index]
    section = _section_of(document, index)
    if section is None:
        return node.number
    number = f" ¶{node.number[1:]}" if _is_unnumbered(node.number) else f"({node.number})"
    return section.number + _repeat(section.eid) + number + _repeat(node.eid.rpartition("__")[2])


def _repeat(eid: str) -> str:
    _, repeated, count = eid.rpartition("-dup")
    return f" [{count}]" if repeated else ""


def unit_label(document: Document, index: int) -> str:
    """Return how a unit is printed: "第十七条", "Sec. 3.", "§ 18-552 B."; "" where nothing is printed."""
    node = document.nodes[index]
    section = _section_of(document, index)
    if section is None:
        return node.label
    above, own = section.label.strip().rstrip(".:—–- "), node.label.strip()
    if not above or not own:
        return ""
    return above + ("" if own.startswith("(") else " ") + own


def _section_of(document: Document, index: int) -> Node | None:
    """Return the section of a subsection of a statute, None for every other unit."""
    node = document.nodes[index]
    if document.kind is not DocumentKind.STATUTE or node.kind is not NodeKind.PARAGRAPH or node.parent < 0:
        return None
    above = document.nodes[node.parent]
    return above if above.kind is NodeKind.ARTICLE else None


def article_eid_number(number: str) -> str:
    """Turn a printed article number into the form that ids carry: "17之一" → "17-1"."""
    from tongchi.documents.numbering import inserted_number

    main, sep, inserted = number.partition("之")
    return f"{main}-{inserted_number(sep + inserted)}" if sep else number
