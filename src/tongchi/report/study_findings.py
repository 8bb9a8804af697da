"""How does a local-protection finding of a study look? Quote with the deciding words, article of the law, reason, exception, remedy."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tongchi.barriers.catalogue import load_catalogue
from tongchi.report.findings_summary import SEVERITIES
from tongchi.report.html_finding import marked
from tongchi.report.markup import both, phrase
from tongchi.report.study_names import StudyNames
from tongchi.report.words import Words
from tongchi.study.result import PlacedFinding


def in_order(findings: Sequence[PlacedFinding]) -> list[PlacedFinding]:
    """Return findings as they are read: clear ones first, then by certainty, party and place."""
    return sorted(
        findings,
        key=lambda each: (each.finding.severity.value != "clear", -each.finding.probability, each.path, each.finding.clause_id),
    )  # fmt: skip


def findings_markup(findings: Sequence[PlacedFinding], names: StudyNames) -> str:
    """Return all findings, one after the other."""
    return "".join(_finding(each, at, names) for at, each in enumerate(in_order(findings), start=1))


def _finding(placed: PlacedFinding, at: int, names: StudyNames) -> str:
    found = placed.finding
    severity = found.severity.value
    clause = names.clause(placed.path, found.clause_id)
    chip = f'<span class="chip k-{severity}">{both(SEVERITIES[severity])}</span>'
    where = " · ".join(both(each) for each in (names.party(placed.party), names.matter(placed.matter)) if each.zh)
    head = f'<h3>{chip} <a class="place" href="#{escape(clause.anchor)}">{both(clause.words)}</a> <small>{where}</small></h3>'
    spans = [(start, end) for start, end in found.words]
    quote = f"<blockquote>{marked(found.quote, spans, 0, len(found.quote))}</blockquote>"
    return f'<article class="finding" id="f{at}">{head}{quote}<dl>{_reasons(placed)}</dl>{_exception(placed)}</article>'


def _reasons(placed: PlacedFinding) -> str:
    found = placed.finding
    entry = load_catalogue()[found.code]
    law = Words(f"{entry.source_zh}：{entry.name_zh}", f"{entry.source_en}: {entry.name_en}")
    parts = [
        (Words("依据", "Article"), both(law)),
        (Words("为什么", "Why"), both(Words(found.mechanism_zh, found.mechanism_en))),
        (Words("怎么改", "Remedy"), both(Words(found.remedy_zh, found.remedy_en))),
    ]
    return "".join(f'<dt>{both(name)}</dt><dd class="law">{body}</dd>' for name, body in parts)


def _exception(placed: PlacedFinding) -> str:
    found = placed.finding
    if not found.exception_zh:
        return ""
    summary = phrase("可能的例外，须证明什么", "A possible exception, and what must be shown")
    body = both(Words(found.exception_zh, found.exception_en))
    return f'<details><summary>{summary}</summary><p class="law">{body}</p></details>'
