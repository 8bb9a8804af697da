"""Files of every format from the same lines, so that the readers can be held against each other."""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tongchi.documents.blocks import Block, BlockKind

W_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NO_LINE_START = "，。；：、！？）》〉”’】…—.,;:!?)%％"
_NO_LINE_END = "（《〈“‘【("


# --- text formats -------------------------------------------------------------------------------------------


def make_text(blocks: Iterable[Block]) -> str:
    return "\n".join(f"　　{block.text}" for block in blocks) + "\n"


def make_html(blocks: Iterable[Block]) -> str:
    """Write a page with spaces kept as no-break spaces, as word processors export them."""
    tags = {BlockKind.TITLE: "h1", BlockKind.HEADING: "h2"}
    lines = ["<!DOCTYPE html>", "<html><head><meta charset='utf-8'><title>页</title></head><body>"]
    for block in blocks:
        tag = tags.get(block.kind, "p")
        lines.append(f"<{tag}>{_kept_spaces(block.text)}</{tag}>")
    return "\n".join([*lines, "</body></html>"])


def _kept_spaces(text: str) -> str:
    return re.sub("(?<= ) ", "&nbsp;", html.escape(text))


# --- docx -----------------------------------------------------------------------------------------------------

_CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def make_package(parts: Mapping[str, str | bytes]) -> bytes:
    """Zip `parts` of the word/ folder (document, styles, numbering, footnotes …) as a package."""
    names = [name for name in parts if name != "document"]
    related = "".join(
        f'<Relationship Id="r{at}" Type="{_TYPE}/{name}" Target="{name}.xml"/>' for at, name in enumerate(names)
    )
    relationships = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    )
    main = f'<Relationship Id="r0" Type="{_TYPE}/officeDocument" Target="word/document.xml"/>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
        archive.writestr("_rels/.rels", relationships.format(main))
        archive.writestr("word/_rels/document.xml.rels", relationships.format(related))
        for name, data in parts.items():
            archive.writestr(f"word/{name}.xml", data)
    return buffer.getvalue()


