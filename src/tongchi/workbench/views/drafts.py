"""The draft: what the parties' texts say, what the clause says, where each party stands. Every form works without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict

from django.db.models import Count, F, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongchi.workbench.access import acting
from tongchi.workbench.commands import drafting, remarks
from tongchi.workbench.errors import AccessError, ConflictError, TongchiError, WorkbenchError, status_of
from tongchi.workbench.models import ClauseVersion, Comparison, DraftClause, Party, Position, Project, Remark, Seat
from tongchi.workbench.sources import last_comparison, offers, proposals_for, sources_of, starts_of
from tongchi.workbench.text_difference import difference
from tongchi.workbench.views.projects import number_of


@require_http_methods(["GET", "HEAD", "POST"])
@acting
def show_draft(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Show the whole draft; a POST adds a clause of one's own text at its end."""
    project = _project(actor, pk)
    if request.method == "POST":
        clause = drafting.add_clause(actor, project, **_typed(request), kind=request.POST.get("kind", ""), now=now())
        return redirect("clause", clause.pk)
    clauses = list(DraftClause.objects.visible_to(actor).filter(project=project))
    context = {
        "project": project,
        "desks": _desks(actor, [clause for clause in clauses if not clause.removed], brief=True),
        "removed": [clause for clause in clauses if clause.removed],
        "kinds": DraftClause.Kind.choices,
    }
    return render(request, "drafts/draft.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting
def start_clause(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Show the aligned provisions from which a clause can start; a POST starts one with the proposal that was chosen."""
    project = _project(actor, pk)
    comparison = last_comparison(actor, project.matter)
    starts = starts_of(comparison) if comparison else []
    if request.method != "POST":
        return render(request, "drafts/start.html", {"project": project, "comparison": comparison, "starts": starts})
    wanted = number_of(request.POST.get("row")) if request.POST.get("row") else -1
    start = next((each for each in starts if each.number == wanted), None)
    chosen = (
        next((each for each in start.proposals if each.origin == request.POST.get("origin")), None) if start else None
    )
    if start is None or chosen is None or number_of(request.POST.get("comparison")) != _key(comparison):
        raise WorkbenchError(
            found="—", expected="现行比对中的一行 / a row of the last comparison", advice="请刷新后再选。Reload."
        )
    clause = drafting.add_clause(
        actor,
        project,
        number=request.POST.get("number", ""),
        heading=request.POST.get("heading", ""),
        text=chosen.text,
        sources=start.named(),
        origin=chosen.origin,
        now=now(),
    )
    return redirect("clause", clause.pk)


@require_GET
@acting
def show_clause(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Show one clause with all forms; `?take=merge` fills the editor with that proposal."""
    return _desk(request, actor, _clause(actor, pk))


@require_POST
@acting
def edit_clause(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Save a text; in a conflict both texts are shown and the form keeps what was typed."""
    clause, typed = _clause(actor, pk), _typed(request)
    version, origin = number_of(request.POST.get("version")), request.POST.get("origin", "own")

    def save() -> None:
        drafting.edit_clause(actor, clause, version=version, origin=origin, **typed, now=now())

    return _attempt(request, actor, clause, save)


@require_POST
@acting
def take_position(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Say where one's party stands on the text that was shown."""
    clause, form = _clause(actor, pk), request.POST
    stand, reason, text_hash = form.get("stand", ""), form.get("reason", ""), form.get("hash", "")

    def take() -> None:
        drafting.take_position(actor, clause, stand=stand, reason=reason, text_hash=text_hash, now=now())

    return _attempt(request, actor, clause, take)


@require_POST
@acting
def make_remark(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Comment on the text that was shown, or suggest another."""
    clause, form = _clause(actor, pk), request.POST
    body, text_hash = form.get("body", ""), form.get("hash", "")
    answered = number_of(form.get("answers"))
    seen = Remark.objects.visible_to(actor).filter(clause=clause)
    answers = get_object_or_404(seen, pk=answered) if answered else None

    def say() -> None:
        if form.get("kind") == Remark.Kind.SUGGESTION:
            text = _lines(form.get("suggested", ""))
            remarks.suggest(actor, clause, suggested=text, body=body, text_hash=text_hash, now=now())
        else:
            internal = form.get("internal") == "1"
            remarks.comment(
                actor, clause, body=body, text_hash=text_hash, internal=internal, answers=answers, now=now()
            )

    return _attempt(request, actor, clause, say)


@require_POST
@acting
def settle_remark(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Accept or reject a suggestion."""
    remark = get_object_or_404(Remark.objects.visible_to(actor), pk=pk)
    accept, disposition = request.POST.get("accept") == "1", request.POST.get("disposition", "")

    def settle() -> None:
        remarks.settle_suggestion(actor, remark, accept=accept, disposition=disposition, now=now())

    return _attempt(request, actor, _clause(actor, remark.clause_id), settle)


@require_POST
@acting
def place_clause(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Move a clause up or down by one place."""
    clause = _clause(actor, pk)
    drafting.place_clause(actor, clause, up=request.POST.get("up") == "1", now=now())
    return redirect("draft", clause.project_id)


@require_POST
@acting
def remove_clause(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Take a clause out of the draft, or put it back."""
    clause, version = _clause(actor, pk), number_of(request.POST.get("version"))
    change = drafting.restore_clause if request.POST.get("back") == "1" else drafting.remove_clause
    change(actor, clause, version=version, now=now())
    return redirect("draft", clause.project_id)


@require_GET
@acting
def show_history(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Show all versions of a clause and what differs between any two of them."""
    clause = _clause(actor, pk)
    versions = list(
        ClauseVersion.objects.visible_to(actor).filter(clause=clause).select_related("party").order_by("version")
    )
    by_number = {row.version: row for row in versions}
    after = by_number.get(number_of(request.GET.get("to")), versions[-1])
    earlier = [row for row in versions if row.version < after.version]
    before = by_number.get(number_of(request.GET.get("from")), earlier[-1] if earlier else after)
    context = {
        "clause": clause,
        "versions": versions,
        "before": before,
        "after": after,
        "heading": difference(before.heading, after.heading),
        "pieces": difference(before.text, after.text),
    }
    return render(request, "drafts/history.html", context)


def _attempt(request: HttpRequest, actor: Seat, clause: DraftClause, act: Callable[[], None]) -> HttpResponse:
    """Do the act and show the clause: by redirect, or as the part that htmx exchanges. A refusal keeps what was typed."""
    try:
        act()
    except AccessError:
        raise
    except TongchiError as error:
        return _desk(request, actor, _clause(actor, clause.pk), error=error)
    if getattr(request, "htmx", False):
        return _desk(request, actor, _clause(actor, clause.pk))
    return redirect("clause", clause.pk)


def _desk(request: HttpRequest, actor: Seat, clause: DraftClause, *, error: TongchiError | None = None) -> HttpResponse:
    """Show the desk of one clause. After a refusal its forms hold what was typed, and after a conflict both texts stand above."""
    desk = _desks(actor, [clause])[0]
    desk["proposals"] = proposals_for(actor, clause, desk["sources"])
    desk["offers"] = offers(desk["proposals"], desk["sources"])
    taken = next((each for each in desk["proposals"] if each.origin == request.GET.get("take")), None)
    form: dict[str, Any] = {"number": clause.number, "heading": clause.heading, "text": clause.text, "origin": "own"}
    if taken:
        form |= {"text": taken.text, "origin": taken.origin}
    typed = request.POST if error else {}
    if "text" in typed:
        form |= _typed(request) | {"origin": typed.get("origin", "own")}
    context: dict[str, Any] = {"desk": desk, "project": clause.project, "form": form, "typed": typed, "error": error}
    if isinstance(error, ConflictError):
        theirs, yours = str(error.facts["theirs"]), str(error.facts["yours"])
        context |= {"conflict": True, "theirs": theirs, "yours": yours, "pieces": difference(theirs, yours)}
    template = "drafts/desk.html" if getattr(request, "htmx", False) else "drafts/clause.html"
    return render(request, template, context, status=status_of(error) if error else 200)


def _desks(actor: Seat, clauses: Sequence[DraftClause], *, brief: bool = False) -> list[dict[str, Any]]:
    """Return for each clause its sources, the parties' positions and the remarks that the actor may see, or in brief their number; the
    same number of queries for one clause and for a hundred."""
    sources = sources_of(actor, clauses)
    parties = list(Party.objects.visible_to(actor).filter(observing=False))
    seen = Position.objects.visible_to(actor).filter(clause__in=clauses)
    last = seen.order_by().values("clause", "party").annotate(last=Max("pk")).values("last")
    standing = Q(pk__in=last) | Q(text_hash=F("clause__text_hash"))
    positions = list(seen.filter(standing).order_by("at").select_related("party"))
    taken: dict[tuple[int, int], Position] = {(row.clause_id, row.party_id): row for row in positions}
    hashes = {clause.pk: clause.text_hash for clause in clauses}
    taken |= {(row.clause_id, row.party_id): row for row in positions if row.text_hash == hashes[row.clause_id]}
    said: dict[int, list[tuple[Remark, bool]]] = {}
    heard = Remark.objects.visible_to(actor).filter(clause__in=clauses)
    for row in () if brief else heard.select_related("party", "answers__party").order_by("at", "pk"):
        said.setdefault(row.clause_id, []).append((row, row.text_hash != hashes[row.clause_id]))
    counts = dict(heard.order_by().values_list("clause").annotate(Count("pk")))
    return [
        {
            "clause": clause,
            "sources": sources[clause.pk],
            "positions": [_stand(party, taken.get((clause.pk, party.pk)), clause) for party in parties],
            "remarks": said.get(clause.pk, []),
            "count": counts.get(clause.pk, 0),
        }
        for clause in clauses
    ]


def _stand(party: Party, position: Position | None, clause: DraftClause) -> tuple[Party, Position | None, bool]:
    """Return a party with its last position and whether that was on an older text."""
    return party, position, position is not None and position.text_hash != clause.text_hash


def _project(actor: Seat, pk: int) -> Project:
    return get_object_or_404(Project.objects.visible_to(actor).select_related("stage", "matter", "procedure"), pk=pk)


def _clause(actor: Seat, pk: int) -> DraftClause:
    rows = DraftClause.objects.visible_to(actor).select_related("project__stage", "project__matter")
    return get_object_or_404(rows, pk=pk)


class Typed(TypedDict):
    """What a form says of a clause."""

    number: str
    heading: str
    text: str


def _typed(request: HttpRequest) -> Typed:
    form: Mapping[str, str] = request.POST
    return {
        "number": form.get("number", ""),
        "heading": form.get("heading", ""),
        "text": _lines(form.get("text", "")),
    }


def _lines(text: str) -> str:
    """Return the text with plain line ends: browsers send CRLF, which would make another hash of the same text."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _key(comparison: Comparison | None) -> int:
    return comparison.pk if comparison else -1


urlpatterns = [
    path("projects/<int:pk>/draft/", show_draft, name="draft"),
    path("projects/<int:pk>/draft/start/", start_clause, name="clause_start"),
    path("projects/clauses/<int:pk>/", show_clause, name="clause"),
    path("projects/clauses/<int:pk>/edit/", edit_clause, name="clause_edit"),
    path("projects/clauses/<int:pk>/position/", take_position, name="clause_position"),
    path("projects/clauses/<int:pk>/remark/", make_remark, name="clause_remark"),
    path("projects/clauses/<int:pk>/place/", place_clause, name="clause_place"),
    path("projects/clauses/<int:pk>/remove/", remove_clause, name="clause_remove"),
    path("projects/clauses/<int:pk>/history/", show_history, name="clause_history"),
    path("projects/remarks/<int:pk>/settle/", settle_remark, name="remark_settle"),
]
