"""Which words of an English bill or statute are text, and where does a paragraph end, if every printed line is a block?

Bills are printed with numbered lines, page numbers and hard line ends. Numbers of lines are told from text by their
sequence from line to line. A text without hard line ends passes unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import quantiles

from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.joining import join_lines
from tongchi.documents.statute_labels import opens_container, opens_section

_LEADING = re.compile(r"(?:\d{1,2}[ \u2003]+)?(\d{1,4})(?:[\s\u2003]+(?=\S)|(?=[A-Za-z“\"(*])|$)")
_TRAILING = re.compile(r"(?:^|(?<![\d.,$/-]))(\d{1,3})$")
_PAGE_MARK = re.compile(r"(?:[-–—~]\s*)?(?:[ivxlc]{1,6}|\d{1,3})(?:\s*[-–—~])?$|[~_*\s]+$|(?i:page\s*\d+.{0,40})$")
_OPEN_LABEL = re.compile(r"(?:\*?\s*(?:Sec\.|Section|SECTION|SEC\.|§)|\(\w{1,4}\)|\d{1,2}\.|THE|The)$")
_ENUMERATOR = re.compile(
    r"\((?:[A-Za-z]{1,4}|\d{1,3})\)(?=[\s\u2003(“\"]|$)|(?:[A-Z]|[a-z]|\d{1,2})\.[\s\u2003]+(?=\S)"
)
_ENDS = re.compile(r"(?:[.:;,—–-]|[.;]['”\"]|\b(?:and|or))$")
_CLOSED = re.compile(r"[.:;]['”\"]?$")
_MANY = 12


def tidy_lines(blocks: Sequence[Block]) -> tuple[list[Block], int]:
    """Return one block per paragraph, without line and page numbers, and how many lines lost a number or went."""
    tidied, lost = _without_line_numbers(blocks)
    if not _is_wrapped(tidied):
        return tidied, lost
    kept = [block for block in tidied if not _PAGE_MARK.match(block.text)]
    first = next((index for index, block in enumerate(kept) if opens_section(block.text)), 0)
    return [*kept[:first], *_joined(kept[first:])], lost + len(tidied) - len(kept)


def _without_line_numbers(blocks: Sequence[Block]) -> tuple[list[Block], int]:
    for pattern in (_LEADING, _TRAILING):
        found = {index: match for index, block in enumerate(blocks) if (match := pattern.search(block.text)
                 if pattern is _TRAILING else pattern.match(block.text))}  # fmt: skip
        order = list(found)
        numbers = [int(found[index].group(1)) for index in order]
        in_run = [
            number + 1 in numbers[at + 1 : at + 3] or (at > 0 and number - 1 in numbers[max(0, at - 2) : at])
            for at, number in enumerate(numbers)
        ]
        if sum(in_run) < _MANY or sum(in_run) < 0.15 * len(blocks) or sum(in_run) < 0.6 * len(numbers):
            continue
        stripped = dict(zip(order, in_run, strict=True))
        kept = [_cut(block, found[index]) if stripped.get(index) else block for index, block in enumerate(blocks)]
        return [block for block in kept if block.text], sum(in_run)
    return list(blocks), 0


def _cut(block: Block, match: re.Match[str]) -> Block:
    text = block.text[match.end() :] if match.re is _LEADING else block.text[: match.start(1)]
    return Block(text.strip(), block.kind, block.place)


def _is_wrapped(blocks: Sequence[Block]) -> bool:
    lines = [block.text for block in blocks if block.kind is BlockKind.TEXT]
    broken = sum(1 for line, following in pairwise(lines) if not _ENDS.search(line) and _goes_on(line, following))
    return broken >= 4 and broken > 0.08 * len(lines)


def _goes_on(line: str, following: str) -> bool:
    return following[0].islower() or (len(line) > 40 and line.isupper() and following.isupper())


def _joined(blocks: Sequence[Block]) -> list[Block]:
    lengths = [len(block.text) for block in blocks]
    full = 0.75 * quantiles(lengths, n=10)[7] if len(lengths) > 1 else 0
    paragraphs: list[list[Block]] = []
    in_capitals = False
    for block in blocks:
        if paragraphs and _continues(paragraphs[-1][-1], block, full, in_capitals=in_capitals):
            paragraphs[-1].append(block)
            in_capitals = in_capitals and block.text.isupper()
        else:
            paragraphs.append([block])
            in_capitals = block.text.isupper()
    return [
        Block(join_lines([line.text for line in lines]), lines[0].kind, lines[0].place) if len(lines) > 1 else lines[0]
        for lines in paragraphs
    ]


def _continues(above: Block, block: Block, full: float, *, in_capitals: bool) -> bool:
    """Whether a line goes on with the paragraph of the line above it, which may be all in capitals."""
    text, last_line = block.text, above.text
    if block.kind is not BlockKind.TEXT or above.kind is not BlockKind.TEXT:
        return False
    if _OPEN_LABEL.search(last_line) and len(last_line) < 12:
        return True
    if text[0].islower() and not _ENUMERATOR.match(text):
        return True
    closed = bool(_CLOSED.search(last_line))
    is_short = len(last_line) < full
    if opens_section(text) or opens_container(text):
        return (
            not closed and not is_short and not text.isupper() and not text.startswith(("SECTION", "Sec.", "SEC.", "§"))
        )
    if _ENUMERATOR.match(text):
        return not _ENDS.search(last_line) and not is_short
    if in_capitals and is_short:
        return False
    return not closed or not is_short
