"""What waits for whom? Asked of the rows each time and stored nowhere, so that it is never out of date; only what the actor may see counts.

The number of queries does not grow with the number of projects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Prefetch
from django.urls import reverse

from tongchi.workbench.due import SOON
from tongchi.workbench.models import (
    Adoption,
    Approval,
    DraftClause,
    IssuedStandard,
    Opinion,
    Party,
    PartyProject,
    Position,
    Project,
    Promise,
    Remark,
    Seat,
    Stage,
)

REVIEW_SOON = timedelta(days=90)
Pairs = Mapping[tuple[int, int], int]


@dataclass(frozen=True)
class Label:
    """Words in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Wait:
    """One thing to be done: by `party`, or by any of them where it is None; about what, where, and until when if there is a day."""

    party: Party | None
    what: Label
    about: Label
    address: str
    due: date | None = None
    late: bool = False


@dataclass(frozen=True)
class _Counts:
    """Counts by project, or by project and party, for all open projects at once."""

    clauses: Mapping[int, int]
    positions: Pairs
    suggestions: Mapping[int, int]
    opinions: Mapping[int, int]
    internal: Mapping[int, int]
    votes: Pairs
    approvals: Pairs


def waits(actor: Seat, today: date) -> list[Wait]:
    """Return all that waits, party by party, what has the nearest day first; what any party can do comes last."""
    found = [*_projects(actor), *_promises(actor, today), *_adoptions(actor, today), *_standards(actor, today)]
    return sorted(found, key=lambda each: (*_place(each.party), each.due or date.max))


def _place(party: Party | None) -> tuple[int, str]:
    return (party.order, party.code) if party else (2**16, "")


def _projects(actor: Seat) -> Iterator[Wait]:
    sides = Prefetch("sides", PartyProject.objects.visible_to(actor).select_related("party").order_by("party__order"))
    seen = Project.objects.visible_to(actor).filter(standard=None).select_related("stage").prefetch_related(sides)
    counts = _counts(actor)
    for project in seen:
        about = Label(project.zh, project.en or project.zh)
        for party, what, page in _steps(actor, project, counts):
            yield Wait(party, what, about, reverse(page, args=[project.pk]))


def _steps(actor: Seat, project: Project, counts: _Counts) -> Iterator[tuple[Party | None, Label, str]]:
    """Yield what a project waits for: of each side, then of any party."""
    kind, busy = project.stage.kind, False
    for side in project.sides.all():
        steps = [*_own_steps(side, project, counts)]
        busy = busy or bool(steps)
        if not steps and not side.ready and kind not in {Stage.Kind.ISSUE, Stage.Kind.FORCE}:
            steps = [(Label("表示本方就绪", "say that the party is ready"), "project")]
        for what, page in steps:
            yield side.party, what, page
    if count := counts.suggestions.get(project.pk, 0):
        yield None, Label(f"答复 {count} 条修改建议", f"answer {_many(count, 'suggestion')}"), "draft"
    if count := counts.opinions.get(project.pk, 0):
        yield None, Label(f"处理 {count} 条意见", f"settle {_many(count, 'opinion')}"), "review"
    if count := counts.internal.get(project.pk, 0):
        yield actor.party, Label(f"处理 {count} 条内部意见", f"settle {_many(count, 'internal opinion')}"), "review"
    if kind == Stage.Kind.ISSUE and not busy:
        yield None, Label("发布", "issue"), "approval"


