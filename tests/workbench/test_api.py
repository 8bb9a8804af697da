"""What the pages do, programs do: pages of lists, both texts after a conflict, one form of refusal, a standard from first to last."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import localdate
from django.utils.timezone import now as real_now
from workbench_projects import make_project

from tongchi.workbench.commands.procedures import install_procedure, write_procedure
from tongchi.workbench.commands.tokens import make_token
from tongchi.workbench.issuing.content import from_json
from tongchi.workbench.jobs.worker import work_all
from tongchi.workbench.log.chain import verify_log
from tongchi.workbench.models import Document, IssuedStandard

TEXT = "{}办公用房管理办法\n\n第一条 办公用房应当统一登记。\n\n第二条 使用面积不得超过{}平方米。\n"


class Program(Client):
    """A program that sends and gets JSON; what is refused raises, unless the status is expected."""

    def tell(self, method: str, path: str, body: object = None, *, status: int = 200):
        answer = self.generic(method, f"/api{path}", json.dumps(body or {}), content_type="application/json")
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    def ask(self, path: str, *, status: int = 200, **query: object):
        answer = self.get(f"/api{path}", query)
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    def send_file(self, name: str, data: bytes):
        answer = self.post("/api/documents", {"matter": "offices", "file": SimpleUploadedFile(name, data)})
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()


@pytest.fixture
def program(circle):
    """`program("sichuan", "drafter")` acts with a token of that seat."""

    def make(party: str, role: str) -> Program:
        _, secret = make_token(circle.seat(party, role), name="程序", last_day=localdate(), now=real_now())
        return Program(headers={"authorization": f"Bearer {secret}"})

    return make


@pytest.fixture
def draft(circle, now):
    return make_project(circle, install_procedure(circle.seat("sichuan", "admin"), "chuanyu", now=now), now, "drafting")


def test_a_list_comes_in_pages(circle, draft, program):
    asked = program("sichuan", "drafter")
    whole = asked.ask(f"/projects/{draft.pk}/clauses")
    assert whole["count"] == len(whole["items"]) > 2
    pages = [asked.ask(f"/projects/{draft.pk}/clauses", limit=1, offset=at) for at in range(whole["count"] + 1)]
    assert [row for page in pages for row in page["items"]] == whole["items"]
    assert {page["count"] for page in pages} == {whole["count"]}


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 10**30}, {"offset": -1}, {"limit": "x"}])
def test_pages_that_cannot_be(circle, program, query):
    refusal = program("sichuan", "drafter").ask("/log", status=422, **query)
    assert next(iter(refusal["facts"])).startswith("query.")


def test_a_conflict_brings_both_texts_and_loses_none(circle, draft, program):
    first, second = program("sichuan", "drafter"), program("chongqing", "drafter")
    clause = first.ask(f"/projects/{draft.pk}/clauses")["items"][2]
    change = {"number": clause["number"], "heading": clause["heading"], "version": clause["version"]}
    first.tell("PUT", f"/clauses/{clause['id']}", {**change, "text": "甲方的文字。"})
    refusal = second.tell("PUT", f"/clauses/{clause['id']}", {**change, "text": "乙方的文字。"}, status=409)
    assert (refusal["code"], refusal["facts"]["yours"], refusal["facts"]["theirs"]) == (
        "T952",
        "乙方的文字。",
        "甲方的文字。",
    )
    second.tell(
        "PUT", f"/clauses/{clause['id']}", {**change, "version": refusal["facts"]["version"], "text": "乙方的文字。"}
    )
    assert [row["text"] for row in first.ask(f"/clauses/{clause['id']}/versions")["items"]][-2:] == [
        "甲方的文字。",
        "乙方的文字。",
    ]


@pytest.mark.parametrize("text", ["\0", "\ud800", "字" * 20_001], ids=["nul", "surrogate", "long"])
def test_what_is_no_text_is_refused(circle, draft, program, text):
    body = {"number": "4.9", "text": text}
    assert (
        program("sichuan", "drafter").tell("POST", f"/projects/{draft.pk}/clauses", body, status=422)["code"] == "422"
    )


def test_line_ends_are_plain(circle, draft, program):
    body = {"number": "4.9", "text": "甲。\r\n乙。\r丙。"}
    assert (
        program("sichuan", "drafter").tell("POST", f"/projects/{draft.pk}/clauses", body)["text"] == "甲。\n乙。\n丙。"
    )


@pytest.mark.parametrize("key", ["0", "99999999999999999999999", "x", "-1"])
def test_keys_that_name_nothing(circle, program, key):
    assert program("sichuan", "drafter").get(f"/api/documents/{key}").status_code in (404, 422)


def test_a_text_is_sent_read_shared_and_compared(circle, program):
    mine, theirs = program("sichuan", "drafter"), program("chongqing", "drafter")
    sent = [
        mine.send_file("甲.md", TEXT.format("甲地", "二十").encode()),
        theirs.send_file("乙.md", TEXT.format("乙地", "三十").encode()),
    ]
    work_all(real_now)
    for asked, row in zip((mine, theirs), sent, strict=True):
        read = asked.ask(f"/documents/{row['id']}")
        assert read["state"] == "read"
        assert asked.get(f"/api/documents/{row['id']}/file").content.decode().startswith(read["title"][0])
        asked.tell("POST", f"/documents/{row['id']}/share", {"version": read["version"]})
    assert [row["label"] for row in theirs.ask(f"/documents/{sent[0]['id']}/clauses")["items"]][:2] == [
        "第一条",
        "第二条",
    ]
    job = mine.tell("POST", "/matters/offices/comparisons")["job"]
    work_all(real_now)
    assert mine.ask(f"/jobs/{job['id']}")["state"] == "done"
    found = theirs.ask("/comparisons", matter="offices")["items"]
    assert 0 <= found[0]["gap_low"] <= found[0]["gap"] <= found[0]["gap_high"] <= 1
    assert theirs.tell("POST", "/matters/offices/comparisons")["comparison"]["id"] == found[0]["id"]
    whole = mine.ask(f"/comparisons/{found[0]['id']}")
    documents = {row["id"]: row for row in whole["result"]["documents"]}
    places = [
        {"document": row["id"], "eid": articles[1]["eid"]}
        for row, articles in zip(sent, (each["articles"] for each in documents.values()), strict=True)
    ]
    said = {"a": places[0], "b": places[1], "verdict": "reject", "reason": "两事"}
    mine.tell("POST", f"/comparisons/{whole['id']}/links", said)
    assert [row["reason"] for row in theirs.ask("/corrections")["items"]] == ["两事"]


def test_what_is_not_shared_is_not_there(circle, program):
    sent = program("sichuan", "drafter").send_file("甲.md", TEXT.format("甲地", "二十").encode())
    other = program("chongqing", "drafter")
    assert other.ask("/documents") == {"items": [], "count": 0}
    assert other.ask(f"/documents/{sent['id']}", status=404)["code"] == "404"
    assert Document.objects.count() == 1


def test_a_standard_is_made_from_first_to_last(circle, program):
    """Every step by programs of both parties, and the same standard in the end as on the pages."""
    stages = [{"kind": kind, "zh": kind, "en": ""} for kind in ("approval", "drafting", "review", "issue")]
    stages[2] |= {"favour": 0.75}
    table = {
        "code": "short", "zh": "简易", "en": "", "stages": stages,
        "segments": [{"party": "", "pattern": "JL/T {number}—{year}", "first": 1, "last": 9}],
    }  # fmt: skip
    write_procedure(circle.seat("sichuan", "admin"), table, now=real_now())
    people = {
        (party, role): program(party, role)
        for party in ("sichuan", "chongqing")
        for role in ("drafter", "reviewer", "approver")
    }
    drafter, mover = people["sichuan", "drafter"], people["sichuan", "reviewer"]
    body = {"matter": "offices", "procedure": "short", "zh": "办公用房配置规范"}
    key = drafter.tell("POST", "/projects", body)["id"]

    def side(party: str) -> int:
        return next(each["version"] for each in drafter.ask(f"/projects/{key}")["sides"] if each["party"] == party)

    def go_on() -> str:
        for party in ("sichuan", "chongqing"):
            people[party, "approver"].tell("POST", f"/projects/{key}/ready", {"ready": True, "version": side(party)})
        return mover.tell("POST", f"/projects/{key}/move", {"version": drafter.ask(f"/projects/{key}")["version"]})[
            "stage"
        ]

    for party in ("sichuan", "chongqing"):
        body = {"number": f"{party}-1", "version": side(party)}
        people[party, "approver"].tell("POST", f"/projects/{key}/approve", body)
    assert go_on() == "drafting"
    for kind, number, heading, text in (
        ("scope", "1", "范围", "本文件规定了办公用房的配置。"), ("clause", "4", "要求", ""), ("clause", "4.1", "面积", "不应超过二十平方米。"),
    ):  # fmt: skip
        row = drafter.tell(
            "POST", f"/projects/{key}/clauses", {"kind": kind, "number": number, "heading": heading, "text": text}
        )
        for party in ("sichuan", "chongqing"):
            said = {"stand": "agree", "text_hash": row["text_hash"]}
            people[party, "reviewer"].tell("POST", f"/clauses/{row['id']}/positions", said)
    assert go_on() == "review"
    opinion = people["chongqing", "reviewer"].tell("POST", f"/projects/{key}/opinions", {"body": "可行"})
    settled = {"disposition": "adopted", "reason": "可", "version": opinion["version"]}
    mover.tell("POST", f"/opinions/{opinion['id']}/settle", settled)
    seen = drafter.ask(f"/projects/{key}/text")["text_hash"]
    for party in ("sichuan", "chongqing"):
        people[party, "reviewer"].tell("POST", f"/projects/{key}/votes", {"vote": "for", "seen": seen})
    assert go_on() == "issue"
    today = localdate()
    dates = {"effective_on": str(today), "review_on": str(today + timedelta(days=900))}
    approver = people["sichuan", "approver"]
    approver.tell("POST", f"/projects/{key}/standard", {"seen": seen, **dates}, status=422)
    for party in ("sichuan", "chongqing"):
        people[party, "approver"].tell("POST", f"/projects/{key}/approvals", {"vote": "for", "seen": seen})
    issued = approver.tell("POST", f"/projects/{key}/standard", {"seen": seen, **dates})
    assert (issued["number"], issued["content_hash"]) == (f"JL/T 1—{today.year}", seen)
    file = drafter.get(f"/api/standards/{issued['id']}/file/json").content
    assert from_json(json.load(io.BytesIO(file))) == from_json(IssuedStandard.objects.get().content)
    assert verify_log(circle.workspace).broken is None


def test_the_description_is_there_for_those_who_are_in_and_those_who_are_not(client, db):
    described = client.get("/api/openapi.json").json()
    assert described["paths"]["/api/clauses/{key}"]["put"]["operationId"] == "edit_clause"
    assert set(described["components"]["securitySchemes"]) == {"ByToken", "BySession"}


@pytest.mark.parametrize("field", ["body", "zh"])
def test_a_form_that_holds_a_nul_is_refused(circle, signed_in, field):
    client = signed_in(circle.seat("sichuan", "drafter"))
    assert client.post("/matters/", {"code": "cars", field: "公\0务"}).status_code == 422
