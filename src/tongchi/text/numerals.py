"""Which number does a numeral in a Chinese text stand for, and how is a number written in Chinese?

Reads Chinese numerals (〇 to 亿, 两, 半, 廿, 卅, the financial forms 壹贰叁), Arabic ones with thousands separators
or in full width, mixtures (1.5亿) and fractions (百分之三十, 三分之二). Values are exact: `int`, or `Fraction` where
the numeral is no whole number. GB/T 15835-2011 (General rules for writing numerals in public texts).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from tongchi.errors import NumeralError

Number = int | Fraction

DIGITS = "〇零○一二两三四五六七八九"
"""Chinese digits that may stand in a numeral of a legal text; ○ is a common misprint of 〇."""

CHINESE_NUMERAL = rf"[{DIGITS}十百千万亿]+(?:点[{DIGITS}]+)?"
ARABIC_NUMERAL = (
    r"[0-9０-９]+(?:[,，][0-9０-９]{3}(?![0-9０-９]))*(?:[.．][0-9０-９]+)?(?:\s?[十百千]?[万亿]{1,2}|[百千])?"
)
"""Patterns of the longest run that can be one numeral; what they find is still to be parsed."""

_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")}
_DIGIT |= {"〇": 0, "○": 0, "两": 2, **{c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}}
_SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，％", "0123456789.,%")

_ARABIC = re.compile(r"(\d+(?:,\d{3})*)(?:\.(\d+))?\s?([十百千万亿兆]*)")
_FRACTION = re.compile(r"(.+)分之(.+)")
_SLASH = re.compile(r"(\d+)/(\d+)")
_SIGN = {"%": 100, "‰": 1000}

# Before 一, 万, 十 … these make a word; after them so do these. A numeral in a word is no number.
_WORD = re.compile(
    r"[统唯惟同任单逐专某另之其划不归]一(?!百|千|万|亿|十|个|名|次|项|家|点)"
    r"|一(?:般|律|致|定|并|次性|切|经|旦|贯|体|系列|直|起|时|些|样|同|方面|线|窗|网|站式|揽子|卡通|带一路|把手|再|味|应|概|齐|边|面|道|心)"
    r"|进一步|万一|十分(?![之钟，。；、]|的?标准)|千方百计|万众一心|百花齐放|百家争鸣|百货|万科|万能|万家寨|万有|万州|万盛|万年历"
    r"|四川|三峡|三亚|三明|三门峡|三水|三沙|五保|五台[山县]|三台县|九台区|五家渠|十堰|九龙坡|六盘水|六安|四平|七台河|九江|百色|千岛湖|十三陵"
    r"|三农|三资|三包|三废|三同时|三轮|三角|三者|三维|三方|三级跳|两江|两岸|两侧|两端|两旁|两会|两用|两院|两地|两级|两者|两手|两条线"
    r"|二维|二手|二次(?:供水|污染|加压|装修|元件|开发|利用|创业|分配|灾害)|二氧化|二甲|二者|五线谱|五角星|五金|四至(?!五|六|七|八|九|十)|四周|四季|四邻|零售|零星|零散|零部件|零配件|零件"
    r"|一级(?!以上|及以上)|上一级|下一级|两个维护|两个确立|三个代表|四个意识|四个自信|四个全面|第[一二]产业|八小时外|八小时以外|双一流|百分百"
)
_ORDINAL_UNIT = "[条款项章节编目]"
_LINK = "(?:、|和|至|到|或者|或|以及|及|与|—|－|-|～)"
_N = rf"(?:[{DIGITS}十百千万]+|[0-9０-９]+)"
ORDINALS = (
    rf"第\s?{_N}(?:{_ORDINAL_UNIT}(?:之[{DIGITS}十]+)?)?"
    rf"(?:[、和至到]{_N}(?=[次届批期类种级号]))*"
    rf"(?:{_LINK}?第?{_N}(?:{_LINK}{_N})*{_ORDINAL_UNIT}(?:之[{DIGITS}十]+)?)*"
    rf"|前[{DIGITS}十]+{_ORDINAL_UNIT}"
)
"""第十七条, 第一至十项, 第三季度, 前两款: numbers that give a place, not a quantity."""
DATES = (
    rf"(?:(?:19|20)\d\d|[一二][{DIGITS}]{{3}})(?:[—－～-](?:19|20)\d\d)?年(?:度|代|{_N}月(?:{_N}日)?)?"
    rf"|{_N}月(?:{_N}日)?|月的?{_N}日(?!内|以内)(?:[、至到和—－-]{_N}日)*"
    rf"|{_N}时(?:{_N}分)?(?!间|限|段|效)|{_N}点(?:{_N}分)?(?=[至到整半钟前后以，。；])"
)
"""Days of the calendar and times of the clock."""
LABELS = (
    rf"[〔［\[（(](?:19|20)\d\d[〕］\]）)]\s?(?:第?\s?\d+(?:号|次)?)?|[（(]{_N}[)）]"
    rf"|(?:^|(?<=\n))\s*(?:{_N}[、．]|[0-9０-９]+[.．](?![0-9０-９]))|[A-Za-z][A-Za-z/-]*\s?[0-9０-９][0-9０-９.—-]*|[0-9０-９]+[:：∶﹕][0-9０-９]+"
)
"""Document numbers, list numbers, codes of standards, scales."""

_FIND = re.compile(
    rf"(?P<skip>{ORDINALS}|{DATES}|{LABELS}|{_WORD.pattern})"
    rf"|(?P<number>(?:{CHINESE_NUMERAL}|[0-9]+)分之{CHINESE_NUMERAL}|{ARABIC_NUMERAL}\s?[%％‰]|{ARABIC_NUMERAL}|{CHINESE_NUMERAL}"
    rf"|[壹贰叁肆伍陆柒捌玖][零壹贰叁肆伍陆柒捌玖拾佰仟万亿]*|(?<![大上下前后一])半(?=[年月日天数]|个月|小时))"
)
_BARE = re.compile(rf"[百千万亿]+|[{DIGITS}][{DIGITS}]|[零〇○]")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number found in a text: `text[start:end]` stands for `value`."""

    start: int
    end: int
    value: Number


