"""Which quantities does a provision of an English statute set?

The same quantities in the same canonical units as in Chinese texts (日, 个工作日, %, 美元 …), so that both compare.
Numbers in words and digits (thirty (30) days), bounds (within, not more than, at least, or older) as statutes use them.
"""

from __future__ import annotations

import re
from fractions import Fraction

from tongchi.provisions.measure_units import UNITS, Unit
from tongchi.provisions.model import Measure, MeasureKind

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_WORDS = {word: value for value, word in enumerate(_ONES.split())}
_WORDS |= {
    word: 10 * value
    for value, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_UNIT_WORDS: dict[str, str] = {
    "business days?|working days?": "个工作日",
    "(?:consecutive )?(?:calendar )?days?": "日",
    "weeks?": "周",
    "(?:consecutive )?(?:calendar )?months?": "个月",
    "(?:consecutive )?years? of age|years? old": "周岁",
    "(?:consecutive )?(?:calendar )?years?": "年",
    "hours?": "小时",
    "minutes?": "分钟",
    "percent(?:um)?|per ?cent|%": "%",
    "(?:square )?miles?|(?:square )?f(?:ee|oo)t|yards?|acres?|pounds?": "",
    r"dollars?(?: \(\$\s?[\d,]+(?:\.\d+)?\))?": "美元",
    "(?:full-time |other )?(?:persons?|individuals?|employees?|consumers?|members?)|(?:[a-z]+ ){0,3}residents?": "人",
    "times": "倍",
}
_IMPERIAL = {
    "mile": (UNITS["米"], Fraction("1609.344")),
    "feet": (UNITS["米"], Fraction("0.3048")),
    "foot": (UNITS["米"], Fraction("0.3048")),
    "yard": (UNITS["米"], Fraction("0.9144")),
    "square mile": (UNITS["平方米"], Fraction("2589988.110336")),
    "square feet": (UNITS["平方米"], Fraction("0.09290304")),
    "square foot": (UNITS["平方米"], Fraction("0.09290304")),
    "acre": (UNITS["平方米"], Fraction("4046.8564224")),
    "pound": (UNITS["千克"], Fraction("0.45359237")),
}
_PERCENT = Unit(MeasureKind.SHARE, "%")

_WORD = "|".join(sorted([*_WORDS, *_SCALES], key=len, reverse=True))
_NUMBER = rf"(?:(?:{_WORD})(?:[- ](?:and )?(?:{_WORD}))*\b(?: \(\s?\$?\d[\d,]*%?\))?|\d[\d,]*(?:\.\d+)?(?: (?:hundred|thousand|million|billion))?)"
_UNIT = "|".join(f"(?P<u{i}>{pattern})" for i, pattern in enumerate(_UNIT_WORDS))
_MONEY = r"\$\s?(?P<money>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?: (?:thousand|million|billion))?)"
_TERM = rf"(?:{_MONEY}|(?<![$\d.,])\b(?P<number>{_NUMBER})(?P<more> or (?:more|fewer|less))?(?:[ -](?=\S)|(?=%))(?:{_UNIT})(?![\w-]))"
_BEFORE = (
    r"(?P<to>not (?:to )?exceed(?:ing)?|(?:not|nor|no(?: (?:case|event))?) (?:more|later|longer|greater|fewer of) than|up to|at most|within|a maximum of|does not exceed|may not exceed|shall not exceed)"
    r"|(?P<from>not (?:less|fewer|sooner|earlier) than|no (?:less|fewer) than|at least|a minimum of|not under)"
    r"|(?P<above>more than|greater than|exceed(?:s|ing)?|in excess of|over|above|older than)"
    r"|(?P<below>less than|fewer than|under|below|younger than)"
)
_MEASURE = re.compile(
    rf"(?:\b(?:{_BEFORE}) (?:the |a |an additional )?)?{_TERM}"
    r"(?P<after> or (?P<up>more|older|over|greater)| or (?P<down>less|fewer|younger|under))?",
    re.IGNORECASE,
)
_RANGE = re.compile(r"^,? ?(?:to|-|–|and|but|or)? ?$")


def find_measures_en(text: str) -> tuple[Measure, ...]:
    """Return the quantities in an English `text`, in order; units are canonical as for Chinese texts.

    >>> [(m.lo, m.hi, m.unit) for m in find_measures_en("within thirty (30) days, a fine of not more than $5,000")]
    [(None, 30.0, '日'), (None, 5000.0, '美元')]
    """
    found = [measure for match in _MEASURE.finditer(text) if (measure := _measure(text, match)) is not None]
    return tuple(_join(text, found))


def _measure(text: str, match: re.Match[str]) -> Measure | None:
    value = _value(match["money"] or match["number"])
    unit, factor = (UNITS["美元"], Fraction(1)) if match["money"] else _unit(match)
    if value is None or (unit.canonical == "年" and 1900 <= value <= 2100):  # the 2015 calendar year
        return None
    size = float(value * factor)
    lower, inclusive = _bound(match)
    lo = size if lower is not False else None
    hi = size if lower is not True else None
    return Measure(
        kind=unit.kind,
        lo=lo,
        hi=hi,
        lo_inclusive=lo is not None and (inclusive or lower is None),
        hi_inclusive=hi is not None and (inclusive or lower is None),
        unit=unit.canonical,
        text=match[0],
        start=match.start(),
        end=match.end(),
        what=_noun(text, match),
    )


def _bound(match: re.Match[str]) -> tuple[bool | None, bool]:
    """Return whether the number is the lower end (None: neither), and whether it belongs to the range."""
    more = (match["more"] or "").strip()
    if match["up"] or more == "or more":
        return True, True
    if match["down"] or more:
        return False, True
    if match["from"] or match["above"]:
        return True, match["above"] is None
    if match["to"] or match["below"]:
        return False, match["below"] is None
    return None, True


def _unit(match: re.Match[str]) -> tuple[Unit, Fraction]:
    for index, name in enumerate(_UNIT_WORDS.values()):
        word = match[f"u{index}"]
        if word is None:
            continue
        if not name:
            return _IMPERIAL[re.sub(r"(?<=[edr])s$", "", word.lower())]
        unit = _PERCENT if name == "%" else UNITS[name]
        return unit, unit.factor
    raise AssertionError(match[0])


def _value(number: str) -> Fraction | None:
    """Read 1,000.5, three million, twenty-five, thirty (30); None for a bare hundred."""
    number = re.sub(r"\s?\(.*", "", number.lower()).strip()
    total = section = Fraction(0)
    for word in re.split(r"[\s-]+", number):
        if word == "and":
            continue
        if word[0].isdigit():
            section += Fraction(word.replace(",", ""))
        elif word in _WORDS:
            section += _WORDS[word]
        elif word == "hundred":
            section *= 100
        else:
            total, section = total + section * _SCALES[word], Fraction(0)
    return total + section or None


def _join(text: str, found: list[Measure]) -> list[Measure]:
    """Join a lower and an upper end that follow each other: $500 to $5,000; not less than 1 nor more than 5 years."""
    joined: list[Measure] = []
    for each in found:
        last = joined[-1] if joined else None
        if last and last.unit == each.unit and _RANGE.match(text[last.end : each.start]) and _rises(last, each):
            joined[-1] = Measure(
                last.kind, last.lo, each.hi, last.lo_inclusive, each.hi_inclusive, last.unit,
                text[last.start : each.end], last.start, each.end, last.what or each.what,
            )  # fmt: skip
        else:
            joined.append(each)
    return joined


def _rises(low: Measure, high: Measure) -> bool:
    if low.lo is None or high.hi is None or low.lo >= high.hi:
        return False
    return (low.hi is None and high.lo is None) or (low.hi == low.lo and high.lo == high.hi)


_AFTER = re.compile(
    r"\s+(?:of |in )?((?:civil |criminal )?(?:fine|penalty|imprisonment|damages|notice|wages|pay|leave)\w*)"
)
_PRECEDING = re.compile(
    r"((?:civil |criminal |administrative )?(?:fine|penalty|imprisonment|damages|fee|notice|term|period|age)\w*)\W+(?:\w+\W+){0,4}$",
    re.I,
)


def _noun(text: str, match: re.Match[str]) -> str:
    after = _AFTER.match(text, match.end())
    if after:
        return after[1]
    before = _PRECEDING.search(text, max(0, match.start() - 60), match.start())
    return before[1].lower() if before else ""
