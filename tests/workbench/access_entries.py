"""What may whom be answered, address by address? One table by module of `views`; an address without an entry fails the matrix.

A new address: add `Entry("its name", …)` to its module. `get` is the status of the page for those who see the thing (None: no page),
`post` the roles that may send its form (None: no form; EVERYBODY: observing parties too), `form` what they send and `done` the status
that answers them. `thing` names the kind in `access_world` that the address is about, `key` the word for it in the address; `inside`
is its field where it stands in the form instead. A form value may be worked out: `lambda world, viewer, thing: …`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from access_world import TEXT_HASH
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from tongchi.workbench.exports import OF_ALL
from tongchi.workbench.models import Comparison, IssuedStandard, Party

DRAFTER, REVIEWER, APPROVER, ADMIN = ("drafter",), ("reviewer",), ("approver",), ("admin",)
EVERYBODY = ("everybody",)
Form = Mapping[str, str | int | Callable[..., Any]]


@dataclass(frozen=True)
class Entry:
    """What an address answers. `own`: the act is for the thing's own party; `role_first`: a wrong role is refused before the thing is
    looked for; `visitor`: what one who has not signed in is answered; `fixed`: further words of the address."""

    name: str
    thing: str = ""
    get: int | None = None
    post: tuple[str, ...] | None = None
    form: Form = field(default_factory=dict)
    done: int = 302
    own: bool = False
    role_first: bool = False
    visitor: int = 302
    key: str = "pk"
    inside: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Account:
    """A page of one's own account: what a visitor and a person (without a password or second factor yet) are answered.

    Where there are two answers, it depends on the release of allauth whether the password is asked for once more.
    """

    name: str
    visitor: int = 302
    person: int = 200
    newer: int = 0


def seen(world: Any, _viewer: Any, thing: Any) -> str:
    """Return the hash of the project's text as the page shows it."""
    return world.hashes.get(thing.value, "")


def own_procedure(world: Any, viewer: Any, _thing: Any) -> int:
    """Return the procedure of the viewer's workspace."""
    return world.procedures[viewer.seat.workspace.code].pk if viewer.seat else 0


def other_party(_world: Any, viewer: Any, _thing: Any) -> int:
    """Return a deciding party of the viewer's workspace that is not the viewer's own."""
    if viewer.seat is None:
        return 0
    others = Party.objects.visible_to(viewer.seat).filter(observing=False).exclude(pk=viewer.seat.party_id)
    return others.values_list("pk", flat=True)[0]


def place(_world: Any, _viewer: Any, thing: Any) -> str:
    """Return a provision of the comparison's document as its page names it."""
    row = Comparison.objects.filter(pk=thing.value).first()
    return f"{row.documents.get().pk}:art_1" if row else "0:art_1"


def a_file(_world: Any, _viewer: Any, _thing: Any) -> SimpleUploadedFile:
    """Return a file to bring in."""
    return SimpleUploadedFile("text.docx", b"no document")


def review_on(_world: Any, _viewer: Any, thing: Any) -> str:
    """Return the review date that the standard's page shows."""
    row = IssuedStandard.objects.filter(pk=thing.value).first()
    return row.review_on.isoformat() if row else ""


def a_day(*_: Any) -> str:
    """Return a day until which a token may last."""
    return localdate().isoformat()


def last(_world: Any, viewer: Any, _thing: Any) -> int:
    """Return the last comparison that the viewer may see."""
    seen_by = Comparison.objects.visible_to(viewer.seat) if viewer.seat else Comparison.objects.none()
    return seen_by.order_by("-made_at", "-pk").values_list("pk", flat=True).first() or 0


TEXT = {"number": "4.2", "heading": "", "text": "新写一条。", "kind": "clause", "version": 1}
DATES = {"effective_on": "2099-01-01", "review_on": "2099-06-01"}

PROCEDURE = {
    "code": "ours", "zh": "另一种", "stage1_zh": "起草", "stage1_kind": "drafting", "stage2_zh": "发布", "stage2_kind": "issue",
    "pattern_": "JL/T {number}", "first_": 1, "last_": 9,
}  # fmt: skip

EXPORTED = {  # table of one thing: the kind of thing
    "clauses": "document", "links": "comparison", "findings": "comparison", "draft": "project", "opinions": "project_review",
}  # fmt: skip

ACCOUNT = (
    Account("account_login", 200, 302),
    Account("account_logout", 302, 200),
    Account("account_inactive", 200),
    Account("account_signup", 403, 403),
    Account("account_change_password", person=302),
    Account("account_set_password"),
    Account("account_reauthenticate", person=403),
    Account("mfa_index"),
    Account("mfa_authenticate", person=302),
    Account("mfa_reauthenticate", person=403),
    Account("mfa_activate_totp", newer=403),
    Account("mfa_deactivate_totp", person=404),
    Account("mfa_view_recovery_codes", person=404),
    Account("mfa_generate_recovery_codes", newer=403),
    Account("mfa_download_recovery_codes", person=404),
    Account("set_language", 405, 405),
)

