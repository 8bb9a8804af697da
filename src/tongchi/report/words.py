"""Which words does a reader see, in Chinese and in English, for the keys that the results carry?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from tongchi.errors import Language
from tongchi.provisions.model import Measure


class Words(NamedTuple):
    """One phrase in both languages."""

    zh: str
    en: str

    def pick(self, language: Language) -> str:
        """Return the phrase in `language`."""
        return self.zh if language == "zh" else self.en


KINDS: Mapping[str, Words] = {
    "identical": Words("相同", "identical"),
    "wording": Words("措辞", "wording"),
    "quantity": Words("数量", "quantity"),
    "stricter": Words("更严", "stricter"),
    "looser": Words("更宽", "looser"),
    "scope": Words("范围", "scope"),
    "conflict": Words("冲突", "conflict"),
    "only_a": Words("仅 A 有", "only in A"),
    "only_b": Words("仅 B 有", "only in B"),
}
KIND_NOTES: Mapping[str, Words] = {
    "identical": Words("除地名、自身名称和标点外逐字相同", "equal but for place names, own title and punctuation"),
    "wording": Words("表述不同，没有具体的规范差别", "other words, no concrete difference in what is required"),
    "quantity": Words("同一事项的数值不同", "another number for the same parameter"),
    "stricter": Words("B 的要求多于 A", "B demands more than A"),
    "looser": Words("B 的要求少于 A", "B demands less than A"),
    "scope": Words(
        "对象、主体或者事项不同，或者严宽互见", "other addressees, authorities or matters, or both ways at once"
    ),
    "conflict": Words("同一主体无法同时遵守", "nobody can comply with both"),
    "only_a": Words("A 有规定而 B 没有对应条文", "A has a provision without counterpart in B"),
    "only_b": Words("B 有规定而 A 没有对应条文", "B has a provision without counterpart in A"),
}
DIRECTIONS: Mapping[str, Words] = {
    "S": Words("▲ B 更严", "▲ B stricter"),
    "L": Words("▼ B 更宽", "▼ B looser"),
    "N": Words("◆ 不分严宽", "◆ mixed"),
    "=": Words("＝ 相同", "＝ equal"),
}
LEVELS: Mapping[str, Words] = {
    "law": Words("法律", "law"),
    "administrative_regulation": Words("行政法规", "administrative regulation"),
    "local_regulation": Words("地方性法规", "local regulation"),
    "rule": Words("规章", "rule"),
    "normative_document": Words("规范性文件", "normative document"),
    "standard": Words("标准", "standard"),
    "statute": Words("成文法", "statute"),
    "unknown": Words("未载明", "not stated"),
}
SLOTS: Mapping[str, Words] = {
    "modality": Words("规范强度", "modality"),
    "actor": Words("责任主体", "actor"),
    "authority": Words("主管机关", "authority"),
    "addressee": Words("适用对象", "addressee"),
    "condition": Words("条件", "condition"),
    "exception": Words("例外", "exception"),
    "measure": Words("数值", "measure"),
    "quantity": Words("数值", "quantity"),
    "action": Words("行为", "action"),
    "object": Words("对象", "object"),
    "scope": Words("范围", "scope"),
    "sanction": Words("责任", "sanction"),
    "extra provision": Words("另有规定", "extra provision"),
    "extra": Words("另有规定", "extra provision"),
    "wording": Words("表述", "wording"),
}
_UNITS: Mapping[str, str] = {
    "元": "yuan", "日": "days", "个工作日": "working days", "工作日": "working days", "小时": "hours", "分钟": "minutes",
    "个月": "months", "月": "months", "年": "years", "倍": "times", "米": "m", "公里": "km", "千米": "km", "平方米": "m²",
    "立方米": "m³", "升": "L", "吨": "t", "千克": "kg", "克": "g", "摄氏度": "°C", "周岁": "years of age", "人": "persons",
    "次/年": "times a year", "次/季度": "times a quarter", "次/月": "times a month", "次/周": "times a week", "次": "times",
    "名": "persons", "个": "", "辆": "vehicles",
}  # fmt: skip
_SINGULAR: Mapping[str, str] = {
    **{
        f"{unit}s": unit
        for unit in ("day", "working day", "hour", "minute", "month", "year", "time", "person", "vehicle")
    },
    **{f"times a {period}": f"time a {period}" for period in ("year", "quarter", "month", "week")},
    "years of age": "year of age",
}
_ROUND_EN = {"米": (1_000.0, 500.0, "公里"), "千克": (1_000.0, 500.0, "吨")}
_ROUND_ZH = {"元": (10_000.0, 1_000.0, "万元"), **_ROUND_EN}
_EVERY = {
    "次/年": ("年", "years"),
    "次/月": ("个月", "months"),
    "次/季度": ("个季度", "quarters"),
    "次/周": ("周", "weeks"),
}


def kind_words(kind: str) -> Words:
    """Return the name of a difference type, or the key itself where it has none."""
    return KINDS.get(kind, Words(kind, kind))


def slot_words(slot: str) -> Words:
    """Return the name of what differs, or the key itself where it has none."""
    return SLOTS.get(slot.replace("_", " "), Words(slot, slot))


def measure_words(measure: Measure | None) -> Words:
    """Return a quantity as a short value with its bound and unit; a dash where a side states none.

    An open end shows as ≥ or ≤ (> or < where the bound itself is outside), a range as lo–hi.
    """
    if measure is None:
        return Words("未规定", "not stated")
    rare = _rare_frequency(measure)
    if rare:
        return rare
    zh, en = (_value(measure, language) for language in ("zh", "en"))
    return Words(zh, en)


def _value(measure: Measure, language: Language) -> str:
    lo, hi = measure.lo, measure.hi
    scale, unit = _scale(measure, language)
    if lo is not None and hi is not None:
        body = _number(lo / scale) if lo == hi else f"{_number(lo / scale)}–{_number(hi / scale)}"
    elif lo is not None:
        body = f"{'≥' if measure.lo_inclusive else '>'} {_number(lo / scale)}"
    elif hi is not None:
        body = f"{'≤' if measure.hi_inclusive else '<'} {_number(hi / scale)}"
    else:
        return measure.text
    if language == "en" and body.removeprefix("≥ ").removeprefix("≤ ").removeprefix("> ").removeprefix("< ") == "1":
        unit = _SINGULAR.get(unit, unit)
    return f"{body}%" if unit == "%" else f"{body} {unit}".rstrip()


def _scale(measure: Measure, language: Language) -> tuple[float, str]:
    """Return the divisor and unit to print: 万元 for amounts of ten thousand yuan and more, 公里 for whole kilometres."""
    if language == "en":
        divisor, unit = _round_scale(measure, _ROUND_EN)
        return divisor, _UNITS.get(unit, unit)
    return _round_scale(measure, _ROUND_ZH)


def _round_scale(measure: Measure, larger: Mapping[str, tuple[float, float, str]]) -> tuple[float, str]:
    ends = [end for end in (measure.lo, measure.hi) if end]
    if measure.unit in larger:
        divisor, step, unit = larger[measure.unit]
        if ends and all(end >= divisor and end % step == 0 for end in ends):
            return divisor, unit
    return 1.0, measure.unit


def _rare_frequency(measure: Measure) -> Words | None:
    """Return 每 n 年 1 次 for a frequency below one, None for any other measure."""
    value = measure.lo if measure.lo is not None else measure.hi
    if measure.unit not in _EVERY or not value or value >= 1:
        return None
    every = round(1 / value)
    if not math.isclose(every * value, 1, rel_tol=1e-3):
        return None
    zh, en = _EVERY[measure.unit]
    return Words(f"每 {every} {zh} 1 次", f"once in {every} {en}")


def _number(value: float) -> str:
    """Return a number without a trailing .0, at most two digits after the point, thousands parted from five digits up."""
    if value == int(value):
        return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.0f}"
    return f"{value:.2f}".rstrip("0") if abs(value) >= 0.1 else f"{value:.3g}"
