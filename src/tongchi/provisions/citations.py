"""Which provisions and instruments does a text refer to?

Forms follow 立法技术规范（试行）（一）, no. 7: 本条例第十三条第一款第（二）项, 第十条至第十二条, 前款, 前两款, 本条第一款,
第十七条之一, 《…法》第三十四条. In a list the higher levels carry over: 第十条第一款、第三款 are two paragraphs of one article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tongchi.documents import Document, NodeKind
from tongchi.documents.numbering import NUMERAL, label_number
from tongchi.documents.units import article_eid_number
from tongchi.provisions.model import Citation

_WORD = r"条例|法|办法|规定|细则|决定|决议|规则|通知|意见|方案|章程|规范|标准|制度|公约|协定|议定书|规程|准则|解释|通则|通告|命令|法典|宪法|条约|纲要|指南|导则|公告"
_TITLED = re.compile(rf"(?:{_WORD}|[（(〔][^）)〕]*[）)〕])$")
_ONE = rf"(?:[（(]{NUMERAL}+[）)]|{NUMERAL}+)"
_MANY = rf"{_ONE}(?:(?:、|和|或者|或|及|至)第?{_ONE}|[（(]{NUMERAL}+[）)])+"
_STEP = re.compile(
    r"《(?P<title>[^《》]*(?:《[^《》]*》[^《》]*)*)》"
    rf"|第(?:[（(](?P<bracketed>{NUMERAL}+)[）)]|(?P<number>{NUMERAL}+)|(?P<many>{_MANY}))(?P<unit>条(?!例)|款|项|目)"
    r"(?P<inserted>之[一二三四五六七八九十]+(?![款条项]))?"
    r"|[前上](?P<back>[一二两三四五六七八九十]?)(?P<back_unit>条(?!例)|款(?!项)|项(?!目))"
    rf"|本(?:(?P<here>条(?!例)|款(?!项)|项(?!目))|(?:实施)?(?:{_WORD}))"
)
_UNMARKED_TITLE = re.compile(
    r"(?:依照|按照|依据|根据|符合|违反|适用|属于|参照|执行|具有|有|与|和|及|或者|[、，。；：]|^)?"
    r"((?!本|该|有关|其他)[\u4e00-\u9fff]{1,24}(?:法|条例|办法|细则))$"
)
_MEMBERS = re.compile(rf"({NUMERAL}+)[）)]?(至)?")
_NUMBERED_STANDARD = re.compile(r"[（(](?:GB|DB|T/|HJ|JGJ|CJJ)")
_JOINT = re.compile(r"(?:、|，|,|和|或者|或|以及|及|与|至|到)?\s*")
_HAS_STEP = re.compile(
    r"《|第[（(]?"
    + NUMERAL
    + r"|前[一二两三四五六七八九十]?[款条项](?!例)|上[一二两三四]?[款条项](?!例)|本[款条项](?!例)"
)
_RANK = {"条": 0, "款": 1, "项": 2, "目": 3}
_BACK = {"": 1, "一": 1, "两": 2}
_LONGEST_RANGE = 60


def find_citations(text: str) -> tuple[Citation, ...]:
    """Return the references in order of place; a bare 本条例 names no provision and is left out.

    A range gives one citation per article, paragraph or subparagraph in it, all with the span of the whole range.
    前款, 前两条 and their like have no number yet; 前款第二项 has `subparagraph` "2" only: `resolve_citations` adds the
    rest from where the text stands. 《…》 counts where its last word names an instrument.
    """
    if not _HAS_STEP.search(text):
        return ()
    return tuple(_Reader(text).read())


class _Reader:
    """Walks over the steps of references (title, 条, 款, 项) and keeps the levels that carry over."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Citation] = []
        self.title = ""
        self.levels = ["", "", "", ""]
        self.start = self.end = -1
        self.open = False  # a reference is being read
        self.relative = False
        self.range_from: Citation | None = None

    def read(self) -> list[Citation]:
        for match in _STEP.finditer(self.text):
            self._joint(match)
            if match["title"] is not None:
                self._title(match)
            elif match["unit"]:
                self._numbered(match)
            elif match["back_unit"] or match["here"]:
                self._begin(match, "")
                self.relative = True
            else:
                self._begin(match, "")
        self._close()
        return self.found

    def _joint(self, match: re.Match[str]) -> None:
        """Decide from the words before a step whether it deepens, continues or ends the reference so far."""
        gap = self.text[self.end : match.start()] if self.end >= 0 else "?"
        self.gap = gap if not gap or _JOINT.fullmatch(gap) else "?"

    def _title(self, match: re.Match[str]) -> None:
        title = match["title"]
        self._close()
        if _TITLED.search(title) or _NUMBERED_STANDARD.match(self.text, match.end()):
            self._begin(match, title)
        else:
            self.end = -1

    def _begin(self, match: re.Match[str], title: str) -> None:
        self._close()
        self.title, self.levels = title, ["", "", "", ""]
        self.start, self.end = match.span()
        self.open, self.relative = True, False

    def _numbered(self, match: re.Match[str]) -> None:
        rank = _RANK[match["unit"]]
        if match["many"]:
            self._many(match, rank)
            return
        number = label_number(match["bracketed"] or match["number"])
        if number is None:
            return
        canonical = f"{number}{match['inserted'] or ''}" if rank == 0 else str(number)
        deeper = self.open and self.gap == "" and not any(self.levels[rank:])
        if not deeper:
            self._next_member(match, rank)
        self.levels[rank:] = [canonical, *[""] * (3 - rank)]
        self.end = match.end()

    def _many(self, match: re.Match[str], rank: int) -> None:
        """Read 第（二）、（三）项: one unit word for several numbers, each a citation with the whole span."""
        if not self.open or self.gap != "":
            self._next_member(match, rank)
        self.open, self.end = False, match.end()
        text = self.text[self.start : self.end]
        up_to = 0
        for member in _MEMBERS.finditer(match["many"]):
            number = label_number(member[1]) or 0
            for each in range(up_to or number, number + 1):
                self.levels[rank:] = [str(each), *[""] * (3 - rank)]
                article, paragraph, subparagraph, _ = self.levels
                self.found.append(Citation(self.title, article, paragraph, subparagraph, text, self.start, self.end))
            up_to = number + 1 if member[2] else 0

    def _next_member(self, match: re.Match[str], rank: int) -> None:
        """Start the next reference: of the same list, where a joint links it and it does not outrank what is kept."""
        continues = self.gap not in ("", "?") and (any(self.levels[: rank + 1]) or (self.title and rank == 0))
        relative = self.relative
        is_range = self.gap.strip() in ("至", "到")
        self._close()
        if not continues:
            self.title, self.levels = self._unmarked_title(match, rank), ["", "", "", ""]
        elif is_range and self.found:
            self.range_from = self.found.pop()
        self.start, self.open, self.relative = match.start(), True, bool(continues and relative and rank > 0)
        if self.title and not continues:
            self.start -= len(self.title)

    def _unmarked_title(self, match: re.Match[str], rank: int) -> str:
        """Return the name of a law cited without 《》 (刑法第二百七十七条), "" if none stands before the number."""
        if rank > 0 or self.text[match.start() - 1 : match.start()] not in ("法", "例", "则"):
            return ""
        floor = max(0, self.end, match.start() - 30)
        title = _UNMARKED_TITLE.search(self.text, floor, match.start())
        return title[1] if title else ""

    def _close(self) -> None:
        """Finish the reference that is being read; 本条例 without a number is none."""
        if not self.open:
            return
        self.open = False
        article, paragraph, subparagraph, _ = self.levels
        if not (self.title or article or paragraph or subparagraph or self.relative):
            return
        text = self.text[self.start : self.end]
        last = Citation(self.title, article, paragraph, subparagraph, text, self.start, self.end)
        first, self.range_from = self.range_from, None
        if first is None:
            self.found.append(last)
        else:
            self.found.extend(_range(first, last, self.text))


