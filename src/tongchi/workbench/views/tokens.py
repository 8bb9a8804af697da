"""One's own tokens: make one for a program, see which there are, take them back."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods, require_POST

from tongchi.workbench.access import acting
from tongchi.workbench.commands import tokens as commands
from tongchi.workbench.models import Seat, Token
from tongchi.workbench.views.files import day

USUAL = timedelta(days=90)


@require_http_methods(["GET", "HEAD", "POST"])
@acting
def show_tokens(request: HttpRequest, actor: Seat) -> HttpResponse:
    """List one's tokens; a POST makes one, whose secret is on the answer and nowhere else."""
    secret = ""
    if request.method == "POST":
        last_day = day(request.POST.get("last_day", ""))
        _, secret = commands.make_token(actor, name=request.POST.get("name", ""), last_day=last_day, now=now())
    today = localdate()
    context = {
        "rows": Token.objects.visible_to(actor),
        "secret": secret,
        "today": today,
        "usual": today + USUAL,
        "longest": today + commands.LONGEST,
    }
    return render(request, "account/tokens.html", context)


@require_POST
@acting
def revoke_token(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Take a token back."""
    commands.revoke_token(actor, get_object_or_404(Token.objects.visible_to(actor), pk=pk), now=now())
    messages.success(request, "令牌已撤销 / Token revoked")
    return redirect("tokens")


urlpatterns = [
    path("account/tokens/", show_tokens, name="tokens"),
    path("account/tokens/<int:pk>/revoke/", revoke_token, name="token_revoke"),
]
