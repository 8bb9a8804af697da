"""How do the printed lines of one paragraph join? Chinese without a space, words of other scripts with one."""

from __future__ import annotations

from collections.abc import Sequence


def join_lines(lines: Sequence[str]) -> str:
    """Return one line; a space stands where both sides of the break are letters, digits or Western punctuation.

    >>> join_lines(["第一条 为了保障", "公民权利", "under this", "Act"])
    '第一条 为了保障公民权利under this Act'
    """
    text = ""
    for line in lines:
        gap = " " if text and line and _is_western(text[-1]) and _is_western(line[0]) else ""
        text += gap + line
    return text


def is_wide(character: str) -> bool:
    """Return whether a character fills a full em: Chinese characters, kana, full-width forms and punctuation."""
    return "\u2e80" <= character <= "\uffe6" or character in "“”‘’…—·①②③④⑤⑥⑦⑧⑨⑩" or character >= "\U00020000"


def _is_western(character: str) -> bool:
    return not is_wide(character) and not character.isspace()
