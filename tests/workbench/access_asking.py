"""Ask the site as somebody, and look in the answer for words that are not for them."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from access_entries import EVERYBODY
from access_world import Viewer, World
from django.http import HttpResponseBase, SimpleCookie


def holds_role(roles: tuple[str, ...] | None, seat: Any) -> bool:
    """Return whether the seat is of one of the roles, for a party that decides; or whether everybody may."""
    return roles == EVERYBODY or (seat.role in (roles or ()) and not seat.party.observing)


def ask(viewer: Viewer, method: str, address: str, form: dict[str, Any], **options: Any) -> HttpResponseBase:
    """Ask with the cookies of the beginning: what one answer sets is not there for the next."""
    viewer.client.cookies = SimpleCookie(viewer.cookies)
    if method not in ("GET", "POST") or options:
        return viewer.client.generic(method, address, **options)
    return getattr(viewer.client, method.lower())(address, form)


def ask_json(viewer: Viewer, method: str, address: str, body: dict[str, Any]) -> HttpResponseBase:
    """Ask the API."""
    sent = {} if method == "GET" else {"data": json.dumps(body), "content_type": "application/json"}
    return ask(viewer, method, address, {}, **sent)


def leaks(world: World, viewer: Viewer, answer: HttpResponseBase) -> list[str]:
    """Return the markers in the answer that are not for the viewer."""
    told = words(answer)
    return [marker for marker, audience in world.markers.items() if marker in told and not viewer.sees(audience)]


def words(answer: HttpResponseBase) -> str:
    """Return all that an answer says: where it leads, its body, and what is within the parts of a packed file."""
    body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined, call-overload]
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    return f"{answer.headers}\n{body.decode('utf-8', 'replace')}"
