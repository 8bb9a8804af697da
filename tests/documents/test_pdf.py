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
    "characters that share a glyph with others": ([(80, 700, 16, "⼾籍、㬵囊和ﬁle〈办法〉")], ["户籍、胶囊和file〈办法〉"]),
    "a quarter em that the program sets beside digits": (
        [(80, 700, 16, "自"), (100, 700, 16, "2022"), (136, 700, 16, "年"), (156, 700, 16, "1"), (168, 700, 16, "月起施行，费率"), (284, 700, 16, "3%"), (304, 700, 16, "。")],
        ["自2022年1月起施行，费率3%。"],
    ),
    "a quarter em that only one place has is a space": (
        [(80, 700, 16, "2021年11月25日"), (196, 700, 16, "A区第5次会议")],
        ["2021年11月25日 A区第5次会议"],
    ),
    "a gap between Chinese characters": ([(80, 700, 16, "总"), (112, 700, 16, "则"), (132, 700, 16, "为了规范机关办公用房管理制定本办法")], ["总　则 为了规范机关办公用房管理制定本办法"]),
    "justification is no space": ([(80 + 20 * at, 700, 16, each) for at, each in enumerate("为了规范机关管理")], ["为了规范机关管理"]),
    "notes on adoption, one a line, the first full": (
        [(112, 700, 16, "2017年5月16日甲市人民政府第8次常务会议全体会议通过"), (112, 672, 16, "2017年5月26日甲市人民政府令第31号公布"), (80, 644, 16, "第一条 为了。")],
        ["2017年5月16日甲市人民政府第8次常务会议全体会议通过", "2017年5月26日甲市人民政府令第31号公布", "第一条 为了。"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("placed", "expected"), LINES.values(), ids=LINES)
def test_lines(tmp_path: Path, placed: list[Placed], expected: list[str]) -> None:
    assert texts(tmp_path, [placed]) == expected


def set_apart(paragraphs: Sequence[str], ems: int, gap: float) -> list[Placed]:
    """Set paragraphs without indent, lines 24 pt apart, `gap` more between paragraphs."""
    placed, y = [], 740.0
    for text in paragraphs:
        for at in range(0, len(text), ems):
            placed.append((80.0, y, 16.0, text[at : at + ems]))
            y -= 24
        y -= gap
    return placed


def test_paragraphs_set_apart_where_most_have_one_line(tmp_path: Path) -> None:
    paragraphs = [
        *(f"第{each}条 机关应当节约。" for each in "一二三四五六七"),
        "机关应当节约能源资源。",
        "节约光荣。",
        *("一" * 39 + "。", "二" * 59 + "。") * 2,
        "浪费可耻。",
    ]
    assert texts(tmp_path, [set_apart(paragraphs, 20, 9)]) == paragraphs


def test_items_at_the_margin_of_an_indented_text(tmp_path: Path) -> None:
    """Automatic lists take the indent from the items, but not from the paragraphs."""
    lines = [
        (112, "机关应当按照核定的标准配置和使用办公用"), (80, "房，并遵守下列规定："), (80, "（一）不超标准；"), (80, "（二）不改用途；"),
        (112, "机关应当按照核定的标准配置和使用公务用"), (80, "车，并按照规定停放在指定的地点和车库里："),
        (80, "（一）不超编制；"), (80, "（二）按照规定的时间和地点停放，不得外借；"), (80, "（三）不出借。"),
    ]  # fmt: skip
    placed: list[Placed] = [(x, 740 - 28 * at, 16, text) for at, (x, text) in enumerate(lines)]
    found = texts(tmp_path, [placed])
    assert [text[:3] for text in found] == ["机关应", "（一）", "（二）", "机关应", "（一）", "（二）", "（三）"]


PRINTED = "10/25/26, 10:08 PM 甲市办法"
FURNITURE: dict[str, list[Placed]] = {  # what the case guards: texts of each page beside its two lines
    "a head close to the text": [(80, 728, 16, "法规汇编")],
    "what a browser prints": [(40, 820, 8, PRINTED), (40, 20, 8, "file:///home/a.html 1/3")],
    "an address with its page": [(40, 20, 8, "https://example.org/law?id=3 2/3")],
    "a title with its page": [(40, 820, 8, "甲市办法　第 1 页")],
}


@pytest.mark.parametrize("pages", [1, 3])
@pytest.mark.parametrize("name", FURNITURE)
def test_heads_and_feet(tmp_path: Path, name: str, pages: int) -> None:
    if pages == 1 and name == "a head close to the text":
        return  # one page does not repeat it
    bodies = [[f"第{each}条 甲乙丙丁。", f"{each}则戊己庚辛。"] for each in "一二三"[:pages]]
    placed = [[*FURNITURE[name], (80.0, 700.0, 16.0, first), (80.0, 672.0, 16.0, second)] for first, second in bodies]
    assert texts(tmp_path, placed) == [text for body in bodies for text in body]


def test_a_single_page_whose_head_repeats_the_title(tmp_path: Path) -> None:
    page: list[Placed] = [
        (80, 800, 16, "汇编　甲市办法"),
        (180, 740, 24, "甲市办法"),
        (80, 690, 16, "第一条 甲乙。"),
        (80, 662, 16, "第二条 丙。"),
        (80, 634, 16, "第三条 丁。"),
    ]
    assert texts(tmp_path, [page]) == ["甲市办法", "第一条 甲乙。", "第二条 丙。", "第三条 丁。"]


OPERATORS = {  # what the case guards: (content, text); codes 1, 2 are 为, 了
    "kerning inside a string": ("BT /F1 16 Tf 80 700 Td [<0001> -50 <0002>] TJ ET", "为了"),
    "a jump inside a string": ("BT /F1 16 Tf 80 700 Td [<0001> -1000 <0002>] TJ ET", "为　了"),
    "lines by leading": ("BT /F1 16 Tf 80 700 Td 28 TL <0001> Tj T* <0002> Tj ET", "为 了"),
    "lines by quotes": ("BT /F1 16 Tf 80 700 Td 28 TL <0001> Tj <0002> ' ET", "为 了"),
    "lines by TD": ("BT /F1 16 Tf 80 700 TD <0001> Tj 0 -28 TD <0002> Tj ET", "为 了"),
    "character spacing": ("q BT /F1 16 Tf 16 Tc 80 700 Td <00010002> Tj ET Q", "为　了"),
    "horizontal scaling": ("BT /F1 16 Tf 50 Tz 80 700 Td <0001> Tj 8 0 Td <0002> Tj ET", "为了"),
    "state comes back with Q": ("BT /F1 16 Tf 80 700 Td <0001> Tj ET q 9 0 0 9 0 0 cm Q BT 96 700 Td <0002> Tj ET", "为了"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), OPERATORS.values(), ids=OPERATORS)
def test_operators(tmp_path: Path, content: str, expected: str) -> None:
    data = make_files.write_pdf([[(80, 20, 16, "为了")]], raw=content.encode())
    found = [block.text for block in read_bytes(tmp_path, data)[0]]
    assert " ".join(found).removesuffix(" 为了") == expected


def test_numbers_inside_the_text_are_no_page_numbers(tmp_path: Path) -> None:
    placed: list[Placed] = [(80, 700 - 28 * at, 16, text) for at, text in enumerate([SENTENCE, "12", "35"])]
    assert texts(tmp_path, [placed]) == [SENTENCE, "12", "35"]


def test_a_font_with_its_own_table_of_codes(tmp_path: Path) -> None:
    data = make_files.write_pdf([[(80, 700, 16, "第一条 为了规范")]])
    table = b"/Encoding << /Type /CMap /CMapName /Own >>"
    assert [block.text for block in read_bytes(tmp_path, data.replace(b"/Encoding /Identity-H", table))[0]] == [
        "第一条 为了规范"
    ]


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
