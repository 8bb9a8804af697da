"""The sample's two joint standards: one in drafting, on which the parties do not yet agree, and one that was issued.

Their texts are ILLUSTRATIVE, written for the sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from tongchi.workbench.commands.drafting import clause_hash
from tongchi.workbench.commands.joint_text import standard_of
from tongchi.workbench.models import (
    Adoption,
    Approval,
    Clause,
    ClauseVersion,
    DraftClause,
    IssuedStandard,
    Matter,
    NumberSegment,
    Opinion,
    Party,
    PartyProject,
    Position,
    Procedure,
    Project,
    Recognition,
    Remark,
    Seat,
    Stage,
    Workspace,
)  # fmt: skip

STAGES = (
    ("approval", "分别立项", "Separate project approval", 0, 0.0),
    ("drafting", "共同起草", "Joint drafting", 0, 0.0),
    ("review", "协同审查", "Joint review", 30, 0.75),
    ("issue", "联合发布", "Joint issue", 0, 1.0),
)
Row = tuple[str, str, str, str]
DRAFT: tuple[Row, ...] = (  # kind, number, heading, text
    ("scope", "1", "范围", "本文件规定了川渝两地机关办公用房配置、使用和维修的要求。本文件适用于两地各级机关。"),
    ("term", "3.1", "办公用房", "机关占有、使用或者可以确认属于机关资产的，为保障机关正常运行需要设置的用房。"),
    ("clause", "4", "要求", ""),
    ("clause", "4.1", "权属登记", "办公用房应实行权属统一登记，登记结果应在两地之间相互认可。"),
    ("clause", "4.2", "使用面积", "厅级正职的办公室使用面积不应超过三十平方米，厅级副职不应超过二十四平方米。"),
    ("clause", "4.3", "维修单位", "维修单位应具备相应资质。不应以注册地、分支机构所在地作为条件。"),
    ("clause", "4.4", "闲置用房", "闲置超过六个月的办公用房宜由机关事务管理部门统一调剂，可跨地使用。"),
)
ISSUED: tuple[Row, ...] = (
    ("scope", "1", "范围", "本文件规定了川渝两地机关后勤服务协作的基本要求和评价方法。"),
    ("term", "3.1", "协作事项", "两地机关事务管理部门共同列入清单、按同一要求办理的后勤服务事项。"),
    ("clause", "4", "协作", ""),
    ("clause", "4.1", "联席会议", "两地应每半年召开一次联席会议，会议议定事项应在十个工作日内书面通报。"),
    ("clause", "4.2", "资质互认", "一地认定的后勤服务企业资质，另一地应予认可，不应要求重复备案。"),
    ("clause", "5", "评价", ""),
    ("clause", "5.1", "服务质量", "服务质量每年应至少评价一次，评价结果可供两地共同使用。"),
)


def add_procedure(workspace: Workspace, parties: Mapping[str, Party]) -> Procedure:
    """Write the agreed stages and the number segments of the two parties."""
    made = Procedure.objects.create(
        workspace=workspace, code="chuanyu", zh="川渝联合标准", en="Sichuan–Chongqing joint standards", source="分别立项、共同起草、协同审查、联合发布"
    )  # fmt: skip
    for order, (kind, zh, en, days, favour) in enumerate(STAGES, start=1):
        Stage.objects.create(procedure=made, order=order, kind=kind, zh=zh, en=en, comment_days=days, favour=favour)
    for code, pattern in (("sichuan", "DB51/T {number}—{year}"), ("chongqing", "DB50/T {number}—{year}")):
        NumberSegment.objects.create(
            procedure=made, party=parties[code], pattern=pattern, first=10001, last=10999, next=10002
        )
    return made


def add_draft(procedure: Procedure, seats: Mapping[str, Seat], now: datetime) -> Project:
    """Write the standard in drafting: three clauses agreed, one that a party would change, one remark and one suggestion open."""
    project = _project(
        procedure, "drafting", "offices", "川渝机关办公用房配置与使用规范（示例）", "Allocation and use of offices (sample)", seats, now
    )  # fmt: skip
    clauses = _clauses(project, DRAFT, seats, now)
    for clause in clauses[:5]:
        _position(clause, seats["sichuan"], "agree", "", now)
    for clause in clauses[:4]:
        _position(clause, seats["chongqing"], "agree", "", now)
    _position(clauses[4], seats["chongqing"], "agree_if", "副职标准应与本市现行规定一致。", now)
    common: dict[str, Any] = {"seat": seats["chongqing"], "party": seats["chongqing"].party, "at": now}
    Remark.objects.create(
        clause=clauses[5], kind="comment", body="请说明“相应资质”由谁认定。", text_hash=clauses[5].text_hash, **common
    )
    Remark.objects.create(
        clause=clauses[6], kind="suggestion", body="期限应更短。", text_hash=clauses[6].text_hash,
        suggested=clauses[6].text.replace("六个月", "三个月"), **common,
    )  # fmt: skip
    return project


def add_issued(procedure: Procedure, seats: Mapping[str, Seat], began: datetime) -> IssuedStandard:
    """Write the standard that both parties approved and issued, with its adoptions and one item that is mutually recognised."""
    title, title_en = "川渝机关后勤服务协作规范（示例）", "Co-operation in office services (sample)"
    project = _project(procedure, "issue", "logistics", title, title_en, seats, began)
    rows = _clauses(project, ISSUED, seats, began)
    Opinion.objects.create(
        project=project, clause=rows[3], party=seats["chongqing"].party, seat=seats["chongqing"], author="重庆市（示例单位）",
        body="通报期限以十个工作日为宜。", disposition="adopted", reason="已改为十个工作日。", settled_by=seats["sichuan-review"], at=began,
    )  # fmt: skip
    text = standard_of(project)
    for code in ("sichuan", "chongqing"):
        seat = seats[f"{code}-approve"]
        Approval.objects.create(
            project=project,
            party=seat.party,
            seat=seat,
            purpose="issue",
            vote="for",
            text_hash=text.text_hash,
            at=began,
        )
    issued = began.date() + timedelta(days=60)
    numbers = {"sichuan": f"DB51/T 10001—{issued.year}", "chongqing": f"DB50/T 10001—{issued.year}"}
    dates = {
        "issued_on": issued,
        "effective_on": issued + timedelta(days=30),
        "review_on": date(issued.year + 5, issued.month, 1),
    }
    final = text.identified(numbers["sichuan"], numbers=numbers, **dates)
    standard = IssuedStandard.objects.create(
        workspace=project.workspace, project=project, number=final.number, zh=title, en=title_en, content=final.to_json(),
        numbers=numbers, content_hash=final.text_hash, **dates,
    )  # fmt: skip
    _after_issue(standard, seats)
    return standard


def _project(
    procedure: Procedure, kind: str, matter: str, zh: str, en: str, seats: Mapping[str, Seat], began: datetime
) -> Project:
    workspace = procedure.workspace
    project = Project.objects.create(
        workspace=workspace, matter=Matter.objects.get(workspace=workspace, code=matter), procedure=procedure,
        stage=procedure.stages.get(kind=kind), zh=zh, en=en, proposed_by=seats["sichuan"].party, started_at=began, stage_since=began,
        frozen=kind == "issue",
    )  # fmt: skip
    for code, place in (("sichuan", "川"), ("chongqing", "渝")):
        seat = seats[f"{code}-approve"]
        PartyProject.objects.create(
            project=project,
            party=seat.party,
            number=f"{place}标项{began.year}-{project.pk:03d}",
            approved_by=seat,
            approved_at=began,
        )
    return project


def _clauses(project: Project, rows: tuple[Row, ...], seats: Mapping[str, Seat], at: datetime) -> list[DraftClause]:
    """Write the clauses with their first version, drafted in turn by the two parties."""
    made = []
    for order, (kind, number, heading, text) in enumerate(rows, start=1):
        seat = seats["sichuan" if order % 2 else "chongqing"]
        clause = DraftClause.objects.create(
            project=project, kind=kind, number=number, heading=heading, text=text, text_hash=clause_hash(heading, text), order=order * 10,
            sources=_sources(project, heading),
        )  # fmt: skip
        ClauseVersion.objects.create(
            clause=clause, version=1, heading=heading, text=text, text_hash=clause.text_hash, origin="own", party=seat.party,
            seat=seat, at=at,
        )  # fmt: skip
        made.append(clause)
    return made


def _sources(project: Project, heading: str) -> list[dict[str, object]]:
    """Return the first provision of each party's text on the matter that names what the clause is about."""
    about = Clause.objects.filter(
        document__matter=project.matter, document__party__observing=False, text__contains=heading[:2]
    )
    found: dict[str, dict[str, object]] = {}
    for clause in about.select_related("document__party").order_by("document", "order"):
        code = clause.document.party.code
        found.setdefault(code, {"document": clause.document_id, "eid": clause.eid, "party": code})
    return list(found.values())


def _position(clause: DraftClause, seat: Seat, stand: str, reason: str, at: datetime) -> None:
    Position.objects.create(
        clause=clause, party=seat.party, seat=seat, stand=stand, reason=reason, text_hash=clause.text_hash, at=at
    )


def _after_issue(standard: IssuedStandard, seats: Mapping[str, Seat]) -> None:
    sichuan, chongqing = seats["sichuan-approve"], seats["chongqing-approve"]
    Adoption.objects.create(
        standard=standard,
        party=sichuan.party,
        state="adopted",
        since=standard.effective_on,
        document="联合发布通知（示例）",
    )
    Adoption.objects.create(standard=standard, party=chongqing.party)
    Recognition.objects.create(
        workspace=standard.workspace, item="后勤服务企业资质", recognising=chongqing.party, issuing=sichuan.party, basis="4.2",
        standard=standard, since=standard.effective_on, seat=chongqing,
    )  # fmt: skip
