"""The matter's table: who sees which comparison, what is corrected, and that the next comparison uses it."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from test_documents import brought

from tongchi.errors import AccessError, WorkbenchError
from tongchi.workbench.commands import comparisons, corrections, documents
from tongchi.workbench.commands.corrections import Place
from tongchi.workbench.jobs.worker import work_all
from tongchi.workbench.log.chain import verify_log
from tongchi.workbench.models import Comparison, Correction, Job, LogEntry, Matter

BODY = """{name}办公用房管理办法

第一条 办公用房应当统一登记，由机关事务管理部门负责。

第二条 处级干部办公用房使用面积不得超过{n}平方米。

第三条 参加本地采购的供应商，应当在本行政区域内设有分支机构，并已在当地缴纳社会保险满一年。
"""
BARRIER = "art_3__para_1"


@pytest.fixture
def desk(circle, now) -> SimpleNamespace:
    """One shared text of each party, read and compared."""
    rows = []
    for code, name, n in (("sichuan", "四川省", "三十"), ("chongqing", "重庆市", "二十四")):
        row = brought(circle, now, code=code, name=f"{code}.md", data=BODY.format(name=name, n=n))
        rows.append(documents.share_document(circle.seat(code, "drafter"), row, version=row.version, now=now))
    a, b = circle.seat("sichuan", "drafter"), circle.seat("chongqing", "drafter")
    made = compared(a, circle.matter, now)
    return SimpleNamespace(circle=circle, rows=rows, a=a, b=b, made=made, later=now + timedelta(hours=1))


def compared(actor, matter, at, *, own=False) -> Comparison:
    asked = comparisons.ask_comparison(actor, matter, own=own, now=at)
    if isinstance(asked, Comparison):
        return asked
    work_all(lambda: at)
    asked.refresh_from_db()
    assert asked.state == "done", asked.error_en
    return Comparison.objects.get(pk=asked.result["comparison"])


def ends(comparison):
    return {(link["a_eid"], link["b_eid"]) for link in comparison.result["pairs"][0]["links"]}


def said(desk, actor, verdict, eids=("art_2", "art_2"), at=None):
    places = [Place(row.pk, eid) for row, eid in zip(desk.rows, eids, strict=True)]
    return corrections.correct_link(actor, desk.made, *places, verdict=verdict, reason="同一事项", now=at or desk.later)


def test_the_same_texts_are_compared_once(desk):
    assert compared(desk.b, desk.circle.matter, desk.later).pk == desk.made.pk
    assert (Comparison.objects.count(), Job.objects.filter(task="comparison.run").count()) == (1, 1)
    assert 0 <= desk.made.gap_low <= desk.made.gap <= desk.made.gap_high <= 1
    assert ("art_2", "art_2") in ends(desk.made)
    assert {each["document"] for each in desk.made.findings} == {row.pk for row in desk.rows}
    assert verify_log(desk.circle.workspace).broken is None


def test_a_comparison_with_an_unshared_text_is_its_partys_alone(desk, signed_in, stranger, now):
    hidden = brought(desk.circle, now, name="内部.md", data=BODY.format(name="四川省内部", n="四十"))
    private = compared(desk.a, desk.circle.matter, desk.later, own=True)
    assert hidden in private.documents.all()
    assert LogEntry.objects.get(subject=f"comparison {private.pk}").audience == "sichuan"
    place = Place(hidden.pk, BARRIER)
    row = corrections.correct_finding(
        desk.a, private, place, item="9.9", verdict="add", reason="内部意见", now=desk.later
    )
    assert LogEntry.objects.get(subject=f"correction {row.pk}").audience == "sichuan"
    assert signed_in(desk.a).get(f"/comparisons/{private.pk}/").status_code == 200
    page = f"/matters/{desk.circle.matter.pk}/"
    for seat in (desk.b, desk.circle.seat("central", "observer"), stranger):
        client = signed_in(seat)
        assert client.get(f"/comparisons/{private.pk}/").status_code == 404
        assert client.post(f"/corrections/{row.pk}/withdraw/").status_code == 404
        for form in ("links", "findings"):
            assert client.post(f"/comparisons/{private.pk}/{form}/", {"a": "1:art_1"}).status_code == 404
        assert private not in Comparison.objects.visible_to(seat)
        assert not Correction.objects.visible_to(seat).exists()
        assert not Job.objects.visible_to(seat).filter(party=desk.a.party).exists()
        for path in (page, f"{page}corrections.json", "/matters/"):
            answer = client.get(path)
            text = answer.content.decode()
            assert "内部" not in text
            assert "四十" not in text
            assert answer.status_code == (404 if seat == stranger and path != "/matters/" else 200)
    assert comparisons.texts_of(desk.b, desk.circle.matter, own=True) == desk.rows
    assert desk.made in Comparison.objects.visible_to(desk.b)
    with pytest.raises(Comparison.DoesNotExist):
        corrections.correct_finding(desk.b, private, place, item="9.9", verdict="add", reason="x", now=desk.later)


def test_a_rejected_link_is_gone_from_the_next_comparison_and_stays_in_this_one(desk):
    row = said(desk, desk.a, "reject")
    assert ("art_2", "art_2") in ends(Comparison.objects.get(pk=desk.made.pk))
    again = compared(desk.b, desk.circle.matter, desk.later)
    assert again.pk != desk.made.pk
    assert ends(again) == ends(desk.made) - {("art_2", "art_2")}
    corrections.withdraw_correction(desk.a, row, now=desk.later)
    assert compared(desk.a, desk.circle.matter, desk.later).pk == desk.made.pk


def test_an_added_link_is_in_the_next_comparison(desk):
    said(desk, desk.b, "add", ("art_1", "art_3"))
    assert ends(compared(desk.a, desk.circle.matter, desk.later)) == ends(desk.made) | {("art_1", "art_3")}


def test_where_the_parties_differ_the_machines_answer_stands(desk):
    said(desk, desk.a, "reject")
    said(desk, desk.b, "accept")
    assert ends(compared(desk.a, desk.circle.matter, desk.later)) == ends(desk.made)
    said(desk, desk.b, "reject")
    assert Correction.objects.filter(party=desk.b.party, withdrawn_at=None).count() == 1
    assert ("art_2", "art_2") not in ends(compared(desk.a, desk.circle.matter, desk.later))


def test_findings_are_rejected_and_added(desk):
    place, item = Place(desk.rows[0].pk, BARRIER), desk.made.findings[0]["code"]
    corrections.correct_finding(desk.a, desk.made, place, item=item, verdict="reject", reason="有例外", now=desk.later)
    other = Place(desk.rows[1].pk, "art_1__para_1")
    corrections.correct_finding(desk.b, desk.made, other, item="8.1", verdict="add", reason="指定部门", now=desk.later)
    again = compared(desk.a, desk.circle.matter, desk.later)
    standing = {(each["document"], each["clause_id"], each["code"]): each["standing"] for each in again.findings}
    assert standing[place.document, BARRIER, item] == "rejected"
    assert standing[other.document, other.eid, "8.1"] == "accepted"
    assert len(again.findings) == len(desk.made.findings) + 1


def test_what_cannot_be_corrected_is_refused(desk):
    for seat in (desk.circle.seat("central", "observer"), desk.circle.seat("sichuan", "approver")):
        with pytest.raises(AccessError):
            said(desk, seat, "reject")
        with pytest.raises(AccessError):
            comparisons.ask_comparison(seat, desk.circle.matter, own=False, now=desk.later)
    for verdict, eids in (("reject", ("art_2", "art_9")), ("perhaps", ("art_2", "art_2"))):
        with pytest.raises(WorkbenchError):
            said(desk, desk.a, verdict, eids)
    place = Place(desk.rows[0].pk, "art_1__para_1")
    for item, verdict in (("9.3", "reject"), ("", "add")):
        with pytest.raises(WorkbenchError):
            corrections.correct_finding(
                desk.a, desk.made, place, item=item, verdict=verdict, reason="x", now=desk.later
            )
    with pytest.raises(AccessError):
        corrections.withdraw_correction(desk.b, said(desk, desk.a, "reject"), now=desk.later)


def test_fewer_than_two_texts_are_not_compared(circle, now):
    brought(circle, now)
    with pytest.raises(WorkbenchError):
        comparisons.ask_comparison(circle.seat("sichuan", "drafter"), circle.matter, own=True, now=now)


def test_the_matter_by_plain_forms(desk, signed_in, now):
    client, page = signed_in(desk.a), f"/matters/{desk.circle.matter.pk}/"
    a, b = (f"{row.pk}:art_2" for row in desk.rows)
    form = {"a": a, "b": b, "verdict": "reject", "reason": "对象不同"}
    assert client.post(f"/comparisons/{desk.made.pk}/links/", form).status_code == 302
    assert client.post(f"/comparisons/{desk.made.pk}/links/", {**form, "reason": " "}).status_code == 422
    assert client.post(f"/comparisons/{desk.made.pk}/links/", {**form, "a": "x"}).status_code == 404
    assert client.post(f"{page}compare/").status_code == 302
    assert "正在比对" in client.get(page).content.decode()
    work_all(lambda: desk.later)
    assert client.post(f"{page}compare/").status_code == 302
    for language, word in (("en", "Clause table"), ("zh-hans", "条款对照表")):
        client.post(reverse("set_language"), {"language": language})
        text = client.get(page).content.decode()
        assert word in text
        assert "对象不同" in text
        assert client.get(f"/comparisons/{desk.made.pk}/").status_code == 200
    handed = json.loads(client.get(f"{page}corrections.json").content)
    assert [(each["verdict"], each["party"]) for each in handed["corrections"]] == [("reject", "sichuan")]
    row = Correction.objects.get()
    assert signed_in(desk.b).post(f"/corrections/{row.pk}/withdraw/").status_code == 403
    assert client.post(f"/corrections/{row.pk}/withdraw/").status_code == 302
    row.refresh_from_db()
    assert row.withdrawn_at


def test_a_matter_is_opened_by_a_form(circle, signed_in):
    client = signed_in(circle.seat("sichuan", "drafter"))
    assert client.post("/matters/", {"code": "cars", "zh": "公务用车", "en": ""}).status_code == 302
    assert client.post("/matters/", {"code": "cars", "zh": "公务用车", "en": ""}).status_code == 422
    assert client.post("/matters/", {"code": "Bad Code", "zh": "x", "en": ""}).status_code == 422
    assert Matter.objects.get(code="cars").en == "公务用车"
    assert signed_in(circle.seat("sichuan", "approver")).post("/matters/", {"code": "x", "zh": "x"}).status_code == 403


def test_the_pages_ask_a_fixed_number_of_queries(desk, signed_in, django_assert_max_num_queries):
    client = signed_in(desk.a)
    for verdict, eids in (("accept", ("art_1", "art_1")), ("reject", ("art_2", "art_2")), ("add", ("art_1", "art_3"))):
        said(desk, desk.a, verdict, eids)
    for path in (f"/matters/{desk.circle.matter.pk}/", "/matters/", f"/comparisons/{desk.made.pk}/"):
        with django_assert_max_num_queries(13):
            assert client.get(path).status_code == 200
