"""Is this file of a kind that can be read, and cheap enough? Asked before any parser sees it.

The first bytes decide, never the extension: a .docx that is named .pdf is read as what it is. Limits are those of a
machine that reads many files at once; a regulation of 500 articles is about 0.3 MB of text.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tongchi.errors import EncryptedFileError, MissingFileError, NoTextError, UnsafeFileError, UnsupportedFormatError
from tongchi.text.encoding import decode_text

MEGABYTE = 1_000_000
MAX_TEXT_BYTES = 64 * MEGABYTE
MAX_HTML_BYTES = 24 * MEGABYTE
MAX_PACKAGE_BYTES = 100 * MEGABYTE
MAX_CHARACTERS = 12 * MEGABYTE
MAX_LINES = 500_000
MAX_BLOCKS = 250_000

_READABLE = "docx, pdf, html, md, txt"
_HEAD = 8192
_SAVE_AS_DOCX = "请用 Word 或 WPS 另存为 .docx 后再试。 / Save it as .docx in Word or WPS and retry."
_RUN_OCR = "图片没有文字层，请先做文字识别（OCR）。 / An image has no text layer: run OCR first."
_SAVE_AS_PDF = "请转换为 PDF 或 .docx 后再试。 / Convert it to PDF or .docx and retry."
_UNPACK = "请解压后逐个读取其中的文件。 / Unpack it and read the files in it."
_NAME_ONE = "请给出其中一种格式的文件。 / Give a file of one of these formats."

_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"{\\rtf", "RTF", _SAVE_AS_DOCX),
    (b"\x89PNG\r\n", "PNG 图片 / image", _RUN_OCR),
    (b"\xff\xd8\xff", "JPEG 图片 / image", _RUN_OCR),
    (b"GIF8", "GIF 图片 / image", _RUN_OCR),
    (b"II*\x00", "TIFF 图片 / image", _RUN_OCR),
    (b"MM\x00*", "TIFF 图片 / image", _RUN_OCR),
    (b"BM", "BMP 图片 / image", _RUN_OCR),
    (b"RIFF", "WebP 或音视频 / WebP or media", _RUN_OCR),
    (b"Rar!\x1a", "RAR 压缩包 / archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包 / archive", _UNPACK),
    (b"\x1f\x8b", "gzip 压缩包 / archive", _UNPACK),
    (b"BZh", "bzip2 压缩包 / archive", _UNPACK),
    (b"\xfd7zXZ", "xz 压缩包 / archive", _UNPACK),
    (b"MIME-Version:", "网页存档 / web archive (mht)", _SAVE_AS_DOCX),
    (b"\x7fELF", "程序 / a program", _NAME_ONE),
    (b"MZ", "程序 / a program", _NAME_ONE),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("WordDocument", ".doc (Word 97–2003)", _SAVE_AS_DOCX),
    ("Workbook", ".xls (Excel 97–2003)", _SAVE_AS_DOCX),
    ("PowerPoint Document", ".ppt (PowerPoint 97–2003)", _SAVE_AS_DOCX),
)
_WORD_XML = re.compile(rb"<\?mso-application|<w:wordDocument|<pkg:package")
_CHARSET = re.compile(rb"""(?i)(?:charset|encoding)\s*=\s*["']?\s*([\w-]{2,20})""")
_HTML_START = re.compile(
    r"(?is)\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*"
    r"(?:<!doctype\s+html|<(?:html|head|body|meta|title|link|style|script|div|table|article|section|main|p|h[1-6])[\s>/])"
)
_XML_START = re.compile(r"\s*<\?xml\s")
_MARKDOWN_SUFFIXES = frozenset((".md", ".markdown", ".mdown", ".mkd"))


class Format(StrEnum):
    """The formats that are read."""

    MARKDOWN = "markdown"
    TEXT = "text"
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Inspected:
    """What preflight found: the format by content, and for the text formats the decoded text."""

    format: Format
    text: str = ""


def inspect_file(path: Path) -> Inspected:
    """Return the format of the file, by its content, and its text where it is a text format.

    A zip archive is reported as docx: `docx_parts.open_package` tells what it holds. Raises `MissingFileError`,
    `NoTextError` (empty), `UnsafeFileError` (too large), `UnsupportedFormatError`, `EncryptedFileError` (an Office
    file with a password) or `EncodingError`.
    """
    name = str(path)
    size = _regular_size(path, name)
    try:
        with open(path, "rb", buffering=0) as stream:
            data = stream.read(min(size, MEGABYTE)) or b""
            head = data[:_HEAD]
            found = _binary_format(head, name)
            _check_size(size, MAX_PACKAGE_BYTES if found else MAX_TEXT_BYTES, name)
            if found:
                return Inspected(found)
            if head.startswith(_OLE):
                raise _ole_error(data + stream.readall(), name)
            if len(data) < size:
                data += stream.readall()
    except OSError as error:
        if isinstance(error, MissingFileError):
            raise
        raise MissingFileError(file=name, found=error.strerror or type(error).__name__) from None
    return _inspect_text(data, name, path.suffix.lower())


