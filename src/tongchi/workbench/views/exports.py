"""Hand out a list as CSV or workbook: of the workspace, or of one document, comparison or project."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from tongchi.workbench.access import acting
from tongchi.workbench.context import language
from tongchi.workbench.exports import OF_ALL, OF_ONE, Table, to_csv, to_xlsx
from tongchi.workbench.models import Seat
from tongchi.workbench.views.files import as_download


@require_GET
@acting
def export_all(request: HttpRequest, actor: Seat, table: str, form: str) -> HttpResponse:
    """Hand out a table of the workspace."""
    return _file(OF_ALL.get(table), actor, 0, table, form)


@require_GET
@acting
def export_one(request: HttpRequest, actor: Seat, table: str, pk: int, form: str) -> HttpResponse:
    """Hand out a table of one thing; 404 where the actor may not see it."""
    return _file(OF_ONE.get(table), actor, pk, f"{table}-{pk}", form)


def _file(table: Table | None, actor: Seat, pk: int, name: str, form: str) -> HttpResponse:
    if table is None or form not in ("csv", "xlsx"):
        raise Http404
    english = language() == "en"
    head = [(each.en if english else each.zh, each.width) for each in table.columns]
    rows = table.rows(actor, pk)
    if form == "csv":
        return as_download(to_csv([title for title, _ in head], rows), name, form)
    return as_download(to_xlsx(table.en if english else table.zh, head, rows), name, form)


urlpatterns = [
    path("exports/<slug:table>.<slug:form>", export_all, name="export_all"),
    path("exports/<slug:table>/<int:pk>.<slug:form>", export_one, name="export_one"),
]
