"""The pages of projects and drafts, by plain forms: as drafter of each party, observer, stranger and visitor."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client

import tongchi
from tongchi.documents import parse_document
from tongchi.documents.markdown import read_markdown
from tongchi.report.comparison_json import comparison_to_json
from tongchi.workbench.commands import drafting, remarks
from tongchi.workbench.commands.procedures import install_procedure
from tongchi.workbench.commands.projects import start_project
from tongchi.workbench.log.chain import verify_log
from tongchi.workbench.models import Clause, Comparison, Document, DraftClause, Position, Project, Remark
from tongchi.workbench.text_hash import hash_text

TEXTS = {
    "sichuan": ("四川省", "办公用房应当统一登记。", "公务用车每年使用费用不得超过三万元。"),
    "chongqing": ("重庆市", "办公用房应当统一登记。", "公务用车每年使用费用不得超过二万元。"),
}


@pytest.fixture
def desk(circle, now, signed_in) -> SimpleNamespace:
    """A project in drafting on a matter that the engine has compared, one clause in it, and a browser of each drafter."""
    a, b = circle.seat("sichuan", "drafter"), circle.seat("chongqing", "drafter")
    compared(circle, now)
    procedure = install_procedure(circle.seat("sichuan", "admin"), "chuanyu", now=now)
    project = start_project(a, circle.matter, procedure, "办公用房配置规范", "Offices", now=now)
    Project.objects.update(stage=procedure.stages.get(kind="drafting"))
    project.refresh_from_db()
    clause = drafting.add_clause(a, project, number="4.1", heading="登记", text="办公用房应统一登记。", now=now)
    return SimpleNamespace(
        circle=circle, project=project, clause=clause, a=signed_in(a), b=signed_in(b), seats=(a, b), now=now
    )


def compared(circle, now) -> Comparison:
    """Write one shared document of each party with its clauses, and the engine's comparison of them."""
    read = []
    for code, (name, *articles) in TEXTS.items():
        title = f"{name}机关事务管理办法"
        body = "\n\n".join(f"第{'一二'[at]}条 {text}" for at, text in enumerate(articles))
        text = parse_document(read_markdown(f"{title}\n\n{body}\n"), file=f"{code}.md")
        seat = circle.seat(code, "drafter")
        row = Document.objects.create(
            workspace=circle.workspace, matter=circle.matter, party=seat.party, title=title, name=f"{code}.md", sha256=code, size=1,
            uploaded_at=now, uploaded_by=seat, shared_at=now,
        )  # fmt: skip
        for order, node in enumerate(node for node in text.nodes if node.text and node.eid.startswith("art_")):
            Clause.objects.create(
                document=row, eid=node.eid, label=node.eid, text=node.text, text_hash=hash_text(node.text), order=order
            )  # fmt: skip
        read.append((row, text))
    result = comparison_to_json(tongchi.compare_all([text for _, text in read]))
    made = Comparison.objects.create(
        workspace=circle.workspace, matter=circle.matter, key="k", result=result, made_at=now
    )
    made.documents.set([row for row, _ in read])
    return made


def pages(desk) -> list[str]:
    project, clause = f"/projects/{desk.project.pk}/", f"/projects/clauses/{desk.clause.pk}/"
    starts = ["/projects/", "/projects/new/", "/procedures/", project, f"{project}draft/", f"{project}draft/start/"]
    return [*starts, clause, f"{clause}?take=merge", f"{clause}history/"]


def forms(desk) -> list[str]:
    project, clause = f"/projects/{desk.project.pk}", f"/projects/clauses/{desk.clause.pk}"
    made = [f"{project}/{act}/" for act in ("approve", "material", "ready", "move", "return", "draft", "draft/start")]
    return made + [f"{clause}/{act}/" for act in ("edit", "position", "remark", "place", "remove")]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_shown_in_both_languages(desk, language):
    desk.a.cookies["tongchi_language"] = language
    for address in pages(desk):
        answer = desk.a.get(address)
        assert answer.status_code == 200, address
        assert "style=" not in answer.text


def test_a_reader_reads_and_is_offered_no_form(desk, signed_in):
    client = signed_in(desk.circle.seat("central", "observer"))
    for address in pages(desk):
        text = client.get(address).text
        assert text.count('method="post"') == 2, address  # sign out, language


def test_a_reader_changes_nothing(desk, signed_in):
    client = signed_in(desk.circle.seat("central", "observer"))
    statuses = {client.post(address).status_code for address in forms(desk)}
    assert statuses <= {403, 422}
    assert DraftClause.objects.get().version == 1


def test_a_stranger_finds_nothing_and_a_visitor_signs_in(desk, stranger, signed_in):
    client = signed_in(stranger)
    own = ("/projects/", "/projects/new/", "/procedures/")
    for address in pages(desk):
        assert client.get(address).status_code == (200 if address in own else 404), address
        assert Client().get(address).status_code == 302
    assert "办公用房" not in client.get("/projects/").text
    assert {client.post(address).status_code for address in forms(desk)} == {404}


