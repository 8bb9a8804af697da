"""Does a word that may mark a norm govern its sentence, or does it stand in a compound, a condition, a relative clause?"""

from __future__ import annotations

import re
from functools import lru_cache

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
    "允许": ("经未准", "误偏"),
    "有权": ("所", "机属人利"),
    "宜": ("事适便相", "居人"),
    "能": ("可功性节职只才智机效产技动热电", "力源够量耗效级动"),
    "不能": ("", "力"),
    "鼓励": ("", "性类措政"),
    "负有": ("", "债"),
    "享有": ("", "的"),
    "推荐": ("", "性值的人单"),
    "建议": ("见出和的、项提", "书的和、，。；：稿函"),
    "可能": ("", "性"),
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
_ACCORDING = re.compile(r"(?:按照|依照|根据|依据|按)[^，；。]*$")


def governing_word(masked: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """Return the leftmost word of `pattern` that governs a sentence whose inserts are covered, None if none does."""
    position = 0
    while match := pattern.search(masked, position):
        resume = _passed_over(masked, match)
        if not resume:
            return match
        position = resume
    return None


@lru_cache(maxsize=16)
def cue_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of a table of cues: the longest word first, compounds such as 相应 and 许可 shut out."""
    parts = []
    for word in sorted(words, key=lambda each: (-len(each), each)):
        before, after = _GUARDS.get(word, ("", ""))
        guard = f"(?<![{before}]{word})" if before else ""
        parts.append(f"{word}{guard}" + (f"(?![{after}])" if after else "") + _NOT_FOLLOWED.get(word, ""))
    return re.compile("|".join(parts))


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
        if leads or _is_relative(masked, match, possessive, stop):
            return possessive + 1
    return _condition_end(masked, start, end, stop)


def _is_relative(masked: str, match: re.Match[str], possessive: int, stop: int) -> bool:
    """Whether cue … 的 only describes the noun that follows: 依法应当公开的信息, 负责…的部门 + predicate."""
    word, (start, end) = match.group(), match.span()
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
