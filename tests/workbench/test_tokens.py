"""A token acts as its seat, no more and no longer; its secret is told once and kept nowhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from tongchi.errors import WorkbenchError
from tongchi.workbench.commands import seats
from tongchi.workbench.commands.tokens import MOST, make_token, revoke_token
from tongchi.workbench.models import LogEntry, Token


@pytest.fixture
def program(circle, now):
    """`program("sichuan", "drafter")` asks with a new token of that seat; `.token` and `.secret` are there too."""

    def make(party: str, role: str) -> Client:
        seat = circle.seat(party, role)
        token, secret = make_token(seat, name="程序", last_day=localdate(now), now=now)
        client = Client(headers={"authorization": f"Bearer {secret}"})
        client.token, client.secret = token, secret
        return client

    return make


@pytest.fixture(autouse=True)
def _today_is_the_day(monkeypatch, now):
    monkeypatch.setattr("tongchi.workbench.api.entrance.localdate", lambda: localdate(now))


def me(client: Client) -> object:
    answer = client.get("/api/me")
    return answer.json() if answer.status_code == 200 else answer.status_code


def test_a_token_is_its_seat(program):
    asked = me(program("chongqing", "reviewer"))
    assert asked == {
        "account": "chengyu-chongqing-reviewer", "workspace": "chengyu", "party": "chongqing", "role": "reviewer",
    }  # fmt: skip


def test_what_the_role_does_not_permit_is_refused_with_advice(program):
    answer = program("sichuan", "observer").post(
        "/api/matters", {"code": "cars", "zh": "公务用车"}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "T951")
    assert "起草" in answer.json()["zh"]


@pytest.mark.parametrize("word", ["", "Bearer", "Bearer ", "Bearer tongchi_none", "Basic x", "Bearer \ud800"])
def test_without_a_token_nothing_is_told(db, word):
    answer = Client(headers={"authorization": word.encode("utf-8", "surrogatepass").decode("latin-1")}).get("/api/me")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token_is_none(program, now):
    client = program("sichuan", "drafter")
    revoke_token(client.token.seat, client.token, now=now)
    revoke_token(client.token.seat, client.token, now=now)
    assert me(client) == 401
    assert LogEntry.objects.filter(action="token.revoke").count() == 1


def test_a_token_ends_with_its_last_day(program, now, monkeypatch):
    client = program("sichuan", "drafter")
    monkeypatch.setattr("tongchi.workbench.api.entrance.localdate", lambda: localdate(now) + timedelta(days=1))
    assert me(client) == 401


def test_a_token_ends_with_its_seat(circle, program, now):
    client = program("sichuan", "drafter")
    seats.set_active(circle.seat("sichuan", "admin"), client.token.seat_id, False, now=now)
    assert me(client) == 401


def test_a_token_has_the_role_that_the_seat_has_now(circle, program, now):
    client = program("sichuan", "drafter")
    seats.change_role(circle.seat("sichuan", "admin"), client.token.seat_id, "observer", was="drafter", now=now)
    assert me(client)["role"] == "observer"


def test_the_secret_is_kept_nowhere(program):
    client = program("sichuan", "drafter")
    assert client.secret not in str(list(Token.objects.values())) + str(list(LogEntry.objects.values()))


@pytest.mark.parametrize("days", [-1, 367])
def test_a_last_day_that_cannot_be(circle, now, days):
    with pytest.raises(WorkbenchError):
        make_token(circle.seat("sichuan", "drafter"), name="x", last_day=localdate(now) + timedelta(days=days), now=now)


def test_a_seat_has_so_many_and_no_more(circle, program, now):
    made = [program("sichuan", "drafter") for _ in range(MOST)]
    with pytest.raises(WorkbenchError):
        program("sichuan", "drafter")
    revoke_token(made[0].token.seat, made[0].token, now=now)
    assert me(program("sichuan", "drafter"))["role"] == "drafter"


def test_the_page_tells_the_secret_once(circle, signed_in):
    client = signed_in(circle.seat("sichuan", "drafter"))
    answer = client.post(reverse("tokens"), {"name": "报表", "last_day": localdate().isoformat()})
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    again = client.get(reverse("tokens")).content.decode()
    assert secret not in again
    assert "报表" in again


def test_a_session_needs_the_csrf_token_to_change_anything(circle):
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        circle.seat("sichuan", "drafter").user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.get("/api/me").status_code == 200
    body = {"code": "cars", "zh": "公务用车"}
    assert client.post("/api/matters", body, content_type="application/json").status_code == 403
    client.get(reverse("home"))
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value}
    assert client.post("/api/matters", body, content_type="application/json", headers=headers).status_code == 200
