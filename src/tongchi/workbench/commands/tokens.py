"""Give a program a token of one's own seat, and take it back. The secret is told once; the site keeps its hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from tongchi.workbench.commands.form_values import given, line
from tongchi.workbench.commands.recording import record
from tongchi.workbench.errors import AccessError, WorkbenchError
from tongchi.workbench.models import Seat, Token

PREFIX = "tongchi_"
LONGEST = timedelta(days=366)
MOST = 20


@transaction.atomic
def make_token(actor: Seat, *, name: str, last_day: date | None, now: datetime) -> tuple[Token, str]:
    """Return a new token and its secret. Raises WorkbenchError for a last day that is past or more than a year away.

    Whoever has a seat may: a token permits what the seat permits, to an observer reading.
    """
    if not actor.active:
        raise AccessError(found=str(actor), expected="使用中的席位 / a seat in use", act="token.make")
    name, day, today = line(name, "名称 / name", longest=60), given(last_day, "最后一日 / last day"), localdate(now)
    if not today <= day <= today + LONGEST:
        raise WorkbenchError(found=f"{day}", expected=f"{today} – {today + LONGEST}", advice="")
    live = live_tokens(actor, today)
    if live >= MOST:
        raise WorkbenchError(found=f"{live}", expected=f"≤ {MOST}", advice="请先撤销不用的令牌。Revoke one first.")
    secret = PREFIX + secrets.token_urlsafe(32)
    row = Token.objects.create(seat=actor, name=name, digest=digest_of(secret), made_at=now, last_day=day)
    _log(actor, "token.make", row, now)
    return row, secret


@transaction.atomic
def revoke_token(actor: Seat, token: Token, *, now: datetime) -> Token:
    """Take a token back. Twice is once."""
    row = Token.objects.visible_to(actor).select_for_update().get(pk=token.pk)
    if row.revoked_at is None:
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
        _log(actor, "token.revoke", row, now)
    return row


def seat_by(secret: str, today: date) -> Seat | None:
    """Return the seat whose token this is; None for one that is unknown, revoked or past, or whose seat or account is closed."""
    rows = Token.objects.select_related("seat__user", "seat__party", "seat__workspace")
    token = rows.filter(digest=digest_of(secret), revoked_at=None, last_day__gte=today).first()
    if token is None or not (token.seat.active and token.seat.user.is_active):
        return None
    return token.seat


def live_tokens(actor: Seat, today: date) -> int:
    """Count the tokens of the seat that can be used today."""
    return Token.objects.visible_to(actor).filter(revoked_at=None, last_day__gte=today).count()


def digest_of(secret: str) -> str:
    """Return what is kept of a secret. It has 256 random bits, so that a plain hash cannot be turned back."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _log(actor: Seat, action: str, row: Token, now: datetime) -> None:
    facts = {"name": row.name, "last_day": row.last_day.isoformat()}
    record(actor, action, f"token {row.pk}", facts, now=now, audience=actor.party.code)
