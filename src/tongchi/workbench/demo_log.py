"""The log of the sample: what the parties did, in the order of its days, as the commands would have written it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tongchi.workbench.log.chain import append
from tongchi.workbench.models import (
    Adoption,
    Approval,
    ClauseVersion,
    Comparison,
    Document,
    IssuedStandard,
    PartyProject,
    Position,
    Project,
    Recognition,
    Remark,
    Seat,
    Workspace,
)  # fmt: skip

Act = tuple[datetime, Seat, str, str, dict[str, object]]


def add_log(workspace: Workspace) -> None:
    """Write one entry for each act of which the sample holds the trace."""
    for at, seat, action, subject, payload in sorted(_acts(workspace), key=lambda act: act[0]):
        append(seat, action, subject, payload, now=at)


def _acts(workspace: Workspace) -> Iterator[Act]:
    """Yield the acts kind by kind; sorting by time keeps their order within a moment."""
    seats = {seat.user.username: seat for seat in workspace.seats.select_related("user", "party", "workspace")}
    for document in Document.objects.filter(workspace=workspace).order_by("pk"):
        seat = next(one for one in seats.values() if one.pk == document.uploaded_by_id)
        facts: dict[str, object] = {"title": document.title, "sha256": document.sha256}
        yield document.uploaded_at, seat, "document.upload", f"document {document.pk}", facts
        yield document.uploaded_at, seat, "document.share", f"document {document.pk}", facts
    for comparison in Comparison.objects.filter(workspace=workspace).select_related("matter").order_by("pk"):
        yield (
            comparison.made_at, seats["sichuan"], "comparison.run", f"comparison {comparison.pk}",
            {"matter": comparison.matter.code, "key": comparison.key},
        )  # fmt: skip
    for project in Project.objects.filter(workspace=workspace).order_by("pk"):
        yield from _project(project, seats["sichuan"])
    for standard in IssuedStandard.objects.filter(workspace=workspace):
        yield from _standard(standard, seats["sichuan-approve"])


def _project(project: Project, proposer: Seat) -> Iterator[Act]:
    yield project.started_at, proposer, "project.propose", f"project {project.pk}", {"zh": project.zh, "en": project.en}
    for side in PartyProject.objects.filter(project=project).order_by("pk"):
        if side.approved_by and side.approved_at:
            yield (
                side.approved_at,
                side.approved_by,
                "project.approve",
                f"project {project.pk}",
                {"number": side.number},
            )
    for version in ClauseVersion.objects.filter(clause__project=project).select_related("clause").order_by("pk"):
        text: dict[str, object] = {
            "number": version.clause.number,
            "version": version.version,
            "text_hash": version.text_hash,
        }
        yield version.at, version.seat, "clause.write", f"clause {version.clause_id}", text
    for position in Position.objects.filter(clause__project=project).order_by("pk"):
        stand: dict[str, object] = {"stand": position.stand, "reason": position.reason, "text_hash": position.text_hash}
        yield position.at, position.seat, "position.take", f"clause {position.clause_id}", stand
    for remark in Remark.objects.filter(clause__project=project).order_by("pk"):
        said: dict[str, object] = {"kind": remark.kind, "body": remark.body, "text_hash": remark.text_hash}
        yield remark.at, remark.seat, "remark.make", f"clause {remark.clause_id}", said
    for vote in Approval.objects.filter(project=project).order_by("pk"):
        cast: dict[str, object] = {"purpose": vote.purpose, "vote": vote.vote, "text_hash": vote.text_hash}
        yield vote.at, vote.seat, "text.approve", f"project {project.pk}", cast


def _standard(standard: IssuedStandard, issuer: Seat) -> Iterator[Act]:
    issued = standard.project.stage_since
    facts: dict[str, object] = {"number": standard.number, "content_hash": standard.content_hash}
    yield issued, issuer, "standard.issue", f"standard {standard.pk}", facts
    for adoption in Adoption.objects.filter(standard=standard, state="adopted"):
        yield (
            issued,
            issuer,
            "adoption.record",
            f"standard {standard.pk}",
            {"state": adoption.state, "since": str(adoption.since)},
        )
    for recognition in Recognition.objects.filter(standard=standard).select_related("seat"):
        item: dict[str, object] = {"item": recognition.item, "since": str(recognition.since)}
        yield issued, recognition.seat, "recognition.record", f"recognition {recognition.pk}", item
