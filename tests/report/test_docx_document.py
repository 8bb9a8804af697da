"""A paper that is written opens in other readers, holds what was put in, and is the same each time."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tongchi.documents.read import read_blocks
from tongchi.report.docx_document import CheckBox, Document, Run
from tongchi.report.path_diagram import PathArrow, PathDiagram, PathNode, draw_paths
from tongchi.report.words import Words


def opened(paper: Document) -> docx.document.Document:
    return docx.Document(io.BytesIO(paper.to_bytes()))


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=60)
def test_any_text_gives_a_file_that_opens(text: str) -> None:
    paper = Document(text, "zh", mark=text)
    paper.paragraph(Run(text, bold=True), text)
    paper.table([text], [[text]], [1])
    kept = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "", text)
    assert re.sub(r"\s", "", opened(paper).paragraphs[0].text) == re.sub(r"\s", "", kept * 2)


def test_headings_are_listed_and_led_to() -> None:
    paper = Document("标题", "zh")
    paper.contents()
    paper.heading("甲")
    paper.heading("乙", 2)
    paper.heading("丙", 3)
    xml = opened(paper).element.xml
    anchors = re.findall(r'<w:hyperlink w:anchor="(\w+)"', xml)
    assert [name in re.findall(r'w:name="(\w+)"', xml) for name in anchors] == [True, True]
    assert [each.style.name for each in opened(paper).paragraphs if each.text in "甲乙丙"] == [
        "toc 1",
        "toc 2",
        "Heading 1",
        "Heading 2",
        "Heading 3",
    ]


def test_the_mark_stands_on_every_page() -> None:
    header = opened(Document("报告", "zh", mark="模拟数据 SYNTHETIC")).sections[0].header
    assert "模拟数据 SYNTHETIC" in header.paragraphs[0].text


def test_a_picture_brings_its_lettering_in_the_language_of_the_paper() -> None:
    nodes = (PathNode("a", Words("互信", "Trust")), PathNode("b", Words("壁垒", "Barrier")))
    picture = draw_paths(PathDiagram(nodes, (PathArrow("a", "b", -0.4, -0.5, -0.3, 0.001),)))
    for language, shown, hidden in (("zh", "互信", "Trust"), ("en", "Trust", "互信")):
        paper = Document("x", language)  # type: ignore[arg-type]
        paper.picture(picture)
        text = "".join(etree.fromstring(opened(paper).element.xml.encode()).itertext())
        assert shown in text
        assert "−0.40**" in text
        assert hidden not in text


def test_boxes_have_names_and_numbers_of_their_own() -> None:
    paper = Document("x", "zh")
    paper.table(["", "是", "否"], [[str(at), CheckBox(f"q{at}_1"), CheckBox(f"q{at}_0")] for at in range(3)], [1, 1, 1])
    found = re.findall(r'<w:id w:val="(\d+)"', opened(paper).element.xml)
    assert len(found) == len(set(found)) == 6


def test_our_own_reader_finds_headings_and_tables(tmp_path: Path) -> None:
    paper = Document("报告", "zh")
    paper.title()
    paper.heading("结果")
    paper.paragraph("互信高于中点。")
    paper.table(["构念", "均值"], [["互信", "3.41"]], [1, 1])
    file = tmp_path / "report.docx"
    file.write_bytes(paper.to_bytes())
    texts = [block.text for block in read_blocks(file)[1]]
    assert texts == ["报告", "结果", "互信高于中点。", "构念 | 均值\n互信 | 3.41"]
