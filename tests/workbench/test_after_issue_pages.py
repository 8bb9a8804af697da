"""The pages after issue: as member, as somebody who only reads, as stranger, as visitor; and each form without script."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils.timezone import localdate
from workbench_projects import DATES, PARTIES, make_project

from tongchi.workbench.commands.procedures import install_procedure
from tongchi.workbench.due import STATES, Day, calendar, state_of
from tongchi.workbench.models import Adoption, IssuedStandard, Promise, Recognition, Seat


@pytest.fixture
def standard(circle, now):
    procedure = install_procedure(circle.seat("sichuan", "admin"), "chuanyu", now=now)
    content = {"zh": "办公用房"}
    return IssuedStandard.objects.create(
        workspace=circle.workspace, project=make_project(circle, procedure, now, "issue"), number="DB51/T 9001—2026", zh="办公用房",
        en="Offices", content=content, content_hash="a" * 64, issued_on=date(2026, 3, 2), **DATES,
    )  # fmt: skip


@pytest.mark.parametrize("page", ["/promises/", "/recognitions/", "/adoptions/", "/standards/{}/adoption/"])
def test_members_and_readers_see_a_page_strangers_see_nothing_of_it(
    circle, stranger, signed_in, client, standard, page, now
):
    address = page.format(standard.pk)
    Promise.objects.create(workspace=circle.workspace, party=circle.sichuan, what="秘密的承诺", due=date(2026, 4, 1))
    Recognition.objects.create(
        workspace=circle.workspace, item="某项资质", recognising=circle.chongqing, issuing=circle.sichuan, basis="4.1",
        standard=standard, since=date(2026, 6, 1), seat=circle.seat("chongqing", "approver"),
    )  # fmt: skip
    for seat in (circle.seat("chongqing", "approver"), circle.seat("central", "observer")):
        answer = signed_in(seat).get(address)
        assert answer.status_code == 200
        assert ("<form" in answer.text.partition("<main")[2]) is (
            seat.party.code == "chongqing" and page != "/adoptions/"
        )
    answer = signed_in(stranger).get(address)
    if "{}" in page:
        assert answer.status_code == 404
    else:
        assert all(word not in answer.text for word in ("秘密的承诺", "某项资质", "9001"))
    assert client.get(address).status_code == 302


def test_a_stranger_changes_nothing(circle, stranger, standard, signed_in):
    other = signed_in(Seat.objects.get(workspace=stranger.workspace, party=stranger.party, role="approver"))
    promise = Promise.objects.create(workspace=circle.workspace, party=circle.sichuan, what="x", due=date(2026, 4, 1))
    addresses = [f"/promises/{promise.pk}/kept/", f"/promises/{promise.pk}/due/"]
    addresses += [f"/standards/{standard.pk}/adoption/{act}/" for act in ("record", "review-date", "withdraw", "keep")]
    form = {"version": 1, "state": "not_yet", "due": "2026-05-01", "reason": "x", "kept_on": "2026-03-01"}
    assert [other.post(address, form).status_code for address in addresses] == [404] * len(addresses)
    assert other.post("/promises/new/", {**form, "what": "x", "towards": circle.sichuan.pk}).status_code == 404
    assert other.post("/recognitions/new/", {**form, "issuing": circle.sichuan.pk}).status_code == 404


def test_adoption_review_and_withdrawal_by_forms(circle, standard, signed_in):
    first, second = (signed_in(circle.seat(code, "approver")) for code in PARTIES)
    address = f"/standards/{standard.pk}/adoption/"
    form = {"version": 0, "state": "changed", "since": "2026-06-01", "document": "川办发1号", "changes": "=4.1"}
    assert first.post(address + "record/", form).status_code == 302
    assert first.post(address + "record/", form).status_code == 409
    assert signed_in(circle.seat("sichuan", "drafter")).post(address + "record/", form).status_code == 403
    page = second.get(address).text
    assert "川办发1号" in page
    assert Adoption.objects.get().state == "changed"
    move = {"seen": "2031-03-01", "review_on": f"{localdate().year + 9}-01-01", "reason": "继续有效"}
    assert second.post(address + "review-date/", move).status_code == 302
    assert first.post(address + "withdraw/", {"reason": "过时"}).status_code == 302
    assert first.post(address + "keep/").status_code == 302
    for browser in (first, second):
        assert browser.post(address + "withdraw/", {"reason": "过时"}).status_code == 302
    standard.refresh_from_db()
    assert standard.withdrawn_on == localdate()
    assert "废止" in second.get("/adoptions/").text


def test_promises_and_recognition_by_forms(circle, standard, signed_in):
    drafter, approver = (signed_in(circle.seat("chongqing", role)) for role in ("drafter", "approver"))
    form = {"what": "修订本市规定", "due": "2027-01-01", "towards": circle.sichuan.pk, "matter": circle.matter.pk}
    assert drafter.post("/promises/new/", form).status_code == 302
    assert drafter.post("/promises/new/", {**form, "due": "soon"}).status_code == 422
    row = Promise.objects.get()
    assert (
        drafter.post(f"/promises/{row.pk}/due/", {"version": 1, "due": "2020-01-01", "reason": "x"}).status_code == 302
    )
    assert "修订本市规定" in drafter.get("/promises/?state=late").text
    assert drafter.post(f"/promises/{row.pk}/kept/", {"version": 2, "kept_on": "soon"}).status_code == 422
    assert drafter.post(f"/promises/{row.pk}/kept/", {"version": 2, "kept_on": "2020-02-01"}).status_code == 302
    assert "修订本市规定" in drafter.get("/promises/?state=kept_late").text
    assert "修订本市规定" not in drafter.get("/promises/?state=late").text
    item = {
        "item": "企业资质",
        "issuing": circle.sichuan.pk,
        "standard": standard.pk,
        "basis": "4.1",
        "since": "2026-06-01",
    }
    assert approver.post("/recognitions/new/", item).status_code == 302
    assert drafter.post("/recognitions/new/", item).status_code == 403
    made = Recognition.objects.get()
    end = {"until": "2027-01-01", "seen": "", "reason": "改由新标准规定"}
    assert approver.post(f"/recognitions/{made.pk}/end/", end).status_code == 302
    assert approver.post(f"/recognitions/{made.pk}/end/", end).status_code == 409


STANDING = {  # what the case guards: (due, kept on, state) on 2026-03-02
    "the due day itself is not late": (date(2026, 3, 2), None, "soon"),
    "the day after is": (date(2026, 3, 1), None, "late"),
    "thirty days are soon": (date(2026, 4, 1), None, "soon"),
    "thirty-one are not": (date(2026, 4, 2), None, "open"),
    "kept on the last day": (date(2026, 3, 1), date(2026, 3, 1), "kept"),
    "kept a day late": (date(2026, 2, 28), date(2026, 3, 1), "kept_late"),
}


@pytest.mark.parametrize(("due", "kept_on", "code"), STANDING.values(), ids=STANDING)
def test_how_a_promise_stands(due, kept_on, code):
    assert state_of(Promise(due=due, kept_on=kept_on), date(2026, 3, 2)).code == code
    assert len({state.code for state in STATES}) == len(STATES)


def test_a_calendar_line_is_short_and_says_the_same_when_put_together():
    title = "修订；规定, 第一; 条\\款\n" * 8
    text = calendar([Day("u", date(2026, 12, 31), title)], name="x", now=datetime(2026, 3, 2, tzinfo=UTC)).decode()
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    whole = text.replace("\r\n ", "")
    assert "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n" in whole
    found = whole.partition("SUMMARY:")[2].partition("\r\n")[0]
    assert found == title.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def test_the_calendar_holds_open_promises_and_reviews_of_the_circle_alone(circle, standard, stranger, signed_in):
    for what, kept_on in (("未完成", None), ("已完成", date(2026, 3, 1))):
        Promise.objects.create(
            workspace=circle.workspace, party=circle.sichuan, what=what, due=date(2026, 4, 1), kept_on=kept_on
        )
    text = signed_in(circle.seat("central", "observer")).get("/promises/calendar.ics").content.decode()
    assert ("未完成" in text, "已完成" in text, standard.number in text) == (True, False, True)
    assert "VEVENT" not in signed_in(stranger).get("/promises/calendar.ics").content.decode()
