"""Units of comparison: sections of a long statute, subsections of a short one; how both are cited and printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongchi.documents import read
from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.model import Document
from tongchi.documents.structure import parse_document
from tongchi.documents.units import FEW_SECTIONS, unit_label, unit_number

TITLE = "An Act concerning the notice of lost records"


def read_lines(*lines: str) -> Document:
    return parse_document([Block(TITLE, BlockKind.TITLE), *map(Block, lines)])


DUTIES = ["(a) An office shall give notice.", "(b) It shall do so within 30 days.", "(c) It may do so by mail."]
CASES: dict[str, tuple[list[str], list[str]]] = {
    "one section gives its subsections": (["§ 8-101 Notice", *DUTIES], ["8-101(a)", "8-101(b)", "8-101(c)"]),
    "a section without two subsections stays whole": (
        ["Sec. 1. An office shall give notice.", "Sec. 2. (a) It may do so by mail."],
        ["1", "2"],
    ),
    "sections with and without subsections stand side by side": (
        ["Sec. 1. Short title. This act is the Notice Act.", "Sec. 2.", *DUTIES],
        ["1", "2(a)", "2(b)", "2(c)"],
    ),
    "definitions under a lead stay together": (
        ["Sec. 1. As used in this act:", "(1) “Office” means a bureau.", "(2) “Notice” means a letter.", "Sec. 2.", *DUTIES],
        ["1", "2(a)", "2(b)", "2(c)"],
    ),
    "definitions beside a lead stay together": (
        ["Sec. 1. Definitions.", "In this act,", "(1) “office” means a bureau.", "(2) “notice” means a letter."],
        ["1"],
    ),
    "a paragraph without a mark is cited by its place": (
        ["§ 8-101 Notice", *DUTIES[:2], "The notice shall be free of charge to the person.", DUTIES[2]],
        ["8-101(a)", "8-101(b)", "8-101 ¶1", "8-101(c)"],
    ),
    "history and repealed subsections are no units": (
        ["§ 8-101 Notice", *DUTIES[:2], "(c) [Repealed].", "75 Del. Laws, c. 61, § 1;"],
        ["8-101(a)", "8-101(b)"],
    ),
    "a rule on laws is no history": (
        ["§ 8-101 Notice", *DUTIES[:2], "(c) Laws enacted since 2001 apply.", "(d) Added costs are borne by the office."],
        ["8-101(a)", "8-101(b)", "8-101(c)", "8-101(d)"],
    ),
    "letters of the next section without a number are told apart": (
        ["§ 8-101 Notice", *DUTIES, "(b) An office shall keep a copy."],
        ["8-101(a)", "8-101(b)", "8-101(c)", "8-101(b) [2]"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), CASES.values(), ids=CASES)
def test_units_of_a_statute(lines: list[str], expected: list[str]) -> None:
    document = read_lines(*lines)
    assert [unit_number(document, at) for at in document.articles] == expected


def test_a_statute_of_many_sections_is_compared_by_sections() -> None:
    few = [line for n in range(FEW_SECTIONS) for line in (f"Sec. {n + 1}.", *DUTIES)]
    assert len(read_lines(*few).articles) == 3 * FEW_SECTIONS
    many = read_lines(*few, f"Sec. {FEW_SECTIONS + 1}.", *DUTIES)
    assert [unit_number(many, at) for at in many.articles] == [str(n + 1) for n in range(FEW_SECTIONS + 1)]


LABELS = {
    "bracketed letters follow the section": (["Sec. 3. Fees.", *DUTIES], "Sec. 3(a)"),
    "letters with a full stop follow after a space": (["§ 8-101 Notice", "A. An office shall act.", "B. It may pay."], "§ 8-101 A."),
    "a section alone keeps its own label": (["Sec. 3. An office shall act."], "Sec. 3."),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), LABELS.values(), ids=LABELS)
def test_label_of_a_unit(lines: list[str], expected: str) -> None:
    document = read_lines(*lines)
    assert unit_label(document, document.articles[0]) == expected


def test_other_conventions_are_cited_as_before() -> None:
    law = parse_document([Block("某市机关事务管理办法", BlockKind.TITLE), Block("第一条　机关应当节约。"), Block("第二条　本办法自公布之日起施行。")])  # fmt: skip
    assert [(unit_number(law, at), unit_label(law, at)) for at in law.articles] == [("1", "第一条"), ("2", "第二条")]


def test_subsections_of_every_real_statute_have_words_and_their_own_number(shared_data: Path) -> None:
    for file in sorted((shared_data / "english" / "us_state_statutes").glob("*.md")):
        document = read(file)
        numbers = [unit_number(document, at) for at in document.articles]
        assert len(set(numbers)) == len(numbers), file.name
        assert all(document.full_text(at).strip() for at in document.articles), file.name
