"""What should a fair-competition reviewer look at in a document? Each clause is judged, each barrier becomes a finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from tongchi.barriers.advice import load_advice
from tongchi.barriers.catalogue import load_catalogue
from tongchi.barriers.clauses import PlacedClause, clauses_of
from tongchi.barriers.codes import leading_rule
from tongchi.barriers.exceptions import suggest_exception
from tongchi.barriers.judge import WORDING, barriers_among, judge_all
from tongchi.barriers.model import Clause, Evidence, Finding, Judgement, Severity
from tongchi.documents import Document, read

FINDING_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "document": pl.String, "title": pl.String, "jurisdiction": pl.String, "clause_id": pl.String, "label": pl.String,
    "code": pl.String, "alternatives": pl.List(pl.String), "severity": pl.String, "probability": pl.Float64,
    "turns_on_locality": pl.Boolean, "quote": pl.String, "lead_in_length": pl.Int64, "words": pl.List(pl.String),
    "rules": pl.List(pl.String), "contexts": pl.List(pl.String), "mechanism_zh": pl.String, "mechanism_en": pl.String,
    "exception_zh": pl.String, "exception_en": pl.String, "remedy_zh": pl.String, "remedy_en": pl.String,
    "start": pl.Int64, "end": pl.Int64,
}  # fmt: skip
"""Columns of a table of findings."""


def screen(document: Document | str | Path) -> tuple[Finding, ...]:
    """Return the findings of a document, in reading order. Raises the errors of `read` where it is given a path."""
    text = document if isinstance(document, Document) else read(document)
    return tuple(screen_placed(list(clauses_of(text)), text.file or text.id))


def screen_placed(clauses: Sequence[PlacedClause], document: str) -> list[Finding]:
    """Return the findings among the clauses of a document, in their order."""
    found = barriers_among([placed.clause for placed in clauses])
    return [
        finding_of(each, document=document, label=clauses[at].label, span=(clauses[at].start, clauses[at].end))
        for at, each in found
    ]


def screen_clauses(clauses: Iterable[Clause]) -> list[Judgement]:
    """Judge clauses that lie apart from their documents, in their order."""
    return judge_all(list(clauses))


def finding_of(judgement: Judgement, *, document: str, label: str, span: tuple[int, int] = (-1, -1)) -> Finding:
    """Turn the judgement of a barrier into what a reviewer reads."""
    clause = judgement.clause
    mechanism_zh, mechanism_en, remedy_zh, remedy_en = _advice(judgement)
    exception = suggest_exception(clause.lead_in + clause.text, clause.title)
    return Finding(
        document=document, title=clause.title, jurisdiction=clause.jurisdiction, clause_id=clause.id, label=label,
        quote=clause.lead_in + clause.text, lead_in_length=len(clause.lead_in), words=_merged(judgement.evidence),
        rules=tuple(dict.fromkeys(each.rule for each in judgement.evidence)), contexts=judgement.contexts,
        code=judgement.code, alternatives=judgement.alternatives, severity=judgement.severity or Severity.ARGUABLE,
        probability=round(judgement.probability, 4), turns_on_locality=judgement.turns_on_locality,
        mechanism_zh=mechanism_zh, mechanism_en=mechanism_en,
        exception_zh=exception.zh if exception else "", exception_en=exception.en if exception else "",
        remedy_zh=remedy_zh, remedy_en=remedy_en, start=span[0], end=span[1],
    )  # fmt: skip


def _advice(judgement: Judgement) -> tuple[str, str, str, str]:
    """Return mechanism and remedy in both languages: of the leading rule, or of the item where wording alone decides."""
    if judgement.evidence and judgement.evidence[0].rule != WORDING:
        advice = load_advice()[leading_rule(judgement.evidence)]
        return advice.mechanism_zh, advice.mechanism_en, advice.remedy_zh, advice.remedy_en
    entry = load_catalogue()[judgement.code]
    return entry.forbids_zh, entry.forbids_en, entry.remedy_zh, entry.remedy_en


def _merged(evidence: Iterable[Evidence]) -> tuple[tuple[int, int], ...]:
    """Join the spans of evidence that overlap, in order."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted((each.start, each.end) for each in evidence):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return tuple(spans)


def findings_frame(findings: Iterable[Finding]) -> pl.DataFrame:
    """Return findings as a table with the columns of `FINDING_SCHEMA`, in their order."""
    rows = [
        {name: getattr(each, name) for name in FINDING_SCHEMA if name not in ("words", "severity")}
        | {"words": list(each.deciding_words), "severity": each.severity.value}
        for each in findings
    ]
    return pl.DataFrame(rows, schema=FINDING_SCHEMA, orient="row")