def _own_steps(side: PartyProject, project: Project, counts: _Counts) -> Iterator[tuple[Label, str]]:
    kind, key = project.stage.kind, (project.pk, side.party_id)
    attached = side.materials.get(str(project.stage.order), {})
    if kind == Stage.Kind.APPROVAL and (side.approved_at is None or not side.number):
        yield Label("立项", "approve the project"), "project"
    if missing := sum(name not in attached for name in project.stage.materials):
        yield Label(f"附 {missing} 项材料", f"attach {_many(missing, 'material')}"), "project"
    if kind == Stage.Kind.DRAFTING:
        missing = counts.clauses.get(project.pk, 0) - counts.positions.get(key, 0)
        if missing > 0:
            yield Label(f"对 {missing} 条表明立场", f"take a position on {_many(missing, 'clause')}"), "draft"
    if kind == Stage.Kind.REVIEW and project.stage.favour and not counts.votes.get(key):
        yield Label("审查表决", "vote in review"), "review"
    if kind == Stage.Kind.ISSUE and not counts.approvals.get(key):
        yield Label("批准文本", "approve the text"), "approval"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _counts(actor: Seat) -> _Counts:
    """Count in the open projects. A change of the text makes votes and approvals void, so that those not void are for the text as it is."""
    clauses = DraftClause.objects.visible_to(actor).filter(removed=False, project__standard=None)
    positions = Position.objects.visible_to(actor).filter(clause__in=clauses, text_hash=F("clause__text_hash"))
    open_remarks = Remark.objects.visible_to(actor).filter(
        clause__in=clauses, kind=Remark.Kind.SUGGESTION, state=Remark.State.OPEN
    )
    opinions = Opinion.objects.visible_to(actor).filter(project__standard=None, disposition=Opinion.Disposition.OPEN)
    words = Approval.objects.visible_to(actor).filter(project__standard=None, void_at=None)
    approved = words.filter(purpose="issue", vote=Approval.Vote.FOR)
    return _Counts(
        clauses=dict(clauses.order_by().values_list("project_id").annotate(Count("pk"))),
        positions=_pairs(positions.order_by().values_list("clause__project_id", "party_id").annotate(Count("pk"))),
        suggestions=dict(open_remarks.order_by().values_list("clause__project_id").annotate(Count("pk"))),
        opinions=dict(opinions.filter(internal=False).order_by().values_list("project_id").annotate(Count("pk"))),
        internal=dict(opinions.filter(internal=True).order_by().values_list("project_id").annotate(Count("pk"))),
        votes=_pairs(
            words.filter(purpose="review").order_by().values_list("project_id", "party_id").annotate(Count("pk"))
        ),
        approvals=_pairs(approved.order_by().values_list("project_id", "party_id").annotate(Count("pk"))),
    )


def _pairs(rows: object) -> Pairs:
    return {(project, party): count for project, party, count in rows}  # type: ignore[attr-defined]


def _promises(actor: Seat, today: date) -> Iterator[Wait]:
    """Yield the open promises that are late or due soon."""
    seen = Promise.objects.visible_to(actor).filter(kept_on=None, due__lte=today + SOON).select_related("party")
    for row in seen:
        address = f"{reverse('promises')}#p{row.pk}"
        yield Wait(
            row.party, Label("履行承诺", "keep a promise"), Label(row.what, row.what), address, row.due, row.due < today
        )


def _adoptions(actor: Seat, today: date) -> Iterator[Wait]:
    """Yield each party that has not adopted a standard that stands and is not replaced; late from the day of its effect."""
    done = Adoption.objects.visible_to(actor).exclude(state=Adoption.State.NOT_YET)
    adopted = set(done.values_list("standard_id", "party_id"))
    sides = PartyProject.objects.visible_to(actor).filter(
        project__standard__isnull=False, project__standard__withdrawn_on=None, project__standard__replaced_by=None
    )
    rows = sides.select_related("party", "project__standard").defer("project__standard__content")
    for side in rows:
        standard = side.project.standard
        if (standard.pk, side.party_id) not in adopted:
            due = standard.effective_on
            yield Wait(side.party, Label("采用标准", "adopt the standard"), *_about(standard), due, due < today)


def _standards(actor: Seat, today: date) -> Iterator[Wait]:
    """Yield what is due for review, what a newer one in force has replaced, and the withdrawals that wait for a party's word."""
    standing = IssuedStandard.objects.visible_to(actor).filter(withdrawn_on=None).defer("content")
    for row in standing.filter(review_on__lte=today + REVIEW_SOON, replaced_by=None):
        yield Wait(None, Label("复审", "review"), *_about(row), row.review_on, row.review_on < today)
    for row in standing.filter(replaced_by__effective_on__lte=today).distinct():
        yield Wait(None, Label("废止已被代替的标准", "withdraw what is replaced"), *_about(row))
    words = Approval.objects.visible_to(actor).filter(
        purpose="withdraw", void_at=None, project__standard__withdrawn_on=None
    )
    said = set(words.values_list("project_id", "party_id"))
    asked = {project for project, _ in said}
    sides = PartyProject.objects.visible_to(actor).filter(project_id__in=asked)
    for side in sides.select_related("party", "project__standard").defer("project__standard__content"):
        if (side.project_id, side.party_id) not in said:
            yield Wait(side.party, Label("对废止表态", "answer a withdrawal"), *_about(side.project.standard))


def _about(standard: IssuedStandard) -> tuple[Label, str]:
    title = Label(f"{standard.number} {standard.zh}", f"{standard.number} {standard.en or standard.zh}")
    return title, reverse("adoption", args=[standard.pk])
