"""What did a study find? One result set with a section for each analysis, each a result or the reason for which there is none.

Parties and matters are named by their codes everywhere, documents by their paths below the study folder.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tongchi.survey.unavailable import NotAvailable

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from tongchi.barriers.model import Finding
    from tongchi.comparison.model import Comparison, PairComparison, ScaleGap
    from tongchi.documents.model import Document
    from tongchi.mechanism.diagnosis import Diagnosis
    from tongchi.mechanism.model_spec import DynamicModel
    from tongchi.mechanism.stage_result import StageResult
    from tongchi.mechanism.tables import Event, Indicator, Wave
    from tongchi.provisions.commitment_model import Commitment
    from tongchi.study.coder_agreement import CodingAgreement
    from tongchi.study.evidence import EvidenceLink
    from tongchi.study.folder import StudyFolder
    from tongchi.study.ledger import LedgerEntry, Record, Status
    from tongchi.study.settings import Matter
    from tongchi.study.timeline import Timeline
    from tongchi.study.triangulation import TriangulationRow
    from tongchi.survey.analysis import SurveyAnalysis

SECTIONS = (
    "matters", "findings", "commitments", "ledger", "stages", "survey", "diagnosis", "scenarios", "timeline",
    "triangulation", "evidence",
)  # fmt: skip
"""Names of the sections of a result, in the order in which they are worked out."""


@dataclass(frozen=True, slots=True)
class StudyText:
    """One document that was read: whose it is, which matter it rules ("" for none), and its path below the folder."""

    party: str
    matter: str
    path: str
    document: Document


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A file that could not be read, and why. The rest of the study goes on without it."""

    path: str
    party: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class PairOfParties:
    """The texts of two parties (or of the centre and a party) on one matter; A is the centre where it takes part."""

    a: StudyText
    b: StudyText
    pair: PairComparison


@dataclass(frozen=True, slots=True)
class Conformity:
    """How far a party's text keeps to the central one.

    A central text rules more than one matter, and a party's text adds what the centre leaves to it; so the gap of the whole texts is
    large by nature. `answered` of the `articles` of the central text are taken up in the party's, and `kept` says how far those are
    kept: the mean over them of 1 minus the weight of the difference (`GapWeights`), None where none is. `looser` and `conflicts`
    are article pairs (central, party) in which the party asks less than the centre, or against it.
    """

    party: str
    document: str
    central: str
    gap: ScaleGap
    articles: int
    answered: int
    kept: float | None
    looser: tuple[tuple[str, str], ...]
    conflicts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class VintageNote:
    """Two texts of one matter whose dates lie apart, or are not known: part of their gap may be age."""

    matter: str
    document_a: str
    document_b: str
    vintage_a: str | None
    vintage_b: str | None
    years: float | None
    """B less A; None where a date is missing."""


@dataclass(frozen=True)
class MatterResult:
    """One matter: its texts in the order of `comparison.documents`, the pairs of regions, and conformity to the centre."""

    matter: Matter
    texts: tuple[StudyText, ...]
    comparison: Comparison | NotAvailable
    pairs: tuple[PairOfParties, ...]
    """Pairs of texts of different regions, in the order of the parties; those with the centre are in `central_pairs`."""
    central_pairs: tuple[PairOfParties, ...]
    conformity: tuple[Conformity, ...] | NotAvailable
    vintages: tuple[VintageNote, ...]


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """A local-protection finding with the party and matter of its document."""

    party: str
    matter: str
    path: str
    finding: Finding


Standing = Literal["mutual", "one_sided", "undirected"]
"""Answered by a text of the other side; directed at a party of the study that says nothing of it; at none of them."""


