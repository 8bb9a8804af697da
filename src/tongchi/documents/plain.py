"""Which lines does a plain text have? Every line that is not blank is a block; which one is the title, the words say."""

from __future__ import annotations

from tongchi.documents.blocks import Block


def read_plain(text: str) -> list[Block]:
    """Return one block per line that holds text, without outer white space (full-width spaces included)."""
    lines = text.split("\n")
    return [
        Block(stripped, place=f"line {number}")
        for number, line in enumerate(lines, start=1)
        if (stripped := line.strip())
    ]
