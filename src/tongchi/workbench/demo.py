"""What does somebody see who opens the site for the first time? The Chengdu–Chongqing sample, as two parties would have worked on it.

Rule texts are ILLUSTRATIVE and written for the sample (examples/chengyu). Accounts are those of offices, not of persons; their
passwords are random, and told once.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

from tongchi.errors import MissingFileError
from tongchi.study.folder import StudyFolder, scan_study
from tongchi.workbench.demo_log import add_log
from tongchi.workbench.demo_standards import add_draft, add_issued, add_procedure
from tongchi.workbench.demo_texts import add_comparison, add_documents, add_promises
from tongchi.workbench.models import Matter, Party, Role, Seat, Workspace

WORKSPACE = "chengyu"
ACCOUNTS = (  # account, party, role: the first four are those that the tutorial begins with
    ("sichuan", "sichuan", Role.DRAFTER),
    ("chongqing", "chongqing", Role.DRAFTER),
    ("central", "central", Role.OBSERVER),
    ("auditor", "audit", Role.OBSERVER),
    ("sichuan-review", "sichuan", Role.REVIEWER),
    ("sichuan-approve", "sichuan", Role.APPROVER),
    ("sichuan-admin", "sichuan", Role.ADMIN),
    ("chongqing-review", "chongqing", Role.REVIEWER),
    ("chongqing-approve", "chongqing", Role.APPROVER),
    ("chongqing-admin", "chongqing", Role.ADMIN),
)
MAIN_ACCOUNTS = 4
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Account:
    """One account of the sample with its password, which is stored nowhere in the clear."""

    name: str
    party: Party
    role: Role
    password: str


def has_demo() -> bool:
    """Return whether the sample workspace is there: then the site answers on this machine alone."""
    return Workspace.objects.filter(code=WORKSPACE).exists()


def load_demo(now: datetime, *, tell: Tell = lambda line: None) -> list[Account]:
    """Write the sample workspace, all or nothing, and return its accounts. `tell` hears what is being done."""
    folder, brought = _sample(), now - timedelta(days=250)
    with transaction.atomic():
        workspace = Workspace.objects.create(
            code=WORKSPACE, zh="川渝机关事务（示例）", en="Sichuan–Chongqing (sample)", created=brought
        )
        parties = _parties(workspace, folder)
        accounts = _accounts(workspace, parties)
        seats = {
            seat.user.username: seat
            for seat in Seat.objects.filter(workspace=workspace).select_related("user", "party")
        }
        for order, each in enumerate(folder.matters):
            matter = Matter.objects.create(workspace=workspace, code=each.code, zh=each.zh, en=each.en, order=order)
            tell(f"{each.zh} / {each.en}")
            add_comparison(matter, add_documents(folder, each, matter, seats, brought), brought + timedelta(days=3))
        add_promises(folder, workspace, parties)
        procedure = add_procedure(workspace, parties)
        add_draft(procedure, seats, now - timedelta(days=20))
        add_issued(procedure, seats, brought + timedelta(days=10))
        add_log(workspace)
    return accounts


def renew_passwords() -> list[Account]:
    """Give every account of the sample a new password, for whoever has lost the first ones."""
    seats = Seat.objects.filter(workspace__code=WORKSPACE).select_related("user", "party")
    order = {name: at for at, (name, _, _) in enumerate(ACCOUNTS)}
    return [
        _with_password(seat.user, seat.party, Role(seat.role))
        for seat in sorted(seats, key=lambda seat: order.get(seat.user.username, len(order)))
    ]


def _sample() -> StudyFolder:
    """Return the sample study: that of the package, or of the checkout."""
    here = Path(__file__).resolve()
    for path in (here.parent / "sample", here.parents[3] / "examples" / "chengyu"):
        if (path / "study.toml").is_file():
            folder, _ = scan_study(path)
            if folder:
                return folder
    raise MissingFileError(file="examples/chengyu", found="no study.toml")


def _parties(workspace: Workspace, folder: StudyFolder) -> dict[str, Party]:
    """Write the parties of the study, the centre and the auditor as observing ones."""
    rows = [(each.code, each.zh, each.en, each.is_central) for each in folder.parties]
    rows.append(("audit", "审计", "Audit", True))
    return {
        code: Party.objects.create(workspace=workspace, code=code, zh=zh, en=en, observing=observing, order=order)
        for order, (code, zh, en, observing) in enumerate(rows)
    }


def _accounts(workspace: Workspace, parties: dict[str, Party]) -> list[Account]:
    made = []
    for name, code, role in ACCOUNTS:
        user, _ = User.objects.get_or_create(username=name)
        Seat.objects.create(user=user, workspace=workspace, party=parties[code], role=role)
        made.append(_with_password(user, parties[code], role))
    return made


def _with_password(user: User, party: Party, role: Role) -> Account:
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save()
    return Account(user.username, party, role, password)
