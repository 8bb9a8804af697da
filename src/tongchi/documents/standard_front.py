"""What stands before clause 1 of a standard: cover lines, title, table of contents?

The cover carries ICS and CCS, the kind and number of the standard, the title in Chinese and English, the dates of issue
and commencement, and the issuer (GB/T 1.1-2020, 8.1). It is also how a text shows that it is a standard at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.model import NodeKind

STANDARD_NUMBER = re.compile(
    r"(?:GB(?:/[TZ])?|DB\d{2,6}(?:/T)?|(?:T|Q)/[A-Z][A-Z0-9 ]{1,11}|[A-Z]{2}/[TZ])[\s　]*\d[\d.]*[\s　]*[—–―\-－][\s　]*(?:\d{4}|XXXX|××××)"
)
_SCOPE = re.compile(r"1[\s　.．]{0,3}范[\s　]*围$")
_FOREWORD = re.compile(r"(?:前|引)[\s　]*言$")
_CONTENTS = re.compile(r"目[\s　]*[次录]$")
_PAGE = re.compile(r"[\s　.…·．]*(?:\d{1,3}|[IVXⅠ-Ⅻ]{1,5})?$")
_ENTRY = re.compile(
    r"(?:\d{1,2}(?:\.\d+)*[\s　]*\D|[A-Z]\.\d|附[\s　]*录|[前引][\s　]*言|参[\s　]*考[\s　]*文[\s　]*献|索[\s　]*引|[表图][\s　]*[A-Z]?\.?\d)"
)
_CLASSIFICATION = re.compile(r"ICS[\s　]*\d|CCS[\s　]*[A-Z]")
_COVER_LINE = re.compile(
    r"ICS|CCS|[A-Z][\s　]?\d{2}$|备案号|代替|中国标准文献|标准$|规范$(?<=技术规范)|发[\s　]*布|实[\s　]*施|\d{4}[-—–年]|示例|SAMPLE|^[（(]?(?:征求意见|送审|报批|讨论)稿[）)]?$|[A-Z]{1,3}\d*$"
)
_KIND_LINE = re.compile(
    r"(?:中华人民共和国)?(?:[一-龥]{2,12})?(?:国家|行业|地方|团体|企业|区域|协同|川渝)+[\s　]*(?:协同)?[\s　]*标[\s　]*准$"
)
_ARTICLE = re.compile(r"第[一二三四五六七八九十百]+条(?:[\s　]|$)")
_COVER_LENGTH = 30


def is_standard(blocks: Sequence[Block]) -> bool:
    """Return whether the text is drafted by GB/T 1.1: clause 1 is 范围, or the cover bears a standard's number.

    A text with 第…条 is none, whatever it cites; a number alone decides only together with clauses 4.1 and 5.1 or
    the classification on the cover.
    """
    scope = cover = subclauses = 0
    for index, block in enumerate(blocks):
        text = block.text
        first = text[0]
        if first == "第" and _ARTICLE.match(text):
            return False
        if first == "1" and _SCOPE.match(text):
            scope += 1
        elif first in "45" and text[1:3] == ".1":
            subclauses += 1
        elif index < _COVER_LENGTH and (STANDARD_NUMBER.fullmatch(text) or _CLASSIFICATION.match(text)):
            cover += 1
    return bool(scope) or cover > 1 or bool(cover and subclauses)


def body_start(blocks: Sequence[Block]) -> int:
    """Return the index of the first block after the cover: 目次, 前言, 引言 or clause 1."""
    for index, block in enumerate(blocks):
        if _CONTENTS.match(block.text) or _FOREWORD.match(block.text) or re.match(r"1[\s　.．]{0,3}\D", block.text):
            return index
    return len(blocks)


def cover_kinds(cover: Sequence[Block]) -> list[NodeKind]:
    """Return TITLE for the lines of the title in Chinese, HISTORY for all other lines of the cover.

    Where the format marks a title, only marked lines are it; else the lines with Chinese words that are no cover
    line of another kind, in one run.
    """
    marked = [block.kind is BlockKind.TITLE for block in cover]
    if not any(marked):
        marked = _title_run(cover)
    return [NodeKind.TITLE if each else NodeKind.HISTORY for each in marked]


def _title_run(cover: Sequence[Block]) -> list[bool]:
    candidates = [
        bool(re.search(r"[一-龥]{2}", block.text))
        and not STANDARD_NUMBER.search(block.text)
        and not _KIND_LINE.match(block.text)
        and not _COVER_LINE.search(block.text)
        for block in cover
    ]
    if True not in candidates:
        return [index == 0 for index in range(len(cover))]
    start = candidates.index(True)
    end = candidates.index(False, start) if False in candidates[start:] else len(candidates)
    return [start <= index < end for index in range(len(cover))]


def contents_end(blocks: Sequence[Block], start: int) -> int:
    """Return the index of the first block after the table of contents that begins at `start`, or `start`.

    It ends where an entry comes again as a heading of the body, or a line is no entry.
    """
    if start >= len(blocks) or not _CONTENTS.match(blocks[start].text):
        return start
    seen: set[str] = set()
    for index in range(start + 1, len(blocks)):
        text = blocks[index].text
        key = re.sub(r"[\s　]", "", _PAGE.sub("", text, count=1))
        if not _ENTRY.match(text) or key in seen or text[-1] in "。；":
            return index
        seen.add(key)
    return len(blocks)