def check_blocks(count: int, file: str) -> None:
    """Raise `UnsafeFileError` when a file gave more blocks than `MAX_BLOCKS`."""
    if count > MAX_BLOCKS:
        raise _too_much(f"{count:,} 段 / blocks", f"{MAX_BLOCKS:,}", file)


def _regular_size(path: Path, name: str) -> int:
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        found = getattr(error, "strerror", None) or str(error)
        raise MissingFileError(file=name, found=found) from None
    if stat.S_ISDIR(status.st_mode):
        raise MissingFileError(file=name, found="是文件夹 / a folder")
    if not stat.S_ISREG(status.st_mode):
        raise MissingFileError(file=name, found="不是普通文件 / not a regular file")
    if status.st_size == 0:
        raise NoTextError(file=name, found="0 字节 / 0 bytes", expected="正文 / text", advice="")
    return status.st_size


def _binary_format(head: bytes, name: str) -> Format | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return Format.DOCX
    if b"%PDF-" in head[:1024]:
        return Format.PDF
    for signature, found, advice in _SIGNATURES:
        if head.startswith(signature) and (len(signature) > 2 or b"\0" in head[:512]):
            raise _unsupported(found, advice, name)
    if _WORD_XML.search(head):
        raise _unsupported("Word XML", _SAVE_AS_DOCX, name)
    return None


def _check_size(size: int, limit: int, name: str) -> None:
    if size > limit:
        raise _too_much(f"{size / MEGABYTE:,.0f} MB", f"{limit // MEGABYTE} MB", name)


def _ole_error(data: bytes, name: str) -> EncryptedFileError | UnsupportedFormatError:
    """Compound files hold old Office formats, and new ones under a password."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return EncryptedFileError(file=name, found="Office")
    for stream, found, advice in _OLE_STREAMS:
        if stream.encode("utf-16-le") in data:
            return _unsupported(found, advice, name)
    return _unsupported(".doc / .xls / .ppt / .wps", _SAVE_AS_DOCX, name)


def _inspect_text(data: bytes, name: str, suffix: str) -> Inspected:
    start = data[:4096].lower()
    says = b"<" in start and (b"charset" in start or b"encoding" in start)
    declared = _CHARSET.search(data[:4096]) if says else None
    text = decode_text(data, file=name, declared=declared.group(1).decode("ascii") if declared else "")
    if len(text) > MAX_CHARACTERS:
        raise _too_much(f"{len(text):,} 字 / characters", f"{MAX_CHARACTERS:,}", name)
    lines = text.count("\n")
    if lines > MAX_LINES:
        raise _too_much(f"{lines:,} 行 / lines", f"{MAX_LINES:,}", name)
    if suffix in _MARKDOWN_SUFFIXES and not text[:200].lstrip().startswith(("<!d", "<!D", "<h", "<H", "<?")):
        return Inspected(Format.MARKDOWN, text)
    if _HTML_START.match(text[:_HEAD]) or (suffix in (".html", ".htm", ".xhtml") and "<" in text):
        _check_size(len(data), MAX_HTML_BYTES, name)
        return Inspected(Format.HTML, text)
    if _XML_START.match(text[:200]):
        raise _unsupported("XML", _NAME_ONE, name)
    is_markdown = suffix in _MARKDOWN_SUFFIXES or text.lstrip().startswith("# ") or "<!-- INFO END -->" in text
    return Inspected(Format.MARKDOWN if is_markdown else Format.TEXT, text)


def unsupported_archive(members: frozenset[str], mimetype: str, file: str) -> UnsupportedFormatError:
    """Return the error that says what a zip archive is, if no docx."""
    if any(each.startswith("xl/") for each in members):
        return _unsupported(".xlsx (Excel)", _SAVE_AS_DOCX, file)
    if any(each.startswith("ppt/") for each in members):
        return _unsupported(".pptx (PowerPoint)", _SAVE_AS_DOCX, file)
    if "OFD.xml" in members:
        return _unsupported("OFD", _SAVE_AS_PDF, file)
    if "opendocument" in mimetype:
        return _unsupported(f"OpenDocument ({mimetype[-40:]})", _SAVE_AS_DOCX, file)
    if "epub" in mimetype:
        return _unsupported("EPUB", _SAVE_AS_PDF, file)
    return _unsupported("zip 压缩包 / archive", _UNPACK, file)


def _unsupported(found: str, advice: str, file: str) -> UnsupportedFormatError:
    return UnsupportedFormatError(file=file, found=found, expected=_READABLE, advice=advice)


def _too_much(found: str, limit: str, file: str) -> UnsafeFileError:
    advice = "请拆分后再试。 / Split the file and retry."
    return UnsafeFileError(file=file, found=found, expected=limit, advice=advice)
