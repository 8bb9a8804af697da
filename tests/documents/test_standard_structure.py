"""Standards by GB/T 1.1: clauses, lists and appendices, and numbers that open none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.markdown import read_markdown
from tongchi.documents.model import Document, DocumentKind, NodeKind
from tongchi.documents.structure import find_kind, parse_document

SAMPLE = Path(__file__).resolve().parents[2] / "examples" / "standard-sample" / "机关事务管理_公务接待服务规范.md"
OPENING = ["接待服务规范", "T/ABC 001—2024", "1 范围", "本文件适用于甲。"]


def read_lines(*lines: str) -> Document:
    return parse_document([Block(line) for line in lines])


def below(lines: list[str]) -> list[str]:
    """Return the ids that the lines give after the opening, clause 1."""
    document = read_lines(*OPENING, *lines)
    return [node.eid for node in document.nodes if node.kind is not NodeKind.TITLE][3:]


CASES: dict[str, tuple[list[str], list[str]]] = {
    "clause, subclause and its subclause": (
        ["2 总体要求", "2.1 原则", "2.1.1 甲应为乙。", "2.1.2 丙。", "2.2 丁"],
        ["cl_2", "cl_2.1", "cl_2.1.1", "cl_2.1.1__para_1", "cl_2.1.2", "cl_2.1.2__para_1", "cl_2.2"],
    ),
    "numbers without a space": (["2总体要求", "2.1原则", "甲。"], ["cl_2", "cl_2.1", "cl_2.1__para_1"]),
    "an unnumbered paragraph hangs on the clause": (["2 要求", "甲。", "乙。"], ["cl_2", "cl_2__para_1", "cl_2__para_2"]),
    "a number of working days is no clause": (["2 个工作日内办结。"], ["cl_1__para_2"]),
    "a quantity with a unit is no clause": (["2 要求", "2.1 倍以上的，另行处理。", "2.1 m 以内。"],
                                            ["cl_2", "cl_2__para_1", "cl_2__para_2"]),
    "behind a full-width space stands no unit": (["2 要求", "2.1　A。"], ["cl_2", "cl_2.1", "cl_2.1__para_1"]),
    "a heading may begin with a word that is also a unit": (
        ["2 人员", "2.1 日常管理", "2.2 时限", "2.3 年度评价"], ["cl_2", "cl_2.1", "cl_2.2", "cl_2.3"]),
    "a year is no clause": (["2024 年起施行。"], ["cl_1__para_2"]),
    "a date is no clause": (["2 要求", "3 月 1 日前报送。"], ["cl_2", "cl_2__para_1"]),
    "a reference is no clause": (["2 要求", "2.1 原则", "2.2 和 2.3 规定的材料应归档。"], ["cl_2", "cl_2.1", "cl_2.1__para_1"]),
    "a reference out of sequence is no clause": (["2 要求", "5.1.2 的内容应公开。"], ["cl_2", "cl_2__para_1"]),
    "a list item may begin with a number": (
        ["2 时限", "按下列时限办理：", "a) 2 个工作日内受理；", "b）3.5 h 内答复。"],
        ["cl_2", "cl_2__para_1", "cl_2__para_1__point_a", "cl_2__para_1__point_b"],
    ),
    "lists nest by their marks": (
        ["2 内容", "包括：", "——甲：", "1) 乙；", "2) 丙；", "——丁。"],
        ["cl_2", "cl_2__para_1", "cl_2__para_1__point_1", "cl_2__para_1__point_1__point_1",
         "cl_2__para_1__point_1__point_2", "cl_2__para_1__point_2"],
    ),
    "a term stands below its number": (
        ["2 术语和定义", "2.1", "接待 reception", "甲。", "注1：乙。"],
        ["cl_2", "cl_2.1", "cl_2.1__para_1", "cl_2.1__para_2"],
    ),
    "an appendix over three lines numbers its own clauses": (
        ["2 要求", "附 录 A", "（规范性）", "用房标准", "A.1 面积", "A.1.1 甲。", "A.2 乙"],
        ["cl_2", "att_A", "att_A__cl_A.1", "att_A__cl_A.1.1", "att_A__cl_A.1.1__para_1", "att_A__cl_A.2"],
    ),
    "an appendix on one line": (["2 要求", "附录B（资料性） 样式", "甲。"], ["cl_2", "att_B", "att_B__para_1"]),
    "附录 A in a sentence is no appendix": (["2 要求", "附录A规定了面积。"], ["cl_2", "cl_2__para_1"]),
    "the bibliography is a list": (["2 要求", "参考文献", "[1] 甲", "[2] 乙"],
                                   ["cl_2", "att_bibliography", "att_bibliography__point_1", "att_bibliography__point_2"]),
    "a sentence on a table is no caption": (["2 要求", "表1 给出了上限。"], ["cl_2", "cl_2__para_1"]),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), CASES.values(), ids=CASES)
def test_units_of_a_standard(lines: list[str], expected: list[str]) -> None:
    assert below(lines) == expected


def test_headings_labels_and_texts() -> None:
    document = read_lines(*OPENING, "2 接待准备", "2.1 受理 应在3个工作日内完成。", "注：甲。", "附录A（规范性）面积")
    found = {node.eid: node for node in document.nodes}
    assert (found["cl_2"].label, found["cl_2"].heading) == ("2", "接待准备")
    assert found["cl_2.1__para_1"].text == "受理 应在3个工作日内完成。"
    assert (found["cl_2.1__para_2"].label, found["cl_2.1__para_2"].text) == ("注：", "甲。")
    assert (found["att_A"].number, found["att_A"].heading) == ("A", "（规范性）面积")


def test_a_caption_takes_the_table_below_it() -> None:
    lines = [*map(Block, OPENING), Block("表1 陪餐人数"), Block("10人以内 | 3人", BlockKind.TABLE)]
    table = parse_document(lines).nodes[-1]
    assert (table.kind, table.eid, table.heading, table.text) == (
        NodeKind.TABLE,
        "cl_1__table_1",
        "陪餐人数",
        "10人以内 | 3人",
    )


def test_a_gap_in_the_numbering_is_noticed() -> None:
    document = read_lines(*OPENING, "2 总体要求", "4 接待准备")
    assert [notice.eid for notice in document.notices] == ["cl_4"]


KINDS = {
    "scope as clause 1": (["某规范", "1 范围", "甲。", "2 术语和定义"], DocumentKind.STANDARD),
    "a cover with ICS and number": (
        ["ICS 03.080", "DB51/T 2345—2021", "某规范", "前言", "甲。"],
        DocumentKind.STANDARD,
    ),
    "a law that cites a standard": (["某条例", "GB/T 1.1—2020", "第一条 甲。", "1.范围；"], DocumentKind.LAW),
    "a law with 范围 as its first item": (["某办法", "第一条 内容：", "1.范围"], DocumentKind.LAW),
    "a notice with 1.": (["关于某事的通知", "一、要求", "1.范围扩大。"], DocumentKind.LAW),
}


@pytest.mark.parametrize(("lines", "kind"), KINDS.values(), ids=KINDS)
def test_kind_of_a_text(lines: list[str], kind: DocumentKind) -> None:
    assert find_kind([Block(line) for line in lines]) is kind


def test_the_sample_is_read_as_it_was_written() -> None:
    document = parse_document(read_markdown(SAMPLE.read_text(encoding="utf-8")))
    eids = {node.eid for node in document.nodes}
    numbered = [node.number for node in document.nodes if node.kind in (NodeKind.CLAUSE, NodeKind.SUBCLAUSE)]
    assert numbered == [
        "1", "2", "3", "3.1", "3.2", "4", "5", "5.1", "5.1.1", "5.1.2", "5.1.3", "5.2", "6", "6.1", "6.1.1", "6.1.2", "6.2",
        "6.3", "7", "7.1", "7.2", "A.1", "A.1.1", "A.1.2", "A.2",
    ]  # fmt: skip
    assert {"cl_6.2__table_1", "att_A__cl_A.2__table_A.1", "att_B__para_1", "preamble_foreword__para_1"} <= eids
    assert "cl_5.1.2__para_1__point_b__point_2" in eids
    assert not document.notices
    units = [document.nodes[at].number for at in document.articles]
    assert units[:4] == ["1", "2", "3.1", "3.2"]
    assert "5.1" not in units


headings = st.text(alphabet="接待准备服务评价改进总体原则", min_size=2, max_size=8)


@st.composite
def standards(draw: st.DrawFn) -> tuple[list[str], list[tuple[str, str]]]:
    """Lines of a standard, and the number and heading of each clause in them."""
    lines, clauses = ["某规范"], []
    for first in range(1, draw(st.integers(1, 4)) + 1):
        heading = "范围" if first == 1 else draw(headings)
        lines.append(f"{first}　{heading}")
        clauses.append((str(first), heading))
        for second in range(1, draw(st.integers(0, 3)) + 1):
            heading = draw(headings)
            lines.append(f"{first}.{second}　{heading}")
            clauses.append((f"{first}.{second}", heading))
            for mark in "abc"[: draw(st.integers(0, 3))]:
                lines.append(f"{mark}) {draw(st.integers(1, 9))} 个工作日内{draw(headings)}；")
            lines.append(draw(headings) + "。")
    return lines, clauses


@given(standards())
@settings(max_examples=60, deadline=None)
def test_a_printed_standard_is_read_back(drawn: tuple[list[str], list[tuple[str, str]]]) -> None:
    lines, clauses = drawn
    document = read_lines(*lines)
    found = [
        (node.number, node.heading) for node in document.nodes if node.kind in (NodeKind.CLAUSE, NodeKind.SUBCLAUSE)
    ]
    assert found == clauses
    assert "".join(document.source[node.start : node.end] for node in document.nodes) == "".join(lines)


@given(
    st.lists(
        st.text(alphabet="123.范围术语和定义目次前言附录A表图注：a)——（规范性） ", min_size=1, max_size=16), max_size=20
    )
)
@settings(max_examples=150, deadline=None)
def test_no_line_is_lost_and_no_id_shared(lines: list[str]) -> None:
    kept = ["某规范", "1 范围", *(line.strip() for line in lines if line.strip())]
    document = read_lines(*kept)
    assert "".join(document.source[node.start : node.end] for node in document.nodes).replace("\n", "") == "".join(kept)
    assert len({node.eid for node in document.nodes}) == len(document.nodes)
