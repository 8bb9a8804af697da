"""How does a standard look in a word processor? The layout of GB/T 1.1-2020: cover, contents, foreword, clauses, annexes, end rule.

Headings are set in 黑体, text in 宋体, size 五号 (10.5 pt); what stands on the page is the frozen source to the letter, so that the file
can be read back and compared. The same standard gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile

from tongchi.report.docx_parts import NAMESPACES, field, fonts, package, safe
from tongchi.workbench.issuing.content import Clause, Standard
from tongchi.workbench.issuing.layout import RULE, SPACE, Line, cover_kind, in_contents, lines, own_numbers
from tongchi.workbench.issuing.reading_back import annex_title, status

_WIDTH = 9354  # twentieths of a point between the margins
_DRAFT = "（报批稿）"


def to_docx(standard: Standard) -> bytes:
    """Return the .docx file. A standard without number is marked as a draft for approval."""
    body = _cover(standard) + _contents(standard) + _foreword(standard) + _body(standard) + _section(start="decimal")
    parts = dict(package(body, title=standard.zh, mark="", language="zh"))
    parts["word/styles.xml"] = _styles()
    head = _paragraph(_run(standard.number or _DRAFT), "Header")
    parts["word/header1.xml"] = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:hdr {NAMESPACES}>{head}</w:hdr>'
    )
    foot = f'<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{field("PAGE")}</w:p>'
    parts["word/footer1.xml"] = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:ftr {NAMESPACES}>{foot}</w:ftr>'
    )
    return _zipped(parts)


def _zipped(parts: dict[str, str]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.external_attr = 0o644 << 16
            info.create_system = 3
            target.writestr(info, data.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return raw.getvalue()


def _cover(standard: Standard) -> str:
    dates = []
    if standard.issued_on:
        dates.append(f"{standard.issued_on.isoformat()} 发布")
    if standard.effective_on:
        dates.append(f"{standard.effective_on.isoformat()} 实施")
    rows = [
        _paragraph(_run(cover_kind(standard)), "CoverKind"),
        _paragraph(_run(standard.number or _DRAFT), "CoverNumber"),
        *(_paragraph(_run(each), "CoverOwn") for each in own_numbers(standard)),
        _paragraph(_run(standard.zh), "Title"),
        _paragraph(_run(standard.en), "CoverEnglish"),
        _paragraph("<w:r><w:tab/></w:r>".join(map(_run, dates)), "CoverDates"),
        _paragraph(_run(f"{SPACE.join(each.zh for each in standard.issuers)}{SPACE * 2}发布"), "CoverIssuers"),
    ]
    return "".join(rows) + f"<w:p><w:pPr>{_section(bare=True)}</w:pPr></w:p>"


def _contents(standard: Standard) -> str:
    """Return the contents: a field that the word processor renews, holding links without page numbers until then."""
    entries = [("foreword", f"前{SPACE}言")]
    entries += [(_mark(each), text) for each in standard.clauses if (text := in_contents(each))]
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-1" \\h \\z \\u </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    rows = [_paragraph(_run(f"目{SPACE}次"), "Part")]
    for at, (mark, text) in enumerate(entries):
        first = begin if at == 0 else ""
        last = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' if at == len(entries) - 1 else ""
        link = f'<w:hyperlink w:anchor="{mark}">{_run(text)}</w:hyperlink>'
        rows.append(_paragraph(first + link + last, "TOC1"))
    return "".join(rows)


def _foreword(standard: Standard) -> str:
    head = _paragraph(_marked("foreword", 1, _run(f"前{SPACE}言")), "Foreword")
    text = "".join(_paragraph(_run(each), "Body") for each in standard.foreword)
    return f"{head}{text}<w:p><w:pPr>{_section(start='upperRoman')}</w:pPr></w:p>"


def _body(standard: Standard) -> str:
    rows = [_paragraph(_run(standard.zh), "TitleAgain")]
    for at, clause in enumerate(standard.clauses):
        rows.append(_clause(clause, at + 2))
    return "".join(rows) + _paragraph(_run(RULE), "Rule")


def _clause(clause: Clause, at: int) -> str:
    body = list(lines(clause))
    if clause.kind == "annex" and clause.depth == 1:
        head = _paragraph(_marked(_mark(clause), at, _run(f"附{SPACE}录{SPACE}{clause.number}")), "Annex")
        head += _paragraph(_run(status(clause)), "AnnexStatus") + _paragraph(_run(annex_title(clause)), "AnnexTitle")
    elif clause.kind == "term" and clause.depth > 1:
        head = _paragraph(_run(clause.number), "TermNumber") + _paragraph(_run(clause.heading), "Term")
    elif clause.heading:
        number = _marked(_mark(clause), at, _run(f"{clause.number}{SPACE}{clause.heading}"))
        head = _paragraph(number, "Heading1" if clause.depth == 1 else "Heading2")
    elif body and body[0].look == "text":
        number = (
            f'<w:r><w:rPr>{fonts("黑体")}</w:rPr><w:t xml:space="preserve">{safe(clause.number)}{SPACE}</w:t></w:r>'
        )
        head = _paragraph(number + _run(body.pop(0).text), "Clause")
    else:
        head = _paragraph(_run(clause.number), "TermNumber")
    return head + "".join(map(_line, body))


def _line(line: Line) -> str:
    return _table(line) if line.look == "table" else _paragraph(_run(line.text), _LOOKS[line.look])


_LOOKS = {
    "text": "Body",
    "item": "Item",
    "dash": "Item",
    "subitem": "SubItem",
    "note": "Note",
    "caption": "Caption",
}


def _table(line: Line) -> str:
    width = _WIDTH // len(line.rows[0])
    edge = "".join(
        f'<w:{side} w:val="single" w:sz="{8 if outer else 4}" w:space="0" w:color="000000"/>'
        for side, outer in (("top", 1), ("left", 1), ("bottom", 1), ("right", 1), ("insideH", 0), ("insideV", 0))
    )
    grid = f'<w:gridCol w:w="{width}"/>' * len(line.rows[0])
    rows = "".join(_row(row, width, head=at == 0) for at, row in enumerate(line.rows))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{width * len(line.rows[0])}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{edge}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>{_paragraph("", "AfterTable")}'
    )


def _row(row: tuple[str, ...], width: int, *, head: bool) -> str:
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{_paragraph(_run(cell), "Cell")}</w:tc>'
        for cell in row
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{made}</w:tr>"


def _mark(clause: Clause) -> str:
    return "c_" + clause.number.replace(".", "_")


def _marked(name: str, at: int, content: str) -> str:
    return f'<w:bookmarkStart w:id="{at}" w:name="{safe(name)}"/>{content}<w:bookmarkEnd w:id="{at}"/>'


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{safe(text)}</w:t></w:r>'


def _paragraph(content: str, style: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{content}</w:p>'


def _section(*, bare: bool = False, start: str = "") -> str:
    """Return a section: the cover without header and footer, the front numbered I, II, the body 1, 2."""
    refer = '<w:headerReference w:type="default" r:id="rId3"/><w:footerReference w:type="default" r:id="rId4"/>'
    number = f'<w:pgNumType w:fmt="{start}" w:start="1"/>' if start else ""
    return (
        f'<w:sectPr>{"" if bare else refer}<w:type w:val="nextPage"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1418" w:right="1134" '
        f'w:bottom="1134" w:left="1418" w:header="851" w:footer="680" w:gutter="0"/>{number}</w:sectPr>'
    )


def _styles() -> str:
    song, hei = fonts("宋体"), fonts("黑体")
    rows = [
        _style("Normal", "Normal", f"{song}<w:sz w:val=\"21\"/>", _space(0, 0), default=True),
        _style("Body", "Body Text", "", _space(0, 0) + '<w:ind w:firstLineChars="200" w:firstLine="420"/><w:jc w:val="both"/>'),
        _style("Title", "Title", f'{hei}<w:sz w:val="52"/>', _space(2400, 400, 700) + '<w:jc w:val="center"/>'),
        _style("TitleAgain", "Title Again", f'{hei}<w:sz w:val="32"/>', _space(240, 480, 480) + '<w:jc w:val="center"/>'),
        _style("CoverKind", "Cover Kind", f'{hei}<w:spacing w:val="60"/><w:sz w:val="44"/>', _space(900, 300, 600) + '<w:jc w:val="center"/>'),
        _style("CoverNumber", "Cover Number", f'{hei}<w:sz w:val="28"/>', _RULED_BELOW + _space(300, 60) + '<w:jc w:val="right"/>'),
        _style("CoverOwn", "Cover Own Number", "", _space(40, 0) + '<w:jc w:val="right"/>'),
        _style("CoverEnglish", "Cover English", '<w:sz w:val="28"/>', _space(0, 3600, 420) + '<w:jc w:val="center"/>'),
        _style("CoverDates", "Cover Dates", f'{hei}<w:sz w:val="28"/>', _RULED_BELOW + f'<w:tabs><w:tab w:val="right" w:pos="{_WIDTH}"/></w:tabs>' + _space(0, 60)),
        _style("CoverIssuers", "Cover Issuers", f'{hei}<w:sz w:val="36"/>', _space(360, 0, 560) + '<w:jc w:val="center"/>'),
        _style("Part", "Part", f'{hei}<w:sz w:val="32"/>', _space(240, 480, 480) + '<w:jc w:val="center"/>'),
        _style("Foreword", "Foreword", f'{hei}<w:sz w:val="32"/>', '<w:pageBreakBefore/>' + _space(240, 480, 480) + '<w:jc w:val="center"/><w:outlineLvl w:val="0"/>'),
        _style("Heading1", "heading 1", hei, '<w:keepNext/>' + _space(312, 312) + '<w:outlineLvl w:val="0"/>'),
        _style("Heading2", "heading 2", hei, '<w:keepNext/>' + _space(156, 156) + '<w:outlineLvl w:val="1"/>'),
        _style("Clause", "Clause", "", _space(0, 0) + '<w:jc w:val="both"/>'),
        _style("TermNumber", "Term Number", hei, '<w:keepNext/>' + _space(156, 0)),
        _style("Term", "Term", hei, '<w:keepNext/>' + _space(0, 60) + '<w:ind w:firstLineChars="200" w:firstLine="420"/>'),
        _style("Item", "Item", "", _space(0, 0) + '<w:ind w:left="840" w:hanging="420"/><w:jc w:val="both"/>'),
        _style("SubItem", "Sub Item", "", _space(0, 0) + '<w:ind w:left="1260" w:hanging="420"/><w:jc w:val="both"/>'),
        _style("Note", "Note", '<w:sz w:val="18"/>', _space(0, 0) + '<w:ind w:left="840" w:hanging="420"/>'),
        _style("Caption", "caption", hei, '<w:keepNext/>' + _space(156, 156) + '<w:jc w:val="center"/>'),
        _style("Cell", "Cell", '<w:sz w:val="18"/>', _space(30, 30) + '<w:jc w:val="center"/>'),
        _style("AfterTable", "After Table", '<w:sz w:val="10"/>', '<w:spacing w:before="0" w:after="0" w:line="140" w:lineRule="exact"/>'),
        _style("Annex", "Annex", hei, '<w:keepNext/><w:pageBreakBefore/>' + _space(0, 0) + '<w:jc w:val="center"/><w:outlineLvl w:val="0"/>'),
        _style("AnnexStatus", "Annex Status", hei, '<w:keepNext/>' + _space(0, 0) + '<w:jc w:val="center"/>'),
        _style("AnnexTitle", "Annex Title", hei, '<w:keepNext/>' + _space(0, 312) + '<w:jc w:val="center"/>'),
        _style("TOC1", "toc 1", "", f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{_WIDTH}"/></w:tabs>' + _space(40, 40)),
        _style("Rule", "Rule", "", _space(480, 0) + '<w:jc w:val="center"/>'),
        _style("Header", "header", hei, _space(0, 0) + '<w:jc w:val="right"/>'),
        _style("Footer", "footer", '<w:sz w:val="18"/>', _space(0, 0) + '<w:jc w:val="right"/>'),
    ]  # fmt: skip
    tongue = '<w:lang w:val="en-US" w:eastAsia="zh-CN"/>'
    defaults = f"<w:docDefaults><w:rPrDefault><w:rPr>{song}{tongue}</w:rPr></w:rPrDefault></w:docDefaults>"
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:styles {NAMESPACES}>{defaults}{"".join(rows)}</w:styles>'


_RULED_BELOW = '<w:pBdr><w:bottom w:val="single" w:sz="8" w:space="4" w:color="000000"/></w:pBdr>'


def _space(before: int, after: int, line: int = 312) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="atLeast"/>'


def _style(name: str, label: str, look: str, paragraph: str, *, default: bool = False) -> str:
    kind = ' w:default="1"' if default else ""
    based = "" if default else '<w:basedOn w:val="Normal"/>'
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"{kind}><w:name w:val="{label}"/>{based}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{look}</w:rPr></w:style>"
    )
