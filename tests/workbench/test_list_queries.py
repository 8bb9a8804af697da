"""A list page asks the database the same number of times for three rows and for thirty."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from workbench_projects import DATES, make_project

from tongchi.workbench.commands.procedures import install_procedure
from tongchi.workbench.models import (
    Adoption,
    Comparison,
    Correction,
    Document,
    IssuedStandard,
    Matter,
    Opinion,
    Promise,
    Recognition,
)

PAGES = (
    "home", "documents", "matters", "projects", "standards", "adoptions", "recognitions", "promises", "dashboard", "audit",
    "procedures", "tokens", "seats",
)  # fmt: skip


class Filler:
    """Adds rows of every kind to a workspace."""

    def __init__(self, circle, now) -> None:
        self.circle, self.now, self.count = circle, now, 0
        self.procedure = install_procedure(circle.seat("sichuan", "admin"), "chuanyu", now=now)
        self.review = make_project(circle, self.procedure, now, "review")

    def add(self, rows: int) -> None:
        for _ in range(rows):
            self.count += 1
            self._add(self.count)

    def _add(self, number: int) -> None:
        circle, now = self.circle, self.now
        party = (circle.sichuan, circle.chongqing)[number % 2]
        seat = circle.seat(party.code, "drafter")
        matter = Matter.objects.create(workspace=circle.workspace, code=f"m{number}", zh=f"事项{number}")
        document = Document.objects.create(
            workspace=circle.workspace, party=party, matter=circle.matter, title=f"办法{number}", name="a.md", size=1,
            sha256=f"{number:064d}", state="read", uploaded_at=now, uploaded_by=seat, shared_at=now,
        )  # fmt: skip
        made = Comparison.objects.create(
            workspace=circle.workspace,
            matter=matter,
            key=str(number),
            result={},
            gap=0.2,
            made_at=now + timedelta(days=number),
        )
        made.documents.set([document])
        Correction.objects.create(
            workspace=circle.workspace, matter=circle.matter, party=party, seat=seat, kind="finding", verdict="reject",
            document_a=document, eid_a="art_1", at=now, reason="否",
        )  # fmt: skip
        project = make_project(circle, self.procedure, now, "issue")
        standard = IssuedStandard.objects.create(
            workspace=circle.workspace, project=project, number=f"DB51/T {number}", zh="标准", en="", content={},
            content_hash="a" * 64, issued_on=now.date(), replaces=IssuedStandard.objects.last(), **DATES,
        )  # fmt: skip
        Adoption.objects.create(standard=standard, party=party, state="adopted", since=now.date())
        Recognition.objects.create(
            workspace=circle.workspace, item=f"事项{number}", recognising=circle.sichuan, issuing=circle.chongqing, basis="4.1",
            standard=standard, since=now.date(), seat=seat,
        )  # fmt: skip
        Promise.objects.create(
            workspace=circle.workspace, party=party, what="一事", due=now.date(), matter=circle.matter
        )
        Opinion.objects.create(project=self.review, party=party, seat=seat, author="局", body="意见", at=now)


@pytest.fixture
def filler(circle, now):
    return Filler(circle, now)


def test_no_list_asks_once_more_for_each_row(circle, signed_in, filler):
    client = signed_in(circle.seat("chongqing", "approver"))
    addresses = [reverse(name) for name in PAGES]
    addresses += [reverse("matter", args=[circle.matter.pk]), reverse("review", args=[filler.review.pk])]
    filler.add(3)
    few = {address: asked(client, address) for address in addresses}
    filler.add(27)
    grown = {
        address: (few[address], count) for address in addresses if (count := asked(client, address)) > few[address]
    }
    assert not grown


def asked(client, address: str) -> int:
    client.get(address)  # what is asked once in the life of a process is not counted
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
