"""Who sits for a party? Its administrator opens accounts, gives roles and closes seats; nobody changes their own.

A seat is closed, never deleted: what its holder did keeps their name. Seats are the party's own affair, so the log shows others only that
something was done.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404

from tongchi.workbench.access import require
from tongchi.workbench.errors import ConflictError, WorkbenchError
from tongchi.workbench.log.chain import append
from tongchi.workbench.models import Party, Role, Seat


@transaction.atomic
def give_seat(actor: Seat, account: str, role: str, *, now: datetime) -> tuple[Seat, str]:
    """Open an account with a seat in the actor's party; return the seat and the password, which is kept nowhere in the clear."""
    require(actor, "seat.manage")
    _check_role(role)
    name = User.normalize_username(account.strip())
    try:
        User.username_validator(name)
    except ValidationError as error:
        raise WorkbenchError(
            found=name or "—", expected="字母、数字、. _ + - @ / letters, digits, . _ + - @", advice=""
        ) from error
    if len(name) > 150 or User.objects.filter(username__iexact=name).exists():
        raise WorkbenchError(found=name[:150], expected="尚未使用的账户名 / a name not yet in use", advice="")
    user, password = User(username=name), _new_password()
    user.set_password(password)
    user.save()
    seat = Seat.objects.create(user=user, workspace=actor.workspace, party=actor.party, role=role)
    _log(actor, "seat.give", seat, {"account": name, "role": role}, now)
    return seat, password


@transaction.atomic
def change_role(actor: Seat, pk: int, role: str, *, was: str, now: datetime) -> Seat:
    """Give a seat of the actor's party another role; ConflictError where it is no longer the role that the form showed."""
    seat = _seat_of_others(actor, pk)
    _check_role(role)
    if seat.role != was:
        raise ConflictError(
            subject=seat.user.get_username(), opened=was, version=seat.role, yours=role, theirs=seat.role
        )
    seat.role = role
    seat.save(update_fields=["role"])
    _log(actor, "seat.role", seat, {"account": seat.user.get_username(), "role": role, "was": was}, now)
    return seat


@transaction.atomic
def set_active(actor: Seat, pk: int, active: bool, *, now: datetime) -> Seat:
    """Close a seat of the actor's party, or open it again. A closed seat sees nothing from the next request on."""
    seat = _seat_of_others(actor, pk)
    seat.active = active
    seat.save(update_fields=["active"])
    _log(actor, "seat.open" if active else "seat.close", seat, {"account": seat.user.get_username()}, now)
    return seat


@transaction.atomic
def renew_password(actor: Seat, pk: int, *, now: datetime) -> tuple[Seat, str]:
    """Give the holder of a seat a new password, which ends their sessions. Refused for who also sits elsewhere: it is their account too."""
    seat = _seat_of_others(actor, pk)
    if Seat.objects.filter(user=seat.user).exclude(party=actor.party).exists():
        raise WorkbenchError(
            found=seat.user.get_username(),
            expected="只在本方有席位的账户 / an account with seats in this party alone",
            advice="",
        )
    password = _new_password()
    seat.user.set_password(password)
    seat.user.save(update_fields=["password"])
    _log(actor, "seat.password", seat, {"account": seat.user.get_username()}, now)
    return seat, password


@transaction.atomic
def rename_party(actor: Seat, zh: str, en: str, *, now: datetime) -> Party:
    """Change the names of the actor's own party, in both languages."""
    require(actor, "party.configure")
    zh, en = zh.strip(), en.strip()
    if not zh or not en or max(len(zh), len(en)) > 120:
        raise WorkbenchError(found=f"{zh} / {en}", expected="两种语言的名称 / a name in both languages", advice="")
    party = Party.objects.visible_to(actor).select_for_update().get(pk=actor.party_id)
    before = {"zh": party.zh, "en": party.en}
    party.zh, party.en = zh, en
    party.save(update_fields=["zh", "en"])
    append(actor, "party.rename", f"party {party.pk}", {"zh": zh, "en": en, "was": before}, now=now)
    return party


def _seat_of_others(actor: Seat, pk: int) -> Seat:
    """Return a seat of the actor's party, locked; 404 outside it, WorkbenchError for the actor's own."""
    require(actor, "seat.manage")
    seat = (
        Seat.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("user", "party")
        .filter(pk=pk)
        .first()
    )
    if seat is None:
        raise Http404
    if seat.user_id == actor.user_id:
        raise WorkbenchError(
            found="自己的席位 / one's own seat", expected="另一位管理员来办理 / another administrator", advice=""
        )
    return seat


def _check_role(role: str) -> None:
    if role not in Role.values:
        raise WorkbenchError(found=role or "—", expected="、".join(Role.values), advice="")


def _new_password() -> str:
    return secrets.token_urlsafe(12)


def _log(actor: Seat, action: str, seat: Seat, payload: dict[str, object], now: datetime) -> None:
    append(actor, action, f"seat {seat.pk}", payload, now=now, audience=actor.party.code)
