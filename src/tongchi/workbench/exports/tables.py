"""What stands in each table? Columns in both languages, and rows from what the actor may see: of the whole workspace, or of one thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.shortcuts import get_object_or_404

from tongchi.workbench.clause_table import table_of
from tongchi.workbench.exports.files import Value
from tongchi.workbench.models import (
    Adoption,
    Clause,
    Comparison,
    Correction,
    Document,
    DraftClause,
    IssuedStandard,
    LogEntry,
    Matter,
    Opinion,
    PartyProject,
    Position,
    Project,
    Promise,
    Recognition,
    Seat,
)

Row = Sequence[Value]
CHUNK = 2000


@dataclass(frozen=True)
class Column:
    """The head of a column in both languages, and its width in digits."""

    zh: str
    en: str
    width: float = 16.0


@dataclass(frozen=True)
class Table:
    """A table: its title, columns and rows. `rows(actor, pk)` asks for one thing; `pk` is 0 where the table is of all."""

    zh: str
    en: str
    columns: tuple[Column, ...]
    rows: Callable[[Seat, int], Iterable[Row]]


def _documents(actor: Seat, _: int) -> Iterator[Row]:
    rows = Document.objects.visible_to(actor).select_related("party", "matter")
    for each in rows.iterator(CHUNK):
        yield (
            each.pk, each.party.zh, each.matter.zh, each.title, each.name, each.vintage, each.get_state_display(),
            each.uploaded_at, each.shared_at, each.sha256,
        )  # fmt: skip


def _clauses(actor: Seat, pk: int) -> Iterator[Row]:
    document = get_object_or_404(Document.objects.visible_to(actor), pk=pk)
    for each in Clause.objects.visible_to(actor).filter(document=document).iterator(CHUNK):
        yield each.label, each.text, each.eid, each.text_hash


def _matters(actor: Seat, _: int) -> Iterator[Row]:
    runs = Comparison.objects.visible_to(actor).order_by("made_at", "pk")
    last = {row[0]: row[1:] for row in runs.values_list("matter_id", "made_at", "gap", "gap_low", "gap_high")}
    for each in Matter.objects.visible_to(actor):
        yield each.code, each.zh, each.en, *last.get(each.pk, (None, None, None, None))


def _links(actor: Seat, pk: int) -> Iterator[Row]:
    comparison = get_object_or_404(Comparison.objects.visible_to(actor), pk=pk)
    for row in table_of(comparison).rows:
        for link in row.links:
            yield (
                row.label, link.a.document.title, link.a.number, link.a.text, link.b.document.title, link.b.number,
                link.b.text, f"{link.kind.zh} / {link.kind.en}", f"{link.direction_words.zh} / {link.direction_words.en}",
                link.value_a, link.value_b, round(link.probability / 100, 4), link.standing,
            )  # fmt: skip


def _findings(actor: Seat, pk: int) -> Iterator[Row]:
    comparison = get_object_or_404(Comparison.objects.visible_to(actor), pk=pk)
    for each in table_of(comparison).findings:
        found = each.found
        yield (
            each.document.title, found["label"], found["quote"], found["code"], found["severity"], found["mechanism_zh"],
            found["remedy_zh"], each.standing,
        )  # fmt: skip


def _corrections(actor: Seat, _: int) -> Iterator[Row]:
    rows = Correction.objects.visible_to(actor)
    for each in rows.select_related("matter", "party", "document_a", "document_b").iterator(CHUNK):
        other = each.document_b
        yield (
            each.matter.zh, each.party.zh, each.get_kind_display(), each.get_verdict_display(), each.document_a.title,
            each.eid_a, other.title if other else "", each.eid_b, each.item, each.reason, each.at, each.withdrawn_at,
        )  # fmt: skip


def _projects(actor: Seat, _: int) -> Iterator[Row]:
    sides: dict[int, list[PartyProject]] = {}
    for side in PartyProject.objects.visible_to(actor).select_related("party").order_by("party__order"):
        sides.setdefault(side.project_id, []).append(side)
    rows = Project.objects.visible_to(actor).select_related("matter", "procedure", "stage", "proposed_by")
    for each in rows.iterator(CHUNK):
        numbers = "；".join(f"{side.party.zh} {side.number or '—'}" for side in sides.get(each.pk, []))
        yield (
            each.pk, each.zh, each.en, each.matter.zh, each.procedure.zh, each.stage.zh, each.proposed_by.zh, numbers,
            each.started_at, each.stage_since, each.comments_close,
        )  # fmt: skip


def _draft(actor: Seat, pk: int) -> Iterator[Row]:
    project = get_object_or_404(Project.objects.visible_to(actor), pk=pk)
    taken: dict[int, list[str]] = {}
    for each in Position.objects.visible_to(actor).filter(clause__project=project).select_related("party", "clause"):
        if each.text_hash == each.clause.text_hash:
            stand = each.get_stand_display().partition(" / ")[0]
            said = f"（{each.reason}）" if each.reason else ""
            taken.setdefault(each.clause_id, []).append(f"{each.party.zh}：{stand}{said}")
    for row in DraftClause.objects.visible_to(actor).filter(project=project, removed=False):
        words = "\n".join(taken.get(row.pk, []))
        yield row.get_kind_display(), row.number, row.heading, row.text, words, row.version, row.text_hash


def _opinions(actor: Seat, pk: int) -> Iterator[Row]:
    project = get_object_or_404(Project.objects.visible_to(actor), pk=pk)
    rows = Opinion.objects.visible_to(actor).filter(project=project).select_related("party", "clause")
    for each in rows:
        yield (
            each.clause.number if each.clause else "", each.body, each.author, each.party.zh, each.internal,
            each.get_disposition_display(), each.reason, each.at,
        )  # fmt: skip


def _standards(actor: Seat, _: int) -> Iterator[Row]:
    for each in (
        IssuedStandard.objects.visible_to(actor).select_related("replaces").defer("content", "replaces__content")
    ):
        yield (
            each.number, each.zh, each.en, each.issued_on, each.effective_on, each.review_on, each.withdrawn_on,
            each.replaces.number if each.replaces else "", each.content_hash,
        )  # fmt: skip


def _adoptions(actor: Seat, _: int) -> Iterator[Row]:
    rows = Adoption.objects.visible_to(actor).select_related("standard", "party").defer("standard__content")
    for each in rows:
        yield (
            each.standard.number, each.standard.zh, each.party.zh, each.get_state_display(), each.since, each.document,
            each.changes,
        )  # fmt: skip


def _recognitions(actor: Seat, _: int) -> Iterator[Row]:
    rows = Recognition.objects.visible_to(actor).select_related("recognising", "issuing", "standard")
    for each in rows.defer("standard__content"):
        number = each.standard.number if each.standard else ""
        yield each.item, each.issuing.zh, each.recognising.zh, each.basis, number, each.since, each.until


def _promises(actor: Seat, _: int) -> Iterator[Row]:
    for each in Promise.objects.visible_to(actor).select_related("party", "towards", "matter"):
        towards, matter = each.towards.zh if each.towards else "", each.matter.zh if each.matter else ""
        yield each.party.zh, each.what, towards, matter, each.basis, each.due, each.kept_on


def _log(actor: Seat, _: int) -> Iterator[Row]:
    for each in LogEntry.objects.visible_to(actor).order_by("sequence").iterator(CHUNK):
        yield each.sequence, each.at, each.party, each.person, each.action, each.subject, each.payload, each.hash


PARTY, TITLE, MATTER = Column("参与方", "Party"), Column("名称", "Title", 40.0), Column("事项", "Matter")
REASON, HASH = Column("理由", "Reason", 40.0), Column("散列", "Hash", 20.0)
STANDARD = (Column("标准编号", "Number", 22.0), TITLE)
OF_ALL: Mapping[str, Table] = {
    "documents": Table("文件", "Documents", (
        Column("序号", "Key", 8.0), PARTY, MATTER, TITLE, Column("文件名", "File", 32.0), Column("版本日期", "Vintage"),
        Column("状态", "State"), Column("上传", "Brought in"), Column("共享", "Shared"), HASH,
    ), _documents),
    "matters": Table("事项", "Matters", (
        Column("代码", "Code"), TITLE, Column("英文名称", "English title", 30.0), Column("最近比对", "Last compared"),
        Column("尺度差距", "Gap"), Column("下限（95%）", "Low (95 %)"), Column("上限（95%）", "High (95 %)"),
    ), _matters),
    "corrections": Table("更正", "Corrections", (
        MATTER, PARTY, Column("对象", "Of"), Column("意见", "Verdict"), Column("文件甲", "Document A", 30.0), Column("条文甲", "Provision A"),
        Column("文件乙", "Document B", 30.0), Column("条文乙", "Provision B"), Column("条款项", "Item"), REASON, Column("时间", "At"),
        Column("撤回", "Withdrawn"),
    ), _corrections),
    "projects": Table("项目", "Projects", (
        Column("序号", "Key", 8.0), TITLE, Column("英文名称", "English title", 30.0), MATTER, Column("程序", "Procedure", 22.0),
        Column("阶段", "Stage"), Column("提出方", "Proposed by"), Column("立项编号", "Project numbers", 30.0), Column("提出", "Proposed"),
        Column("进入阶段", "In the stage since"), Column("征求意见截止", "Comments close"),
    ), _projects),
    "standards": Table("联合标准", "Joint standards", (
        *STANDARD, Column("英文名称", "English title", 30.0), Column("发布", "Issued"), Column("实施", "In effect"), Column("复审", "Review"),
        Column("废止", "Withdrawn"), Column("代替", "Replaces", 22.0), HASH,
    ), _standards),
    "adoptions": Table("采用情况", "Adoptions", (
        *STANDARD, PARTY, Column("采用", "Adopted"), Column("自", "Since"), Column("文件", "Document", 30.0), Column("修改", "Changes", 40.0),
    ), _adoptions),
    "recognitions": Table("互认登记", "Mutual recognition", (
        Column("互认事项", "Item", 34.0), Column("出具方", "From"), Column("认可方", "To"), Column("依据条款", "Basis", 28.0),
        Column("标准编号", "Standard", 22.0), Column("自", "Since"), Column("至", "Until"),
    ), _recognitions),
    "promises": Table("承诺", "Promises", (
        PARTY, Column("承诺", "Promise", 40.0), Column("对象", "Towards"), MATTER, Column("依据", "Basis", 28.0), Column("到期", "Due"),
        Column("履行", "Kept"),
    ), _promises),
    "log": Table("日志", "Log", (
        Column("序号", "Sequence", 10.0), Column("时间", "At"), PARTY, Column("人员", "Person", 22.0), Column("动作", "Action", 20.0),
        Column("对象", "Subject", 20.0), Column("内容", "Payload", 60.0), HASH,
    ), _log),
}  # fmt: skip
OF_ONE: Mapping[str, Table] = {
    "clauses": Table("条款", "Provisions", (
        Column("条款", "Provision"), Column("正文", "Text", 80.0), Column("标识", "Identifier", 20.0), HASH,
    ), _clauses),
    "links": Table("条文对照", "Clause table", (
        Column("事项", "Subject", 24.0), Column("文件甲", "Document A", 24.0), Column("条", "Article", 10.0), Column("正文甲", "Text A", 60.0),
        Column("文件乙", "Document B", 24.0), Column("条", "Article", 10.0), Column("正文乙", "Text B", 60.0), Column("差异类型", "Difference"),
        Column("方向", "Direction"), Column("甲值", "Value A"), Column("乙值", "Value B"), Column("对应概率", "Probability"), Column("各方意见", "Said"),
    ), _links),
    "findings": Table("审查发现", "Findings", (
        Column("文件", "Document", 30.0), Column("条款", "Provision"), Column("原文", "Quote", 60.0), Column("条款项", "Item"),
        Column("程度", "Severity"), Column("如何限制竞争", "How it restricts", 40.0), Column("修改建议", "Redraft", 40.0), Column("各方意见", "Said"),
    ), _findings),
    "draft": Table("草案", "Draft", (
        Column("类别", "Kind"), Column("编号", "Number"), Column("标题", "Heading", 24.0), Column("正文", "Text", 60.0),
        Column("各方立场", "Positions", 30.0), Column("版本", "Version", 8.0), HASH,
    ), _draft),
    "opinions": Table("意见", "Opinions", (
        Column("条款编号", "Clause"), Column("意见", "Opinion", 60.0), Column("提出单位", "By", 24.0), PARTY, Column("内部", "Internal", 8.0),
        Column("处理", "Disposition"), REASON, Column("时间", "At"),
    ), _opinions),
}  # fmt: skip
