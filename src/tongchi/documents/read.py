"""How does a file of any readable format become a document? Preflight, the format's reader, then the structure."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from tongchi.documents.blocks import Block
from tongchi.documents.docx import read_docx
from tongchi.documents.html import read_html
from tongchi.documents.markdown import read_markdown
from tongchi.documents.model import Document, Notice
from tongchi.documents.pdf import read_pdf
from tongchi.documents.plain import read_plain
from tongchi.documents.preflight import Format, Inspected, check_blocks, inspect_file
from tongchi.documents.structure import parse_document
from tongchi.errors import NoTextError


def read(path: str | Path) -> Document:
    """Return the document in a .docx, .pdf, .html, .md or .txt file; the content decides, not the extension.

    What a reader met but could not turn into text (pictures, embedded objects, pages without a text layer) stands
    in the notices. Raises a `TongchiError` for a file that is missing, damaged, encrypted, unsafe or without text.
    """
    format_, blocks, notices = _read_parts(Path(path))
    document = parse_document(blocks, file=str(path), format=format_.value)
    return dataclasses.replace(document, notices=(*notices, *document.notices)) if notices else document


def read_blocks(path: str | Path) -> tuple[str, list[Block]]:
    """Return the format, found by content, and the blocks of a file; errors as for `read`, notices left out."""
    format_, blocks, _ = _read_parts(Path(path))
    return format_.value, blocks


def _read_parts(path: Path) -> tuple[Format, list[Block], list[Notice]]:
    inspected = inspect_file(path)
    blocks, notices = _read_format(inspected, path)
    check_blocks(len(blocks), str(path))
    if not blocks:
        raise NoTextError(file=str(path), found="0 字 / 0 characters", expected="正文 / text", advice="")
    return inspected.format, blocks, notices


def _read_format(inspected: Inspected, path: Path) -> tuple[list[Block], list[Notice]]:
    match inspected.format:
        case Format.MARKDOWN:
            return read_markdown(inspected.text), []
        case Format.TEXT:
            return read_plain(inspected.text), []
        case Format.HTML:
            return read_html(inspected.text, file=str(path)), []
        case Format.DOCX:
            return read_docx(path)
        case Format.PDF:
            return read_pdf(path)
