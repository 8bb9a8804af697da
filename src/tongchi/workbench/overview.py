"""What does a leader see of the whole? Gaps over time, findings open and settled, projects by stage, promises: of what the party may see.

Figures are the engine's own, read from its comparisons; nothing is worked out again. Two parties may see different figures where one
has texts that it has not shared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.timezone import localdate

from tongchi.workbench.due import STATES, State, state_of
from tongchi.workbench.gap_chart import GapPoint
from tongchi.workbench.models import (
    Adoption,
    Comparison,
    Correction,
    Matter,
    PartyProject,
    Project,
    Promise,
    Seat,
    Stage,
)


@dataclass
class MatterView:
    """A matter: its gaps, the earliest first, and the findings of its latest comparison.

    A finding is settled once a party has judged it and none says otherwise; where they differ it is open.
    """

    matter: Matter
    points: list[GapPoint] = field(default_factory=list)
    latest: int | None = None
    findings: int = 0
    settled: int = 0

    @property
    def open(self) -> int:
        """Count the findings that nobody has judged."""
        return self.findings - self.settled

    @property
    def last(self) -> GapPoint | None:
        """Return the latest gap."""
        return self.points[-1] if self.points else None

    @property
    def change(self) -> float | None:
        """Return the latest gap less the first; None where there are not two."""
        return self.points[-1].gap - self.points[0].gap if len(self.points) > 1 else None


def matter_views(actor: Seat) -> list[MatterView]:
    """Return each matter of the workspace with what the actor may see of its comparisons."""
    views = {matter.pk: MatterView(matter) for matter in Matter.objects.visible_to(actor)}
    rows = Comparison.objects.visible_to(actor).order_by("made_at", "pk")
    for pk, matter, at, gap, low, high in rows.values_list("pk", "matter_id", "made_at", "gap", "gap_low", "gap_high"):
        views[matter].latest = pk
        if gap is not None:
            views[matter].points.append(GapPoint(pk, at, localdate(at), gap, low, high))
    _count_findings(actor, views)
    return list(views.values())


def _count_findings(actor: Seat, views: dict[int, MatterView]) -> None:
    judged = Correction.objects.visible_to(actor).filter(kind=Correction.Kind.FINDING, withdrawn_at=None)
    words: dict[tuple[object, ...], set[bool]] = {}
    for *key, verdict in judged.values_list("matter_id", "document_a_id", "eid_a", "item", "verdict"):
        words.setdefault(tuple(key), set()).add(verdict == Correction.Verdict.REJECT)
    latest = [view.latest for view in views.values() if view.latest is not None]
    rows = Comparison.objects.visible_to(actor).filter(pk__in=latest)
    for matter, findings in rows.values_list("matter_id", "findings"):
        keys = [(matter, each.get("document"), each.get("clause_id"), each.get("code")) for each in findings]
        views[matter].findings = len(keys)
        views[matter].settled = sum(len(words.get(key, ())) == 1 for key in keys)


def projects_by_stage(actor: Seat) -> list[tuple[Stage, list[Project]]]:
    """Return the stages that have projects, in the order of their procedures, each with its projects; issued ones are not among them."""
    found: dict[Stage, list[Project]] = {}
    seen = Project.objects.visible_to(actor).filter(standard=None).select_related("stage__procedure")
    for project in seen.order_by("stage__procedure__code", "stage__order", "-stage_since"):
        found.setdefault(project.stage, []).append(project)
    return list(found.items())


def promise_counts(actor: Seat, today: date) -> list[tuple[State, int]]:
    """Return how many promises stand how."""
    states = [state_of(promise, today) for promise in Promise.objects.visible_to(actor)]
    return [(state, states.count(state)) for state in STATES]


def adoption_counts(actor: Seat) -> Sequence[tuple[str, int]]:
    """Return, for standards that stand, how many pairs of standard and party have adopted, with changes, or not yet."""
    rows = Adoption.objects.visible_to(actor).filter(standard__withdrawn_on=None).values_list("state", flat=True)
    states = [state for state in rows if state != Adoption.State.NOT_YET]
    pairs = PartyProject.objects.visible_to(actor).filter(
        project__standard__isnull=False, project__standard__withdrawn_on=None
    )
    taken = [
        (Adoption.State(state).label, states.count(state)) for state in (Adoption.State.ADOPTED, Adoption.State.CHANGED)
    ]
    return [*taken, (Adoption.State.NOT_YET.label, max(0, pairs.count() - len(states)))]
