"""English statutes and bills: sections, the nesting of (a), (1), (A), (i), and what only looks like one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.markdown import read_markdown
from tongchi.documents.model import Document, DocumentKind, NodeKind
from tongchi.documents.plain import read_plain
from tongchi.documents.structure import parse_document

TITLE = "An Act concerning the records of public offices"


def read_lines(*lines: str) -> Document:
    return parse_document([Block(TITLE, BlockKind.TITLE), *map(Block, lines)])


CASES: dict[str, tuple[list[str], list[str]]] = {
    "Section 1., SECTION 2. and Sec. 3.": (
        ["Section 1. An office shall keep records.", "SECTION 2. It may publish them.", "Sec. 3. It shall report."],
        ["art_1", "art_1__para_u1", "art_2", "art_2__para_u1", "art_3", "art_3__para_u1"],
    ),
    "a section sign with a heading": (
        ["§ 45.48.010 Disclosure of records", "(a) An office shall disclose them.", "(b) It may charge a fee."],
        ["art_45.48.010", "art_45.48.010__para_a", "art_45.48.010__para_b"],
    ),
    "the bare number of a code": (
        ["1798.82. (a) An office shall keep records.", "(b) It may publish them."],
        ["art_1798.82", "art_1798.82__para_a", "art_1798.82__para_b"],
    ),
    "four levels": (
        ["Sec. 1. (a) An office shall keep:", "(1) records of:", "(A) persons:", "(i) officers; and", "(ii) others;", "(B) things;",
         "(2) plans.", "(b) It may publish them."],
        ["art_1", "art_1__para_a", "art_1__para_a__subpara_1", "art_1__para_a__subpara_1__item_A",
         "art_1__para_a__subpara_1__item_A__item_i", "art_1__para_a__subpara_1__item_A__item_ii",
         "art_1__para_a__subpara_1__item_B", "art_1__para_a__subpara_2", "art_1__para_b"],
    ),
    "(i) after (h) is a letter": (
        ["Sec. 1.", *(f"({each}) An office shall do so." for each in "abcdefghij")],
        ["art_1", *(f"art_1__para_{each}" for each in "abcdefghij")],
    ),
    "(i) after (h) is a Roman number where (ii) follows": (
        ["Sec. 1.", *(f"({each}) An office shall do so." for each in "abcdefg"), "(h) It shall keep:", "(i) records;", "(ii) plans.",
         "(i) It may publish them."],
        ["art_1", *(f"art_1__para_{each}" for each in "abcdefgh"), "art_1__para_h__subpara_i", "art_1__para_h__subpara_ii",
         "art_1__para_i"],
    ),
    "(v) after (iv) is a Roman number": (
        ["Sec. 1. (a) An office shall keep:", *(f"({each}) records;" for each in ("i", "ii", "iii", "iv", "v", "vi")), "(b) Fees."],
        ["art_1", "art_1__para_a", *(f"art_1__para_a__subpara_{each}" for each in ("i", "ii", "iii", "iv", "v", "vi")), "art_1__para_b"],
    ),
    "marks inside a line are cut in sequence": (
        ["Sec. 1. (a) An office shall keep:(1) records;(2) plans; and(3) maps.(b) It may publish them."],
        ["art_1", "art_1__para_a", "art_1__para_a__subpara_1", "art_1__para_a__subpara_2", "art_1__para_a__subpara_3", "art_1__para_b"],
    ),
    "two marks at the start of a line": (
        ["Sec. 1. (1)(a) An office shall keep records.", "(b) It may publish them.", "(2) It shall report."],
        ["art_1", "art_1__para_1", "art_1__para_1__subpara_a", "art_1__para_1__subpara_b", "art_1__para_2"],
    ),
    "a citation inside a line is no mark": (
        ["Sec. 1. (a) An office under subdivision (a) of Section 5, paragraphs (1), (2), and (3), shall report."],
        ["art_1", "art_1__para_a"],
    ),
    "a paragraph that leads to a list is its parent": (
        ["Sec. 1. As used in this act:", "(1) “Office” means a public office.", "(2) “Record” means a record."],
        ["art_1", "art_1__para_u1", "art_1__para_u1__subpara_1", "art_1__para_u1__subpara_2"],
    ),
    "the open list goes on after a list inside it": (
        ["Sec. 1.", "(a) An office shall report.", "A report shall hold:", "(1) numbers; and", "(2) dates.", "(b) It shall publish it."],
        ["art_1", "art_1__para_a", "art_1__para_u1", "art_1__para_u1__subpara_1", "art_1__para_u1__subpara_2", "art_1__para_b"],
    ),
    "letters and numbers with a full stop": (
        ["Sec. 1. A. An office shall keep:", "1. Records; and", "2. Plans.", "B. It shall report."],
        ["art_1", "art_1__para_A", "art_1__para_A__subpara_1", "art_1__para_A__subpara_2", "art_1__para_B"],
    ),
    "a line that begins with a citation is no section": (
        ["Sec. 1. An office shall report.", "Section 12 of Title 3 applies.", "Section 4, as amended, does not apply."],
        ["art_1", "art_1__para_u1", "art_1__para_u2", "art_1__para_u3"],
    ),
    "a bill that amends a code keeps both numberings": (
        ["SECTION 1. Chapter 9 is amended by adding a section to read:", "Sec. 9.05. Records. (a) An office shall keep them.",
         "SECTION 2. This act takes effect on July 1, 2030."],
        ["art_1", "art_1__para_u1", "art_9.05", "art_9.05__para_a", "art_2", "art_2__para_u1"],
    ),
    "chapters stand above sections": (
        ["CHAPTER 1. GENERAL", "Sec. 1. An office shall report.", "CHAPTER 2. RECORDS", "Sec. 2. An office shall keep them."],
        ["chp_1", "art_1", "art_1__para_u1", "chp_2", "art_2", "art_2__para_u1"],
    ),
    "a translated law numbers its articles": (
        ["Chapter I General Provisions", "Article 1 This Law is enacted to keep records.", "Article 2 Offices shall report.",
         "Article 3 This Law shall come into force on July 1, 2030."],
        ["chp_I", "art_1", "art_1__para_u1", "art_2", "art_2__para_u1", "art_3", "art_3__para_u1"],
    ),
    "numbers of printed lines are left out": (
        [f"{at} {line}" for at, line in enumerate(
            ["Sec. 1. An office that holds records of the state or of a", "county shall, within 12 working days after a person has asked",
             "for them, show the records to the person at the place that", "the person has named in the request; but an office need not",
             "show a record that", "(1) names a child; or", "(2) a court has closed, and it shall say in its answer which of",
             "the reasons in this section it relies on, and to whom the", "person may turn for a review of that answer, and within what",
             "time the review is to be asked for and is to be given to the", "person who asked.",
             "Sec. 2. This act takes effect on July 1, 2030, and applies to", "requests that are made on that day or later."], start=1)],
        ["art_1", "art_1__para_u1", "art_1__para_1", "art_1__para_2", "art_2", "art_2__para_u1"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), CASES.values(), ids=CASES)
def test_units_of_a_statute(lines: list[str], expected: list[str]) -> None:
    document = read_lines(*lines)
    assert document.kind is DocumentKind.STATUTE
    assert [node.eid for node in document.nodes if node.kind is not NodeKind.TITLE] == expected


def test_headings_labels_and_texts() -> None:
    document = read_lines("Sec. 3. Fees for copies. (a)  An office may charge a fee.", "§ 4.1 Appeals")
    found = {node.eid: (node.label, node.heading, node.text) for node in document.nodes}
    assert found["art_3"] == ("Sec. 3.", "Fees for copies", "")
    assert found["art_3__para_a"] == ("(a)  ", "", "An office may charge a fee.")
    assert found["art_4.1"][1] == "Appeals"


def test_sections_are_the_units_of_comparison() -> None:
    document = read_lines("CHAPTER 1. GENERAL", "Sec. 1. An office shall report.", "Sec. 2. (a) It shall keep records.")
    assert [document.nodes[at].number for at in document.articles] == ["1", "2"]
    assert document.nodes[document.articles[0]].kind is NodeKind.ARTICLE


def test_sections_without_numbers_are_inferred_and_noticed() -> None:
    document = read_lines(
        "(a) An office shall report.", "(b) It may publish.", "(a) A court may review.", "(b) It shall decide."
    )
    assert [node.number for node in document.nodes if node.kind is NodeKind.ARTICLE] == ["1", "2"]
    assert [notice.code for notice in document.notices] == ["inferred-sections"]


phrases = st.text(alphabet="abcdefghilmnoprstu ", min_size=3, max_size=20).map(
    lambda text: "Office " + text.strip() + " shall"
)


@st.composite
def statutes(draw: st.DrawFn) -> tuple[list[str], list[tuple[str, str]]]:
    """Lines of a statute, and kind and number of each unit below the title."""
    lines, units = [], []
    for section in range(1, draw(st.integers(1, 3)) + 1):
        lines.append(f"Sec. {section}.")
        units.append(("article", str(section)))
        for letter in "abcdefghij"[: draw(st.integers(1, 10))]:
            lines.append(f"({letter}) {draw(phrases)} do so.")
            units.append(("paragraph", letter))
            for number in range(1, draw(st.integers(0, 3)) + 1):
                lines.append(f"({number}) {draw(phrases)} do so;")
                units.append(("subparagraph", str(number)))
                for capital in "ABC"[: draw(st.integers(0, 3))]:
                    lines.append(f"({capital}) {draw(phrases)} do so;")
                    units.append(("item", capital))
    return lines, units


@given(statutes())
@settings(max_examples=60, deadline=None)
def test_a_printed_statute_is_read_back(drawn: tuple[list[str], list[tuple[str, str]]]) -> None:
    lines, units = drawn
    document = read_lines(*lines)
    assert [(node.kind.value, node.number) for node in document.nodes[1:]] == units
    assert "".join(document.source[node.start : node.end] for node in document.nodes) == "".join([TITLE, *lines])


@given(statutes())
@settings(max_examples=40, deadline=None)
def test_lines_run_together_give_the_same_units(drawn: tuple[list[str], list[tuple[str, str]]]) -> None:
    """A section printed as one line gives the same units as one with a line for each, if lists begin after a colon."""
    lines, units = drawn
    sections: list[str] = []
    for at, (line, (kind, number)) in enumerate(zip(lines, units, strict=True)):
        if kind == "article":
            sections.append(line + " ")
            continue
        opens = at + 1 < len(units) and (units[at + 1][0], number) != (kind, number) and units[at + 1][1] in ("1", "A")
        sections[-1] += line.rstrip(".;") + (":" if opens else ".")
    document = read_lines(*sections)
    assert [(node.kind.value, node.number) for node in document.nodes[1:]] == units


@given(st.lists(st.text(alphabet="(a)(1)(i)A.B. Sec§12.-:; and of", min_size=1, max_size=30), min_size=1, max_size=20))
@settings(max_examples=150, deadline=None)
def test_no_word_is_lost_and_no_id_shared(lines: list[str]) -> None:
    document = read_lines("Sec. 1. An office shall report on this.", *(line.strip() for line in lines if line.strip()))
    _check_cover(document)


def _check_cover(document: Document) -> None:
    printed = "".join(document.source[node.start : node.end] for node in document.nodes)
    assert "".join(printed.split()) == "".join(document.source.split())
    assert len({node.eid for node in document.nodes}) == len(document.nodes)


def test_every_real_statute_is_covered(shared_data: Path) -> None:
    files = sorted((shared_data / "english" / "us_state_statutes").glob("*.md"))
    assert len(files) == 37
    for file in files:
        text = file.read_text(encoding="utf-8")
        document = parse_document(read_markdown(text), file=file.name)
        assert document.kind is DocumentKind.STATUTE, file.name
        assert document.articles, file.name
        _check_cover(document)
        if "\n## § " in text:
            labelled = [line.split()[2] for line in text.split("\n") if line.startswith("## § ")]
            assert [node.number for node in document.nodes if node.kind is NodeKind.ARTICLE] == labelled, file.name


def test_every_real_bill_is_covered(shared_data: Path) -> None:
    bills = json.loads(
        (shared_data / "english" / "dssg_policy_diffusion" / "labeled_bills_clean.json").read_text(encoding="utf-8")
    )
    for bill in bills:
        document = parse_document(read_plain(bill["text"]), file=bill["id"])
        assert document.kind is DocumentKind.STATUTE, bill["id"]
        _check_cover(document)
        assert len("".join(document.source.split())) > 0.93 * len("".join(bill["text"].split())), bill["id"]