ENTRIES = {
    "adoption": (
        Entry("adoptions", get=200),
        Entry("adoption", "standard", get=200),
        Entry("adoption_record", "standard", post=APPROVER, form={"state": "not_yet", "version": 1}),
        Entry("standard_review_date", "standard", post=APPROVER, form={"review_on": "2099-01-01", "seen": review_on, "reason": "推迟"}),
        Entry("standard_withdraw", "standard", post=APPROVER, form={"reason": "不再需要"}),
        Entry("standard_keep", "standard", post=APPROVER, done=422),
    ),
    "recognition": (
        Entry("recognitions", get=200),
        Entry(
            "recognition_make", "standard", inside="standard", post=APPROVER,
            form={"issuing": other_party, "item": "一项", "basis": "4.1", "since": "2026-06-01"},
        ),
        Entry("recognition_end", "recognition", post=APPROVER, own=True, form={"until": "2099-01-01", "seen": "", "reason": "到期"}),
    ),
    "promises": (
        Entry("promises", get=200),
        Entry("promise_make", "matter", inside="matter", post=DRAFTER + APPROVER, form={"what": "一事", "due": "2099-01-01"}),
        Entry("promise_calendar", get=200),
        Entry("promise_keep", "promise", post=DRAFTER + APPROVER, own=True, form={"kept_on": "2026-03-01", "version": 1}),
        Entry("promise_move", "promise", post=DRAFTER + APPROVER, own=True, form={"due": "2099-01-01", "reason": "推迟", "version": 1}),
    ),
    "account": (
        Entry("account", get=200),
        Entry("choose_workspace", "workspace", post=EVERYBODY, key="code"),
    ),
    "approval": (
        Entry("approval", "project_issue", get=200),
        Entry("approve_text", "project_issue", post=APPROVER, form={"vote": "for", "seen": seen}),
        Entry("issue_standard", "project_issue", post=APPROVER, form={"seen": seen, **DATES}, done=422),
        Entry("draft_file", "project", get=200, fixed={"form": "docx"}),
        Entry("draft_file", "project_issue", get=200, fixed={"form": "docx"}),
        Entry("draft_file", "project", get=404, fixed={"form": "exe"}),
    ),
    "audit": (
        Entry("audit", get=200),
        Entry("audit_entry", "entry", get=200, key="sequence"),
        Entry("audit_verify", post=EVERYBODY, done=200),
        Entry("audit_script", get=200),
        Entry("audit_chain", get=200),
        Entry("sign_checkpoint", post=APPROVER + ADMIN),
        Entry("audit_checkpoint", "checkpoint", get=200, key="sequence"),
    ),
    "comparisons": (
        Entry("comparison", "comparison", get=200),
        Entry("comparison_link", "comparison", post=DRAFTER + REVIEWER, form={"a": place, "b": place, "verdict": "add", "reason": "相同"}, done=422),
        Entry("comparison_finding", "comparison", post=DRAFTER + REVIEWER, form={"a": place, "item": "9.3", "verdict": "add", "reason": "限定"}),
        Entry("correction_withdraw", "correction", post=DRAFTER + REVIEWER, own=True),
    ),
    "dashboard": (Entry("dashboard", get=200),),
    "documents": (
        Entry("documents", get=200),
        Entry("documents", "matter", inside="matter", post=DRAFTER, form={"files": a_file}),
        Entry("document", "document", get=200),
        Entry("document_file", "document", get=200),
        Entry("document_share", "document", post=DRAFTER, own=True, form={"version": 1}),
        Entry("document_read", "document", post=DRAFTER, own=True),
    ),
    "drafts": (
        Entry("draft", "project", get=200, post=DRAFTER, form=TEXT),
        Entry("draft", "project_review", get=200),
        Entry("clause_start", "project", get=200, post=DRAFTER, form={**TEXT, "row": "0", "origin": "keep_a", "comparison": last}),
        Entry("clause", "clause", get=200),
        Entry("clause_edit", "clause", post=DRAFTER, form=TEXT),
        Entry("clause_position", "clause", post=DRAFTER + REVIEWER + APPROVER, form={"stand": "agree", "hash": TEXT_HASH}),
        Entry("clause_remark", "clause", post=DRAFTER + REVIEWER + APPROVER, form={"body": "一句话", "hash": TEXT_HASH}),
        Entry("clause_place", "clause", post=DRAFTER, form={"up": 1}),
        Entry("clause_remove", "clause", post=DRAFTER, form={"version": 1}),
        Entry("clause_history", "clause", get=200),
        Entry("remark_settle", "suggestion", post=DRAFTER, form={"accept": 1}),
        Entry("remark_settle", "remark", post=DRAFTER, form={"accept": 1}, done=422),
    ),
    "exports": (
        *(Entry("export_all", get=200, fixed={"table": table, "form": form}) for table in OF_ALL for form in ("csv", "xlsx")),
        *(
            Entry("export_one", thing, get=200, fixed={"table": table, "form": form})
            for table, thing in EXPORTED.items()
            for form in ("csv", "xlsx")
        ),
        Entry("export_all", get=404, fixed={"table": "seats", "form": "csv"}),
        Entry("export_all", get=404, fixed={"table": "log", "form": "exe"}),
        Entry("export_one", "document", get=404, fixed={"table": "log", "form": "csv"}),
    ),
    "home": (Entry("home", get=200),),
    "matters": (
        Entry("matters", get=200, post=DRAFTER + ADMIN, form={"code": "vehicles", "zh": "公务用车", "en": "Cars"}),
        Entry("matter", "matter", get=200),
        Entry("matter_compare", "matter", post=DRAFTER + REVIEWER),
        Entry("matter_compare", "matter", post=DRAFTER + REVIEWER, form={"own": 1}),
        Entry("matter_corrections", "matter", get=200),
    ),
    "projects": (
        Entry("projects", get=200),
        Entry("project_start", get=200),
        Entry(
            "project_start", "matter", inside="matter", post=DRAFTER, form={"procedure": own_procedure, "zh": "新", "en": "New"}
        ),
        Entry("project", "project_approval", get=200),
        Entry("project", "project", get=200),
        Entry("project", "project_review", get=200),
        Entry("project", "project_issue", get=200),
        Entry("project_approve", "project_approval", post=APPROVER, form={"number": "X-1", "version": 1}),
        Entry("project_material", "project_approval", post=DRAFTER + REVIEWER, form={"version": 1}, done=422),
        Entry("project_ready", "project", post=REVIEWER + APPROVER, form={"ready": 0, "version": 1}),
        Entry("project_move", "project", post=REVIEWER + APPROVER, form={"version": 1}, done=422),
        Entry("project_return", "project_review", post=REVIEWER + APPROVER, form={"version": 1, "reason": "重写"}),
    ),
    "procedures": (
        Entry("procedures", get=200, post=ADMIN, form={"code": "changsanjiao"}, done=422),
        Entry("procedure_write", "procedure", get=200, post=ADMIN, form=PROCEDURE),
        Entry("procedure_from_shipped", get=200, post=ADMIN, form=PROCEDURE, fixed={"code": "jingjinji"}),
        Entry("procedure_from_shipped", get=404, fixed={"code": "nowhere"}),
        Entry("procedure_remove", "procedure", post=ADMIN, done=422),
    ),
    "review": (
        Entry("review", "project_review", get=200),
        Entry("make_opinion", "project_review", post=DRAFTER + REVIEWER + APPROVER, form={"body": "一句话"}),
        Entry("cast_vote", "project_review", post=REVIEWER + APPROVER, form={"vote": "for", "seen": seen}),
        Entry("opinion_table", "project_review", get=200, fixed={"form": "xlsx"}),
        Entry("opinion_table", "project_review", get=200, fixed={"form": "docx"}),
        Entry("opinion_table", "project_review", get=404, fixed={"form": "pdf"}),
        Entry(
            "settle_opinion", "opinion", post=REVIEWER, form={"disposition": "adopted", "reason": "可", "version": 1}
        ),
        Entry(
            "settle_opinion", "opinion_internal", post=REVIEWER, form={"disposition": "adopted", "reason": "可", "version": 1}
        ),
    ),
    "seats": (
        Entry("seats", get=200),
        Entry("give_seat", post=ADMIN, form={"account": "newcomer", "role": "drafter"}, done=200),
        Entry("change_role", "seat", post=ADMIN, role_first=True, form={"role": "drafter", "was": "reviewer"}),
        Entry("set_seat_active", "seat", post=ADMIN, role_first=True, form={"active": 0}),
        Entry("renew_password", "seat", post=ADMIN, role_first=True, done=200),
        Entry("rename_party", post=ADMIN, form={"zh": "新名", "en": "New name"}),
    ),
    "tokens": (
        Entry("tokens", get=200, post=EVERYBODY, form={"name": "程序", "last_day": a_day}, done=200),
        Entry("token_revoke", "token", post=EVERYBODY),
    ),
    "standards": (
        Entry("standards", get=200),
        Entry("standard", "standard", get=200),
        Entry("standard_file", "standard", get=200, fixed={"form": "docx"}),
        Entry("standard_file", "standard", get=200, fixed={"form": "xml"}),
        Entry("standard_file", "standard", get=200, fixed={"form": "json"}),
        Entry("standard_file", "standard", get=404, fixed={"form": "exe"}),
    ),
}  # fmt: skip
