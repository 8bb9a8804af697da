"""Which end of a range does a quantity set, and does the end belong to it?

以上, 以下, 以内 include the number; 不满, 超过 (and 以外) do not: Civil Code of the PRC, art. 1259; Criminal Law, art. 99.
A deadline before an event (届满三十日前) is read as a least distance: lower bound 30.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tongchi.provisions.model import MeasureKind


@dataclass(frozen=True, slots=True)
class Bound:
    """A word that makes the number an end: the lower one or the upper one, inclusive or not."""

    lower: bool
    inclusive: bool


_FROM = Bound(lower=True, inclusive=True)
_ABOVE = Bound(lower=True, inclusive=False)
_TO = Bound(lower=False, inclusive=True)
_BELOW = Bound(lower=False, inclusive=False)

_NEGATIONS = ("不", "不得", "不应", "不宜", "不能", "不可", "不许", "不准", "不应当")
_COMPARED: dict[Bound, str] = {
    _FROM: "大于等于 大于或等于 大于或者等于 高于或等于 高于或者等于 等于或者大于 等于或者高于 ≥",
    _ABOVE: "超过 高于 多于 大于 长于 超出 > ＞",
    _TO: "未超过 低于或等于 低于或者等于 等于或者低于 等于或者小于 等于或低于 小于等于 小于或等于 小于或者等于 ≤",
    _BELOW: "不足 少于 低于 小于 短于 < ＜",
}
_DENIED: dict[Bound, str] = {_FROM: "少于 低于 小于 短于 早于", _TO: "超过 超出 高于 多于 大于 长于 迟于 晚于"}
_ADJACENT: dict[Bound, str] = {
    _FROM: "至少 最少 最低 最短 达到 达 满 年满 已满 至少有 至少为 提前 最低为 起点为",
    _ABOVE: "逾",
    _TO: "至多 最多 最高 最长 最迟 最高为 最长为 最多为 控制在",
    _BELOW: "不满 未满 未达到 未达 不及 不到 达不到",
}
_COMPARISONS = {word: bound for bound, words in _COMPARED.items() for word in words.split()} | {
    no + word: bound for bound, words in _DENIED.items() for word in words.split() for no in _NEGATIONS
}
_BEFORE = _COMPARISONS | {word: bound for bound, words in _ADJACENT.items() for word in words.split()}
_OF_A_WHOLE = _COMPARISONS | {"达到": _FROM, "未达到": _BELOW, "未达": _BELOW}
_WHOLE_CUE = re.compile(
    "(?:" + "|".join(sorted(map(re.escape, _OF_A_WHOLE), key=len, reverse=True)) + ")(?!的?部分|计划)"
)
_OTHER_MATTER = re.compile(r"[按处]|加收|征收|缴纳|支付|减|增|计[征算]|给予|以上|以下|提取|但|并")
_ENDINGS = tuple(_BEFORE)
_LONGEST = max(map(len, _BEFORE))
_FILLER = (
    "人民币",
    "约",
    "为",
    "有",
    "的",
    "其",
    "一次",
    "各",
    "在",
    "每小时",
    "时速",
    "每日",
    "每人",
    "每户",
    "每年",
    "每月",
    "每平方米",
    "每吨",
)
_LEAST_MOST = re.compile(
    r"(?:(至少|最少|提前)|至多|最多|(?:最长|最高|最迟)(?=可|处|不|延|为|期|限|额))(?:[^，。；：、（(]{0,10})$"
)
_NOT_FULL = re.compile(r"(?:每|期|届|圆|充)满$")

_AFTER = re.compile(
    r"(?P<noun>[甲乙丙]等|标准煤|的?范围|(?:的)?期限|(?:的)?时间)?(?P<held>[（(](?P<out>不)?[含包][^）)]{0,12}[）)])?\s?"
    r"(?:(?P<up>及其?以上|以上|起(?=[，。；]))|(?P<down>及其?以下|以下|以内|之内|为限|内(?!设机构|设科|[部地陆容河湖环衬科资蒙宾业])|(?P<within>内(?!容)))"
    r"|(?P<out_of>以外|之外|外(?![国商资地籍来汇交出部包方事观语贸币埠宣围墙]))"
    r"|(?P<ahead>以前|之前|前(?![款条项述置期列往来例]|提(?:下|条件|是|的)))|(?P<past>以后|之后|后(?![果续备期勤者评])))?"
    r"(?P<also>[（(](?P<not>不)[含包][^）)]{0,12}[）)])?"
)
_TIME_OR_PLACE = (MeasureKind.PERIOD, MeasureKind.DISTANCE)


def bound_before(text: str, start: int, floor: int) -> tuple[Bound, int] | None:
    """Return the bound set by the words right before `start` and where they begin, not before `floor`."""
    at = start
    for _ in range(2):
        window = text[max(floor, at - _LONGEST) : at]
        if window.endswith(_ENDINGS):
            word = max((w for w in _BEFORE if window.endswith(w)), key=len)
            if word == "满" and _NOT_FULL.search(text[max(0, at - 2) : at]):
                return None
            return _BEFORE[word], at - len(word)
        filler = next((w for w in _FILLER if window.endswith(w)), "")
        if not filler:
            return None
        at -= len(filler)
    return None


def bound_in_clause(text: str, start: int, floor: int, kind: MeasureKind) -> Bound | None:
    """Return a bound that stands earlier in the clause (至少配备一名; 不超过总额的百分之十), or None.

    `floor` is where the clause, or what follows the last quantity in it, begins.
    """
    clause = text[floor:start]
    if match := _LEAST_MOST.search(clause):
        return _FROM if match[1] else _TO
    if kind not in (MeasureKind.SHARE, MeasureKind.MULTIPLE):
        return None
    cues = list(_WHOLE_CUE.finditer(clause))
    if not cues:
        return None
    at, bound = cues[-1].start(), _OF_A_WHOLE[cues[-1][0]]
    between = clause[cues[-1].end() :]
    if clause[at] in "不未":
        return bound
    if "部分" in between or clause[:at].endswith(("可", "可以")):  # 超出部分按标准的八倍; 增加额可以达到百分之三十
        return None
    return None if not clause.endswith("的") and _OTHER_MATTER.search(between) else bound


def bound_after(text: str, end: int, kind: MeasureKind) -> tuple[Bound | None, int]:
    """Return the bound set by the words from `end` on (None if there is none) and where the quantity ends."""
    match = _AFTER.match(text, end)
    if match is None:
        return None, end
    inclusive = not (match["out"] or match["not"])
    if match["up"]:
        return Bound(True, inclusive), match.end()
    if match["within"] and kind is not MeasureKind.PERIOD:
        return None, end
    if match["down"]:
        return Bound(False, inclusive), match.end()
    if match["out_of"] and kind is MeasureKind.DISTANCE:
        return _ABOVE, match.end()
    if (match["ahead"] or match["past"]) and kind is MeasureKind.PERIOD:
        return _FROM, match.end()
    return None, end


def says_whether_included(text: str, end: int) -> tuple[bool, int] | None:
    """Read 低于十四摄氏度（含十四摄氏度）: whether the number belongs to the range, and where the note ends."""
    match = _NOTE.match(text, end)
    return (not match["out"], match.end()) if match else None


_NOTE = re.compile(r"[（(](?P<out>不)?[含包][^）)]{0,12}[）)]")
