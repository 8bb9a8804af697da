"""Signing in and out, the password, the second factor, the language and the workspace one works in."""

from __future__ import annotations

from allauth.account import views as account
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import include, path
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from tongchi.workbench.access import acting, seats_of
from tongchi.workbench.models import Seat


@require_GET
@login_not_required
def show_closed_signup(request: HttpRequest) -> HttpResponse:
    """Say who opens an account: nobody signs up alone."""
    return render(request, "account/closed.html", status=403)


@require_GET
@acting
def show_account(request: HttpRequest, actor: Seat) -> HttpResponse:
    """Show one's seats, and the ways to the password and the second factor."""
    return render(request, "account/mine.html", {"seats": seats_of(request.user), "seat": actor})


@require_POST
@acting
def choose_workspace(request: HttpRequest, actor: Seat, code: str) -> HttpResponse:
    """Work in another workspace in which the person has a seat; 404 where there is none."""
    seat = get_object_or_404(Seat, user=actor.user, active=True, workspace__code=code)
    request.session["workspace"] = seat.workspace.code
    return redirect("home")


urlpatterns = [
    path("account/", show_account, name="account"),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/signup/", show_closed_signup, name="account_signup"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/password/first/", account.password_set, name="account_set_password"),
    path("account/password/again/", account.reauthenticate, name="account_reauthenticate"),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("account/workspace/<slug:code>/", choose_workspace, name="choose_workspace"),
    path("language/", login_not_required(require_POST(set_language)), name="set_language"),
]
