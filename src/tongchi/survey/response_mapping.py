"""Which item does this column answer, and which code does this answer stand for?

A column is known by a mapping table, by an item's code (also as LimeSurvey writes it, `G1[trust1]` or `trust_SQ001`) or
by an item's text (also numbered as 问卷星 does, `1、…`, or behind the stem of a matrix, `3、请判断—…`). Texts are compared
without white space, punctuation, case and width. What is left over is listed with suggestions, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from typing import Literal

from tongchi.errors import ResponseMappingError
from tongchi.survey.instrument import AttentionCheck, Group, Instrument, Item, Scale

How = Literal["table", "code", "label", "text", "platform"]
_RANK: Mapping[str, int] = {"table": 0, "code": 1, "label": 2, "text": 3, "platform": 4}

_NUMBER = re.compile(r"^\s*\*?\s*(?:第\s*\d+\s*题|[(（]?Q?\d+(?:[.\-_]\d+)*)\s*[、..:：)）]?\s*", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,200}>|[\[【(（](?:单选题|多选题|量表题|矩阵\w*|填空题|必填|必答|选填)[\]】)）]")
_NOT_WORDS = re.compile(r"[\W_]+")
_PARTS = re.compile(r"——|—|--|[:：|\[\]【】]|\s-\s|-")
_OPTION = re.compile(r"^\s*[A-Za-z0-9]{1,2}\s*[.、．:：)）]\s*(?=\S)")
_NUMERIC = re.compile(r"\s*([-+]?\d+(?:\.\d*)?)\s*分?\s*")
_LIME_CODE = re.compile(r"A0*(\d+)")
_LIME_ITEM = re.compile(r"(\w+?)(?:_SQ|\[SQ|\[|_)0*(\d+)\]?", re.IGNORECASE)
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)")
_SPOKEN = re.compile(
    r"(?i)(?:(\d+)(?:小时|时|h[a-z]*))?(?:(\d+)(?:分钟?|m[a-z]*))?(?:(\d+(?:\.\d+)?)(?:秒钟?|s[a-z]*))?"
)

_RESPONDENT = ("序号", "答卷编号", "答卷序号", "编号", "id", "response id", "respondent", "respondent_id", "seqid")
_DURATION = (
    "所用时间",
    "答题时长",
    "作答时长",
    "填写时长",
    "用时",
    "interviewtime",
    "total time",
    "duration",
    "duration_s",
    "duration (in seconds)",
)
_PLATFORM = frozenset(
    [
        "提交答卷时间",
        "提交时间",
        "开始时间",
        "开始答题时间",
        "结束答题时间",
        "来源",
        "来源详情",
        "来自ip",
        "ip地址",
        "ip",
        "总分",
        "用户id",
        "昵称",
        "自定义字段",
        "submitdate",
        "lastpage",
        "startlanguage",
        "startdate",
        "datestamp",
        "ipaddr",
        "refurl",
        "seed",
        "token",
        "datesubmitted",
        "lastpageseen",
        "startlanguage",
        "datestarted",
        "datelastaction",
        "ipaddress",
        "referrerurl",
        "accesscode",
        "grouptime",
        "questiontime",
    ]
)
_NO_ANSWER = frozenset(
    [
        "跳过",
        "空",
        "未作答",
        "未答",
        "缺失",
        "不适用",
        "无",
        "na",
        "nan",
        "null",
        "none",
        "skipped",
        "noanswer",
        "notapplicable",
        "questionnotshown",
    ]
)
_NO_ANSWER_CODES = (-2.0, -3.0)
"""问卷星 writes -3 for a question that was skipped by logic, -2 for one left empty."""


@dataclass(frozen=True)
class MappedColumn:
    """A column that was read: `code` is an item, a check, a group, or the field for respondent or duration."""

    column: str
    code: str
    how: How


@dataclass(frozen=True)
class UnknownColumn:
    """A column that was not read, why, and the codes that it might mean, the likeliest first."""

    column: str
    reason: str
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True)
class ColumnMap:
    """What became of every column of a table; positions are those of the table."""

    mapped: Mapping[int, MappedColumn]
    ignored: tuple[str, ...]
    unknown: tuple[UnknownColumn, ...]


def match_columns(
    headers: tuple[str, ...],
    instrument: Instrument,
    *,
    labels: tuple[str, ...] = (),
    table: Mapping[str, str] | None = None,
) -> ColumnMap:
    """Return which column answers what. `table` leads from header to code; an empty code ignores the column.

    Where two columns claim one item, the surer way decides (table, code, label, text) and then the first column; the
    other is listed as unknown.
    """
    targets = _Targets(instrument)
    table = table or {}
    _check_table(table, headers, targets)
    found: dict[int, MappedColumn] = {}
    ignored: list[str] = []
    unknown: dict[int, UnknownColumn] = {}
    for index, header in enumerate(headers):
        label = labels[index] if labels else ""
        match = MappedColumn(header, table[header], "table") if header in table else targets.find(header, label)
        if match and match.code:
            found[index] = match
        elif match or not _PLATFORM.isdisjoint(_platform_keys(header)) or re.match(r"(?i)(group|question)time", header):
            ignored.append(header)
        else:
            unknown[index] = UnknownColumn(header, "没有对应的题项 / no such item", targets.suggest(label or header))
    for index, other in _claimed_twice(found):
        taken = found.pop(index)
        unknown[index] = UnknownColumn(taken.column, f"与列 / same as column “{other}”", (taken.code,))
    return ColumnMap(found, tuple(ignored), tuple(unknown[index] for index in sorted(unknown)))


def _claimed_twice(found: Mapping[int, MappedColumn]) -> list[tuple[int, str]]:
    best: dict[str, int] = {}
    for index in sorted(found, key=lambda i: (_RANK[found[i].how], i)):
        best.setdefault(found[index].code, index)
    return [(i, found[best[m.code]].column) for i, m in found.items() if best[m.code] != i]


def _check_table(table: Mapping[str, str], headers: tuple[str, ...], targets: _Targets) -> None:
    wrong = [f"列 / column “{name}” → {_close(name, headers)}" for name in table if name not in headers]
    codes = [code for code in table.values() if code and code not in targets.codes]
    wrong += [f"代码 / code “{code}” → {_close(code, targets.codes)}" for code in codes]
    if wrong:
        advice = "请改正对照表。 / Correct the mapping table."
        raise ResponseMappingError(
            found="；".join(wrong), expected="文件的列和题项的代码 / columns and codes", advice=advice
        )


def _close(word: str, choices: Iterable[str]) -> str:
    return " | ".join(get_close_matches(word, list(choices), n=2, cutoff=0.4)) or "?"


class _Targets:
    """Everything that a column may answer, by code and by text."""

    def __init__(self, instrument: Instrument) -> None:
        asked: list[Item | AttentionCheck | Group] = [*instrument.items, *instrument.checks, *instrument.groups]
        fields = (instrument.respondent, instrument.duration)
        self.codes = (*(each.code for each in asked), *fields)
        self._by_code = {code.casefold(): code for code in self.codes}
        self._texts: dict[str, str] = {}
        for each in asked:
            for text in (each.zh, each.en):
                self._texts.setdefault(_key(text), each.code)
        self._platform = {_key(name): instrument.respondent for name in _RESPONDENT}
        self._platform |= {_key(name): instrument.duration for name in _DURATION}

    def find(self, header: str, label: str) -> MappedColumn | None:
        for candidate in _code_candidates(header):
            if code := self._by_code.get(candidate.casefold()):
                return MappedColumn(header, code, "code")
        ways: tuple[tuple[str, How], ...] = ((label, "label"), (header, "text"))
        for text, how in ways:
            for candidate in _text_candidates(text):
                if candidate in self._texts:
                    return MappedColumn(header, self._texts[candidate], how)
        code = next((self._platform[key] for key in _platform_keys(header) if key in self._platform), None)
        return MappedColumn(header, code, "platform") if code else None

    def suggest(self, header: str, count: int = 3) -> tuple[str, ...]:
        """Return the codes whose code or text is most like `header`; empty if none is at all like it."""
        wanted = _key(_NUMBER.sub("", header))[-120:]
        scored: dict[str, float] = {}
        pool = [*self._texts.items(), *((code, code) for code in self.codes)]
        matcher = SequenceMatcher(autojunk=False, b=wanted)
        for text, code in pool:
            matcher.set_seq1(text)
            if matcher.real_quick_ratio() >= 0.5 and (ratio := matcher.ratio()) >= 0.5:
                scored[code] = max(ratio, scored.get(code, 0.0))
        return tuple(sorted(scored, key=lambda code: -scored[code])[:count])


def _platform_keys(header: str) -> tuple[str, str]:
    """LimeSurvey may write code and text, `interviewtime. Total time`."""
    return _key(header), _key(header.split(". ")[0])


def _code_candidates(header: str) -> Iterator[str]:
    header = header.strip()
    yield header
    yield from re.findall(r"\[(\w+)\]", header)
    if lime := _LIME_ITEM.fullmatch(header):
        yield lime[1] + lime[2]
    if first := re.match(r"\w+(?=[.:：、\s])", header):
        yield first[0]


def _text_candidates(text: str) -> Iterator[str]:
    text = _TAG.sub("", text)
    bare = _NUMBER.sub("", text)
    yield _key(text)
    yield _key(bare)
    parts = [part for part in _PARTS.split(bare) if part.strip()]
    if len(parts) > 1:
        yield from (_key(_NUMBER.sub("", part)) for part in reversed(parts))
    if in_brackets := re.search(r"[(（](.+)[)）]\s*$", bare):
        yield _key(in_brackets[1])


def _key(text: str) -> str:
    """Return `text` without white space, punctuation, case and width, for comparison.

    >>> _key("两地 Ａ，共享！") == _key("两地a共享")
    True
    """
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", text)).casefold()


class AnswerReader:
    """Leads from what a cell shows to the code of an answer on `scale`."""

    def __init__(self, scale: Scale) -> None:
        self._scale = scale
        self._missing = {*_NO_ANSWER_CODES, *scale.missing}
        codes = range(scale.low, scale.high + 1)
        self._labels = {
            _key(text): float(code) for texts in (scale.zh, scale.en) for code, text in zip(codes, texts, strict=True)
        }

    def read(self, shown: str) -> float | str | None:
        """Return the code, None for no answer, or `shown` itself if it stands for neither.

        A number outside the scale is returned as it is: the cleaning rules count it.
        """
        text = unicodedata.normalize("NFKC", shown).strip()
        if number := _NUMERIC.fullmatch(text):
            value = float(number[1])
            on_scale = self._scale.low <= value <= self._scale.high
            return None if value in self._missing and not on_scale else value
        key = _key(text)
        if key in self._labels:
            return self._labels[key]
        if not key or key in _NO_ANSWER:
            return None
        rest = _OPTION.sub("", text)
        if rest != text and _key(rest) in self._labels:
            return self._labels[_key(rest)]
        if code := _LIME_CODE.fullmatch(text):
            return float(code[1])
        return shown

    def read_labelled(self, shown: str, label: str) -> float | str | None:
        """Read a value of SPSS: its label decides where it is one of the scale or of no answer."""
        by_label = self.read(label)
        return self.read(shown) if isinstance(by_label, str) else by_label


def read_group(shown: str, group: Group) -> str | None:
    """Return the code of a group, None for no answer; a group that is not listed stays as it is shown."""
    key = _key(_OPTION.sub("", shown))
    for value in group.values:
        if shown.strip() == value.code or key in {_key(value.code), _key(value.zh), _key(value.en)}:
            return value.code
    return None if not _key(shown) or _key(shown) in _NO_ANSWER or shown.strip() in ("-2", "-3") else shown.strip()


def read_seconds(shown: str) -> float | None:
    """Return a duration in seconds, None if there is none in the text.

    >>> read_seconds("186秒"), read_seconds("3分6秒"), read_seconds("0:03:06"), read_seconds("186.0")
    (186.0, 186.0, 186.0, 186.0)
    """
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", shown))
    if re.fullmatch(r"\d+(?:\.\d*)?", text):
        return float(text)
    found = _CLOCK.fullmatch(text) or _SPOKEN.fullmatch(text)
    if not found or not any(found.groups()):
        return None
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds
