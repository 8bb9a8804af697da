"""Projects and their drafts: approve a project, write clauses, say where one's party stands, comment and suggest."""

from typing import Literal

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from ninja import Field, Router, Schema
from ninja.pagination import paginate

from tongchi.workbench.api.entrance import Asked
from tongchi.workbench.api.refusals import REFUSED, Refusal
from tongchi.workbench.api.shown import DraftClauseShown, PositionShown, ProjectShown, RemarkShown, VersionShown
from tongchi.workbench.api.texts import VersionAsked
from tongchi.workbench.api.values import Key, Page, Text, Version
from tongchi.workbench.commands import drafting, projects, remarks
from tongchi.workbench.models import (
    ClauseVersion,
    Document,
    DraftClause,
    Matter,
    PartyProject,
    Position,
    Procedure,
    Project,
    Remark,
)

router = Router(tags=["making"])


class ProjectAsked(Schema):
    """A joint standard to be proposed."""

    matter: Text
    procedure: Text
    zh: Text
    en: Text = ""


class ApprovalOfProject(Schema):
    """One's party's approval of the project, under its own number."""

    number: Text
    version: Version


class MaterialAsked(Schema):
    """What a stage asks for: a document of one's own, or a note that says where it is."""

    name: Text
    note: Text = ""
    document: Key | None = None
    version: Version


class ReadyAsked(Schema):
    """Whether one's party is ready for the next stage."""

    ready: bool
    version: Version


class ReturnAsked(Schema):
    """Why a project goes back to drafting."""

    reason: Text
    version: Version


class SourceAsked(Schema):
    """A provision from which a clause starts."""

    document: Key
    eid: Text


class ClauseAsked(Schema):
    """A clause of a draft."""

    number: Text
    heading: Text = ""
    text: Text
    origin: Text = "own"


class NewClause(ClauseAsked):
    """A clause to be added at the end."""

    kind: Literal["scope", "reference", "term", "clause", "annex"] = "clause"
    sources: list[SourceAsked] = Field(default_factory=list, max_length=100)


class ChangedClause(ClauseAsked):
    """A clause as it is to be, and the version that was read."""

    version: Version


class PlaceOfClause(Schema):
    """Up by one place, or down."""

    up: bool


class PositionAsked(Schema):
    """Where one's party stands on the text with that hash."""

    stand: Literal["agree", "agree_if", "object"]
    reason: Text = ""
    text_hash: Text


class CommentAsked(Schema):
    """A comment on the text with that hash; an internal one is for one's party alone."""

    body: Text
    text_hash: Text
    internal: bool = False
    answers: Key | None = None


class SuggestionAsked(Schema):
    """Another wording for the text with that hash."""

    suggested: Text
    body: Text = ""
    text_hash: Text


class Settling(Schema):
    """What becomes of a suggestion."""

    accept: bool
    disposition: Text = ""


@router.get("/projects", response={200: list[ProjectShown], REFUSED: Refusal})
@paginate(Page)
def list_projects(request: Asked) -> QuerySet[Project]:
    """List the projects, the newest first."""
    return _projects(request)


@router.post("/projects", response={200: ProjectShown, REFUSED: Refusal})
def start_project(request: Asked, asked: ProjectAsked) -> Project:
    """Propose a joint standard."""
    matter = get_object_or_404(Matter.objects.visible_to(request.auth), code=asked.matter)
    procedure = get_object_or_404(Procedure.objects.visible_to(request.auth), code=asked.procedure)
    made = projects.start_project(request.auth, matter, procedure, asked.zh, asked.en, now=now())
    return _project(request, made.pk)


@router.get("/projects/{key}", response={200: ProjectShown, REFUSED: Refusal})
def show_project(request: Asked, key: Key) -> Project:
    """Show a project with the sides of the parties."""
    return _project(request, key)


@router.post("/projects/{key}/approve", response={200: ProjectShown, REFUSED: Refusal})
def approve_project(request: Asked, key: Key, asked: ApprovalOfProject) -> Project:
    """Approve a project for one's party; `version` is that of its side."""
    projects.approve_project(request.auth, _project(request, key), **asked.dict(), now=now())
    return _project(request, key)


@router.post("/projects/{key}/materials", response={200: ProjectShown, REFUSED: Refusal})
def attach_material(request: Asked, key: Key, asked: MaterialAsked) -> Project:
    """Attach what the stage asks of one's party; `version` is that of its side."""
    document = None
    if asked.document is not None:
        own = Document.objects.visible_to(request.auth).filter(party=request.auth.party)
        document = get_object_or_404(own, pk=asked.document)
    words = {**asked.dict(), "document": document}
    projects.attach_material(request.auth, _project(request, key), **words, now=now())
    return _project(request, key)


@router.post("/projects/{key}/ready", response={200: ProjectShown, REFUSED: Refusal})
def set_ready(request: Asked, key: Key, asked: ReadyAsked) -> Project:
    """Say whether one's party is ready; `version` is that of its side."""
    projects.set_ready(request.auth, _project(request, key), **asked.dict(), now=now())
    return _project(request, key)


@router.post("/projects/{key}/move", response={200: ProjectShown, REFUSED: Refusal})
def move_stage(request: Asked, key: Key, asked: VersionAsked) -> Project:
    """Move to the next stage; `version` is that of the project."""
    projects.move_stage(request.auth, _project(request, key), version=asked.version, now=now())
    return _project(request, key)


@router.post("/projects/{key}/return", response={200: ProjectShown, REFUSED: Refusal})
def return_project(request: Asked, key: Key, asked: ReturnAsked) -> Project:
    """Send the project back to drafting; `version` is that of the project."""
    projects.return_to_drafting(request.auth, _project(request, key), **asked.dict(), now=now())
    return _project(request, key)


