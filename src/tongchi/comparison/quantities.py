"""Which numbers of two linked articles measure the same thing, and which side is stricter?

Two measures are the same parameter when their kinds agree (money with money, a period with a period) and the words around them
do: the act that the number bounds, its noun, and the sentence it stands in. Direction is said of side B, by what the number does:

- a fine, a multiple of illegal gains, a frequency, a distance to keep: more is stricter;
- a period within which an act must be done (…日内): less is stricter; a period that something must last (不少于): more;
- a floor (不少于, 不低于, 以上): more is stricter; a ceiling (不超过, 以内): less is stricter;
- a number inside a condition (三个月以上的，应当…) only says when a norm applies: no direction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from tongchi.comparison.model import Direction, QuantityDifference
from tongchi.comparison.quantities_en import is_condition_en, parameter_en, word_overlap
from tongchi.comparison.segments import Segment
from tongchi.documents.model import Document, DocumentKind, NodeKind
from tongchi.provisions.measures import find_measures
from tongchi.provisions.measures_en import find_measures_en
from tongchi.provisions.model import Measure, MeasureKind

_CONTEXT = 14
_CONTEXT_ENGLISH = 48
_ENOUGH = 0.30
_ENOUGH_RARE = 0.20  # of a kind that an article seldom states twice: distance, area, age …
_COMMON = (MeasureKind.MONEY, MeasureKind.PERIOD, MeasureKind.COUNT, MeasureKind.SHARE, MeasureKind.MULTIPLE)


@dataclass(frozen=True, slots=True)
class PlacedMeasure:
    """A measure with its offsets in the document's source and the words that tell what it measures."""

    measure: Measure
    start: int
    end: int
    before: str
    after: str
    sentence: str
    english: bool = False


def place_measures(document: Document, segments: tuple[Segment, ...]) -> tuple[PlacedMeasure, ...]:
    """Find the measures of an article's segments."""
    english = document.kind is DocumentKind.STATUTE
    find, near = (find_measures_en, _CONTEXT_ENGLISH) if english else (find_measures, _CONTEXT)
    placed = []
    lead_in = ""
    for segment in segments:
        text = document.source[segment.start : segment.end]
        if document.nodes[segment.node].kind not in _ITEMS:
            lead_in = text
        for measure in find(text):
            placed.append(
                PlacedMeasure(
                    _bounded(measure, lead_in) if lead_in is not text else measure,
                    segment.start + measure.start,
                    segment.start + measure.end,
                    text[max(0, measure.start - near) : measure.start],
                    text[measure.end : measure.end + near],
                    text,
                    english,
                )
            )
    return tuple(placed)


_ITEMS = (NodeKind.SUBPARAGRAPH, NodeKind.ITEM, NodeKind.LIST_ITEM)
_LISTED = r"[^，。；]{0,8}(?:下列|以下|如下)[^。；]*[：:]$"
_LISTED_CEILING = re.compile(r"不(?:得|应|能)?(?:超过|高于|多于|大于|超出)" + _LISTED)
_LISTED_FLOOR = re.compile(r"不(?:得|应|能)?(?:少于|低于|小于|短于)" + _LISTED)


def _bounded(measure: Measure, lead_in: str) -> Measure:
    """Let 不得超过下列标准：or 不得少于… bound the single values of the items below it."""
    if measure.lo != measure.hi:
        return measure
    if _LISTED_CEILING.search(lead_in):
        return replace(measure, lo=None)
    return replace(measure, hi=None) if _LISTED_FLOOR.search(lead_in) else measure


def pair_measures(
    first: tuple[PlacedMeasure, ...], second: tuple[PlacedMeasure, ...]
) -> tuple[tuple[PlacedMeasure | None, PlacedMeasure | None], ...]:
    """Pair the measures of two articles, best likeness first; those left over stand alone."""
    scored = sorted(
        (
            (-_likeness(a, b), i, j)
            for i, a in enumerate(first)
            for j, b in enumerate(second)
            if a.measure.kind is b.measure.kind
        ),
        key=lambda row: (
            round(row[0], 6),
            -_overlap(_noun(first[row[1]]), _noun(second[row[2]])),
            abs(row[1] - row[2]),
            row[1] + row[2],
        ),
    )
    used_a: dict[int, int] = {}
    used_b: set[int] = set()
    for negative, i, j in scored:
        enough = _ENOUGH if first[i].measure.kind in _COMMON else _ENOUGH_RARE
        if -negative >= enough and i not in used_a and j not in used_b:
            used_a[i] = j
            used_b.add(j)
    pairs: list[tuple[PlacedMeasure | None, PlacedMeasure | None]] = [
        (each, second[used_a[i]] if i in used_a else None) for i, each in enumerate(first)
    ]
    pairs += [(None, each) for j, each in enumerate(second) if j not in used_b]
    return tuple(pairs)


