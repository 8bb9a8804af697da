"""Which (a), (1), (A), (i) in an English section begin a unit, and at which depth?

Marks are read by their sequence: a mark continues an open list, or begins one with its first number. (i), (v), (x) may
be letters or Roman numerals: what is open decides, and where both fit, which mark comes next. Inside a line a mark
counts only after punctuation and in sequence, for the same signs also cite (subdivision (a) of Section 5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = r"(?P<token>[A-Za-z]{1,5}|\d{1,3})(?P<suffix>[-.]\d{1,2})?"
_BRACKET = re.compile(rf"\({_TOKEN}\)[\s\u2003]*")
_DOTTED = re.compile(r"(?P<token>[A-Z]|[a-z]|\d{1,3}|[IVX]{1,5}|[ivx]{1,5})\.[\s\u2003]+(?=\S)(?P<suffix>)")
_BEFORE = re.compile(r"(?:[:;.—–]['’”\"]?|[;,:—]['”\"]?\s*(?:and/or|and|or))$")
_ABBREVIATED = re.compile(r"\b(?:Sec|sec|No|subd|par|s|ss|Stat|art|ch|cl|v|vs|U\.S|Inc|Co|et seq)\.$")
_CITES = re.compile(r"(?:of|and|or|to|through|above|below|shall not apply)\b(?! (?:the|a|an|any|each)\b)|[,;.)]|$")
_ROMAN = [
    "i",
    "ii",
    "iii",
    "iv",
    "v",
    "vi",
    "vii",
    "viii",
    "ix",
    "x",
    "xi",
    "xii",
    "xiii",
    "xiv",
    "xv",
    "xvi",
    "xvii",
    "xviii",
    "xix",
    "xx",
]

_NEAR = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign that may begin a unit: `start:end` in its line, with the space after it, and all that it may count."""

    start: int
    end: int
    token: str
    readings: tuple[tuple[str, int], ...]
    inline: bool
    after_colon: bool
    repeats: bool  # (a-1) goes on with (a)


def find_marks(text: str, start: int = 0) -> list[Mark]:
    """Return the marks at `start` of a line, one after the other, and those inside it after punctuation."""
    marks: list[Mark] = []
    at = start
    while at < len(text) and (match := _BRACKET.match(text, at) or (_DOTTED.match(text, at))):
        mark = _mark(text, match, inline=False)
        if not mark.readings:
            break
        marks.append(mark)
        at = match.end()
    for match in _BRACKET.finditer(text, at):
        before = _before(text, start, match.start())
        if not _BEFORE.search(before) or _ABBREVIATED.search(before) or _CITES.match(text, match.end()):
            continue
        mark = _mark(text, match, inline=True)
        if mark.readings:
            marks.append(mark)
    return marks


def _before(text: str, start: int, end: int) -> str:
    """Return the last words before `end`, enough to see punctuation and abbreviations."""
    return text[max(start, end - _NEAR) : end].rstrip()


def _mark(text: str, match: re.Match[str], *, inline: bool) -> Mark:
    token = match["token"]
    form = "(" if match.group(0).startswith("(") else "."
    before = _before(text, 0, match.start())
    return Mark(match.start(), match.end(), token + (match["suffix"] or ""), tuple(_readings(token, form)), inline,
                before.endswith((":", "—", "–")), bool(match["suffix"]))  # fmt: skip


def _readings(token: str, form: str) -> list[tuple[str, int]]:
    if token.isdigit():
        return [(f"{form}1", int(token))]
    case = "a" if token.islower() else "A" if token.isupper() else ""
    if not case:
        return []
    lower = token.lower()
    found: list[tuple[str, int]] = []
    if len(lower) == 1:
        found.append((form + case, ord(lower) - 96))
    elif len(lower) == 2 and (lower[0] == lower[1] or lower[0] == "a"):
        found.append((form + case, 26 + ord(lower[1]) - 96))
    if lower in _ROMAN:
        found.append((form + ("i" if case == "a" else "I"), _ROMAN.index(lower) + 1))
    return found


class Outline:
    """The open lists of one section: their manner of counting and the last number of each, outermost first."""

    def __init__(self) -> None:
        self.open: list[tuple[str, int]] = []

    def goes_on(self, mark: Mark) -> bool:
        """Return whether the mark is the next number of an open list."""
        last = dict(self.open)
        return any(value == last.get(style, -1) + 1 for style, value in mark.readings)

    def place(self, mark: Mark, following: list[Mark]) -> int | None:
        """Return the depth of the unit that the mark begins and open it there; None if it begins none."""
        styles = [style for style, _ in self.open]
        goes_on = [
            (styles.index(style), style, value)
            for style, value in mark.readings
            if style in styles and value - self.open[styles.index(style)][1] in ((0, 1) if mark.repeats else (1,))
        ]
        first = [style for style, value in mark.readings if value == 1 and style not in styles]
        if goes_on and first and _comes_next(following, first[0], 2, goes_on[0][1], goes_on[0][2] + 1):
            goes_on = []
        if goes_on:
            depth, style, value = max(goes_on)
        elif first and (not mark.inline or mark.after_colon or _is_followed(following, first[0])):
            depth, style, value = len(self.open), first[0], 1
        else:
            placed = self._out_of_sequence(mark, styles)
            if placed is None:
                return None
            depth, style, value = placed
        del self.open[depth:]
        self.open.append((style, value))
        return depth

    def _out_of_sequence(self, mark: Mark, styles: list[str]) -> tuple[int, str, int] | None:
        """At the start of a line a list may begin again, skip numbers (repealed ones) or lack its beginning."""
        again = next(((style, value) for style, value in mark.readings if value == 1 and style in styles), None)
        if again and (not mark.inline or mark.after_colon):
            return styles.index(again[0]), *again
        if mark.inline:
            return None
        for style, value in mark.readings:
            if style in styles and value > self.open[styles.index(style)][1]:
                return styles.index(style), style, value
        style, value = mark.readings[0]
        if style.startswith("."):
            return None
        return (styles.index(style) if style in styles else len(self.open)), style, value


def _comes_next(following: list[Mark], style: str, value: int, other: str, other_value: int) -> bool:
    """Whether number `value` of `style` comes before number `other_value` of `other`."""
    for mark in following:
        if (style, value) in mark.readings:
            return True
        if (other, other_value) in mark.readings:
            return False
    return False


def _is_followed(following: list[Mark], style: str) -> bool:
    return any((style, 2) in mark.readings for mark in following)