@router.get("/projects/{key}/clauses", response={200: list[DraftClauseShown], REFUSED: Refusal})
@paginate(Page)
def list_draft(request: Asked, key: Key) -> QuerySet[DraftClause]:
    """List the clauses of a draft in order, removed ones included."""
    return DraftClause.objects.visible_to(request.auth).filter(project=_project(request, key))


@router.post("/projects/{key}/clauses", response={200: DraftClauseShown, REFUSED: Refusal})
def add_clause(request: Asked, key: Key, asked: NewClause) -> DraftClause:
    """Add a clause at the end of the draft."""
    return drafting.add_clause(request.auth, _project(request, key), **asked.dict(), now=now())


@router.get("/clauses/{key}", response={200: DraftClauseShown, REFUSED: Refusal})
def show_clause(request: Asked, key: Key) -> DraftClause:
    """Show a clause as it stands."""
    return _clause(request, key)


@router.put("/clauses/{key}", response={200: DraftClauseShown, REFUSED: Refusal})
def edit_clause(request: Asked, key: Key, asked: ChangedClause) -> DraftClause:
    """Change a clause. 409 with both texts where somebody else has changed it since `version`."""
    return drafting.edit_clause(request.auth, _clause(request, key), **asked.dict(), now=now())


@router.post("/clauses/{key}/remove", response={200: DraftClauseShown, REFUSED: Refusal})
def remove_clause(request: Asked, key: Key, asked: VersionAsked) -> DraftClause:
    """Take a clause out; it stays in the history."""
    return drafting.remove_clause(request.auth, _clause(request, key), version=asked.version, now=now())


@router.post("/clauses/{key}/restore", response={200: DraftClauseShown, REFUSED: Refusal})
def restore_clause(request: Asked, key: Key, asked: VersionAsked) -> DraftClause:
    """Put a removed clause back."""
    return drafting.restore_clause(request.auth, _clause(request, key), version=asked.version, now=now())


@router.post("/clauses/{key}/place", response={200: DraftClauseShown, REFUSED: Refusal})
def place_clause(request: Asked, key: Key, asked: PlaceOfClause) -> DraftClause:
    """Exchange a clause with its neighbour."""
    drafting.place_clause(request.auth, _clause(request, key), up=asked.up, now=now())
    return _clause(request, key)


@router.get("/clauses/{key}/versions", response={200: list[VersionShown], REFUSED: Refusal})
@paginate(Page)
def list_versions(request: Asked, key: Key) -> QuerySet[ClauseVersion]:
    """List all versions of a clause."""
    rows = ClauseVersion.objects.visible_to(request.auth).filter(clause=_clause(request, key))
    return rows.select_related("party")


@router.get("/clauses/{key}/positions", response={200: list[PositionShown], REFUSED: Refusal})
@paginate(Page)
def list_positions(request: Asked, key: Key) -> QuerySet[Position]:
    """List where the parties stand, on the text as it is and on older ones."""
    return Position.objects.visible_to(request.auth).filter(clause=_clause(request, key)).select_related("party")


@router.post("/clauses/{key}/positions", response={200: PositionShown, REFUSED: Refusal})
def take_position(request: Asked, key: Key, asked: PositionAsked) -> Position:
    """Say where one's party stands on the text that was read."""
    return drafting.take_position(request.auth, _clause(request, key), **asked.dict(), now=now())


@router.get("/clauses/{key}/remarks", response={200: list[RemarkShown], REFUSED: Refusal})
@paginate(Page)
def list_remarks(request: Asked, key: Key) -> QuerySet[Remark]:
    """List comments and suggestions, of internal ones those of one's party."""
    return Remark.objects.visible_to(request.auth).filter(clause=_clause(request, key)).select_related("party")


@router.post("/clauses/{key}/comments", response={200: RemarkShown, REFUSED: Refusal})
def comment(request: Asked, key: Key, asked: CommentAsked) -> Remark:
    """Comment on a clause, or answer a remark."""
    clause, answers = _clause(request, key), None
    if asked.answers is not None:
        seen = Remark.objects.visible_to(request.auth).filter(clause=clause)
        answers = get_object_or_404(seen, pk=asked.answers)
    words = {**asked.dict(), "answers": answers}
    return remarks.comment(request.auth, clause, **words, now=now())


@router.post("/clauses/{key}/suggestions", response={200: RemarkShown, REFUSED: Refusal})
def suggest(request: Asked, key: Key, asked: SuggestionAsked) -> Remark:
    """Suggest another wording."""
    return remarks.suggest(request.auth, _clause(request, key), **asked.dict(), now=now())


@router.post("/remarks/{key}/settle", response={200: RemarkShown, REFUSED: Refusal})
def settle_suggestion(request: Asked, key: Key, asked: Settling) -> Remark:
    """Accept or reject a suggestion."""
    row = get_object_or_404(Remark.objects.visible_to(request.auth), pk=key)
    return remarks.settle_suggestion(request.auth, row, **asked.dict(), now=now())


def _projects(request: Asked) -> QuerySet[Project]:
    sides = PartyProject.objects.visible_to(request.auth).select_related("party").order_by("party__order")
    rows = Project.objects.visible_to(request.auth).select_related("matter", "procedure", "stage", "proposed_by")
    return rows.prefetch_related(Prefetch("sides", sides))


def _project(request: Asked, key: int) -> Project:
    return get_object_or_404(_projects(request), pk=key)


def _clause(request: Asked, key: int) -> DraftClause:
    return get_object_or_404(DraftClause.objects.visible_to(request.auth).select_related("project"), pk=key)
