"""Workspaces of two, three and four parties with a shipped procedure each, and a model of what they agreed that asks no hash.

The model remembers words: who said what of which text, letter by letter. The machine holds the database against it after every command.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User

from conftest import NOW, ROLES
from tongchi.workbench.commands.procedures import install_procedure
from tongchi.workbench.models import (
    DraftClause,
    Matter,
    Party,
    PartyProject,
    Procedure,
    Project,
    Seat,
    Workspace,
)

CIRCLES = {
    "chuanyu": ("sichuan", "chongqing"),
    "jingjinji": ("beijing", "tianjin", "hebei"),
    "changsanjiao": ("shanghai", "jiangsu", "zhejiang", "anhui"),
}
Text = tuple[Any, ...]


@dataclass
class Circle:
    """A workspace, its procedure, its deciding parties in order, and everybody in it; an observing party is the last."""

    workspace: Workspace
    procedure: Procedure
    matter: Matter
    parties: list[Party]
    seats: list[Seat]

    def seat(self, party: int, role: str) -> Seat:
        """Return the seat that was opened with this role, read anew: roles change."""
        pk = next(s.pk for s in self.seats if s.party_id == party and s.user.username.endswith(f"-{role}"))
        return Seat.objects.select_related("user", "party", "workspace").get(pk=pk)

    def give_back_roles(self) -> None:
        """Let everybody do again what they began with, so that a project can be written and decided at all."""
        for seat in self.seats:
            Seat.objects.filter(pk=seat.pk).exclude(role=seat.role).update(role=seat.role)


@dataclass
class Memory:
    """What the model knows: words on texts by project and party, who wrote each clause, and issued standards as they were."""

    words: dict[int, dict[int, tuple[str, Text, int]]] = field(default_factory=dict)
    authors: dict[int, set[int]] = field(default_factory=dict)
    issued: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    leaving: dict[int, set[int]] = field(default_factory=dict)


def make_circles() -> list[Circle]:
    """Write the three workspaces with one seat per role and party."""
    return [_circle(code, names) for code, names in CIRCLES.items()]


def make_project(circle: Circle, memory: Memory, kind: str) -> Project:
    """Write a project at a stage, with the frame of a standard that can be printed."""
    project = Project.objects.create(
        workspace=circle.workspace, matter=circle.matter, procedure=circle.procedure, zh="办公用房配置规范", en="Office space",
        stage=circle.procedure.stages.filter(kind=kind)[0], proposed_by=circle.parties[0], started_at=NOW, stage_since=NOW,
        frozen=kind in ("review", "issue"),
    )  # fmt: skip
    for party in circle.parties:
        PartyProject.objects.create(project=project, party=party, number=f"{party.code}-1")
    return project


def text_of(project: Project) -> Text:
    """Return the text as it stands, word for word: titles, names of the parties, and the clauses in their order."""
    rows = DraftClause.objects.filter(project_id=project.pk, removed=False).order_by("order", "pk")
    names = (
        PartyProject.objects.filter(project_id=project.pk)
        .order_by("party__order")
        .values_list("party__zh", "party__en")
    )
    titles = Project.objects.filter(pk=project.pk).values_list("zh", "en")[0]
    return (titles, tuple(names), tuple(rows.values_list("kind", "number", "heading", "text")))


def _circle(code: str, names: tuple[str, ...]) -> Circle:
    workspace = Workspace.objects.create(code=code, zh=code, en=code, created=NOW)
    parties, seats = [], []
    for order, name in enumerate((*names, "central")):
        watching = name == "central"
        party = Party.objects.create(workspace=workspace, code=name, zh=name, en=name, order=order, observing=watching)
        parties += [] if watching else [party]
        for role in ("observer",) if watching else ROLES:
            user = User.objects.create(username=f"{code}-{name}-{role}", password="!")
            seats.append(Seat.objects.create(user=user, workspace=workspace, party=party, role=role))
    admin = next(each for each in seats if each.role == "admin")
    procedure = install_procedure(admin, code, now=NOW)
    matter = Matter.objects.create(workspace=workspace, code="offices", zh="办公用房", en="Office space")
    return Circle(workspace, procedure, matter, parties, seats)
