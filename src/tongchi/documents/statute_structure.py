"""Where do sections and their (a), (1), (A), (i) begin in an English statute or bill?

A section is an ARTICLE node, so that statutes compare as laws do: `art_1798.100`. Below it the marks nest in the order
in which the text uses them, first PARAGRAPH, then SUBPARAGRAPH, deeper ones ITEM: `art_1798.100__para_a__subpara_1`.
Unnumbered paragraphs carry u1, u2, …; one that ends in a colon or dash is the parent of the list after it. Chapters,
articles and parts above sections are containers, except in texts that number their sections Article 1, Article 2.
A section of an amended code inside a section of a bill stands beside it, not below it. Where no section is numbered at
all, one begins wherever the marks start again; such numbers are counted, and a notice says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.model import NodeKind
from tongchi.documents.statute_labels import SectionLabel, opens_article, opens_container, opens_section
from tongchi.documents.statute_lines import tidy_lines
from tongchi.documents.statute_marks import Mark, Outline, find_marks
from tongchi.documents.tree import TreeBuilder

_TITLE = re.compile(r"(?i:an act\b|a bill (?:for|to be)\b)|Relating to |RELATING TO ")
_TITLE_ENDS = re.compile(r"[A-Za-z]{3,}[.][”\"]?$")
_ENACTS = re.compile(
    r"(?i:(?:the )?(?:be it (?:so )?(?:enacted|ordained)|people of the state|do enact|general assembly|legislature)|whereas\b|\(text)"
)
_TITLE_LINES = 12
_SOURCE = re.compile(r"(?:Source|Citation|URL|https?)\b|.{0,60}§.{0,40}$|.{0,40}\bch\.? \w+$|\d+ (?:ILCS|GCA|Pa\.)")
_CREDIT = re.compile(
    r"\[?(?:History|Source|Credits?|Acts \d{4}|L\. \d{4}|\d+ Del\. Laws|Text of section effective|Added by|Amended by|Enacted by)\b"
)
_LEADS = re.compile(r"[:—–][\s”\"]*$")
_CONTAINERS = {"title": NodeKind.PART, "part": NodeKind.PART, "division": NodeKind.PART, "chapter": NodeKind.CHAPTER,
               "article": NodeKind.CHAPTER, "subchapter": NodeKind.SECTION}  # fmt: skip
_DEPTHS = (NodeKind.PARAGRAPH, NodeKind.SUBPARAGRAPH, NodeKind.ITEM)
_LOOK_AHEAD = 150


def parse_statute(blocks: Sequence[Block]) -> tuple[str, TreeBuilder]:
    """Return the normalised source and the tree over it; line numbers and hard line ends are not part of the source."""
    tidied, lost = tidy_lines(blocks)
    parser = _StatuteParser(tidied)
    parser.run()
    if lost:
        parser.tree.notice(
            "line-numbers", "", f"略去 {lost} 处行号或页码。", f"{lost} line or page numbers were left out."
        )
    return parser.source, parser.tree


class _StatuteParser:
    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.source = "\n".join([block.text for block in blocks])
        self.tree = TreeBuilder()
        self.starts = _starts(blocks)
        self.labels = _section_labels(blocks)
        self.containers = {index: found for index, block in enumerate(blocks)
                           if index not in self.labels and (found := opens_container(block.text))}  # fmt: skip
        self.counts: dict[str, int] = {}
        self.container = self.chapter = self.part = -1
        self.article = -1
        self.lead = -1  # the unnumbered paragraph that leads to the open list
        self.flush: int | None = None  # the unnumbered paragraph just read: its node if it leads to a list, else -1
        self.outline = Outline()
        self.units: list[int] = []  # nodes of the open marks, outermost first
        self.base: tuple[Outline, list[int], int] | None = None  # the list that waits while a led one is read
        self.ahead: list[Mark] = []

    def run(self) -> None:
        first = self._front_matter()
        inferred = set() if self.labels else _inferred_sections(self.blocks, first)
        if inferred:
            self.tree.notice("inferred-sections", "", "原文未标条号，条的界限系推断。",
                             "No section is numbered; their limits are inferred.")  # fmt: skip
        marks = [find_marks(block.text, self._body_start(index)) if index >= first else []
                 for index, block in enumerate(self.blocks)]  # fmt: skip
        opened = 0
        for index in range(first, len(self.blocks)):
            if index in inferred:
                opened += 1
                self._open_article(str(opened), index, 0, 0)
            if index in self.containers:
                self._container(index)
                continue
            if index in self.labels:
                label = self.labels[index]
                self._open_article(label.number, index, label.label_end, label.heading_end)
            block = self.blocks[index]
            if block.kind in (BlockKind.TABLE, BlockKind.FOOTNOTE):
                kind = NodeKind.TABLE if block.kind is BlockKind.TABLE else NodeKind.FOOTNOTE
                self._counted(kind, index, parent=self.article)
                continue
            self.ahead = self._following(marks, index, inferred) if marks[index] else []
            self._units(index, self._body_start(index), marks[index])

    def _following(self, marks: list[list[Mark]], index: int, inferred: set[int]) -> list[Mark]:
        """Return the marks from this line to the end of the section, those of at most `_LOOK_AHEAD` lines."""
        ahead = list(marks[index])
        for later in range(index + 1, min(len(self.blocks), index + _LOOK_AHEAD)):
            if later in self.labels or later in inferred or len(ahead) > _LOOK_AHEAD:
                break
            ahead.extend(marks[later])
        return ahead

    def _body_start(self, index: int) -> int:
        if index not in self.labels:
            return 0
        text, end = self.blocks[index].text, self.labels[index].heading_end
        return end + len(text[end:]) - len(text[end:].lstrip())

    # --- above the sections -----------------------------------------------------------------------------

    def _front_matter(self) -> int:
        """Add title and enacting words; return the index of the first block of the body."""
        opening = [*self.labels, *self.containers] if self.labels else []
        first = min(opening) if opening else _front_length(self.blocks)
        titles = _title_lines(self.blocks[:first])
        for index in range(first):
            self._counted(NodeKind.TITLE if index in titles else NodeKind.HISTORY, index)
        return first

    def _counted(self, kind: NodeKind, index: int, *, parent: int = -1) -> None:
        scope = self.tree.nodes[parent].eid if parent >= 0 else ""
        self.counts[f"{scope}/{kind}"] = number = self.counts.get(f"{scope}/{kind}", 0) + 1
        start, text = self.starts[index], self.blocks[index].text
        self.tree.add(kind, str(number), (start, start + len(text)), parent=parent, scope=scope, text=text)

    def _container(self, index: int) -> None:
        word, number, end = self.containers[index]
        kind, text, start = _CONTAINERS[word], self.blocks[index].text, self.starts[index]
        parent = {NodeKind.PART: -1, NodeKind.CHAPTER: self.part}.get(
            kind, self.chapter if self.chapter >= 0 else self.part
        )
        scope = self.tree.nodes[parent].eid if parent >= 0 else ""
        node = self.tree.add(kind, number, (start, start + len(text)), parent=parent, scope=scope, label=text[:end],
                             heading=text[end:].strip(" .—–-\u2003"))  # fmt: skip
        self.container = node
        if kind is NodeKind.PART:
            self.part, self.chapter = node, -1
        elif kind is NodeKind.CHAPTER:
            self.chapter = node
        self._close_article()

    def _open_article(self, number: str, index: int, label_end: int, heading_end: int) -> None:
        text, start = self.blocks[index].text, self.starts[index]
        self._close_article()
        self.article = self.tree.add(
            NodeKind.ARTICLE, number, (start, start + heading_end), parent=self.container,
            label=text[:label_end].rstrip(), heading=text[label_end:heading_end].strip(" .—–-\u2003"))  # fmt: skip

    def _close_article(self) -> None:
        self.article, self.lead, self.units, self.flush = -1, -1, [], None
        self.outline, self.base = Outline(), None
        self.counts.pop("u", None)

    # --- below a section --------------------------------------------------------------------------------

    def _units(self, index: int, start: int, marks: list[Mark]) -> None:
        """Cut one line at the marks that begin a unit."""
        text, offset = self.blocks[index].text, self.starts[index]
        cuts: list[tuple[int, Mark, int]] = []
        opened: list[tuple[int, Mark, int]] = []
        if not marks or marks[0].start > start:
            opened = [(start, _NO_MARK, -1)]
        for at, mark in enumerate(marks):
            if opened and opened[-1][2] < 0:
                leads = bool(_LEADS.search(text[start : mark.start].rstrip()))
                self._after_unnumbered(mark, _COMING if leads else -1)
            elif not opened and self.flush is not None:
                self._after_unnumbered(mark, self.flush)
            self._back_to_base(mark)
            depth = self.outline.place(mark, self.ahead[at + 1 :])
            if depth is not None:
                opened.append((mark.start, mark, depth))
        cuts = opened or [(start, _NO_MARK, -1)]
        if cuts[0][0] > start:
            cuts.insert(0, (start, _NO_MARK, -1))
        ends = [*(each[0] for each in cuts[1:]), len(text)]
        for (begin, mark, depth), end in zip(cuts, ends, strict=True):
            if end > begin:
                self._unit(begin, end, mark, depth, offset, text)

    def _after_unnumbered(self, mark: Mark, lead: int) -> None:
        """A list that starts anew after a paragraph that leads to it belongs to that paragraph."""
        if lead != -1 and not self.outline.goes_on(mark) and any(value == 1 for _, value in mark.readings):
            if self.base is None and self.outline.open:
                self.base = (self.outline, self.units, self.lead)
            self.outline, self.units, self.lead = Outline(), [], lead
        elif not self.outline.open:
            self.lead = lead
        self.flush = None

    def _back_to_base(self, mark: Mark) -> None:
        """After the list of a paragraph amid an open list, the open list may go on."""
        if self.base and not self.outline.goes_on(mark) and self.base[0].goes_on(mark):
            self.outline, self.units, self.lead = self.base
            self.base = None

    def _unit(self, begin: int, end: int, mark: Mark, depth: int, offset: int, text: str) -> None:
        if depth < 0:
            self._unnumbered(begin, end, offset, text)
            return
        del self.units[depth:]
        led = self.lead >= 0
        parent = self.units[-1] if self.units else self.lead if led else self.article
        level = self._level(parent)
        scope = self.tree.nodes[parent].eid if parent >= 0 else "preamble"
        node = self.tree.add(_DEPTHS[min(level, 2)], mark.token, (offset + begin, offset + end), parent=parent,
                             scope=scope, label=text[begin : mark.end], text=text[mark.end : end].rstrip())  # fmt: skip
        self.units.append(node)
        self.flush = None

    def _level(self, parent: int) -> int:
        kind = self.tree.nodes[parent].kind if parent >= 0 else None
        return _DEPTHS.index(kind) + 1 if kind in _DEPTHS else 0

    def _unnumbered(self, begin: int, end: int, offset: int, text: str) -> None:
        self.counts["u"] = self.counts.get("u", 0) + 1
        parent = self.article if self.article >= 0 else self.container
        scope = self.tree.nodes[parent].eid if parent >= 0 else "preamble"
        words = text[begin:end].rstrip()
        node = self.tree.add(NodeKind.PARAGRAPH, f"u{self.counts['u']}", (offset + begin, offset + end), parent=parent,
                             scope=scope, text=words)  # fmt: skip
        self.flush = node if _LEADS.search(words) else -1
        if self.lead == _COMING:
            self.lead = node


_COMING = -2  # the leading paragraph stands in the same line and has no node yet
_NO_MARK = Mark(0, 0, "", (), inline=False, after_colon=False, repeats=False)


def _starts(blocks: Sequence[Block]) -> list[int]:
    starts, position = [], 0
    for block in blocks:
        starts.append(position)
        position += len(block.text) + 1
    return starts


def _section_labels(blocks: Sequence[Block]) -> dict[int, SectionLabel]:
    """Return the labels by block; Article 1, Article 2 … count where nothing else numbers the sections."""
    labels = {index: label for index, block in enumerate(blocks) if block.kind is not BlockKind.TITLE
              and (label := opens_section(block.text, block.kind))}  # fmt: skip
    articles = {index: label for index, block in enumerate(blocks) if (label := opens_article(block.text))}
    return articles if len(articles) >= 3 and len(labels) < len(articles) / 2 else labels


def _title_lines(front: Sequence[Block]) -> set[int]:
    """Return the indices of the title: marked lines, else the lines from AN ACT … to the end of its sentence."""
    marked = {index for index, block in enumerate(front) if block.kind is BlockKind.TITLE}
    if marked or not front:
        return marked
    start = next((index for index, block in enumerate(front) if _TITLE.match(block.text)), -1)
    if start < 0:
        return {0}
    end = start + 1
    while end < min(len(front), start + _TITLE_LINES) and not _TITLE_ENDS.search(front[end - 1].text):
        if _ENACTS.match(front[end].text):
            break
        end += 1
    return set(range(start, end))


def _front_length(blocks: Sequence[Block]) -> int:
    """Return how many blocks stand before the text where no section is numbered: title, citation, source."""
    count = 1 if blocks else 0
    while count < len(blocks) and (blocks[count].kind is BlockKind.TITLE or (
        len(blocks[count].text) < 200 and _SOURCE.match(blocks[count].text) and not find_marks(blocks[count].text)
    )):  # fmt: skip
        count += 1
    return count


def _inferred_sections(blocks: Sequence[Block], first: int) -> set[int]:
    """Return where sections begin in a text that numbers none: at the start, after credits, where (a) comes again."""
    found = {first} if first < len(blocks) else set()
    top = ""
    reached = 0
    for index in range(first, len(blocks)):
        text = blocks[index].text
        if index > first and _CREDIT.match(blocks[index - 1].text) and not _CREDIT.match(text):
            found.add(index)
            top, reached = "", 0
        marks = [mark for mark in find_marks(text) if mark.start == 0]
        if not marks:
            continue
        style, value = marks[0].readings[0]
        if not top:
            top, reached = style, value
        elif style == top and value == 1 and reached > 1:
            lead = (
                index - 1 if _LEADS.search(blocks[index - 1].text) and not find_marks(blocks[index - 1].text) else index
            )
            found.add(lead)
            reached = 1
        elif style == top:
            reached = value
    return found