def _range(first: Citation, last: Citation, text: str) -> Iterator[Citation]:
    """Yield the members of 第十条至第十二条; both ends only where the numbers do not count up."""
    level = next((each for each in ("subparagraph", "paragraph", "article") if getattr(last, each)), "article")
    low, high = getattr(first, level), getattr(last, level)
    if not (low.isdigit() and high.isdigit() and 0 < int(high) - int(low) <= _LONGEST_RANGE):
        yield from (first, last)
        return
    whole = text[first.start : last.end]
    for number in range(int(low), int(high) + 1):
        yield replace(last, **{level: str(number)}, text=whole, start=first.start, end=last.end)


def resolve_citations(
    document: Document, eid: str, citations: Iterable[Citation], *, antecedent: Citation | None = None
) -> tuple[Citation, ...]:
    """Return the citations with `eid` set where the target stands in `document`; `eid` is the citing node's.

    `antecedent` is a reference made before (in the lead-in of an item), to which a bare 第二项 may belong.

    前款, 本条 and their like get article, paragraph and subparagraph from the citing node; 前两款 becomes two citations.
    A citation of another instrument keeps "", and so does one of a paragraph or item that the document does not have.
    """
    found: list[Citation] = []
    for citation in citations:
        if citation.title and citation.title != document.metadata.title:
            found.append(citation)
            antecedent = None
            continue
        if antecedent and not citation.article and citation.text.startswith("第"):
            citation = _continued(document, eid, citation, antecedent)
        resolved = list(_resolved(document, eid, citation))
        found.extend(resolved)
        antecedent = resolved[-1] if resolved[-1].article else antecedent
    return tuple(found)


