"""How does a circle of parties begin? The operator writes down who takes part; each party gets one account, which opens the others."""

from __future__ import annotations

import secrets
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.validators import slug_re
from django.db import transaction

from tongchi.workbench.errors import WorkbenchError
from tongchi.workbench.log.chain import append, check_digest
from tongchi.workbench.models import Party, Role, Seat, Workspace


@dataclass(frozen=True)
class PartyPlan:
    """A party that is to take part, and the name of its first account: an administrator's, or an observer's where it only observes."""

    code: str
    zh: str
    en: str
    account: str
    observing: bool = False


@dataclass(frozen=True)
class WorkspacePlan:
    """The circle as the operator wrote it down."""

    code: str
    zh: str
    en: str
    parties: tuple[PartyPlan, ...]
    digest: str = "sha256"


def read_plan(path: Path) -> WorkspacePlan:
    """Read a plan: `code`, `zh`, `en`, `digest` and `[[party]]` with `code`, `zh`, `en`, `account`, `observing`."""
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        parties = tuple(PartyPlan(**each) for each in found.pop("party", []))
        plan = WorkspacePlan(**found, parties=parties)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, TypeError) as error:
        raise WorkbenchError(file=str(path), found=str(error), expected="code, zh, en, [[party]]", advice="") from error
    _check(plan)
    return plan


def _check(plan: WorkspacePlan) -> None:
    check_digest(plan.digest)
    texts = [
        plan.code,
        plan.zh,
        plan.en,
        *(text for each in plan.parties for text in (each.code, each.zh, each.en, each.account)),
    ]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise WorkbenchError(found="空值 / an empty value", expected="code, zh, en, account", advice="")
    codes = [plan.code, *(each.code for each in plan.parties)]
    if not all(slug_re.match(code) for code in codes) or len(set(codes[1:])) < len(codes) - 1:
        raise WorkbenchError(
            found="、".join(codes), expected="互不相同的 a-z 0-9 - / different codes of a-z 0-9 -", advice=""
        )
    deciding = sum(not each.observing for each in plan.parties)
    if deciding < 2:
        raise WorkbenchError(found=f"{deciding}", expected="至少 2 方 / at least 2 parties that decide", advice="")


@transaction.atomic
def start_workspace(plan: WorkspacePlan, *, now: datetime) -> list[tuple[Seat, str]]:
    """Write the workspace with its parties, and return the first account of each with its password. All or nothing.

    The only command without an actor: there is nobody yet. The log begins with every party's entry, by its own account.
    """
    if Workspace.objects.filter(code=plan.code).exists():
        raise WorkbenchError(found=plan.code, expected="尚未使用的代码 / a code not yet in use", advice="")
    taken = User.objects.filter(username__in=[each.account for each in plan.parties]).values_list("username", flat=True)
    if taken:
        raise WorkbenchError(found="、".join(taken), expected="尚未使用的账户名 / names not yet in use", advice="")
    workspace = Workspace.objects.create(code=plan.code, zh=plan.zh, en=plan.en, digest=plan.digest, created=now)
    made = []
    for order, each in enumerate(plan.parties):
        party = Party.objects.create(
            workspace=workspace, code=each.code, zh=each.zh, en=each.en, observing=each.observing, order=order
        )
        password = secrets.token_urlsafe(12)
        user = User.objects.create_user(username=each.account, password=password)
        role = Role.OBSERVER if each.observing else Role.ADMIN
        seat = Seat.objects.create(user=user, workspace=workspace, party=party, role=role)
        append(seat, "party.join", f"party {party.pk}", {"code": each.code, "observing": each.observing}, now=now)
        made.append((seat, password))
    return made
