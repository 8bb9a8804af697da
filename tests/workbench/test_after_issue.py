"""What happens after issue: each party speaks for itself, all of them withdraw together, and every act is in the log."""

from __future__ import annotations

from datetime import date

import pytest
from workbench_projects import DATES, PARTIES, make_project

from tongchi.errors import AccessError, ConflictError
from tongchi.workbench.commands import adoption, promises, recognition
from tongchi.workbench.commands.procedures import install_procedure
from tongchi.workbench.errors import WorkbenchError
from tongchi.workbench.models import Adoption, IssuedStandard, LogEntry, Promise, Recognition, Seat


@pytest.fixture
def standard(circle, now):
    procedure = install_procedure(circle.seat("sichuan", "admin"), "chuanyu", now=now)
    return IssuedStandard.objects.create(
        workspace=circle.workspace, project=make_project(circle, procedure, now, "issue"), number="DB51/T 9001—2026", zh="办公用房",
        en="Offices", content={}, content_hash="a" * 64, issued_on=date(2026, 3, 2), **DATES,
    )  # fmt: skip


def adopt(seat, standard, now, **changed):
    facts = {"state": "adopted", "since": date(2026, 6, 1), "document": "通知", "changes": "", "version": 0}
    return adoption.record_adoption(seat, standard, now=now, **{**facts, **changed})


def test_each_party_records_its_own_adoption(circle, standard, now):
    adopt(circle.seat("sichuan", "approver"), standard, now)
    adopt(circle.seat("chongqing", "approver"), standard, now, state="changed", changes="4.1 改为二十四平方米")
    adopt(circle.seat("chongqing", "approver"), standard, now, state="not_yet", version=1)
    found = Adoption.objects.order_by("party__order").values_list("party__code", "state", "since", "changes", "version")
    assert list(found) == [
        ("sichuan", "adopted", date(2026, 6, 1), "", 1),
        ("chongqing", "not_yet", None, "", 2),
    ]
    assert LogEntry.objects.filter(action="adoption.record").count() == 3


REFUSED = {  # what the case guards: (role, changed, error)
    "an observer records nothing": (("central", "observer"), {}, AccessError),
    "a drafter does not speak for its party": (("sichuan", "drafter"), {}, AccessError),
    "no such state": (("sichuan", "approver"), {"state": "perhaps"}, WorkbenchError),
    "no date": (("sichuan", "approver"), {"since": None}, WorkbenchError),
    "before it was issued": (("sichuan", "approver"), {"since": date(2026, 3, 1)}, WorkbenchError),
    "no document": (("sichuan", "approver"), {"document": " \u200b "}, WorkbenchError),
    "changes that are not named": (("sichuan", "approver"), {"state": "changed"}, WorkbenchError),
    "another form was first": (("sichuan", "approver"), {"version": 1}, ConflictError),
}


