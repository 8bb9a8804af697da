"""What does the API show of each kind of thing? Parties and matters by their codes, everything else by its key."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema


class PartyShown(Schema):
    """A party of the workspace."""

    code: str
    zh: str
    en: str
    observing: bool


class SeatShown(Schema):
    """From which seat the request acts."""

    account: str = Field(alias="user.username")
    workspace: str = Field(alias="workspace.code")
    party: str = Field(alias="party.code")
    role: str


class MatterShown(Schema):
    """What is to be standardised."""

    id: int
    code: str
    zh: str
    en: str


class DocumentShown(Schema):
    """A text that a party has brought in."""

    id: int
    party: str = Field(alias="party.code")
    matter: str = Field(alias="matter.code")
    title: str
    name: str
    sha256: str
    size: int
    state: str
    refusal_zh: str
    refusal_en: str
    vintage: str
    uploaded_at: datetime
    shared_at: datetime | None
    version: int


class ClauseShown(Schema):
    """A provision as it was read."""

    eid: str
    label: str
    heading: str
    text: str
    text_hash: str


class ComparisonShown(Schema):
    """A run of the engine, with the gap and its interval."""

    id: int
    matter: str = Field(alias="matter.code")
    made_at: datetime
    gap: float | None
    gap_low: float | None
    gap_high: float | None


class ComparisonWhole(ComparisonShown):
    """The same with all that the engine said: `comparison.json`, findings and commitments."""

    result: dict[str, Any]
    findings: list[Any]
    commitments: list[Any]


class CorrectionShown(Schema):
    """What a party says of a link or a finding."""

    id: int
    matter: str = Field(alias="matter.code")
    party: str = Field(alias="party.code")
    kind: str
    verdict: str
    document_a: int = Field(alias="document_a_id")
    eid_a: str
    document_b: int | None = Field(None, alias="document_b_id")
    eid_b: str
    item: str
    reason: str
    at: datetime
    withdrawn_at: datetime | None


class JobShown(Schema):
    """Work in the background."""

    id: int
    task: str
    state: str
    asked_at: datetime
    done_at: datetime | None
    error_zh: str
    error_en: str


class StageShown(Schema):
    """A stage and what it asks."""

    order: int
    kind: str
    zh: str
    en: str
    materials: list[str]
    comment_days: int
    favour: float
    count_abstentions: bool


class SegmentShown(Schema):
    """Reserved numbers: of a party, or of all together where `party` is null."""

    party: str | None = Field(None, alias="party.code")
    pattern: str
    first: int
    last: int


class ProcedureShown(Schema):
    """An agreed way to make joint standards."""

    id: int
    code: str
    zh: str
    en: str
    source: str
    stages: list[StageShown]
    segments: list[SegmentShown]


class SideShown(Schema):
    """One party's side of a project; `version` guards it."""

    party: str = Field(alias="party.code")
    number: str
    approved_at: datetime | None
    ready: bool
    materials: dict[str, Any]
    version: int


class ProjectShown(Schema):
    """A joint standard in the making; `version` guards its stage."""

    id: int
    zh: str
    en: str
    matter: str = Field(alias="matter.code")
    procedure: str = Field(alias="procedure.code")
    stage: str = Field(alias="stage.kind")
    proposed_by: str = Field(alias="proposed_by.code")
    started_at: datetime
    stage_since: datetime
    comments_close: datetime | None
    frozen: bool
    version: int
    sides: list[SideShown]


class DraftClauseShown(Schema):
    """A clause of a draft as it stands; `version` guards it, `text_hash` is what positions and remarks are about."""

    id: int
    project: int = Field(alias="project_id")
    kind: str
    number: str
    heading: str
    text: str
    text_hash: str
    sources: list[Any]
    removed: bool
    version: int


class VersionShown(Schema):
    """One version of a clause."""

    version: int
    heading: str
    text: str
    text_hash: str
    origin: str
    party: str = Field(alias="party.code")
    at: datetime


class PositionShown(Schema):
    """Where a party stands on the text with that hash."""

    clause: int = Field(alias="clause_id")
    party: str = Field(alias="party.code")
    stand: str
    reason: str
    text_hash: str
    at: datetime


class RemarkShown(Schema):
    """A comment or suggestion on a clause."""

    id: int
    clause: int = Field(alias="clause_id")
    party: str = Field(alias="party.code")
    answers: int | None = Field(None, alias="answers_id")
    kind: str
    internal: bool
    body: str
    suggested: str
    text_hash: str
    state: str
    disposition: str
    at: datetime


class OpinionShown(Schema):
    """An opinion given in review, and what became of it."""

    id: int
    project: int = Field(alias="project_id")
    clause: int | None = Field(None, alias="clause_id")
    party: str = Field(alias="party.code")
    author: str
    internal: bool
    body: str
    disposition: str
    reason: str
    at: datetime
    version: int


class ApprovalShown(Schema):
    """A vote or approval of the text with that hash; void where the text has changed since."""

    id: int
    project: int = Field(alias="project_id")
    party: str = Field(alias="party.code")
    purpose: str
    vote: str
    reason: str
    text_hash: str
    at: datetime
    void_at: datetime | None


class TextShown(Schema):
    """The whole text of a project as it stands, and its hash."""

    text_hash: str
    content: dict[str, Any]


class StandardShown(Schema):
    """An issued joint standard."""

    id: int
    project: int = Field(alias="project_id")
    number: str
    numbers: dict[str, str]
    zh: str
    en: str
    content_hash: str
    issued_on: date
    effective_on: date
    review_on: date
    withdrawn_on: date | None
    replaces: int | None = Field(None, alias="replaces_id")


class AdoptionShown(Schema):
    """How a party has taken over a standard."""

    standard: int = Field(alias="standard_id")
    party: str = Field(alias="party.code")
    state: str
    since: date | None
    document: str
    changes: str
    version: int


class RecognitionShown(Schema):
    """What one party accepts from another."""

    id: int
    item: str
    recognising: str = Field(alias="recognising.code")
    issuing: str = Field(alias="issuing.code")
    basis: str
    standard: int | None = Field(None, alias="standard_id")
    since: date
    until: date | None


class PromiseShown(Schema):
    """A commitment of one party."""

    id: int
    party: str = Field(alias="party.code")
    towards: str | None = Field(None, alias="towards.code")
    matter: str | None = Field(None, alias="matter.code")
    what: str
    basis: str
    due: date
    kept_on: date | None
    version: int


class EntryShown(Schema):
    """An entry of the log that one's party may read."""

    sequence: int
    at: datetime
    party: str
    person: str
    action: str
    subject: str
    audience: str
    payload: str
    payload_hash: str
    previous: str
    hash: str


class CheckpointShown(Schema):
    """The signed head of the log at a moment."""

    sequence: int
    head: str
    at: datetime
    signature: str


class WaitShown(Schema):
    """What waits for whom: for any party where `party` is null."""

    party: str | None
    what_zh: str
    what_en: str
    about_zh: str
    about_en: str
    page: str
    due: date | None
    late: bool
