"""Review, approval and issue: opinions and what becomes of them, votes, each party's word on the exact text."""

from datetime import date
from typing import Any, Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from ninja import Router, Schema
from ninja.pagination import paginate

from tongchi.workbench.api.entrance import Asked
from tongchi.workbench.api.refusals import REFUSED, Refusal
from tongchi.workbench.api.shown import ApprovalShown, OpinionShown, StandardShown, TextShown
from tongchi.workbench.api.values import Key, Page, Text, Version
from tongchi.workbench.commands import approval, issue, review
from tongchi.workbench.commands.joint_text import standard_of
from tongchi.workbench.models import Approval, IssuedStandard, Opinion, Project

router = Router(tags=["reviewing"])


class OpinionAsked(Schema):
    """An opinion on the draft or on one of its clauses; an internal one is for one's party alone."""

    body: Text
    author: Text = ""
    clause: Key | None = None
    internal: bool = False


class OpinionSettling(Schema):
    """What becomes of an opinion, and why."""

    disposition: Literal["adopted", "partly", "rejected"]
    reason: Text = ""
    version: Version


class VoteAsked(Schema):
    """A word on the text whose hash was read."""

    vote: Literal["for", "against", "abstain"]
    reason: Text = ""
    seen: Text


class IssueAsked(Schema):
    """Issue the text whose hash was read, with its dates."""

    seen: Text
    effective_on: date
    review_on: date
    replaces: Key | None = None


@router.get("/projects/{key}/text", response={200: TextShown, REFUSED: Refusal})
def show_text(request: Asked, key: Key) -> dict[str, Any]:
    """Show the whole text as it stands, and the hash that votes and approvals name as `seen`."""
    standard = standard_of(_project(request, key))
    return {"text_hash": standard.text_hash, "content": standard.to_json()}


@router.get("/projects/{key}/opinions", response={200: list[OpinionShown], REFUSED: Refusal})
@paginate(Page)
def list_opinions(request: Asked, key: Key) -> QuerySet[Opinion]:
    """List the opinions, of internal ones those of one's party."""
    return Opinion.objects.visible_to(request.auth).filter(project=_project(request, key)).select_related("party")


@router.post("/projects/{key}/opinions", response={200: OpinionShown, REFUSED: Refusal})
def make_opinion(request: Asked, key: Key, asked: OpinionAsked) -> Opinion:
    """Give an opinion in review."""
    return review.make_opinion(request.auth, _project(request, key), **asked.dict(), now=now())


@router.post("/opinions/{key}/settle", response={200: OpinionShown, REFUSED: Refusal})
def settle_opinion(request: Asked, key: Key, asked: OpinionSettling) -> Opinion:
    """Say what becomes of an opinion."""
    row = get_object_or_404(Opinion.objects.visible_to(request.auth), pk=key)
    return review.settle_opinion(request.auth, row, **asked.dict(), now=now())


@router.get("/projects/{key}/approvals", response={200: list[ApprovalShown], REFUSED: Refusal})
@paginate(Page)
def list_approvals(request: Asked, key: Key) -> QuerySet[Approval]:
    """List votes and approvals, void ones included."""
    return Approval.objects.visible_to(request.auth).filter(project=_project(request, key)).select_related("party")


@router.post("/projects/{key}/votes", response={200: ApprovalShown, REFUSED: Refusal})
def cast_vote(request: Asked, key: Key, asked: VoteAsked) -> Approval:
    """Vote in review."""
    return review.cast_vote(request.auth, _project(request, key), **asked.dict(), now=now())


@router.post("/projects/{key}/approvals", response={200: ApprovalShown, REFUSED: Refusal})
def approve_text(request: Asked, key: Key, asked: VoteAsked) -> Approval:
    """Give one's party's word on the exact text. 409 where it reads otherwise by now."""
    return approval.approve_text(request.auth, _project(request, key), **asked.dict(), now=now())


@router.post("/projects/{key}/standard", response={200: StandardShown, REFUSED: Refusal})
def issue_standard(request: Asked, key: Key, asked: IssueAsked) -> IssuedStandard:
    """Issue the text that all parties have approved."""
    known = IssuedStandard.objects.visible_to(request.auth)
    replaces = None if asked.replaces is None else get_object_or_404(known, pk=asked.replaces)
    words = {**asked.dict(), "replaces": replaces}
    return issue.issue_standard(request.auth, _project(request, key), **words, now=now())


def _project(request: Asked, key: int) -> Project:
    return get_object_or_404(Project.objects.visible_to(request.auth), pk=key)
