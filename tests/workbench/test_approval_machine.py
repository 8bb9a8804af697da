"""Nothing is issued without each party's approval of exactly that text: chance tries to, thousands of times, and faults are found.

`make bars-approval` sets TONGCHI_APPROVAL_STEPS to 100,000; elsewhere it is one thousand.
"""

from __future__ import annotations

import os
import time
from collections import Counter

import pytest
from approval_circles import make_circles
from approval_machine import ApprovalMachine
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tongchi.workbench.commands import approval, issue
from tongchi.workbench.models import Approval

STEPS = int(os.environ.get("TONGCHI_APPROVAL_STEPS", "1000"))
SECONDS = float(os.environ.get("TONGCHI_APPROVAL_SECONDS", "60"))
RUN = settings(
    max_examples=10, stateful_step_count=40, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture
def circles(db: None) -> None:
    ApprovalMachine.circles, ApprovalMachine.counts = make_circles(), Counter()


def walk(number: int) -> None:
    """Let the machine run with the seed of this number."""
    machine = seed(number)(type("Run", (ApprovalMachine,), {}))
    run_state_machine_as_test(machine, settings=RUN)


def walk_on(times: int) -> None:
    for number in range(times):
        walk(number)


def test_nothing_is_issued_that_each_party_has_not_approved(circles: None) -> None:
    counts, number, begun = ApprovalMachine.counts, 0, time.monotonic()
    while counts["steps"] < STEPS and time.monotonic() - begun < SECONDS:
        walk(number)
        number += 1
    print(f"\n{time.monotonic() - begun:.0f} s; {dict(counts.most_common())}")
    assert counts["steps"] >= STEPS
    assert counts["issue"] >= STEPS // 200, "too few standards were issued for the run to prove anything"
    assert counts["refused"] >= STEPS // 10
    assert {"approve", "edit", "return", "move", "withdraw", "rename"} <= set(counts)
    assert counts["accept"] or STEPS < 10_000


def _any_hash(project, _text_hash):
    return Approval.objects.filter(project=project, purpose="issue", vote="for", void_at=None)


FAULTS = {  # what goes unasked: (where, its name, what stands in its place)
    "the hash of the text": (approval, "approvals_of", _any_hash),
    "whether all have approved": (issue, "waiting_for", lambda _project, _hash: []),
    "who wrote the text": (approval, "require_second_person", lambda *_facts: None),
    "which text was read": (approval, "require_text", lambda project, _seen: approval_text(project)),
}


def approval_text(project):
    from tongchi.workbench.commands.joint_text import standard_of

    return standard_of(project)


@pytest.mark.slow
@pytest.mark.parametrize(("room", "name", "instead"), FAULTS.values(), ids=FAULTS)
def test_the_machine_finds_what_goes_unasked(circles: None, monkeypatch, room, name, instead) -> None:
    monkeypatch.setattr(room, name, instead)
    with pytest.raises(AssertionError):
        walk_on(40)


@pytest.mark.slow
def test_the_machine_finds_changes_that_leave_approvals_standing(circles: None, monkeypatch) -> None:
    """Sent back and approved anew: a word given before must not count for the text that comes after, even the same one."""
    from tongchi.workbench.commands import projects

    monkeypatch.setattr(projects, "text_changed", lambda _project, _now: None)
    with pytest.raises(AssertionError):
        walk_on(40)