def parse_numeral(text: str) -> Number:
    """Return the number that `text`, a numeral and nothing else, stands for.

    百分之三十 and 30% give 3/10, 一成 gives 1/10, 半 gives 1/2. Digits in a row are read by place (二〇二一), 兆 as 10^12.
    Clipped and vague forms (一百五, 三四十) raise `NumeralError`, as does everything else that is no numeral.

    >>> parse_numeral("五千零三十万"), parse_numeral("1.5亿"), parse_numeral("三分之二")
    (50300000, 150000000, Fraction(2, 3))
    """
    return _parse(text)


@lru_cache(maxsize=4096)
def _parse(text: str) -> Number:
    clean = text.strip().translate(_FULL_WIDTH)
    if not clean:
        raise _no_numeral(text)
    if clean == "半":
        return Fraction(1, 2)
    if clean[-1] in _SIGN:
        return _plain(Fraction(_parse(clean[:-1]), _SIGN[clean[-1]]))
    if clean[-1] == "成" and clean[:-1] in _DIGIT:
        return Fraction(_DIGIT[clean[:-1]], 10)
    if match := _SLASH.fullmatch(clean):
        return _quotient(text, int(match[1]), int(match[2]))
    if match := _FRACTION.fullmatch(clean):
        below = {"百": 100, "千": 1000, "万": 10000}.get(match[1])
        return _quotient(text, _parse(match[2] if match[2] != "百" else "一百"), below or _parse(match[1]))
    if clean[0].isascii() and (match := _ARABIC.fullmatch(clean)):
        return _arabic(match)
    return _chinese(text, clean)


def _no_numeral(text: str) -> NumeralError:
    return NumeralError(found=text, expected="一个中文或阿拉伯数字 / one Chinese or Arabic numeral")


def _plain(value: Fraction) -> Number:
    return int(value) if value.denominator == 1 else value


def _quotient(text: str, above: Number, below: Number) -> Number:
    if below == 0:
        raise _no_numeral(text)
    return _plain(Fraction(above) / Fraction(below))


def _arabic(match: re.Match[str]) -> Number:
    whole, decimals, multiplier = match.groups()
    value = Fraction(int(whole.replace(",", "")))
    if decimals:
        value += Fraction(int(decimals), 10 ** len(decimals))
    for each in multiplier:
        value *= _SMALL.get(each) or _LARGE[each]
    return _plain(value)


