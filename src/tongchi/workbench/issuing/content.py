"""What exactly do the parties approve and issue? One frozen source: titles, issuers, foreword and clauses, to the letter.

docx, PDF, XML and JSON are made from it and from nothing else. The text is brought into its printed form *before* it is hashed
(lines trimmed, empty ones left out, characters that print nothing removed), so what was approved is what is printed. Numbers and dates
are given at issue; they are outside the hash of the text, and in the frozen source.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from tongchi.text.encoding import clean_text
from tongchi.workbench.text_hash import hash_text

SCHEMA = "tongchi.standard/1"
FRAME = (  # clauses that GB/T 1.1-2020 (8.5–8.7) asks of every standard, with what they say where there is nothing to say
    ("scope", "1", "范围", ""),
    ("reference", "2", "规范性引用文件", "本文件没有规范性引用文件。"),
    ("term", "3", "术语和定义", "本文件没有需要界定的术语和定义。"),
)
TERMS_FOLLOW = "下列术语和定义适用于本文件。"


@dataclass(frozen=True, slots=True)
class Issuer:
    """A party that issues the standard, with its own number where it has one."""

    code: str
    zh: str
    en: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered clause: `number` is 5, 5.1, A or A.1; `text` one printed line per line, with a), 1), ——, 注： and | a | b | as written."""

    kind: str
    number: str
    heading: str
    text: str

    @property
    def depth(self) -> int:
        """1 for 5 and A, 2 for 5.1 and A.1."""
        return self.number.count(".") + 1

    @property
    def lines(self) -> tuple[str, ...]:
        """The printed lines."""
        return tuple(self.text.split("\n")) if self.text else ()


@dataclass(frozen=True, slots=True)
class Standard:
    """A joint standard. Without number and dates it is a draft put to approval; `identified` gives it these."""

    zh: str
    en: str
    issuers: tuple[Issuer, ...]
    foreword: tuple[str, ...]
    clauses: tuple[Clause, ...]
    number: str = ""
    issued_on: date | None = None
    effective_on: date | None = None
    review_on: date | None = None

    @property
    def text_hash(self) -> str:
        """What the parties approve: the hash of everything but number and dates."""
        parts = [self.zh, self.en]
        parts += [part for each in self.issuers for part in (each.code, each.zh, each.en)]
        parts += ["foreword", *self.foreword]
        parts += [part for each in self.clauses for part in (each.kind, each.number, each.heading, each.text)]
        return hash_text(SCHEMA, *parts)

    def identified(
        self,
        number: str,
        *,
        numbers: Mapping[str, str],
        issued_on: date,
        effective_on: date,
        review_on: date,
    ) -> Standard:
        """Return the standard under its joint number, the parties' own numbers (by code) and its dates. The hash stays the same."""
        issuers = tuple(replace(each, number=numbers.get(each.code, "")) for each in self.issuers)
        return replace(
            self,
            number=number,
            issuers=issuers,
            issued_on=issued_on,
            effective_on=effective_on,
            review_on=review_on,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the frozen source as JSON can hold it."""
        found = asdict(self)
        for key in ("issued_on", "effective_on", "review_on"):
            found[key] = found[key].isoformat() if found[key] else ""
        return {"schema": SCHEMA, **found, "text_hash": self.text_hash}


def from_json(found: Mapping[str, Any]) -> Standard:
    """Return the standard that `to_json` wrote."""
    days = {
        key: date.fromisoformat(found[key]) if found[key] else None
        for key in ("issued_on", "effective_on", "review_on")
    }
    return Standard(
        zh=found["zh"],
        en=found["en"],
        issuers=tuple(Issuer(**each) for each in found["issuers"]),
        foreword=tuple(found["foreword"]),
        clauses=tuple(Clause(**each) for each in found["clauses"]),
        number=found["number"],
        **days,
    )


def to_bytes(standard: Standard) -> bytes:
    """Return the JSON file of the standard: UTF-8, keys in order, the same bytes for the same standard."""
    return (json.dumps(standard.to_json(), ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8")


def freeze(
    zh: str,
    en: str,
    *,
    issuers: Sequence[Issuer],
    rows: Sequence[tuple[str, str, str, str]],
    foreword: Sequence[str] = (),
) -> Standard:
    """Return the standard over rows of kind, number, heading and text, in their order within each part.

    Clauses 1 to 3 are supplied where the draft has none. Parts follow GB/T 1.1: scope, references, terms, clauses, annexes.
    """
    clauses = [
        Clause(kind, printed(number), printed(heading), printed_lines(text)) for kind, number, heading, text in rows
    ]
    ranked = sorted(_with_frame(clauses), key=lambda each: _ORDER.get(each.kind, 3))
    lines = tuple(line for each in foreword for line in printed_lines(each).split("\n") if line)
    return Standard(printed(zh), printed(en), tuple(issuers), lines or _foreword(issuers), tuple(ranked))


_ORDER = {"scope": 0, "reference": 1, "term": 2, "clause": 3, "annex": 4}


def printed(text: str) -> str:
    """Return a text as it is printed on one line."""
    return " ".join(each.strip() for each in clean_text(_storable(text)).split("\n") if each.strip())


def printed_lines(text: str) -> str:
    """Return a text as it is printed: each line trimmed, empty ones left out; the cells of a table trimmed, too."""
    lines = (each.strip() for each in clean_text(_storable(text)).split("\n"))
    return "\n".join(_row(each) if is_row(each) else each for each in lines if each)


def is_row(line: str) -> bool:
    """Return whether a line is the row of a table: | a | b |."""
    return len(line) > 2 and line.startswith("|") and line.endswith("|")


def cells(line: str) -> list[str]:
    """Return the cells of a row."""
    return [each.strip() for each in line[1:-1].split("|")]


def _row(line: str) -> str:
    return f"| {' | '.join(cells(line))} |"


def _storable(text: str) -> str:
    """Leave out what no XML file can hold, and make of the rarer line ends ordinary ones."""
    text = "\n".join(text.splitlines())
    return "".join(
        each
        for each in text
        if each in "\n\t" or (ord(each) >= 0x20 and not 0xD800 <= ord(each) <= 0xDFFF and ord(each) & 0xFFFE != 0xFFFE)
    )


def _with_frame(clauses: list[Clause]) -> list[Clause]:
    numbers = {each.number for each in clauses}
    has_terms = any(each.number.startswith("3.") for each in clauses)
    frame = [
        Clause(kind, number, heading, TERMS_FOLLOW if number == "3" and has_terms else text)
        for kind, number, heading, text in FRAME
        if number not in numbers
    ]
    return frame + clauses


def _foreword(issuers: Sequence[Issuer]) -> tuple[str, ...]:
    names = "、".join(each.zh for each in issuers)
    return (
        "本文件按照GB/T 1.1—2020《标准化工作导则　第1部分：标准化文件的结构和起草规则》的规定起草。",
        f"本文件由{names}共同提出、共同起草、联合发布。",
    )
