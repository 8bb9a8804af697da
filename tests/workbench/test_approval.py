"""Opinions and votes under review, approvals bound to a text, and issue: nothing is issued that each party has not approved to the letter."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from workbench_projects import DATES, PARTIES, make_project, write

from tongchi.workbench.commands import approval, issue, joint_text, review
from tongchi.workbench.commands.procedures import install_procedure
from tongchi.workbench.commands.standing import text_changed
from tongchi.workbench.errors import AccessError, ConflictError, TongchiError, WorkbenchError
from tongchi.workbench.issuing.content import from_json
from tongchi.workbench.models import (
    Approval,
    DraftClause,
    IssuedStandard,
    LogEntry,
    NumberSegment,
    Opinion,
    PartyProject,
    Project,
)
from tongchi.workbench.text_hash import hash_text


@pytest.fixture
def procedure(circle, now):
    return install_procedure(circle.seat("sichuan", "admin"), "chuanyu", now=now)


@pytest.fixture
def under_review(circle, procedure, now):
    return make_project(circle, procedure, now, "review")


@pytest.fixture
def ready(circle, procedure, now):
    return make_project(circle, procedure, now, "issue")


def approve(circle, project, code, now, *, vote="for", reason="", seen=None):
    seen = seen or joint_text.text_hash(project)
    return approval.approve_text(circle.seat(code, "approver"), project, vote=vote, reason=reason, seen=seen, now=now)


def issue_it(circle, project, now, *, seen=None, **dates):
    seen = seen or joint_text.text_hash(project)
    actor = circle.seat("chongqing", "approver")
    return issue.issue_standard(actor, project, seen=seen, now=now, **(DATES | dates))


def opinion(circle, project, now, *, internal=False, code="sichuan"):
    return review.make_opinion(
        circle.seat(code, "drafter"),
        project,
        clause=None,
        author="某单位",
        body="期限过短。",
        internal=internal,
        now=now,
    )


def settle(circle, row, now, *, code="chongqing", version=1, reason="已改。", disposition="adopted"):
    return review.settle_opinion(
        circle.seat(code, "reviewer"), row, disposition=disposition, reason=reason, version=version, now=now
    )


def test_an_opinion_is_answered_with_its_reason_and_logged(circle, under_review, now):
    row = settle(circle, opinion(circle, under_review, now), now)
    assert (row.disposition, row.reason, row.version) == ("adopted", "已改。", 2)
    assert list(LogEntry.objects.order_by("sequence").values_list("action", flat=True))[-2:] == [
        "opinion.make",
        "opinion.settle",
    ]


def test_an_answer_without_reason_or_upon_another_answer_is_refused(circle, under_review, now):
    row = opinion(circle, under_review, now)
    with pytest.raises(WorkbenchError):
        settle(circle, row, now, reason="  ", disposition="rejected")
    settle(circle, row, now)
    with pytest.raises(ConflictError) as caught:
        settle(circle, row, now, reason="另一答复")
    assert "已改。" in caught.value.facts.values()


def test_an_internal_opinion_is_hidden_from_the_other_party_and_its_log_entry_too(circle, under_review, now):
    row = opinion(circle, under_review, now, internal=True)
    other = circle.seat("chongqing", "reviewer")
    assert not Opinion.objects.visible_to(other).exists()
    assert not LogEntry.objects.visible_to(other).filter(action="opinion.make").exists()
    with pytest.raises(Opinion.DoesNotExist):
        settle(circle, row, now)
    assert settle(circle, row, now, code="sichuan").disposition == "adopted"


def test_a_clause_of_another_project_takes_no_opinion_here(circle, under_review, ready, now):
    with pytest.raises(DraftClause.DoesNotExist):
        review.make_opinion(
            circle.seat("sichuan", "drafter"), under_review, clause=ready.clauses.first().pk, author="", body="。", internal=False, now=now
        )  # fmt: skip


def test_a_second_vote_takes_the_place_of_the_first(circle, under_review, now):
    actor, seen = circle.seat("sichuan", "reviewer"), joint_text.text_hash(under_review)
    review.cast_vote(actor, under_review, vote="for", reason="", seen=seen, now=now)
    review.cast_vote(actor, under_review, vote="against", reason="面积过大", seen=seen, now=now)
    assert list(Approval.objects.filter(void_at=None).values_list("vote", flat=True)) == ["against"]
    with pytest.raises(WorkbenchError):
        review.cast_vote(actor, under_review, vote="abstain", reason="", seen=seen, now=now)


def test_issue_needs_each_party_and_keeps_the_text(circle, ready, now):
    approve(circle, ready, "sichuan", now)
    with pytest.raises(WorkbenchError):
        issue_it(circle, ready, now)
    approve(circle, ready, "chongqing", now)
    row = issue_it(circle, ready, now)
    assert row.number == "DB51/T 10001—2026"
    assert row.numbers == {"sichuan": "DB51/T 10001—2026", "chongqing": "DB50/T 10001—2026"}
    assert row.content_hash == joint_text.text_hash(ready) == from_json(row.content).text_hash
    with pytest.raises(WorkbenchError):
        issue_it(circle, ready, now)
    with pytest.raises(WorkbenchError):
        approve(circle, Project.objects.get(pk=ready.pk), "sichuan", now, vote="against", reason="晚了")


CHANGES = {  # what a change of the text may be, past every command
    "a letter": lambda project: project.clauses.filter(number="4.1").update(text="使用面积不应超过三十一平方米。"),
    "a heading": lambda project: project.clauses.filter(number="4.1").update(heading="使用面积"),
    "a clause taken out": lambda project: project.clauses.filter(number="4.1").update(removed=True),
    "the title": lambda project: Project.objects.filter(pk=project.pk).update(zh="另一名称"),
    "a party more": lambda project: PartyProject.objects.create(
        project=project, party=project.workspace.parties.get(code="central")
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_any_change_leaves_no_approval_standing(circle, ready, now, change):
    for code in PARTIES:
        approve(circle, ready, code, now)
    seen = joint_text.text_hash(ready)
    change(ready)
    ready.refresh_from_db()
    with pytest.raises(ConflictError):
        issue_it(circle, ready, now, seen=seen)
    with pytest.raises(WorkbenchError):
        issue_it(circle, ready, now)


def test_nobody_approves_what_they_alone_wrote(circle, ready, now):
    clause = ready.clauses.get(number="4.1")
    clause.versions.all().delete()
    write(clause, circle.seat("sichuan", "approver"), now)
    with pytest.raises(AccessError):
        approve(circle, ready, "sichuan", now)
    assert approve(circle, ready, "chongqing", now)


def test_a_text_that_reads_otherwise_in_print_is_not_approved(circle, ready, now):
    ready.clauses.filter(number="4").update(removed=True)
    with pytest.raises(WorkbenchError, match=r"4\.1"):
        approve(circle, ready, "sichuan", now)


def test_dates_stand_in_order(circle, ready, now):
    for code in PARTIES:
        approve(circle, ready, code, now)
    with pytest.raises(WorkbenchError):
        issue_it(circle, ready, now, effective_on=date(2026, 1, 1))
    with pytest.raises(WorkbenchError):
        issue_it(circle, ready, now, review_on=DATES["effective_on"])


def test_numbers_follow_each_other_and_end_with_the_segment(circle, procedure, now):
    NumberSegment.objects.filter(party=circle.chongqing).update(next=10005, last=10006)
    numbers = []
    for _ in range(3):
        project = make_project(circle, procedure, now, "issue")
        for code in PARTIES:
            approve(circle, project, code, now)
        if len(numbers) < 2:
            numbers.append(issue_it(circle, project, now).number)
    assert numbers == ["DB51/T 10005—2026", "DB51/T 10006—2026"]
    with pytest.raises(WorkbenchError):
        issue_it(circle, project, now)
    assert not IssuedStandard.objects.filter(project=project).exists()


def test_a_number_that_a_standard_bears_is_passed_over(circle, procedure, now):
    for expected in ("DB51/T 10001—2026", "DB51/T 10002—2026"):
        project = make_project(circle, procedure, now, "issue")
        for code in PARTIES:
            approve(circle, project, code, now)
        assert issue_it(circle, project, now).number == expected
        NumberSegment.objects.update(next=10001)


def test_a_stranger_finds_no_project(circle, ready, stranger, now):
    with pytest.raises(Project.DoesNotExist):
        review.make_opinion(stranger, ready, clause=None, author="", body="。", internal=False, now=now)


def test_a_drafter_neither_approves_nor_issues(circle, ready, now):
    actor, seen = circle.seat("sichuan", "drafter"), joint_text.text_hash(ready)
    with pytest.raises(AccessError):
        approval.approve_text(actor, ready, vote="for", reason="", seen=seen, now=now)
    with pytest.raises(AccessError):
        issue.issue_standard(actor, ready, seen=seen, now=now, **DATES)


@pytest.mark.parametrize("seed", range(4))
def test_a_walk_of_random_acts_issues_only_what_each_party_approved(circle, procedure, now, seed):
    """The model beside it keeps each party's last word on each text; the change is written with or without a command's help."""
    draw = random.Random(seed)
    project = make_project(circle, procedure, now, "issue")
    word: dict[str, tuple[str, str]] = {}
    for step in range(60):
        at = now + timedelta(minutes=step)
        act, code = draw.choice(("approve", "approve", "refuse", "change", "issue", "stale")), draw.choice(PARTIES)
        seen = joint_text.text_hash(project)
        if act == "approve":
            approve(circle, project, code, at)
            word[code] = ("for", seen)
        elif act == "refuse":
            approve(circle, project, code, at, vote="against", reason="不同意")
            word[code] = ("against", seen)
        elif act == "change":
            project.clauses.filter(number="4.1").update(text=f"使用面积不应超过{draw.choice('二三四')}十平方米。")
            if draw.random() < 0.5:
                text_changed(project, at)
                word.clear()
        else:
            agreed = all(word.get(each) == ("for", seen) for each in PARTIES)
            try:
                issue_it(circle, project, at, seen=seen if act == "issue" else hash_text("别的"))
            except TongchiError:
                assert not (agreed and act == "issue")
            else:
                assert agreed
                assert act == "issue"
                return