@pytest.mark.parametrize(("who", "changed", "error"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_adoption_leaves_nothing(circle, standard, now, who, changed, error):
    before = LogEntry.objects.count()
    with pytest.raises(error):
        adopt(circle.seat(*who), standard, now, **changed)
    assert (Adoption.objects.count(), LogEntry.objects.count()) == (0, before)


def test_a_stranger_has_no_such_standard(stranger, standard, now):
    other = Seat.objects.get(workspace=stranger.workspace, party=stranger.party, role="approver")
    for act in (
        lambda: adopt(other, standard, now),
        lambda: adoption.ask_withdrawal(other, standard, reason="过时", now=now),
    ):
        with pytest.raises(IssuedStandard.DoesNotExist):
            act()


def test_only_all_parties_together_withdraw_a_standard(circle, standard, now):
    first, second = (circle.seat(code, "approver") for code in PARTIES)
    assert adoption.ask_withdrawal(first, standard, reason="被新标准代替", now=now).withdrawn_on is None
    with pytest.raises(WorkbenchError):
        adoption.ask_withdrawal(first, standard, reason="再说一次", now=now)
    adoption.take_back_withdrawal(first, standard, now=now)
    assert adoption.ask_withdrawal(second, standard, reason="被代替", now=now).withdrawn_on is None
    assert adoption.ask_withdrawal(first, standard, reason="被代替", now=now).withdrawn_on == date(2026, 3, 2)
    for act in (adoption.ask_withdrawal, adoption.take_back_withdrawal):
        with pytest.raises(WorkbenchError):
            act(second, standard, now=now, **({"reason": "x"} if act is adoption.ask_withdrawal else {}))
    acts = LogEntry.objects.filter(action__startswith="standard.").values_list("action", flat=True)
    assert list(acts) == ["standard.withdraw", "standard.keep", "standard.withdraw", "standard.withdraw"]


def test_the_review_date_moves_with_a_reason(circle, standard, now):
    actor = circle.seat("chongqing", "approver")
    move = {"seen": DATES["review_on"], "review_on": date(2036, 3, 1), "reason": "复审结论：继续有效"}
    for changed in ({"seen": date(2030, 1, 1)}, {"review_on": None}, {"review_on": date(2026, 6, 1)}, {"reason": ""}):
        with pytest.raises((WorkbenchError, ConflictError)):
            adoption.set_review_date(actor, standard, now=now, **{**move, **changed})
    assert adoption.set_review_date(actor, standard, now=now, **move).review_on == date(2036, 3, 1)


def test_a_party_recognises_for_itself_and_ends_it(circle, standard, now):
    actor = circle.seat("chongqing", "approver")
    facts = {
        "item": "企业资质",
        "issuing": circle.sichuan,
        "basis": "4.1",
        "standard": standard,
        "since": date(2026, 6, 1),
    }
    row = recognition.record_recognition(actor, now=now, **facts)
    for changed in ({"issuing": circle.chongqing}, {"issuing": circle.central}, {"item": ""}, {"since": None}, {"until": date(2026, 5, 1)}):  # fmt: skip
        with pytest.raises(WorkbenchError):
            recognition.record_recognition(actor, now=now, **{**facts, **changed})
    end = {"until": date(2027, 1, 1), "seen": None, "reason": "改由新标准规定"}
    with pytest.raises(AccessError):
        recognition.end_recognition(circle.seat("sichuan", "approver"), row, now=now, **end)
    assert recognition.end_recognition(actor, row, now=now, **end).until == date(2027, 1, 1)
    with pytest.raises(ConflictError):
        recognition.end_recognition(actor, row, now=now, **end)
    assert Recognition.objects.count() == 1


def test_a_promise_is_kept_moved_and_reopened_by_its_own_party(circle, now):
    actor = circle.seat("sichuan", "drafter")
    made = promises.make_promise(
        actor, what="修订本省规定", due=date(2026, 4, 1), towards=circle.chongqing, matter=circle.matter, now=now
    )
    with pytest.raises(AccessError):
        promises.keep_promise(circle.seat("chongqing", "approver"), made, kept_on=date(2026, 3, 1), version=1, now=now)
    with pytest.raises(WorkbenchError):
        promises.keep_promise(actor, made, kept_on=date(2026, 3, 3), version=1, now=now)
    promises.move_promise(actor, made, due=date(2026, 5, 1), reason="征求意见延长", version=1, now=now)
    with pytest.raises(ConflictError):
        promises.keep_promise(actor, made, kept_on=date(2026, 3, 1), version=1, now=now)
    promises.keep_promise(actor, made, kept_on=date(2026, 3, 1), version=2, now=now)
    with pytest.raises(WorkbenchError):
        promises.move_promise(actor, made, due=date(2026, 6, 1), reason="x", version=3, now=now)
    promises.keep_promise(actor, made, kept_on=None, version=3, now=now)
    row = Promise.objects.get()
    assert (row.due, row.kept_on, row.version) == (date(2026, 5, 1), None, 4)
    assert list(LogEntry.objects.filter(subject=f"promise {row.pk}").values_list("action", flat=True)) == [
        "promise.make", "promise.move", "promise.keep", "promise.keep",
    ]  # fmt: skip