def test_a_project_is_proposed_approved_and_waits_for_the_other(circle, now, signed_in):
    procedure = install_procedure(circle.seat("sichuan", "admin"), "chuanyu", now=now)
    facts = {"zh": "车辆使用规范", "en": "", "matter": circle.matter.pk, "procedure": procedure.pk}
    address = signed_in(circle.seat("sichuan", "drafter")).post("/projects/new/", facts)["Location"]
    approver = signed_in(circle.seat("sichuan", "approver"))
    assert approver.post(f"{address}approve/", {"number": "川标项 7", "version": "1"})["Location"] == address
    page = approver.get(address).text
    assert "川标项 7" in page
    assert "有一方尚未立项" in page
    assert approver.post(f"{address}move/", {"version": "1"}).status_code == 422
    assert approver.post(f"{address}move/", {"version": "x"}).status_code == 409


def test_a_procedure_is_taken_in_by_its_page(circle, signed_in):
    client = signed_in(circle.seat("sichuan", "admin"))
    assert client.post("/procedures/", {"code": "chuanyu"})["Location"] == "/procedures/"
    assert client.post("/procedures/", {"code": "chuanyu"}).status_code == 422


def test_a_clause_starts_from_the_stricter_provision(desk):
    address = f"/projects/{desk.project.pk}/draft/start/"
    page = desk.a.get(address)
    row = next(each for each in page.context["starts"] if "使用费用" in each.label)
    assert [each.origin for each in row.proposals] == ["keep_a", "keep_b", "stricter", "merge"]
    assert "较严者：重庆市" in page.text
    facts = {"row": row.number, "comparison": page.context["comparison"].pk, "origin": "stricter", "number": "4.2"}
    answer = desk.a.post(address, facts)
    made = DraftClause.objects.get(number="4.2")
    assert (answer["Location"], made.text) == (f"/projects/clauses/{made.pk}/", "公务用车每年使用费用不得超过二万元。")
    assert {each["party"] for each in made.sources} == {"sichuan", "chongqing"}
    shown = desk.b.get(f"/projects/clauses/{made.pk}/")
    assert [each.origin for each in shown.context["desk"]["proposals"]] == ["keep_a", "keep_b", "stricter", "merge"]
    assert desk.b.get(f"/projects/clauses/{made.pk}/?take=keep_a").context["form"]["text"].endswith("三万元。")
    assert desk.a.post(address, facts | {"comparison": 0}).status_code == 422
    assert desk.a.post(address, facts | {"row": ""}).status_code == 422


def test_what_the_other_party_has_not_shared_stands_beside_no_clause(desk):
    sources = [{"document": row.pk, "eid": "art_1", "party": row.party.code} for row in Document.objects.order_by("pk")]
    made = drafting.add_clause(desk.seats[0], desk.project, number="5", text="文", sources=sources, now=desk.now)
    Document.objects.filter(party__code="sichuan").update(shared_at=None)
    shown = desk.b.get(f"/projects/clauses/{made.pk}/")
    assert [each.document.party.code for each in shown.context["desk"]["sources"]] == ["chongqing"]
    assert "四川省机关事务管理办法" not in shown.text
    assert desk.b.get(f"/projects/{desk.project.pk}/draft/start/").context["starts"] == []


def save(desk, client, text, version=1, **headers):
    facts = {"version": version, "number": "4.1", "heading": "登记", "text": text}
    return client.post(f"/projects/clauses/{desk.clause.pk}/edit/", facts, headers=headers)


def test_the_second_editor_sees_both_texts_and_loses_none(desk):
    assert save(desk, desk.a, "甲方改过的文本。").status_code == 302
    answer = save(desk, desk.b, "乙方改过的文本。")
    assert answer.status_code == 409
    assert "甲方改过的文本。" in answer.text
    assert answer.context["form"]["text"] == "乙方改过的文本。"
    assert (
        save(desk, desk.b, answer.context["form"]["text"], answer.context["desk"]["clause"].version).status_code == 302
    )
    desk.clause.refresh_from_db()
    assert (desk.clause.text, desk.clause.version) == ("乙方改过的文本。", 3)


def test_a_refused_text_is_still_in_the_form(desk):
    facts = {"version": 1, "number": "", "heading": "登记", "text": "长篇文字。"}
    answer = desk.a.post(f"/projects/clauses/{desk.clause.pk}/edit/", facts)
    assert (answer.status_code, answer.context["form"]["text"]) == (422, "长篇文字。")


def test_line_ends_of_browsers_make_no_other_text(desk):
    save(desk, desk.a, "第一行\r\n第二行")
    desk.clause.refresh_from_db()
    assert desk.clause.text == "第一行\n第二行"


