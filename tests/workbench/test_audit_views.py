"""The pages of the log: who sees which entry, the filters, the verdict, and what is taken away."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchi.workbench.log import chain, guards, verify
from tongchi.workbench.models import Checkpoint, LogEntry

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PAGES = ("/log/", "/log/2/", "/log/verify.py", "/log/chain.jsonl")


@pytest.fixture
def acts(circle):
    """120 entries, a day apart; every tenth, the first among them, is private to Sichuan."""
    for at in range(120):
        seat = circle.seat("sichuan" if at % 2 == 0 else "chongqing", "drafter")
        action = ("clause.write", "position.take")[at % 2]
        private = "sichuan" if at % 10 == 0 else ""
        moment = NOW + timedelta(days=at)
        chain.append(seat, action, f"thing-{at} {at}", {"words": f"内容{at}"}, now=moment, audience=private)
    return circle


@pytest.mark.parametrize("party", ["sichuan", "chongqing", "central", "audit"])
@pytest.mark.parametrize("page", PAGES)
def test_every_party_opens_the_pages(acts, signed_in, party, page):
    role = "observer" if party in ("central", "audit") else "drafter"
    answer = signed_in(acts.seat(party, role)).get(page)
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_is_sent_away(acts, page):
    assert Client().get(page).status_code == 302


def test_a_stranger_sees_another_log(acts, stranger, signed_in):
    client = signed_in(stranger)
    assert "thing-" not in client.get("/log/").text
    assert client.get("/log/2/").status_code == 404
    assert len(client.get("/log/chain.jsonl").getvalue().splitlines()) == 1


def test_private_entries_are_their_own_partys(acts, signed_in):
    own, other = (signed_in(acts.seat(party, "drafter")) for party in ("sichuan", "chongqing"))
    assert "内容0" in own.get("/log/1/").text
    assert other.get("/log/1/").status_code == 404
    assert "thing-110 " in own.get("/log/").text
    assert "thing-110 " not in other.get("/log/").text
    assert "thing-111 " in other.get("/log/").text


FILTERS = {  # what is asked: (query, numbers of the entries for Sichuan, the newest first)
    "a party": ("party=chongqing&before=7", [6, 4, 2]),
    "the beginning of an act": ("action=position&before=5", [4, 2]),
    "the beginning of a subject": ("subject=thing-11", [*range(120, 110, -1), 12]),
    "days, with both ends": ("from=2026-03-03&to=2026-03-05", [4, 3, 2]),
    "nothing matches": ("party=nobody", []),
    "a number beyond all": ("before=999999999999999999&from=2026-06-29", [120]),
}


@pytest.mark.parametrize(("asked", "numbers"), FILTERS.values(), ids=FILTERS)
def test_the_filters(acts, signed_in, asked, numbers):
    answer = signed_in(acts.seat("sichuan", "drafter")).get(f"/log/?{asked}")
    assert [entry.sequence for entry, _ in answer.context["rows"]] == numbers


@pytest.mark.parametrize(
    "asked",
    [
        "from=x",
        "from=0001-01-01",
        "to=9999-12-31",
        "to=2026-13-01",
        "before=-1",
        "before=²",
        "before=99999999999999999999",
    ],
)
def test_a_filter_that_is_no_date_or_number_is_refused(acts, signed_in, asked):
    assert signed_in(acts.seat("sichuan", "drafter")).get(f"/log/?{asked}").status_code == 422


def test_the_pages_go_back_to_the_first_entry_with_the_filter_kept(acts, signed_in):
    client, seen, address = signed_in(acts.seat("sichuan", "drafter")), [], "/log/?party=sichuan"
    while address:
        answer = client.get(address)
        seen += [entry.sequence for entry, _ in answer.context["rows"]]
        earlier = answer.context["earlier"]
        address = f"/log/?party=sichuan&before={earlier}" if earlier else ""
        assert not earlier or address.partition("?")[2].replace("&", "&amp;") in answer.text
    assert seen == list(range(119, 0, -2))


def test_the_list_asks_the_database_the_same_number_of_times_however_long_it_is(acts, signed_in):
    client = signed_in(acts.seat("sichuan", "drafter"))
    counts = []
    for asked in ("before=3", "before=100"):
        with CaptureQueriesContext(
            connection,
        ) as asked_of_it:
            client.get(f"/log/?{asked}")
        counts.append(len(asked_of_it))
    assert counts[0] == counts[1] <= 8


def test_an_entry_with_a_number_beyond_the_database_is_not_there(acts, signed_in):
    assert signed_in(acts.seat("sichuan", "drafter")).get("/log/99999999999999999999999/").status_code == 404


@pytest.mark.parametrize("header", [{}, {"HTTP_HX_REQUEST": "true"}])
def test_the_log_is_verified_by_a_button(acts, signed_in, header):
    client = signed_in(acts.seat("audit", "observer"))
    assert client.get("/log/verify/").status_code == 405
    answer = client.post("/log/verify/", **header)
    assert "日志完整：120条" in answer.text
    assert ("<html" in answer.text) is not bool(header)
    guards.lift(connection)
    LogEntry.objects.filter(sequence=40).update(person="nobody")
    assert "日志不完整：第40条" in client.post("/log/verify/", **header).text


def test_a_checkpoint_is_signed_and_taken_away_by_every_party(acts, signed_in):
    assert signed_in(acts.seat("sichuan", "drafter")).post("/log/checkpoints/").status_code == 403
    assert signed_in(acts.seat("audit", "observer")).post("/log/checkpoints/").status_code == 403
    assert not Checkpoint.objects.exists()
    answer = signed_in(acts.seat("sichuan", "approver")).post("/log/checkpoints/", follow=True)
    assert "已签检查点：第121条" in answer.text
    for party, role in (("chongqing", "drafter"), ("audit", "observer")):
        client = signed_in(acts.seat(party, role))
        kept = client.get("/log/checkpoints/121.json")
        assert 'attachment; filename="checkpoint-chengyu-00000121.json"' in kept["Content-Disposition"]
        lines = client.get("/log/chain.jsonl").getvalue().decode("utf-8").splitlines(keepends=True)
        verdict = verify.verify(lines, [json.loads(kept.content)], party=party)
        assert (verdict.broken, verdict.entries, verdict.withheld) == (None, 121, 12)
        assert client.get("/log/checkpoints/120.json").status_code == 404


def test_a_stranger_gets_no_checkpoint(acts, stranger, signed_in):
    signed_in(acts.seat("sichuan", "approver")).post("/log/checkpoints/")
    assert signed_in(stranger).get("/log/checkpoints/121.json").status_code == 404


def test_the_pages_are_in_english_too(acts, signed_in):
    client = signed_in(acts.seat("audit", "observer"))
    client.post("/language/", {"language": "en"})
    assert "Is the log whole?" in client.get("/log/").text
    assert "Entry 2" in client.get("/log/2/").text
    assert "The log is whole: 120 entries" in client.post("/log/verify/").text
