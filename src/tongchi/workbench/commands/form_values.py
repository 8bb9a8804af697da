"""What may be written in a field of a register? One line of words of a set length, a date that is there, a choice that is one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tongchi.text.encoding import clean_text
from tongchi.workbench.errors import WorkbenchError

LONGEST = 300


def line(text: str, what: str, *, longest: int = LONGEST, needed: bool = True) -> str:
    """Return the text as one line. Raises WorkbenchError where it is too long, or empty though it is needed."""
    found = " ".join(clean_text(text).split())
    if len(found) > longest or (needed and not found):
        raise WorkbenchError(found=f"{len(found)}", expected=f"{what} {1 if needed else 0}–{longest}", advice="")
    return found


def given(day: date | None, what: str) -> date:
    """Return the date. Raises WorkbenchError where there is none."""
    if day is None:
        raise WorkbenchError(found="—", expected=what, advice="")
    return day


def one_of(value: str, choices: Sequence[str]) -> str:
    """Return the value. Raises WorkbenchError where it is none of the choices."""
    if value not in choices:
        raise WorkbenchError(found=value[:40] or "—", expected="、".join(choices), advice="")
    return value


def in_order(first: date, second: date, what: str) -> None:
    """Raise WorkbenchError where the second date is before the first."""
    if second < first:
        raise WorkbenchError(found=f"{first} · {second}", expected=what, advice="")
