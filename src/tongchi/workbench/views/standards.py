"""The register of issued standards, the text of each, and its files: all made from the frozen source."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from tongchi.workbench.access import acting
from tongchi.workbench.issuing.content import from_json
from tongchi.workbench.issuing.forms import FORMS
from tongchi.workbench.issuing.pdf import file_name
from tongchi.workbench.models import Approval, IssuedStandard, Seat
from tongchi.workbench.views.files import as_download
from tongchi.workbench.views.paging import page_of


@require_GET
@acting
def list_standards(request: HttpRequest, actor: Seat) -> HttpResponse:
    """List what was issued, newest first."""
    rows = IssuedStandard.objects.visible_to(actor).select_related("replaces").defer("content", "replaces__content")
    return render(request, "standards/list.html", {"page": page_of(request, rows), "today": localdate()})


@require_GET
@acting
def show_standard(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Show an issued standard, who approved this very text, and its files."""
    seen = IssuedStandard.objects.visible_to(actor).select_related("replaces")
    row = get_object_or_404(seen, pk=pk)
    approvals = Approval.objects.visible_to(actor).filter(
        project_id=row.project_id, purpose="issue", vote=Approval.Vote.FOR, text_hash=row.content_hash, void_at=None
    )
    context = {
        "row": row,
        "text": from_json(row.content),
        "approvals": approvals.select_related("party", "seat__user").order_by("party__order"),
        "forms": list(FORMS),
        "replaced_by": IssuedStandard.objects.visible_to(actor).filter(replaces=row).first(),
        "today": localdate(),
    }
    return render(request, "standards/standard.html", context)


@require_GET
@acting
def download_standard(request: HttpRequest, actor: Seat, pk: int, form: str) -> HttpResponse:
    """Give a standard as docx, PDF/A-3, Akoma Ntoso XML or JSON."""
    row = get_object_or_404(IssuedStandard.objects.visible_to(actor), pk=pk)
    if form not in FORMS:
        raise Http404
    standard = from_json(row.content)
    return as_download(FORMS[form](standard), file_name(standard), form)


urlpatterns = [
    path("standards/", list_standards, name="standards"),
    path("standards/<int:pk>/", show_standard, name="standard"),
    path("standards/<int:pk>/file.<slug:form>", download_standard, name="standard_file"),
]
