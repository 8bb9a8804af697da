"""Where in a text does a number stand with a unit, and where does it only look so?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from tongchi.errors import NumeralError
from tongchi.provisions.measure_bounds import Bound
from tongchi.provisions.measure_units import NOT_BEFORE, UNITS, Unit
from tongchi.text.numerals import ARABIC_NUMERAL, CHINESE_NUMERAL, DATES, DIGITS, ORDINALS, parse_numeral


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit and ends while it is being read.

    `value` and `other` are in canonical units; `other` is the upper end of a range, `value` then the lower one.
    `unit` is None for a number whose unit stands later (the 五 of 五至十日).
    """

    start: int
    end: int
    number: str
    value: Fraction
    unit: Unit | None
    lower: Bound | None = None
    upper: Bound | None = None
    other: Fraction | None = None

    @property
    def bounded(self) -> bool:
        """Whether the text sets an end: 以上, 不超过, a range."""
        return self.lower is not None or self.upper is not None


def _pattern_of_units() -> str:
    words = sorted(UNITS, key=len, reverse=True)
    return "|".join(_guarded(word) for word in words)


def _guarded(word: str) -> str:
    latin = "(?![A-Za-z0-9])" if word[-1].isascii() else ""
    not_before = NOT_BEFORE.get(word, "")
    return re.escape(word) + latin + (f"(?!{not_before})" if not_before else "")


PERCENT = UNITS["个百分点"]

_DIGIT = re.compile(rf"[0-9０-９{DIGITS}十百千万亿半]")
_WORDS = (
    r"一次性|一人有限|一人公司|一人一|一人有|一年一度|一日三餐|一日生活|一日之|[一二]审|十分(?![之钟，。；、])|万一|二次(?:供|污|加|装|元|开|利|创|分|灾|转)"
    r"|两个(?:维护|确立|一律|规定)|三个(?:代表|文明|一)|四个(?:意识|自信|全面)|两条线|五台[山县]|三台县|九台区|五家渠|三级跳|半成品|百分百|十堰|零件|零部件"
)
_TOKEN = re.compile(
    rf"(?P<skip>{_WORDS}|(?![^月]*月的?{CHINESE_NUMERAL}日内)(?:{DATES})|[0-9]+[:：∶﹕][0-9]+)"
    rf"|(?P<share>(?:{CHINESE_NUMERAL}|[0-9]+)分之(?:{CHINESE_NUMERAL}|{ARABIC_NUMERAL})|[0-9]{{1,3}}[/／][0-9]{{1,3}}(?![0-9/／年])"
    rf"|{ARABIC_NUMERAL}\s?[%％‰]|(?P<half_of>半数|一半|半(?=[的以，。；、且]|通过|同意|业主)))"
    r"|半(?P<half>个?工作日|个?小时|年度?|个月|月|日(?!制)|天|个?学期|学年)"
    rf"|(?P<number>{ARABIC_NUMERAL}|{CHINESE_NUMERAL})"
    rf"(?:个半(?P<and_a_half>月|小时|学期)|\s?(?P<unit>{_pattern_of_units()})(?:(?<=年)(?P<half_more>半))?)?"
)
_ORDINAL = re.compile(ORDINALS)
_LIST_NUMBER = re.compile(rf"(?:[{DIGITS}十百]+|[0-9０-９]+)[)）]")
_LEADING_NUMBER = re.compile(rf"(?:[{DIGITS}十百]+[、．]|[0-9０-９]+[.．、](?![0-9０-９]))")
_DAY_OF_MONTH = re.compile(rf"(?:[{DIGITS}十]+|[0-9０-９]+)日(?:[、至到和—－-](?:[{DIGITS}十]+|[0-9０-９]+)日)*")
_SPLIT_UNITS = frozenset(["瓦", "伏", "克", "米", "帕", "赫", "赫兹", "焦", "牛"])
_SPEEDS = frozenset(["公里", "千米"])
_HALF_UNIT = {"月": "个月", "年度": "年", "个工作日": "工作日", "个小时": "小时", "个学期": "学期"}


