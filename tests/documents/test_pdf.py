"""Paragraphs read off the layout of printed pages, and what is left out of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import make_files
import pytest
from make_files import Page

from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.model import Notice
from tongchi.documents.pdf import read_pdf
from tongchi.errors import DamagedFileError, NoTextError

SENTENCE = "机关办公用房应当按照核定的标准配置、调剂和使用，"
LAW = [
    Block("甲市机关办公用房管理办法", BlockKind.TITLE),
    Block("（2020年1月1日甲市人民政府令第12号公布）"),
    Block("第一章 总  则", BlockKind.HEADING),
    *(Block(f"第{numeral}条 {SENTENCE * 3}不得超标准。") for numeral in "一二三四五六七八九十"),
    Block("有下列情形之一的，由机关事务管理部门责令改正："),
    Block("（一）" + SENTENCE + "未报批准的；"),
    Block("（二）违反本办法第三条、第五条规定，每平方米超过2000元的；"),
    Block("1.其他。"),
    *(Block(f"第十{numeral}条 {SENTENCE * 2}并适用本办法。") for numeral in "一二三四五六七八九"),
]

WESTERN = "A business shall not do any of the following without the consent of the"
Placed = tuple[float, float, float, str]


def read_bytes(tmp_path: Path, data: bytes) -> tuple[list[Block], list[Notice]]:
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    return read_pdf(path)


def texts(tmp_path: Path, pages: Sequence[Sequence[Placed]]) -> list[str]:
    return [block.text for block in read_bytes(tmp_path, make_files.write_pdf(pages))[0]]


SETTINGS = {
    "official gazette": Page(head="甲市人民政府公报", foot="— {} —"),
    "bare page numbers": Page(foot="{}"),
    "page of pages": Page(foot="第{}页 共{}页", ems=33, size=14.0, lines=30, leading=22.0),
    "head with a number": Page(head="第{}期", foot=""),
    "no indent": Page(indent=0.0, ems=26),
}


@pytest.mark.parametrize("page", SETTINGS.values(), ids=SETTINGS)
def test_paragraphs_in_any_setting(tmp_path: Path, page: Page) -> None:
    blocks, notices = read_bytes(tmp_path, make_files.make_pdf(LAW, page))
    assert [block.text for block in blocks] == [block.text for block in LAW]
    assert blocks[0].kind is BlockKind.TITLE
    assert blocks[-1].place == f"page {-(-_lines(page) // page.lines)}"
    assert notices == []


def _lines(page: Page) -> int:
    return sum(len(make_files._set_block(block, page)) for block in LAW)


LINES: dict[str, tuple[list[Placed], list[str]]] = {  # what the case guards: (placed texts, paragraphs)
    "words of other scripts join with a space": (
        [*((80.0, 742.0 - 14 * at, 10.0, WESTERN) for at in range(3)), (80, 700, 10, "consumer.")],
        [f"{WESTERN} {WESTERN} {WESTERN} consumer."],
    ),
    "a divided word is made whole, a compound stays": (
        [(80, 714, 10, "The ill-kept opt-out form of each decision shall be given to the par-"), (80, 700, 10, "ties of the opt-"), (80, 686, 10, "out.")],
        ["The ill-kept opt-out form of each decision shall be given to the parties of the opt-out."],
    ),
    "pieces of one line, a raised number among them": (
        [(80, 700, 16, "面积不得超过54m"), (204, 706, 8, "2"), (210, 700, 16, "。")],
        ["面积不得超过54m²。"],
    ),
    "text printed twice to look bold": ([(80, 700, 16, "办法"), (80.3, 700, 16, "办法")], ["办法"]),
    "a title in two lines": (
        [(153, 700, 24, "甲市人民政府关于印发办公"), (201, 664, 24, "用房办法的通知"), (80, 600, 16, "各区人民政府："), (112, 572, 16, SENTENCE), (80, 544, 16, "现予印发。")],
        ["甲市人民政府关于印发办公用房办法的通知", "各区人民政府：", SENTENCE + "现予印发。"],
    ),
    "spaces typed as an indent": ([(80, 700, 16, "　　第一条 为了规范。")], ["第一条 为了规范。"]),
    "wide setting": ([(80, 700, 16, "为 了 规 范 管 理"), (80, 672, 16, "制 定")], ["为了规范管理", "制定"]),
    "radicals in place of characters": ([(80, 700, 16, "⽤于⻋辆⻓度的⾏为")], ["用于车辆长度的行为"]),
}  # fmt: skip


@pytest.mark.parametrize(("placed", "expected"), LINES.values(), ids=LINES)
def test_lines(tmp_path: Path, placed: list[Placed], expected: list[str]) -> None:
    assert texts(tmp_path, [placed]) == expected


def test_numbers_inside_the_text_are_no_page_numbers(tmp_path: Path) -> None:
    placed: list[Placed] = [(80, 700 - 28 * at, 16, text) for at, text in enumerate([SENTENCE, "12", "35"])]
    assert texts(tmp_path, [placed]) == [SENTENCE, "12", "35"]


def test_text_moved_by_the_matrix_of_the_page(tmp_path: Path) -> None:
    data = make_files.write_pdf(
        [[(0, 0, 1, "甲乙")]], raw=b"q 0 1 -1 0 500 100 cm BT /F1 16 Tf 10 10 Td <00010002> Tj ET Q"
    )
    blocks, notices = read_bytes(tmp_path, data.replace(b"/MediaBox", b"/Rotate 90 /MediaBox"))
    assert "甲乙" in [block.text for block in blocks] or notices


def test_a_watermark_is_reported(tmp_path: Path) -> None:
    raw = b"BT /F1 40 Tf .7 .7 -.7 .7 100 100 Tm <0003> Tj ET"
    data = make_files.write_pdf([[(80, 700, 16, "第一条 为了规范管理")]], raw=raw)
    blocks, notices = read_bytes(tmp_path, data)
    assert [block.text for block in blocks] == ["第一条 为了规范管理"]
    assert [notice.code for notice in notices] == ["slanted"]


def test_pages_without_text(tmp_path: Path) -> None:
    blocks, notices = read_bytes(tmp_path, make_files.write_pdf([[(80, 700, 16, "第一条 为了")], []]))
    assert len(blocks) == 1
    assert [notice.code for notice in notices] == ["no_text"]
    with pytest.raises(NoTextError):
        read_bytes(tmp_path, make_files.write_pdf([[], []]))


def test_a_text_layer_that_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(NoTextError):
        texts(tmp_path, [[(80, 700, 16, "\ue123\ue456\ue789\ue999" * 5)]])


def test_a_file_that_was_cut_off(tmp_path: Path) -> None:
    data = make_files.make_pdf(LAW)
    with pytest.raises(DamagedFileError):
        read_bytes(tmp_path, data[: len(data) // 2])
