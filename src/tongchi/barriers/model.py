"""What is screened and what is found? A clause with its lead-in; a finding with its words, reason and remedy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How plainly the restriction stands in the text."""

    CLEAR = "clear"  # the criterion is on the face of the text, as a condition, ban, mandatory preference or sum
    ARGUABLE = "arguable"  # filing duties, soft words, programmes of limited scope, possible justification


@dataclass(frozen=True, slots=True)
class Clause:
    """A paragraph, or a subparagraph with the sentence that governs it.

    `lead_in` is "" for a paragraph. `jurisdiction` is the place whose rule it is, 国家 for national law, "" where not
    known. `id` is free: the eId inside a document, or what the caller uses.
    """

    id: str
    lead_in: str
    text: str
    title: str = ""
    jurisdiction: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that decide, by offsets into `lead_in + text`, and the rule they met."""

    rule: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a clause restricts competition, how sure that is, and under which item of the review regulation.

    `probability` is calibrated on labelled clauses (docs/explanation/screening.md). `code` is article.item of the
    公平竞争审查条例 (8.1 … 11.4) and "" where nothing was met; `alternatives` are other items that a careful reader
    may defend. `contexts` name what speaks for or against: prohibition, outward-friendly, public-interest …
    """

    clause: Clause
    barrier: bool
    probability: float
    code: str
    alternatives: tuple[str, ...]
    severity: Severity | None
    turns_on_locality: bool
    evidence: tuple[Evidence, ...]
    contexts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A clause that a reviewer should look at.

    `quote` is lead-in and text as published, `lead_in_length` how much of it is lead-in; `words` are the spans of `quote` that
    decide, in order. `mechanism`, `exception` and `remedy` are in Chinese and English: who is treated worse and how; which
    case of article 12 may apply and what the drafter would have to show ("" where none suggests itself); how the clause
    could read instead. `start:end` are the offsets of the clause's own text in `Document.source`, -1 where the finding
    comes from an index, which keeps no offsets.
    """

    document: str
    title: str
    jurisdiction: str
    clause_id: str
    label: str
    quote: str
    lead_in_length: int
    words: tuple[tuple[int, int], ...]
    rules: tuple[str, ...]
    contexts: tuple[str, ...]
    code: str
    alternatives: tuple[str, ...]
    severity: Severity
    probability: float
    turns_on_locality: bool
    mechanism_zh: str
    mechanism_en: str
    exception_zh: str
    exception_en: str
    remedy_zh: str
    remedy_en: str
    start: int = -1
    end: int = -1

    @property
    def deciding_words(self) -> tuple[str, ...]:
        """The words that decide, as published."""
        return tuple(self.quote[start:end] for start, end in self.words)
