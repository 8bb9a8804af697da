"""What is wrong with a study folder, where, and what is to be done? One kind for each mistake that a person can make.

A fault that is an error keeps a study from running; one that is a warning does not, and says what the study will do instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from tongchi.errors import Language

_CATALOGUE = "faults.tsv"


@dataclass(frozen=True)
class Fault:
    """One mistake: its kind, the file, the line (0 where it has none), what stands there, and the facts of the message."""

    kind: str
    file: str
    line: int = 0
    place: str = ""
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)

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


def in_language(text: str, language: Language) -> str:
    """Return one half of a text that stands in both, "中文 / English"; any other text as it is.

    >>> in_language("数字 / a number", "en")
    'a number'
    """
    zh, parted, en = text.partition(" / ")
    if not parted or not any("\u4e00" <= each <= "\u9fff" for each in zh):
        return text
    return zh if language == "zh" else en


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Return each fault once, by file, line and kind, so that the same folder is always told the same."""
    found = {(each.file, each.line, each.place, each.kind, tuple(sorted(each.facts.items()))): each for each in faults}
    return [found[key] for key in sorted(found)]
