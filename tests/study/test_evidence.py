"""Coded evidence: every mistake of the file is named, and every quote leads to its clause, event or item."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchi.documents import read
from tongchi.errors import EvidenceError, MissingFileError
from tongchi.mechanism.names import CONSTRUCT_NAMES
from tongchi.mechanism.tables import Event
from tongchi.study.evidence import (
    CaseSources,
    ClauseTarget,
    EventTarget,
    EvidenceKind,
    EvidenceRow,
    InterviewTarget,
    ItemTarget,
    Stance,
    evidence_csv,
    link_evidence,
    link_problems,
    read_evidence,
    scan_evidence,
)
from tongchi.survey.instrument import Instrument
from tongchi.survey.unavailable import NotAvailable

HEADER = "id,construct,hypothesis,stance,kind,reference,quote,coder,memo\n"
GOOD = "E1,trust,H7,supports,interview,N1,信得过。,c1,\n"
TEXT = (
    "# 甲省车辆办法\n\n第一条 车辆应当统一标识。\n\n第二条 省机关应当与乙市：\n\n（一）共享平台；\n\n（二）互认标识。\n"
)


def row(**changed: object) -> EvidenceRow:
    given_ = {
        "id": "E1", "construct": "trust", "hypothesis": "", "stance": Stance.SUPPORTS, "kind": EvidenceKind.INTERVIEW,
        "reference": "N1", "quote": "信得过。", "coder": "c1", "memo": "", "line": 2,
    }  # fmt: skip
    return EvidenceRow(**(given_ | changed))  # type: ignore[arg-type]


BAD = {  # what is wrong: (line of the file, column that the problem names)
    "a construct that the theory does not have": ("E2,luck,,supports,interview,N1,x,c1,\n", "construct"),
    "a stance that is none": ("E2,trust,,maybe,interview,N1,x,c1,\n", "stance"),
    "a kind that is none": ("E2,trust,,supports,dream,N1,x,c1,\n", "kind"),
    "a hypothesis that the study does not have": ("E2,trust,H99,supports,interview,N1,x,c1,\n", "hypothesis"),
    "a clause without its party": ("E2,trust,,supports,document,vehicles:art_1,x,c1,\n", "reference"),
    "no reference": ("E2,trust,,supports,item,,x,c1,\n", "reference"),
    "an interview without words": ("E2,trust,,supports,interview,N1,,c1,\n", "quote"),
    "no coder": ("E2,trust,,supports,interview,N1,x,,\n", "coder"),
    "no id": (",trust,,supports,interview,N1,x,c1,\n", "id"),
    "one coding twice": (GOOD, "id, construct, hypothesis, coder"),
    "one id for two quotes": ("E1,trust,H7,supports,interview,N1,另一句。,c2,\n", "quote"),
    "a row of another length": ("E2,trust,,supports\n", ""),
}


@pytest.mark.parametrize(("line", "column"), BAD.values(), ids=BAD)
def test_each_mistake_is_named_with_its_line_and_column(line: str, column: str) -> None:
    rows, problems = scan_evidence(HEADER + GOOD + line, hypotheses=("H7",))
    assert rows[0].id == "E1"
    assert [(one.line, one.column) for one in problems] == [(3, column)]


def test_all_mistakes_of_a_file_come_out_at_once(tmp_path: Path) -> None:
    file = tmp_path / "evidence.csv"
    lines = [line for line, _ in BAD.values()]
    file.write_text(HEADER + GOOD + "".join(lines), encoding="utf-8")
    _, problems = scan_evidence(file.read_text("utf-8"), hypotheses=("H7",))
    assert {one.line for one in problems} == set(range(3, 3 + len(lines)))
    with pytest.raises(EvidenceError) as caught:
        read_evidence(file, hypotheses=("H7",))
    assert all(str(one) in caught.value.message() for one in problems)


def test_a_missing_column_and_a_missing_file_are_said(tmp_path: Path) -> None:
    _, problems = scan_evidence("id,construct,stance,kind,reference,quote\n")
    assert [one.column for one in problems] == ["coder"]
    with pytest.raises(MissingFileError):
        read_evidence(tmp_path / "evidence.csv")


def test_chinese_words_are_read_as_their_codes() -> None:
    rows, problems = scan_evidence(HEADER + "E1,协同互信,,不支持,interview,N1,x,c1,\n")
    assert not problems
    assert (rows[0].construct, rows[0].stance) == ("trust", Stance.CONTRADICTS)


def test_a_quote_leads_to_the_smallest_unit_that_holds_it(tmp_path: Path) -> None:
    sources = _sources(tmp_path)
    cases = {
        "vehicles:jia:art_1": ("车辆应当统一标识", "art_1__para_1"),
        "vehicles:甲省:art_2": ("互认标识", "art_2__para_1__subpara_2"),
        "vehicles：jia：art_2__para_1": ("省机关应当与乙市", "art_2__para_1"),
        "vehicles:jia:art_2__para_1": ("与乙市：\n\n（一）共享平台", "art_2__para_1"),
    }
    document = sources.documents["vehicles", "jia"][0]
    for reference, (quote, eid) in cases.items():
        (link,) = link_evidence([row(kind=EvidenceKind.DOCUMENT, reference=reference, quote=quote)], sources)
        assert isinstance(link.target, ClauseTarget)
        found = document.source[link.target.start : link.target.end]
        assert "".join(found.split()) == "".join(quote.split())
        assert link.target.eid == eid


UNFOUND = {  # what does not lead anywhere: (reference, quote, words of the reason)
    "another matter": ("rooms:jia:art_1", "车辆", "vehicles:jia"),
    "another article": ("vehicles:jia:art_9", "车辆", "art_9"),
    "words of another article": ("vehicles:jia:art_1", "互认标识", "art_2"),
    "words that are nowhere": ("vehicles:jia:art_1", "飞机", "quote"),
}


@pytest.mark.parametrize(("reference", "quote", "said"), UNFOUND.values(), ids=UNFOUND)
def test_a_quote_that_is_not_there_says_why(tmp_path: Path, reference: str, quote: str, said: str) -> None:
    links = link_evidence([row(kind=EvidenceKind.DOCUMENT, reference=reference, quote=quote)], _sources(tmp_path))
    assert isinstance(links[0].target, NotAvailable)
    assert said in links[0].target.en
    assert [one.line for one in link_problems(links)] == [2]


def test_line_breaks_and_spaces_do_not_hide_a_quote(tmp_path: Path) -> None:
    for quote in ("车辆应当\n统一标识。", " 车辆应当统一标识 "):
        rows = [row(kind=EvidenceKind.DOCUMENT, reference="vehicles:jia:art_1", quote=quote)]
        (link,) = link_evidence(rows, _sources(tmp_path))
        assert isinstance(link.target, ClauseTarget)


EVENTS = {  # how an event may be named: (reference, quote, line of the event or None)
    "its day": ("2021-07-01", "", 2),
    "its day and title": ("2022-08-02 发布标准", "", 4),
    "its day and words of the title": ("2022-08-02", "标准", 4),
    "its line": ("3", "", 3),
    "its line in words": ("第3行", "", 3),
    "its title alone": ("签署协议", "", 2),
    "a day with two events": ("2022-08-02", "", None),
    "a day without": ("2020-01-01", "", None),
}


@pytest.mark.parametrize(("reference", "quote", "line"), EVENTS.values(), ids=EVENTS)
def test_an_event_is_found_by_day_title_or_line(tmp_path: Path, reference: str, quote: str, line: int | None) -> None:
    rows = [row(kind=EvidenceKind.EVENT, reference=reference, quote=quote)]
    (link,) = link_evidence(rows, _sources(tmp_path))
    assert (link.target.event.line if isinstance(link.target, EventTarget) else None) == line


def test_items_and_interviews_are_linked(tmp_path: Path) -> None:
    sources = _sources(tmp_path)
    code = Instrument.default().item_codes[0]
    rows = [row(kind=EvidenceKind.ITEM, reference=code), row(kind=EvidenceKind.ITEM, reference="none"), row()]
    known, unknown, interview = (link.target for link in link_evidence(rows, sources))
    assert isinstance(known, ItemTarget)
    assert known.code == code
    assert isinstance(unknown, NotAvailable)
    assert interview == InterviewTarget("N1")
    (alone,) = link_evidence(rows[:1], CaseSources({}))
    assert isinstance(alone.target, NotAvailable)


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).map(str.strip).filter(bool)


@given(quotes=st.lists(WORDS, min_size=1, max_size=5, unique=True), construct=st.sampled_from(sorted(CONSTRUCT_NAMES)))
def test_rows_read_back_from_their_csv(quotes: list[str], construct: str) -> None:
    rows = [row(id=f"E{n}", construct=construct, quote=quote, line=n + 2) for n, quote in enumerate(quotes)]
    assert scan_evidence(evidence_csv(rows)) == (rows, [])


def test_the_sample_study_is_read_and_linked() -> None:
    folder = Path(__file__).parents[2] / "examples" / "chengyu"
    rows = read_evidence(folder / "evidence.csv")
    documents = {}
    for file in sorted((folder / "documents").rglob("*.md")):
        matter = {"后勤": "logistics", "用车": "vehicles", "用房": "offices", "节约": "energy"}
        found = [code for word, code in matter.items() if word in file.name]
        if found:
            documents[found[0], file.parent.name] = (read(file),)
    links = link_evidence(rows, CaseSources(documents))
    assert not [
        link.row.reference for link in links if isinstance(link.target, NotAvailable) and link.row.kind == "document"
    ]


def _sources(folder: Path) -> CaseSources:
    file = folder / "甲省车辆办法.md"
    file.write_text(TEXT, encoding="utf-8")
    events = [
        _event(date(2021, 7, 1), "签署协议", 2),
        _event(date(2022, 8, 2), "开会", 3),
        _event(date(2022, 8, 2), "发布标准", 4),
    ]
    documents = {("vehicles", "jia"): (read(file),)}
    return CaseSources(documents, events, Instrument.default(), {"甲省": "jia"})


def _event(day: date, title: str, line: int) -> Event:
    return Event(day, "day", ("jia",), "meeting", "willingness", title, "公报", "high", line)
