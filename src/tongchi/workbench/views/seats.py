"""The seats of one's own party and its names: the administrator's page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from tongchi.workbench.access import acting
from tongchi.workbench.commands import seats as commands
from tongchi.workbench.models import Role, Seat


@require_GET
@acting
def show_seats(request: HttpRequest, actor: Seat) -> HttpResponse:
    """List the people who sit for one's own party."""
    return _page(request, actor)


@require_POST
@acting
def give_seat(request: HttpRequest, actor: Seat) -> HttpResponse:
    """Open an account; its password is on the answer and nowhere else."""
    seat, password = commands.give_seat(actor, request.POST.get("account", ""), request.POST.get("role", ""), now=now())
    return _page(request, actor, seat, password)


@require_POST
@acting
def change_role(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Give a seat another role."""
    commands.change_role(actor, pk, request.POST.get("role", ""), was=request.POST.get("was", ""), now=now())
    return _done(request)


@require_POST
@acting
def set_active(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Close a seat or open it again."""
    commands.set_active(actor, pk, request.POST.get("active") == "1", now=now())
    return _done(request)


@require_POST
@acting
def renew_password(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Give a new password; it is on the answer and nowhere else."""
    seat, password = commands.renew_password(actor, pk, now=now())
    return _page(request, actor, seat, password)


@require_POST
@acting
def rename_party(request: HttpRequest, actor: Seat) -> HttpResponse:
    """Change the names of one's own party."""
    commands.rename_party(actor, request.POST.get("zh", ""), request.POST.get("en", ""), now=now())
    return _done(request)


def _page(request: HttpRequest, actor: Seat, seat: Seat | None = None, password: str = "") -> HttpResponse:
    rows = Seat.objects.visible_to(actor).select_related("user").order_by("user__username")
    context = {"rows": rows, "roles": Role.choices, "given": seat, "password": password}
    return render(request, "account/seats.html", context)


def _done(request: HttpRequest) -> HttpResponse:
    messages.success(request, "已保存。 / Saved.")
    return redirect("seats")


urlpatterns = [
    path("account/seats/", show_seats, name="seats"),
    path("account/seats/new/", give_seat, name="give_seat"),
    path("account/seats/<int:pk>/role/", change_role, name="change_role"),
    path("account/seats/<int:pk>/active/", set_active, name="set_seat_active"),
    path("account/seats/<int:pk>/password/", renew_password, name="renew_password"),
    path("account/party/", rename_party, name="rename_party"),
]
