"""A project that has come to review or to issue, for tests: two parties, a heading and two clauses that one drafter wrote."""

from __future__ import annotations

from datetime import date

import pytest
import typst

from tongchi.workbench.models import ClauseVersion, DraftClause, PartyProject, Project
from tongchi.workbench.text_hash import hash_text

_FONTS = {"SimSun", "STSong", "Source Han Serif SC", "Noto Serif CJK SC", "Noto Serif SC"}
needs_fonts = pytest.mark.skipif(
    _FONTS.isdisjoint(typst.Fonts().families()), reason="no Chinese font for PDF/A (fonts-noto-cjk)"
)

ROWS = (
    ("scope", "1", "范围", "本文件规定了办公用房的配置要求。"),
    ("clause", "4", "要求", ""),
    ("clause", "4.1", "面积", "使用面积不应超过三十平方米。"),
)
PARTIES = ("sichuan", "chongqing")
DATES = {"effective_on": date(2026, 6, 1), "review_on": date(2031, 3, 1)}


def make_project(circle, procedure, now, kind):
    project = Project.objects.create(
        workspace=circle.workspace, matter=circle.matter, procedure=procedure, zh="办公用房配置规范", en="Office space",
        stage=procedure.stages.get(kind=kind), proposed_by=circle.sichuan, started_at=now, stage_since=now, frozen=True,
    )  # fmt: skip
    for code in PARTIES:
        PartyProject.objects.create(project=project, party=circle.parties[code], number=f"{code}-1")
    for order, (clause_kind, number, heading, text) in enumerate(ROWS):
        clause = DraftClause.objects.create(
            project=project, kind=clause_kind, number=number, heading=heading, text=text, order=order, text_hash=hash_text(heading, text)
        )  # fmt: skip
        write(clause, circle.seat("sichuan", "drafter"), now)
    return project


def write(clause, seat, now):
    ClauseVersion.objects.create(
        clause=clause, version=clause.versions.count() + 1, heading=clause.heading, text=clause.text, text_hash=clause.text_hash,
        origin="own", party=seat.party, seat=seat, at=now,
    )  # fmt: skip