@dataclass(frozen=True, slots=True)
class TextCommitment:
    """A commitment in a text, the parties of the study that it is directed at, and what answers it."""

    party: str
    matter: str
    path: str
    commitment: Commitment
    towards: tuple[str, ...]
    standing: Standing
    answers: tuple[tuple[str, str], ...]
    """Path and eId of each answering clause."""
    ledger: tuple[str, ...] = ()
    """Ids of the ledger entries that name this clause as their source."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """An entry of the ledger with its status on the day of the study, and the clause it goes back to, if any."""

    entry: LedgerEntry
    status: Status
    clause: tuple[str, str] | None
    """Path and eId."""
    is_mutual: bool
    """Whether a counterpart has promised this party something on the same matter in turn."""


@dataclass(frozen=True)
class LedgerSection:
    """The ledger on the day `as_of`: its lines in order, and the record of each party."""

    as_of: date
    lines: tuple[LedgerLine, ...]
    records: tuple[Record, ...]

    def of_kind(self, kind: str) -> tuple[LedgerLine, ...]:
        """Return the lines of one kind: commitment, reward or sanction."""
        return tuple(line for line in self.lines if line.entry.kind == kind)


@dataclass(frozen=True, slots=True)
class StartLevel:
    """Where the dynamic model starts in one region and state, and what told it: documents, survey, waves, indicators or model."""

    region: str
    state: str
    value: float
    source: str


@dataclass(frozen=True)
class ScenarioSection:
    """Scenarios from the dynamic model as set up for the study, as tables: the members' paths themselves are not kept.

    `table` has one row per scenario as `ScenarioRuns.table`; `bands` one per scenario, region, state and time, with region "" for
    the mean. `start` says where each state starts and from which source; `notes` (zh, en) what the set-up rests on.
    """

    model: DynamicModel
    table: pl.DataFrame
    bands: pl.DataFrame
    settings: pl.DataFrame
    """One row per scenario and lever: value at the start and at the end, period of the change."""
    outcome: str
    members: int
    seed: int
    start: tuple[StartLevel, ...]
    sentence_zh: str
    sentence_en: str
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class EvidenceSection:
    """The coded quotes with what they point to, how far the coders agree, and what was left out of a project (zh, en)."""

    links: tuple[EvidenceLink, ...]
    agreement: CodingAgreement
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class StudyResult:
    """Everything that a study found. A section that could not be worked out is a `NotAvailable` with its reason.

    `skipped` are paths of documents that no matter names: they are screened and read for commitments, not compared.
    """

    folder: StudyFolder
    software: str
    """Name and version of what computed."""
    synthetic: bool
    """Whether answers or tables say that they are made up."""
    texts: tuple[StudyText, ...]
    broken: tuple[BrokenFile, ...]
    skipped: tuple[str, ...]
    events: tuple[Event, ...]
    """In the order of their dates, parties by code."""
    indicators: tuple[Indicator, ...]
    waves: tuple[Wave, ...]
    matters: tuple[MatterResult, ...] | NotAvailable
    findings: tuple[PlacedFinding, ...] | NotAvailable
    commitments: tuple[TextCommitment, ...] | NotAvailable
    ledger: LedgerSection | NotAvailable
    stages: StageResult | NotAvailable
    survey: SurveyAnalysis | NotAvailable
    diagnosis: Diagnosis | NotAvailable
    scenarios: ScenarioSection | NotAvailable
    timeline: Timeline | NotAvailable
    triangulation: tuple[TriangulationRow, ...] | NotAvailable
    evidence: EvidenceSection | NotAvailable
    notes: tuple[tuple[str, str], ...] = field(default=())
    """What the study did that a reader should know of (zh, en)."""

    def sections(self) -> dict[str, object]:
        """Return every section by its name."""
        return {name: getattr(self, name) for name in SECTIONS}

    def missing(self) -> dict[str, NotAvailable]:
        """Return the sections that there are not, with their reasons."""
        return {name: part for name, part in self.sections().items() if isinstance(part, NotAvailable)}

    def text(self, path: str) -> StudyText | None:
        """Return the document of a path."""
        return next((each for each in self.texts if each.path == path), None)

    @property
    def vintages(self) -> tuple[VintageNote, ...]:
        """The vintage notes of all matters."""
        return () if isinstance(self.matters, NotAvailable) else tuple(v for m in self.matters for v in m.vintages)
