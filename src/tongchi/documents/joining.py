"""How do the printed lines of one paragraph join? Chinese without a space, words of other scripts with one."""

from __future__ import annotations

from collections.abc import Sequence


def join_lines(lines: Sequence[str]) -> str:
    """Return one line; a space stands where a Western word or its punctuation ends and another begins.

    >>> join_lines(["第一条 为了保障", "公民权利", "under this", "Act"])
    '第一条 为了保障公民权利under this Act'
    >>> join_lines(["“Business”", "means"]), join_lines(["依据《", "“十四五”规划", "》"])
    ('“Business” means', '依据《“十四五”规划》')
    """
    text = ""
    for line in lines:
        gap = " " if text and line and _ends_word(text) and _begins_word(line) else ""
        text += gap + line
    return text


def is_wide(character: str) -> bool:
    """Return whether a character fills a full em: Chinese characters, kana, full-width forms and punctuation."""
    return "\u2e80" <= character <= "\uffe6" or character in "“”‘’…—·①②③④⑤⑥⑦⑧⑨⑩" or character >= "\U00020000"


def _ends_word(text: str) -> bool:
    """Quotation marks are of the script of the word that they close."""
    last = text.rstrip("”’")[-1:]
    return _is_western_word(last) or text[-1] in ",.;:!?)]\"'&-–"


def _begins_word(line: str) -> bool:
    first = line.lstrip("“‘")[:1]
    return _is_western_word(first) or line[0] in "([\"'$§&-–"


def _is_western_word(character: str) -> bool:
    return character.isalnum() and not is_wide(character)
