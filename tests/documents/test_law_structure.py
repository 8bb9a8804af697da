"""Chinese laws and documents: where 编 章 节 条 款 项 目 begin, and what only looks like one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.markdown import read_markdown
from tongchi.documents.model import Document, DocumentKind, NodeKind
from tongchi.documents.structure import parse_document

NUMERALS = [
    "", *"一二三四五六七八九十", *("十" + each for each in "一二三四五六七八九"), "二十",
    *("二十" + each for each in "一二三四五六七八九"),
]  # fmt: skip


def read_lines(*lines: str) -> Document:
    return parse_document([Block(line) for line in lines])


def outline(document: Document, *, skip: tuple[NodeKind, ...] = (NodeKind.TITLE,)) -> list[str]:
    return [node.eid for node in document.nodes if node.kind not in skip]


CASES: dict[str, tuple[list[str], list[str]]] = {
    "part, chapter, section and article": (
        ["某法", "第一编 总则", "第一章 一般规定", "第一节 目的", "第一条 为了协作，制定本法。", "第二章 适用", "第二条 本法适用于甲地。"],
        ["part_1", "part_1__chp_1", "part_1__chp_1__sec_1", "art_1", "art_1__para_1", "part_1__chp_2", "art_2", "art_2__para_1"],
    ),
    "an inserted article keeps its number": (
        ["某条例", "第一条 甲。", "第一条之一 乙。", "第二条 丙。"],
        ["art_1", "art_1__para_1", "art_1-1", "art_1-1__para_1", "art_2", "art_2__para_1"],
    ),
    "each further line of an article is a paragraph": (
        ["某条例", "第一条 甲。", "乙。", "丙。"],
        ["art_1", "art_1__para_1", "art_1__para_2", "art_1__para_3"],
    ),
    "subparagraphs and items hang on the paragraph that leads to them": (
        ["某条例", "第一条 甲。", "有下列情形之一的：", "（一）乙：", "1.丙；", "2.丁；", "（二）戊。", "己。"],
        ["art_1", "art_1__para_1", "art_1__para_2", "art_1__para_2__subpara_1", "art_1__para_2__subpara_1__item_1",
         "art_1__para_2__subpara_1__item_2", "art_1__para_2__subpara_2", "art_1__para_3"],
    ),
    "附则 without a number is a chapter": (
        ["某条例", "第一章 总则", "第一条 甲。", "附 则", "第二条 乙。"],
        ["chp_1", "art_1", "art_1__para_1", "chp_final", "art_2", "art_2__para_1"],
    ),
    "contents under their title": (
        ["某条例", "目　录", "第一章 总则", "第二章 附则", "第一章 总则", "第一条 甲。"],
        ["toc_1", "toc_2", "toc_3", "chp_1", "art_1", "art_1__para_1"],
    ),
    "contents without a title": (
        ["某条例", "第一章 总则", "第二章 管理", "第三章 附则", "第一章 总则", "第一条 甲。"],
        ["toc_1", "toc_2", "toc_3", "chp_1", "art_1", "art_1__para_1"],
    ),
    "a line that begins with a citation is a paragraph": (
        ["某条例", "第一条 甲。", "第二条 乙。", "第三条第二款规定的时限，自收到之日起算。", "第三条 丙。"],
        ["art_1", "art_1__para_1", "art_2", "art_2__para_1", "art_2__para_2", "art_3", "art_3__para_1"],
    ),
    "an article without a space after its label": (
        ["某条例", "第一条为了协作，制定本条例。", "第二条本条例适用于甲地。"],
        ["art_1", "art_1__para_1", "art_2", "art_2__para_1"],
    ),
    "a document without articles is numbered 一、（一）1.": (
        ["关于协作的意见", "各部门：", "一、总体要求", "（一）原则。甲。", "1.乙。", "（1）丙。", "二、措施"],
        ["preamble__para_1", "art_1", "art_1__para_1", "art_1__para_1__subpara_1", "art_1__para_1__subpara_1__item_1",
         "art_1__para_1__subpara_1__item_1__item_1", "art_2", "art_2__para_1"],
    ),
    "articles of an appendix are its own": (
        ["某条例", "第一条 甲。", "第二条 乙。", "附件1：实施细则", "第一条 丙。", "第二条 丁。"],
        ["art_1", "art_1__para_1", "art_2", "art_2__para_1", "att_1", "att_1__art_1", "att_1__art_1__para_1", "att_1__art_2",
         "att_1__art_2__para_1"],
    ),
    "the signature closes the text": (
        ["关于协作的通知", "各单位：", "一、甲。", "某市人民政府办公室", "2024年3月5日"],
        ["preamble__para_1", "art_1", "art_1__para_1", "conclusions_1", "conclusions_2"],
    ),
    "number and letterhead stand above the title": (
        ["甲府发〔2024〕3号", "甲市人民政府", "关于印发《某办法》的通知", "各县人民政府：", "一、甲。"],
        ["history_1", "preamble__para_1", "art_1", "art_1__para_1"],
    ),
    "a repeated number gets a second id": (
        ["某条例", "第一条 甲。", "第二条 乙。", "第二条 丙。"],
        ["art_1", "art_1__para_1", "art_2", "art_2__para_1", "art_2-dup2", "art_2-dup2__para_1"],
    ),
    "总则 without a number is no history": (
        ["某条例", "2024年1月1日某市人民代表大会常务委员会通过", "总则", "第一条 甲。"],
        ["history_1", "preamble__para_1", "art_1", "art_1__para_1"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), CASES.values(), ids=CASES)
def test_units_of_a_law(lines: list[str], expected: list[str]) -> None:
    assert outline(read_lines(*lines)) == expected


def test_labels_and_texts_are_as_printed() -> None:
    document = read_lines("某条例", "第一条之一　甲。", "（二）乙；", "3.丙。")
    found = {node.eid: (node.number, node.label, node.text) for node in document.nodes}
    assert found["art_1-1"] == ("1之一", "第一条之一", "")
    assert found["art_1-1__para_1__subpara_2"] == ("2", "（二）", "乙；")
    assert found["art_1-1__para_1__subpara_2__item_3"] == ("3", "3.", "丙。")


def test_a_table_belongs_to_the_article_above_it() -> None:
    rows = "层级 | 面积\n处级 | 18"
    document = parse_document(
        [Block("某办法"), Block("第一条 面积如下："), Block(rows, BlockKind.TABLE), Block("第二条 乙。")]
    )
    table = next(node for node in document.nodes if node.kind is NodeKind.TABLE)
    assert (table.eid, table.text, document.nodes[table.parent].eid) == ("art_1__table_1", rows, "art_1")


@pytest.mark.parametrize(
    ("lines", "noticed"),
    [
        (["某条例", "第一条 甲。", "第二条 乙。"], []),
        (["某条例", "第一条 甲。", "第一条之一 乙。", "第二条 丙。"], []),
        (["某条例", "第一条 甲。", "第三条 乙。"], ["art_3"]),
        (["某条例", "第一条 甲。", "第二条 乙。", "第二条 丙。"], ["art_2"]),
    ],
    ids=["in sequence", "inserted", "gap", "repeated"],
)
def test_a_break_in_the_numbering_is_noticed(lines: list[str], noticed: list[str]) -> None:
    assert [notice.eid for notice in read_lines(*lines).notices if notice.code == "numbering"] == noticed


words = st.text(alphabet="协作机关应当办理接待用房车辆资产报告登记", min_size=2, max_size=12)


@st.composite
def laws(draw: st.DrawFn) -> list[tuple[str, str, str, str]]:
    """Rows of kind, number, label and text in the order of print, of a law with chapters, sections and articles."""
    rows = [("title", "1", "", draw(words) + "条例")]
    article = 0
    for chapter in range(1, draw(st.integers(1, 3)) + 1):
        rows.append(("chapter", str(chapter), f"第{NUMERALS[chapter]}章 ", draw(words)))
        for section in range(1, draw(st.integers(0, 2)) + 1):
            rows.append(("section", str(section), f"第{NUMERALS[section]}节　", draw(words)))
            article = _articles(draw, rows, article)
        article = _articles(draw, rows, article)
    return rows


def _articles(draw: st.DrawFn, rows: list[tuple[str, str, str, str]], article: int) -> int:
    for _ in range(draw(st.integers(1, 3))):
        article += 1
        rows.append(("article", str(article), f"第{NUMERALS[article]}条　", ""))
        for paragraph in range(1, draw(st.integers(1, 2)) + 1):
            rows.append(("paragraph", str(paragraph), "", draw(words) + "："))
            for subparagraph in range(1, draw(st.integers(0, 3)) + 1):
                rows.append(("subparagraph", str(subparagraph), f"（{NUMERALS[subparagraph]}）", draw(words) + "；"))
                for item in range(1, draw(st.integers(0, 2)) + 1):
                    rows.append(("item", str(item), f"{item}.", draw(words) + "；"))
    return article


@given(laws())
@settings(max_examples=60, deadline=None)
def test_a_printed_law_is_read_back(rows: list[tuple[str, str, str, str]]) -> None:
    lines: list[str] = []
    follows_label = False
    for kind, _, label, text in rows:
        if follows_label:
            lines[-1] += text
        else:
            lines.append(label + text)
        follows_label = kind == "article"
    document = read_lines(*lines)
    read = [(node.kind.value, node.number, node.heading + node.text) for node in document.nodes]
    assert read == [(kind, number, text) for kind, number, _, text in rows]
    assert "".join(document.source[node.start : node.end] for node in document.nodes) == "".join(lines)
    assert not document.notices


@given(
    st.lists(
        st.text(alphabet="第一二三条章节款项之附则目录（）()1.、。：； 甲乙年月日", min_size=1, max_size=20),
        min_size=1,
        max_size=25,
    )
)
@settings(max_examples=150, deadline=None)
def test_no_line_is_lost_and_no_id_shared(lines: list[str]) -> None:
    blocks = [Block(line.strip()) for line in lines if line.strip()]
    if not blocks:
        return
    document = parse_document(blocks)
    eids = [node.eid for node in document.nodes]
    assert len(set(eids)) == len(eids)
    assert _uncovered(document) == 0
    assert all(-1 <= node.parent < at for at, node in enumerate(document.nodes))
    assert [node.start for node in document.nodes] == sorted(node.start for node in document.nodes)


def _uncovered(document: Document) -> int:
    """Count the characters other than spaces that no node holds; spans must not overlap."""
    position = missing = 0
    for node in document.nodes:
        assert node.start >= position
        missing += len("".join(document.source[position : node.start].split()))
        position = node.end
    return missing + len("".join(document.source[position:].split()))


def test_every_real_law_is_a_law_and_is_covered(shared_data: Path) -> None:
    files = sorted((shared_data / "laws").rglob("*.md"))
    assert len(files) > 2500
    for file in files:
        document = parse_document(read_markdown(file.read_text(encoding="utf-8")), file=file.name)
        length = len("".join(document.source.split()))
        assert document.kind is DocumentKind.LAW, file.name
        assert _uncovered(document) <= 0.001 * length, file.name
        assert document.metadata.title, file.name


def test_reading_twice_gives_the_same_tree(shared_data: Path) -> None:
    files = sorted((shared_data / "laws").rglob("*.md"))
    for file in random.Random(7).sample(files, 20):
        blocks = read_markdown(file.read_text(encoding="utf-8"))
        assert parse_document(blocks) == parse_document(blocks)
