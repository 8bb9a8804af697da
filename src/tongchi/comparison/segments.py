"""What is set side by side? Articles, cut into segments: sentences of a paragraph, and items each on its own.

In real pairs one to two thirds of the links are many-to-many, because one region's article holds what another spreads over
three. Similarity is therefore measured between segments and only then gathered for articles.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from tongchi.comparison.article_functions import ArticleFunction, find_function
from tongchi.comparison.masking import make_mask
from tongchi.comparison.statute_functions import find_statute_function
from tongchi.documents.model import Document, DocumentKind, Node, NodeKind
from tongchi.documents.numbering import label_number
from tongchi.documents.units import unit_number


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence or an item: its node, its span in the document's source, and its masked words."""

    node: int
    start: int
    end: int
    masked: str


@dataclass(frozen=True)
class Sheet:
    """A document prepared for comparison; every tuple has one entry per article, in reading order."""

    document: Document
    numbers: tuple[str, ...]
    nodes: tuple[int, ...]
    texts: tuple[str, ...]
    headings: tuple[str, ...]
    segments: tuple[tuple[Segment, ...], ...]
    functions: tuple[ArticleFunction, ...]
    cited: tuple[tuple[int, ...], ...]

    @cached_property
    def position(self) -> dict[str, int]:
        """From article number to its place in the tuples; of a repeated number the first."""
        return {number: at for at, number in reversed(list(enumerate(self.numbers)))}


def prepare(document: Document) -> Sheet:
    """Cut the articles of a document into segments and say what each article is for; one without words is left out."""
    mask = make_mask(document.metadata)
    numbers, nodes, texts, headings, segments = [], [], [], [], []
    for index in document.articles:
        cut = _segments(document, index, mask)
        if not cut:
            continue
        numbers.append(unit_number(document, index))
        nodes.append(index)
        texts.append(document.full_text(index))
        headings.append(_heading(document, index))
        segments.append(cut)
    position = {number: at for at, number in enumerate(numbers)}
    function_of = find_statute_function if document.kind is DocumentKind.STATUTE else find_function
    return Sheet(
        document=document,
        numbers=tuple(numbers),
        nodes=tuple(nodes),
        texts=tuple(texts),
        headings=tuple(headings),
        segments=tuple(segments),
        functions=tuple(function_of(text, heading) for text, heading in zip(texts, headings, strict=True)),
        cited=tuple(_cited(text, position, at) for at, text in enumerate(texts)),
    )


_SENTENCE = re.compile(r"[^。；！？]+[。；！？]?[”’」』]?")
_ABBREVIATED = r"(?<!\b[A-Z])(?<!\bNo)(?<!\b[Ss]ec)(?<!\bStat)(?<!\bRev)(?<!\bAnn)(?<!\bInc)(?<!\bsubd)(?<!\bart)"
_ENGLISH_SENTENCE = re.compile(rf"\S.*?(?:;(?=\s)|{_ABBREVIATED}[.][”\"’']?(?=\s+[“\"‘'(\[]?[A-Z0-9])|$)", re.S)
_CAPTION = re.compile(r"[A-Z][a-z]+(?: [A-Za-z]+){0,4}[.]")  # "Timing.", before the sentences of a subsection
_SHORTEST = 4


def _segments(document: Document, index: int, mask: Callable[[str], str]) -> tuple[Segment, ...]:
    found: list[Segment] = []
    sentence = _ENGLISH_SENTENCE if document.kind is DocumentKind.STATUTE else _SENTENCE
    for at in document.subtree(index):
        node = document.nodes[at]
        if at == index and not node.text:
            continue
        start = _text_start(document, node)
        if node.kind is NodeKind.PARAGRAPH or at == index:
            matches = list(sentence.finditer(node.text))
            if len(matches) > 1 and document.kind is DocumentKind.STATUTE and _CAPTION.fullmatch(matches[0].group()):
                matches = matches[1:]
            for match in matches:
                if match.end() - match.start() >= _SHORTEST:
                    found.append(Segment(at, start + match.start(), start + match.end(), mask(match.group())))
        elif node.text:
            found.append(Segment(at, start, start + len(node.text), mask(node.text)))
    return tuple(found) or _short_segments(document, index, mask)


def _text_start(document: Document, node: Node) -> int:
    """Return where the words of a node begin; in a statute white space may stand after them that is part of the node."""
    start = node.end - len(node.text)
    if document.kind is DocumentKind.STATUTE:
        return document.source.rindex(node.text, node.start, node.end) if node.text else start
    return start


def _short_segments(document: Document, index: int, mask: Callable[[str], str]) -> tuple[Segment, ...]:
    """Return the lines of an article that has no sentence (略。 or 删除), so that it is compared too."""
    nodes = [(at, document.nodes[at]) for at in document.subtree(index)]
    return tuple(
        Segment(at, start, start + len(node.text), mask(node.text))
        for at, node in nodes
        if node.text
        for start in [_text_start(document, node)]
    )


def _heading(document: Document, index: int) -> str:
    """Return the headings above an article, nearest first, one a line; in a statute its own comes first."""
    is_statute = document.kind is DocumentKind.STATUTE
    words, at = [], index if is_statute else document.nodes[index].parent
    while at >= 0:
        words.append(re.sub(r"[\s　]+", " " if is_statute else "", document.nodes[at].heading))
        at = document.nodes[at].parent
    return "\n".join(word for word in words if word)


_OWN_CITATION = re.compile(
    r"本(?:条例|规定|办法|细则|法)((?:第[一二三四五六七八九十百千零〇]+条(?:之[一二三四五六七八九十])?(?:第[一二三四五六七八九十]+[款项])*[、和或及]*(?:者)?)+)"
)
_NUMBER = re.compile(r"第([一二三四五六七八九十百千零〇]+)条(之[一二三四五六七八九十])?")


def _cited(text: str, position: dict[str, int], own: int) -> tuple[int, ...]:
    """Return the places of the articles of the same document that this one names."""
    found: list[int] = []
    for match in _OWN_CITATION.finditer(text):
        for numeral, inserted in _NUMBER.findall(match.group(1)):
            at = position.get(f"{label_number(numeral)}{inserted}")
            if at is not None and at != own and at not in found:
                found.append(at)
    return tuple(found)
