"""Two parties write one draft: nothing is overwritten, positions hold for one text, suggestions become versions."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.exceptions import ObjectDoesNotExist

from tongchi.workbench.commands import drafting, remarks
from tongchi.workbench.commands.procedures import install_procedure
from tongchi.workbench.commands.projects import start_project
from tongchi.workbench.commands.recording import record
from tongchi.workbench.commands.standing import standing_of
from tongchi.workbench.errors import AccessError, ConflictError, WorkbenchError
from tongchi.workbench.models import (
    Approval,
    ClauseVersion,
    Document,
    DraftClause,
    PartyProject,
    Position,
    Project,
    Remark,
)

TEXT = "办公用房应统一登记。"


@pytest.fixture(autouse=True)
def acts(monkeypatch):
    """What the commands write to the log: (action, audience, payload)."""
    written = []

    def keep(actor, action, subject, payload, *, now, audience=""):
        record(actor, action, subject, payload, now=now, audience=audience)
        written.append((action, audience, payload))

    for module in ("projects", "procedures", "drafting", "remarks"):
        monkeypatch.setattr(f"tongchi.workbench.commands.{module}.record", keep)
    return written


@pytest.fixture
def desk(circle, now) -> SimpleNamespace:
    """A project in drafting with two clauses, and a drafter of each party."""
    a, b = circle.seat("sichuan", "drafter"), circle.seat("chongqing", "drafter")
    procedure = install_procedure(circle.seat("sichuan", "admin"), "chuanyu", now=now)
    project = start_project(a, circle.matter, procedure, "办公用房配置规范", "", now=now)
    to_stage(project, "drafting")
    first = drafting.add_clause(a, project, number="4.1", heading="登记", text=TEXT, now=now)
    second = drafting.add_clause(b, project, number="4.2", text="办公用房应定期维修。", now=now)
    return SimpleNamespace(circle=circle, a=a, b=b, project=project, first=first, second=second, now=now)


def to_stage(project, kind) -> None:
    project.stage = project.procedure.stages.get(kind=kind)
    project.frozen = kind != "drafting"
    project.save()


def edit(desk, actor, clause, text, **changes) -> DraftClause:
    facts = {"version": clause.version, "number": clause.number, "heading": clause.heading, **changes}
    return drafting.edit_clause(actor, clause, text=text, now=desk.now, **facts)


def agree(desk, actor, clause, stand="agree", reason="") -> Position:
    clause.refresh_from_db()
    return drafting.take_position(actor, clause, stand=stand, reason=reason, text_hash=clause.text_hash, now=desk.now)


def test_a_clause_begins_with_its_first_version(desk, acts):
    assert (desk.first.version, desk.first.order, desk.second.order) == (1, 10, 20)
    assert ClauseVersion.objects.get(clause=desk.first).text == TEXT
    assert acts[-1][2]["hash"] == desk.second.text_hash


def test_two_editors_on_different_clauses_both_succeed(desk):
    edit(desk, desk.a, desk.first, "办公用房应在十日内登记。")
    edit(desk, desk.b, desk.second, "办公用房应每年维修。")
    assert set(DraftClause.objects.values_list("version", flat=True)) == {2}


def test_two_editors_on_the_same_clause_keep_both_texts(desk):
    opened = DraftClause.objects.get(pk=desk.first.pk)
    edit(desk, desk.a, desk.first, "办公用房应在十日内登记。")
    with pytest.raises(ConflictError) as caught:
        edit(desk, desk.b, opened, "办公用房应在五日内登记。")
    assert caught.value.facts["yours"] == "办公用房应在五日内登记。"
    assert caught.value.facts["theirs"] == "办公用房应在十日内登记。"
    assert DraftClause.objects.get(pk=desk.first.pk).text == "办公用房应在十日内登记。"
    assert ClauseVersion.objects.filter(clause=desk.first).count() == 2


def test_to_save_what_stands_is_neither_a_conflict_nor_a_version(desk):
    opened = DraftClause.objects.get(pk=desk.first.pk)
    edit(desk, desk.a, desk.first, "新文本。")
    assert edit(desk, desk.b, opened, "新文本。").version == 2


def test_the_order_changes_without_a_conflict_for_who_is_writing(desk):
    opened = DraftClause.objects.get(pk=desk.second.pk)
    drafting.place_clause(desk.a, desk.second, up=True, now=desk.now)
    assert [row.number for row in DraftClause.objects.filter(project=desk.project)] == ["4.2", "4.1"]
    assert edit(desk, desk.b, opened, "办公用房应每年维修。").version == 2
    drafting.place_clause(desk.a, desk.second, up=True, now=desk.now)
    assert DraftClause.objects.filter(project=desk.project)[0].number == "4.2"


def test_a_removed_clause_stays_in_the_history_and_comes_back(desk):
    removed = drafting.remove_clause(desk.a, desk.first, version=1, now=desk.now)
    assert standing_of(desk.project).clauses == 1
    with pytest.raises(ConflictError):
        drafting.restore_clause(desk.b, removed, version=1, now=desk.now)
    back = drafting.restore_clause(desk.b, removed, version=2, now=desk.now)
    origins = ClauseVersion.objects.filter(clause=back).values_list("origin", flat=True)
    assert (list(origins), back.text_hash) == (["own", "removed", "restored"], desk.first.text_hash)


WRONG = {  # what the case guards: arguments that differ
    "a clause has a number": {"number": " "},
    "a clause has a text or a heading": {"text": " \n"},
    "a text is not a book": {"text": "长" * 20_001},
    "the kind is known": {"kind": "poem"},
    "the origin is known": {"origin": "thin air"},
    "a heading fits": {"heading": "长" * 201},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG)
def test_what_is_no_clause(desk, changes):
    with pytest.raises(WorkbenchError):
        drafting.add_clause(desk.a, desk.project, **{"number": "5", "text": "文", "now": desk.now, **changes})


def test_a_heading_may_stand_alone_above_its_clauses(desk):
    assert drafting.add_clause(desk.a, desk.project, number="5", heading="评价", text="", now=desk.now).text == ""


def test_a_clause_cannot_start_from_what_the_drafter_cannot_see(desk):
    document = Document.objects.create(
        workspace=desk.circle.workspace, matter=desk.circle.matter, party=desk.a.party, title="x", name="x", sha256="x", size=1,
        uploaded_at=desk.now, uploaded_by=desk.a,
    )  # fmt: skip
    sources = [{"document": document.pk, "eid": "art_1", "party": "sichuan"}]
    with pytest.raises(ObjectDoesNotExist):
        drafting.add_clause(desk.b, desk.project, number="5", text="文", sources=sources, now=desk.now)
    made = drafting.add_clause(desk.a, desk.project, number="5", text="文", sources=sources, now=desk.now)
    assert made.sources == sources


@pytest.mark.parametrize("role", ["reviewer", "approver", "admin", "observer"])
def test_only_drafters_write(desk, role):
    with pytest.raises(AccessError):
        edit(desk, desk.circle.seat("sichuan", role), desk.first, "别的。")


def test_a_stranger_finds_no_clause(desk, stranger):
    with pytest.raises(ObjectDoesNotExist):
        edit(desk, stranger, desk.first, "别的。")


FROZEN = {  # what the case guards: (stage, act)
    f"{name} in {stage}": (stage, name) for stage in ("approval", "review", "issue") for name in ("edit", "position")
} | {"suggestion in review": ("review", "suggest"), "comment after review": ("issue", "comment")}


@pytest.mark.parametrize(("stage", "act"), FROZEN.values(), ids=FROZEN)
def test_a_text_is_frozen_outside_drafting(desk, stage, act):
    to_stage(desk.project, stage)
    anchor = {"text_hash": desk.first.text_hash, "now": desk.now}
    done = {
        "edit": lambda: edit(desk, desk.a, desk.first, "别的。"),
        "position": lambda: agree(desk, desk.a, desk.first),
        "suggest": lambda: remarks.suggest(desk.a, desk.first, suggested="别的。", body="", **anchor),
        "comment": lambda: remarks.comment(desk.a, desk.first, body="问", **anchor),
    }
    with pytest.raises(WorkbenchError):
        done[act]()


def test_comments_are_still_made_in_review(desk):
    to_stage(desk.project, "review")
    remarks.comment(desk.a, desk.first, body="问", text_hash=desk.first.text_hash, now=desk.now)


def test_a_position_holds_for_one_text_alone(desk):
    agree(desk, desk.a, desk.first)
    assert standing_of(desk.project).missing_positions == 3
    edit(desk, desk.b, desk.first, "改过的。")
    assert standing_of(desk.project).missing_positions == 4
    agree(desk, desk.a, desk.first, "object", "超出权限。")
    assert (standing_of(desk.project).missing_positions, standing_of(desk.project).objections) == (3, 1)
    agree(desk, desk.a, desk.first, "agree_if", "写明期限。")
    assert (Position.objects.count(), standing_of(desk.project).objections) == (2, 0)


def test_nobody_agrees_to_a_text_that_they_have_not_read(desk):
    read = desk.first.text_hash
    edit(desk, desk.b, desk.first, "改过的。")
    with pytest.raises(ConflictError) as caught:
        drafting.take_position(desk.a, desk.first, stand="agree", reason="", text_hash=read, now=desk.now)
    assert (caught.value.facts["yours"], caught.value.facts["theirs"]) == (TEXT, "改过的。")


@pytest.mark.parametrize("stand", ["agree_if", "object", "perhaps"])
def test_a_reservation_needs_its_reason(desk, stand):
    with pytest.raises(WorkbenchError):
        agree(desk, desk.a, desk.first, stand)


def test_a_change_takes_back_readiness_and_makes_approvals_void(desk):
    PartyProject.objects.update(ready=True)
    approver = desk.circle.seat("sichuan", "approver")
    Approval.objects.create(
        project=desk.project, party=approver.party, seat=approver, purpose="issue", vote="for", text_hash="x", at=desk.now
    )  # fmt: skip
    edit(desk, desk.a, desk.first, "改过的。")
    assert not PartyProject.objects.filter(ready=True).exists()
    assert Approval.objects.get().void_at == desk.now


def suggestion(desk, text="办公用房应在三日内登记。") -> Remark:
    seat = desk.circle.seat("chongqing", "reviewer")
    desk.first.refresh_from_db()
    return remarks.suggest(
        seat, desk.first, suggested=text, body="期限", text_hash=desk.first.text_hash, now=desk.now
    )  # fmt: skip


def settle(desk, remark, accept, disposition="") -> Remark:
    return remarks.settle_suggestion(desk.a, remark, accept=accept, disposition=disposition, now=desk.now)


def test_an_accepted_suggestion_is_a_version_by_its_author(desk, acts):
    settle(desk, suggestion(desk), True)
    version = ClauseVersion.objects.get(clause=desk.first, version=2)
    assert (version.origin, version.party.code, version.text) == ("suggestion", "chongqing", "办公用房应在三日内登记。")
    assert acts[-1][2]["state"] == "accepted"


def test_a_rejected_suggestion_has_its_reason_and_changes_nothing(desk):
    made = suggestion(desk)
    with pytest.raises(WorkbenchError):
        settle(desk, made, False, " ")
    assert settle(desk, made, False, "期限过短。").disposition == "期限过短。"
    desk.first.refresh_from_db()
    assert (desk.first.text, desk.first.version) == (TEXT, 1)
    with pytest.raises(WorkbenchError):
        settle(desk, made, True)


def test_two_suggestions_on_one_text_are_not_both_accepted_blindly(desk):
    one, other = suggestion(desk), suggestion(desk, "办公用房应当日登记。")
    settle(desk, one, True)
    with pytest.raises(ConflictError) as caught:
        settle(desk, other, True)
    assert caught.value.facts["yours"] == "办公用房应当日登记。"
    assert caught.value.facts["theirs"] == "办公用房应在三日内登记。"
    settle(desk, other, False, "已采纳另一建议。")
    assert standing_of(desk.project).open_suggestions == 0


def test_a_suggestion_is_made_on_the_text_that_stands(desk):
    read = desk.first.text_hash
    edit(desk, desk.a, desk.first, "改过的。")
    with pytest.raises(ConflictError):
        remarks.suggest(desk.b, desk.first, suggested="别的。", body="", text_hash=read, now=desk.now)
    with pytest.raises(WorkbenchError):
        suggestion(desk, "改过的。")


def test_an_internal_comment_and_its_answers_stay_with_the_party(desk, acts):
    anchor = {"text_hash": desk.first.text_hash, "now": desk.now}
    made = remarks.comment(desk.a, desk.first, body="先内部商量。", internal=True, **anchor)
    reply = remarks.comment(desk.circle.seat("sichuan", "reviewer"), desk.first, body="好。", answers=made, **anchor)
    assert reply.internal
    assert [audience for _, audience, _ in acts[-2:]] == ["sichuan", "sichuan"]
    assert not Remark.objects.visible_to(desk.b).exists()
    with pytest.raises(ObjectDoesNotExist):
        remarks.comment(desk.b, desk.first, body="？", answers=made, **anchor)


def test_a_comment_keeps_the_hash_of_the_text_it_is_about(desk):
    read = desk.first.text_hash
    edit(desk, desk.a, desk.first, "改过的。")
    made = remarks.comment(desk.b, desk.first, body="期限？", text_hash=read, now=desk.now)
    desk.first.refresh_from_db()
    assert made.text_hash != desk.first.text_hash
    with pytest.raises(WorkbenchError):
        remarks.comment(desk.b, desk.first, body="期限？", text_hash="0" * 64, now=desk.now)


def test_another_workspace_sees_no_project(desk, stranger):
    assert not Project.objects.visible_to(stranger).exists()
