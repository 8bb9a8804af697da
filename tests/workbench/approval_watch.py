"""What must hold after every command on projects of one circle, whoever acts: the model beside the database.

A standard is issued only where each party's last word is for exactly the text that is issued, said by a person who wrote no clause of
it alone; what counts as approved is what the model remembers, so a change voids it; a refused command writes nothing; no number is
borne twice; what was issued stays to the letter; the log is whole.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, ClassVar

from approval_circles import Circle, Memory, text_of
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.http import Http404
from hypothesis.stateful import RuleBasedStateMachine

from conftest import NOW
from tongchi.errors import TongchiError
from tongchi.workbench.commands import approval, issue, joint_text
from tongchi.workbench.log import chain, verify
from tongchi.workbench.models import Approval, DraftClause, IssuedStandard, LogEntry, PartyProject, Project, Seat

WRONG = "0" * 64
WRITING = {"add", "edit", "remove", "restore", "place", "accept", "return"}


class WatchedCircle(RuleBasedStateMachine):
    """Projects of one circle; `counts["steps"]` counts commands that were tried, the rest the outcome of each."""

    circles: ClassVar[list[Circle]] = []
    counts: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now, self.memory = NOW, Memory()
        self.project: Project
        self.circle: Circle
        self.sequence, self.head = 0, ""

    def teardown(self) -> None:
        try:
            if hasattr(self, "circle"):
                assert chain.verify_log(self.circle.workspace).broken is None
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    # --- trying and looking

    def _try(self, act: str, command: Callable[[], Any], remember: Callable[[Any], None] = lambda _row: None) -> None:
        """Try one command. Refused, it has written nothing; done, the model remembers it. Then all that must hold is looked at."""
        self.counts["steps"] += 1
        self.now += timedelta(minutes=1)
        try:
            with transaction.atomic():
                done = command()
        except (TongchiError, ObjectDoesNotExist, Http404):
            self.counts["refused"] += 1
            assert chain.head(self.circle.workspace)[0] == self.sequence, f"{act} was refused and wrote to the log"
        else:
            self.counts[act] += 1
            remember(done)
            if act in WRITING:
                self.memory.words.pop(self.project.pk, None)
        self.project.refresh_from_db()
        self._look()

    def _approve(self, actor: Seat, seen: str, vote: str, fresh: bool) -> None:
        text = text_of(self.project)

        def remember(_row: Any) -> None:
            assert fresh, "a word was taken for a text that the person had not read"
            assert actor.role == "approver"
            assert actor.party in self.circle.parties
            if vote == "for":
                assert not self._alone(actor.user_id), "approved by the only author of a clause"
            self.memory.words.setdefault(self.project.pk, {})[actor.party_id] = (vote, text, actor.user_id)

        words = {"vote": vote, "reason": "理由", "seen": seen, "now": self.now}
        self._try("approve", lambda: approval.approve_text(actor, self.project, **words), remember)

    def _issue(
        self, actor: Seat, seen: str, *, effective_on: date, review_on: date, replaces: IssuedStandard | None
    ) -> None:
        text = text_of(self.project)
        words = {
            "seen": seen,
            "effective_on": effective_on,
            "review_on": review_on,
            "replaces": replaces,
            "now": self.now,
        }

        def remember(row: IssuedStandard) -> None:
            said = self.memory.words.get(self.project.pk, {})
            assert set(said) == {party.pk for party in self.circle.parties}, "issued without the word of each party"
            for vote, approved, user in said.values():
                assert vote == "for", "issued against a party's word"
                assert approved == text, "issued a text that a party did not approve"
                assert not self._alone(user), "issued on the word of the only author of a clause"
            assert [each["text"] for each in row.content["clauses"] if each["number"] == "4.1"] in (
                [],
                *([t] for t in _lines(text)),
            )
            self.memory.issued[row.pk] = _kept(row)

        self._try("issue", lambda: issue.issue_standard(actor, self.project, **words), remember)

    def _look(self) -> None:
        self._look_at_log()
        said = self.memory.words.get(self.project.pk, {})
        text, text_hash = text_of(self.project), joint_text.text_hash(self.project)
        agreed = {party for party, (vote, approved, _) in said.items() if (vote, approved) == ("for", text)}
        counted = set(approval.approvals_of(self.project, text_hash).values_list("party_id", flat=True))
        assert counted == agreed, "approvals count that do not hold, or the other way round"
        waiting = set(approval.waiting_for(self.project, text_hash).values_list("pk", flat=True))
        assert waiting == {party.pk for party in self.circle.parties} - agreed
        rows = list(IssuedStandard.objects.filter(workspace=self.circle.workspace))
        assert {row.pk: _kept(row) for row in rows} == self.memory.issued, (
            "an issued standard has changed, or came from nowhere"
        )
        borne = [number for row in rows for number in set(row.numbers.values())]
        assert len(borne) == len(set(borne)), "a number is borne twice"
        everybody = {party.pk for party in self.circle.parties}
        for row in rows:
            assert (row.withdrawn_on is not None) == (self.memory.leaving.get(row.pk, set()) == everybody)

    def _look_at_log(self) -> None:
        """Hold the entries that are new against the one before; the whole log is verified at the end of a run."""
        for entry in LogEntry.objects.filter(workspace=self.circle.workspace, sequence__gt=self.sequence).order_by(
            "sequence"
        ):
            entry.workspace = self.circle.workspace
            assert (entry.sequence, entry.previous) == (self.sequence + 1, self.head)
            assert entry.hash == verify.entry_hash("sha256", chain.covered(entry))
            self.sequence, self.head = entry.sequence, entry.hash

    # --- who, what and which

    def _actor(self, who: int, right: bool, role: str) -> Seat:
        """Return the seat with the role in one of the parties, or anybody at all."""
        if right:
            return self.circle.seat(self.circle.parties[who % len(self.circle.parties)].pk, role)
        everybody = [seat for circle in self.circles for seat in circle.seats]
        pool = self.circle.seats if who % 8 else everybody
        return Seat.objects.select_related("user", "party", "workspace").get(pk=pool[who // 8 % len(pool)].pk)

    def _clause(self, what: int, *, leaf: bool = False, removed: bool = False) -> DraftClause | None:
        rows = DraftClause.objects.filter(project=self.project, removed=removed)
        found = list(rows.exclude(number__in=("1", "4")) if leaf else rows)
        return found[what % len(found)] if found else None

    def _seen(self, fresh: bool) -> str:
        if fresh:
            return joint_text.text_hash(self.project)
        old = (
            Approval.objects.filter(project=self.project).exclude(text_hash=joint_text.text_hash(self.project)).first()
        )
        return old.text_hash if old else WRONG

    def _side(self, party: int) -> PartyProject:
        return PartyProject.objects.get(project=self.project, party_id=party)

    def _wrote(self, clause: DraftClause, user: int) -> None:
        self.memory.authors.setdefault(clause.pk, set()).add(user)

    def _alone(self, user: int) -> bool:
        return any(self.memory.authors[pk] == {user} for pk in self._standing())

    def _standing(self) -> list[int]:
        return list(DraftClause.objects.filter(project=self.project, removed=False).values_list("pk", flat=True))


def _kept(row: IssuedStandard) -> tuple[Any, ...]:
    """Return what must never change of an issued standard."""
    content = json.dumps(row.content, sort_keys=True)
    return (
        row.number,
        json.dumps(row.numbers, sort_keys=True),
        row.zh,
        content,
        row.content_hash,
        row.issued_on,
        row.effective_on,
        row.replaces_id,
    )


def _lines(text: Any) -> list[str]:
    return [line for _kind, number, _heading, line in text[2] if number == "4.1"]
