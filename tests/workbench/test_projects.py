"""A joint standard from its proposal to the next stage: each party for itself, and nobody past what is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist

from tongchi.workbench.commands import projects
from tongchi.workbench.commands.procedures import install_procedure
from tongchi.workbench.commands.recording import record
from tongchi.workbench.errors import AccessError, ConflictError, WorkbenchError
from tongchi.workbench.models import Approval, Document, DraftClause, PartyProject, Position, Project
from tongchi.workbench.text_hash import hash_text


@pytest.fixture(autouse=True)
def acts(monkeypatch):
    """What the commands write to the log: (party, action, subject, payload)."""
    written = []

    def keep(actor, action, subject, payload, *, now, audience=""):
        record(actor, action, subject, payload, now=now, audience=audience)
        written.append((actor.party.code, action, audience, payload))

    for module in ("projects", "procedures"):
        monkeypatch.setattr(f"tongchi.workbench.commands.{module}.record", keep)
    return written


@pytest.fixture
def procedure(circle, now):
    return install_procedure(circle.seat("sichuan", "admin"), "chuanyu", now=now)


@pytest.fixture
def project(circle, procedure, now):
    actor = circle.seat("sichuan", "drafter")
    return projects.start_project(actor, circle.matter, procedure, "办公用房配置规范", "", now=now)


def side(project, code) -> PartyProject:
    return PartyProject.objects.get(project=project, party__code=code)


def attach(circle, project, code, now, note="存于档案室 12 号"):
    project.refresh_from_db()
    for name in project.stage.materials:
        projects.attach_material(
            circle.seat(code, "drafter"), project, name=name, note=note, document=None, version=side(project, code).version, now=now
        )  # fmt: skip


def ready(circle, project, code, now, ready=True):
    actor = circle.seat(code, "approver")
    projects.set_ready(actor, project, ready=ready, version=side(project, code).version, now=now)


def approve(circle, project, code, now):
    actor = circle.seat(code, "approver")
    projects.approve_project(actor, project, number=f"{code}-7", version=side(project, code).version, now=now)


def move(circle, project, now):
    project.refresh_from_db()
    return projects.move_stage(circle.seat("chongqing", "reviewer"), project, version=project.version, now=now)


def through_approval(circle, project, now):
    for code in ("sichuan", "chongqing"):
        approve(circle, project, code, now)
        attach(circle, project, code, now)
        ready(circle, project, code, now)
    return move(circle, project, now)


def test_a_procedure_becomes_rows_with_the_segments_of_those_present(circle, procedure, acts):
    assert [row.zh for row in procedure.stages.all()] == ["分别立项", "共同起草", "协同审查", "联合发布"]
    assert {row.party.code for row in procedure.segments.all()} == {"sichuan", "chongqing"}
    (party, act, _, facts) = acts[0]
    assert (len(acts), party, act, facts["code"]) == (1, "sichuan", "procedure.install", "chuanyu")
    assert [(each["comment_days"], each["favour"]) for each in facts["stages"]][2] == (30, "0.75")


def test_a_procedure_is_installed_once_and_by_an_administrator(circle, procedure, now):
    with pytest.raises(WorkbenchError):
        install_procedure(circle.seat("chongqing", "admin"), "chuanyu", now=now)
    with pytest.raises(AccessError):
        install_procedure(circle.seat("sichuan", "drafter"), "jingjinji", now=now)


def test_a_procedure_of_other_regions_gives_nobody_a_number(circle, now):
    with pytest.raises(WorkbenchError):
        install_procedure(circle.seat("sichuan", "admin"), "jingjinji", now=now)


def test_a_project_gives_each_deciding_party_its_side(project, acts):
    assert {row.party.code for row in project.sides.all()} == {"sichuan", "chongqing"}
    assert (project.stage.order, project.en, project.frozen) == (1, "办公用房配置规范", False)
    assert acts[-1][1] == "project.start"


def test_a_party_approves_for_itself_alone(circle, project, now, acts):
    approve(circle, project, "sichuan", now)
    assert (side(project, "sichuan").number, side(project, "chongqing").number) == ("sichuan-7", "")
    assert acts[-1] == ("sichuan", "project.approve", "", {"number": "sichuan-7"})


def test_two_approvers_of_one_party_do_not_overwrite_each_other(circle, project, now):
    approve(circle, project, "sichuan", now)
    with pytest.raises(ConflictError):
        projects.approve_project(circle.seat("sichuan", "approver"), project, number="8", version=1, now=now)
    assert side(project, "sichuan").number == "sichuan-7"


@pytest.mark.parametrize("role", ["drafter", "reviewer", "admin", "observer"])
def test_only_an_approver_approves(circle, project, now, role):
    with pytest.raises(AccessError):
        projects.approve_project(circle.seat("sichuan", role), project, number="1", version=1, now=now)


def test_an_observing_party_and_a_stranger_do_nothing(circle, project, now, stranger):
    with pytest.raises(AccessError):
        projects.set_ready(circle.seat("central", "observer"), project, ready=True, version=1, now=now)
    with pytest.raises(ObjectDoesNotExist):
        projects.attach_material(stranger, project, name="项目申报表", note="x", document=None, version=1, now=now)


def test_a_material_is_one_that_the_stage_asks_for_and_somewhere(circle, project, now):
    actor = circle.seat("sichuan", "drafter")
    for name, note in (("审批表", "x"), ("项目申报表", "  ")):
        with pytest.raises(WorkbenchError):
            projects.attach_material(actor, project, name=name, note=note, document=None, version=1, now=now)


def test_a_material_is_a_document_of_ones_own_party(circle, project, now):
    common = {"workspace": circle.workspace, "matter": circle.matter, "size": 1, "uploaded_at": now, "shared_at": now}
    documents = {
        code: Document.objects.create(
            party=circle.parties[code], title=code, name=code, sha256=code, uploaded_by=circle.seat(code, "drafter"), **common
        )
        for code in ("sichuan", "chongqing")
    }  # fmt: skip
    actor = circle.seat("sichuan", "drafter")
    with pytest.raises(ObjectDoesNotExist):
        projects.attach_material(
            actor, project, name="项目申报表", note="", document=documents["chongqing"], version=1, now=now
        )
    made = projects.attach_material(
        actor, project, name="项目申报表", note="", document=documents["sichuan"], version=1, now=now
    )
    assert made.materials["1"]["项目申报表"]["sha256"] == "sichuan"


def test_nobody_is_ready_while_owing_something(circle, project, now):
    with pytest.raises(WorkbenchError):
        ready(circle, project, "sichuan", now)
    approve(circle, project, "sichuan", now)
    attach(circle, project, "sichuan", now)
    ready(circle, project, "sichuan", now)
    assert side(project, "sichuan").ready


def test_a_stage_is_left_when_both_are_ready_and_not_before(circle, project, now):
    for code in ("sichuan", "chongqing"):
        with pytest.raises(WorkbenchError):
            move(circle, project, now)
        approve(circle, project, code, now)
        attach(circle, project, code, now)
        ready(circle, project, code, now)
    ready(circle, project, "sichuan", now, ready=False)
    with pytest.raises(WorkbenchError):
        move(circle, project, now)
    ready(circle, project, "sichuan", now)
    moved = move(circle, project, now)
    assert (moved.stage.zh, moved.version) == ("共同起草", 2)
    assert not PartyProject.objects.filter(project=project, ready=True).exists()


def test_a_project_that_has_moved_on_is_not_moved_twice(circle, project, now):
    through_approval(circle, project, now)
    with pytest.raises(ConflictError):
        projects.move_stage(circle.seat("sichuan", "reviewer"), project, version=1, now=now)


def in_review(circle, project, now) -> Project:
    project = through_approval(circle, project, now)
    text = "办公用房应统一登记。"
    clause = DraftClause.objects.create(project=project, number="4.1", text=text, text_hash=hash_text(text), order=10)
    for code in ("sichuan", "chongqing"):
        seat = circle.seat(code, "drafter")
        Position.objects.create(
            clause=clause, party=seat.party, seat=seat, stand="agree", text_hash=clause.text_hash, at=now
        )
    for code in ("sichuan", "chongqing"):
        attach(circle, project, code, now)
        ready(circle, project, code, now)
    return move(circle, project, now)


def test_review_freezes_the_text_and_opens_comments_for_thirty_days(circle, project, now):
    project = in_review(circle, project, now)
    assert (project.frozen, project.comments_close) == (True, now + timedelta(days=30))
    for code in ("sichuan", "chongqing"):
        attach(circle, project, code, now)
        with pytest.raises(WorkbenchError):
            ready(circle, project, code, now)


def test_sending_back_unfreezes_and_makes_votes_void(circle, project, now, acts):
    project = in_review(circle, project, now)
    seat = circle.seat("sichuan", "reviewer")
    Approval.objects.create(
        project=project, party=seat.party, seat=seat, purpose="review", vote="for", text_hash="x", at=now
    )
    with pytest.raises(WorkbenchError):
        projects.return_to_drafting(seat, project, reason=" ", version=project.version, now=now)
    project = projects.return_to_drafting(seat, project, reason="采纳意见三条", version=project.version, now=now)
    assert (project.stage.kind, project.frozen, project.comments_close) == ("drafting", False, None)
    assert Approval.objects.get().void_at == now
    assert "2" not in side(project, "sichuan").materials
    assert acts[-1][3]["reason"] == "采纳意见三条"
