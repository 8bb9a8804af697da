"""What is set side by side? Articles, cut into segments: sentences of a paragraph, and items each on its own.

In real pairs one to two thirds of the links are many-to-many, because one region's article holds what another spreads over
three. Similarity is therefore measured between segments and only then gathered for articles.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from tongchi.comparison.masking import make_mask
from tongchi.documents.model import Document, DocumentKind, NodeKind
from tongchi.documents.numbering import label_number
from tongchi.documents.units import unit_number


class ArticleFunction(IntEnum):
    """What an article is for; links join like with like (alignment guideline, §2)."""

    DUTY = 0
    PURPOSE = 1
    SCOPE = 2
    DEFINITION = 3
    PRINCIPLE = 4
    COMPETENCE = 5
    SANCTION = 6
    COMMENCEMENT = 7


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
    return Sheet(
        document=document,
        numbers=tuple(numbers),
        nodes=tuple(nodes),
        texts=tuple(texts),
        headings=tuple(headings),
        segments=tuple(segments),
        functions=tuple(find_function(text, heading) for text, heading in zip(texts, headings, strict=True)),
        cited=tuple(_cited(text, position, at) for at, text in enumerate(texts)),
    )


_SENTENCE = re.compile(r"[^。；！？]+[。；！？]?[”’」』]?")
_ENGLISH_SENTENCE = re.compile(r".+?(?:[.;](?=\s)|$)", re.S)
_SHORTEST = 4


def _segments(document: Document, index: int, mask: Callable[[str], str]) -> tuple[Segment, ...]:
    found: list[Segment] = []
    sentence = _ENGLISH_SENTENCE if document.kind is DocumentKind.STATUTE else _SENTENCE
    for at in document.subtree(index):
        node = document.nodes[at]
        if at == index and not node.text:
            continue
        start = node.end - len(node.text)
        if node.kind is NodeKind.PARAGRAPH or at == index:
            for match in sentence.finditer(node.text):
                if match.end() - match.start() >= _SHORTEST:
                    found.append(Segment(at, start + match.start(), start + match.end(), mask(match.group())))
        elif node.text:
            found.append(Segment(at, start, node.end, mask(node.text)))
    return tuple(found) or _short_segments(document, index, mask)


def _short_segments(document: Document, index: int, mask: Callable[[str], str]) -> tuple[Segment, ...]:
    """Return the lines of an article that has no sentence (略。 or 删除), so that it is compared too."""
    nodes = [(at, document.nodes[at]) for at in document.subtree(index)]
    return tuple(Segment(at, node.end - len(node.text), node.end, mask(node.text)) for at, node in nodes if node.text)


def _heading(document: Document, index: int) -> str:
    """Return the headings above an article, nearest first."""
    words, parent = [], document.nodes[index].parent
    while parent >= 0:
        words.append(re.sub(r"[\s　]", "", document.nodes[parent].heading))
        parent = document.nodes[parent].parent
    return " ".join(word for word in words if word)


_PURPOSE = re.compile(r"^(?:为|为了)[^。]*制定本|根据[^。]*制定本(?:条例|规定|办法|细则|法)")
_COMMENCEMENT = re.compile(r"本(?:条例|规定|办法|细则|法)自[^。]{2,24}起?(?:施行|实施)")
_DEFINITION = re.compile(
    r"所称[^。]{1,60}(?:是指|包括|，指)|下列用语的?(?:含义|含意)|本(?:条例|规定|办法|法)[^。]{0,12}含义"
)
_SCOPE = re.compile(r"适用本(?:条例|规定|办法|细则|法)|(?:应当|必须)?遵守本(?:条例|规定|办法|细则|法)[。；]")
_PENALTY = re.compile(
    r"罚款|给予警告|(?:行政|政务)?处分|追究[^。]{0,8}(?:刑事)?责任|没收|吊销|责令[^。]{0,8}改正|承担[^。]{0,8}(?:赔偿|民事)责任|治安管理处罚"
)
_BREACH = re.compile(
    r"违反|有下列(?:情形|行为)之一|[^，。]的，(?:由|依法|处|责令|给予|按照|没收)|不履行|未按|擅自|拒不"
)
_PRINCIPLE = re.compile(r"(?:坚持|遵循|实行|贯彻)[^。]*(?:原则|方针)")
_COMPETENCE = re.compile(
    r"人民政府[^。]{0,20}(?:应当)?加强[^。]{0,30}领导|部门[^。]{0,40}(?:负责|主管)[^。]{0,40}(?:工作|管理|监督|指导|协调)|按照各自职责|履行下列职责"
)


def find_function(text: str, heading: str) -> ArticleFunction:
    """Say what an article is for, by the first rule that fits."""
    body = text.strip()
    if _PURPOSE.search(body[:400]):
        return ArticleFunction.PURPOSE
    if _COMMENCEMENT.search(body) and len(body) < 240:
        return ArticleFunction.COMMENCEMENT
    if _DEFINITION.search(body[:160]):
        return ArticleFunction.DEFINITION
    if _SCOPE.search(body) and len(body) < 400:
        return ArticleFunction.SCOPE
    if "法律责任" in heading or "罚则" in heading or (_PENALTY.search(body) and _BREACH.search(body)):
        return ArticleFunction.SANCTION
    if _PRINCIPLE.search(body[:200]) and len(body) < 300:
        return ArticleFunction.PRINCIPLE
    if _COMPETENCE.search(body[:260]):
        return ArticleFunction.COMPETENCE
    return ArticleFunction.DUTY


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
