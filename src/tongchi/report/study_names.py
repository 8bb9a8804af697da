"""What are parties, matters, texts and clauses called in a study's report, and where on the page does each stand?"""

from __future__ import annotations

from tongchi.documents.units import unit_label
from tongchi.report.mechanism_words import JOINT, name_of
from tongchi.report.rows import DocumentView
from tongchi.report.study_words import Link
from tongchi.report.words import Words
from tongchi.study.result import StudyResult
from tongchi.study.sources import SourceLink
from tongchi.survey.unavailable import NotAvailable

_ALL = ("joint", "")


class StudyNames:
    """Names in both languages, and anchors: `d3-art_5` for a clause, `event-7` and `ledger-7` for lines of files."""

    def __init__(self, result: StudyResult) -> None:
        self._parties = {each.code: Words(each.zh, each.en) for each in result.folder.parties}
        self._matters = {each.code: Words(each.zh, each.en) for each in result.folder.matters}
        once = {text.path: text for text in result.texts}
        self.documents = {
            path: DocumentView(at, once[path].document, self._parties[once[path].party].zh)
            for at, path in enumerate(once)
        }
        """Every text that was read, by its path."""
        central = result.folder.central
        self._owners = {
            text.path: (
                self._parties[text.party],
                Words("", "") if central and text.party == central.code else self.matter(text.matter),
            )
            for text in result.texts
        }
        self._items: dict[str, Words] = {}
        self._groups: dict[str, Words] = {}
        if not isinstance(result.survey, NotAvailable):
            instrument = result.survey.instrument
            self._items = {each.code: Words(each.zh, each.en) for each in instrument.items}
            self._groups = {v.code: Words(v.zh, v.en) for group in instrument.groups for v in group.values}
            self._own = {each.code: Words(each.zh, each.en) for each in instrument.constructs}
        else:
            self._own = {}

    def party(self, code: str) -> Words:
        """Return the name of a party, or of all of them together."""
        return JOINT if code in _ALL else self._parties.get(code) or self._groups.get(code) or Words(code, code)

    def group(self, code: str) -> Words:
        """Return the name of a group of respondents: that of the party of the same code where there is one."""
        return self._parties.get(code) or self._groups.get(code) or Words(code, code)

    def matter(self, code: str) -> Words:
        """Return the name of a matter."""
        return self._matters.get(code, Words(code, code))

    def matter_within(self, code: str) -> Words:
        """Return the name of a matter as it stands within a sentence: without a capital, unless it is an abbreviation."""
        zh, en = self.matter(code)
        return Words(zh, en[:1].lower() + en[1:] if en[1:2].islower() else en)

    def construct(self, code: str) -> Words:
        """Return the name of a construct: of the theory, else of the questionnaire."""
        found = name_of(code)
        return self._own.get(code, found) if found == Words(code, code) else found

    def item(self, code: str) -> Words:
        """Return the text of an item."""
        return self._items.get(code, Words(code, code))

    def title(self, path: str) -> str:
        """Return the title of a text, or its path where it was not read."""
        return self.documents[path].title if path in self.documents else path

    def label(self, path: str, eid: str) -> str:
        """Return how a clause is cited, such as 第五条, or its eId where it has no label."""
        view = self.documents.get(path)
        if view is None:
            return eid
        index = next((at for at, node in enumerate(view.document.nodes) if node.eid == eid), None)
        return (unit_label(view.document, index) if index is not None else "") or self._article(path, eid)[1]

    def _article(self, path: str, eid: str) -> tuple[str, str]:
        """Return eId and label of the article that holds a unit; both as they are where none does."""
        known = self.documents[path].by_eid if path in self.documents else {}
        at = eid
        while at and at not in known:
            at = at.rpartition("__")[0]
        return (at, known[at].label or known[at].number) if at else (eid, eid)

    def clause_anchor(self, path: str, eid: str) -> str:
        """Return the anchor of the article that holds a unit, "" where the text was not read."""
        if path not in self.documents:
            return ""
        return f"d{self.documents[path].index + 1}-{self._article(path, eid)[0]}"

    def clause(self, path: str, eid: str) -> Link:
        """Return a link to a clause under its full name."""
        label = self.label(path, eid)
        title = self.title(path)
        return Link(self.clause_anchor(path, eid), Words(f"《{title}》{label}", f"{title}, {label}"))

    def place(self, path: str, eid: str) -> Link:
        """Return a link to a clause under the names of party and matter, which is shorter."""
        whose = [name for name in self._owners.get(path, ()) if name.zh]
        label = self.label(path, eid)
        zh, en = "".join(each.zh for each in whose), " ".join(each.en for each in whose)
        return Link(self.clause_anchor(path, eid), Words(f"{zh}{label}", f"{en} {label}".strip()))

    def source_anchor(self, link: SourceLink) -> str:
        """Return where on the page a source stands, "" where it stands in a file only."""
        if link.kind == "clause":
            return self.clause_anchor(link.document, link.eid)
        if link.kind in ("event", "ledger", "evidence"):
            return f"{link.kind}-{link.line}"
        return "items" if link.kind == "items" else ""
