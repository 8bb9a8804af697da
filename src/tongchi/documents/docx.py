"""What does a Word file say, as it would print with all tracked changes accepted?

Read from the XML, since libraries for writing drop insertions, content controls and automatic numbers in silence.
Rules: insertions and moved-to text are kept, deletions and moved-from left out; field results are kept, field codes
not, but EQ prints its code; hidden text is kept. Left out by rule: headers and footers, comments, ornament bullets,
phonetic guides. Pictures and embedded objects cannot be read and are reported as notices; text that stands in another
file (w:altChunk, w:subDoc) is an error. Source: ECMA-376-1:2016, 17 (WordprocessingML).
"""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.docx_numbering import Numbering
from tongchi.documents.docx_parts import W, open_package
from tongchi.documents.docx_run import RunReader
from tongchi.documents.docx_styles import Styles
from tongchi.documents.joining import join_lines
from tongchi.documents.model import Notice
from tongchi.errors import NoTextError, UnsupportedFormatError
from tongchi.text.encoding import clean_text

_REMOVED = frozenset((f"{W}del", f"{W}moveFrom"))
_WRAPPERS = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"))
_ELSEWHERE = frozenset((f"{W}altChunk", f"{W}subDoc"))
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"


def read_docx(path: Path) -> tuple[list[Block], list[Notice]]:
    """Return the blocks of a .docx file and notices on what could not be read; raises a `TongchiError`."""
    with open_package(path) as package:
        main = package.part(package.main)
        body = main.find(f"{W}body") if main is not None else None
        if body is None:
            raise NoTextError(file=package.file, found="没有 w:body / no w:body", expected="w:body", advice="")
        styles = Styles(package.related("styles"))
        numbering = Numbering(package.related("numbering"), styles.list_styles)
        notes = {kind: _notes(package.related(f"{kind}s")) for kind in ("footnote", "endnote")}
        reader = _Reader(package.file, styles, numbering, notes)
        reader.container(body, flow := _Flow())
        flow.flush()
    if not flow.blocks and reader.runs.pictures:
        raise _only_pictures(package.file, reader.runs.pictures)
    return flow.blocks, reader.runs.notices()


def _notes(root: etree._Element | None) -> dict[str, etree._Element]:
    return {} if root is None else {each.get(f"{W}id", ""): each for each in root if isinstance(each.tag, str)}


