"""A workspace writes procedures of its own; what a project goes by stays as it was when the parties approved it."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from workbench_projects import make_project

from tongchi.errors import AccessError, WorkbenchError
from tongchi.workbench.commands.procedures import install_procedure, remove_procedure, write_procedure
from tongchi.workbench.log.chain import verify_log
from tongchi.workbench.models import LogEntry, NumberSegment, Procedure, Stage

STAGES = [
    {"kind": "drafting", "zh": "起草", "en": "Drafting", "materials": ["编制说明"]},
    {"kind": "review", "zh": "审查", "en": "Review", "comment_days": 10, "favour": 0.6, "count_abstentions": True},
    {"kind": "issue", "zh": "发布", "en": "Issue"},
]
TABLE = {
    "code": "quick", "zh": "简易程序", "en": "Quick", "stages": STAGES,
    "segments": [{"party": "", "pattern": "JL/T {number}—{year}", "first": 1, "last": 99}],
}  # fmt: skip


@pytest.fixture
def shipped(circle, now):
    return install_procedure(circle.seat("sichuan", "admin"), "chuanyu", now=now)


def fields(client, procedure) -> dict[str, object]:
    """Return what the form of a new procedure holds when it is opened."""
    page = client.get(reverse("procedure_write", args=[procedure.pk]))
    form = {"code": "ours", "zh": page.context["table"]["zh"], "en": "", "source": ""}
    for at, stage in enumerate(page.context["stages"], start=1):
        key = f"stage{at}_"
        form |= {f"{key}kind": stage["kind"], f"{key}zh": stage["zh"], f"{key}en": stage["en"]}
        shown = re.search(
            rf'<textarea [^>]*name="{key}materials"[^>]*>(.*?)</textarea>', page.content.decode(), re.DOTALL
        )
        form |= {f"{key}materials": shown.group(1), f"{key}days": stage["comment_days"]}
        form[f"{key}favour"] = stage["percent"]
    for code, _, given in page.context["segments"]:
        form |= {f"{name}_{code}": given.get(name, "") for name in ("pattern", "first", "last")}
    return form


def test_a_procedure_written_becomes_rows_and_all_of_it_is_in_the_log(circle, now):
    made = write_procedure(circle.seat("sichuan", "admin"), TABLE, now=now)
    review = made.stages.get(kind="review")
    assert (review.comment_days, review.favour, review.count_abstentions) == (10, 0.6, True)
    assert [(row.party, row.next) for row in made.segments.all()] == [(None, 1)]
    assert '"favour":"0.6"' in LogEntry.objects.get(action="procedure.write").payload
    assert verify_log(circle.workspace).broken is None


@pytest.mark.parametrize("code", ["", "简易", "a b", "x" * 41])
def test_a_code_that_is_none(circle, now, code):
    with pytest.raises(WorkbenchError):
        write_procedure(circle.seat("sichuan", "admin"), {**TABLE, "code": code}, now=now)


def test_a_code_that_is_taken(circle, shipped, now):
    with pytest.raises(WorkbenchError):
        write_procedure(circle.seat("sichuan", "admin"), {**TABLE, "code": "chuanyu"}, now=now)
    assert Procedure.objects.count() == 1


def test_only_an_administrator_writes_one(circle, now):
    with pytest.raises(AccessError):
        write_procedure(circle.seat("sichuan", "drafter"), TABLE, now=now)


def test_the_form_opened_and_sent_makes_the_same_procedure(circle, shipped, signed_in):
    client = signed_in(circle.seat("sichuan", "admin"))
    assert client.post(reverse("procedure_write", args=[shipped.pk]), fields(client, shipped)).status_code == 302
    made = Procedure.objects.get(code="ours")
    for rows in (Stage, NumberSegment):
        left_out = ("id", "procedure_id")
        names = [field.attname for field in rows._meta.fields if field.attname not in left_out]
        first, second = (list(rows.objects.filter(procedure=each).values_list(*names)) for each in (shipped, made))
        assert first == second


def test_a_stage_is_left_out_and_another_share_asked(circle, shipped, signed_in):
    client = signed_in(circle.seat("sichuan", "admin"))
    form = {**fields(client, shipped), "stage1_zh": "", "stage3_favour": "100"}
    client.post(reverse("procedure_write", args=[shipped.pk]), form)
    made = Procedure.objects.get(code="ours")
    assert [(row.order, row.kind, row.favour) for row in made.stages.all()] == [
        (1, "drafting", 0.0), (2, "review", 1.0), (3, "issue", 0.0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [{}, {"first_sichuan": "一"}, {"stage3_favour": "大半"}, {"stage3_days": "三十"}], ids=str
)
def test_a_refused_form_keeps_what_was_typed(circle, shipped, signed_in, wrong):
    client = signed_in(circle.seat("sichuan", "admin"))
    form = {**fields(client, shipped), "zh": "很特别的名称", "pattern_sichuan": "没有编号", **wrong}
    answer = client.post(reverse("procedure_write", args=[shipped.pk]), form)
    assert answer.status_code == 422
    assert "很特别的名称" in answer.content.decode()
    assert "没有编号" in answer.content.decode()
    assert all(f'value="{typed}"' in answer.content.decode() for typed in wrong.values())
    assert Procedure.objects.count() == 1


def test_a_procedure_that_a_project_goes_by_stays(circle, shipped, now):
    admin = circle.seat("sichuan", "admin")
    made = write_procedure(admin, TABLE, now=now)
    make_project(circle, shipped, now, "drafting")
    remove_procedure(admin, made, now=now)
    with pytest.raises(WorkbenchError):
        remove_procedure(admin, shipped, now=now)
    assert [row.code for row in Procedure.objects.all()] == ["chuanyu"]


def test_parties_without_a_shipped_number_write_from_what_is_shipped(circle, signed_in):
    """The numbers of 京津冀 are of other parties: taken in as it is, nobody would have one."""
    client = signed_in(circle.seat("sichuan", "admin"))
    assert client.post(reverse("procedures"), {"code": "jingjinji"}).status_code == 422
    address = reverse("procedure_from_shipped", args=["jingjinji"])
    stages = client.get(address).context["stages"]
    form = {"code": "ours", "zh": "本区程序", "pattern_": "JL/T {number}", "first_": 1, "last_": 9}
    for at, stage in enumerate(stages, start=1):
        form |= {f"stage{at}_kind": stage["kind"], f"stage{at}_zh": stage["zh"], f"stage{at}_favour": stage["percent"]}
    assert client.post(address, form).status_code == 302
    made = Procedure.objects.get()
    assert [row.zh for row in made.stages.all()] == [
        "分别立项",
        "统一制定：起草",
        "统一制定：审查",
        "共商发布",
        "协同实施",
    ]
