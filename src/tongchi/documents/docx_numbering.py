"""Which number does Word print before this paragraph? The file holds only the rules, not the printed number.

Numbering definitions, levels and restarts follow ECMA-376-1:2016 (WordprocessingML), 17.9; the number formats of
`ST_NumberFormat`, 17.18.59, as far as Chinese, Japanese and Western documents use them. Above 99 the Chinese formats
are spelt as laws print them (一百零一), which is also how labels are read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from tongchi.documents.docx_parts import W

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_NO_SPACE_AFTER = "）)、。．：，》】"
_MAX_CHAIN = 20
_MAX_LABEL = 60


@dataclass(slots=True)
class _Level:
    """One level of a definition; `start` and `restart` as in w:start and w:lvlRestart (None: after any higher)."""

    start: int = 0
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None
    is_legal: bool = False
    style: str = ""


@dataclass(slots=True)
class _List:
    """One w:num: its abstract definition, and for overridden levels a definition or a start."""

    abstract: str
    levels: dict[int, _Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts through a document; `label` must be called once per numbered paragraph, in order."""

    def __init__(self, root: etree._Element | None, list_styles: dict[str, str] | None = None) -> None:
        """`root` is w:numbering; `list_styles` gives the numId of each numbering style (w:numStyleLink)."""
        self._abstracts: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, _List] = {}
        self._counters: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()
        if root is None:
            return
        links: dict[str, str] = {}
        for each in root.iterfind(f"{W}abstractNum"):
            key = each.get(f"{W}abstractNumId", "")
            self._abstracts[key] = dict(map(_read_level, each.iterfind(f"{W}lvl")))
            link = each.find(f"{W}numStyleLink")
            if link is not None:
                links[key] = link.get(f"{W}val", "")
        for each in root.iterfind(f"{W}num"):
            self._lists[each.get(f"{W}numId", "")] = _read_list(each)
        self._follow_links(links, list_styles or {})

    def level_of_style(self, number: str, style: str) -> int:
        """Return the level of list `number` that is tied to a paragraph style (w:pStyle), 0 if none is."""
        listed = self._lists.get(number)
        if listed is not None:
            for index, level in self._levels(listed).items():
                if level.style == style:
                    return index
        return 0

    def label(self, number: str, index: int) -> str:
        """Count one paragraph of list `number` at level `index` (0–8); return its printed label, "" if it has none.

        The label ends with a space where Word sets one or a tab, except after a closing mark such as （一）or 一、,
        where print shows none.
        """
        listed = self._lists.get(number)
        level = self._levels(listed).get(index) if listed is not None else None
        if listed is None or level is None:
            return ""
        counters = self._count(listed, number, index, level)
        text = self._render(listed, level, counters)
        if level.format == "bullet":
            text = _bullet(text)
        if not text.strip():
            return ""
        is_closed = level.suffix == "nothing" or text[-1] in _NO_SPACE_AFTER or text[-1].isspace()
        return text if is_closed else text + " "

    def _levels(self, listed: _List) -> dict[int, _Level]:
        base = self._abstracts.get(listed.abstract, {})
        return base | listed.levels if listed.levels else base

    def _count(self, listed: _List, number: str, index: int, level: _Level) -> dict[int, int]:
        counters = self._counters.setdefault(listed.abstract, {})
        if index in listed.starts and (number, index) not in self._started:
            counters.pop(index, None)
        self._started.add((number, index))
        start = listed.starts.get(index, level.start)
        counters[index] = counters[index] + 1 if index in counters else start
        levels = self._levels(listed)
        for lower in [each for each in counters if each > index]:
            restart = levels[lower].restart if lower in levels else None
            if restart is None or (restart > 0 and index < restart):
                del counters[lower]
        return counters

    def _render(self, listed: _List, level: _Level, counters: dict[int, int]) -> str:
        text, levels = level.text, self._levels(listed)
        if level.format == "bullet":
            return text
        for other in range(9):
            mark = f"%{other + 1}"
            if mark in text:
                name = levels[other].format if other in levels else "decimal"
                if level.is_legal and name not in ("decimal", "decimalZero"):
                    name = "decimal"
                start = levels[other].start if other in levels else 1
                text = text.replace(mark, format_number(counters.get(other, start), name))
        return text.lstrip()

    def _follow_links(self, links: dict[str, str], list_styles: dict[str, str]) -> None:
        """An abstract definition may stand for a numbering style: take the levels of the list the style names."""
        for key, style in links.items():
            for _ in range(_MAX_CHAIN):
                target = self._lists.get(list_styles.get(style, ""))
                if target is None:
                    break
                self._abstracts[key] = self._abstracts.get(target.abstract, {})
                if target.abstract not in links or self._abstracts[key]:
                    break
                style = links[target.abstract]


