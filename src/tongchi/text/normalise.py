"""What are the words of a published text, without the accidents of its file, and where did each stand?

Line ends become one newline, odd spaces a plain space; byte order marks, zero-width characters and soft hyphens go.
Letters, digits and punctuation stay as published, in full width too. Unicode 15.1, categories Zs, Zl, Zp, Cf.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

_LINE_ENDS = "\r\n\v\f\x85\u2028\u2029"
_SPACES = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_UNSEEN = "\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00"
_CHANGED = re.compile(rf"\r\n|[{_LINE_ENDS.replace(chr(10), '')}]|(?P<space>[{_SPACES}])|(?P<unseen>[{_UNSEEN}]+)")


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """A text to work on, and the way back to the text as published.

    `_starts[i]` is an offset in `text` from which `_shifts[i]` characters of `published` have been left out.
    """

    text: str
    published: str
    _starts: tuple[int, ...] = field(default=(), repr=False)
    _shifts: tuple[int, ...] = field(default=(), repr=False)

    def to_published(self, offset: int) -> int:
        """Return the offset in `published` of the character at `offset` in `text`; the end maps to the end.

        Offsets outside `0 … len(text)` raise IndexError.
        """
        if not 0 <= offset <= len(self.text):
            raise IndexError(f"offset {offset} outside a text of {len(self.text)} characters")
        if offset == len(self.text):
            return len(self.published)
        at = bisect_right(self._starts, offset)
        return offset + (self._shifts[at - 1] if at else 0)

    def span_to_published(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of `published` from which `text[start:end]` came, without unseen characters around it."""
        first = self.to_published(start)
        return (first, first) if end <= start else (first, self._end_of(end - 1))

    def _end_of(self, offset: int) -> int:
        last = self.to_published(offset)
        return last + (2 if self.published[last : last + 2] == "\r\n" else 1)


def normalise(text: str) -> NormalisedText:
    """Return `text` with the accidents of its file removed, and the map back to it.

    >>> normalise("\\ufeff第一条\\u3000本法。\\r\\n").text
    '第一条 本法。\\n'
    """
    if not _CHANGED.search(text):
        return NormalisedText(text, text)
    parts: list[str] = []
    starts: list[int] = []
    shifts: list[int] = []
    done = length = shift = 0
    for match in _CHANGED.finditer(text):
        instead = " " if match["space"] else "" if match["unseen"] else "\n"
        parts += (text[done : match.start()], instead)
        length += match.start() - done + len(instead)
        done = match.end()
        lost = len(match[0]) - len(instead)
        if lost:
            shift += lost
            starts.append(length)
            shifts.append(shift)
    parts.append(text[done:])
    return NormalisedText("".join(parts), text, tuple(starts), tuple(shifts))
