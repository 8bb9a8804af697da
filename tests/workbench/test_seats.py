"""The administrator of a party opens accounts, gives roles and closes seats of that party alone."""

from __future__ import annotations

import re

import pytest
from django.core.management import CommandError, call_command
from django.http import Http404
from django.test import Client

from tongchi.workbench.commands.seats import change_role, give_seat, rename_party, renew_password, set_active
from tongchi.workbench.commands.workspaces import read_plan, start_workspace
from tongchi.workbench.errors import AccessError, ConflictError, WorkbenchError
from tongchi.workbench.models import LogEntry, Party, Seat, Workspace

PLAN = """
code = "deltas"
zh = "示例"
en = "Sample"
[[party]]
code = "east"
zh = "东"
en = "East"
account = "east"
[[party]]
code = "west"
zh = "西"
en = "West"
account = "west"
[[party]]
code = "centre"
zh = "中央"
en = "Centre"
account = "centre"
observing = true
"""


def test_a_new_account_can_sign_in(circle, now):
    seat, password = give_seat(circle.seat("sichuan", "admin"), "office-2", "reviewer", now=now)
    assert (seat.party, seat.role) == (circle.sichuan, "reviewer")
    assert Client().post("/account/login/", {"login": "office-2", "password": password}).status_code == 302
    entry = LogEntry.objects.get()
    assert (entry.action, entry.audience) == ("seat.give", "sichuan")
    assert password not in entry.payload


@pytest.mark.parametrize("role", ["drafter", "reviewer", "approver", "observer"])
def test_only_administrators_manage_seats(circle, now, role):
    with pytest.raises(AccessError):
        give_seat(circle.seat("sichuan", role), "office-2", "reviewer", now=now)
    assert not LogEntry.objects.exists()


REFUSED = {  # what the case guards: (account, role)
    "a name in use": ("chengyu-chongqing-drafter", "drafter"),
    "the same in capitals": ("CHENGYU-chongqing-drafter", "drafter"),
    "no name": (" ", "drafter"),
    "a name with markup": ("<b>", "drafter"),
    "a role that is none": ("office-2", "king"),
    "a name that is too long": ("x" * 151, "drafter"),
}


@pytest.mark.parametrize(("account", "role"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(circle, now, account, role):
    with pytest.raises(WorkbenchError):
        give_seat(circle.seat("sichuan", "admin"), account, role, now=now)


def test_roles_change_once_and_not_ones_own(circle, now):
    admin, seat = circle.seat("sichuan", "admin"), circle.seat("sichuan", "drafter")
    assert change_role(admin, seat.pk, "approver", was="drafter", now=now).role == "approver"
    with pytest.raises(ConflictError):
        change_role(admin, seat.pk, "reviewer", was="drafter", now=now)
    with pytest.raises(WorkbenchError):
        change_role(admin, admin.pk, "approver", was="admin", now=now)


def test_seats_of_the_other_party_are_not_there(circle, now):
    other = circle.seat("chongqing", "drafter").pk
    for command in (
        lambda actor: change_role(actor, other, "observer", was="drafter", now=now),
        lambda actor: set_active(actor, other, False, now=now),
        lambda actor: renew_password(actor, other, now=now),
    ):
        with pytest.raises(Http404):
            command(circle.seat("sichuan", "admin"))


def test_a_closed_seat_sees_nothing_from_then_on(circle, now, signed_in):
    seat = circle.seat("sichuan", "drafter")
    client = signed_in(seat)
    assert client.get("/").status_code == 200
    set_active(circle.seat("sichuan", "admin"), seat.pk, False, now=now)
    assert client.get("/").status_code == 403


def test_an_account_that_sits_elsewhere_keeps_its_password(circle, stranger, now):
    seat = circle.seat("sichuan", "drafter")
    Seat.objects.create(user=seat.user, workspace=stranger.workspace, party=stranger.party, role="observer")
    with pytest.raises(WorkbenchError):
        renew_password(circle.seat("sichuan", "admin"), seat.pk, now=now)


def test_a_party_names_itself(circle, now):
    assert rename_party(circle.seat("sichuan", "admin"), "四川", "Sichuan Province", now=now).zh == "四川"
    with pytest.raises(WorkbenchError):
        rename_party(circle.seat("sichuan", "admin"), "四川", " ", now=now)


def test_the_page_works_as_a_form(circle, signed_in):
    client = signed_in(circle.seat("sichuan", "admin"))
    page = client.post("/account/seats/new/", {"account": "office-3", "role": "drafter"}).text
    assert re.search(r"<code>[\w-]{16}</code>", page)
    assert "chengyu-chongqing" not in page
    seat = Seat.objects.get(user__username="office-3")
    address = f"/account/seats/{seat.pk}"
    assert client.post(f"{address}/role/", {"role": "reviewer", "was": "drafter"}).status_code == 302
    assert client.post(f"{address}/active/", {"active": "0"}).status_code == 302
    assert client.post(f"{address}/password/").status_code == 200
    assert client.post("/account/party/", {"zh": "川", "en": "Chuan"}).status_code == 302
    assert client.post("/account/seats/new/", {"account": "office-3", "role": "drafter"}).status_code == 422
    reader = signed_in(circle.seat("sichuan", "drafter"))
    assert "<select" not in reader.get("/account/seats/").text
    assert reader.post("/account/seats/new/", {"account": "x", "role": "drafter"}).status_code == 403
    assert signed_in(circle.seat("chongqing", "admin")).post(f"{address}/password/").status_code == 404


def test_the_operator_begins_a_workspace(db, now, tmp_path, capsys):
    path = tmp_path / "circle.toml"
    path.write_text(PLAN, "utf-8")
    call_command("start_workspace", str(path))
    assert capsys.readouterr().out.count("\n") == 4
    workspace = Workspace.objects.get(code="deltas")
    assert [each.code for each in Party.objects.filter(workspace=workspace)] == ["east", "west", "centre"]
    assert sorted(workspace.seats.values_list("role", flat=True)) == ["admin", "admin", "observer"]
    assert workspace.log.count() == 3
    with pytest.raises(CommandError, match="T953"):
        call_command("start_workspace", str(path))


BAD_PLANS = {  # what the case guards: (old, new)
    "one party alone": ('code = "west"', 'code = "west"\nobserving = true'),
    "two parties of one code": ('code = "west"', 'code = "east"'),
    "a digest that is none": ('en = "Sample"', 'en = "Sample"\ndigest = "md5"'),
    "a field that is none": ('en = "Sample"', 'en = "Sample"\ncolour = "red"'),
    "a code that is none": ('code = "deltas"', 'code = "a b"'),
    "no name": ('zh = "东"', 'zh = ""'),
    "no TOML": ("[[party]]", "[[party"),
}


@pytest.mark.parametrize(("old", "new"), BAD_PLANS.values(), ids=BAD_PLANS)
def test_a_plan_that_does_not_fit_is_refused_whole(db, now, tmp_path, old, new):
    path = tmp_path / "circle.toml"
    path.write_text(PLAN.replace(old, new), "utf-8")
    with pytest.raises(WorkbenchError):
        start_workspace(read_plan(path), now=now)
    assert not Workspace.objects.exists()
