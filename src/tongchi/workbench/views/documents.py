"""The documents of the workspace as far as one's party may see them: bring in, read, share, download."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongchi.errors import NoTextError
from tongchi.workbench import storage
from tongchi.workbench.access import acting
from tongchi.workbench.commands import documents as commands
from tongchi.workbench.models import Clause, Document, Matter, Seat
from tongchi.workbench.views.paging import page_of
from tongchi.workbench.views.projects import number_of

MOST_FILES = 20


@require_http_methods(["GET", "HEAD", "POST"])
@acting
def show_documents(request: HttpRequest, actor: Seat) -> HttpResponse:
    """List the documents that the party may see; a POST brings files in."""
    matters = Matter.objects.visible_to(actor)
    if request.method == "POST":
        matter = get_object_or_404(matters, pk=number_of(request.POST.get("matter")))
        files = request.FILES.getlist("files")[:MOST_FILES]
        if not files:
            raise NoTextError(file="", found="0 份文件 / files", expected="至少 1 份 / at least 1", advice="")
        for file in files:
            commands.check_size(file.name or "", file.size or 0)
        for file in files:
            commands.upload_document(actor, matter, name=file.name or "", data=file.read(), now=now())
        messages.success(request, f"已收到{len(files)}份文件，正在读取 / {len(files)} file(s) received, being read")
        return redirect("documents")
    rows = Document.objects.visible_to(actor).select_related("party", "matter")
    if asked := number_of(request.GET.get("matter")):
        rows = rows.filter(matter_id=asked)
    context = {
        "page": page_of(request, rows),
        "matters": matters,
        "asked": asked,
        "most": commands.MOST_BYTES // 1_000_000,
    }
    return render(request, "documents/list.html", context)


@require_GET
@acting
def show_document(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Show one document with its clauses."""
    document = _document(actor, pk)
    clauses = Clause.objects.visible_to(actor).filter(document=document)
    context = {"document": document, "clauses": clauses, "own": document.party_id == actor.party_id}
    return render(request, "documents/document.html", context)


@require_GET
@acting
def download_document(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Hand out the file as it was uploaded: to be kept, never shown within the site."""
    document = _document(actor, pk)
    response = HttpResponse(storage.load(document.sha256, document.name), content_type="application/octet-stream")
    named = f"attachment; filename=\"document-{document.pk}\"; filename*=UTF-8''{quote(document.name, safe='')}"
    response["Content-Disposition"] = named
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@acting
def share_document(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Show a document to the workspace."""
    commands.share_document(actor, _document(actor, pk), version=number_of(request.POST.get("version")), now=now())
    messages.success(request, "已共享 / Shared")
    return redirect("document", pk)


@require_POST
@acting
def read_document(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Ask once more for a document to be read."""
    commands.read_again(actor, _document(actor, pk), now=now())
    messages.success(request, "正在重新读取 / Being read again")
    return redirect("document", pk)


def _document(actor: Seat, pk: int) -> Document:
    return get_object_or_404(Document.objects.visible_to(actor).select_related("party", "matter"), pk=pk)


urlpatterns = [
    path("documents/", show_documents, name="documents"),
    path("documents/<int:pk>/", show_document, name="document"),
    path("documents/<int:pk>/file/", download_document, name="document_file"),
    path("documents/<int:pk>/share/", share_document, name="document_share"),
    path("documents/<int:pk>/read/", read_document, name="document_read"),
]