def has_like_measure(lone: PlacedMeasure | None, others: tuple[PlacedMeasure, ...]) -> bool:
    """Tell whether a number that stands alone in its link measures the same as one of `others`."""
    return lone is not None and any(
        each.measure.kind is lone.measure.kind and _likeness(lone, each) >= _ENOUGH for each in others
    )


def quantity_difference(a: PlacedMeasure | None, b: PlacedMeasure | None) -> QuantityDifference:
    """Name the parameter that a pair of measures bounds, and say which side is stricter."""
    known = [each for each in (a, b) if each]
    what = next((each.measure.what for each in known if each.measure.what), "") or _noun(known[0])
    return QuantityDifference(what, a.measure if a else None, b.measure if b else None, find_direction(a, b))


def find_direction(a: PlacedMeasure | None, b: PlacedMeasure | None) -> Direction:
    """Say whether B's number is stricter (S), looser (L), neither (N) or equal (=)."""
    if a is None or b is None:
        only = a or b
        if only is None or _is_condition(only):
            return Direction.MIXED
        return Direction.STRICTER if b else Direction.LOOSER
    if same_quantity(a.measure, b.measure):
        return Direction.EQUAL
    if _is_condition(a) or _is_condition(b):
        return Direction.MIXED
    sign = _more_is_stricter(a) if _more_is_stricter(a) == _more_is_stricter(b) else 0
    change = _change(a.measure, b.measure)
    if not sign or not change:
        return Direction.MIXED
    return Direction.STRICTER if sign * change > 0 else Direction.LOOSER


def same_quantity(a: Measure, b: Measure) -> bool:
    """Tell whether two measures state the same bounds, in one unit or in two of fixed ratio (24 小时, 一日; 12 个月, 一年)."""
    (unit_a, scale_a), (unit_b, scale_b) = _fixed(a.unit), _fixed(b.unit)
    ends = [tuple(round(end * scale, 6) for end in _ends(each)) for each, scale in ((a, scale_a), (b, scale_b))]
    return unit_a == unit_b and ends[0] == ends[1]


_FIXED = {
    "分钟": ("小时", 1 / 60),
    "日": ("小时", 24.0),
    "天": ("小时", 24.0),
    "周": ("小时", 168.0),
    "个季度": ("个月", 3.0),
    "年": ("个月", 12.0),
}


def _fixed(unit: str) -> tuple[str, float]:
    return _FIXED.get(unit, (unit, 1.0))


# Days per unit, for the order of two periods in different units; a working day counts 1.4 days (7 to 5).
_DAYS = {
    "日": 1.0,
    "天": 1.0,
    "个工作日": 1.4,
    "周": 7.0,
    "个月": 30.0,
    "个季度": 91.0,
    "年": 365.0,
    "小时": 1 / 24,
    "分钟": 1 / 1440,
}


def _unit(unit: str) -> str:
    return "日" if unit == "天" else unit


def _ends(measure: Measure, *, beside: Measure | None = None) -> tuple[float, float]:
    """Return both ends; an open one is the other end, but beside a range (五十元以上二百元以下) nothing or infinity."""
    ranged = beside is not None and None not in (beside.lo, beside.hi) and beside.lo != beside.hi
    low = measure.lo if measure.lo is not None else 0.0 if ranged else measure.hi
    high = measure.hi if measure.hi is not None else np.inf if ranged else measure.lo
    return (round(low or 0.0, 6), round(high or 0.0, 6))


def _change(a: Measure, b: Measure) -> int:
    """+1 where B's range lies higher, -1 where it lies lower, 0 where the ends move apart or units do not compare."""
    scale_a = scale_b = 1.0
    if _unit(a.unit) != _unit(b.unit):
        if a.unit not in _DAYS or b.unit not in _DAYS:
            return 0
        scale_a, scale_b = _DAYS[a.unit], _DAYS[b.unit]
    low_a, high_a = _ends(a, beside=b)
    low_b, high_b = _ends(b, beside=a)
    low = low_b * scale_b - low_a * scale_a
    high = high_b * scale_b - high_a * scale_a
    if low >= 0 and high >= 0 and low + high > 0:
        return 1
    if low <= 0 and high <= 0 and low + high < 0:
        return -1
    return 0


