"""Where do clauses, subclauses, lists and appendices begin in a standard drafted by GB/T 1.1-2020?

Clauses carry Arabic numbers (5, 5.1, 5.1.1), appendices capital letters (附录 A, A.1), lists ——, a), 1) (GB/T 1.1-2020,
7 and 9). A line may also begin with a quantity (2 个工作日, 5.1 倍) or a reference (5.1 和 5.2 规定的), so a number opens
a clause only where it goes on with the sequence and no unit of measure follows. 注 and 示例 are paragraphs with that label.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.model import NodeKind
from tongchi.documents.standard_front import body_start, contents_end, cover_kinds
from tongchi.documents.tree import TreeBuilder

_CLAUSE = re.compile(r"([A-Z]|\d{1,2})((?:\.\d{1,2})*)[.．]?(?![\d.%％/~～—–-])([\s　]*)")
_UNIT_OR_REFERENCE = re.compile(
    r"[%％‰°℃~～±×<>≤≥=、，,；;：:。)）/\-–—]|(?:mm|cm|dm|km|m|kg|g|t|h|min|s|d|Pa|kPa|MPa|kW|W|V|A|Hz|L|mL|dB|lx)(?![a-z])"
    r"|(?:个(?!人|性|体)|元(?!数据|素)|万|亿|千(?!克)|百|倍|小时|分钟|平方|立方|公里|千米|厘米|毫米|公斤|千克|克|摄氏)"
    r"|[名人年月日天周时秒点分米吨升度级项条款份台辆间座张套件位页种类家](?:[内以之前后的起至到及、，。；\s\d（(]|左右|$)"
    r"|(?:和|及(?!时)|与|或|至|到(?!达)|的|中(?!央|心|间)|所(?!有|需|属)|规定|给出|要求的|以上|以下|以内)"
)
_HEADING_END = "。；，：;,:"
_HEADING_LENGTH = 40
_LIST_MARKS = (
    ("dash", re.compile(r"(?:——|--|―|—|–)[\s　]*")),
    ("alpha", re.compile(r"([a-z])[)）][\s　]*")),
    ("digit", re.compile(r"[（(]?(\d{1,2})[)）][\s　]*")),
    ("circled", re.compile(r"([①-⑳])[\s　]*")),
    ("bullet", re.compile(r"[•·●■◆▪][\s　]*")),
)
_NOTE = re.compile(r"(?:注|示例|例)[\s　]*\d{0,2}[\s　]*[：:][\s　]*")
_APPENDIX = re.compile(r"附[\s　]*录[\s　]*([A-Z])(?![A-Za-z.．\d])[\s　]*")
_STATUS = re.compile(r"[（(](?:规范性|资料性)(?:附录)?[）)]$")
_CAPTION = re.compile(r"([表图])[\s　]*([A-Z]?[.．]?\d{1,3}(?:[.．]\d{1,2})?)(?![\d.])[\s　]*")
_CAPTION_GOES_ON = re.compile(r"[和及与、至的中或，。]|给出|规定|列出|所示|表示|是")
_CLOSING = re.compile(r"(?:参[\s　]*考[\s　]*文[\s　]*献|索[\s　]*引)$")
_REFERENCE = re.compile(r"\[(\d{1,3})\][\s　]*")
_END_RULE = re.compile(r"[_＿—―\-═=─]{4,}$")
_REQUIRED_DEPTH = 6


def parse_standard(blocks: Sequence[Block]) -> tuple[str, TreeBuilder]:
    """Return the normalised source (blocks joined by line ends) and the tree over it."""
    parser = _StandardParser(blocks)
    parser.run()
    return parser.source, parser.tree


@dataclass(slots=True)
class _Place:
    """Where the parser stands: the open clause (path and node) and what is open below it."""

    root: int = -1  # appendix or preamble, or -1
    root_eid: str = ""
    letter: str = ""  # of the appendix
    path: tuple[int, ...] = ()
    clauses: dict[tuple[int, ...], int] = field(default_factory=dict)
    clause: int = -1
    paragraph: int = -1
    paragraphs: int = 0
    lists: list[tuple[str, int]] = field(default_factory=list)  # open lists: kind of mark, node of the last item
    dashes: dict[int, int] = field(default_factory=dict)  # items without a number, by parent


class _StandardParser:
    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.source = "\n".join([block.text for block in blocks])
        self.starts = _starts(blocks)
        self.tree = TreeBuilder()
        self.at = _Place()
        self.counts: dict[str, int] = {}
        self.title = ""
        self.number = ""

    def run(self) -> None:
        index = self._front_matter()
        while index < len(self.blocks):
            index += self._block(index)

    # --- cover and contents -----------------------------------------------------------------------------

    def _front_matter(self) -> int:
        start = body_start(self.blocks)
        for index, kind in enumerate(cover_kinds(self.blocks[:start])):
            self._counted(kind, index, index)
        titles = [node.text for node in self.tree.nodes if node.kind is NodeKind.TITLE]
        self.title = re.sub(r"\s", "", "".join(titles))
        self.titles = {re.sub(r"\s", "", each) for each in titles} | {self.title}
        end = contents_end(self.blocks, start)
        for index in range(start, end):
            self._counted(NodeKind.CONTENTS, index, index)
        return end

    def _counted(self, kind: NodeKind, first: int, last: int, *, parent: int = -1, scope: str = "") -> None:
        """Add a node that is numbered by its place among those of its kind."""
        key = f"{scope}/{kind}"
        self.counts[key] = self.counts.get(key, 0) + 1
        start, end = self._span(first, last)
        self.tree.add(
            kind, str(self.counts[key]), (start, end), parent=parent, scope=scope, text=self.source[start:end]
        )

    def _span(self, first: int, last: int) -> tuple[int, int]:
        return self.starts[first], self.starts[last] + len(self.blocks[last].text)

    # --- the body: each method takes the index of a block and returns how many blocks it used, or 0 -------------

    def _block(self, index: int) -> int:
        block = self.blocks[index]
        if block.kind is BlockKind.TABLE or block.kind is BlockKind.FOOTNOTE:
            kind = NodeKind.TABLE if block.kind is BlockKind.TABLE else NodeKind.FOOTNOTE
            parent = self._owner()
            self._counted(kind, index, index, parent=parent, scope=self._scope(parent))
            return 1
        return (
            self._preamble(index)
            or self._appendix(index)
            or self._closing_part(index)
            or self._clause(index)
            or self._caption(index)
            or self._repeated(index)
            or self._note(index)
            or self._list_item(index)
            or self._paragraph(index)
        )

    def _owner(self) -> int:
        return self.at.clause if self.at.clause >= 0 else self.at.root

    def _scope(self, node: int) -> str:
        return self.tree.nodes[node].eid if node >= 0 else ""

    def _preamble(self, index: int) -> int:
        text = re.sub(r"[\s　]", "", self.blocks[index].text)
        number = {"前言": "foreword", "引言": "introduction"}.get(text)
        if not number or self.at.clauses:
            return 0
        self._open_root(NodeKind.PREAMBLE, number, index, index, heading=self.blocks[index].text)
        return 1

    def _open_root(
        self, kind: NodeKind, number: str, first: int, last: int, *, label: str = "", heading: str = ""
    ) -> None:
        root = self.tree.add(kind, number, self._span(first, last), label=label, heading=heading)
        self.at = _Place(root=root, root_eid=self.tree.nodes[root].eid)

    def _appendix(self, index: int) -> int:
        """附录 A, its status （规范性） and its title may stand on one, two or three lines."""
        match = _APPENDIX.match(self.blocks[index].text)
        if not match or not self._is_heading(rest := self.blocks[index].text[match.end() :], limit=80):
            return 0
        if rest and not rest.startswith(("（", "(")) and match.group(0)[-1:] not in " 　":
            return 0
        last = index
        if (not rest or _STATUS.fullmatch(rest)) and last + 1 < len(self.blocks):
            for _ in range(2):
                following = self._text(last + 1)
                if not following or not self._is_heading(following) or self._opens_something(last + 1):
                    break
                last += 1
                if not _STATUS.fullmatch(following):
                    break
        start, end = self._span(index, last)
        heading = self.source[start + match.end() : end].strip()
        self._open_root(NodeKind.APPENDIX, match.group(1), index, last, label=match.group(0).rstrip(), heading=heading)
        self.at.letter = match.group(1)
        return last - index + 1

    def _text(self, index: int) -> str:
        return (
            self.blocks[index].text
            if index < len(self.blocks) and self.blocks[index].kind is not BlockKind.TABLE
            else ""
        )

    def _opens_something(self, index: int) -> bool:
        text = self.blocks[index].text
        return bool(_CAPTION.match(text) or _list_mark(text) or _NOTE.match(text) or _CLAUSE.match(text))

    def _closing_part(self, index: int) -> int:
        text = self.blocks[index].text
        if _END_RULE.match(text):
            self._counted(NodeKind.SIGNATURE, index, index)
            return 1
        if not _CLOSING.match(text) or (not self.at.path and not self.at.letter):
            return 0
        number = "bibliography" if text.startswith("参") else "index"
        self._open_root(NodeKind.APPENDIX, number, index, index, heading=text)
        return 1

    # --- clauses ----------------------------------------------------------------------------------------

    def _clause(self, index: int) -> int:
        text = self.blocks[index].text
        match = _CLAUSE.match(text)
        if not match or (self.at.root >= 0 and not self.at.letter and self._root_kind() is NodeKind.APPENDIX):
            return 0
        path = _path(match, self.at.letter)
        rest = text[match.end() :]
        if path is None or not self._goes_on(path, rest, space=match.group(3)):
            return 0
        if self.at.root >= 0 and not self.at.letter:  # the foreword ends where clause 1 begins
            self.at = _Place()
        self._check_sequence(path)
        if rest and not self._is_heading(rest):
            self._open_clause(path, match, self.starts[index], self.starts[index] + match.end())
            self._add_paragraph(self.starts[index] + match.end(), self.starts[index] + len(text))
            return 1
        last = index
        following = self._text(index + 1)
        if not rest and following and self._is_heading(following) and not self._opens_something(index + 1):
            last = index + 1  # the number of a term stands alone above the term (GB/T 1.1-2020, 8.7)
        self._open_clause(path, match, *self._span(index, last))
        return last - index + 1

    def _root_kind(self) -> NodeKind | None:
        return self.tree.nodes[self.at.root].kind if self.at.root >= 0 else None

    def _goes_on(self, path: tuple[int, ...], rest: str, *, space: str) -> bool:
        """Whether a number is the next of its sequence and what follows makes it no quantity and no reference.

        A full-width space stands between the number of a clause and its text, never between a value and its unit.
        """
        spaced = bool(space)
        if (_UNIT_OR_REFERENCE.match(rest) and "\u3000" not in space) or len(path) > _REQUIRED_DEPTH:
            return False
        if not spaced and rest and not "一" <= rest[0] <= "龥":
            return False
        if len(path) == 1 and not self.at.letter and not self._is_heading(rest):
            return False
        here = self.at.path
        if path in _successors(here):
            return True
        is_later = path > here and path[:-1] in (here[: len(path) - 1], ()) and path[-1] <= _last(here, len(path)) + 3
        return is_later and bool(rest) and self._is_heading(rest) and (spaced or len(path) > 1)

    def _is_heading(self, text: str, limit: int = _HEADING_LENGTH) -> bool:
        width = sum(1 if character > "ÿ" else 0.4 for character in text)
        return width <= limit and (not text or text[-1] not in _HEADING_END)

    def _check_sequence(self, path: tuple[int, ...]) -> None:
        if path in _successors(self.at.path):
            return
        printed, previous = self._printed(path), self._printed(self.at.path) or "0"
        self.tree.notice("numbering", f"cl_{printed}", f"{printed} 紧接 {previous}，可能缺页或编号有误。",
                         f"Clause {printed} follows {previous}; a page may be missing.")  # fmt: skip

    def _printed(self, path: tuple[int, ...]) -> str:
        return ".".join([self.at.letter, *map(str, path)] if self.at.letter else map(str, path))

    def _open_clause(self, path: tuple[int, ...], match: re.Match[str], start: int, end: int) -> None:
        at = self.at
        parent = next((at.clauses[path[:n]] for n in range(len(path) - 1, 0, -1) if path[:n] in at.clauses), at.root)
        kind = NodeKind.CLAUSE if len(path) == 1 else NodeKind.SUBCLAUSE
        heading = self.source[start + match.end() : end].strip()
        at.clause = self.tree.add(kind, self._printed(path), (start, end), parent=parent, scope=at.root_eid,
                                  label=match.group(0).rstrip(), heading=heading)  # fmt: skip
        at.path, at.clauses[path] = path, at.clause
        at.paragraph, at.paragraphs, at.lists = -1, 0, []

    # --- below a clause ---------------------------------------------------------------------------------

    def _caption(self, index: int) -> int:
        """表 1 and its title open a table and take the cells that follow; the caption of a figure is a paragraph."""
        text = self.blocks[index].text
        match = _CAPTION.match(text)
        if not match or not self._is_heading(text) or _CAPTION_GOES_ON.match(text[match.end() :]):
            return 0
        parent = self._owner()
        if match.group(1) == "图":
            self._add_paragraph(self.starts[index], self.starts[index] + len(text), label=match.group(0))
            return 1
        has_cells = index + 1 < len(self.blocks) and self.blocks[index + 1].kind is BlockKind.TABLE
        last = index + 1 if has_cells else index
        number = match.group(2).replace("．", ".")
        self.tree.add(NodeKind.TABLE, number, self._span(index, last), parent=parent, scope=self._scope(parent),
                      label=match.group(0).rstrip(), heading=text[match.end() :],
                      text=self.blocks[last].text if has_cells else "")  # fmt: skip
        return last - index + 1

    def _repeated(self, index: int) -> int:
        """The title is printed again above clause 1."""
        if self.at.clauses or re.sub(r"\s", "", self.blocks[index].text) not in self.titles:
            return 0
        self._counted(NodeKind.TITLE, index, index)
        return 1

    def _note(self, index: int) -> int:
        text = self.blocks[index].text
        match = _NOTE.match(text)
        if not match:
            return 0
        start = self.starts[index]
        if not self.at.lists:
            self._add_paragraph(start, start + len(text), label=match.group(0))
            return 1
        item = self.at.lists[-1][1]
        key = f"{self._scope(item)}/note"
        self.counts[key] = self.counts.get(key, 0) + 1
        self.tree.add(NodeKind.PARAGRAPH, str(self.counts[key]), (start, start + len(text)), parent=item,
                      scope=self._scope(item), label=match.group(0), text=text[match.end() :])  # fmt: skip
        return 1

    def _list_item(self, index: int) -> int:
        text = self.blocks[index].text
        found = _list_mark(text)
        if self._scope(self.at.root) == "att_bibliography" and (match := _REFERENCE.match(text)):
            found = ("reference", match)
        if not found:
            return 0
        mark, match = found
        at = self.at
        kinds = [kind for kind, _ in at.lists]
        if mark in kinds:
            del at.lists[kinds.index(mark) :]
        parent = at.lists[-1][1] if at.lists else at.paragraph if at.paragraph >= 0 else self._owner()
        at.dashes[parent] = at.dashes.get(parent, 0) + 1
        number = match.group(1) if match.re.groups else str(at.dashes[parent])
        item = self.tree.add(NodeKind.LIST_ITEM, number, self._span(index, index), parent=parent,
                             scope=self._scope(parent), label=match.group(0), text=text[match.end() :])  # fmt: skip
        at.lists.append((mark, item))
        return 1

    def _paragraph(self, index: int) -> int:
        start, end = self._span(index, index)
        self._add_paragraph(start, end)
        return 1

    def _add_paragraph(self, start: int, end: int, *, label: str = "") -> None:
        at = self.at
        at.paragraphs += 1
        parent = self._owner()
        node = self.tree.add(NodeKind.PARAGRAPH, str(at.paragraphs), (start, end), parent=parent,
                             scope=self._scope(parent) or "preamble", label=label,
                             text=self.source[start + len(label) : end])  # fmt: skip
        if not label:
            at.paragraph = node
        at.lists = []


def _starts(blocks: Sequence[Block]) -> list[int]:
    starts, position = [], 0
    for block in blocks:
        starts.append(position)
        position += len(block.text) + 1
    return starts


def _path(match: re.Match[str], letter: str) -> tuple[int, ...] | None:
    """Return (5, 1, 1) for 5.1.1, and for A.1.1 inside appendix A; None for a number of another place."""
    first, rest = match.group(1), match.group(2)
    numbers = tuple(int(each) for each in rest.split(".")[1:])
    if letter:
        return numbers if first == letter and numbers else None
    return None if first.isalpha() or first.startswith("0") else (int(first), *numbers)


def _successors(path: tuple[int, ...]) -> set[tuple[int, ...]]:
    """Numbers that may follow: the first below `path`, and the next one at each of its levels."""
    return {(*path, 1)} | {(*path[:n], path[n] + 1) for n in range(len(path))}


def _last(path: tuple[int, ...], depth: int) -> int:
    return path[depth - 1] if len(path) >= depth else 0


def _list_mark(text: str) -> tuple[str, re.Match[str]] | None:
    for kind, pattern in _LIST_MARKS:
        if (match := pattern.match(text)) and match.end() < len(text):
            return kind, match
    return None
