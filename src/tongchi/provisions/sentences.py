"""Where do the sentences of a paragraph begin and end?

A sentence ends at 。！？. It also ends at ； where the parts on both sides state a norm of their own, so that the tiers
of a sanction and the duties of different offices are read apart, while the members of a list stay together. Marks inside
quotes, brackets and 《》 end nothing.
"""

from __future__ import annotations

import re

from tongchi.provisions.masking import SourceSpan, mask_inserts
from tongchi.provisions.modality import REGULATION_CUES, CueTable, governing_cue

_END = re.compile(r"[。！？]+[”’」]?|；")
_ENGLISH_END = re.compile(r"(?<!\bNo)(?<!\bSec)(?<!\b[A-Z])[.?!][”\"]?(?=\s+[“\"(]?[A-Z])")
_SPACE = " \u3000\n\t\r\xa0"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def split_sentences(text: str, cues: CueTable = REGULATION_CUES) -> tuple[SourceSpan, ...]:
    """Return the spans of the sentences of `text`, in order, without white space around them; none for blank text."""
    if "；" not in text:
        end = text.find("。")
        if (end < 0 or end == len(text) - 1) and "！" not in text and "？" not in text and "." not in text:
            span = _trimmed(text, 0, len(text))
            return (span,) if span else ()
    return tuple(_spans(text, cues))


def _spans(text: str, cues: CueTable) -> list[SourceSpan]:
    masked = mask_inserts(text)
    if not _CHINESE.search(masked):
        return _cut(text, [match.end() for match in _ENGLISH_END.finditer(masked)])
    ends: list[int] = []
    opened = 0
    left_is_norm: bool | None = None
    marks = [(match.start(), match.end()) for match in _END.finditer(masked)]
    for at, (start, end) in enumerate(marks):
        if masked[start] != "；":
            ends.append(end)
            opened, left_is_norm = end, None
            continue
        if left_is_norm is None:
            left_is_norm = governing_cue(masked[opened:end], cues) is not None
        close = marks[at + 1][1] if at + 1 < len(marks) else len(text)
        right_is_norm = governing_cue(masked[end:close], cues) is not None
        if left_is_norm and right_is_norm:
            ends.append(end)
            opened = end
        left_is_norm = left_is_norm or right_is_norm
    return _cut(text, ends)


def _cut(text: str, ends: list[int]) -> list[SourceSpan]:
    start, spans = 0, []
    for end in [*ends, len(text)]:
        span = _trimmed(text, start, end)
        if span:
            spans.append(span)
        start = end
    return spans


def _trimmed(text: str, start: int, end: int) -> SourceSpan | None:
    while start < end and text[start] in _SPACE:
        start += 1
    while end > start and text[end - 1] in _SPACE:
        end -= 1
    return SourceSpan(start, end) if start < end else None