_FINE = re.compile(r"罚|违法所得|滞纳金|没收|赔偿|赔付|\b(?:[Ff]ine|[Pp]enalt|[Dd]amages|[Ff]orfeit|[Rr]estitution)")
_SUSPENSION = re.compile(
    r"暂停|吊销|禁止|不得(?!超过|少于|低于|高于|多于|迟于|早于)|取消|拘留|停业|记分|不予|撤销|不受理|停止|"
    r"\b(?:[Ss]uspen|[Rr]evo[ck]|[Ii]mprison|[Jj]ail)"
)
_LASTING = re.compile(
    r"(?:保存|保管|留存|保留|公示|公告|有效|征求意见)的?(?:期|期限|时间)?(?:为|应当)?$"
    r"|\bfor (?:an? (?:additional )?(?:period|term) of )?$"
)
_BEFOREHAND = re.compile(r"(?:之|以)?前|\s+(?:before|prior to|in advance|notice|advance)\b")
_LEAVE = re.compile(r"(?:婚|产|护理|育儿|年休|探亲|带薪|奖励)假|假期")
_GRANT = re.compile(r"补助|补贴|奖励|资助|津贴|给予.{0,6}支持|假|待遇|救助|减免")


def _more_is_stricter(placed: PlacedMeasure) -> int:
    """+1 where a higher number binds the addressee more, -1 where it binds less, 0 where that is open."""
    measure, around = placed.measure, placed.before + placed.after
    if measure.kind in (MeasureKind.MONEY, MeasureKind.MULTIPLE):
        if _FINE.search(around) or _GRANT.search(around):
            return 1
    elif measure.kind is MeasureKind.FREQUENCY:
        return -1 if measure.lo is None else 1
    elif measure.kind is MeasureKind.PERIOD:
        return _longer_is_stricter(placed)
    elif measure.kind is MeasureKind.DISTANCE and measure.text.endswith("内"):
        return 1
    if measure.hi is None and measure.lo is not None:
        return 1
    return -1 if measure.lo is None and measure.hi is not None else 0


def _longer_is_stricter(placed: PlacedMeasure) -> int:
    """A suspension or a time that must last binds more when longer, a deadline when shorter."""
    if _LEAVE.search(placed.before[-6:] + placed.after[:8]):
        return 1
    beforehand = placed.measure.text.endswith("前") or _BEFOREHAND.match(placed.after)
    if beforehand or _LASTING.search(placed.before) or _SUSPENSION.search(placed.before[-6:] + placed.after[:6]):
        return 1
    return 1 if placed.measure.hi is None else -1


_BEFORE_NORM = re.compile(r"[^，：]{0,24}的(?:(?=[，、：]|$)|[^，：的]{1,8}，(?=[^，]{0,16}(?:应当|必须|不得|可以)))")


def _is_condition(placed: PlacedMeasure) -> bool:
    """The number stands before …的， (or …的资产，应当) of its clause and so decides only when the norm applies."""
    if placed.english:
        return is_condition_en(placed.measure, placed.sentence)
    clause = re.split(r"[。；]", placed.sentence[placed.sentence.find(placed.after) :] if placed.after else "")[0]
    if placed.measure.kind is MeasureKind.AGE and re.match(r"未满|年满|满", placed.measure.text):
        return True
    match = _BEFORE_NORM.match(clause)
    return bool(match) and not re.match(r"(?:以上|以下|以内|内)?(?:的)?(?:罚款|罚金|奖励|补助|补贴)", clause)


def _noun(placed: PlacedMeasure) -> str:
    if placed.english:
        return parameter_en(placed.measure, placed.sentence)
    words = re.split(r"[，。；：、（）《》“”]", placed.before)[-1]
    return words[-8:]


def _likeness(a: PlacedMeasure, b: PlacedMeasure) -> float:
    """Likeness in [0, 1] of what two measures bound: noun, near words, sentence, and role (floor, ceiling, range)."""
    overlap = word_overlap if a.english and b.english else _overlap
    noun = 1.0 if a.measure.what and a.measure.what == b.measure.what else overlap(a.measure.what, b.measure.what)
    near = max(overlap(a.before, b.before), overlap(a.after, b.after))
    whole = overlap(a.sentence, b.sentence)
    role = 1.0 if _role(a.measure) == _role(b.measure) else 0.0
    equal = 1.0 if same_quantity(a.measure, b.measure) else 0.0
    return 0.3 * noun + 0.25 * near + 0.25 * whole + 0.1 * role + 0.1 * equal


def _role(measure: Measure) -> tuple[bool, bool]:
    return (measure.lo is None, measure.hi is None)


def _overlap(first: str, second: str) -> float:
    """Share of common character bigrams, by the shorter text."""
    left = {first[at : at + 2] for at in range(len(first) - 1)}
    right = {second[at : at + 2] for at in range(len(second) - 1)}
    if not left or not right:
        return 0.0
    return len(left & right) / min(len(left), len(right))
