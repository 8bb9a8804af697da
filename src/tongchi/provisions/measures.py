"""Which quantities does a provision set, and what do they measure?

Amounts, shares, multiples, periods, frequencies, counts and physical quantities with their bounds. A quantity is
what carries a number and a unit and could differ between two rules; dates, ordinals, references to articles, grades
without a comparison and 一 as an indefinite article (一个单位) are none.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from tongchi.provisions.measure_bounds import Bound, bound_after, bound_before, bound_in_clause, says_whether_included
from tongchi.provisions.measure_nouns import name_measured
from tongchi.provisions.measure_tokens import Quantity, find_quantities, read_number
from tongchi.provisions.measure_units import UNITS, Unit, joint_unit
from tongchi.provisions.model import Measure, MeasureKind
from tongchi.text.numerals import DIGITS

_FROM, _TO = Bound(lower=True, inclusive=True), Bound(lower=False, inclusive=True)
_CLAUSE_ENDS = "，。；：\n"


def find_measures(text: str) -> tuple[Measure, ...]:
    """Return the quantities in `text`, in order; offsets are in `text`.

    A number without bound has `lo == hi`, also where the law means a limit (任期五年). Ranges whose ends differ in unit
    are given in the finer one (三个月以上一年以下 is 3 to 12 个月).
    """
    found = list(find_quantities(text))
    if not found:
        return ()
    joined = _join(text, _with_bounds(text, found))
    joined = [_with_implied_unit(text, each) for each in _share_bounds(text, joined)]
    kept = [each for each in joined if each.unit is not None and _is_quantity(text, each)]
    return tuple(_measure(text, each) for each in _with_frequencies(text, kept))


def _clause_start(text: str, at: int) -> int:
    return max(text.rfind(end, 0, at) for end in _CLAUSE_ENDS) + 1


# --- ends ------------------------------------------------------------------------------------------------


def _with_bounds(text: str, found: list[Quantity]) -> list[Quantity]:
    bounded = []
    floor = 0
    for each in found:
        if each.start < floor:  # inside a note on the one before: 三层（含三层）以上
            continue
        bounded.append(_bound(text, each, floor))
        floor = bounded[-1].end
    return bounded


def _bound(text: str, each: Quantity, floor: int) -> Quantity:
    kind = each.unit.kind if each.unit else MeasureKind.OTHER
    after, end = bound_after(text, each.end, kind)
    before = bound_before(text, each.start, floor)
    start, bound = (before[1], before[0]) if before else (each.start, None)
    if after is not None and (bound is None or bound.inclusive or bound.lower != after.lower):
        bound = after
    elif bound is not None and (note := says_whether_included(text, end)):
        bound, end = replace(bound, inclusive=note[0]), note[1]
    if bound is None and kind is MeasureKind.PERIOD and _is_ahead_of(text, each, floor):
        start, bound = each.start - 1, _FROM
    if bound is None and each.unit is not None and not each.bounded:
        bound = bound_in_clause(text, each.start, max(floor, _clause_start(text, each.start)), kind)
    if bound is None or each.lower is not None:  # the latter: 过半数以上
        return replace(each, end=end)
    if bound.lower:
        return replace(each, start=start, end=end, lower=bound)
    return replace(each, start=start, end=end, upper=bound)


def _is_ahead_of(text: str, each: Quantity, floor: int) -> bool:
    """Whether a period stands behind the event it precedes: 会议召开前三日; not 前三年."""
    before = text[max(floor, each.start - 2) : each.start]
    years = each.unit is not None and each.unit.canonical in ("年", "个学年", "个学期")
    return len(before) == 2 and before[1] == "前" and before[0] not in "，。；：、（之以的" and not years


# --- ranges ----------------------------------------------------------------------------------------------

_LINKS = frozenset(["至", "到", "—", "－", "-", "～", "~", "–", "——", "--", "―"])
_BETWEEN = frozenset(["", "，", "、", "但", "且", "并", "，但", "，且", "和", "至", "到", "及", "，并", "但是", " "])
_OR = frozenset(["或者", "或", "及", "和", "以及"])


def _join(text: str, found: list[Quantity]) -> list[Quantity]:
    """Join the two ends of each range, and hand the unit back to numbers that share it."""
    joined: list[Quantity] = []
    for each in found:
        pair = _pair(text, joined[-1], each) if joined else None
        if pair is None:
            joined.append(each)
        else:
            joined[-1] = pair
    return joined


def _pair(text: str, one: Quantity, two: Quantity) -> Quantity | None:
    gap = text[one.end : two.start]
    if len(gap) > 2 or one.other is not None:
        return None
    linked = gap in _LINKS and one.upper is None and two.lower is None
    upward = gap in _BETWEEN and one.lower and not one.upper and two.upper and not two.lower
    downward = gap == "" and one.upper and not one.lower and two.lower and not two.upper
    if not (linked or upward or downward):
        return _twice(gap, one, two)
    units = _one_unit(one, two)
    if units is None:
        return None
    unit, first, second = units
    low, high = (two, one) if downward else (one, two)
    least, most = (second, first) if downward else (first, second)
    if least > most:
        return None
    lower = low.lower if low.lower and not (linked and text[one.start] == one.number[0]) else _FROM
    return Quantity(one.start, two.end, one.number, least, unit, lower, high.upper or _TO, most)


def _twice(gap: str, one: Quantity, two: Quantity) -> Quantity | None:
    """Read 两个或者两个以上 as one quantity."""
    same = gap in _OR and one.unit == two.unit and one.value == two.value
    return replace(two, start=one.start) if same and not one.bounded and two.bounded else None


def _one_unit(one: Quantity, two: Quantity) -> tuple[Unit, Fraction, Fraction] | None:
    """Return the unit that both ends share and their values in it, or None if they do not belong together."""
    if two.unit is None and one.unit is not None and one.unit.kind is MeasureKind.MONEY and two.upper:
        return one.unit, one.value, two.value * one.unit.factor  # 三千元以上一万以下
    if two.unit is None:
        percent = one.unit is not None and one.unit.kind is MeasureKind.SHARE and "分之" in one.number
        if one.unit is None or not percent:
            return None
        below = read_number(one.number.partition("分之")[0])
        return (one.unit, one.value, two.value * 100 / below) if below else None
    if one.unit is None:
        value = one.value * two.unit.factor
        if two.unit.kind is MeasureKind.SHARE and "分" in two.number:
            return None
        large = two.number[-1] if two.number[-1] in "万亿" else ""
        if large and not set(one.number) & set("万亿") and value * 10**4 <= two.value:
            value *= 10**4 if large == "万" else 10**8
        return two.unit, value, two.value
    if one.unit.canonical == two.unit.canonical:
        return one.unit, one.value, two.value
    common = joint_unit(one.unit.canonical, two.unit.canonical)
    if common is None:
        return None
    return UNITS.get(common[0], one.unit), one.value * common[1], two.value * common[2]


_PHYSICAL = (MeasureKind.DISTANCE, MeasureKind.AREA, MeasureKind.VOLUME, MeasureKind.MASS, MeasureKind.OTHER)
_ALTERNATIVE = re.compile(rf"(?:或者|或|、)[^{_CLAUSE_ENDS}、]{{1,10}}")


def _share_bounds(text: str, found: list[Quantity]) -> list[Quantity]:
    """Hand 以上 on to the first of two sizes: 长度在一百米或者面积在三百平方米以上."""
    shared = list(found)
    for at in range(len(found) - 2, -1, -1):
        one, two = found[at], shared[at + 1]
        if one.bounded or one.unit is None or two.unit is None or one.unit.kind not in _PHYSICAL:
            continue
        other_size = two.unit.kind in _PHYSICAL and two.unit.kind is not one.unit.kind and two.other is None
        if other_size and text[two.start] == two.number[0] and _ALTERNATIVE.fullmatch(text[one.end : two.start]):
            shared[at] = replace(one, lower=two.lower, upper=two.upper)
    return shared


def _with_implied_unit(text: str, each: Quantity) -> Quantity:
    """Give 人 to 人口在一百万以上, 元 to 五万以上的罚款, no unit to 容积率不高于1.5; others stay without."""
    if each.unit is not None or not each.bounded:
        return each
    clause = text[_clause_start(text, each.start) : each.start]
    if "人口" in clause or "人数" in clause:
        return replace(each, unit=UNITS["人"])
    if text[each.end : each.end + 3].endswith("罚款") and each.value >= 100:
        return replace(each, unit=UNITS["元"])
    if _RATIO.search(clause):
        return replace(each, unit=UNITS["比值"])
    return replace(each, unit=UNITS["个"]) if _TOTAL.search(clause) else each


_RATIO = re.compile(r"(?:率|度|系数|比)(?:在|为|应当|应|一般|均|不得|达到|指标){0,3}$")
_TOTAL = re.compile(r"(?:总数|数量)(?:在|为|应当|应|不得|达到){0,2}$")


# --- what is no quantity ---------------------------------------------------------------------------------

_COORDINATE = re.compile(r"[北南]纬|[东西]经|经度|纬度")
_POINTING = ("前", "下列", "以下", "上述", "这", "该", "其他", "各", "分为", "分成")
_NOT_ONE_PERSON = frozenset("每何同另第其哪某上下唯的之中")
_NOT_ONE_PERIOD = frozenset("上下同某次后末另每任当统首第前唯")


def _is_quantity(text: str, each: Quantity) -> bool:
    unit = each.unit
    if unit is None or (unit.strict and not each.bounded):
        return False
    before = text[each.start - 1 : each.start] or " "
    if each.number[0] in "百千万亿" and "分" not in each.number and not each.bounded:
        return False
    if unit.canonical == "分" and not each.bounded and text[each.end : each.end + 1] not in "，。；、的）)":
        return False
    if unit.kind is MeasureKind.COUNT and not each.bounded:
        return _is_count(text, each, before)
    if unit.canonical in ("度", "分", "秒") and _COORDINATE.search(text[max(0, each.start - 18) : each.start]):
        return False
    if unit.canonical == "级" and each.number == "一" and text[: each.end - 2].endswith(("最高", "上", "下", "高")):
        return False
    bare = text[each.start] == each.number[0]
    vague = unit.kind is MeasureKind.PERIOD and each.number == "一" and each.other is None and bare
    return not (vague and before in _NOT_ONE_PERIOD and not (before in "前后" and each.bounded))


def _is_count(text: str, each: Quantity, before: str) -> bool:
    unit = each.unit
    if unit is not None and unit.canonical == "次":
        return before not in "每同再上下首"
    if each.number == "一":
        persons = unit is not None and unit.canonical == "人"
        return (persons or text[each.start - 1 : each.start + 1] == "式一") and before not in _NOT_ONE_PERSON
    return before not in "“‘" and not text[max(0, each.start - 2) : each.start].endswith(_POINTING)


# --- how often -------------------------------------------------------------------------------------------

_EVERY = re.compile(
    rf"每隔?(?P<n>半|[0-9０-９]+|[{DIGITS}十]+)?(?:[至到—-](?P<most>[0-9]+|[{DIGITS}十]+))?\s?个?(?P<period>年度?|季度?|月份?|周|星期|工作日|日|天|小时|学期|学年)"
)
_IN = re.compile(
    rf"(?P<n>半|[0-9]+|[{DIGITS}十]+)个?(?P<period>年度?|季度|月|周|星期|日|天|学期|学年)(?:至少|不少于|不得少于)?$"
)
_PERIODS = {"年度": "年", "季": "季度", "月份": "月", "星期": "周", "天": "日"}
_AT_LEAST = ("至少", "不少于", "不得少于", "不低于", "以上")


def _with_frequencies(text: str, found: list[Quantity]) -> list[Quantity]:
    """Read 每两年…一次 as one frequency; drop 一次 that is none."""
    result: list[Quantity] = []
    for each in found:
        if each.unit is None or each.unit.canonical != "次":
            result.append(each)
            continue
        frequency = _frequency(text, each)
        if frequency is None:
            if each.bounded or each.number != "一":
                result.append(each)
            continue
        while result and result[-1].start >= frequency.start - 2 and _is_its_period(result[-1]):
            result.pop()
        free = result[-1].end if result else 0
        result.append(replace(frequency, start=max(frequency.start, free)))
    return result


def _is_its_period(each: Quantity) -> bool:
    return each.unit is not None and each.unit.kind is MeasureKind.PERIOD


def _frequency(text: str, each: Quantity) -> Quantity | None:
    start = _clause_start(text, each.start)
    clause = text[start : each.start]
    matches = list(_EVERY.finditer(clause)) if "每" in clause else []
    match = matches[-1] if matches else _IN.search(clause)
    if match is None:
        return None
    n = read_number(match["n"] or "一")
    most = read_number(match["most"]) if "most" in match.re.groupindex and match["most"] else n
    if not n or not most:
        return None
    period = _PERIODS.get(match["period"], match["period"])
    lower = each.lower
    if not each.bounded and any(word in clause[max(0, match.start() - 4) :] for word in _AT_LEAST):
        lower = _FROM
    return replace(
        each,
        start=start + match.start(),
        value=each.value / most,
        other=(each.other or each.value) / n if each.other is not None or most != n else None,
        unit=Unit(MeasureKind.FREQUENCY, f"次/{period}"),
        lower=lower,
    )


# --- the result ------------------------------------------------------------------------------------------


def _measure(text: str, each: Quantity) -> Measure:
    unit = each.unit
    assert unit is not None
    lo: Fraction | None = each.value
    hi: Fraction | None = each.value if each.other is None else each.other
    if each.other is None and each.lower and not each.upper:
        hi = None
    if each.other is None and each.upper and not each.lower:
        lo = None
    return Measure(
        kind=unit.kind,
        lo=None if lo is None else float(lo),
        hi=None if hi is None else float(hi),
        lo_inclusive=each.lower.inclusive if each.lower else lo is not None,
        hi_inclusive=each.upper.inclusive if each.upper else hi is not None,
        unit=unit.canonical,
        text=text[each.start : each.end],
        start=each.start,
        end=each.end,
        what=name_measured(text, each.start, each.end, unit.kind),
    )
