"""How do files leave the site, and numbers and dates enter it by a form? As attachments with their type; 404 for what is none."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse

from tongchi.workbench.errors import WorkbenchError

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "xml": "application/xml",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
}
_LARGEST = 2**53


def as_download(data: bytes, name: str, form: str) -> HttpResponse:
    """Return a file to be kept, never shown within the site. `name` is without extension, in ASCII."""
    response = HttpResponse(data, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def whole_number(text: str) -> int:
    """Return the number of a form; Http404 where it is none."""
    if not (text.isascii() and text.isdigit()) or len(text) > 16 or int(text) > _LARGEST:
        raise Http404
    return int(text)


def day(text: str) -> date | None:
    """Return the date of a form, None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def day_or_none(text: str) -> date | None:
    """Return the date of a field that may stay empty. Raises WorkbenchError where it holds something else."""
    found = day(text)
    if text and found is None:
        raise WorkbenchError(found=text[:40], expected="年-月-日，或不填 / a date or nothing", advice="")
    return found