def find_quantities(text: str) -> Iterator[Quantity]:
    """Yield the numbers that carry a unit or may share the next one's, in order, without their bounds."""
    at = 0
    while digit := _DIGIT.search(text, at):
        start = digit.start()
        if passed := _pass_over(text, start):
            at = max(passed, start + 1)
            continue
        token = _TOKEN.match(text, start)
        if token is None:
            at = start + 1
            continue
        at = token.end()
        if token["skip"] is None and (quantity := _read(text, token)):
            yield quantity


def _pass_over(text: str, start: int) -> int:
    """Return the end of an ordinal, list number, code or date that the number at `start` belongs to, else 0."""
    before = text[start - 1] if start else "\n"
    match: re.Match[str] | None = None
    if before in "第前":
        match = _ORDINAL.match(text, start - 1)
    elif before in "（(":
        match = _LIST_NUMBER.match(text, start)
    elif before == "\n" or not text[:start].strip():
        match = _LEADING_NUMBER.match(text, start)
    elif before == "月" or text[max(0, start - 2) : start] == "月的":
        match = None if text[max(0, start - 2) : start] == "个月" else _DAY_OF_MONTH.match(text, start)
    elif before.isascii() and (before.isalpha() or before in "/.-"):
        match = _CODE.match(text, start)
    elif before == "几" or (before == "数" and text[max(0, start - 2) : start - 1] in _BEFORE_VAGUE):
        match = _TOKEN.match(text, start)  # 数十人; not 层数十层
    return match.end() if match else 0


_BEFORE_VAGUE = ("", *"，。；：、的有达近上于")
_CODE = re.compile(r"[0-9０-９][0-9A-Za-z.,/—-]*")


def _read(text: str, token: re.Match[str]) -> Quantity | None:
    start, end = token.span()
    if token["half"]:
        if text[start - 1 : start] in ("上", "下", "前", "后", "大"):
            return None
        unit = UNITS[_HALF_UNIT.get(token["half"], token["half"])]
        return Quantity(start, end, "半", Fraction(1, 2) * unit.factor, unit)
    if token["share"]:
        return _read_share(text, token)
    number = token["number"]
    word = token["unit"]
    if token["and_a_half"]:
        word = _HALF_UNIT.get(token["and_a_half"], token["and_a_half"])
    elif word in _SPLIT_UNITS and number[-1] == "千" and len(number) > 1:
        number, word = number[:-1], "千" + word  # 五百千伏: the 千 belongs to the unit
    value = read_number(number)
    if value is None or (number in ("零", "〇") and word not in ("元", "摄氏度", "度", None)):
        return None
    if token["and_a_half"] or token["half_more"]:
        value += Fraction(1, 2)
    if word in _SPEEDS and text[max(0, start - 8) : start].rstrip("为是达到不得超过约低于高").endswith(
        ("时速", "每小时")
    ):
        word = "公里/小时"
    unit_read = UNITS.get(word or "")
    return Quantity(start, end, number, value * (unit_read.factor if unit_read else 1), unit_read)


def _read_share(text: str, token: re.Match[str]) -> Quantity | None:
    start, end = token.span()
    if token["half_of"]:
        more = text[start - 1 : start] == "过"
        if token["half_of"] == "半" and not more:
            return None
        bound = Bound(lower=True, inclusive=False) if more else None
        start -= (2 if text[start - 2 : start] == "超过" else 1) if more else 0
        return Quantity(start, end, "半", Fraction(50), PERCENT, lower=bound)
    value = read_number(token["share"].replace("／", "/"))
    return None if value is None else Quantity(start, end, token["share"], value * 100, PERCENT)


def read_number(number: str) -> Fraction | None:
    """Return what a numeral stands for; 百, 万 … alone count as one of them; None if it is no numeral."""
    if number[0] in "百千万亿" and "分" not in number:
        number = "一" + number
    try:
        return Fraction(parse_numeral(number))
    except NumeralError:
        return None
