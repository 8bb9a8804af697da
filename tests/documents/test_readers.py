"""Text formats, encodings and the choice of a reader by content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import make_files
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.html import read_html
from tongchi.documents.markdown import read_markdown
from tongchi.documents.plain import read_plain
from tongchi.documents.read import read, read_blocks
from tongchi.errors import EncodingError
from tongchi.text.encoding import clean_text, decode_text

T, H, X = BlockKind.TITLE, BlockKind.HEADING, BlockKind.TEXT
LAW = "# 甲市办公用房管理办法\n\n2020年1月1日公布\n\n<!-- INFO END -->\n## 第一章 总　则\n\n第一条 为了规范管理，制定本办法。\n"


def pairs(blocks: list[Block]) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for block in blocks]


MARKDOWN = {  # what the case guards: (text, blocks)
    "the layout of the collections": (
        LAW,
        [
            (T, "甲市办公用房管理办法"),
            (X, "2020年1月1日公布"),
            (H, "第一章 总　则"),
            (X, "第一条 为了规范管理，制定本办法。"),
        ],
    ),
    "full-width indents go": ("　　第一条 甲。　\n", [(X, "第一条 甲。")]),
    "a heading without words goes": ("##\n\n### \n(a) Text.\n", [(X, "(a) Text.")]),
    "a comment over several lines goes": ("甲<!-- a\nb -->乙", [(X, "甲乙")]),
    "an open comment is text": ("甲\n<!-- 乙", [(X, "甲"), (X, "<!-- 乙")]),
    "a number sign inside text stays": ("#1 楼\n第1#楼", [(X, "#1 楼"), (X, "第1#楼")]),
    "inline marks go, blanks to fill in stay": (
        "**第一条** 共____元，见[附件](a.md)\n",
        [(X, "第一条 共____元，见附件")],
    ),
    "bullets go, dashes of standards stay": ("甲：\n- 乙\n——丙", [(X, "甲："), (X, "乙"), (X, "——丙")]),
    "a table is one block": (
        "| 级别 | 面积 |\n|---|:--:|\n| 部级 | 54 |\n后",
        [(BlockKind.TABLE, "级别 | 面积\n部级 | 54"), (X, "后")],
    ),
    "a number sign alone": ("#\n", []),
}


@pytest.mark.parametrize(("text", "expected"), MARKDOWN.values(), ids=MARKDOWN)
def test_markdown(text: str, expected: list[tuple[BlockKind, str]]) -> None:
    assert pairs(read_markdown(text)) == expected


def test_plain_text_knows_its_lines() -> None:
    assert read_plain("办法\n\n　　第一条 甲。\n") == [
        Block("办法", place="line 1"),
        Block("第一条 甲。", place="line 3"),
    ]


@given(st.text())
def test_plain_text_loses_only_white_space(text: str) -> None:
    kept = "".join(block.text for block in read_plain(clean_text(text)))
    assert "".join(kept.split()) == "".join(clean_text(text).split())


HTML = {  # what the case guards: (page, blocks)
    "a line break in the source prints nothing in Chinese": ("<p>规范\n  管理 and\nuse", [(X, "规范管理 and use")]),
    "br begins a new block, but not in a title": ("<h1>甲市<br>办法</h1><p>一<br>二", [(T, "甲市办法"), (X, "一"), (X, "二")]),
    "scripts, styles and navigation go": ("<nav>首页</nav><style>p{}</style><p>甲<script>x</script>乙</p>", [(X, "甲乙")]),
    "text outside paragraphs stays": ("<div>甲<p>乙</p>丙</div>", [(X, "甲"), (X, "乙"), (X, "丙")]),
    "entities": ("<p>&lt;甲&gt;&nbsp;&#x4e59;&copy;", [(X, "<甲> 乙©")]),
    "list numbers": (
        "<ol type=a start=2><li>甲<ol><li value=5>乙<li>丙</ol><li>丁</ol><ul><li>戊</ul>",
        [(X, "b. 甲"), (X, "5. 乙"), (X, "6. 丙"), (X, "c. 丁"), (X, "戊")],
    ),
    "a list without marks": ('<ol style="list-style: none"><li>（一）甲</ol>', [(X, "（一）甲")]),
    "Chinese list numbers": ('<ol style="list-style-type:cjk-ideographic"><li>甲', [(X, "一、甲")]),
    "a table": (
        "<table><caption>表</caption><thead><tr><th>级<th>面积<tbody><tr><td>部<td><p>54</p><p>米</p></table>",
        [(X, "表"), (BlockKind.TABLE, "级 | 面积\n部 | 54 米")],
    ),
    "a table of one column is layout": ("<table><tr><td><p>一</p><p>二</p></table>", [(X, "一"), (X, "二")]),
    "raised numbers": ("<p>12m<sup>2</sup>，CO<sub>2</sub>", [(X, "12m²，CO2")]),
    "phonetic guides go": ("<p><ruby>漢<rp>(</rp><rt>han</rt><rp>)</rp></ruby>字", [(X, "漢字")]),
    "a note follows its paragraph": (
        '<p>甲<sup><a href="#n">[1]</a></sup>。<p>乙<div id="n">[1] 注<a href="#r">↩</a></div>',
        [(X, "甲。"), (BlockKind.FOOTNOTE, "[1] 注"), (X, "乙")],
    ),
    "preformatted lines": ("<pre>第一条 甲\n第二条 乙</pre>", [(X, "第一条 甲"), (X, "第二条 乙")]),
    "LibreOffice breaks lines at spaces and marks heads and feet": (
        '<head><meta name="generator" content="LibreOffice 7.4"></head><div title="header"><p>汇编</div><p>\n1月8日\n甲市会议<div title="footer"><p>— 2</div>',
        [(X, "1月8日 甲市会议")],
    ),
    "nothing": ("<html></html>", []),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), HTML.values(), ids=HTML)
def test_html(page: str, expected: list[tuple[BlockKind, str]]) -> None:
    assert pairs(read_html(page)) == expected


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_encodings_are_told_by_the_bytes(encoding: str) -> None:
    assert decode_text(LAW.encode(encoding)) == LAW


@given(
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0")),
)
def test_a_mark_or_utf8_decides(encoding: str, text: str) -> None:
    try:
        assert decode_text(text.encode(encoding)) == clean_text(text.removeprefix("\ufeff"))
    except EncodingError:
        assert any(each < " " for each in text)  # too many control characters to be a text


NO_TEXT = {
    "zero bytes": b"\0" * 100,
    "a zero in UTF-8": "第一条\0甲".encode(),
    "random bytes": bytes(range(256)) * 4,
    "a character cut in two": "第一条 为了".encode()[:-1],
    "Western code page": "“Business” means".encode("cp1252"),
    "Big5": "關於臺灣地區與大陸地區人民關係條例".encode("big5"),
}


@pytest.mark.parametrize("data", NO_TEXT.values(), ids=NO_TEXT)
def test_bytes_that_are_no_readable_text(data: bytes) -> None:
    with pytest.raises(EncodingError):
        decode_text(data)


BY_CONTENT = {  # name, content → format
    "docx named pdf": ("a.pdf", lambda: make_files.make_docx("<w:p><w:r><w:t>甲</w:t></w:r></w:p>"), "docx"),
    "pdf named docx": ("a.docx", lambda: make_files.make_pdf([Block("第一条 甲")]), "pdf"),
    "html named txt": ("a.txt", lambda: b"<!DOCTYPE html><p>a", "html"),
    "html fragment": ("a.html", lambda: "甲<p>乙".encode(), "html"),
    "html in GBK": ("a.htm", lambda: "<html><meta charset=gb2312><p>第一条 为了".encode("gbk"), "html"),
    "markdown named txt": ("a.txt", LAW.encode, "markdown"),
    "text": ("a", lambda: "办法\n第一条 甲".encode("gb18030"), "text"),
    "text that speaks of html": ("a.txt", lambda: "见 <p> 标签".encode(), "text"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "make", "format_"), BY_CONTENT.values(), ids=BY_CONTENT)
def test_the_content_decides(tmp_path: Path, name: str, make: Callable[[], bytes], format_: str) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    assert read_blocks(path)[0] == format_
    assert read(path).format == format_
