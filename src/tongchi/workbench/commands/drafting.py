"""Write the draft, clause by clause: begin, change, place, remove, and say where one's party stands on the text as it is.

A clause is guarded by its own version, so that people write in different clauses at once; who comes second to the same clause gets
both texts and loses none. A position is about one text: it holds for the hash that was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from tongchi.workbench.access import require
from tongchi.workbench.commands.recording import record
from tongchi.workbench.commands.standing import lock_project, require_stage, text_changed
from tongchi.workbench.errors import ConflictError, WorkbenchError, check_version
from tongchi.workbench.models import ClauseVersion, Document, DraftClause, PartyProject, Position, Project, Seat
from tongchi.workbench.text_hash import hash_text

ORIGINS = {"own", "stricter", "merge", *(f"keep_{letter}" for letter in "abcdefgh")}
STEP = 10
MOST = 20_000


@transaction.atomic
def add_clause(
    actor: Seat,
    project: Project,
    *,
    kind: str = DraftClause.Kind.CLAUSE,
    number: str,
    heading: str = "",
    text: str,
    sources: Sequence[dict[str, object]] = (),
    origin: str = "own",
    now: datetime,
) -> DraftClause:
    """Begin a clause at the end of the draft, from own text or from provisions of the parties that the actor may see."""
    require(actor, "clause.write")
    project = _open(actor, project)
    _check_clause(number, heading, text, kind, origin)
    named = [dict(each) for each in sources]
    documents = {int(str(each["document"])) for each in named}
    if Document.objects.visible_to(actor).filter(pk__in=documents).count() != len(documents):
        raise Document.DoesNotExist
    last = DraftClause.objects.filter(project=project).aggregate(last=Max("order"))["last"] or 0
    clause = DraftClause.objects.create(
        project=project,
        kind=kind,
        number=number.strip(),
        heading=heading.strip(),
        text=text,
        text_hash=clause_hash(heading.strip(), text),
        sources=named,
        order=last + STEP,
    )
    _keep(clause, actor, origin, now)
    text_changed(project, now)
    _record(actor, "clause.add", clause, {"origin": origin, "sources": named}, now)
    return clause


@transaction.atomic
def edit_clause(
    actor: Seat,
    clause: DraftClause,
    *,
    version: int,
    number: str,
    heading: str,
    text: str,
    origin: str = "own",
    now: datetime,
) -> DraftClause:
    """Change a clause. Raises ConflictError with both texts where somebody else has changed it since `version`.

    Where nothing differs from what stands, nothing is written: to save twice, or to save what the other has saved, is no conflict.
    """
    require(actor, "clause.write")
    clause = hold_clause(actor, clause)
    _check_clause(number, heading, text, clause.kind, origin)
    wanted = (number.strip(), heading.strip(), text)
    if wanted == (clause.number, clause.heading, clause.text):
        return clause
    check_version(clause, version, subject=str(clause), yours=text, theirs=clause.text)
    clause.number, clause.heading, clause.text = wanted
    write_version(clause, actor, origin, now)
    _record(actor, "clause.edit", clause, {"origin": origin}, now)
    return clause


@transaction.atomic
def remove_clause(actor: Seat, clause: DraftClause, *, version: int, now: datetime) -> DraftClause:
    """Take a clause out of the draft. It stays in the history and can be put back."""
    return _set_removed(actor, clause, version, True, now)


@transaction.atomic
def restore_clause(actor: Seat, clause: DraftClause, *, version: int, now: datetime) -> DraftClause:
    """Put a removed clause back where it was."""
    return _set_removed(actor, clause, version, False, now)


@transaction.atomic
def place_clause(actor: Seat, clause: DraftClause, *, up: bool, now: datetime) -> DraftClause:
    """Exchange a clause with the one before or after it; at the end of the draft nothing happens.

    The clause's own version stays: somebody who is writing in it meanwhile has no conflict.
    """
    require(actor, "clause.write")
    clause = hold_clause(actor, clause)
    rows = list(DraftClause.objects.filter(project=clause.project, removed=False))
    at = next((at for at, row in enumerate(rows) if row.pk == clause.pk), -1)
    to = at + (-1 if up else 1)
    if at < 0 or not 0 <= to < len(rows):
        return clause
    rows[at], rows[to] = rows[to], rows[at]
    for order, row in enumerate(rows, start=1):
        row.order = order * STEP
    DraftClause.objects.bulk_update(rows, ["order"])
    text_changed(clause.project, now)
    _record(actor, "clause.place", clause, {"place": to + 1}, now)
    return rows[to]


@transaction.atomic
def take_position(
    actor: Seat, clause: DraftClause, *, stand: str, reason: str, text_hash: str, now: datetime
) -> Position:
    """Say where the actor's party stands on the text with that hash. Raises ConflictError where the clause reads otherwise by now."""
    require(actor, "position.take")
    clause = hold_clause(actor, clause, act="position.take")
    if clause.text_hash != text_hash:
        raise _stale(clause, text_hash)
    if stand not in Position.Stand.values:
        raise WorkbenchError(found=stand or "—", expected="、".join(Position.Stand.values), advice="")
    if stand != Position.Stand.AGREE and not reason.strip():
        label = Position.Stand(stand).label
        raise WorkbenchError(found=label, expected="理由 / a reason", advice="附条件或反对须说明理由。Say why.")
    position, _ = Position.objects.update_or_create(
        clause=clause,
        party=actor.party,
        text_hash=text_hash,
        defaults={"seat": actor, "stand": stand, "reason": reason.strip(), "at": now},
    )
    for side in PartyProject.objects.filter(project=clause.project, ready=True):
        side.ready, side.version = False, side.version + 1
        side.save(update_fields=["ready", "version"])
    _record(actor, "position.take", clause, {"stand": stand, "reason": position.reason}, now)
    return position


