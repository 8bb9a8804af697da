"""What may whom be answered by each operation of the API? An operation without an entry fails `test_api_access`.

`roles` are those that may do it (EVERYBODY: read by anybody with a seat), `body` what is sent and `done` the status that answers them;
`thing`, `inside`, `own`, `key` and values that are worked out are as in `access_entries`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from access_entries import ADMIN, APPROVER, DRAFTER, EVERYBODY, REVIEWER, review_on, seen
from access_world import TEXT_HASH

from tongchi.workbench.models import Comparison, Party

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """One operation by its id in the OpenAPI description."""

    name: str
    thing: str = ""
    roles: tuple[str, ...] = EVERYBODY
    body: Body = field(default_factory=dict)
    done: int = 200
    own: bool = False
    key: str = "key"
    inside: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)


def worked_out(world: Any, viewer: Any, thing: Any, body: Any) -> Any:
    """Return the body with all values worked out."""
    if isinstance(body, Callable):  # type: ignore[arg-type]
        return body(world, viewer, thing)
    if isinstance(body, Mapping):
        return {name: worked_out(world, viewer, thing, value) for name, value in body.items()}
    return body


def place(_world: Any, _viewer: Any, thing: Any) -> dict[str, Any]:
    """Return a provision of the comparison."""
    row = Comparison.objects.filter(pk=thing.value).first()
    return {"document": row.documents.get().pk if row else 0, "eid": "art_1"}


def other(_world: Any, viewer: Any, _thing: Any) -> str:
    """Return the code of a deciding party that is not the viewer's own."""
    if viewer.seat is None:
        return "sichuan"
    others = Party.objects.visible_to(viewer.seat).filter(observing=False).exclude(pk=viewer.seat.party_id)
    return others.values_list("code", flat=True)[0]


VERSION = {"version": 1}
CLAUSE = {"number": "4.2", "text": "新写一条。"}
SPEAKERS = DRAFTER + REVIEWER + APPROVER
DATES = {"effective_on": "2099-01-01", "review_on": "2099-06-01"}
SINCE = date(2026, 6, 1).isoformat()

