"""Where do 编 章 节 条 款 项 目 begin in a Chinese law, regulation or normative document?

Numbering follows the Legislation Law, art. 65, and the drafting rules of the Standing Committee (立法技术规范（试行）（一）):
编、章、节、条 carry Chinese numerals, 款 carry none, 项 Chinese numerals in brackets, 目 Arabic ones. A 款 is a new line
inside an article, so every line that opens no other unit is a 款. Normative documents without articles number 一、
（一）1.; their 一、 counts as an article. Only the words are read, never a format's heading marks, so that the same text
gives the same tree from any file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.law_front import is_history, leading_lines, signature_start, title_length
from tongchi.documents.model import NodeKind
from tongchi.documents.numbering import NUMERAL, inserted_number, label_number
from tongchi.documents.tree import TreeBuilder

_UNIT = re.compile(rf"第({NUMERAL}+)(分?编|章|节|条)(之[一二三四五六七八九十]+)?([\s　]*)")
_SUBPARAGRAPH = re.compile(r"[（(]([一二三四五六七八九十百零〇]+)[）)][\s　]*")
_ITEM = re.compile(r"(?:([0-9０-９]{1,3})(?:[.．、]|[)）])(?!\d)|([①-⑳]))[\s　]*")
_POINT = re.compile(r"[（(]([0-9０-９]{1,3})[）)][\s　]*")
_LIST_ARTICLE = re.compile(r"([一二三四五六七八九十百]{1,4})、[\s　]*")
_APPENDIX = re.compile(r"附[\s　]*(?:(?:件|录|表|图)[\s　]*([一二三四五六七八九十\d]*)(?:[：:\s　].*)?|[：:])$")
_CONTENTS = re.compile(r"目[\s　]*[录次]$")
_CONTENTS_LINE = re.compile(rf"第{NUMERAL}+(?:分?编|章|节)|附[\s　]*则|目[\s　]*[录次]$|序[\s　]*言$")
_CLOSING_CHAPTER = re.compile(r"附[\s　]*则$")
_CONTINUES = re.compile(r"第|规定|所|和|及|、|至|或|的|与|中|前|后|以")
_HEADING_LENGTH = 60
_OPENERS = "第（(附目0123456789０１２３４５６７８９①②③④⑤⑥⑦⑧⑨⑩"


def parse_law(blocks: Sequence[Block]) -> tuple[str, TreeBuilder]:
    """Return the normalised source (blocks joined by line ends) and the tree over it."""
    parser = _LawParser(blocks)
    parser.run()
    return parser.source, parser.tree


@dataclass(slots=True)
class _Place:
    """Where the parser stands: node index and eId of each open level, and the counters below them."""

    container: int = -1  # part, chapter or section
    container_eid: str = ""
    part_eid: str = ""
    chapter: int = -1
    chapter_eid: str = ""
    root: int = -1  # appendix, or -1
    root_eid: str = ""
    article: int = -1
    article_eid: str = ""
    paragraph: int = -1
    paragraph_eid: str = ""
    subparagraph: int = -1
    subparagraph_eid: str = ""
    item: int = -1
    paragraphs: int = 0
    previous: tuple[int, int] = (0, 0)


class _LawParser:
    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.source = "\n".join([block.text for block in blocks])
        self.tree = TreeBuilder()
        self.at = _Place()
        self.numbered_by_list = False
        self.counts: dict[str, int] = {}

    def run(self) -> None:
        blocks = self.blocks
        self.numbered_by_list = not _has_articles(blocks)
        first = self._front_matter()
        signature = signature_start(blocks)
        position = sum(len(block.text) + 1 for block in blocks[:first])
        for index in range(first, len(blocks)):
            block = blocks[index]
            text = block.text
            if index >= signature:
                self._counted(NodeKind.SIGNATURE, text, position)
            elif block.kind is BlockKind.TABLE or block.kind is BlockKind.FOOTNOTE:
                kind = NodeKind.TABLE if block.kind is BlockKind.TABLE else NodeKind.FOOTNOTE
                self._counted(kind, text, position)
            elif not (
                (text[0] in _OPENERS and self._opens_unit(text, position))
                or (self.numbered_by_list and self._list_article(text, position))
            ):
                self._paragraph(text, position)
            position += len(text) + 1

    # --- before the first article -----------------------------------------------------------------------

    def _front_matter(self) -> int:
        """Add title, history and table of contents; return the index of the first block of the body."""
        index, position = 0, 0
        lead = leading_lines(self.blocks)
        titles = lead + title_length(self.blocks[lead:])
        for index, block in enumerate(self.blocks):
            text = block.text
            if lead <= index < titles:
                number = str(index - lead + 1)
                self.tree.add(NodeKind.TITLE, number, (position, position + len(text)), text=text)
            elif index < lead or (is_history(text) and not self._opens_body(text)):
                self._counted(NodeKind.HISTORY, text, position)
            else:
                break
            position += len(text) + 1
        else:
            return len(self.blocks)
        return self._contents(index, position)

    def _opens_body(self, text: str) -> bool:
        openers = (_CONTENTS, _UNIT, _LIST_ARTICLE, _SUBPARAGRAPH)
        return any(pattern.match(text) for pattern in openers)

    def _contents(self, index: int, position: int) -> int:
        """Add the table of contents, which may lack its title 目录; return the index of the block after it."""
        end = index
        seen: set[str] = set()
        while end < len(self.blocks):
            text = re.sub(r"[\s　.…·\d]+$", "", self.blocks[end].text)
            key = re.sub(r"[\s　]", "", text)
            if not _CONTENTS_LINE.match(text) or len(text) > _HEADING_LENGTH or key in seen:
                break
            seen.add(key)
            end += 1
        # A part, its first chapter and section may open the body; two chapters without an article between do not.
        units = [match.group(2) for block in self.blocks[index:end] if (match := _UNIT.match(block.text))]
        is_contents = end > index and (
            _CONTENTS.match(self.blocks[index].text) or (end - index >= 3 and len(set(units)) < len(units))
        )
        if not is_contents:
            return index
        for block in self.blocks[index:end]:
            self._counted(NodeKind.CONTENTS, block.text, position)
            position += len(block.text) + 1
        return end

    def _counted(self, kind: NodeKind, text: str, position: int) -> None:
        """Add a node that is numbered by its place: history, contents, table, footnote, signature."""
        parent, scope = -1, self.at.root_eid
        if kind in (NodeKind.TABLE, NodeKind.FOOTNOTE):
            parent = self.at.article if self.at.article >= 0 else self.at.root
            scope = self.at.article_eid or self.at.root_eid
        key = f"{scope}/{kind}"
        self.counts[key] = self.counts.get(key, 0) + 1
        span = (position, position + len(text))
        self.tree.add(kind, str(self.counts[key]), span, parent=parent, scope=scope, text=text)

    # --- the body ---------------------------------------------------------------------------------------

    def _opens_unit(self, text: str, position: int) -> bool:
        first = text[0]
        if first == "第":
            return self._numbered_unit(text, position)
        if first in "（(":
            return self._subparagraph(text, position) or self._item(_POINT, text, position)
        if first == "附":
            return self._appendix(text, position) or self._closing_chapter(text, position)
        if first == "目":
            return False
        return self._item(_ITEM, text, position)

    def _numbered_unit(self, text: str, position: int) -> bool:
        match = _UNIT.match(text)
        if not match:
            return False
        numeral, unit, inserted, space = match.groups()
        number = label_number(numeral)
        if number is None:
            return False
        if unit == "条":
            suffix = (inserted_number(inserted) or 0) if inserted else 0
            if not space and not self._continues_sequence(number, suffix, text[match.end() :]):
                return False
            self._article(number, inserted or "", match, text, position)
            return True
        if len(text) > _HEADING_LENGTH or text[-1] in "。；，：":
            return False
        self._container(unit, number, match, text, position)
        return True

    def _continues_sequence(self, number: int, suffix: int, rest: str) -> bool:
        """第三条第二款规定的… at the start of a line is a citation; a label without a space is trusted in sequence."""
        main, last = self.at.previous
        in_sequence = (number, suffix) in ((main + 1, 0), (main, last + 1)) or not main
        return in_sequence and not _CONTINUES.match(rest)

    def _container(self, unit: str, number: int, match: re.Match[str], text: str, position: int) -> None:
        at, tree = self.at, self.tree
        end = (position, position + len(text))
        label, heading = text[: match.end(2)], text[match.end() :]
        if unit in ("编", "分编"):
            at.container = tree.add(NodeKind.PART, str(number), end, parent=at.root, scope=at.root_eid,
                                    label=label, heading=heading)  # fmt: skip
            at.part_eid, at.chapter, at.chapter_eid = tree.nodes[at.container].eid, at.container, ""
        elif unit == "章":
            parent = tree.nodes[at.chapter].parent if at.chapter_eid else at.chapter
            at.container = tree.add(NodeKind.CHAPTER, str(number), end, parent=parent if parent >= 0 else at.root,
                                    scope=at.part_eid or at.root_eid, label=label, heading=heading)  # fmt: skip
            at.chapter, at.chapter_eid = at.container, tree.nodes[at.container].eid
        else:
            parent = at.chapter if at.chapter >= 0 else at.root
            scope = at.chapter_eid or at.part_eid or at.root_eid
            at.container = tree.add(NodeKind.SECTION, str(number), end, parent=parent, scope=scope,
                                    label=label, heading=heading)  # fmt: skip
        self._close_article()

    def _closing_chapter(self, text: str, position: int) -> bool:
        """附则 without a number is a chapter all the same."""
        if not _CLOSING_CHAPTER.match(text):
            return False
        at = self.at
        at.container = self.tree.add(NodeKind.CHAPTER, "final", (position, position + len(text)), parent=at.root,
                                     scope=at.root_eid, heading=text)  # fmt: skip
        at.chapter, at.chapter_eid = at.container, self.tree.nodes[at.container].eid
        self._close_article()
        return True

    def _article(self, number: int, inserted: str, match: re.Match[str], text: str, position: int) -> None:
        at = self.at
        suffix = inserted_number(inserted) or 0 if inserted else 0
        self._check_sequence(number, suffix)
        at.previous = (number, suffix)
        canonical = f"{number}{inserted}"
        end = match.end()
        label = text[: match.end(3) if inserted else match.end(2)]
        self._open_article(
            f"{number}-{suffix}" if suffix else str(number), canonical, label, (position, position + end)
        )
        if end < len(text):
            self._paragraph(text[end:], position + end)

    def _open_article(self, eid_number: str, canonical: str, label: str, span: tuple[int, int]) -> None:
        at, tree = self.at, self.tree
        parent = at.container if at.container >= 0 else at.root
        index = tree.add(NodeKind.ARTICLE, eid_number, span, parent=parent, scope=at.root_eid, label=label)
        if canonical != eid_number:
            node = tree.nodes[index]
            tree.nodes[index] = type(node)(node.kind, node.eid, canonical, label, "", "", *span, parent)
        self._close_article()
        at.article, at.article_eid = index, tree.nodes[index].eid

    def _check_sequence(self, number: int, suffix: int) -> None:
        main, last = self.at.previous
        if (number, suffix) in ((main + 1, 0), (main, last + 1)):
            return
        eid = f"art_{number}" + (f"-{suffix}" if suffix else "")
        self.tree.notice("numbering", eid, f"第{number}条紧接第{main}条，可能缺页或编号有误。",
                         f"Article {number} follows article {main}; a page may be missing.")  # fmt: skip

    def _close_article(self) -> None:
        at = self.at
        at.article, at.article_eid = -1, ""
        at.paragraph, at.paragraph_eid, at.paragraphs = -1, "", 0
        at.subparagraph, at.subparagraph_eid, at.item = -1, "", -1

    def _list_article(self, text: str, position: int) -> bool:
        """一、 in a text without articles opens one."""
        match = _LIST_ARTICLE.match(text)
        number = label_number(match.group(1)) if match else None
        if not match or number is None or self.at.root >= 0:
            return False
        end = match.end()
        self._check_sequence(number, 0)
        self.at.previous = (number, 0)
        self._open_article(str(number), str(number), text[: match.end(1) + 1], (position, position + end))
        if end < len(text):
            self._paragraph(text[end:], position + end)
        return True

    def _paragraph(self, text: str, position: int) -> None:
        at = self.at
        parent = at.article
        scope = at.article_eid
        if parent < 0:
            parent, scope = at.container if at.container >= 0 else at.root, at.root_eid
            if parent >= 0 and not scope:
                scope = self.tree.nodes[parent].eid
            if parent < 0:
                scope = "preamble"
        at.paragraphs += 1
        span = (position, position + len(text))
        at.paragraph = self.tree.add(
            NodeKind.PARAGRAPH, str(at.paragraphs), span, parent=parent, scope=scope, text=text
        )
        at.paragraph_eid = self.tree.nodes[at.paragraph].eid
        at.subparagraph, at.subparagraph_eid, at.item = -1, "", -1

    def _subparagraph(self, text: str, position: int) -> bool:
        match = _SUBPARAGRAPH.match(text)
        number = label_number(match.group(1)) if match else None
        if not match or number is None:
            return False
        at = self.at
        if at.paragraph >= 0:
            parent, scope = at.paragraph, at.paragraph_eid
        elif at.article >= 0:
            parent, scope = at.article, at.article_eid
        elif at.container >= 0 or at.root >= 0:
            parent = at.container if at.container >= 0 else at.root
            scope = self.tree.nodes[parent].eid
        else:
            parent, scope = -1, "preamble"
        end = match.end()
        at.subparagraph = self.tree.add(NodeKind.SUBPARAGRAPH, str(number), (position, position + len(text)),
                                        parent=parent, scope=scope, label=text[:end], text=text[end:])  # fmt: skip
        at.subparagraph_eid = self.tree.nodes[at.subparagraph].eid
        at.item = -1
        return True

    def _item(self, pattern: re.Pattern[str], text: str, position: int) -> bool:
        match = pattern.match(text)
        if not match:
            return False
        at = self.at
        number = label_number(match.group(1) or match.group(match.lastindex or 1))
        if number is None:
            return False
        parent = at.subparagraph if at.subparagraph >= 0 else at.paragraph
        if parent < 0:
            parent = at.article if at.article >= 0 else at.root
        if parent < 0:
            return False
        if pattern is _POINT and at.item >= 0:
            parent = at.item
        end = match.end()
        index = self.tree.add(NodeKind.ITEM, str(number), (position, position + len(text)), parent=parent,
                              scope=self.tree.nodes[parent].eid, label=text[:end], text=text[end:])  # fmt: skip
        if pattern is _ITEM:
            at.item = index
        return True

    def _appendix(self, text: str, position: int) -> bool:
        match = _APPENDIX.match(text)
        if not match or not self.at.previous[0] or len(text) > _HEADING_LENGTH:
            return False
        self.counts["appendix"] = self.counts.get("appendix", 0) + 1
        number = label_number(match.group(1) or "") or self.counts["appendix"]
        root = self.tree.add(NodeKind.APPENDIX, str(number), (position, position + len(text)), label=text)
        self.at = _Place(root=root, root_eid=self.tree.nodes[root].eid, container=root, chapter=root)
        return True


def _has_articles(blocks: Sequence[Block]) -> bool:
    return any(block.text.startswith("第") and _opens_article(block.text) for block in blocks)


def _opens_article(text: str) -> bool:
    match = _UNIT.match(text)
    return bool(match and match.group(2) == "条" and (match.group(4) or not _CONTINUES.match(text[match.end() :])))
