"""Which number does a printed label carry? 第十七条之一 → "17之一", eId part "17-1"; （三） → 3; ⑤ → 5.

Labels hold small whole numbers in one fixed form, read many hundred thousand times in a corpus; so they are looked
up in tables made once, not parsed.
"""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"


def _small_numeral(number: int) -> str:
    """Write 1–9999 in the way that labels do: 十, 十七, 一百零五, 一千零二十."""
    text, gap = "", False
    for unit, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + word
            gap = False
        elif text:
            gap = True
    return text[1:] if text.startswith("一十") else text


def _table() -> dict[str, int]:
    table: dict[str, int] = {}
    for number in range(1, 2000):
        chinese = _small_numeral(number)
        digits = "".join(_DIGITS[int(each)] for each in str(number))
        spellings = {chinese, digits, str(number), str(number).translate(_FULL_WIDTH)}
        if number >= 10:
            spellings.add("一" + chinese if chinese.startswith("十") else chinese)
        for spelling in spellings:
            for variant in (spelling, spelling.replace("零", "〇"), spelling.replace("零", "○")):
                table.setdefault(variant, number)
        if "百" in chinese and number % 100 >= 10 and number % 100 < 20:
            table.setdefault(chinese.replace("百一十", "百十"), number)
    for at, circled in enumerate("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", start=1):
        table[circled] = at
    return table


_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_NUMBERS = _table()
NUMERAL = r"[一二三四五六七八九十百千零〇○\d０-９]"


def label_number(text: str) -> int | None:
    """Return the whole number that a label's numeral stands for, None if it is none below 2000."""
    return _NUMBERS.get(text)


def inserted_number(text: str) -> int | None:
    """Return n for the suffix of an inserted article, 之一 → 1; None if `text` is no such suffix."""
    return _NUMBERS.get(text[1:]) if text.startswith("之") else None
