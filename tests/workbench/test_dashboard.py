"""The dashboard: what waits for whom, and no figure that rests on another party's unshared text or internal words."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from workbench_projects import DATES, PARTIES, make_project

from tongchi.workbench.commands import adoption, approval, joint_text, review
from tongchi.workbench.commands.drafting import take_position
from tongchi.workbench.commands.procedures import install_procedure
from tongchi.workbench.gap_chart import GapPoint, gap_chart
from tongchi.workbench.models import Approval, Comparison, Correction, Document, IssuedStandard, Matter, Promise
from tongchi.workbench.overview import adoption_counts, matter_views, projects_by_stage, promise_counts
from tongchi.workbench.waiting import waits

TODAY = date(2026, 3, 2)


@pytest.fixture
def procedure(circle, now):
    return install_procedure(circle.seat("sichuan", "admin"), "chuanyu", now=now)


def document(circle, code, now, *, shared):
    return Document.objects.create(
        workspace=circle.workspace, party=circle.parties[code], matter=circle.matter, title=code, name="a.md", size=1, uploaded_at=now,
        sha256=f"{code}{shared}".ljust(64, "0"), uploaded_by=circle.seat(code, "drafter"), shared_at=now if shared else None,
    )  # fmt: skip


def comparison(circle, documents, gap, at):
    findings = [{"document": each.pk, "clause_id": "art_1", "code": "9.3"} for each in documents]
    row = Comparison.objects.create(
        workspace=circle.workspace, matter=circle.matter, key=str(gap), result={}, findings=findings, gap=gap, made_at=at
    )  # fmt: skip
    row.documents.set(documents)
    return row


def issue(circle, procedure, now, number="DB51/T 9001—2026"):
    return IssuedStandard.objects.create(
        workspace=circle.workspace, project=make_project(circle, procedure, now, "issue"), number=number, zh="办公用房",
        en="Offices", content={}, content_hash="a" * 64, issued_on=TODAY, **DATES,
    )  # fmt: skip


def said(actor):
    """Return what waits, as (code of the party or "", English words)."""
    return [(each.party.code if each.party else "", each.what.en) for each in waits(actor, TODAY)]


def test_no_figure_rests_on_an_unshared_text_of_another_party(circle, stranger, signed_in, now):
    ours, theirs = document(circle, "sichuan", now, shared=True), document(circle, "chongqing", now, shared=True)
    hidden = document(circle, "chongqing", now, shared=False)
    comparison(circle, [ours, theirs], 0.4, now)
    comparison(circle, [ours, hidden], 0.9, now + timedelta(days=1))
    for party in ("sichuan", "central"):
        (view,) = matter_views(next(seat for (code, _), seat in circle.seats.items() if code == party))
        assert ([point.gap for point in view.points], view.findings) == ([0.4], 2)
    (view,) = matter_views(circle.seat("chongqing", "observer"))
    assert [point.gap for point in view.points] == [0.4, 0.9]
    assert view.change == pytest.approx(0.5)
    page = signed_in(circle.seat("sichuan", "observer")).get("/dashboard/").text
    assert ("0.400" in page, "0.900" in page) == (True, False)
    assert "0.900" in signed_in(circle.seat("chongqing", "observer")).get("/dashboard/").text
    assert "0.400" not in signed_in(stranger).get("/dashboard/").text


def judge(circle, code, verdict, text, item, now):
    return Correction.objects.create(
        workspace=circle.workspace, matter=circle.matter, party=circle.parties[code], seat=circle.seat(code, "reviewer"),
        kind="finding", verdict=verdict, document_a=text, eid_a="art_1", item=item, reason="x", at=now,
    )  # fmt: skip


def test_a_finding_is_settled_when_the_parties_that_judged_it_agree(circle, now):
    ours, theirs = document(circle, "sichuan", now, shared=True), document(circle, "chongqing", now, shared=True)
    comparison(circle, [ours, theirs], 0.4, now)

    def figures():
        (view,) = matter_views(circle.seat("central", "observer"))
        return view.open, view.settled

    judge(circle, "sichuan", "reject", ours, "10.1", now)
    assert figures() == (2, 0)
    judge(circle, "sichuan", "reject", ours, "9.3", now)
    assert figures() == (1, 1)
    other = judge(circle, "chongqing", "accept", ours, "9.3", now)
    assert figures() == (2, 0)
    other.withdrawn_at = now
    other.save()
    assert figures() == (1, 1)


def test_positions_wait_for_those_who_have_not_taken_them(circle, procedure, now):
    project = make_project(circle, procedure, now, "drafting")
    project.stage.materials = []
    project.stage.save()
    for clause in project.clauses.all():
        take_position(
            circle.seat("sichuan", "drafter"), clause, stand="agree", reason="", text_hash=clause.text_hash, now=now
        )
    actor = circle.seat("central", "observer")
    assert said(actor) == [("sichuan", "say that the party is ready"), ("chongqing", "take a position on 3 clauses")]
    assert [(stage.kind, len(found)) for stage, found in projects_by_stage(actor)] == [("drafting", 1)]


def test_approval_waits_for_each_party_then_issue_for_any(circle, procedure, now):
    project = make_project(circle, procedure, now, "issue")
    project.stage.materials = []
    project.stage.save()
    actor, seen = circle.seat("sichuan", "observer"), joint_text.text_hash(project)
    assert said(actor) == [("sichuan", "approve the text"), ("chongqing", "approve the text")]
    for code in PARTIES:
        approval.approve_text(circle.seat(code, "approver"), project, vote="for", reason="", seen=seen, now=now)
    assert said(actor) == [("", "issue")]
    Approval.objects.filter(party=circle.sichuan).update(void_at=now)
    assert said(actor) == [("sichuan", "approve the text")]


def test_an_internal_opinion_waits_for_its_own_party_and_nobody_else_counts_it(circle, procedure, now):
    project = make_project(circle, procedure, now, "review")
    own = circle.seat("sichuan", "reviewer")
    review.make_opinion(own, project, clause=None, author="", body="只限本方", internal=True, now=now)
    assert ("sichuan", "settle 1 internal opinion") in said(own)
    for other in (circle.seat("chongqing", "reviewer"), circle.seat("central", "observer")):
        assert not any("opinion" in what for _, what in said(other))
    review.make_opinion(own, project, clause=None, author="", body="各方可见", internal=False, now=now)
    assert ("", "settle 1 opinion") in said(circle.seat("chongqing", "reviewer"))


def test_after_issue_adoption_review_and_withdrawal_wait(circle, procedure, stranger, now):
    standard = issue(circle, procedure, now)
    actor = circle.seat("central", "observer")
    assert said(actor) == [("sichuan", "adopt the standard"), ("chongqing", "adopt the standard")]
    adoption.record_adoption(
        circle.seat("sichuan", "approver"), standard, state="adopted", since=date(2026, 6, 1), document="d", changes="", version=0, now=now
    )  # fmt: skip
    assert [count for _, count in adoption_counts(actor)] == [1, 0, 1]
    adoption.ask_withdrawal(circle.seat("sichuan", "approver"), standard, reason="x", now=now)
    assert said(actor) == [("chongqing", "adopt the standard"), ("chongqing", "answer a withdrawal")]
    IssuedStandard.objects.update(review_on=TODAY - timedelta(days=1))
    assert [each.late for each in waits(actor, TODAY) if each.what.en == "review"] == [True]
    adoption.ask_withdrawal(circle.seat("chongqing", "approver"), standard, reason="x", now=now)
    assert (said(actor), said(stranger)) == ([], [])


def test_a_replaced_standard_waits_for_its_withdrawal_alone(circle, procedure, now):
    former, actor = issue(circle, procedure, now), circle.seat("central", "observer")
    newer = issue(circle, procedure, now, number="DB51/T 9002—2026")
    IssuedStandard.objects.filter(pk=newer.pk).update(replaces=former)
    IssuedStandard.objects.filter(pk=former.pk).update(review_on=TODAY)

    def about_former(day):
        return [each.what.en for each in waits(actor, day) if "9001" in each.about.zh]

    assert about_former(DATES["effective_on"] - timedelta(days=1)) == []
    assert about_former(DATES["effective_on"]) == ["withdraw what is replaced"]


def test_promises_wait_when_due_soon_or_late(circle, now):
    for days, kept_on in ((-1, None), (10, None), (60, None), (-1, TODAY)):
        Promise.objects.create(
            workspace=circle.workspace, party=circle.chongqing, what=str(days), due=TODAY + timedelta(days=days), kept_on=kept_on
        )  # fmt: skip
    actor = circle.seat("sichuan", "observer")
    assert [(each.about.zh, each.late) for each in waits(actor, TODAY)] == [("-1", True), ("10", False)]
    assert {state.code: count for state, count in promise_counts(actor, TODAY)} == {
        "late": 1, "soon": 1, "open": 1, "kept": 0, "kept_late": 1,
    }  # fmt: skip


def test_both_languages_show_the_same_figures(circle, procedure, signed_in, now):
    comparison(circle, [document(circle, "sichuan", now, shared=True)], 0.25, now)
    issue(circle, procedure, now)
    make_project(circle, procedure, now, "drafting")
    browser = signed_in(circle.seat("sichuan", "drafter"))
    chinese = browser.get("/dashboard/").text
    browser.post("/language/", {"language": "en", "next": "/dashboard/"})
    browser.cookies["tongchi_language"] = "en"
    english = browser.get("/dashboard/").text
    assert 'lang="en"' in english
    figures = [
        re.findall(r"\d+(?:\.\d+)?", re.sub(r"<[^>]*>", " ", page.partition("<main")[2])) for page in (chinese, english)
    ]
    assert figures[0] == figures[1]


def test_queries_do_not_grow_with_the_number_of_rows(circle, procedure, signed_in, now):
    browser, counts = signed_in(circle.seat("sichuan", "drafter")), []
    text = document(circle, "sichuan", now, shared=True)
    for round_ in range(2):
        for at in range(1 + 4 * round_):
            make_project(circle, procedure, now, "drafting")
            Matter.objects.create(workspace=circle.workspace, code=f"m{round_}{at}", zh="x", en="x")
            comparison(circle, [text], 0.1 + round_ + at / 10, now)
            Promise.objects.create(workspace=circle.workspace, party=circle.sichuan, what="x", due=TODAY)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert browser.get("/dashboard/").status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 32


def test_a_chart_keeps_within_its_frame_and_escapes_its_title(now):
    points = [GapPoint(at, now + timedelta(days=at), TODAY, at / 10, 0.0, 0.35) for at in range(4)]
    svg = gap_chart(points, "<b>")
    assert "&lt;b&gt;" in svg
    assert "style=" not in svg
    assert all(0 <= float(y) <= 120 for y in re.findall(r' (?:cy|y|y1|y2)="([\d.-]+)"', svg))
    assert gap_chart([], "x") == ""
    assert "NaN" not in gap_chart(points[:1], "x")
