"""The pages of review, approval and issued standards: as member, as somebody who only reads, as stranger, as visitor."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from workbench_projects import DATES, PARTIES, make_project, needs_fonts

from tongchi.documents import read
from tongchi.workbench.commands import approval, joint_text, review
from tongchi.workbench.commands.issue import issue_standard
from tongchi.workbench.commands.procedures import install_procedure
from tongchi.workbench.demo import load_demo
from tongchi.workbench.issuing.content import from_json
from tongchi.workbench.models import Approval, IssuedStandard, Opinion, Project, Seat


@pytest.fixture
def procedure(circle, now):
    return install_procedure(circle.seat("sichuan", "admin"), "chuanyu", now=now)


@pytest.fixture
def project(circle, procedure, now):
    return make_project(circle, procedure, now, "review")


@pytest.fixture
def standard(circle, procedure, now):
    project = make_project(circle, procedure, now, "issue")
    seen = joint_text.text_hash(project)
    for code in PARTIES:
        approval.approve_text(circle.seat(code, "approver"), project, vote="for", reason="", seen=seen, now=now)
    return issue_standard(circle.seat("sichuan", "approver"), project, seen=seen, now=now, **DATES)


PAGES = ("/projects/{0.pk}/review/", "/projects/{0.pk}/approval/", "/projects/{0.pk}/review/opinions.xlsx")


@pytest.mark.parametrize("page", PAGES)
def test_members_and_readers_see_a_page_strangers_and_visitors_do_not(
    circle, stranger, signed_in, client, project, page
):
    address = page.format(project)
    for seat in (circle.seat("chongqing", "reviewer"), circle.seat("central", "observer")):
        assert signed_in(seat).get(address).status_code == 200
    assert signed_in(stranger).get(address).status_code == 404
    assert client.get(address).status_code == 302


def test_the_forms_of_review_work_without_script(circle, signed_in, project, now):
    drafter, reviewer = signed_in(circle.seat("sichuan", "drafter")), signed_in(circle.seat("chongqing", "reviewer"))
    address = f"/projects/{project.pk}/review/"
    clause = project.clauses.get(number="4.1")
    assert (
        drafter.post(address + "opinions/", {"clause": clause.pk, "body": "=1+1", "author": "某局"}).status_code == 302
    )
    row = Opinion.objects.get()
    page = reviewer.get(address).content.decode()
    assert "某局" in page
    answer = {"disposition": "rejected", "reason": "与上位规定一致。", "version": row.version}
    assert reviewer.post(f"/opinions/{row.pk}/settle/", answer).status_code == 302
    assert reviewer.post(f"/opinions/{row.pk}/settle/", answer).status_code == 409
    vote = {"vote": "for", "seen": joint_text.text_hash(project)}
    assert reviewer.post(address + "vote/", vote).status_code == 302
    assert drafter.post(address + "vote/", vote).status_code == 403
    assert Approval.objects.get().vote == "for"
    book = load_workbook(io.BytesIO(reviewer.get(address + "opinions.xlsx").content))
    cells = [each.value for each in list(book.active.rows)[1]]
    assert cells == ["1", "4.1", "=1+1", "某局", "不采纳", "与上位规定一致。"]
    assert list(book.active.rows)[1][2].data_type == "s"


def test_an_internal_opinion_is_in_no_page_or_table_of_the_other_party(circle, signed_in, project, now):
    own = circle.seat("sichuan", "reviewer")
    review.make_opinion(own, project, clause=None, author="", body="只限本方", internal=True, now=now)
    row = Opinion.objects.get()
    other = signed_in(circle.seat("chongqing", "reviewer"))
    address = f"/projects/{project.pk}/review/"
    assert "只限本方" in signed_in(own).get(address).content.decode()
    assert "只限本方" not in other.get(address).content.decode()
    assert "只限本方" not in words(other.get(address + "opinions.docx").content)
    assert "只限本方" in words(signed_in(own).get(address + "opinions.docx").content)
    answer = {"disposition": "adopted", "reason": "好", "version": 1}
    assert other.post(f"/opinions/{row.pk}/settle/", answer).status_code == 404


def words(docx: bytes) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.docx"
        path.write_bytes(docx)
        return read(path).source


@needs_fonts
def test_a_standard_is_approved_and_issued_by_forms(circle, procedure, signed_in, now):
    project = make_project(circle, procedure, now, "issue")
    address = f"/projects/{project.pk}/approval/"
    seen = joint_text.text_hash(project)
    browsers = [signed_in(circle.seat(code, "approver")) for code in PARTIES]
    assert seen in browsers[0].get(address).content.decode()
    assert browsers[0].post(address + "word/", {"vote": "for", "seen": "0" * 64}).status_code == 409
    dates = {"seen": seen, "effective_on": "2999-01-01", "review_on": "3004-01-01"}
    for browser in browsers:
        assert browser.post(address + "issue/", dates).status_code == 422
        assert browser.post(address + "word/", {"vote": "for", "seen": seen}).status_code == 302
    assert browsers[0].post(address + "issue/", {**dates, "review_on": "soon"}).status_code == 422
    answer = browsers[0].post(address + "issue/", dates)
    row = IssuedStandard.objects.get()
    assert answer["Location"] == f"/standards/{row.pk}/"
    assert row.number in browsers[0].get(address).content.decode()
    assert browsers[1].get(address + "draft.pdf").content[:5] == b"%PDF-"


def test_a_page_says_which_word_is_void(circle, procedure, signed_in, now):
    project = make_project(circle, procedure, now, "issue")
    seen = joint_text.text_hash(project)
    actor = circle.seat("sichuan", "approver")
    approval.approve_text(actor, project, vote="for", reason="", seen=seen, now=now)
    Project.objects.filter(pk=project.pk).update(zh="另一名称")
    page = signed_in(actor).get(f"/projects/{project.pk}/approval/").content.decode()
    assert "失效" in page


@needs_fonts
def test_the_files_of_a_standard_are_attachments_from_one_source(circle, signed_in, standard):
    browser = signed_in(circle.seat("central", "observer"))
    answers = {form: browser.get(f"/standards/{standard.pk}/file.{form}") for form in ("docx", "pdf", "xml", "json")}
    for form, answer in answers.items():
        assert answer["Content-Disposition"] == f'attachment; filename="DB51-T-10001-2026.{form}"'
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert json.loads(answers["json"].content)["text_hash"] == standard.content_hash
    assert "使用面积不应超过三十平方米。" in words(answers["docx"].content)
    assert browser.get(f"/standards/{standard.pk}/file.exe").status_code == 404


def test_the_register_is_for_the_workspace_alone(circle, stranger, signed_in, client, standard):
    for language in ("zh-hans", "en"):
        browser = signed_in(circle.seat("chongqing", "drafter"))
        browser.cookies["django_language"] = language
        assert standard.number in browser.get("/standards/").content.decode()
        assert standard.number in browser.get(f"/standards/{standard.pk}/").content.decode()
    assert standard.number not in signed_in(stranger).get("/standards/").content.decode()
    for page in ("", "file.pdf"):
        assert signed_in(stranger).get(f"/standards/{standard.pk}/{page}").status_code == 404
        assert client.get(f"/standards/{standard.pk}/{page}").status_code == 302


def test_lists_ask_the_same_number_of_questions_however_long(
    circle, signed_in, project, now, django_assert_max_num_queries
):
    actor = circle.seat("sichuan", "reviewer")
    for at in range(12):
        review.make_opinion(
            actor, project, clause=project.clauses.first().pk, author="", body=f"意见{at}", internal=False, now=now
        )
    browser = signed_in(actor)
    with django_assert_max_num_queries(24):
        browser.get(f"/projects/{project.pk}/review/")


def test_the_standard_of_the_sample_has_its_pages_and_reads_back(db, now, signed_in):
    load_demo(now)
    row = IssuedStandard.objects.get()
    text = from_json(row.content)
    assert joint_text.misread(text) == []
    assert text.text_hash == row.content_hash == joint_text.text_hash(row.project)
    page = signed_in(Seat.objects.get(user__username="central")).get(f"/standards/{row.pk}/").content.decode()
    assert page.count(row.content_hash) == 1
    assert "两地应每半年召开一次联席会议" in page