def _continued(document: Document, eid: str, citation: Citation, antecedent: Citation) -> Citation:
    """Give 第二项 the article of the reference before it: right after it, or where that one has such an item."""
    paragraph = citation.paragraph or antecedent.paragraph if citation.subparagraph else citation.paragraph
    continued = replace(citation, article=antecedent.article, paragraph=paragraph)
    if 0 <= citation.start - antecedent.end <= 2 or citation.text == antecedent.text:
        return continued
    if citation.subparagraph and _located(document, continued, eid).eid:
        return continued
    return citation if next(_resolved(document, eid, citation)).eid else continued


def _resolved(document: Document, eid: str, citation: Citation) -> Iterator[Citation]:
    if citation.article:
        yield _located(document, citation, eid)
        return
    index = document.find(eid)
    here = _position(document, index) if index >= 0 else ("", "", "")
    match = _STEP.match(citation.text)
    if match and match["back_unit"]:
        steps = _BACK.get(match["back"]) or label_number(match["back"]) or 1
        for step in range(steps, 0, -1):
            yield _located(document, _stepped_back(document, citation, here, match["back_unit"], step), eid)
        return
    own = match["here"] if match else None
    paragraph = citation.paragraph or (here[1] if own in ("款", "项") else "")
    subparagraph = citation.subparagraph or (here[2] if own == "项" else "")
    yield _located(document, replace(citation, article=here[0], paragraph=paragraph, subparagraph=subparagraph), eid)


def _stepped_back(document: Document, citation: Citation, here: tuple[str, str, str], unit: str, step: int) -> Citation:
    article, paragraph, subparagraph = here
    if unit == "项":
        number = citation.subparagraph or _minus(subparagraph, step)
        return replace(citation, article=article, paragraph=paragraph, subparagraph=number) if number else citation
    if unit == "款":
        number = _minus(paragraph, step)
        return replace(citation, article=article, paragraph=number) if number else citation
    numbers = [document.nodes[index].number for index in document.articles]
    at = numbers.index(article) - step if article in numbers else -1
    return replace(citation, article=numbers[at] if at >= 0 else "")


def _minus(number: str, step: int) -> str:
    return str(int(number) - step) if number.isdigit() and int(number) > step else ""


def _position(document: Document, index: int) -> tuple[str, str, str]:
    """Return article, paragraph and subparagraph number of a node, "" for a level it does not have."""
    found = {NodeKind.ARTICLE: "", NodeKind.PARAGRAPH: "", NodeKind.SUBPARAGRAPH: ""}
    while index >= 0:
        node = document.nodes[index]
        if node.kind in found:
            found[node.kind] = node.number
        index = node.parent
    return found[NodeKind.ARTICLE], found[NodeKind.PARAGRAPH], found[NodeKind.SUBPARAGRAPH]


def _located(document: Document, citation: Citation, eid: str) -> Citation:
    """Set the eId of the target, "" where it is not there; an appendix is searched before the body."""
    if not citation.article:
        return citation
    number = article_eid_number(citation.article) if "之" in citation.article else citation.article
    root = eid.partition("__")[0]
    prefixes = (f"{root}__art_{number}", f"art_{number}") if eid.startswith("att_") else (f"art_{number}",)
    for prefix in prefixes:
        target = _target(document, prefix, citation)
        if target:
            return replace(citation, eid=target)
    return citation


def _target(document: Document, article: str, citation: Citation) -> str:
    """Return the eId under `article`; 项 without 款 is looked for in every paragraph of the article."""
    if not citation.paragraph and not citation.subparagraph:
        return article if document.find(article) >= 0 else ""
    if citation.paragraph:
        tail = f"__subpara_{citation.subparagraph}" if citation.subparagraph else ""
        eid = f"{article}__para_{citation.paragraph}{tail}"
        return eid if document.find(eid) >= 0 else ""
    at = document.find(article)
    if at < 0:
        return ""
    for paragraph in ("", *(f"__{document.nodes[child].eid.rpartition('__')[2]}" for child in document.children[at])):
        eid = f"{article}{paragraph}__subpara_{citation.subparagraph}"
        if document.find(eid) >= 0:
            return eid
    return ""
