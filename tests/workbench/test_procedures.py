"""The shipped procedures, and a project that walks through them in every order that chance can think of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tongchi.errors import WorkbenchError
from tongchi.workbench.procedures import Side, StageRule, Standing, advance, load_preset, obstacles, presets
from tongchi.workbench.procedures.machine import ACTS, conditions, require_act, send_back, share_in_favour, stage_of
from tongchi.workbench.procedures.shipped import read_preset

NOW = datetime(2026, 3, 2, tzinfo=UTC)
STAGES = load_preset("chuanyu").stages


def test_three_procedures_are_shipped():
    assert [each.code for each in presets()] == ["changsanjiao", "chuanyu", "jingjinji"]


def test_the_words_and_numbers_of_each_region():
    assert [stage.zh for stage in STAGES] == ["分别立项", "共同起草", "协同审查", "联合发布"]
    assert {each.first for each in load_preset("jingjinji").segments} == {3000}
    assert {str(each.first)[:3] for each in load_preset("changsanjiao").segments} == {"310"}


def test_each_shipped_review_asks_thirty_days_and_three_quarters():
    reviews = [stage for each in presets() for stage in each.stages if stage.kind == "review"]
    assert [(stage.comment_days, stage.favour) for stage in reviews] == [(30, 0.75)] * 3


def test_the_five_forms_are_asked_for_in_every_procedure():
    forms = {"项目申报表", "编制说明", "征求意见汇总处理表", "审查意见汇总处理表", "审批表"}
    assert all({name for stage in each.stages for name in stage.materials} == forms for each in presets())


@pytest.mark.parametrize("code", ["nowhere", "../chuanyu", ""])
def test_a_procedure_that_is_not_shipped(code):
    with pytest.raises(WorkbenchError):
        load_preset(code)


DRAFTED = [{"kind": kind, "zh": kind, "en": ""} for kind in ("drafting", "issue")]
SEGMENT = {"pattern": "DB50/T {number}—{year}", "first": 1, "last": 9}
WRONG = {  # what the case guards: (stages, segments)
    "a condition misspelt is not a condition dropped": ([{**DRAFTED[0], "favor": 1}, DRAFTED[1]], []),
    "review cannot come before drafting": ([{"kind": "review", "zh": "审", "en": ""}, *DRAFTED], []),
    "a standard must be drafted": (DRAFTED[1:], []),
    "a stage has a name": ([{**DRAFTED[0], "zh": ""}, DRAFTED[1]], []),
    "more than all cannot be in favour": ([{**DRAFTED[0], "favour": 1.5}, DRAFTED[1]], []),
    "a material is asked for once": ([{**DRAFTED[0], "materials": ["表", "表"]}, DRAFTED[1]], []),
    "a segment must hold a number": (DRAFTED, [{**SEGMENT, "first": 9, "last": 1}]),
    "a number must be in its pattern": (DRAFTED, [{**SEGMENT, "pattern": "DB50/T {year}"}]),
    "a pattern names nothing else": (DRAFTED, [{**SEGMENT, "pattern": "{number}{place}"}]),
    "a pattern reaches into nothing": (DRAFTED, [{**SEGMENT, "pattern": "{number}{year.__class__}"}]),
    "a pattern cannot blow a number up": (DRAFTED, [{**SEGMENT, "pattern": "{number:>99999999}"}]),
    "a pattern with a brace left open": (DRAFTED, [{**SEGMENT, "pattern": "{number"}]),
}


def test_a_plain_procedure_can_be_carried_out():
    made = read_preset({"code": "x", "zh": "简", "en": "", "stages": DRAFTED, "segments": [SEGMENT]})
    assert [stage.kind for stage in made.stages] == ["drafting", "issue"]


@pytest.mark.parametrize(("stages", "segments"), WRONG.values(), ids=WRONG)
def test_a_procedure_that_could_not_be_carried_out(stages, segments):
    with pytest.raises(WorkbenchError):
        read_preset({"code": "x", "zh": "", "en": "", "stages": stages, "segments": segments})


def test_every_act_belongs_to_known_stages():
    for act, kinds in ACTS.items():
        for stage in STAGES:
            if stage.kind in kinds:
                require_act(stage, act)
            else:
                with pytest.raises(WorkbenchError):
                    require_act(stage, act)


SHARES = {  # what the case guards: (votes, abstentions count, share)
    "three of four": ((3, 1, 0), False, 0.75),
    "an abstention is no vote": ((3, 1, 4), False, 0.75),
    "unless the procedure says so": ((3, 1, 4), True, 0.375),
    "nobody has voted": ((0, 0, 0), False, None),
    "all abstain": ((0, 0, 2), False, None),
}


@pytest.mark.parametrize(("votes", "counted", "share"), SHARES.values(), ids=SHARES)
def test_share_in_favour(votes, counted, share):
    assert share_in_favour(StageRule(1, "review", "", "", count_abstentions=counted), votes) == share


def reviewed(**facts) -> Standing:
    sides = tuple(Side(each, "1", True, True, frozenset(STAGES[2].materials)) for each in ("a", "b"))
    return replace(Standing(3, sides, NOW, True, 4, votes=(3, 1, 0)), **facts)


REVIEWS = {  # what the case guards: (facts that differ, what is missing)
    "nothing is missing": ({}, []),
    "comments run to the last moment": ({"comments_close": NOW + timedelta(seconds=1)}, ["comments-open"]),
    "every opinion is answered": ({"open_opinions": 1}, ["open-opinion"]),
    "less than three quarters": ({"votes": (2, 1, 0)}, ["not-in-favour"]),
    "no vote is no consent": ({"votes": (0, 0, 3)}, ["not-in-favour"]),
}


@pytest.mark.parametrize(("facts", "missing"), REVIEWS.values(), ids=REVIEWS)
def test_what_keeps_a_project_in_review(facts, missing):
    assert [each.code for each in obstacles(STAGES, reviewed(**facts), NOW)] == missing


def test_an_obstacle_names_the_parties_it_waits_for():
    start = Standing(1, (Side("a", "1", True, True, frozenset({"项目申报表"})), Side("b")))
    found = obstacles(STAGES, start, NOW)
    assert [each.code for each in found] == ["material", "not-approved", "no-number", "not-ready"]
    assert {each.parties for each in found} == {("b",)}


class Walk(RuleBasedStateMachine):
    """Two parties do what they like; whatever stage is reached, everything that the stages before asked has been given."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.standing = Standing(1, (Side("a"), Side("b")))
        self.review_since: datetime | None = None

    def change(self, at: int, **facts) -> None:
        sides = list(self.standing.sides)
        sides[at] = replace(sides[at], **facts)
        self.standing = replace(self.standing, sides=tuple(sides))

    @rule(at=st.integers(0, 1), number=st.sampled_from(["", "川标项 7"]))
    def approve(self, at, number):
        if stage_of(STAGES, self.standing).kind == "approval":
            self.change(at, approved=True, number=number)

    @rule(at=st.integers(0, 1), fully=st.booleans())
    def attach(self, at, fully):
        names = stage_of(STAGES, self.standing).materials
        self.change(at, materials=frozenset(names if fully else names[:1]))

    @rule(at=st.integers(0, 1), ready=st.booleans())
    def say_ready(self, at, ready):
        self.change(at, ready=ready)

    @rule(forgotten=st.sampled_from(["", "", "", "ready", "materials", "text", "votes", "days"]))
    def finish_the_stage(self, forgotten):
        kind = stage_of(STAGES, self.standing).kind
        names = frozenset(() if forgotten == "materials" else stage_of(STAGES, self.standing).materials)
        for at in (0, 1):
            self.change(at, ready=forgotten != "ready" or not at, materials=names, approved=True, number="1")
        if kind == "drafting":
            self.write(clauses=0 if forgotten == "text" else 3, missing=0, objections=0, open_=0)
        if kind == "review":
            self.review(
                votes=(2, 1, 0) if forgotten == "votes" else (3, 1, 0), open_=0, days=5 if forgotten == "days" else 30
            )
        self.move()

    @rule(clauses=st.integers(0, 2), missing=st.integers(0, 1), objections=st.integers(0, 1), open_=st.integers(0, 1))
    def write(self, clauses, missing, objections, open_):
        if not self.standing.frozen:
            self.standing = replace(
                self.standing, clauses=clauses, missing_positions=missing, objections=objections, open_suggestions=open_
            )

    @rule(votes=st.tuples(*[st.integers(0, 2)] * 3), open_=st.integers(0, 1), days=st.integers(0, 20))
    def review(self, votes, open_, days):
        self.now += timedelta(days=days)
        if stage_of(STAGES, self.standing).kind == "review":
            self.standing = replace(self.standing, votes=votes, open_opinions=open_)

    @rule()
    def issue(self):
        if stage_of(STAGES, self.standing).kind == "issue":
            self.standing = replace(self.standing, issued=True)

    @rule()
    def move(self):
        before = self.standing
        missing = obstacles(STAGES, before, self.now)
        try:
            after = advance(STAGES, before, self.now)
        except WorkbenchError:
            assert missing
            return
        assert not missing
        assert after.order == before.order + 1
        assert not any(side.ready or side.materials for side in after.sides)
        if before.order == 3:
            assert self.review_since
            assert self.now - self.review_since >= timedelta(days=30)
            favour, against, _ = before.votes
            assert favour > 0
            assert favour / (favour + against) >= 0.75
            assert before.open_opinions == 0
        if after.order == 3:
            self.review_since = self.now
        self.standing = after

    @rule()
    def back(self):
        before = self.standing
        try:
            self.standing = send_back(STAGES, before, self.now)
        except WorkbenchError:
            assert before.order < 3 or before.issued
            return
        assert (self.standing.order, self.standing.frozen, self.standing.votes) == (2, False, (0, 0, 0))

    @invariant()
    def what_earlier_stages_asked_is_given(self):
        now = self.standing
        if now.order > 1:
            assert all(side.approved and side.number for side in now.sides)
        if now.order > 2:
            assert now.frozen
            assert now.clauses
            assert (now.missing_positions, now.objections, now.open_suggestions) == (0, 0, 0)

    @invariant()
    def an_issued_standard_stays_issued(self):
        if self.standing.issued:
            assert self.standing.order == 4

    @invariant()
    def asking_changes_nothing_and_agrees_with_itself(self):
        assert set(conditions(stage_of(STAGES, self.standing), self.standing, self.now)) <= set(
            obstacles(STAGES, self.standing, self.now)
        )


Walk.TestCase.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
test_a_project_walks_only_where_it_may = Walk.TestCase
