"""Which case of article 12 may a clause come under, and what would its drafter have to show?

Article 12 of the 公平竞争审查条例 lets a restriction stand that serves one of four ends, if nothing less restrictive would
do and a time limit or an end condition can be given; 实施办法 (2025) art. 25 says what the last two mean. Here words only
suggest the case. Whether it is made out is for the drafter to show and for the reviewer to judge.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib import resources

from tongchi.text import write_chinese


class ExceptionCase(IntEnum):
    """The items of article 12."""

    SECURITY = 1
    INNOVATION = 2
    PUBLIC_INTEREST = 3
    OTHER_LAW = 4


CASE_NAMES: dict[ExceptionCase, tuple[str, str]] = {
    ExceptionCase.SECURITY: ("国家安全和发展利益", "national security and development"),
    ExceptionCase.INNOVATION: ("科技进步和自主创新", "science, technology and innovation"),
    ExceptionCase.PUBLIC_INTEREST: (
        "节能、环保、救灾救助等公共利益",
        "energy saving, environment, relief and other public interest",
    ),
    ExceptionCase.OTHER_LAW: ("法律、行政法规规定的其他情形", "other cases in law"),
}


@dataclass(frozen=True, slots=True)
class Matter:
    """A subject that may justify a restriction, the words that name it, and what must be shown for it."""

    name: str
    case: ExceptionCase
    words: re.Pattern[str]
    zh: str
    en: str
    necessity_zh: str
    necessity_en: str
    alternative_zh: str
    alternative_en: str
    end_zh: str
    end_en: str
    last: bool = False


@dataclass(frozen=True, slots=True)
class PossibleException:
    """A case of article 12 that the words suggest. `words` is what suggests it; `zh` and `en` are for the reader."""

    case: ExceptionCase
    matter: str
    words: str
    in_title: bool
    zh: str
    en: str


def suggest_exception(text: str, title: str) -> PossibleException | None:
    """Return the case that the words of a clause, failing them those of its title, suggest; None if none do.

    The clause goes before the title, since a regulation on disease control also holds clauses on prices; a bare
    reference to national rules comes last. Pleas that a clause rejects (不得以保护环境为由 …) suggest nothing.
    """
    text = _REJECTED_PLEA.sub("", text)
    specific = [matter for matter in load_matters() if not matter.last]
    general = [matter for matter in load_matters() if matter.last]
    for source, matters, in_title in ((text, specific, False), (title, specific, True), (text, general, False)):
        for matter in matters:
            match = matter.words.search(source)
            if match:
                return _possible(matter, match[0], in_title)
    return None


_REJECTED_PLEA = re.compile(r"(?:不得|禁止)以[^，。；]{0,30}(?:为由|名义|为名)")


def _possible(matter: Matter, words: str, in_title: bool) -> PossibleException:
    case_zh, case_en = CASE_NAMES[matter.case]
    where_zh, where_en = ("标题", "the title's words") if in_title else ("条文", "the words")
    zh = (
        f"可能适用《公平竞争审查条例》第十二条第（{write_chinese(matter.case)}）项（{case_zh}）：{where_zh}中的“{words}”提示本条"
        f"涉及{matter.zh}。起草单位需要说明：①必要性：{matter.necessity_zh}；②没有影响更小的替代方案：{matter.alternative_zh}；"
        f"③期限或者终止条件：{matter.end_zh}。"
    )
    en = (
        f"Article 12({matter.case:d}) of the Fair Competition Review Regulation ({case_en}) may apply: {where_en} “{words}” "
        f"suggest {matter.en}. The drafter would have to show (1) necessity: {matter.necessity_en}; (2) that nothing less "
        f"restrictive would do: {matter.alternative_en}; (3) a time limit or end condition: {matter.end_en}."
    )
    return PossibleException(matter.case, matter.name, words, in_title, zh, en)


@cache
def load_matters() -> tuple[Matter, ...]:
    """Return the matters in their rank, those marked `last` behind all others."""
    text = resources.files("tongchi.barriers").joinpath("exceptions.toml").read_text("utf-8")
    return tuple(
        Matter(**{**row, "case": ExceptionCase(row["case"]), "words": re.compile(row["words"])})
        for row in tomllib.loads(text)["matter"]
    )
