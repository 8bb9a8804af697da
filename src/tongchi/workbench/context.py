"""What does every page show? The actor and its party, the language, and where one can go."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from tongchi.errors import Language
from tongchi.workbench.access import seat_of


@dataclass(frozen=True)
class Place:
    """One entry of the navigation: the name of its URL and its two labels; on a page, its address and whether it is the current one."""

    name: str
    zh: str
    en: str
    address: str = ""
    current: bool = False


PLACES = (
    Place("home", "工作区", "Workspace"),
    Place("documents", "文件", "Documents"),
    Place("matters", "事项", "Matters"),
    Place("projects", "项目", "Projects"),
    Place("standards", "已发布", "Standards"),
    Place("recognitions", "互认", "Recognition"),
    Place("promises", "承诺", "Promises"),
    Place("dashboard", "看板", "Dashboard"),
    Place("audit", "日志", "Log"),
)


def language() -> Language:
    """Return the language of the page that is being made."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def site(request: HttpRequest) -> dict[str, object]:
    """Add the actor, the language and the navigation to every template."""
    actor = seat_of(request) if hasattr(request, "session") and hasattr(request, "user") else None
    return {"actor": actor, "party": actor.party if actor else None, "language": language(), "places": _places(request)}


def _places(request: HttpRequest) -> list[Place]:
    """Return the entries whose pages are there. The longest address that begins the current one is the current entry; the
    first page begins all and is current on itself alone."""
    found = []
    for place in PLACES:
        try:
            found.append(replace(place, address=reverse(place.name)))
        except NoReverseMatch:
            continue
    beginning = [place.address for place in found if request.path.startswith(place.address) and place.address != "/"]
    current = max(beginning, key=len, default=request.path)
    return [replace(place, current=place.address == current) for place in found]
