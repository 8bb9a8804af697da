"""Who looks, and at what? Two workspaces with all that can be in them, and everybody who might try to see or change it.

What a party keeps to itself carries a marker: words that may come up in no answer to anybody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.utils.timezone import localdate
from workbench_projects import DATES, PARTIES, ROWS, make_project

from conftest import NOW, ROLES, make_circle
from tongchi.workbench import storage
from tongchi.workbench.commands import approval, joint_text
from tongchi.workbench.commands.issue import issue_standard
from tongchi.workbench.commands.procedures import install_procedure
from tongchi.workbench.commands.tokens import make_token
from tongchi.workbench.log import chain, checkpoints
from tongchi.workbench.models import (
    Adoption,
    Clause,
    Comparison,
    Correction,
    Document,
    IssuedStandard,
    Job,
    Opinion,
    Procedure,
    Project,
    Promise,
    Recognition,
    Remark,
    Seat,
)
from tongchi.workbench.text_hash import hash_text

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HOME, ELSEWHERE = "chengyu", "elsewhere"
ALL, OTHERS = (HOME,), (ELSEWHERE,)
TEXT_HASH = hash_text(*ROWS[2][2:])
STAGES = ("approval", "drafting", "review", "issue")
ABSENT = 987_654_321


@dataclass(frozen=True)
class Viewer:
    """Somebody who asks: with a seat, signed in without one, or a visitor. `groups` are whose things they may see."""

    name: str
    client: Client
    seat: Seat | None = None
    visitor: bool = False
    cookies: Mapping[str, str] = field(default_factory=dict)

    @property
    def groups(self) -> frozenset[str]:
        if self.seat is None:
            return frozenset()
        code = self.seat.workspace.code
        return frozenset({code, f"{code}/{self.seat.party.code}", self.seat.user.get_username()})

    def sees(self, audience: tuple[str, ...]) -> bool:
        return not self.groups.isdisjoint(audience)


@dataclass(frozen=True)
class Thing:
    """A thing that an address or a form may name, whose it is, and who may see it; `audience` names workspaces and parties."""

    label: str
    value: Any
    audience: tuple[str, ...]
    owner: str = ""


@dataclass
class World:
    """The things by kind (what an entry of the table calls `thing`), the viewers, and the markers with their audiences."""

    things: dict[str, list[Thing]] = field(default_factory=dict)
    viewers: list[Viewer] = field(default_factory=list)
    markers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    procedures: dict[str, Procedure] = field(default_factory=dict)
    matters: dict[str, int] = field(default_factory=dict)
    hashes: dict[int, str] = field(default_factory=dict)

    def add(self, kind: str, label: str, value: Any, *audience: str, owner: str = "") -> None:
        self.things.setdefault(kind, []).append(Thing(label, value, audience, owner))

    def mark(self, words: str, *audience: str) -> str:
        self.markers[words] = audience
        return words


def make_world() -> World:
    """Write both workspaces. The things of `elsewhere` come second: its log is the shorter one."""
    world = World()
    circles = {code: make_circle(code) for code in (HOME, ELSEWHERE)}
    for code, circle in circles.items():
        world.procedures[code] = install_procedure(circle.seat("sichuan", "admin"), "chuanyu", now=NOW)
        world.matters[code] = circle.matter.pk
        _add_names(world, code, circle)
        _add_projects(world, code, circle)
        for party in PARTIES:
            _add_private(world, code, circle, party)
        _add_standard(world, code, circle)
    _add_log(world, circles)
    for kind in world.things:
        world.add(kind, "absent", "nowhere" if kind == "workspace" else ABSENT)
    world.viewers = _viewers(circles)
    return world


def _add_names(world: World, code: str, circle: Any) -> None:
    world.add("workspace", code, code, code)
    world.add("matter", code, circle.matter.pk, code)
    world.add("procedure", code, world.procedures[code].pk, code)
    circle.matter.zh = circle.matter.en = world.mark(f"matter-within-{code}", code)
    circle.matter.save()
    for party in PARTIES:
        for role in ROLES:
            _add_token(world, code, circle.seat(party, role))
        group, seat = f"{code}/{party}", circle.seat(party, "reviewer")
        world.add("seat", f"{code}, {party}", seat.pk, group, owner=party)


def _add_token(world: World, code: str, seat: Seat) -> None:
    name = world.mark(f"token-of-{seat.user}", f"{code}/{seat.party.code}")
    row, _ = make_token(seat, name=name, last_day=localdate(NOW), now=NOW)
    world.add("token", str(seat.user), row.pk, seat.user.get_username(), owner=seat.party.code)


def _add_projects(world: World, code: str, circle: Any) -> None:
    for stage in STAGES:
        project = make_project(circle, world.procedures[code], NOW, stage)
        project.zh = project.en = world.mark(f"project-within-{code}-at-{stage}", code)
        project.frozen = stage not in ("approval", "drafting")
        project.save()
        for side in project.sides.all():
            side.number = world.mark(f"number-{code}-{stage}-{side.party.code}", code)
            side.save()
        world.add("project" if stage == "drafting" else f"project_{stage}", code, project.pk, code)
        world.hashes[project.pk] = joint_text.text_hash(project)
        if stage in ("drafting", "review"):
            kind = "clause" if stage == "drafting" else "clause_review"
            world.add(kind, code, project.clauses.get(number="4.1").pk, code)


def _add_private(world: World, code: str, circle: Any, party: str) -> None:
    """Write what one party keeps to itself, and beside it the like that it shows to all."""
    group, seat = f"{code}/{party}", circle.seat(party, "drafter")
    projects = {each.stage.kind: each for each in Project.objects.filter(workspace=circle.workspace)}
    clause = projects["drafting"].clauses.get(number="4.1")
    for shared in (True, False):  # the last comparison is one that the others must not see
        audience = code if shared else group
        label = f"{code}, {party}, {'for all' if shared else 'internal'}"
        document = _document(world, circle, seat, shared, audience)
        world.add("document", label, document.pk, audience, owner=party)
        remark = Remark.objects.create(
            clause=clause, party=seat.party, seat=seat, kind="comment", internal=not shared, at=NOW, text_hash=TEXT_HASH,
            body=world.mark(f"remark-{label}".replace(", ", "-").replace(" ", "-"), audience),
        )  # fmt: skip
        world.add("remark", label, remark.pk, audience, owner=party)
        opinion = Opinion.objects.create(
            project=projects["review"], party=seat.party, seat=seat, internal=not shared, at=NOW,
            author=f"office of {party}", body=world.mark(f"opinion-{label}".replace(", ", "-").replace(" ", "-"), audience),
        )  # fmt: skip
        world.add("opinion" if shared else "opinion_internal", label, opinion.pk, audience, owner=party)
        _comparison(world, circle, seat, document, audience)
        clause.sources = [*clause.sources, {"document": document.pk, "eid": "art_1", "party": party}]
    clause.save()
    suggestion = Remark.objects.create(
        clause=clause, party=seat.party, seat=seat, kind="suggestion", at=NOW, text_hash=TEXT_HASH,
        body="短些", suggested="不应超过二十平方米。",
    )  # fmt: skip
    world.add("suggestion", f"{code}, {party}", suggestion.pk, code, owner=party)
    promise = Promise.objects.create(
        workspace=circle.workspace, party=seat.party, matter=circle.matter, due=date(2026, 12, 31),
        what=world.mark(f"promise-within-{code}-of-{party}", code),
    )  # fmt: skip
    world.add("promise", f"{code}, {party}", promise.pk, code, owner=party)


def _document(world: World, circle: Any, seat: Seat, shared: bool, audience: str) -> Document:
    name = world.mark(f"document-{'shown' if shared else 'kept'}-{circle.workspace.code}-{seat.party.code}", audience)
    document = Document.objects.create(
        workspace=circle.workspace, party=seat.party, matter=circle.matter, title=name, name=f"{name}.docx", size=1,
        sha256=storage.keep(f"file-of-{name}".encode()), state="read", uploaded_at=NOW, uploaded_by=seat,
        shared_at=NOW if shared else None,
    )  # fmt: skip
    text = world.mark(f"provision-of-{name}", audience)
    Clause.objects.create(document=document, eid="art_1", label="第一条", text=text, text_hash=hash_text(text), order=0)
    world.mark(f"file-of-{name}", audience)
    job = Job.objects.create(
        workspace=circle.workspace, party=seat.party, task="read_document", arguments={"document": document.pk}, key=name,
        state="failed", error_zh=f"job-{name}", error_en=f"job-{name}", asked_at=NOW,
    )  # fmt: skip
    group = f"{circle.workspace.code}/{seat.party.code}"
    world.mark(f"job-{name}", group)
    world.add("job", name, job.pk, group, owner=seat.party.code)
    return document


def _comparison(world: World, circle: Any, seat: Seat, document: Document, audience: str) -> None:
    text = document.clauses.get().text
    article = {"number": "第一条", "eid": "art_1", "text": text}
    result = {
        "documents": [{"id": "a", "title": document.title, "file": document.name, "articles": [article]}],
        "rows": [{"label": text, "topic": text, "cells": [{"document": "a", "articles": ["第一条"]}]}],
        "pairs": [],
        "document_rows": [document.pk],
    }
    made = Comparison.objects.create(
        workspace=circle.workspace, matter=circle.matter, key=document.sha256, result=result, made_at=NOW
    )
    made.documents.set([document])
    correction = Correction.objects.create(
        workspace=circle.workspace, matter=circle.matter, party=seat.party, seat=seat, kind="finding", verdict="reject",
        document_a=document, eid_a="art_1", at=NOW, reason=world.mark(f"correction-of-{document.title}", audience),
    )  # fmt: skip
    label = f"{circle.workspace.code}, {seat.party.code}, {'for all' if document.shared_at else 'internal'}"
    world.add("comparison", label, made.pk, audience, owner=seat.party.code)
    world.add("correction", label, correction.pk, audience, owner=seat.party.code)


def _add_standard(world: World, code: str, circle: Any) -> None:
    project = make_project(circle, world.procedures[code], NOW, "issue")
    project.zh = project.en = world.mark(f"standard-within-{code}", code)
    project.save()
    seen = joint_text.text_hash(project)
    for party in PARTIES:
        approval.approve_text(circle.seat(party, "approver"), project, vote="for", reason="", seen=seen, now=NOW)
    row: IssuedStandard = issue_standard(circle.seat("sichuan", "approver"), project, seen=seen, now=NOW, **DATES)
    world.add("standard", code, row.pk, code)
    for party in PARTIES:
        seat = circle.seat(party, "approver")
        adoption, _ = Adoption.objects.get_or_create(standard=row, party=seat.party)
        world.add("adoption", f"{code}, {party}", adoption.pk, code, owner=party)
        recognition = Recognition.objects.create(
            workspace=circle.workspace, recognising=seat.party, basis="4.1", standard=row, since=NOW.date(), seat=seat,
            issuing=next(circle.parties[other] for other in PARTIES if other != party),
            item=world.mark(f"recognition-within-{code}-by-{party}", code),
        )  # fmt: skip
        world.add("recognition", f"{code}, {party}", recognition.pk, code, owner=party)


def _add_log(world: World, circles: Mapping[str, Any]) -> None:
    """Write entries for one party alone. A number that both logs have reached names an entry of each: it is seen by both."""
    for party in PARTIES:
        seat = circles[ELSEWHERE].seat(party, "drafter")
        words = world.mark(f"log-elsewhere-{party}", f"{ELSEWHERE}/{party}")
        _append(seat, words, party)
    reached, _ = chain.head(circles[ELSEWHERE].workspace)
    filler = circles[HOME].seat("sichuan", "drafter")
    while chain.head(circles[HOME].workspace)[0] <= reached:
        chain.append(filler, "test.fill", "workspace", {}, now=NOW)
    for party in PARTIES:
        seat = circles[HOME].seat(party, "drafter")
        words = world.mark(f"log-chengyu-{party}", f"{HOME}/{party}")
        world.add("entry", f"{HOME}, {party}", _append(seat, words, party), f"{HOME}/{party}")
    world.add("entry", HOME, _append(filler, world.mark("log-chengyu", HOME), ""), HOME)
    world.add("entry", "both", 1, HOME, ELSEWHERE)
    kept = checkpoints.sign(circles[HOME].seat("sichuan", "admin"), now=NOW)
    world.add("checkpoint", HOME, kept.sequence, HOME)


def _append(seat: Seat, words: str, audience: str) -> int:
    return chain.append(seat, "test.write", "workspace", {"words": words}, now=NOW, audience=audience).sequence


def _viewers(circles: Mapping[str, Any]) -> list[Viewer]:
    """Return all seats of the first workspace, those of one party of the other, and who has none."""
    seats = [circles[HOME].seat(party, role) for party in PARTIES for role in ROLES]
    seats += [circles[HOME].seat(party, "observer") for party in ("central", "audit")]
    seats += [circles[ELSEWHERE].seat("sichuan", role) for role in ("drafter", "approver", "admin")]
    found = [_signed_in(str(seat.user), seat.user, seat) for seat in seats]
    closed = Seat.objects.create(
        user=User.objects.create(username="closed", password="!"),
        workspace=circles[HOME].workspace, party=circles[HOME].sichuan, role="approver", active=False,
    )  # fmt: skip
    found.append(_signed_in("closed seat", closed.user))
    found.append(_signed_in("no seat", User.objects.create(username="nobody", password="!")))
    found.append(Viewer("visitor", Client(raise_request_exception=False), visitor=True))
    return found


def _signed_in(name: str, user: User, seat: Seat | None = None) -> Viewer:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=BACKEND)
    return Viewer(name, client, seat, cookies={key: each.value for key, each in client.cookies.items()})