class _Flow:
    """Blocks of the body, a cell or a note in order, and text whose paragraph mark was deleted."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.carried = ""

    def flush(self) -> None:
        """Close a paragraph that has lost its mark but has no successor to join."""
        if self.carried.strip():
            self.blocks.append(Block(self.carried.strip()))
        self.carried = ""


class _Reader:
    def __init__(
        self, file: str, styles: Styles, numbering: Numbering, notes: dict[str, dict[str, etree._Element]]
    ) -> None:
        self.file = file
        self.styles = styles
        self.numbering = numbering
        self.notes = notes
        self.runs = RunReader()
        self.paragraphs = 0

    def container(self, element: etree._Element, flow: _Flow) -> None:
        """Read what may stand in a body, cell, text box or note: paragraphs, tables and their wrappers."""
        for child in element:
            tag = child.tag
            if tag == f"{W}p":
                self._paragraph(child, flow)
            elif tag == f"{W}tbl":
                self._table(child, flow)
            elif tag in _WRAPPERS:
                self.container(child, flow)
            elif tag == _ALTERNATE:
                self.container(RunReader.branch(child), flow)
            elif tag in _ELSEWHERE:
                raise _elsewhere(self.file, self.paragraphs)

    def _paragraph(self, element: etree._Element, flow: _Flow) -> None:
        self.paragraphs += 1
        place = f"body/p[{self.paragraphs}]"
        properties = element.find(f"{W}pPr")
        text, attached = self.runs.read(element)
        text = flow.carried + text
        if _mark_is_deleted(properties):
            flow.carried = text
        else:
            flow.carried = ""
            self._add_paragraph(self._label(properties), clean_text(text), properties, flow, place)
        for kind, key in attached.notes:
            flow.blocks.extend(self._note(kind, key, place))
        for box in attached.boxes:
            inner = _Flow()
            self.container(box, inner)
            inner.flush()
            flow.blocks.extend(inner.blocks)

    def _add_paragraph(self, label: str, text: str, properties: etree._Element | None, flow: _Flow, place: str) -> None:
        """A manual line break begins a new printed line, so a new block; a heading stays in one piece."""
        kind = self.styles.kind(properties)
        lines = [each.strip() for each in (label + text.strip(" \u3000\n")).split("\n") if each.strip()]
        if kind is not BlockKind.TEXT and lines:
            lines = [join_lines(lines)]
        flow.blocks.extend(Block(line, kind, place) for line in lines)

    def _label(self, properties: etree._Element | None) -> str:
        numbered = self.styles.numbering(properties)
        if numbered is None:
            return ""
        number, level, style = numbered
        return self.numbering.label(number, self.numbering.level_of_style(number, style) if level is None else level)

    def _note(self, kind: str, key: str, place: str) -> list[Block]:
        element = self.notes[kind].pop(key, None)
        if element is None:
            return []
        inner = _Flow()
        self.container(element, inner)
        inner.flush()
        text = " ".join(block.text.replace("\n", " ") for block in inner.blocks)
        return [Block(text, BlockKind.FOOTNOTE, place)] if text else []

    def _table(self, element: etree._Element, flow: _Flow) -> None:
        """One block per table, one line per row; a table of one column is only a frame around its paragraphs."""
        flow.flush()
        place = f"body/p[{self.paragraphs + 1}]"
        rows = [
            [self._cell(cell) for cell in _inside(row, f"{W}tc")]
            for row in _inside(element, f"{W}tr")
            if not _has_property(row, "trPr", _REMOVED)
        ]
        if all(len(row) <= 1 for row in rows):
            flow.blocks.extend(block for row in rows for cell in row for block in cell)
            return
        lines = [" | ".join(_flat(cell) for cell in row) for row in rows]
        text = "\n".join(line for line in lines if line.strip(" |"))
        if text:
            flow.blocks.append(Block(text, BlockKind.TABLE, place))
        notes = [block for row in rows for cell in row for block in cell if block.kind is BlockKind.FOOTNOTE]
        flow.blocks.extend(notes)

    def _cell(self, element: etree._Element) -> list[Block]:
        properties = element.find(f"{W}tcPr")
        if properties is not None:
            merged = properties.find(f"{W}vMerge")
            if merged is None:
                merged = properties.find(f"{W}hMerge")
            if merged is not None and merged.get(f"{W}val", "continue") == "continue":
                return []
            if properties.find(f"{W}cellDel") is not None:
                return []
        inner = _Flow()
        self.container(element, inner)
        inner.flush()
        return inner.blocks


def _inside(element: etree._Element, tag: str) -> list[etree._Element]:
    """Rows of a table or cells of a row, also those in content controls and insertions."""
    found: list[etree._Element] = []
    for child in element:
        if child.tag == tag:
            found.append(child)
        elif child.tag in _WRAPPERS:
            found.extend(_inside(child, tag))
    return found


def _flat(cell: list[Block]) -> str:
    texts = [block.text for block in cell if block.kind is not BlockKind.FOOTNOTE]
    return " ".join(text.replace("\n", " ") for text in texts)


def _mark_is_deleted(properties: etree._Element | None) -> bool:
    return properties is not None and _has_property(properties, "rPr", _REMOVED)


def _has_property(element: etree._Element, name: str, tags: frozenset[str]) -> bool:
    properties = element.find(f"{W}{name}")
    return properties is not None and any(child.tag in tags for child in properties)


def _elsewhere(file: str, paragraphs: int) -> UnsupportedFormatError:
    return UnsupportedFormatError(
        file=file,
        place=f"body/p[{paragraphs + 1}]",
        found="插入的另一文件 / another file inside (w:altChunk, w:subDoc)",
        expected="docx, pdf, html, md, txt",
        advice="请在 Word 中打开并重新保存，使其文字并入正文。 / Open it in Word and save it again to merge its text.",
    )


def _only_pictures(file: str, pictures: int) -> NoTextError:
    return NoTextError(
        file=file,
        found=f"只有 {pictures} 幅图片 / {pictures} pictures only",
        expected="正文 / text",
        advice="若为扫描件，请先做文字识别（OCR）。 / If these are scans, run OCR first.",
    )