def wrap_part(name: str, inner: str) -> str:
    """Return one XML part: `inner` inside w:`name`, with the namespaces that Word declares."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><w:{name} xmlns:w="{W_NAMESPACE}" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        f'xmlns:v="urn:schemas-microsoft-com:vml">{inner}</w:{name}>'
    )


def make_docx(body: str, **parts: str) -> bytes:
    """Return a package whose body is the XML `body`; `parts` are inner XML of numbering, styles, footnotes …"""
    whole = {"document": wrap_part("document", f"<w:body>{body}</w:body>")}
    return make_package(whole | {name: wrap_part(name, inner) for name, inner in parts.items()})


def write_docx(blocks: Iterable[Block], path: Path) -> None:
    """Write blocks with python-docx, as an office program would."""
    import docx

    document = docx.Document()
    for block in blocks:
        if block.kind is BlockKind.TITLE:
            document.add_heading(block.text, 0)
        elif block.kind is BlockKind.HEADING:
            document.add_heading(block.text, 1)
        else:
            document.add_paragraph(block.text)
    document.save(str(path))


# --- pdf ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """How the lines of a PDF are set; lengths in points."""

    size: float = 16.0
    ems: int = 28  # characters per line
    lines: int = 22
    indent: float = 2.0  # of the first line of a paragraph, in em
    left: float = 80.0
    leading: float = 28.0
    head: str = ""
    foot: str = "— {} —"


def make_pdf(blocks: Sequence[Block], page: Page = Page()) -> bytes:
    """Set blocks in lines and pages, and write them with a font that is named but not embedded."""
    lines = [line for block in blocks for line in _set_block(block, page)]
    pages = [lines[at : at + page.lines] for at in range(0, len(lines), page.lines)]
    top = 800.0
    contents = []
    for number, each in enumerate(pages, start=1):
        placed = [(x, top - 40 - page.leading * at, size, text) for at, (x, size, text) in enumerate(each)]
        if page.head:
            placed.insert(0, (page.left, top, 10.0, page.head))
        if page.foot:
            placed.append((280.0, 40.0, 12.0, page.foot.format(number, len(pages))))
        contents.append(placed)
    return write_pdf(contents)


def _set_block(block: Block, page: Page) -> list[tuple[float, float, str]]:
    if block.kind is not BlockKind.TEXT:
        size = 22.0 if block.kind is BlockKind.TITLE else page.size
        width = page.ems * page.size
        lines = _break_lines(block.text, width, size, 0.0)
        return [(page.left + (width - _width(line, size)) / 2, size, line) for line in lines]
    lines = _break_lines(block.text, page.ems * page.size, page.size, page.indent * page.size)
    first = page.left + page.indent * page.size
    return [(first if at == 0 else page.left, page.size, line) for at, line in enumerate(lines)]


def _break_lines(text: str, width: float, size: float, indent: float) -> list[str]:
    """Break greedily, words and numbers whole, closing marks never first and opening marks never last."""
    lines, line, room = [], "", width - indent
    for unit in _units(text):
        if line and _width(line + unit.rstrip(" "), size) > room:
            lines.append(line)
            line, room = "", width
        line += unit
    return [*lines, line] if line else lines


def _units(text: str) -> list[str]:
    units: list[str] = []
    for character in text:
        joins = units and (
            character in _NO_LINE_START
            or character == " "
            or units[-1][-1] in _NO_LINE_END
            or (character.isascii() and character.isalnum() and units[-1][-1].isascii() and units[-1][-1].isalnum())
        )
        if joins:
            units[-1] += character
        else:
            units.append(character)
    return units


def _width(text: str, size: float) -> float:
    return sum(0.5 if each < "\u2000" else 1.0 for each in text) * size


def write_pdf(pages: Sequence[Sequence[tuple[float, float, float, str]]], *, raw: bytes = b"") -> bytes:
    """Write placed texts (x, y, size, text), page by page; `raw` is added to each content stream."""
    characters = sorted({each for page in pages for *_, text in page for each in text})
    codes = {each: at for at, each in enumerate(characters, start=1)}
    objects: list[bytes] = []

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    def stream(data: bytes, extra: bytes = b"") -> bytes:
        packed = zlib.compress(data)
        return b"<< /Length %d /Filter /FlateDecode%s >>\nstream\n%s\nendstream" % (len(packed), extra, packed)

    catalog, tree = add(b""), add(b"")
    narrow = b" ".join(b"%d [500]" % codes[each] for each in characters if each < "\u2000")
    to_unicode = add(stream(_cmap(codes)))
    descriptor = add(
        b"<< /Type /FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 "
        b"/Ascent 859 /Descent -141 /CapHeight 800 /StemV 80 >>"
    )
    descendant = add(
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /CIDSystemInfo << /Registry (Adobe) "
        b"/Ordering (Identity) /Supplement 0 >> /DW 1000 /W [%s] /FontDescriptor %d 0 R >>" % (narrow, descriptor)
    )
    font = add(
        b"<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /Identity-H /DescendantFonts [%d 0 R] "
        b"/ToUnicode %d 0 R >>" % (descendant, to_unicode)
    )
    kids = []
    for page in pages:
        operations = [raw]
        for x, y, size, text in page:
            packed = "".join(f"{codes[each]:04x}" for each in text).encode()
            operations.append(b"BT /F1 %.1f Tf 1 0 0 1 %.2f %.2f Tm <%s> Tj ET" % (size, x, y, packed))
        content = add(stream(b"\n".join(operations)))
        kids.append(
            add(
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
                b"/Resources << /Font << /F1 %d 0 R >> >> >>" % (tree, content, font)
            )
        )
    objects[catalog - 1] = b"<< /Type /Catalog /Pages %d 0 R >>" % tree
    references = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[tree - 1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (references, len(kids))
    return _assemble(objects, catalog)


def _cmap(codes: Mapping[str, int]) -> bytes:
    rows = [f"<{code:04x}> <{each.encode('utf-16-be').hex()}>" for each, code in codes.items()]
    groups = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    body = "\n".join("\n".join([f"{len(each)} beginbfchar", *each, "endbfchar"]) for each in groups)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Adobe-Identity-UCS def "
        f"/CMapType 2 def 1 begincodespacerange <0000> <ffff> endcodespacerange\n{body}\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()


def _assemble(objects: Sequence[bytes], catalog: int) -> bytes:
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % each for each in offsets)
    out += b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, catalog, start)
    return bytes(out)
