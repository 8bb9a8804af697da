"""The workspace's procedures: take a shipped one in, write one of one's own from another, take an unused one out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from tongchi.workbench.access import acting
from tongchi.workbench.commands import procedures as commands
from tongchi.workbench.errors import AccessError, TongchiError, WorkbenchError, status_of
from tongchi.workbench.models import Party, Procedure, Seat
from tongchi.workbench.procedures import Preset, presets

JOINT = ""
Segment = tuple[str, Party | None, dict[str, Any]]


@require_http_methods(["GET", "HEAD", "POST"])
@acting
def show_procedures(request: HttpRequest, actor: Seat) -> HttpResponse:
    """Show the workspace's procedures and those that are shipped; a POST takes one of these in."""
    if request.method == "POST":
        commands.install_procedure(actor, request.POST.get("code", ""), now=now())
        return redirect("procedures")
    rows = Procedure.objects.visible_to(actor).prefetch_related("stages", "segments__party", "projects")
    known = {row.code for row in rows}
    context = {"procedures": rows, "shipped": [each for each in presets() if each.code not in known]}
    return render(request, "procedures/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting
def write_procedure(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Write a procedure from one of the workspace."""
    origin = get_object_or_404(Procedure.objects.visible_to(actor).prefetch_related("stages", "segments"), pk=pk)
    return _write(request, actor, origin, _table_of(origin))


@require_http_methods(["GET", "HEAD", "POST"])
@acting
def write_from_shipped(request: HttpRequest, actor: Seat, code: str) -> HttpResponse:
    """Write a procedure from a shipped one, such as where none of its number segments is of the workspace's parties."""
    origin = next((each for each in presets() if each.code == code), None)
    if origin is None:
        raise Http404
    stages = [{**asdict(each), "materials": list(each.materials)} for each in origin.stages]
    names = {"code": "", "zh": origin.zh, "en": origin.en, "source": origin.source}
    return _write(
        request, actor, origin, {**names, "stages": stages, "segments": [asdict(each) for each in origin.segments]}
    )


def _write(request: HttpRequest, actor: Seat, origin: Procedure | Preset, table: dict[str, Any]) -> HttpResponse:
    """Show the form, filled in from the table; a POST writes what it says. A refusal keeps what was typed."""
    parties = list(Party.objects.visible_to(actor).filter(observing=False))
    if request.method != "POST":
        return _form(request, origin, table, parties)
    typed = _typed(request.POST, parties)
    try:
        _check_numbers(typed)
        made = commands.write_procedure(actor, typed, now=now())
    except AccessError:
        raise
    except TongchiError as error:
        return _form(request, origin, typed, parties, error=error)
    messages.success(request, f"已写入程序：{made.zh} / Procedure written: {made.en or made.zh}")
    return redirect("procedures")


@require_POST
@acting
def remove_procedure(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Take a procedure out that no project goes by."""
    commands.remove_procedure(actor, get_object_or_404(Procedure.objects.visible_to(actor), pk=pk), now=now())
    messages.success(request, "已移除程序 / Procedure taken out")
    return redirect("procedures")


def _table_of(origin: Procedure) -> dict[str, Any]:
    """Return a procedure in the form of its preset, under no code yet."""
    stages = [
        {
            "kind": row.kind,
            "zh": row.zh,
            "en": row.en,
            "materials": row.materials,
            "comment_days": row.comment_days,
            "favour": row.favour,
            "count_abstentions": row.count_abstentions,
        }
        for row in origin.stages.all()
    ]
    segments = [
        {"party": row.party.code if row.party else JOINT, "pattern": row.pattern, "first": row.first, "last": row.last}
        for row in origin.segments.select_related("party")
    ]
    names = {"code": "", "zh": origin.zh, "en": origin.en, "source": origin.source}
    return {**names, "stages": stages, "segments": segments}


def _typed(form: QueryDict, parties: list[Party]) -> dict[str, Any]:
    """Return what the form says, in the form of a preset; what should be a number and is none stays as it was typed."""
    stages = [_stage(form, f"stage{at}_") for at in range(1, 20) if form.get(f"stage{at}_zh", "").strip()]
    codes = [JOINT, *(party.code for party in parties)]
    segments = [_segment(form, code) for code in codes if form.get(f"pattern_{code}", "").strip()]
    names = {key: form.get(key, "").strip() for key in ("code", "zh", "en", "source")}
    return {**names, "stages": stages, "segments": segments}


def _stage(form: QueryDict, key: str) -> dict[str, Any]:
    lines, favour = form.get(f"{key}materials", "").splitlines(), _whole(form.get(f"{key}favour", "0"))
    return {
        "kind": form.get(f"{key}kind", ""),
        "zh": form.get(f"{key}zh", "").strip(),
        "en": form.get(f"{key}en", "").strip(),
        "materials": [text.strip() for text in lines if text.strip()],
        "comment_days": _whole(form.get(f"{key}days", "0")),
        "favour": favour / 100 if isinstance(favour, int) else favour,
        "count_abstentions": form.get(f"{key}abstentions") == "1",
    }


def _segment(form: QueryDict, code: str) -> dict[str, Any]:
    return {
        "party": code,
        "pattern": form.get(f"pattern_{code}", "").strip(),
        "first": _whole(form.get(f"first_{code}", "")),
        "last": _whole(form.get(f"last_{code}", "")),
    }


def _whole(text: str) -> int | str:
    """Return the number, or the text where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else text


def _check_numbers(table: dict[str, Any]) -> None:
    """Raise WorkbenchError where something typed should be a number and is none."""
    wanted = [each[key] for each in table["stages"] for key in ("comment_days", "favour")]
    wanted += [each[key] for each in table["segments"] for key in ("first", "last")]
    if wrong := [each for each in wanted if isinstance(each, str)]:
        raise WorkbenchError(found=wrong[0][:20] or "—", expected="整数 / a whole number", advice="")


def _form(
    request: HttpRequest,
    origin: Procedure | Preset,
    table: dict[str, Any],
    parties: list[Party],
    *,
    error: TongchiError | None = None,
) -> HttpResponse:
    given = {each["party"]: each for each in table["segments"]}
    segments: list[Segment] = [(JOINT, None, given.get(JOINT, {}))]
    segments += [(party.code, party, given.get(party.code, {})) for party in parties]
    stages = [
        {**each, "percent": _percent(each["favour"]), "lines": "\n".join(each["materials"])} for each in table["stages"]
    ]
    context = {"origin": origin, "table": table, "stages": stages, "segments": segments, "error": error}
    return render(request, "procedures/write.html", context, status=status_of(error) if error else 200)


def _percent(share: float | str) -> int | str:
    return share if isinstance(share, str) else round(100 * share)


urlpatterns = [
    path("procedures/", show_procedures, name="procedures"),
    path("procedures/shipped/<slug:code>/write/", write_from_shipped, name="procedure_from_shipped"),
    path("procedures/<int:pk>/write/", write_procedure, name="procedure_write"),
    path("procedures/<int:pk>/remove/", remove_procedure, name="procedure_remove"),
]
