"""Which lines does a printed page have, and which gaps in them are spaces? A PDF knows only texts at places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tongchi.documents.docx_run import SUPERSCRIPT
from tongchi.documents.joining import is_wide

NOT_FIRST = frozenset("，。；：、！？）》〉”’】…—.,;:!?)%％")
NOT_LAST = frozenset("（《〈“‘【(")
_QUOTES = frozenset("“”‘’…—·")
_WESTERN_WIDTHS = (
    dict.fromkeys("ijlt/\\:;.,'|! ‘’", 0.27) | dict.fromkeys("fr()[]-IJ", 0.34) | dict.fromkeys("m", 0.78)
    | dict.fromkeys("wTZFP“”", 0.58) | dict.fromkeys("WM%—…", 0.9) | dict.fromkeys("\u3000", 1.0)
)  # fmt: skip
_MAYBE = "\ue000"  # a gap between Chinese and other characters, until it is known whether it is a space; private use
_JOINT = re.compile(r"[\u3400-\u9fff](?=[A-Za-z\d])|[A-Za-z\d](?=[\u3400-\u9fff])")
_SPACE_FROM = 0.1  # of an em
_SETTING_TO = 0.6


@dataclass(slots=True)
class Line:
    """One printed line; `x`, `right`, `y` (of the base line, upwards) and `size` in points."""

    x: float
    y: float
    size: float
    text: str
    right: float


@dataclass(slots=True)
class Page:
    """The lines of a page in the order of the file, and its width in points."""

    lines: list[Line]
    width: float


def make_page(texts: Iterable[Sequence[float | str]], width: float) -> Page:
    """Join texts on one base line, as (x, y, size, text, right) in file order, to lines."""
    lines: list[Line] = []
    for x, y, size, text, right in texts:
        words = str(text).replace("\xad", "-").replace(_MAYBE, "")
        _add_text(lines, Line(float(x), float(y), float(size), words, float(right)))
    for line in lines:
        stripped = line.text.lstrip(_MAYBE + " \u3000\t\xa0")
        line.x += line_width(line.text[: len(line.text) - len(stripped)], line.size)
        line.text = stripped
    return Page([line for line in lines if line.text.strip()], width)


def _add_text(lines: list[Line], text: Line) -> None:
    """Append to the last line if the text stands on it, behind it; raised small digits become ²."""
    last = lines[-1] if lines else None
    if last is None or abs(text.y - last.y) > 0.45 * max(text.size, last.size) or text.x < last.right - 4 * last.size:
        lines.append(text)
        return
    if last.text == text.text and abs(text.x - last.x) < 0.2 * text.size:
        return  # printed twice to look bold
    words = text.text
    if text.size < 0.8 * last.size and text.y - last.y > 0.15 * last.size and words.strip().isdecimal():
        words = words.strip().translate(SUPERSCRIPT)
    last.text += _space(last, text) + words
    last.right = max(last.right, text.right)
    if text.size > last.size:
        last.size, last.y = text.size, text.y


def _space(line: Line, text: Line) -> str:
    """Return what the gap between two texts of a line stands for: nothing, a space, or one that `settle_spaces` weighs."""
    gap = (text.x - line.right) / max(line.size, text.size)
    before, after = line.text[-1:], text.text[:1]
    if gap < _SPACE_FROM or before.isspace() or after.isspace():
        return ""
    if gap < _SETTING_TO:
        if before in NOT_LAST or after in NOT_FIRST or text.size < 0.8 * line.size:
            return ""
        if is_wide(before) != is_wide(after):
            return _MAYBE
    both = is_wide(before) and is_wide(after)
    if both and 0.9 <= gap < 1.2:
        return "\u3000"
    return " " if gap >= (0.2 if both else _SPACE_FROM) else ""


def settle_spaces(pages: Sequence[Page]) -> None:
    """Many programs set Latin letters and digits a quarter em apart from Chinese; no one typed a space there.

    Where the document has such gaps at half of those places or more, they are the program's and mean nothing.
    """
    lines = [line for page in pages for line in page.lines]
    gaps = sum(line.text.count(_MAYBE) for line in lines)
    joints = sum(len(_JOINT.findall(line.text)) for line in lines) if gaps else 0
    for line in lines if gaps else ():
        line.text = line.text.replace(_MAYBE, "" if gaps >= joints else " ")


def line_width(text: str, size: float) -> float:
    """Estimated width: Chinese fonts set Latin letters and digits in half an em and all else in one.

    A line without Chinese characters is set in a Western font, where letters differ; widths as in Times.
    """
    if any(is_wide(each) and each not in _QUOTES for each in text):
        return size * sum(0.5 if each < "\u02b0" and each not in "§°±·×÷" else 1.0 for each in text)
    return size * sum(_WESTERN_WIDTHS.get(each, 0.7 if each.isupper() else 0.48) for each in text)


def common_size(pages: Sequence[Page]) -> float:
    """The size in which most characters are set."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 12.0


def common_leading(pages: Sequence[Page]) -> float:
    """The usual distance of lines; where paragraphs are set apart and most are short, theirs is as common but greater."""
    steps = Counter(
        round(before.y - after.y)
        for page in pages
        for before, after in zip(page.lines, page.lines[1:], strict=False)
        if 0.5 * before.size < before.y - after.y < 5 * before.size
    )
    if not steps:
        return 1.5 * common_size(pages)
    enough = max(2, 0.15 * steps.total())
    return float(min((step for step, count in steps.items() if count >= enough), default=steps.most_common(1)[0][0]))
