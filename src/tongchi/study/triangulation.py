"""Do the sources agree? Each hypothesis by documents, events, questionnaire and coded quotes, side by side and never averaged.

Each source answers by a rule of its own (`triangulation_documents`, `triangulation_events`, `triangulation_asked`), which stands beside
the answer with its numbers and the clauses, rows and items behind them. A source that the study does not have, or that does not
measure what a hypothesis speaks of, is silent and says why; a silent source agrees with nobody and contradicts nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from tongchi.mechanism.tables import Event, Indicator
from tongchi.study.evidence import EvidenceRow
from tongchi.study.text_cases import TextCase, text_cases
from tongchi.study.triangulation_answer import SOURCES, Answer, SourceAnswer, SourceName, unavailable
from tongchi.study.triangulation_asked import coded_answer, questionnaire_answer
from tongchi.study.triangulation_documents import documents_answer
from tongchi.study.triangulation_events import events_answer, record
from tongchi.survey.hypotheses import HypothesisTable
from tongchi.survey.instrument import Hypothesis, Instrument, Sign
from tongchi.survey.unavailable import NotAvailable

if TYPE_CHECKING:
    from tongchi.study.result import LedgerSection, MatterResult, PlacedFinding, TextCommitment

Agreement = Literal["agree", "disagree", "single", "silent"]
AGREEMENT_NAMES: dict[Agreement, tuple[str, str]] = {
    "agree": ("各来源一致", "the sources agree"),
    "disagree": ("各来源不一致", "the sources disagree"),
    "single": ("只有一个来源有判断", "one source alone tells"),
    "silent": ("没有来源能判断", "no source tells"),
}
Names = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class TriangulationRow:
    """One hypothesis and what each source says of it, in the order of `SOURCES`."""

    hypothesis: Hypothesis
    answers: tuple[SourceAnswer, ...]

    @property
    def id(self) -> str:
        """The name of the hypothesis."""
        return self.hypothesis.id

    def of(self, source: SourceName) -> SourceAnswer:
        """Return the answer of one source."""
        return self.answers[SOURCES.index(source)]

    @property
    def telling(self) -> tuple[SourceAnswer, ...]:
        """The answers that are not silent."""
        return tuple(one for one in self.answers if one.answer is not Answer.SILENT)

    @property
    def agreement(self) -> Agreement:
        """Whether the sources that tell say the same."""
        if len(self.telling) < 2:
            return "single" if self.telling else "silent"
        return "agree" if len({one.answer for one in self.telling}) == 1 else "disagree"


def triangulate(
    hypotheses: Sequence[Hypothesis],
    *,
    documents: Sequence[TextCase] | NotAvailable | None = None,
    events: Sequence[Event] = (),
    indicators: Sequence[Indicator] = (),
    ledger: LedgerSection | NotAvailable | None = None,
    survey: HypothesisTable | NotAvailable | None = None,
    instrument: Instrument | None = None,
    evidence: Sequence[EvidenceRow] = (),
    names: Names | None = None,
) -> tuple[TriangulationRow, ...]:
    """Return what each source says of each hypothesis.

    Parameters
    ----------
    documents : `cases_of_matters`, or why there are none
    survey : the hypotheses as the answers judge them, or why they do not; `instrument` names their items
    names : of the parties, in Chinese and English, by code
    """
    known = record(events, indicators, ledger)
    signs: dict[tuple[str, str], Sign] = {
        (one.path[0], one.path[1]): one.sign for one in hypotheses if len(one.path) == 2 and one.sign is not None
    }
    rows = []
    for hypothesis in hypotheses:
        steps = dict(signs) if len(hypothesis.path) > 2 else {}
        steps = {step: sign for step, sign in steps.items() if step in set(pairwise(hypothesis.path))}
        answers = (
            _documents(hypothesis, documents, steps, names),
            events_answer(hypothesis, known, steps, names),
            _questionnaire(hypothesis, survey, instrument),
            coded_answer(hypothesis, evidence),
        )
        rows.append(TriangulationRow(hypothesis, answers))
    return tuple(rows)


def cases_of_matters(
    matters: Sequence[MatterResult] | NotAvailable,
    findings: Sequence[PlacedFinding] | NotAvailable,
    commitments: Sequence[TextCommitment] | NotAvailable,
) -> tuple[TextCase, ...] | NotAvailable:
    """Return the texts of a study as cases, or why there are none."""
    return matters if isinstance(matters, NotAvailable) else text_cases(matters, findings, commitments)


def _documents(
    hypothesis: Hypothesis,
    documents: Sequence[TextCase] | NotAvailable | None,
    signs: Mapping[tuple[str, str], Sign],
    names: Names | None,
) -> SourceAnswer:
    if isinstance(documents, NotAvailable):
        return unavailable("documents", documents)
    return documents_answer(hypothesis, documents or (), signs, names)


def _questionnaire(
    hypothesis: Hypothesis, survey: HypothesisTable | NotAvailable | None, instrument: Instrument | None
) -> SourceAnswer:
    if isinstance(survey, NotAvailable):
        return unavailable("questionnaire", survey)
    if survey is None or instrument is None:
        why = NotAvailable("survey", "研究没有问卷。", "the study has no questionnaire.")
        return unavailable("questionnaire", why)
    return questionnaire_answer(hypothesis, survey, instrument)


def disagreements(rows: Sequence[TriangulationRow]) -> tuple[TriangulationRow, ...]:
    """Return the hypotheses on which the questionnaire and another source tell opposite things, in order."""
    return tuple(
        row
        for row in rows
        if (asked := row.of("questionnaire").answer) is not Answer.SILENT
        and any(one.answer not in (asked, Answer.SILENT) for one in row.answers)
    )
