"""Which word decides what kind of norm a sentence states?

Regulations mark norms with 应当 / 不得 / 可以 (立法技术规范（试行）（一）, no. 11-12); standards with 应 / 宜 / 可 / 能
(GB/T 1.1-2020, annex C); English statutes with shall / must / may. Each kind of document is read with its own table.
A standard's requirement, recommendation, permission and statement are given as obligation, encouragement,
permission and declaration.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from tongchi.provisions.masking import SourceSpan, mask_inserts
from tongchi.provisions.model import Modality
from tongchi.provisions.sanctions import Sanction, find_sanction

_O, _X, _P, _E = Modality.OBLIGATION, Modality.PROHIBITION, Modality.PERMISSION, Modality.ENCOURAGEMENT
_D = Modality.DECLARATION

REGULATION_CUES: Mapping[str, Modality] = MappingProxyType({
    "应当": _O, "必须": _O, "须": _O, "应": _O, "负责": _O, "有义务": _O, "负有": _O, "履行下列": _O,
    "不得": _X, "禁止": _X, "严禁": _X, "不准": _X, "不许": _X, "不应当": _X, "不应": _X, "无权": _X,
    "可以": _P, "有权": _P, "方可": _P, "可": _P, "允许": _P, "享有": _P,
    "鼓励": _E, "支持": _E, "倡导": _E, "提倡": _E, "引导": _E,
})  # fmt: skip
STANDARD_CUES: Mapping[str, Modality] = MappingProxyType({
    "应": _O, "应当": _O, "须": _O, "必须": _O, "不应": _X, "不得": _X, "不准许": _X, "严禁": _X, "禁止": _X,
    "宜": _E, "不宜": _E, "推荐": _E, "可": _P, "可以": _P, "允许": _P, "不必": _P, "能": _D, "不能": _D,
})  # fmt: skip
STATUTE_CUES: Mapping[str, Modality] = MappingProxyType({
    "shall not": _X, "must not": _X, "may not": _X, "is prohibited": _X, "are prohibited": _X, "no person shall": _X,
    "shall": _O, "must": _O, "is required to": _O, "are required to": _O,
    "may": _P, "is entitled to": _P, "has the right to": _P, "is encouraged to": _E, "are encouraged to": _E,
})  # fmt: skip

# Words that hold a cue's characters without being one: what may not stand before, what may not stand after.
_GUARDS = {
    "应": ("相适对供反响效呼感回顺照理策", "急用对届税纳收付诉聘征邀试运力变激答允承付和"),
    "须": ("必无", "知发"),
    "可": ("许认不尚宽非无大小", "能行靠持回追再燃视操见疑比供利信爱控溶降循调观贵耕逆变读选移分重取食替感"),
    "可以": ("许", ""),
    "负责": ("", "人任的"),
    "不得": ("", "已不"),
    "不应": ("", "期"),
    "禁止": ("", "性的令"),
    "允许": ("经未准", "误"),
    "有权": ("所", "机属人利"),
    "宜": ("事适便相", "居人"),
    "能": ("可功性节职只才智机效产技动热电", "力源够量耗效级动"),
    "不能": ("", "力"),
    "鼓励": ("", "性类措政"),
    "负有": ("", "债"),
    "享有": ("", "的"),
}
_NOT_FOLLOWED = {"应": "(?!有的)", "负责": "(?!制(?![定作订造]))"}
_WEAK = ("支持", "引导", "提倡", "倡导")  # nouns as often as verbs
_STRONG = re.compile(r"应当|不得|必须|可以|禁止|负责(?!人|任|的|制(?![定作订造]))")
_DELIMITER = re.compile(r"[，；：。！？]")
_SUBJECTS_OF_SUPPORT = re.compile(
    r"(?:^|[，；。：、和]|国家|[省市区县州]|政府|部门|机构|单位|委员会|组织|企业|机关|协会|院|校|积极|优先|依法|大力|重点"
    r"|鼓励和?|引导和?|支持和?|扶持和?|提倡和?)$"
)
_RELATIVE_OPENER = re.compile(r"(?:规定|依法|属于|对|将|把|向|需要|因|其他|凡|(?<!理)由|包括|以及)$")
_INNER = re.compile(r"(?:其他|依法|规定|以及|及|和|、|等|或者|对|属于|所|为|将)$")
_FAILURE = re.compile(r"而未|而不|而没有|但未|却未|而拒|而擅自|而仍|未|没有|拒不|不按|不履行")
_DEFINITION = re.compile(
    r"是指|系指|所称(?=[^。；]*(?:是指|系指|，是|，为|，指|包括|，即|系))|所指的|用语的?含义|(?<=含义)：|，指(?=[^定导])|的含义(?:是|为)?："
)
_ACCORDING = re.compile(r"(?:按照|依照|根据|依据|按)[^，；。]*$")


class ModalityCue(NamedTuple):
    """The kind of norm and where the word stands that decides it."""

    modality: Modality
    span: SourceSpan


def find_modality(sentence: str, cues: Mapping[str, Modality] = REGULATION_CUES) -> ModalityCue | None:
    """Return the cue that governs a sentence, or None if it states no norm.

    The leftmost cue of the main clause governs; cues inside quotes, brackets, compounds (相应, 许可), conditions
    (应当…而未…的，) and relative clauses (负责…的部门) are passed over. A regulation's sentence is a sanction where the
    consequence is a penalty or liability, also under 可以 or 应当; a definition where 所称 or 是指 comes before any cue.
    """
    return governing_cue(mask_inserts(sentence), cues)


def governing_cue(masked: str, cues: Mapping[str, Modality] = REGULATION_CUES) -> ModalityCue | None:
    """Do the work of `find_modality` on a sentence whose inserts are already covered."""
    if cues is STATUTE_CUES:
        return _statute_cue(masked)
    cue = _leftmost(masked, cues)
    if cues is STANDARD_CUES:
        return cue
    if "指" in masked or "所称" in masked or "含义" in masked:
        definition = _DEFINITION.search(masked)
        if definition and (cue is None or definition.start() < cue.span.start):
            return ModalityCue(Modality.DEFINITION, SourceSpan(*definition.span()))
    sanction = find_sanction(masked)
    if sanction is None or (cue is not None and not _punishes(masked, cue, sanction)):
        return cue
    return ModalityCue(Modality.SANCTION, SourceSpan(sanction.start, sanction.end))


def _punishes(masked: str, cue: ModalityCue, sanction: Sanction) -> bool:
    """Whether a sanction decides although the sentence has a cue as well: it comes first, or is what the cue asks."""
    if sanction.start < cue.span.start:
        return True
    if cue.modality not in (Modality.OBLIGATION, Modality.PERMISSION) or not sanction.hard:
        return False
    between = masked[cue.span.end : sanction.start]
    return len(between) <= 14 and "，" not in between and "；" not in between


def _leftmost(masked: str, cues: Mapping[str, Modality]) -> ModalityCue | None:
    position = 0
    pattern = _pattern(cues)
    while match := pattern.search(masked, position):
        resume = _passed_over(masked, match)
        if not resume:
            return ModalityCue(cues[match.group()], SourceSpan(*match.span()))
        position = resume
    return None


def _passed_over(masked: str, match: re.Match[str]) -> int:
    """Return 0 if the word governs, else the offset at which the search goes on."""
    start, end = match.span()
    word = match.group()
    delimiter = _DELIMITER.search(masked, end)
    stop = delimiter.start() if delimiter else len(masked)
    if word in _WEAK and not _SUBJECTS_OF_SUPPORT.search(masked, max(0, start - 6), start):
        return end
    if masked[stop - 1] == "的" and stop > end and masked[stop - 2] not in "目标":
        return stop
    if masked[stop - 1] == "外" and _in_exception(masked, start):
        return stop
    possessive = masked.find("的", end, stop)
    if possessive >= 0:
        inner = _STRONG.search(masked, possessive, stop)
        leads = inner is not None and inner.start() - possessive < 28 and not _INNER.search(masked, end, inner.start())
        if leads or _is_relative(masked, word, start, end, possessive, stop):
            return possessive + 1
    return _condition_end(masked, start, end, stop)


def _is_relative(masked: str, word: str, start: int, end: int, possessive: int, stop: int) -> bool:
    """Whether cue … 的 only describes the noun that follows: 依法应当公开的信息, 负责…的部门 + predicate."""
    if possessive == end and word in ("禁止", "允许", "鼓励", "提倡", "支持"):
        return True
    if word == "负有":
        return not masked.startswith(("义务", "责任", "职责"), possessive + 1)
    if word == "负责":
        return bool(_OFFICE.match(masked, possessive + 1)) and not _ENDS_IN_OFFICE.match(masked, possessive + 1, stop)
    if possessive - end > 30:
        return False
    before = _RELATIVE_OPENER.search(masked, max(0, start - 4), start)
    if before is None or (before.group() in ("依法", "由") and possessive - end > 8):
        return False
    return before.group() != "规定" or not _ACCORDING.search(masked, max(0, start - 40), start)


_OFFICE = re.compile(r"[^，。；的]{0,6}(?:部门|机构|单位|机关|人员|领导|政府|委员会|主管人员|工作人员)")
_ENDS_IN_OFFICE = re.compile(r"[^，。；的]{0,24}(?:工作|事务)$")


def _in_exception(masked: str, start: int) -> bool:
    opening = max(masked.rfind("，", 0, start), masked.rfind("；", 0, start), masked.rfind("。", 0, start)) + 1
    return masked.startswith("除", opening) or masked.startswith("但除", opening)


def _condition_end(masked: str, start: int, end: int, stop: int) -> int:
    """Return the offset after a condition that runs on over commas (应当…而未…，…的，), 0 if the cue is in none."""
    close = masked.find("的，", stop)
    if close < 0:
        return 0
    opened = masked.startswith(("违反", "有下列", "对违反")) and "的，" not in masked[:start]
    failed = masked[stop] == "，" and "而" in masked[end:stop] and _FAILURE.search(masked, end, stop)
    if opened or failed:
        return close + 2
    return 0


@lru_cache(maxsize=16)
def _compiled(words: tuple[str, ...]) -> re.Pattern[str]:
    parts = []
    for word in sorted(words, key=lambda each: (-len(each), each)):
        before, after = _GUARDS.get(word, ("", ""))
        guard = f"(?<![{before}]{word})" if before else ""
        parts.append(f"{word}{guard}" + (f"(?![{after}])" if after else "") + _NOT_FOLLOWED.get(word, ""))
    return re.compile("|".join(parts))


_REGULATION_PATTERN = _compiled(tuple(REGULATION_CUES))


def _pattern(cues: Mapping[str, Modality]) -> re.Pattern[str]:
    return _REGULATION_PATTERN if cues is REGULATION_CUES else _compiled(tuple(cues))


_STATUTE_PATTERN = re.compile(
    r"\b(?:" + "|".join(sorted(STATUTE_CUES, key=len, reverse=True)).replace(" ", r"\s+") + r")\b", re.IGNORECASE
)
_STATUTE_DEFINITION = re.compile(
    r"[”\"]\s*(?:means|includes|has the (?:same )?meaning)\b|\bshall mean\b", re.IGNORECASE
)
_STATUTE_SANCTION = re.compile(
    r"\b(?:is|are|shall be|may be)\s+(?:subject to|liable for|guilty of|punishable by)\b|\bcivil penalty of\b"
    r"|\bshall be (?:fined|punished|imprisoned)\b",
    re.IGNORECASE,
)


def _statute_cue(text: str) -> ModalityCue | None:
    for modality, pattern in ((Modality.DEFINITION, _STATUTE_DEFINITION), (Modality.SANCTION, _STATUTE_SANCTION)):
        if special := pattern.search(text):
            return ModalityCue(modality, SourceSpan(*special.span()))
    match = _STATUTE_PATTERN.search(text)
    if not match:
        return None
    return ModalityCue(STATUTE_CUES[" ".join(match.group().lower().split())], SourceSpan(*match.span()))
