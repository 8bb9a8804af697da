"""What is left of a clause when its names are taken away? Who, where, what is asked and how much, as one sign each.

外省企业来本市施工的，应当备案 and 市外机构在我县检测的，须登记 say the same with other words. Where a word belongs to a
vocabulary (outside, here, zone, operator, duty, award, tender, sum, number, must) its sign stands for it, so that what is
learned of one wording holds for the other.
"""

from __future__ import annotations

from typing import NamedTuple

from tongchi.barriers.places import ELSEWHERE, HERE, ZONE
from tongchi.barriers.reading import Reading
from tongchi.barriers.vocabulary import AWARD, DUTY, NUMBER, OPERATOR, TENDER, Pattern

SIGNS = {
    "outside": "ⓧ", "here": "ⓗ", "zone": "ⓩ", "award": "ⓐ", "operator": "ⓔ", "duty": "ⓓ", "tender": "ⓣ", "sum": "ⓢ",
    "must": "ⓜ", "number": "ⓝ",
}  # fmt: skip
LEAD_END = "¶"
_LEAD = 40  # characters of the lead-in that are kept: its end governs
_PATTERNS = (
    ELSEWHERE, HERE, ZONE, AWARD, OPERATOR, DUTY, TENDER, NUMBER, "应当|必须|须|应(?=[^用])", "[〇一二三四五六七八九十百千万两0-9]+",
)  # fmt: skip
_WORD = Pattern("|".join(f"(?P<{name}>{pattern})" for name, pattern in zip(SIGNS, _PATTERNS, strict=True)))


class Abstract(NamedTuple):
    """A clause in signs, and for each sign where it begins in `lead_in + text` (one more entry: where the text ends)."""

    signs: str
    places: tuple[int, ...]


def abstract(reading: Reading) -> Abstract:
    """Return the clause with the end of its lead-in, words of a vocabulary as their sign."""
    signs: list[str] = []
    places: list[int] = []
    begin = max(0, reading.begin - _LEAD)
    _lay(reading.scope, begin, reading.begin, signs, places)
    signs.append(LEAD_END)
    places.append(reading.begin)
    _lay(reading.scope, reading.begin, len(reading.scope), signs, places)
    return Abstract("".join(signs), (*places, len(reading.scope)))


def _lay(scope: str, begin: int, end: int, signs: list[str], places: list[int]) -> None:
    at = begin
    for match in _WORD.compiled.finditer(scope, begin, end):
        signs += scope[at : match.start()]
        places += range(at, match.start())
        if match.lastgroup:
            signs.append(SIGNS[match.lastgroup])
            places.append(match.start())
        at = match.end()
    signs += scope[at:end]
    places += range(at, end)
