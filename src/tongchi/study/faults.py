"""What is wrong with a study folder, where, and what is to be done? One kind for each mistake that a person can make.

A fault that is an error keeps a study from running; one that is a warning does not, and says what the study will do instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from tongchi.errors import Language, TongchiError

Both = tuple[str, str]
"""A text in Chinese and in English."""
_CATALOGUE = "faults.tsv"


@dataclass(frozen=True)
class Fault:
    """One mistake: its kind, the file, the line (0 where it has none), what stands there, and the facts of the message."""

    kind: str
    file: str
    line: int = 0
    place: str = ""
    facts: Mapping[str, str | Both] = field(default_factory=dict, hash=False)

    @property
    def is_error(self) -> bool:
        """Whether the study cannot run before this is put right."""
        return catalogue()[self.kind].severity == "error"

    def message(self, language: Language = "zh") -> str:
        """Return one line: where, what was found, what was expected, what to do."""
        kind = catalogue()[self.kind]
        colon, body = ("：", kind.zh) if language == "zh" else (": ", kind.en)
        facts = {name: in_language(value, language) for name, value in self.facts.items()}
        return f"{self.where(language)}{colon}{body.format(**facts)}"

    def where(self, language: Language = "zh") -> str:
        """Return file, line and place."""
        line = f"第{self.line}行" if language == "zh" else f"line {self.line}"
        return " ".join(part for part in (self.file, line if self.line else "", self.place) if part)


@dataclass(frozen=True)
class FaultKind:
    """A row of the catalogue: whether it is an error or a warning, and its message in both languages."""

    severity: str
    zh: str
    en: str


@cache
def catalogue() -> Mapping[str, FaultKind]:
    """Return every kind of fault by its name."""
    text = resources.files("tongchi.study").joinpath(_CATALOGUE).read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:] if line)
    return {name: FaultKind(severity, zh, en) for name, severity, zh, en in rows}


def in_language(text: str | Both, language: Language) -> str:
    """Return one half of a text that stands in both, as a pair or as "中文 / English"; any other text as it is.

    A name in quotes with which the text begins or ends belongs to both halves.

    >>> in_language("数字 / a number", "en"), in_language("重复的 / repeated “x”", "zh")
    ('a number', '重复的“x”')
    """
    if isinstance(text, tuple):
        return text[0] if language == "zh" else text[1]
    zh, parted, en = text.partition(" / ")
    if not parted or not any("\u4e00" <= each <= "\u9fff" for each in zh):
        return text
    first, last = _FIRST.match(zh), _LAST.search(en)
    if language == "en":
        return first[0] + en if first and first[0].strip() not in en else en
    return zh + last[0] if last and last[0] not in zh else zh


_FIRST, _LAST = re.compile("“[^”]*” ?"), re.compile("“[^”]*”$")


def words_of(error: TongchiError) -> Both:
    """Return what an error says in each language by itself, without its code and file."""

    def filled(template: str, language: Language) -> str:
        facts = {name: in_language(str(value), language) for name, value in error.facts.items()}
        return template.format(**facts).strip()

    return filled(error.zh, "zh"), filled(error.en, "en")


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Return each fault once, by file, line and kind, so that the same folder is always told the same."""
    found = {(each.file, each.line, each.place, each.kind, repr(sorted(each.facts.items()))): each for each in faults}
    return [found[key] for key in sorted(found)]
