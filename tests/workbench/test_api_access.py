"""Does the API answer anybody, or do for anybody, what is not theirs? Every operation, asked by everybody about everything.

As in `test_access_matrix`: the status, the words of the answer, and that a refused operation writes nothing are looked at.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from access_asking import ask, ask_json, holds_role, leaks, words
from access_world import ABSENT, Thing, Viewer, World, make_world
from api_entries import OPERATIONS, Operation, worked_out
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tongchi.workbench.api import api
from tongchi.workbench.models import LogEntry

LEAST_CASES = 2_000
NO_THING = Thing("—", ABSENT, ())
SHOWN = {"document", "provision", "remark", "opinion", "correction", "log", "project", "matter", "standard", "promise"}


def described() -> dict[str, tuple[str, str]]:
    """Return method and path of each operation that the API describes."""
    paths = api.get_openapi_schema(path_prefix="/api/")["paths"]
    return {
        each["operationId"]: (method.upper(), path) for path, found in paths.items() for method, each in found.items()
    }


ADDRESSES = described()


@pytest.fixture
def world(db: None) -> Iterator[World]:
    logging.disable(logging.WARNING)
    yield make_world()
    logging.disable(logging.NOTSET)


def test_every_operation_has_an_entry_and_every_entry_an_operation() -> None:
    named = {each.name for part in OPERATIONS.values() for each in part}
    assert set(ADDRESSES) - named == set(), "operations without an entry in api_entries"
    assert named - set(ADDRESSES) == set(), "entries whose operation is gone"


def test_there_are_enough_cases(world: World) -> None:
    assert len([case for part in OPERATIONS for case in cases(world, part)]) >= LEAST_CASES


@pytest.mark.parametrize("part", OPERATIONS)
def test_no_operation_answers_what_is_not_theirs(world: World, part: str) -> None:
    wrong = [told for case in cases(world, part) for told in faults(world, *case)]
    assert not wrong, "\n".join(wrong[:20])


def test_the_markers_are_shown_to_those_they_are_for(world: World) -> None:
    found: set[str] = set()
    for part in OPERATIONS:
        for operation, thing, viewer in cases(world, part):
            is_drafter = viewer.seat is not None and viewer.seat.role == "drafter"
            if ADDRESSES[operation.name][0] == "GET" and is_drafter:
                told = words(asked(world, operation, thing, viewer))
                found |= {marker for marker in world.markers if marker in told}
    assert {marker.partition("-")[0] for marker in found} >= SHOWN


def cases(world: World, part: str) -> Iterator[tuple[Operation, Thing, Viewer]]:
    for operation in OPERATIONS[part]:
        for thing in world.things[operation.thing] if operation.thing else [NO_THING]:
            for viewer in world.viewers:
                yield operation, thing, viewer


def faults(world: World, operation: Operation, thing: Thing, viewer: Viewer) -> Iterator[str]:
    """Ask, and say what is wrong with the answer."""
    expected = status_of(operation, thing, viewer)
    with transaction.atomic():
        before = LogEntry.objects.count()
        answer = asked(world, operation, thing, viewer)
        told = leaks(world, viewer, answer)
        added = LogEntry.objects.count() - before
        transaction.set_rollback(True)
    case = f"{operation.name} of [{thing.label}] by {viewer.name}"
    if answer.status_code != expected:
        yield f"{case}: {answer.status_code}, expected {expected}: {words(answer)[-300:]}"
    if told:
        yield f"{case}: leaks {', '.join(told)}"
    if added and (expected != 200 or ADDRESSES[operation.name][0] == "GET"):
        yield f"{case}: {added} written to the log"


def asked(world: World, operation: Operation, thing: Thing, viewer: Viewer) -> Any:
    """Ask for the operation on the thing."""
    method, path = ADDRESSES[operation.name]
    address = path.format(**{**operation.fixed, operation.key: thing.value})
    if operation.name == "upload_document":
        return ask(viewer, "POST", address, {"matter": "offices", "file": SimpleUploadedFile("a.docx", b"no document")})
    body = worked_out(world, viewer, thing, operation.body)
    if operation.inside:
        body[operation.inside] = thing.value
    return ask_json(viewer, method, address, body)


def status_of(operation: Operation, thing: Thing, viewer: Viewer) -> int:
    """Return the status that the table asks for."""
    if viewer.visitor:
        return 401
    if viewer.seat is None:
        return 403
    if operation.thing and not viewer.sees(thing.audience):
        return 404
    is_own = not operation.own or viewer.seat.party.code == thing.owner
    return operation.done if is_own and holds_role(operation.roles, viewer.seat) else 403
