"""Where do paragraphs begin on printed pages? A PDF knows only texts at places; paragraphs are read off the layout.

Rules, in the order of their strength: a line after a gap or in another size begins a paragraph; so does a line after
one that had room for its first word (a greedy line breaker would have put it there); so does an indented one. The
words decide only where the layout cannot: 第X条, （一）, 1. after the end of a sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.joining import is_wide, join_lines
from tongchi.documents.pdf_furniture import TITLE_RATIO, without_furniture
from tongchi.documents.pdf_lines import (
    NOT_FIRST,
    NOT_LAST,
    Line,
    Page,
    common_leading,
    common_size,
    line_width,
    settle_spaces,
)

_NUMERAL = r"[一二三四五六七八九十百千零〇\d]"
_STARTER = re.compile(
    rf"第{_NUMERAL}+(?:条(?:之[一二三四五六七八九十]+)?|章|节|编|分编)[\s　]|[（(]{_NUMERAL}{{1,4}}[）)]|"
    r"[一二三四五六七八九十]{1,3}、|\d{1,3}[.．、](?!\d)|[①-⑳]|\([a-z]{1,4}\)\s|附[件录表则][\s　\d一二三四五六七八九十：:]*$"
)
_ARTICLE = re.compile(rf"第{_NUMERAL}+(?:条(?:之[一二三四五六七八九十]+)?|章|节|编|分编)[\s　]")
_CONTAINER = re.compile(rf"第{_NUMERAL}+(?:章|节|编|分编)[\s　]")
_DATED = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")  # notes on adoption and amendment, one a line
_ENACTED = "过准布正订行"
_SENTENCE_END = "。；：！？.;:!?”）)"
_COMPOUND = re.compile(r"[A-Za-z]+-[A-Za-z]+")
_LAST_WORD = re.compile(r"[A-Za-z]{1,40}-$")
_FIRST_WORD = re.compile(r"[A-Za-z]+")
_GAP = 1.3  # of the usual distance of lines
_SPACED_SHARE = 0.1
_SPACE_IN_CHINESE = re.compile(r"(?<=[\u2e80-\uffe6]) (?=[\u2e80-\uffe6])(?<![条章节编] )")


@dataclass(frozen=True, slots=True)
class _Measure:
    """The setting of a document: sizes in points, margins by the parity of the page, whether first lines are indented."""

    size: float
    leading: float
    left: tuple[float, float]
    right: tuple[float, float]
    slack: float
    is_indented: bool
    has_items_at_margin: bool


def find_paragraphs(pages: Sequence[Page]) -> list[Block]:
    """Return the paragraphs of the pages without running heads, feet and page numbers."""
    settle_spaces(pages)
    kept = without_furniture(pages)
    lines = [(number, line) for number, page in enumerate(kept) for line in page.lines]
    if not lines:
        return []
    measure = _measure(kept)
    groups: list[list[tuple[int, Line]]] = []
    for number, line in lines:
        if groups and not _begins(groups[-1], number, line, measure, kept[number].width):
            groups[-1].append((number, line))
        else:
            groups.append([(number, line)])
    compounds = _compounds(line.text for _, line in lines)
    texts = _without_false_spaces([_join([line.text for _, line in group], compounds) for group in groups])
    blocks = []
    for at, (group, text) in enumerate(zip(groups, texts, strict=True)):
        is_title = at == 0 and group[0][1].size >= TITLE_RATIO * measure.size
        kind = BlockKind.TITLE if is_title else BlockKind.TEXT
        blocks.append(Block(text.strip(), kind, f"page {group[0][0] + 1}"))
    return blocks


def _measure(pages: Sequence[Page]) -> _Measure:
    size, leading = common_size(pages), common_leading(pages)
    body = [
        (number % 2, line) for number, page in enumerate(pages) for line in page.lines
        if abs(line.size - size) < 0.1 * size
    ]  # fmt: skip
    wide = sum(1 for _, line in body for each in line.text if is_wide(each))
    is_chinese = 2 * wide > sum(len(line.text) for _, line in body)
    lefts, rights = [], []
    for parity in (0, 1):
        lines = [line for each, line in body if each == parity] or [line for _, line in body]
        lefts.append(_left_margin(lines, size))
        rights.append(_right_margin(lines, size, pages[0].width - lefts[-1]))
    if abs(lefts[0] - lefts[1]) < size:
        lefts = [min(lefts)] * 2
        rights = [max(rights)] * 2
    slack = 0.15 * size if is_chinese else 0.12 * (rights[0] - lefts[0])
    measure = _Measure(size, leading, (lefts[0], lefts[1]), (rights[0], rights[1]), slack, False, False)
    return replace(
        measure, is_indented=_is_indented(pages, measure), has_items_at_margin=_has_items_at_margin(pages, measure)
    )


def _is_indented(pages: Sequence[Page], measure: _Measure) -> bool:
    """Return whether a paragraph goes on at the margin after its indented first line, as a rule of the document."""
    returns, hangs = 0, 0
    for number, page in enumerate(pages):
        left, right = measure.left[number % 2], measure.right[number % 2]
        for before, line in zip(page.lines, page.lines[1:], strict=False):
            if before.x - left > 0.7 * measure.size and before.right > right - measure.size:
                returns += line.x - left < 0.7 * measure.size
                hangs += abs(line.x - before.x) < 0.3 * measure.size and before.text[-1] not in _SENTENCE_END
    return returns >= 2 and returns >= 5 * hangs


def _has_items_at_margin(pages: Sequence[Page], measure: _Measure) -> bool:
    """Return whether numbered items begin at the margin, as automatic lists do, where lines before them end short."""
    count = 0
    for number, page in enumerate(pages):
        left, right = measure.left[number % 2], measure.right[number % 2]
        for before, line in zip(page.lines, page.lines[1:], strict=False):
            is_short = before.right < right - 4 * measure.size and abs(before.size - line.size) < 0.1
            count += is_short and abs(line.x - left) < 0.7 * measure.size and bool(_STARTER.match(line.text))
    return count >= 2


def _left_margin(lines: Sequence[Line], size: float) -> float:
    """The leftmost place at which more than a few lines begin."""
    starts = Counter(round(line.x / 3) * 3 for line in lines)
    common = [x for x, count in starts.items() if count >= max(2, 0.05 * len(lines))]
    return float(min(common or starts or [0]))


def _right_margin(lines: Sequence[Line], size: float, mirrored: float) -> float:
    """Where most full lines end; where line ends are ragged, a line that few surpass.

    Too few lines show no margin: then it is at least as wide as on the left (`mirrored`).
    """
    ends = sorted(line.right for line in lines)
    full = [end for end in ends if end > 0.8 * ends[-1]]
    common, count = Counter(round(4 * end / size) for end in full).most_common(1)[0]
    right = common * size / 4 if 5 * count >= len(full) else full[int(0.9 * (len(full) - 1))]
    return max(right, mirrored) if count < 3 else right


def _begins(group: Sequence[tuple[int, Line]], number: int, line: Line, measure: _Measure, width: float) -> bool:
    """Return whether `line` on page `number` begins a new paragraph after the last line of `group`."""
    before_page, before = group[-1]
    step = before.y - line.y
    if before_page == number and not 0 <= step <= _GAP * measure.leading * max(1.0, line.size / measure.size):
        return True
    is_starter = bool(_STARTER.match(line.text))
    if abs(line.size - before.size) > 0.08 * before.size:
        return True
    if line.size >= TITLE_RATIO * measure.size:
        is_centred = all(abs(each.x + each.right - width) < 4 * each.size for each in (before, line))
        return is_starter or not (is_centred and before_page == number)
    if _is_divided(before.text, line.text):
        return False
    is_note = number == 0 and bool(_DATED.match(group[0][1].text)) and before.text[-1:] in _ENACTED
    if is_note and (is_starter or _DATED.match(line.text)):
        return True
    right = measure.right[before_page % 2]
    if before.right + _room_for(_first_unit(line.text), line) <= right - measure.slack:
        return True
    indent = line.x - measure.left[number % 2]
    before_indent = before.x - measure.left[before_page % 2]
    ends = before.text.rstrip()[-1:] in _SENTENCE_END or bool(_CONTAINER.match(group[0][1].text))
    if indent > 0.7 * line.size:
        return measure.is_indented or indent > before_indent + 0.7 * line.size or is_starter or ends
    if measure.is_indented and not measure.has_items_at_margin:
        return ends and bool(_ARTICLE.match(line.text))
    return is_starter and ends


def _room_for(unit: str, line: Line) -> float:
    """Estimated room that a line needs for its next unit: digits of Chinese fonts take up to 0.65 em, a quarter em apart."""
    width = line_width(unit, line.size)
    is_western = unit.isascii() and any(is_wide(each) for each in line.text)
    return max(width, (0.65 * len(unit) + 0.25 + 0.35 * unit.count("%")) * line.size) if is_western else width


def _first_unit(text: str) -> str:
    """Return what a line breaker moves as a whole: a word or number, or a character with its marks."""
    end = 1
    while end < len(text):
        before, here = text[end - 1], text[end]
        keeps = here in NOT_FIRST or before in NOT_LAST
        if not keeps and not (_is_word(before) and _is_word(here)):
            break
        end += 1
    return text[:end]


def _is_word(character: str) -> bool:
    return character.isalnum() and not is_wide(character)


def _compounds(lines: Iterable[str]) -> frozenset[str]:
    """Return the words that are written with a hyphen inside a line."""
    return frozenset(each for line in lines if "-" in line for each in _COMPOUND.findall(line))


def _join(lines: Sequence[str], compounds: frozenset[str]) -> str:
    """Join the lines of a paragraph; a word that was divided at the line end is made whole."""
    text = lines[0]
    for line in lines[1:]:
        if not _is_divided(text, line):
            text = join_lines([text, line])
            continue
        first, second = _LAST_WORD.search(text), _FIRST_WORD.match(line)
        is_compound = first and second and first.group() + second.group() in compounds
        text = (text if is_compound else text[:-1]) + line
    return text


def _is_divided(text: str, line: str) -> bool:
    """Return whether a word is divided between the end of `text` and the start of `line`."""
    return text.endswith("-") and text[-2:-1].islower() and line[:1].islower()


def _without_false_spaces(texts: list[str]) -> list[str]:
    """Wide setting makes a space appear between all characters; then spaces inside Chinese mean nothing."""
    pairs = sum(max(0, len(text) - 1) for text in texts)
    spaced = sum(len(_SPACE_IN_CHINESE.findall(text)) for text in texts)
    if spaced <= _SPACED_SHARE * pairs:
        return texts
    return [_SPACE_IN_CHINESE.sub("", text) for text in texts]