def test_htmx_gets_the_part_and_a_browser_without_it_the_page(desk):
    answer = save(desk, desk.a, "甲方改过的文本。", **{"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="desk">')
    assert "甲方改过的文本。" in answer.text


def test_a_position_by_its_form_and_on_an_older_text(desk):
    address = f"/projects/clauses/{desk.clause.pk}/position/"
    facts = {"stand": "object", "reason": "超出权限。", "hash": desk.clause.text_hash}
    assert desk.b.post(address, facts).status_code == 302
    assert Position.objects.get().party.code == "chongqing"
    save(desk, desk.a, "甲方改过的文本。")
    assert "对旧文本" in desk.b.get(f"/projects/{desk.project.pk}/draft/").text
    answer = desk.b.post(address, facts)
    assert (answer.status_code, answer.context["typed"]["reason"]) == (409, "超出权限。")


def test_a_suggestion_is_made_and_accepted_by_forms(desk):
    address = f"/projects/clauses/{desk.clause.pk}/remark/"
    facts = {
        "kind": "suggestion",
        "suggested": "办公用房应在三日内登记。",
        "body": "期限",
        "hash": desk.clause.text_hash,
    }
    assert desk.b.post(address, facts).status_code == 302
    remark = Remark.objects.get()
    assert desk.a.post(f"/projects/remarks/{remark.pk}/settle/", {"accept": "0"}).status_code == 422
    assert desk.a.post(f"/projects/remarks/{remark.pk}/settle/", {"accept": "1"}).status_code == 302
    history = desk.a.get(f"/projects/clauses/{desk.clause.pk}/history/").text
    assert "<ins>在三日内</ins>" in history
    assert desk.a.get(f"/projects/clauses/{desk.clause.pk}/history/?from=2&to=1").status_code == 200


def test_an_internal_comment_is_not_on_the_page_of_the_other(desk):
    address = f"/projects/clauses/{desk.clause.pk}/"
    facts = {"kind": "comment", "body": "先内部商量。", "internal": "1", "hash": desk.clause.text_hash}
    assert desk.a.post(f"{address}remark/", facts).status_code == 302
    assert "先内部商量。" in desk.a.get(address).text
    assert "先内部商量。" not in desk.b.get(address).text
    hidden = Remark.objects.get()
    assert desk.b.post(f"{address}remark/", facts | {"answers": hidden.pk}).status_code == 404
    assert desk.b.post(f"/projects/remarks/{hidden.pk}/settle/", {"accept": "1"}).status_code == 404


def test_a_clause_is_moved_removed_and_put_back(desk):
    drafting.add_clause(desk.seats[1], desk.project, number="4.2", text="文", now=desk.now)
    desk.a.post(f"/projects/clauses/{desk.clause.pk}/place/", {"up": "0"})
    assert [row.number for row in DraftClause.objects.all()] == ["4.2", "4.1"]
    desk.a.post(f"/projects/clauses/{desk.clause.pk}/remove/", {"version": "1"})
    assert "已移出的条款" in desk.a.get(f"/projects/{desk.project.pk}/draft/").text
    desk.a.post(f"/projects/clauses/{desk.clause.pk}/remove/", {"version": "2", "back": "1"})
    assert not DraftClause.objects.filter(removed=True).exists()


def test_a_text_is_shown_as_text(desk):
    save(desk, desk.a, "<script>alert(1)</script>")
    assert "<script>alert" not in desk.b.get(f"/projects/{desk.project.pk}/draft/").text


def test_a_long_draft_takes_as_many_queries_as_a_short_one(desk, django_assert_max_num_queries):
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(40) as found:
            desk.a.get(f"/projects/{desk.project.pk}/draft/")
        counts.append(len(found.captured_queries))
        for number in range(5, 15):
            made = drafting.add_clause(desk.seats[0], desk.project, number=str(number), text="文", now=desk.now)
            remarks.comment(desk.seats[1], made, body="问", text_hash=made.text_hash, now=desk.now)
    assert counts[0] == counts[1]


def test_a_long_list_of_projects_takes_as_many_queries_as_a_short_one(desk, django_assert_max_num_queries):
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(30) as found:
            desk.a.get("/projects/")
        counts.append(len(found.captured_queries))
        for number in range(6):
            start_project(desk.seats[0], desk.circle.matter, desk.project.procedure, f"规范 {number}", "", now=desk.now)
    assert counts[0] == counts[1]


def test_all_that_was_done_is_in_the_log_and_the_log_holds(desk):
    save(desk, desk.a, "甲方改过的文本。")
    desk.b.post(
        f"/projects/clauses/{desk.clause.pk}/remark/",
        {"kind": "comment", "body": "好。", "hash": desk.clause.text_hash},
    )
    acts = list(desk.circle.workspace.log.values_list("action", flat=True))
    assert acts == ["procedure.install", "project.start", "clause.add", "clause.edit", "remark.comment"]
    assert verify_log(desk.circle.workspace).broken is None
