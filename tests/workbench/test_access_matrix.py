"""Does anybody see or change what is not theirs? Every address, with every page and form, asked by everybody about everything.

A case is an entry of the table, a thing (one's own, the other party's, the other workspace's, none), a person and a method. Three
things are looked at: the status, the words of the answer (no marker of what others keep to themselves, in pages, redirects and files
alike), and the log, to which a refused form adds nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from access_asking import ask, holds_role, leaks, words
from access_entries import ACCOUNT, ENTRIES, EXPORTED, Entry
from access_world import Thing, Viewer, World, make_world
from django.db import transaction
from django.urls import URLResolver, get_resolver, reverse

from tongchi.workbench.exports import OF_ONE
from tongchi.workbench.models import LogEntry

NO_THING = Thing("—", None, ())
TABLE = [entry for entries in ENTRIES.values() for entry in entries]
NAMES = {each.name for each in (*TABLE, *ACCOUNT)}
LEAST_CASES = 2_000
SHOWN = [
    "document",
    "file",
    "provision",
    "remark",
    "opinion",
    "correction",
    "log",
    "project",
    "matter",
    "standard",
    "promise",
    "recognition",
]
Case = tuple[Entry, Thing, Viewer, str]


@pytest.fixture
def world(db: None) -> Iterator[World]:
    logging.disable(logging.WARNING)
    yield make_world()
    logging.disable(logging.NOTSET)


def test_every_address_has_an_entry_and_every_entry_an_address() -> None:
    there = set(_names(get_resolver()))
    assert there - NAMES == set(), "addresses without an entry in access_entries"
    assert NAMES - there == set(), "entries whose address is gone"


def test_every_table_that_is_handed_out_has_an_entry() -> None:
    assert set(EXPORTED) == set(OF_ONE)


def _names(resolver: URLResolver) -> Iterator[str]:
    for each in resolver.url_patterns:
        if getattr(each, "namespace", None) == "api":
            continue  # test_api_access has an entry for each operation
        if isinstance(each, URLResolver):
            yield from _names(each)
        else:
            yield each.name or str(each.pattern)


def test_there_are_enough_cases(world: World) -> None:
    number = len(list(_all_cases(world))) + len(ACCOUNT) * len(world.viewers)
    assert number >= LEAST_CASES


@pytest.mark.parametrize("module", ENTRIES)
def test_nobody_is_answered_what_is_not_theirs(world: World, module: str) -> None:
    wrong = [told for case in _cases(world, module) for told in _faults(world, *case)]
    assert not wrong, "\n".join(wrong[:20])


def test_pages_of_ones_own_account(world: World) -> None:
    wrong = []
    for page in ACCOUNT:
        for viewer in world.viewers:
            with transaction.atomic():
                answer = ask(viewer, "GET", reverse(page.name), {})
                transaction.set_rollback(True)
            expected = (page.visitor,) if viewer.visitor else (page.person, page.newer)
            if answer.status_code not in expected or leaks(world, viewer, answer):
                wrong.append(f"{page.name} by {viewer.name}: {answer.status_code}, {leaks(world, viewer, answer)}")
    assert not wrong, "\n".join(wrong)


def test_the_markers_are_shown_to_those_they_are_for(world: World) -> None:
    """Else the search for leaks would find nothing whatever happens."""
    found: set[str] = set()
    for entry, thing, viewer, method in _all_cases(world):
        is_drafter = viewer.seat is not None and viewer.seat.role == "drafter"
        if method == "GET" and is_drafter and _expected(entry, thing, viewer, "GET") == 200:
            told = words(ask(viewer, "GET", _address(entry, thing), {}))
            found |= {marker for marker in world.markers if marker in told}
    kinds = {marker.partition("-")[0] for marker in found}
    assert set(SHOWN) <= kinds


def _all_cases(world: World) -> Iterator[Case]:
    for module in ENTRIES:
        yield from _cases(world, module)


def _cases(world: World, module: str) -> Iterator[Case]:
    """Go through all cases of a module. That a method is not there at all has nothing to do with who asks: one person tries it."""
    for entry in ENTRIES[module]:
        for thing in world.things[entry.thing] if entry.thing else [NO_THING]:
            for viewer in world.viewers:
                for method in ("GET", "POST"):
                    expected = _expected(entry, thing, viewer, method)
                    if expected is not None and (expected != 405 or viewer is world.viewers[0]):
                        yield entry, thing, viewer, method


def _faults(world: World, entry: Entry, thing: Thing, viewer: Viewer, method: str) -> Iterator[str]:
    """Ask, and say what is wrong with the answer."""
    expected = _expected(entry, thing, viewer, method)
    form = {key: each(world, viewer, thing) if callable(each) else each for key, each in entry.form.items()}
    if entry.inside:
        form[entry.inside] = thing.value
    with transaction.atomic():
        before = LogEntry.objects.count() if method == "POST" else 0
        answer = ask(viewer, method, _address(entry, thing), form if method == "POST" else {})
        told = leaks(world, viewer, answer)
        added = LogEntry.objects.count() - before if method == "POST" else 0
        transaction.set_rollback(True)
    case = f"{method} {entry.name} of [{thing.label}] by {viewer.name}"
    if answer.status_code != expected:
        yield f"{case}: {answer.status_code}, expected {expected}"
    if told:
        yield f"{case}: leaks {', '.join(told)}"
    if added and (expected != entry.done or viewer.visitor):
        yield f"{case}: refused, and yet {added} written to the log"


def _expected(entry: Entry, thing: Thing, viewer: Viewer, method: str) -> int | None:
    """Return the status that the table asks for; None where another entry of the address says it."""
    if viewer.visitor:
        return entry.visitor
    allows = {"GET": entry.get is not None, "POST": entry.post is not None}
    if not allows[method]:
        elsewhere = any(
            (each.get if method == "GET" else each.post) is not None for each in TABLE if each.name == entry.name
        )
        return None if elsewhere else 405
    if viewer.seat is None:
        return 403
    refused = method == "POST" and not _may(entry, thing, viewer.seat)
    if refused and entry.role_first and not holds_role(entry.post, viewer.seat):
        return 403
    if entry.thing and not viewer.sees(thing.audience):
        return 404
    if refused:
        return 403
    return entry.get if method == "GET" else entry.done


def _may(entry: Entry, thing: Thing, seat: Any) -> bool:
    return holds_role(entry.post, seat) and (not entry.own or seat.party.code == thing.owner)


def _address(entry: Entry, thing: Thing) -> str:
    named = {entry.key: thing.value} if entry.thing and not entry.inside else {}
    return reverse(entry.name, kwargs={**named, **entry.fixed})
