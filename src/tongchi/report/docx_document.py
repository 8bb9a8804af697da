"""How is a paper for a word processor written? Headings, paragraphs, tables with repeated heads, pictures, check boxes.

Text is put in from the top; `to_bytes` gives a .docx that is the same for the same content.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from tongchi.errors import Language
from tongchi.report.docx_parts import fonts, package, safe, section_properties
from tongchi.report.docx_picture import picture_run
from tongchi.report.picture import Picture

_TEXT_WIDTH = 9412  # twentieths of a point between the margins
Borders = Literal["journal", "grid"]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text with its look."""

    text: str
    bold: bool = False
    italic: bool = False
    colour: str = ""
    raised: bool = False
    """Whether it is set small and above the line, as a reference is."""


@dataclass(frozen=True, slots=True)
class CheckBox:
    """A box that can be ticked on the screen and on paper; `name` tells it apart in the file."""

    name: str


Piece = str | Run | CheckBox


class Document:
    """A paper that grows from the top.

    `mark` stands on every page beside the title; `language` sets the fonts' language and the indent of paragraphs.
    """

    def __init__(self, title: str, language: Language, *, mark: str = "") -> None:
        self._title, self._language, self._mark = title, language, mark
        self._body: list[str] = []
        self._headings: list[tuple[int, str, str]] = []
        self._contents_at: int | None = None
        self._pictures = 0
        self._controls = 0

    def title(self) -> None:
        """Set the title above the text."""
        self.paragraph(self._title, style="Title")

    def heading(self, text: str, level: int = 1) -> None:
        """Begin a part; it is listed in the contents."""
        name = f"part{len(self._headings) + 1}"
        self._headings.append((level, text, name))
        at = len(self._headings)
        mark = f'<w:bookmarkStart w:id="{at}" w:name="{name}"/>{_run(Run(text))}<w:bookmarkEnd w:id="{at}"/>'
        self._body.append(_paragraph(mark, f"Heading{level}"))

    def contents(self) -> None:
        """Put the table of contents here."""
        self._contents_at = len(self._body)

    def paragraph(self, *pieces: Piece, style: str = "Body") -> None:
        """Add a paragraph in a style of `docx_parts`: Body, Lead, Note, Caption, Bullet, Title, Subtitle, Normal."""
        self._body.append(_paragraph("".join(map(self._piece, pieces)), style))

    def bullets(self, sentences: Iterable[str]) -> None:
        """Add a list."""
        for each in sentences:
            self.paragraph(each, style="Bullet")

    def picture(self, picture: Picture) -> None:
        """Add a picture in the middle of its own line."""
        self._pictures += 1
        run = picture_run(picture, self._pictures, self._language)
        self._body.append(f'<w:p><w:pPr><w:keepNext/><w:jc w:val="center"/></w:pPr>{run}</w:p>')

    def page_break(self) -> None:
        """Go on with a new page."""
        self._body.append('<w:p><w:r><w:br w:type="page"/></w:r></w:p>')

    def table(
        self,
        head: Sequence[str],
        rows: Iterable[Sequence[Piece]],
        widths: Sequence[float],
        *,
        borders: Borders = "journal",
        left: Sequence[int] = (0,),
        together: bool = False,
        small: bool = False,
    ) -> None:
        """Add a table whose head is repeated on every page.

        `widths` are shares of the width of the text; cells are centred but for the columns `left`. "journal" draws the
        three lines of a paper's table, "grid" all lines. `together` keeps its rows on one page, `small` sets
        them in small letters.
        """
        columns = [round(_TEXT_WIDTH * width / sum(widths)) for width in widths]
        grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in columns)
        look = "head-rule" if borders == "journal" else "head"
        style = "CellSmall" if small else "Cell"
        top = self._row([Run(each, bold=True) for each in head], columns, left, look, style=style, keep=True)
        body = "".join(self._row(row, columns, left, style=style, keep=together) for row in rows)
        self._body.append(
            f'<w:tbl><w:tblPr><w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:jc w:val="center"/>{_BORDERS[borders]}'
            f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
            f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{top}{body}</w:tbl>"
        )

    def to_bytes(self) -> bytes:
        """Return the file."""
        body = list(self._body)
        if self._contents_at is not None:
            body.insert(self._contents_at, self._listed())
        if body and body[-1].startswith("<w:tbl>"):
            body.append("<w:p/>")
        parts = package(
            "".join(body) + section_properties(), title=self._title, mark=self._mark, language=self._language
        )
        raw = io.BytesIO()
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as target:
            for name, data in parts.items():
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.external_attr = 0o644 << 16
                info.create_system = 3
                target.writestr(info, data.encode("utf-8"), zipfile.ZIP_DEFLATED)
        return raw.getvalue()

    def _row(
        self,
        cells: Sequence[Piece],
        columns: Sequence[int],
        left: Sequence[int],
        look: str = "",
        *,
        style: str,
        keep: bool,
    ) -> str:
        line = (
            '<w:tcBorders><w:bottom w:val="single" w:sz="6" w:color="000000"/></w:tcBorders>'
            if look == "head-rule"
            else ""
        )
        made = []
        for at, (cell, width) in enumerate(zip(cells, columns, strict=True)):
            align = "left" if at in left else "center"
            layout = f'{"<w:keepNext/>" if keep else ""}<w:jc w:val="{align}"/>'
            content = _paragraph(self._piece(cell), style, layout)
            made.append(
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{line}<w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>'
            )
        repeated = "<w:tblHeader/>" if look else ""
        return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(made)}</w:tr>"

    def _piece(self, piece: Piece) -> str:
        if isinstance(piece, CheckBox):
            self._controls += 1
            return _check_box(piece.name, 10_000 + self._controls)
        return _run(Run(piece) if isinstance(piece, str) else piece)

    def _listed(self) -> str:
        """Return the contents: a field that the word processor renews, holding links to all parts until then."""
        begin = (
            '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
            '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z \\u </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        )
        listed = [each for each in self._headings if each[0] < 3]
        lines = []
        for at, (level, text, name) in enumerate(listed):
            link = f'<w:hyperlink w:anchor="{name}">{_run(Run(text))}</w:hyperlink>'
            first = begin if at == 0 else ""
            last = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' if at == len(listed) - 1 else ""
            lines.append(_paragraph(first + link + last, f"TOC{level}"))
        return "".join(lines)


def _line(kind: str, size: int) -> str:
    return f'<w:{kind} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'


_BORDERS = {
    "journal": f"<w:tblBorders>{_line('top', 12)}{_line('bottom', 12)}</w:tblBorders>",
    "grid": f"<w:tblBorders>{''.join(_line(kind, 4) for kind in ('top', 'left', 'bottom', 'right', 'insideH', 'insideV'))}</w:tblBorders>",
}


def _paragraph(content: str, style: str, more: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{content}</w:p>'


def _run(run: Run) -> str:
    look = "<w:b/>" if run.bold else ""
    look += "<w:i/>" if run.italic else ""
    look += f'<w:color w:val="{run.colour.removeprefix("#")}"/>' if run.colour else ""
    look += '<w:vertAlign w:val="superscript"/>' if run.raised else ""
    lines = run.text.split("\n")
    text = "<w:br/>".join(f'<w:t xml:space="preserve">{safe(each)}</w:t>' for each in lines)
    return f"<w:r><w:rPr>{look}</w:rPr>{text}</w:r>"


def _check_box(name: str, number: int) -> str:
    """Return a content control: Word 2010 and later tick it, and on paper it is an empty square."""
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{safe(name)}"/><w:tag w:val="{safe(name)}"/><w:id w:val="{number}"/>'
        '<w14:checkbox><w14:checked w14:val="0"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr>'
        f'<w:sdtContent><w:r><w:rPr>{fonts("MS Gothic")}<w:sz w:val="24"/></w:rPr><w:t>☐</w:t></w:r></w:sdtContent></w:sdt>'
    )
