"""How does a promise stand today, and which days should be in a calendar?

The calendar is RFC 5545: CRLF, lines folded at 75 octets, text escaped; whole days, so that no time zone moves them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import F, Q

from tongchi.workbench.models import Promise

SOON = timedelta(days=30)
_LINE = 75


@dataclass(frozen=True)
class State:
    """A state of a promise; `tone` is the class of its tag."""

    code: str
    zh: str
    en: str
    tone: str


STATES = (
    State("late", "逾期", "late", "bad"),
    State("soon", "30 天内到期", "due within 30 days", "wait"),
    State("open", "未到期", "not yet due", ""),
    State("kept", "按期履行", "kept in time", "good"),
    State("kept_late", "逾期履行", "kept late", "wait"),
)
_BY_CODE = {state.code: state for state in STATES}


def state_of(promise: Promise, today: date) -> State:
    """Return how a promise stands. On its due day it is not late."""
    if promise.kept_on is not None:
        return _BY_CODE["kept" if promise.kept_on <= promise.due else "kept_late"]
    if promise.due < today:
        return _BY_CODE["late"]
    return _BY_CODE["soon" if promise.due - today <= SOON else "open"]


def in_state(code: str, today: date) -> Q:
    """Return the condition that a promise stands so: `state_of`, asked of the database."""
    kept, late, far = Q(kept_on__isnull=False), Q(due__lt=today), Q(due__gt=today + SOON)
    return {
        "late": ~kept & late,
        "soon": ~kept & ~late & ~far,
        "open": ~kept & far,
        "kept": kept & Q(kept_on__lte=F("due")),
        "kept_late": kept & Q(kept_on__gt=F("due")),
    }[code]


@dataclass(frozen=True)
class Day:
    """A day in the calendar: `uid` keeps it one event when the calendar is read again."""

    uid: str
    on: date
    title: str
    note: str = ""


def calendar(days: Iterable[Day], *, name: str, now: datetime) -> bytes:
    """Return an iCalendar file of whole-day events."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tongchi//Workbench//ZH", f"X-WR-CALNAME:{_escaped(name)}"]
    for day in days:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{day.uid}",
            f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{day.on:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day.on + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(day.title)}",
            f"DESCRIPTION:{_escaped(day.note)}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _escaped(text: str) -> str:
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        text = text.replace(plain, written)
    return text


def _folded(line: str) -> Iterator[str]:
    """Yield the line in parts of at most 75 octets, none within a character; each but the first begins with a space."""
    part, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > _LINE:
            yield part
            part, size = " ", 1
        part, size = part + character, size + octets
    yield part
