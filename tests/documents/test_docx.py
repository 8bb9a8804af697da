"""What Word prints is what is read: tracked changes, numbering, fields, notes, boxes, tables."""

from __future__ import annotations

from pathlib import Path

import make_files
import pytest

from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.docx import read_docx
from tongchi.documents.docx_numbering import format_number
from tongchi.documents.model import Notice
from tongchi.errors import NoTextError, UnsupportedFormatError

X, F = BlockKind.TEXT, BlockKind.FOOTNOTE


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*inner: str, properties: str = "") -> str:
    return f"<w:p>{properties and f'<w:pPr>{properties}</w:pPr>'}{''.join(inner)}</w:p>"


def numbered(text: str, level: int = 0, number: int = 1) -> str:
    properties = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(run(text), properties=properties)


def level(index: int, format_: str, text: str, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{format_}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def definition(*levels: str, number: int = 1, override: str = "", abstract: int = 0) -> str:
    return (
        f'<w:abstractNum w:abstractNumId="{abstract}">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{override}</w:num>'
    )


def read_all(tmp_path: Path, body: str, **parts: str) -> tuple[list[Block], list[Notice]]:
    path = tmp_path / "a.docx"
    path.write_bytes(make_files.make_docx(body, **parts))
    return read_docx(path)


def texts(tmp_path: Path, body: str, **parts: str) -> list[str]:
    return [block.text for block in read_all(tmp_path, body, **parts)[0]]


DELETED_MARK = "<w:rPr><w:del w:id='1'/></w:rPr>"
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF </w:instrText></w:r>{}'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run("结果") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
EQUATION = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{}</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
BOX = "<w:txbxContent>" + paragraph(run("框内")) + "</w:txbxContent>"
BODIES = {  # what the case guards: (body, texts)
    "insertions stay, deletions go": (
        paragraph(run("按照"), f"<w:ins>{run('机构编制与')}</w:ins>", "<w:del><w:r><w:delText>旧</w:delText></w:r></w:del>", run("核定")),
        ["按照机构编制与核定"],
    ),
    "moved text stands once": (
        paragraph(f"<w:moveFrom>{run('甲')}</w:moveFrom>", run("乙")) + paragraph(f"<w:moveTo>{run('甲')}</w:moveTo>"),
        ["乙", "甲"],
    ),
    "a deleted paragraph mark joins": (paragraph(run("前"), properties=DELETED_MARK) + paragraph(run("后")), ["前后"]),
    "a deleted mark at the end loses nothing": (paragraph(run("末"), properties=DELETED_MARK), ["末"]),
    "content controls": (
        f"<w:sdt><w:sdtContent>{paragraph(run('块'))}</w:sdtContent></w:sdt>"
        + paragraph(run("行"), f"<w:sdt><w:sdtPr/><w:sdtContent>{run('内')}</w:sdtContent></w:sdt>"),
        ["块", "行内"],
    ),
    "links and smart tags": (
        paragraph(f"<w:hyperlink>{run('链')}</w:hyperlink>", f"<w:smartTag>{run('签')}</w:smartTag>", f"<w:fldSimple w:instr='PAGE'>{run('3')}</w:fldSimple>"),
        ["链签3"],
    ),
    "field results stay, codes and nested results in codes go": (paragraph(run("甲"), FIELD.format(FIELD.format("")), run("乙")), ["甲结果乙"]),
    "an unfinished field keeps its text": (paragraph('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', run("文字")), ["文字"]),
    "special characters": (
        paragraph(run("a"), "<w:r><w:tab/></w:r>", run("b"), "<w:r><w:noBreakHyphen/></w:r>", run("c"), '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>', run("5")),
        ["a b-c≥5"],
    ),
    "a symbol by its code in the font": (paragraph('<w:r><w:sym w:font="Wingdings 2" w:char="0052"/></w:r>', run("同意")), ["☑同意"]),
    "a number in a ring stands in the code of a field": (paragraph(EQUATION.format(r"eq \o\ac(○,21)"), run("甲")), ["㉑甲"]),
    "a character in a ring": (paragraph(EQUATION.format(r" EQ \o\ac(○,甲)"), run("乙")), ["(甲)乙"]),
    "a fraction as a field": (paragraph(EQUATION.format(r"EQ \f(1,3)"), run("以上")), ["1/3以上"]),
    "art type prints its words": (paragraph('<w:r><w:pict><v:shape><v:textpath string="甲市文件"/></v:shape></w:pict></w:r>', run("乙")), ["甲市文件", "乙"]),
    "brackets of a formula": (
        paragraph("<m:oMath><m:d><m:e><m:r><m:t>a+b</m:t></m:r></m:e></m:d><m:r><m:t>×2</m:t></m:r></m:oMath>"),
        ["(a+b)×2"],
    ),
    "a sum": (
        paragraph('<m:oMath><m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub><m:r><m:t>i</m:t></m:r></m:sub><m:sup/><m:e><m:r><m:t>x</m:t></m:r></m:e></m:nary></m:oMath>'),
        ["∑_i x"],
    ),
    "a manual line break begins a block": (paragraph(run("第一条 甲"), "<w:r><w:br/></w:r>", run("　　乙")), ["第一条 甲", "乙"]),
    "hidden text stays": (paragraph(run("隐", "<w:rPr><w:vanish/></w:rPr>")), ["隐"]),
    "superscript": (paragraph(run("m"), run("2", '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>')), ["m²"]),
    "ruby": (paragraph(f"<w:r><w:ruby><w:rt>{run('han')}</w:rt><w:rubyBase>{run('漢')}</w:rubyBase></w:ruby></w:r>"), ["漢"]),
    "a text box in both branches is read once": (
        paragraph(run("甲"), f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{BOX}</wps:txbx></w:drawing></mc:Choice>'
                  f"<mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"),
        ["甲", "框内"],
    ),
    "a text box in the fallback only": (
        paragraph(f'<w:r><mc:AlternateContent><mc:Choice Requires="x"/><mc:Fallback><w:pict>{BOX}</w:pict></mc:Fallback></mc:AlternateContent></w:r>'),
        ["框内"],
    ),
    "a formula on one line": (
        paragraph("<m:oMath><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>c</m:t></m:r></m:den></m:f></m:oMath>"),
        ["(a+b)/c"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), BODIES.values(), ids=BODIES)
def test_text_of_paragraphs(tmp_path: Path, body: str, expected: list[str]) -> None:
    assert texts(tmp_path, body) == expected


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc>{properties and f'<w:tcPr>{properties}</w:tcPr>'}{paragraph(run(text))}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


NESTED = f"<w:tc><w:tbl>{row(cell('子1'), cell('子2'))}</w:tbl><w:p/></w:tc>"
TABLES = {  # what the case guards: (table, texts)
    "rows and cells": (row(cell("甲"), cell("乙")) + row(cell("丙"), cell("丁")), ["甲 | 乙\n丙 | 丁"]),
    "merged cells print once": (
        row(cell("甲", '<w:vMerge w:val="restart"/>'), cell("乙")) + row(cell("", "<w:vMerge/>"), cell("丁")),
        ["甲 | 乙\n | 丁"],
    ),
    "a nested table": (row(cell("甲"), NESTED), ["甲 | 子1 | 子2"]),
    "a deleted row": (
        row(cell("甲"), cell("乙")) + row(cell("x"), cell("y"), properties="<w:trPr><w:del/></w:trPr>"),
        ["甲 | 乙"],
    ),
    "rows and cells in content controls": (
        f"<w:sdt><w:sdtContent><w:tr><w:sdt><w:sdtContent>{cell('甲')}</w:sdtContent></w:sdt>{cell('乙')}</w:tr></w:sdtContent></w:sdt>",
        ["甲 | 乙"],
    ),
    "one column is a frame": (row(cell("第一条 甲")) + row(NESTED), ["第一条 甲", "子1 | 子2"]),
}


@pytest.mark.parametrize(("table", "expected"), TABLES.values(), ids=TABLES)
def test_tables(tmp_path: Path, table: str, expected: list[str]) -> None:
    assert texts(tmp_path, f"<w:tbl>{table}</w:tbl>") == expected


def test_notes_follow_their_paragraph(tmp_path: Path) -> None:
    footnotes = f'<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote><w:footnote w:id="2">{paragraph(run("注文"))}</w:footnote>'
    body = paragraph(run("甲"), '<w:r><w:footnoteReference w:id="2"/></w:r>', run("。")) + paragraph(run("乙"))
    blocks, notices = read_all(tmp_path, body, footnotes=footnotes)
    assert [(block.kind, block.text) for block in blocks] == [(X, "甲。"), (F, "注文"), (X, "乙")]
    assert notices == []


ARTICLES = definition(
    level(0, "chineseCountingThousand", "第%1章"),
    level(1, "chineseCountingThousand", "第%2条", '<w:lvlRestart w:val="0"/>'),
    level(2, "chineseCounting", "（%3）"),
    level(3, "decimal", "%4.", '<w:suff w:val="nothing"/>'),
)
LEGAL = definition(level(0, "chineseCounting", "%1"), level(1, "decimal", "%1.%2", "<w:isLgl/>"))
OVERRIDE = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
SHARED = definition(level(0, "decimal", "%1.")) + f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{OVERRIDE}</w:num>'
NUMBERING = {  # what the case guards: (paragraphs, numbering, texts)
    "articles run on through chapters, items begin anew": (
        numbered("总则") + numbered("甲", 1) + numbered("子", 2) + numbered("丑", 2) + numbered("寅", 3) + numbered("附则") + numbered("乙", 1) + numbered("卯", 2),
        ARTICLES,
        ["第一章 总则", "第一条 甲", "（一）子", "（二）丑", "1.寅", "第二章 附则", "第二条 乙", "（一）卯"],
    ),
    "legal levels show digits": (numbered("甲") + numbered("乙", 1), LEGAL, ["一 甲", "1.1 乙"]),
    "a second list of one definition counts on unless it says where to start": (
        numbered("甲") + numbered("乙") + numbered("丙", number=2) + numbered("丁", number=2) + numbered("戊"),
        SHARED,
        ["1. 甲", "2. 乙", "5. 丙", "6. 丁", "7. 戊"],
    ),
    "ornament bullets print no number, dashes do": (
        numbered("甲") + numbered("乙", 1),
        definition(level(0, "bullet", "\uf0b7"), level(1, "bullet", "——", '<w:suff w:val="nothing"/>')),
        ["甲", "——乙"],
    ),
    "a space inside the label stays": (
        numbered("甲"),
        definition(level(0, "chineseCountingThousand", "第%1条　", '<w:suff w:val="nothing"/>')),
        ["第一条　甲"],
    ),
    "list 0 is no list": (numbered("甲", number=0), ARTICLES, ["甲"]),
    "an unknown list prints nothing": (numbered("甲", number=9), ARTICLES, ["甲"]),
}  # fmt: skip


@pytest.mark.parametrize(("body", "numbering", "expected"), NUMBERING.values(), ids=NUMBERING)
def test_automatic_numbers(tmp_path: Path, body: str, numbering: str, expected: list[str]) -> None:
    assert texts(tmp_path, body, numbering=numbering) == expected


STYLES = (
    '<w:style w:type="paragraph" w:styleId="t"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="h"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/>'
    '<w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="h2"><w:basedOn w:val="h"/></w:style>'
    '<w:style w:type="numbering" w:styleId="l"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
)


def test_styles_give_headings_and_numbers(tmp_path: Path) -> None:
    numbering = definition(level(0, "decimal", "%1、"), level(1, "chineseCounting", "第%2章", '<w:pStyle w:val="h"/>'))
    body = "".join(paragraph(run("甲"), properties=f'<w:pStyle w:val="{style}"/>') for style in ("t", "h", "h2"))
    blocks, _ = read_all(tmp_path, body, styles=STYLES, numbering=numbering)
    kinds = [(block.kind, block.text) for block in blocks]
    assert kinds == [(BlockKind.TITLE, "甲"), (BlockKind.HEADING, "第一章 甲"), (BlockKind.HEADING, "第二章 甲")]


def test_a_list_may_be_defined_by_a_numbering_style(tmp_path: Path) -> None:
    linked = definition('<w:numStyleLink w:val="l"/>', number=2, abstract=1)
    numbering = definition(level(0, "decimal", "%1）")) + linked
    assert texts(tmp_path, numbered("甲", number=2), styles=STYLES, numbering=numbering) == ["1）甲"]


FORMATS = {  # format: numbers and how they print
    "chineseCountingThousand": {
        1: "一",
        10: "十",
        12: "十二",
        20: "二十",
        105: "一百零五",
        110: "一百一十",
        1020: "一千零二十",
    },
    "ideographDigital": {1: "一", 10: "一〇", 21: "二一"},
    "chineseLegalSimplified": {12: "壹拾贰", 305: "叁佰零伍"},
    "lowerLetter": {1: "a", 26: "z", 27: "aa"},
    "upperRoman": {4: "IV", 1999: "MCMXCIX"},
    "decimalEnclosedCircle": {1: "①", 20: "⑳", 21: "㉑", 50: "㊿", 51: "51"},
    "decimalZero": {7: "07", 12: "12"},
    "ideographTraditional": {1: "甲", 10: "癸", 11: "11"},
    "decimalFullWidth": {12: "１２"},
    "none": {3: ""},
    "noSuchFormat": {3: "3"},
}


@pytest.mark.parametrize("format_", FORMATS)
def test_number_formats(format_: str) -> None:
    assert {number: format_number(number, format_) for number in FORMATS[format_]} == FORMATS[format_]


def test_what_holds_no_text_is_reported(tmp_path: Path) -> None:
    body = paragraph(
        run("甲"), "<w:r><w:drawing><a:blip/></w:drawing></w:r>", "<w:r><w:object><v:imagedata/></w:object></w:r>"
    )
    blocks, notices = read_all(tmp_path, body)
    assert [block.text for block in blocks] == ["甲"]
    assert [notice.code for notice in notices] == ["picture", "embedded"]


def test_only_pictures(tmp_path: Path) -> None:
    with pytest.raises(NoTextError):
        read_all(tmp_path, paragraph("<w:r><w:drawing><a:blip/></w:drawing></w:r>"))


def test_text_that_stands_in_another_file(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFormatError):
        read_all(tmp_path, paragraph(run("甲")) + '<w:altChunk r:id="r9"/>')


def test_strict_documents(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    inner = make_files.wrap_part("document", f"<w:body>{paragraph(run('甲'))}</w:body>")
    strict = inner.replace(make_files.W_NAMESPACE, "http://purl.oclc.org/ooxml/wordprocessingml/main")
    path.write_bytes(make_files.make_package({"document": strict}))
    assert [block.text for block in read_docx(path)[0]] == ["甲"]
