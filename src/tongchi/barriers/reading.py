"""How is a clause read before it is judged? Lead-in and text as one string, own names as 本, inserts covered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tongchi.barriers.model import Clause
from tongchi.provisions.masking import mask_inserts

_PLACE_IN_TITLE = re.compile(
    r"^(?:中华人民共和国)?((?:[一-龥]{2,3}?(?:省|自治区))?[一-龥]{2,8}?(?:省|市|县|区|自治州|自治县|自治区|州|盟|旗))(?!级)"
)
_NATION = re.compile(r"^中华人民共和国|^国务院|^全国")
_STATE = frozenset({"国家", "全国", "中国"})
_UNIT = re.compile(r"(?:经济特区|省|市|县|区|自治州|自治县|自治区|州|盟|旗)$")
_CHINESE = re.compile(r"[一-龥]")
_FOREIGN = re.compile(r"[\s,;:?]")
_AS = {",": "，", ";": "；", ":": "：", "?": "？"}


@dataclass(frozen=True, slots=True)
class Reading:
    """A clause made ready: `scope` is lead-in + text, as long as the published words, with inserts covered.

    `begin` is where the text begins in `scope`; `national` tells a law or regulation of the state.
    """

    clause: Clause
    scope: str
    begin: int
    national: bool

    @property
    def text(self) -> str:
        """The clause's own words."""
        return self.scope[self.begin :]

    @property
    def lead(self) -> str:
        """The words of the lead-in."""
        return self.scope[: self.begin]

    def sentence(self, start: int, end: int) -> str:
        """Return the sentence (ended by 。；) around a span of `scope`."""
        left = max(self.scope.rfind("。", 0, start), self.scope.rfind("；", 0, start), -1) + 1
        stops = [at for at in (self.scope.find("。", end), self.scope.find("；", end)) if at >= 0]
        return self.scope[left : min(stops) if stops else len(self.scope)]


def read_clause(clause: Clause) -> Reading:
    """Make a clause ready for its rules; every offset stays that of `lead_in + text`."""
    names = own_names(clause.title, clause.jurisdiction)
    lead = _ready_lead(clause.lead_in, names) if clause.lead_in else ""
    text = _ready(clause.text, names)
    return Reading(clause, lead + text, len(lead), is_national(clause.title, clause.jurisdiction))


def is_place(jurisdiction: str) -> bool:
    """Whether a jurisdiction names a Chinese place; codes and remarks of a data set do not."""
    return bool(_CHINESE.search(jurisdiction))


@lru_cache(maxsize=4096)
def is_national(title: str, jurisdiction: str) -> bool:
    """Whether a text is the state's own: by its jurisdiction, or by a title that begins with the state or the State Council."""
    return jurisdiction in _STATE or bool(_NATION.match(title))


@lru_cache(maxsize=64)
def _ready_lead(lead: str, names: tuple[str, ...]) -> str:
    """Make a lead-in ready once for all its items."""
    return _ready(lead, names)


def _ready(text: str, names: tuple[str, ...]) -> str:
    prepared = _prepare(text)
    return _as_here(prepared, names) if names else prepared


def _prepare(text: str) -> str:
    return mask_inserts(_FOREIGN.sub(_full_width, text))


def _full_width(match: re.Match[str]) -> str:
    """Write half-width marks between Chinese words as full-width ones and any white space as a blank, one for one."""
    return _AS.get(match.group(), " ")


@lru_cache(maxsize=4096)
def own_names(title: str, jurisdiction: str) -> tuple[str, ...]:
    """Return the names by which a text may call its own place, longest first: 潍坊市, 潍坊, 山东省, 山东."""
    found: set[str] = set()
    match = _PLACE_IN_TITLE.match(title) if not title.startswith("中华人民共和国") else None
    for name in (match[1] if match else "", jurisdiction):
        if len(name) < 2 or name in _STATE or not is_place(name):
            continue
        found.add(name)
        stem = _UNIT.sub("", name)
        if len(stem) >= 2:
            found.add(stem)
    return tuple(sorted(found, key=lambda name: (-len(name), name)))


def _as_here(text: str, names: tuple[str, ...]) -> str:
    """Write 潍坊市 as 本本市 and 潍坊 as 本地, so that the rules see a place of its own and the length stays."""
    for name in names:
        if name in text:
            unit = name[-1] if name[-1] in "省市县区州旗" else "地"
            text = text.replace(name, "本" * (len(name) - 1) + unit)
    return text