def clause_hash(heading: str, text: str) -> str:
    """Return the hash that positions and remarks refer to: heading and text, for in a term the heading is the term itself."""
    return hash_text(heading, text)


def hold_clause(actor: Seat, clause: DraftClause, *, act: str = "clause.write") -> DraftClause:
    """Return the clause, held with its project until the transaction ends, in a stage where the act may be done."""
    project = lock_project(actor, clause.project_id)
    require_stage(project, act)
    held = DraftClause.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=clause.pk, project=project)
    held.project = project
    return held


def write_version(clause: DraftClause, author: Seat, origin: str, now: datetime) -> None:
    """Save a changed clause as its next version; positions on the old text no longer count, and nobody is ready."""
    clause.version += 1
    clause.text_hash = clause_hash(clause.heading, clause.text)
    clause.save(update_fields=["number", "heading", "text", "text_hash", "removed", "version"])
    _keep(clause, author, origin, now)
    text_changed(clause.project, now)


def _open(actor: Seat, project: Project) -> Project:
    project = lock_project(actor, project.pk)
    require_stage(project, "clause.write")
    return project


def _set_removed(actor: Seat, clause: DraftClause, version: int, removed: bool, now: datetime) -> DraftClause:
    require(actor, "clause.write")
    clause = hold_clause(actor, clause)
    check_version(clause, version, subject=str(clause), theirs=clause.text)
    if clause.removed != removed:
        clause.removed = removed
        write_version(clause, actor, "removed" if removed else "restored", now)
        _record(actor, "clause.remove" if removed else "clause.restore", clause, {}, now)
    return clause


def _stale(clause: DraftClause, text_hash: str) -> ConflictError:
    """Return the conflict of one who read an older text: that text, where it is known, beside the one that stands."""
    read = ClauseVersion.objects.filter(clause=clause, text_hash=text_hash).order_by("-version").first()
    return ConflictError(
        subject=str(clause),
        version=clause.version,
        opened=read.version if read else 0,
        yours=read.text if read else "",
        theirs=clause.text,
    )


def _keep(clause: DraftClause, author: Seat, origin: str, now: datetime) -> None:
    ClauseVersion.objects.create(
        clause=clause,
        version=clause.version,
        heading=clause.heading,
        text=clause.text,
        text_hash=clause.text_hash,
        origin=origin,
        party=author.party,
        seat=author,
        at=now,
    )


def _check_clause(number: str, heading: str, text: str, kind: str, origin: str) -> None:
    """Raise WorkbenchError for a clause without number, with neither text nor heading, or with parts that the draft does not know."""
    wrong = {
        "编号 / number": not 0 < len(number.strip()) <= 20,
        "标题 / heading": len(heading.strip()) > 200,
        "正文 / text": len(text) > MOST or not (text.strip() or heading.strip()),
        "类别 / kind": kind not in DraftClause.Kind.values,
        "来源 / origin": origin not in ORIGINS,
    }
    if found := [name for name, is_wrong in wrong.items() if is_wrong]:
        raise WorkbenchError(
            found="、".join(found),
            expected="编号 1–20 字、标题 ≤ 200、正文 ≤ 20000",
            advice="请补全后再保存。Complete it.",
        )


def _record(actor: Seat, action: str, clause: DraftClause, facts: dict[str, object], now: datetime) -> None:
    payload = {
        "project": clause.project_id,
        "number": clause.number,
        "version": clause.version,
        "hash": clause.text_hash,
        **facts,
    }
    record(actor, action, f"clause {clause.pk}", payload, now=now)
