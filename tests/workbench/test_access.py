"""What each role may do, and what nobody may."""

from __future__ import annotations

import pytest

from tongchi.workbench.access import ACTS, may, require, require_own, require_second_person
from tongchi.workbench.errors import AccessError, ConflictError, check_version
from tongchi.workbench.models import ClauseVersion, DraftClause, Procedure, Project, Stage

CASES = {  # what the case guards: (role, act, permitted)
    "drafters upload": ("drafter", "document.upload", True),
    "reviewers do not draft": ("reviewer", "clause.write", False),
    "reviewers settle opinions": ("reviewer", "opinion.settle", True),
    "drafters do not settle opinions on their own text": ("drafter", "opinion.settle", False),
    "approvers approve": ("approver", "text.approve", True),
    "drafters do not approve": ("drafter", "text.approve", False),
    "administrators do not approve": ("admin", "text.approve", False),
    "administrators give seats": ("admin", "seat.manage", True),
    "an act without a rule is nobody's": ("admin", "log.erase", False),
}


@pytest.mark.parametrize(("role", "act", "permitted"), CASES.values(), ids=CASES)
def test_what_a_role_permits(circle, role, act, permitted):
    assert may(circle.seat("sichuan", role), act) is permitted


def test_observers_and_observing_parties_change_nothing(circle):
    watching = [
        circle.seat("sichuan", "observer"),
        circle.seat("central", "observer"),
        circle.seat("audit", "observer"),
    ]
    assert not any(may(seat, act) for seat in watching for act in ACTS)
    promoted = circle.seat("central", "observer")
    promoted.role = "approver"
    assert not any(may(promoted, act) for act in ACTS)


def test_a_seat_out_of_use_permits_nothing(circle):
    seat = circle.seat("sichuan", "approver")
    seat.active = False
    with pytest.raises(AccessError):
        require(seat, "text.approve")


def test_a_party_answers_for_its_own_things_alone(circle):
    require_own(circle.seat("sichuan", "drafter"), circle.sichuan, "document.share")
    with pytest.raises(AccessError, match="T951"):
        require_own(circle.seat("sichuan", "drafter"), circle.chongqing, "document.share")


def test_nobody_approves_what_they_drafted_alone(circle, now):
    procedure = Procedure.objects.create(workspace=circle.workspace, code="p", zh="程序", en="Procedure")
    stage = Stage.objects.create(procedure=procedure, order=1, kind="draft", zh="起草", en="Drafting")
    project = Project.objects.create(
        workspace=circle.workspace, matter=circle.matter, procedure=procedure, stage=stage, zh="标准", en="Standard",
        proposed_by=circle.sichuan, started_at=now, stage_since=now,
    )  # fmt: skip
    clause = DraftClause.objects.create(project=project, number="4", text="甲", text_hash="0", order=1)
    person = circle.seat("sichuan", "approver")
    common = {"clause": clause, "text": "甲", "text_hash": "0", "origin": "own", "at": now}
    require_second_person(person, project, "text.approve")
    ClauseVersion.objects.create(version=1, party=circle.sichuan, seat=person, **common)
    with pytest.raises(AccessError):
        require_second_person(person, project, "text.approve")
    ClauseVersion.objects.create(version=2, party=circle.chongqing, seat=circle.seat("chongqing", "drafter"), **common)
    require_second_person(person, project, "text.approve")


def test_a_conflict_carries_both_texts(circle):
    row = DraftClause(version=3, number="4")
    check_version(row, 3, subject="4")
    with pytest.raises(ConflictError) as caught:
        check_version(row, 2, subject="4", yours="甲", theirs="乙")
    assert (caught.value.facts["yours"], caught.value.facts["theirs"]) == ("甲", "乙")