def _chinese(text: str, clean: str) -> Number:
    whole, point, decimals = clean.partition("点")
    value = _whole(text, whole)
    if not point:
        return value
    multiplier = 1
    while decimals and decimals[-1] in _LARGE:
        multiplier *= _LARGE[decimals[-1]]
        decimals = decimals[:-1]
    if not decimals or any(c not in _DIGIT for c in decimals):
        raise _no_numeral(text)
    places = int("".join(str(_DIGIT[c]) for c in decimals))
    return _plain((value + Fraction(places, 10 ** len(decimals))) * multiplier)


def _whole(text: str, clean: str) -> int:
    if all(c in _DIGIT for c in clean) and clean:
        return int("".join(str(_DIGIT[c]) for c in clean))
    if clean[:1] in ("廿", "卅") and len(clean) <= 2 and clean[1:2] in ("", *"一二三四五六七八九"):
        return (20 if clean[0] == "廿" else 30) + _DIGIT.get(clean[1:], 0)
    return _by_units(text, clean)


def _by_units(text: str, clean: str) -> int:
    """Add up digits times units; a unit needs its digit, and within 万 the units fall from left to right."""
    total = section = 0  # closed by 万 or 亿; still open
    digit = -1  # a digit that waits for its unit
    lowest, zero, closed = 10**4, False, 0
    for c in clean:
        if c in _DIGIT:
            if digit > 0 or (digit == 0 and _DIGIT[c] == 0):
                raise _no_numeral(text)
            digit, zero = _DIGIT[c], zero or _DIGIT[c] == 0
            continue
        unit = _SMALL.get(c, 0)
        if unit:
            if unit >= lowest or (digit <= 0 and unit != 10) or (digit == 0 and section == total == 0):
                raise _no_numeral(text)
            section, lowest = section + max(digit, 1) * unit, unit
        else:
            unit, section = _LARGE.get(c, 0), section + max(digit, 0)
            goes_down = unit < closed or not closed
            if not unit or section + total == 0 or (section == 0 and unit < closed) or unit == closed == 10**4:
                raise _no_numeral(text)
            total = total + section * unit if goes_down else (total + section) * unit
            section, lowest, closed = 0, 10**4, unit
        digit, zero = -1, False
    clipped = digit > 0 and not zero and lowest > 10 and section + total > 0
    if not clean or digit == 0 or clipped:
        raise _no_numeral(text)
    return total + section + max(digit, 0)


_PLAIN_DIGITS, _FINANCIAL_DIGITS = "零一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"
_PLAIN_UNITS, _FINANCIAL_UNITS = ("", "十", "百", "千"), ("", "拾", "佰", "仟")


def write_chinese(n: int, *, financial: bool = False) -> str:
    """Return `n` >= 0 in Chinese; `financial` writes the forms of cheques (壹仟零壹拾).

    Above 10^8 the part over 亿 is written out and followed by 亿 (10^12 is 一万亿); 兆 is not used.

    >>> write_chinese(120_010), write_chinese(1_010, financial=True)
    ('十二万零一十', '壹仟零壹拾')
    """
    if n < 0:
        raise NumeralError(found=str(n), expected="不小于零的整数 / an integer that is not negative")
    if n == 0:
        return "零"
    written = _write(
        n, _FINANCIAL_DIGITS if financial else _PLAIN_DIGITS, _FINANCIAL_UNITS if financial else _PLAIN_UNITS
    )
    return written[1:] if written.startswith("一十") else written


def _write(n: int, digits: str, units: tuple[str, ...]) -> str:
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if n >= size:
            high, low = divmod(n, size)
            gap = "零" if 0 < low < size // 10 else ""
            return _write(high, digits, units) + name + gap + (_write(low, digits, units) if low else "")
    written, skipped = "", False
    for power in (3, 2, 1, 0):
        digit = n // 10**power % 10
        if digit:
            written += ("零" if skipped and written else "") + digits[digit] + units[power]
            skipped = False
        else:
            skipped = True
    return written


def find_numerals(text: str) -> Iterator[Numeral]:
    """Yield the numbers in a text, in order.

    Left out are characters that only look like numbers: words (统一, 十分, 四川), ordinals and article numbers, dates
    and times, document numbers, list numbers, vague or bare multiples (三五, 百). Where 一 is an indefinite article
    (一个) it is still a numeral; whether it is a quantity, the reader of measures decides.
    """
    for match in _FIND.finditer(text):
        if match["number"] is None or _BARE.fullmatch(match["number"]):
            continue
        try:
            value = _parse(match["number"])
        except NumeralError:
            continue
        yield Numeral(match.start(), match.end(), value)
