"""A machine that lets chance act for everybody, with the real commands on the real database; `approval_watch` looks after each."""

from __future__ import annotations

from datetime import timedelta

from approval_circles import make_project, text_of
from approval_watch import WRONG, WatchedCircle
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tongchi.workbench.commands import adoption, drafting, projects, remarks, review, seats
from tongchi.workbench.commands.standing import standing_of
from tongchi.workbench.log import chain
from tongchi.workbench.models import DraftClause, IssuedStandard, Project, Remark, Seat

TEXTS = tuple(f"使用面积不应超过{number}十平方米。" for number in "二三四")
FRAME = (
    ("scope", "1", "范围", "本文件规定了配置要求。"),
    ("clause", "4", "要求", ""),
    ("clause", "4.1", "面积", TEXTS[0]),
)
ODDS = st.sampled_from([True, True, False])
ANY = st.integers(0, 2**16)


class ApprovalMachine(WatchedCircle):
    """What people do, rightly and wrongly, in every stage."""

    @initialize(which=ANY, kind=st.sampled_from(["issue", "issue", "review", "drafting", "approval"]))
    def begin(self, which: int, kind: str) -> None:
        self.circle = self.circles[which % len(self.circles)]
        self.sequence, self.head = chain.head(self.circle.workspace)
        self._begin_project(kind)

    # --- what people do

    @rule(kind=st.sampled_from(["issue", "issue", "review", "drafting", "approval"]))
    def another_project(self, kind: str) -> None:
        if hasattr(self.project, "standard"):
            self._begin_project(kind)

    @rule(who=ANY, right=ODDS, fresh=ODDS, vote=st.sampled_from(["for", "for", "for", "against", "abstain", "yes"]))
    def approve(self, who: int, right: bool, fresh: bool, vote: str) -> None:
        self._approve(self._actor(who, right, "approver"), self._seen(fresh), vote, fresh)

    @rule(who=ANY, right=ODDS, fresh=ODDS, late=ODDS, replacing=st.booleans())
    def issue(self, who: int, right: bool, fresh: bool, late: bool, replacing: bool) -> None:
        day = self.now.date()
        known = IssuedStandard.objects.filter(workspace=self.circle.workspace)
        self._issue(
            self._actor(who, right, "approver"), self._seen(fresh),
            effective_on=day + timedelta(days=30 if late else -400), review_on=day + timedelta(days=900),
            replaces=known.last() if replacing else None,
        )  # fmt: skip

    @rule(
        what=ANY,
        who=ANY,
        right=ODDS,
        fresh=ODDS,
        text=st.sampled_from(TEXTS),
        heading=st.sampled_from(["面积", "使用面积"]),
    )
    def edit(self, what: int, who: int, right: bool, fresh: bool, text: str, heading: str) -> None:
        clause, actor = self._clause(what, leaf=True), self._actor(who, right, "drafter")
        if clause is None:
            return
        version = clause.version - (not fresh)
        words = {"number": clause.number, "heading": heading, "text": text, "version": version, "now": self.now}
        before = clause.version
        self._try(
            "edit", lambda: drafting.edit_clause(actor, clause, **words),
            lambda row: self._wrote(row, actor.user_id) if row.version > before else None,
        )  # fmt: skip

    @rule(who=ANY, right=ODDS, kind=st.sampled_from(["clause", "clause", "term", "annex"]), text=st.sampled_from(TEXTS))
    def add(self, who: int, right: bool, kind: str, text: str) -> None:
        actor, rows = self._actor(who, right, "drafter"), DraftClause.objects.filter(project=self.project)
        stem, heading = {"clause": ("4.", "条"), "term": ("3.", "用房"), "annex": ("", "表")}[kind]
        count = rows.filter(kind=kind, removed=False).count()
        number = f"{stem}{count + (kind == 'term')}" if stem else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[count % 26]
        words = {"kind": kind, "number": number, "heading": heading, "text": text, "now": self.now}
        self._try(
            "add",
            lambda: drafting.add_clause(actor, self.project, **words),
            lambda row: self._wrote(row, actor.user_id),
        )

    @rule(what=ANY, who=ANY, right=ODDS, fresh=ODDS, act=st.sampled_from(["remove", "restore", "restore"]))
    def take_out_or_put_back(self, what: int, who: int, right: bool, fresh: bool, act: str) -> None:
        clause, actor = self._clause(what, leaf=True, removed=act == "restore"), self._actor(who, right, "drafter")
        if clause:
            change = drafting.remove_clause if act == "remove" else drafting.restore_clause
            version = clause.version - (not fresh)
            self._try(
                act,
                lambda: change(actor, clause, version=version, now=self.now),
                lambda row: self._wrote(row, actor.user_id),
            )

    @rule(what=ANY, who=ANY, right=ODDS, up=st.booleans())
    def place(self, what: int, who: int, right: bool, up: bool) -> None:
        clause, actor = self._clause(what), self._actor(who, right, "drafter")
        if clause:
            self._try("place", lambda: drafting.place_clause(actor, clause, up=up, now=self.now))

    @rule(what=ANY, who=ANY, right=ODDS, fresh=ODDS, stand=st.sampled_from(["agree", "agree_if", "object"]))
    def position(self, what: int, who: int, right: bool, fresh: bool, stand: str) -> None:
        clause, actor = self._clause(what), self._actor(who, right, "reviewer")
        if clause:
            words = {
                "stand": stand,
                "reason": "理由",
                "text_hash": clause.text_hash if fresh else WRONG,
                "now": self.now,
            }
            self._try("position", lambda: drafting.take_position(actor, clause, **words))

    @rule(what=ANY, who=ANY, right=ODDS, fresh=ODDS, text=st.sampled_from(TEXTS), only_say=st.booleans())
    def remark(self, what: int, who: int, right: bool, fresh: bool, text: str, only_say: bool) -> None:
        clause, actor = self._clause(what, leaf=True), self._actor(who, right, "approver")
        if clause is None:
            return
        words = {"body": "短些", "text_hash": clause.text_hash if fresh else WRONG, "now": self.now}
        if only_say:
            self._try("comment", lambda: remarks.comment(actor, clause, **words))
        else:
            self._try("suggest", lambda: remarks.suggest(actor, clause, suggested=text, **words))

    @rule(who=ANY, right=ODDS, accept=ODDS)
    def settle(self, who: int, right: bool, accept: bool) -> None:
        row = (
            Remark.objects.filter(clause__project=self.project, kind="suggestion", state="open")
            .select_related("seat")
            .first()
        )
        actor = self._actor(who, right, "drafter")
        if row:
            act = "accept" if accept else "reject"
            self._try(
                act, lambda: remarks.settle_suggestion(actor, row, accept=accept, disposition="理由", now=self.now),
                lambda done: self._wrote(row.clause, row.seat.user_id) if accept else None,
            )  # fmt: skip

    @rule(who=ANY, right=ODDS, fresh=ODDS, vote=st.sampled_from(["for", "for", "against", "abstain"]))
    def vote(self, who: int, right: bool, fresh: bool, vote: str) -> None:
        actor, seen = self._actor(who, right, "reviewer"), self._seen(fresh)
        words = {"vote": vote, "reason": "理由", "seen": seen, "now": self.now}
        self._try("vote", lambda: review.cast_vote(actor, self.project, **words))

    @rule(who=ANY, right=ODDS, fresh=ODDS)
    def send_back(self, who: int, right: bool, fresh: bool) -> None:
        actor, version = self._actor(who, right, "reviewer"), self.project.version - (not fresh)
        self._try(
            "return",
            lambda: projects.return_to_drafting(actor, self.project, reason="重写", version=version, now=self.now),
        )

    @rule(who=ANY, right=ODDS, fresh=ODDS)
    def move(self, who: int, right: bool, fresh: bool) -> None:
        actor, version = self._actor(who, right, "reviewer"), self.project.version - (not fresh)
        self._try("move", lambda: projects.move_stage(actor, self.project, version=version, now=self.now))

    @rule(who=ANY, right=ODDS, name=st.sampled_from(["甲地", "乙地"]))
    def rename(self, who: int, right: bool, name: str) -> None:
        """Rename a party: its name is on the cover."""
        actor = self._actor(who, right, "admin")
        self._try("rename", lambda: seats.rename_party(actor, name, name, now=self.now))

    @rule(who=ANY, right=ODDS, whom=ANY, role=st.sampled_from(["approver", "drafter"]))
    def change_role(self, who: int, right: bool, whom: int, role: str) -> None:
        actor = self._actor(who, right, "admin")
        own = [each for circle in self.circles for each in circle.seats if each.party_id == actor.party_id]
        seat = Seat.objects.get(pk=own[whom % len(own)].pk)
        self._try("role", lambda: seats.change_role(actor, seat.pk, role, was=seat.role, now=self.now))

    @rule(who=ANY, seldom=st.integers(0, 3))
    def approve_and_send_back(self, who: int, seldom: int) -> None:
        if self.project.stage.kind == "issue" and seldom == 0:
            self.approve(who, True, True, "for")
            self.send_back(who, True, True)

    @rule(which=ANY, fresh=ODDS)
    def approve_ones_own(self, which: int, fresh: bool) -> None:
        """Let somebody who wrote in the draft be made an approver and approve it, and try once more in the role they had."""
        writers = sorted({user for pk in self._standing() for user in self.memory.authors[pk]})
        writer = Seat.objects.get(user_id=writers[which % len(writers)], workspace=self.circle.workspace)
        admin = self.circle.seat(writer.party_id, "admin")
        for role in ("approver", writer.role):
            held = Seat.objects.get(pk=writer.pk)
            self._try("role", lambda: seats.change_role(admin, held.pk, role, was=held.role, now=self.now))  # noqa: B023
            self._approve(Seat.objects.get(pk=writer.pk), self._seen(fresh), "for", fresh)

    @rule(what=ANY, text=st.sampled_from(TEXTS))
    def meddle(self, what: int, text: str) -> None:
        """Change a clause past every command, as one with access to the database could."""
        clause = self._clause(what, leaf=True)
        if clause and not hasattr(self.project, "standard"):
            DraftClause.objects.filter(pk=clause.pk).update(text=text)
            self._look()

    @rule(who=ANY, right=ODDS, back=st.booleans())
    def withdraw(self, who: int, right: bool, back: bool) -> None:
        standard = IssuedStandard.objects.filter(workspace=self.circle.workspace).first()
        actor = self._actor(who, right, "approver")
        if standard is None:
            return
        leaving = self.memory.leaving.setdefault(standard.pk, set())
        if back:
            act = lambda: adoption.take_back_withdrawal(actor, standard, now=self.now)  # noqa: E731
            self._try("keep", act, lambda _row: leaving.discard(actor.party_id))
        else:
            act = lambda: adoption.ask_withdrawal(actor, standard, reason="过时", now=self.now)  # noqa: E731
            self._try("withdraw", act, lambda _row: leaving.add(actor.party_id))

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(times=st.integers(1, 3))
    def go_on(self, times: int) -> None:
        """Do what is next in good order, so that many projects come to their end."""
        for _ in range(times):
            self._next()
        if hasattr(self.project, "standard"):
            self._begin_project("issue")

    # --- what is next in good order

    def _next(self) -> None:
        self.project.refresh_from_db()
        kind = self.project.stage.kind
        if kind == "issue":
            for party in self.circle.parties:
                if self.memory.words.get(self.project.pk, {}).get(party.pk, ("", (), 0))[:2] != (
                    "for",
                    text_of(self.project),
                ):
                    self.approve(self.circle.parties.index(party), True, True, "for")
            day = self.now.date()
            dates = {"effective_on": day, "review_on": day + timedelta(days=900), "replaces": None}
            self._issue(self._actor(0, True, "approver"), self._seen(True), **dates)
            return
        for at, party in enumerate(self.circle.parties):
            self._prepare(kind, at)
            self._attach(party.pk, at)
        if kind == "review":
            self.now += timedelta(days=31)
        for at, party in enumerate(self.circle.parties):
            side, actor = self._side(party.pk), self._actor(at, True, "reviewer")
            words = {"ready": True, "version": side.version, "now": self.now}
            self._try("ready", lambda actor=actor, words=words: projects.set_ready(actor, self.project, **words))
        self.move(0, True, True)

    def _prepare(self, kind: str, at: int) -> None:
        if kind == "approval":
            actor, side = self._actor(at, True, "approver"), self._side(self.circle.parties[at].pk)
            words = {"number": f"立-{at}", "version": side.version, "now": self.now}
            self._try("project", lambda: projects.approve_project(actor, self.project, **words))
        elif kind == "drafting":
            if at == 0:
                for _ in range(standing_of(self.project).open_suggestions):
                    self.settle(0, True, False)
            for what in range(DraftClause.objects.filter(project=self.project, removed=False).count()):
                self.position(what, at, True, True, "agree")
        elif kind == "review":
            self.vote(at, True, True, "for")

    def _attach(self, party: int, at: int) -> None:
        for name in self.project.stage.materials:
            side, actor = self._side(party), self._actor(at, True, "drafter")
            words = {"name": name, "note": "附件", "document": None, "version": side.version, "now": self.now}
            self._try("attach", lambda actor=actor, words=words: projects.attach_material(actor, self.project, **words))

    def _begin_project(self, kind: str) -> None:
        self.project = make_project(self.circle, self.memory, "drafting")
        self.circle.give_back_roles()
        author = self._actor(0, True, "drafter")
        for clause_kind, number, heading, text in FRAME:
            words = {"kind": clause_kind, "number": number, "heading": heading, "text": text, "now": self.now}
            row = drafting.add_clause(author, self.project, **words)
            self._wrote(row, author.user_id)
        if kind != "drafting":
            stage = self.circle.procedure.stages.filter(kind=kind)[0]
            Project.objects.filter(pk=self.project.pk).update(stage=stage, frozen=kind in ("review", "issue"))
            self.project = Project.objects.get(pk=self.project.pk)
        self._look()
