"""What may happen to a joint standard next, and why not? The stages are configuration; this is how they are obeyed.

A project stands in one stage. Acts that change the text belong to drafting; in review the text is frozen and opinions are gathered;
in issue the parties approve the exact text. A stage is left when nothing that it asks is missing and every party has said that it is
ready. The project can be sent back to drafting until the standard is issued; what it then passes, it passes anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tongchi.errors import WorkbenchError

KINDS = ("approval", "drafting", "review", "issue", "force")
ACTS = {  # act: kinds of stage in which it may be done
    "project.approve": ("approval",),
    "project.material": ("approval", "drafting", "review", "issue"),
    "project.ready": ("approval", "drafting", "review", "issue"),
    "project.return": ("review", "issue"),
    "clause.write": ("drafting",),
    "position.take": ("drafting",),
    "suggestion.make": ("drafting",),
    "suggestion.settle": ("drafting",),
    "comment.make": ("drafting", "review"),
    "opinion.make": ("review",),
    "opinion.settle": ("review",),
    "review.vote": ("review",),
    "text.approve": ("issue",),
    "standard.issue": ("issue",),
}


@dataclass(frozen=True)
class StageRule:
    """One stage of a procedure and what it asks before it can be left. `favour` is a share of the votes cast, 0 for no vote."""

    order: int
    kind: str
    zh: str
    en: str
    materials: tuple[str, ...] = ()
    comment_days: int = 0
    favour: float = 0.0
    count_abstentions: bool = False


@dataclass(frozen=True)
class Side:
    """How far one deciding party has come: its number, its approval of the project, materials attached in this stage, readiness."""

    party: str
    number: str = ""
    approved: bool = False
    ready: bool = False
    materials: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Standing:
    """Where the project stands: everything that the conditions ask about, and nothing else.

    `missing_positions` and `objections` count pairs of a clause and a party, on the texts as they are now; `votes` are for, against,
    abstaining, on that text.
    """

    order: int
    sides: tuple[Side, ...]
    comments_close: datetime | None = None
    frozen: bool = False
    clauses: int = 0
    missing_positions: int = 0
    objections: int = 0
    open_suggestions: int = 0
    open_opinions: int = 0
    votes: tuple[int, int, int] = (0, 0, 0)
    issued: bool = False


@dataclass(frozen=True)
class Obstacle:
    """One thing that is still missing. `code` is for programs, the messages are for people."""

    code: str
    zh: str
    en: str
    parties: tuple[str, ...] = field(default=())


def stage_of(stages: Sequence[StageRule], standing: Standing) -> StageRule:
    """Return the stage in which the project stands."""
    return next(stage for stage in stages if stage.order == standing.order)


def next_stage(stages: Sequence[StageRule], standing: Standing) -> StageRule | None:
    """Return the stage that follows, or None after the last."""
    later = [stage for stage in stages if stage.order > standing.order]
    return min(later, key=lambda stage: stage.order, default=None)


def require_act(stage: StageRule, act: str) -> None:
    """Raise WorkbenchError unless the act may be done in the stage."""
    kinds = ACTS[act]
    if stage.kind not in kinds:
        raise WorkbenchError(
            found=f"{stage.zh} / {stage.en}",
            expected="、".join(kinds),
            advice="此阶段不办理这一事项。It is not done in this stage.",
        )


def conditions(stage: StageRule, standing: Standing, now: datetime) -> tuple[Obstacle, ...]:
    """Return what the stage still asks of the work itself: empty where every party could say that it is ready."""
    asked = {"approval": _approval, "drafting": _drafting, "review": _review, "issue": _issue}
    own = asked[stage.kind](stage, standing, now) if stage.kind in asked else []
    return (*_materials(stage, standing), *own)


def obstacles(stages: Sequence[StageRule], standing: Standing, now: datetime) -> tuple[Obstacle, ...]:
    """Return all that keeps the project from the next stage: conditions, parties that are not ready, or that there is no next stage."""
    found = list(conditions(stage_of(stages, standing), standing, now))
    if waiting := tuple(side.party for side in standing.sides if not side.ready):
        found.append(Obstacle("not-ready", "有一方尚未表示就绪", "A party has not said that it is ready", waiting))
    if next_stage(stages, standing) is None:
        found.append(Obstacle("last-stage", "已是最后阶段", "This is the last stage"))
    return tuple(found)


def advance(stages: Sequence[StageRule], standing: Standing, now: datetime) -> Standing:
    """Return the standing in the next stage. Raises WorkbenchError with the first obstacle where there is one."""
    if found := obstacles(stages, standing, now):
        raise refusal(found)
    following = next_stage(stages, standing)
    if following is None:  # pragma: no cover - `obstacles` has said so
        raise AssertionError
    return _enter(following, standing, now)


def refusal(found: Sequence[Obstacle]) -> WorkbenchError:
    """Return the error that names the first obstacle, whom it waits for, and how many there are."""
    first = found[0]
    who = f"（{'、'.join(first.parties)}）" if first.parties else ""
    count = f"共缺 {len(found)} 项。{len(found)} in all."
    return WorkbenchError(found=f"{first.zh} / {first.en}{who}", expected="条件齐备 / nothing missing", advice=count)


def send_back(stages: Sequence[StageRule], standing: Standing, now: datetime) -> Standing:
    """Return the standing in drafting, unfrozen. Raises WorkbenchError in a stage before review, or when the standard is issued."""
    require_act(stage_of(stages, standing), "project.return")
    if standing.issued:
        raise WorkbenchError(
            found="已发布 / issued",
            expected="未发布 / not issued",
            advice="请另立修订项目。Start a project for its revision.",
        )
    return _enter(next(stage for stage in stages if stage.kind == "drafting"), standing, now)


def _enter(stage: StageRule, standing: Standing, now: datetime) -> Standing:
    """Return the standing at the beginning of a stage: nobody is ready, and comments run anew where the stage takes them."""
    close = now + timedelta(days=stage.comment_days) if stage.comment_days else None
    sides = tuple(replace(side, ready=False, materials=frozenset()) for side in standing.sides)
    frozen = stage.kind in {"review", "issue", "force"}
    return replace(standing, order=stage.order, sides=sides, comments_close=close, frozen=frozen, votes=(0, 0, 0))


def share_in_favour(stage: StageRule, votes: tuple[int, int, int]) -> float | None:
    """Return the share of votes in favour, of those cast; None where none counts. Abstentions count where the stage says so."""
    favour, against, abstaining = votes
    cast = favour + against + (abstaining if stage.count_abstentions else 0)
    return favour / cast if cast else None


def _materials(stage: StageRule, standing: Standing) -> list[Obstacle]:
    found = []
    for name in stage.materials:
        if parties := tuple(side.party for side in standing.sides if name not in side.materials):
            found.append(Obstacle("material", f"缺少材料：{name}", f"Material missing: {name}", parties))
    return found


def _approval(stage: StageRule, standing: Standing, now: datetime) -> list[Obstacle]:
    found = []
    if parties := tuple(side.party for side in standing.sides if not side.approved):
        found.append(Obstacle("not-approved", "有一方尚未立项", "A party has not approved the project", parties))
    if parties := tuple(side.party for side in standing.sides if not side.number):
        found.append(Obstacle("no-number", "有一方尚未给出立项编号", "A party has given no project number", parties))
    return found


def _drafting(stage: StageRule, standing: Standing, now: datetime) -> list[Obstacle]:
    counted = (
        ("no-clause", int(not standing.clauses), "尚无条款", "There is no clause yet"),
        ("no-position", standing.missing_positions, "条款尚缺一方意见：{n} 处", "Positions missing: {n}"),
        ("objection", standing.objections, "有一方反对：{n} 处", "Objections: {n}"),
        ("open-suggestion", standing.open_suggestions, "修改建议未处理：{n} 条", "Suggestions not settled: {n}"),
    )
    return [Obstacle(code, zh.format(n=n), en.format(n=n)) for code, n, zh, en in counted if n]


def _review(stage: StageRule, standing: Standing, now: datetime) -> list[Obstacle]:
    found = []
    if standing.comments_close and now < standing.comments_close:
        day = f"{standing.comments_close:%Y-%m-%d}"
        found.append(Obstacle("comments-open", f"征求意见至 {day}", f"Comments are open until {day}"))
    if n := standing.open_opinions:
        found.append(Obstacle("open-opinion", f"意见未处理：{n} 条", f"Opinions not settled: {n}"))
    share = share_in_favour(stage, standing.votes)
    if stage.favour and (share is None or share < stage.favour - 1e-9):
        need = f"{stage.favour:.0%}"
        found.append(Obstacle("not-in-favour", f"赞成票未达 {need}", f"Fewer than {need} of the votes in favour"))
    return found


def _issue(stage: StageRule, standing: Standing, now: datetime) -> list[Obstacle]:
    return [] if standing.issued else [Obstacle("not-issued", "标准尚未发布", "The standard is not issued yet")]
