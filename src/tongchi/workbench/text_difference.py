"""What was changed between two texts? Character by character, as Chinese has no spaces, with small islands joined to what surrounds them."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Literal, NamedTuple

ISLAND = 2


class Piece(NamedTuple):
    """A stretch of text that stands in both texts, in the first alone or in the second alone."""

    kind: Literal["same", "out", "in"]
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """Return the pieces in order: those that are `same` or `out` make up the first text, `same` or `in` the second.

    Fewer than three characters left standing between two changes are shown as changed too: 二十四→三十 reads as one change.
    """
    pieces: list[Piece] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        inner = a > 0 and b < len(before)
        if kind == "equal" and not (inner and b - a < ISLAND + 1):
            pieces.append(Piece("same", before[a:b]))
        else:
            pieces += [Piece("out", before[a:b]), Piece("in", after[c:d])]
    return _joined(pieces)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Join the changes that follow each other: first what went out, then what came in."""
    found: list[Piece] = []
    out = came = ""
    for piece in [*pieces, Piece("same", "")]:
        if piece.kind == "out":
            out += piece.text
        elif piece.kind == "in":
            came += piece.text
        else:
            found += [Piece("out", out), Piece("in", came), piece]
            out = came = ""
    return [piece for piece in found if piece.text]