def format_number(number: int, format: str) -> str:
    """Return `number` in a format of ST_NumberFormat, e.g. 12 in chineseCounting as 十二; "" for `none`.

    An unknown format, or a number outside the range of a format (a 51st circle), gives decimal digits.
    """
    if format == "none":
        return ""
    writer = _WRITERS.get(format)
    return (writer(number) if writer and 0 < number < 10_000 else "") or str(number)


def _read_level(element: etree._Element) -> tuple[int, _Level]:
    def value(name: str, default: str) -> str:
        found = element.find(f"{W}{name}")
        return default if found is None else found.get(f"{W}val", default)

    restart = value("lvlRestart", "")
    legal = element.find(f"{W}isLgl")
    alternate = element.find(f".//{W}numFmt[@{W}format]")
    level = _Level(
        start=_integer(value("start", "0")),
        format=value("numFmt", "decimal"),
        text=value("lvlText", "")[:_MAX_LABEL],
        suffix=value("suff", "tab"),
        restart=_integer(restart) if restart else None,
        is_legal=legal is not None and legal.get(f"{W}val", "1") not in ("0", "false", "off"),
        style=value("pStyle", ""),
    )
    if level.format == "custom" and alternate is not None:
        level.format = "decimalZero"
    return _integer(element.get(f"{W}ilvl", "0")), level


def _read_list(element: etree._Element) -> _List:
    abstract = element.find(f"{W}abstractNumId")
    listed = _List("" if abstract is None else abstract.get(f"{W}val", ""))
    for override in element.iterfind(f"{W}lvlOverride"):
        index = _integer(override.get(f"{W}ilvl", "0"))
        level = override.find(f"{W}lvl")
        if level is not None:
            listed.levels[index] = _read_level(level)[1]
        start = override.find(f"{W}startOverride")
        if start is not None:
            listed.starts[index] = _integer(start.get(f"{W}val", "1"))
    return listed


def _integer(text: str) -> int:
    try:
        return max(-1_000_000, min(1_000_000, int(text)))
    except ValueError:
        return 0


def _bullet(text: str) -> str:
    """A dash is a numbering mark in Chinese standards (列项 ——); other bullets are ornament and number nothing."""
    return text if text.strip() and set(text.strip()) <= set("—–－―") else ""


def _counting(number: int) -> str:
    """十二, 一百零五, 一千零二十."""
    text, gap = "", False
    for unit, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + word
        gap = not digit
    return text[1:] if text.startswith("一十") else text


def _legal(number: int) -> str:
    """壹拾贰: capital numerals, which keep the 壹 of 壹拾."""
    text, gap = "", False
    for unit, word in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if gap and text else "") + _LEGAL[digit] + word
        gap = not digit
    return text


def _digits(number: int) -> str:
    return "".join(_DIGITS[int(each)] for each in str(number))


def _letters(number: int) -> str:
    """Word repeats the letter after z: aa, bb, cc."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number <= 780 else ""


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        while number >= value:
            text, number = text + letters, number - value
    return text


def _circled(number: int) -> str:
    for first, last, base in ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)):
        if first <= number <= last:
            return chr(base + number - first)
    return ""


def _range(base: int, last: int) -> Callable[[int], str]:
    return lambda number: chr(base + number - 1) if number <= last else ""


def _full_width(number: int) -> str:
    return "".join(chr(ord(each) + 0xFEE0) for each in str(number))


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


_WRITERS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02d}",
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "ordinal": _ordinal,
    "chineseCounting": _counting,
    "chineseCountingThousand": _counting,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "japaneseCounting": _counting,
    "taiwaneseCounting": _counting,
    "taiwaneseCountingThousand": _counting,
    "ideographDigital": _digits,
    "japaneseDigitalTenThousand": _digits,
    "taiwaneseDigital": _digits,
    "ideographTraditional": lambda number: _STEMS[number - 1 : number],
    "ideographZodiac": lambda number: _BRANCHES[number - 1 : number],
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "ideographEnclosedCircle": _range(0x3280, 10),
    "decimalEnclosedParen": _range(0x2474, 20),
    "decimalEnclosedFullstop": _range(0x2488, 20),
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
}