RECORD = (
    Operation("show_me"),
    Operation("list_parties"),
    Operation("list_procedures"),
    Operation("list_waiting"),
    Operation("list_log"),
    Operation("show_entry", "entry", key="sequence"),
    Operation("list_checkpoints"),
    Operation("sign_checkpoint", roles=APPROVER + ADMIN),
)
TEXTS = (
    Operation("list_matters"),
    Operation("open_matter", roles=DRAFTER + ADMIN, body={"code": "vehicles", "zh": "公务用车"}),
    Operation("list_documents"),
    Operation("upload_document", roles=DRAFTER),
    Operation("show_document", "document"),
    Operation("list_clauses", "document"),
    Operation("download_document", "document"),
    Operation("share_document", "document", DRAFTER, VERSION, own=True),
    Operation("read_document", "document", DRAFTER, own=True),
    Operation("list_comparisons"),
    Operation("show_comparison", "comparison"),
    Operation("compare", roles=DRAFTER + REVIEWER, fixed={"code": "offices"}),
    Operation("show_job", "job"),
    Operation("list_corrections"),
    Operation(
        "correct_link", "comparison", DRAFTER + REVIEWER, {"a": place, "b": place, "verdict": "add", "reason": "相同"}, 422
    ),
    Operation(
        "correct_finding", "comparison", DRAFTER + REVIEWER,
        {"place": place, "item": "9.3", "verdict": "add", "reason": "限定"},
    ),
    Operation("withdraw_correction", "correction", DRAFTER + REVIEWER, own=True),
)  # fmt: skip
MAKING = (
    Operation("list_projects"),
    Operation("start_project", roles=DRAFTER, body={"matter": "offices", "procedure": "chuanyu", "zh": "新"}),
    Operation("show_project", "project"),
    Operation("approve_project", "project_approval", APPROVER, {"number": "X-1", **VERSION}),
    Operation(
        "attach_material", "project_approval", DRAFTER + REVIEWER, {"name": "项目申报表", "note": "附", **VERSION}
    ),
    Operation("set_ready", "project", REVIEWER + APPROVER, {"ready": False, **VERSION}),
    Operation("move_stage", "project", REVIEWER + APPROVER, VERSION, 422),
    Operation("return_project", "project_review", REVIEWER + APPROVER, {"reason": "重写", **VERSION}),
    Operation("list_draft", "project"),
    Operation("add_clause", "project", DRAFTER, CLAUSE),
    Operation("show_clause", "clause"),
    Operation("edit_clause", "clause", DRAFTER, {**CLAUSE, **VERSION}),
    Operation("remove_clause", "clause", DRAFTER, VERSION),
    Operation("restore_clause", "clause", DRAFTER, VERSION),
    Operation("place_clause", "clause", DRAFTER, {"up": True}),
    Operation("list_versions", "clause"),
    Operation("list_positions", "clause"),
    Operation("take_position", "clause", SPEAKERS, {"stand": "agree", "text_hash": TEXT_HASH}),
    Operation("list_remarks", "clause"),
    Operation("comment", "clause", SPEAKERS, {"body": "一句话", "text_hash": TEXT_HASH}),
    Operation("suggest", "clause", SPEAKERS, {"suggested": "二十平方米。", "text_hash": TEXT_HASH}),
    Operation("settle_suggestion", "suggestion", DRAFTER, {"accept": True}),
    Operation("settle_suggestion", "remark", DRAFTER, {"accept": True}, 422),
)
REVIEWING = (
    Operation("show_text", "project"),
    Operation("list_opinions", "project_review"),
    Operation("make_opinion", "project_review", SPEAKERS, {"body": "一句话"}),
    Operation("settle_opinion", "opinion", REVIEWER, {"disposition": "adopted", "reason": "可", **VERSION}),
    Operation("settle_opinion", "opinion_internal", REVIEWER, {"disposition": "adopted", "reason": "可", **VERSION}),
    Operation("list_approvals", "project_issue"),
    Operation("cast_vote", "project_review", REVIEWER + APPROVER, {"vote": "for", "seen": seen}),
    Operation("approve_text", "project_issue", APPROVER, {"vote": "for", "seen": seen}),
    Operation("issue_standard", "project_issue", APPROVER, {"seen": seen, **DATES}, 422),
)
AFTER = (
    Operation("list_standards"),
    Operation("show_standard", "standard"),
    Operation("download_standard", "standard", fixed={"form": "json"}),
    Operation("download_standard", "standard", fixed={"form": "docx"}),
    Operation("download_standard", "standard", fixed={"form": "xml"}),
    Operation("list_adoptions"),
    Operation("record_adoption", "standard", APPROVER, {"state": "not_yet", **VERSION}),
    Operation(
        "set_review_date", "standard", APPROVER,
        {"review_on": "2099-01-01", "seen": lambda *each: review_on(*each) or SINCE, "reason": "推迟"},
    ),
    Operation("ask_withdrawal", "standard", APPROVER, {"reason": "不再需要"}),
    Operation("take_back_withdrawal", "standard", APPROVER, done=422),
    Operation("list_recognitions"),
    Operation(
        "record_recognition", "standard", APPROVER, {"issuing": other, "item": "一项", "basis": "4.1", "since": SINCE},
        inside="standard",
    ),
    Operation("end_recognition", "recognition", APPROVER, {"until": "2099-01-01", "reason": "到期"}, own=True),
    Operation("list_promises"),
    Operation("make_promise", roles=DRAFTER + APPROVER, body={"what": "一事", "due": "2099-01-01", "matter": "offices"}),
    Operation("keep_promise", "promise", DRAFTER + APPROVER, {"kept_on": "2026-03-01", **VERSION}, own=True),
    Operation("move_promise", "promise", DRAFTER + APPROVER, {"due": "2099-01-01", "reason": "推迟", **VERSION}, own=True),
)  # fmt: skip
OPERATIONS = {"record": RECORD, "texts": TEXTS, "making": MAKING, "reviewing": REVIEWING, "after": AFTER}
