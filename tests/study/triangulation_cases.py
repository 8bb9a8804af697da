"""Small studies for the tests of triangulation: texts, events, ledgers, verdicts and quotes, made in a line each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from tongchi.mechanism.tables import Event, Indicator, Period
from tongchi.study.evidence import EvidenceKind, EvidenceRow, Stance
from tongchi.study.ledger import LedgerEntry
from tongchi.study.result import LedgerLine, LedgerSection
from tongchi.study.sources import clause_link
from tongchi.study.table_rows import Day
from tongchi.study.text_cases import TextCase
from tongchi.study.triangulation import TriangulationRow, triangulate
from tongchi.survey.hypotheses import HypothesisResult, HypothesisTable
from tongchi.survey.hypotheses_effects import EffectEstimate
from tongchi.survey.hypotheses_groups import GroupPart
from tongchi.survey.hypotheses_rule import Reason, Rule, Verdict
from tongchi.survey.instrument import Hypothesis, HypothesisKind, Instrument
from tongchi.survey.reliability import Interval
from tongchi.survey.unavailable import NotAvailable

INSTRUMENT = Instrument.default()
BY_ID = {one.id: one for one in INSTRUMENT.hypotheses}


def path(cause: str, effect: str, sign: str = "+") -> Hypothesis:
    return Hypothesis("P", HypothesisKind.DIRECT, "", "", (cause, effect), cast(Any, sign))


def case(matter: str, party: str, articles: int = 10, gap: float | None = None, **counts: int) -> TextCase:
    name = f"documents/{party}/{matter}.md"
    links = {
        construct: tuple(clause_link(name, f"art_{construct}_{n}", "…") for n in range(count))
        for construct, count in counts.items()
    }
    levels = {construct: count / articles for construct, count in counts.items()}
    if gap is not None:
        levels["scale_gap"] = gap
    return TextCase(party, matter, name, articles, levels, counts, links)


def event(day: str, construct: str, line: int, kind: str = "meeting") -> Event:
    return Event(date.fromisoformat(day), "day", ("a", "b"), kind, construct, f"事{line}", "公报", "high", line)


def promise(
    line: int, due: str, done: str | None, *, party: str = "a", kind: str = "commitment", status: str = "kept"
) -> LedgerLine:
    entry = LedgerEntry(
        f"C{line}", kind, party, (), f"约{line}", "m", Day.parse(due) if due else None, Day.parse(done) if done else None,
        "incentive" if kind != "commitment" else "involvement", "文件", "", line,
    )  # fmt: skip
    return LedgerLine(entry, cast(Any, status), None, False)


def ledger(*lines: LedgerLine) -> LedgerSection:
    return LedgerSection(date(2026, 1, 1), lines, ())


def one(hypothesis: Hypothesis, **sources: Any) -> TriangulationRow:
    (row,) = triangulate([hypothesis], **sources)
    return row


def indicator(construct: str, year: int, value: float) -> Indicator:
    period = Period(float(year), str(year))
    return Indicator("a", period, construct, construct, value, "", 1, None, None, "表", year - 2000)


def table(hypothesis: Hypothesis, verdict: Verdict) -> HypothesisTable:
    around = Interval(0.1, 0.5, 0.95)
    effect = EffectEstimate(0.3, 0.1, around, 0.3, around, 0.003, "delta", 300)
    parts = (GroupPart("trust", "a", "b", effect, 0.01),) if hypothesis.kind is HypothesisKind.GROUP else ()
    result = HypothesisResult(hypothesis, effect, 0.01, verdict, Reason.EXPECTED, 0.1, "main", parts)
    none = NotAvailable("models", "–", "–")
    return HypothesisTable((result,), Rule(), "holm", "ML", "listwise", none, {})


def everything() -> Mapping[str, Any]:
    rows = [
        indicator(name, 2010 + n, n * n % 7)
        for name in ("standardisation", "development", "coordination")
        for n in range(10)
    ]
    return {
        "documents": [
            case(f"m{n}", party, gap=0.2 + n / 10, willingness=n, incentive=n % 2, involvement=n, standardisation=1, coordination=n % 3, trust=1, barrier=3 - n)
            for n in range(4)
            for party in "ab"
        ],
        "events": CAUSES_FIRST,
        "indicators": rows,
        "ledger": ledger(promise(1, "2018", "2017"), promise(2, "2022", None, party="b", status="broken"), promise(3, "", "2020", kind="reward")),
        "survey": table(BY_ID["H2"], Verdict.SUPPORTED),
        "instrument": INSTRUMENT,
        "evidence": [EvidenceRow("E1", "trust", "H7", Stance.SUPPORTS, EvidenceKind.INTERVIEW, "N", "话", "c", "", 2)],
        "names": {"a": ("甲", "A"), "b": ("乙", "B")},
    }  # fmt: skip


CAUSES_FIRST = [event(f"201{n}-01-01", "coordination", n) for n in range(4)] + [
    event(f"202{n}-01-01", "trust", 10 + n) for n in range(4)
]
