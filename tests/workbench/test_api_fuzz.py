"""Whatever a program sends, the API answers, and as its description says: requests made from the description by schemathesis.

`make fuzz-workbench` sends 200 to each operation; elsewhere it is a few, where schemathesis is installed. Most keys and hashes are
those of things that are there, so that requests come as far as the commands; each is undone before the next.
"""

from __future__ import annotations

import logging
import os
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from access_world import TEXT_HASH, World, make_world
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.utils.timezone import localdate, now
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tongchi.workbench.api import api
from tongchi.workbench.commands.tokens import make_token
from tongchi.workbench.log.chain import verify_log
from tongchi.workbench.models import Workspace

schemathesis = pytest.importorskip("schemathesis", reason="the extra workbench-fuzz is not installed")

CASES = int(os.environ.get("TONGCHI_API_CASES", "3"))
KINDS = {  # the thing that a path is about
    "documents": ("document",), "comparisons": ("comparison",), "corrections": ("correction",), "jobs": ("job",),
    "projects": ("project", "project_review", "project_issue", "project_approval"), "clauses": ("clause",),
    "remarks": ("suggestion", "remark"), "opinions": ("opinion", "opinion_internal"), "standards": ("standard",),
    "recognitions": ("recognition",), "promises": ("promise",), "log": ("entry",),
}  # fmt: skip
SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/"))
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]
RUN = settings(
    max_examples=CASES, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture
def world(db: None) -> Iterator[World]:
    logging.disable(logging.WARNING)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # as Django's own test client does: the transaction of the test stays
    yield make_world()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    logging.disable(logging.NOTSET)


def test_every_request_is_answered(world: World) -> None:
    application = get_wsgi_application()
    day = localdate()
    secrets = [
        (each, make_token(each.seat, name="x", last_day=day, now=now())[1]) for each in world.viewers if each.seat
    ]
    counts: Counter[str] = Counter()
    answers: Counter[int] = Counter()
    for number, operation in enumerate(OPERATIONS):
        send(operation, number, world, application, secrets, counts, answers)
    fewest = min(counts.values())
    print(
        f"\n{sum(counts.values())} requests to {len(counts)} operations, at least {fewest} each; {dict(sorted(answers.items()))}"
    )
    assert fewest >= CASES * 0.9, "an operation had too few different requests"
    assert answers[200] > sum(answers.values()) / 20, "too few requests came through"
    assert all(verify_log(each).broken is None for each in Workspace.objects.all())


def send(
    operation: Any, number: int, world: World, application: Any, secrets: list[Any], counts: Any, answers: Any
) -> None:
    @RUN
    @seed(number)
    @given(case=operation.as_strategy(), chance=st.integers(0, 2**32))
    def answered(case: Any, chance: int) -> None:
        draw = random.Random(chance)
        viewer, secret = draw.choice(secrets)
        things = [thing for kind in KINDS.get(case.path.split("/")[2], ()) for thing in world.things[kind]]
        known = [thing.value for thing in things if viewer.sees(thing.audience) or draw.random() < 0.1]
        for key in ("key", "sequence"):
            if key in (case.path_parameters or {}) and known and draw.random() < 0.8:
                case.path_parameters[key] = draw.choice(known)
        if isinstance(case.body, dict) and draw.random() < 0.7:
            case.body = likely(case.body, world, draw)
        headers = {"Authorization": f"Bearer {secret}"}
        with transaction.atomic():
            answer = case.call(app=application, headers=headers)
            transaction.set_rollback(True)
        counts[operation.label] += 1
        answers[answer.status_code] += 1
        assert answer.status_code < 500, f"{case.as_curl_command()}\n{answer.content[:2000]!r}"
        case.validate_response(answer, checks=CHECKS)

    answered()


def likely(body: dict[str, Any], world: World, draw: random.Random) -> dict[str, Any]:
    """Put words that fit in the place of some that chance has made up."""
    fitting: dict[str, list[Any]] = {
        "version": [1, 2], "text_hash": [TEXT_HASH], "seen": list(world.hashes.values()), "matter": ["offices"],
        "procedure": ["chuanyu"], "issuing": ["sichuan", "chongqing"], "towards": ["sichuan", None], "number": ["4.2", "X-1"],
        "origin": ["own", "merge"], "reason": ["理由"], "zh": ["名称"], "code": ["cars"], "item": ["9.3", "一项"],
        "effective_on": ["2099-01-01"], "review_on": ["2099-06-01"], "standard": [None], "replaces": [None],
        "answers": [None], "clause": [None], "sources": [[]], "document": [None],
    }  # fmt: skip
    return {
        key: draw.choice(fitting[key]) if key in fitting and draw.random() < 0.9 else value
        for key, value in body.items()
    }


CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.specs.openapi.checks.status_code_conformance,
    schemathesis.specs.openapi.checks.content_type_conformance,
    schemathesis.specs.openapi.checks.response_schema_conformance,
]
