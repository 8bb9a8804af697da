"""Which words of a sentence are its own? Quotations, titles and brackets are covered, lengths kept.

A comma inside 《…》, “…” or （…） parts no clause, and a cue there states no norm of the sentence.
"""

from __future__ import annotations

import re
from typing import NamedTuple

COVER = "□"
_OPENING = re.compile(r"[“《（(‘「,]")
_INSERT = re.compile(r"“[^”]*”|《[^》]*》|（[^（）]*(?:（[^）]*）[^（）]*)*）|\([^()]*\)|‘[^’]*’|「[^」]*」")
_ASCII_COMMA = re.compile(r"(?<=[^\x00-\x7f]),|,(?=[^\x00-\x7f])")


class SourceSpan(NamedTuple):
    """Half-open range of characters, `start` included and `end` not."""

    start: int
    end: int


def mask_inserts(text: str) -> str:
    """Return `text` with the inside of quotes, 《》 and brackets covered; every offset stays valid.

    An opening mark without its closing one covers nothing. A half-width comma between Chinese words reads as ，.
    """
    if not _OPENING.search(text):
        return text
    masked = _INSERT.sub(_cover, text)
    return _ASCII_COMMA.sub("，", masked) if "," in masked else masked


def _cover(match: re.Match[str]) -> str:
    text = match.group()
    return text[0] + COVER * (len(text) - 2) + text[-1]
