"""Which XML parts does a Word package hold, and are they cheap and safe to parse?

Only the parts that carry text are unpacked, each counted while it inflates (the size that the archive declares may
lie) and parsed without entities, DTD or network. A DOCTYPE is refused: no office program writes one. Sources:
ECMA-376 part 2 (packages), PKWARE APPNOTE 4.3.14–16 (end records).
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree

from tongchi.documents.preflight import MEGABYTE, unsupported_archive
from tongchi.errors import DamagedFileError, EncryptedFileError, TongchiError, UnsafeFileError

MAX_MEMBERS = 10_000
MAX_DIRECTORY_BYTES = 4 * MEGABYTE
MAX_DECLARED_BYTES = 1000 * MEGABYTE
MAX_PART_BYTES = 20 * MEGABYTE
MAX_MARKS = 800_000  # tags and attributes of a part: libxml2 needs 120–220 bytes for each; 1,000 pages have 700,000
MAX_RATIO = 300
_RATIO_FROM = 2 * MEGABYTE
_CHUNK = 256 * 1024

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
)
_ADVICE = "请在 Word 或 WPS 中打开并重新保存。 / Open it in Word or WPS and save it again."
_UNSAFE = "请核实来源；确需读取时另存为较小的文件。 / Check where it comes from; save it as a smaller file."


class Package:
    """An open Word package; parts are read by name, relationships by the part that has them."""

    def __init__(self, archive: zipfile.ZipFile, file: str) -> None:
        self.file = file
        self._archive = archive
        self.main = self._find_main()
        self._targets = self.relationships(self.main)

    def part(self, name: str) -> etree._Element | None:
        """Return the parsed part, None if the package has none of this name."""
        try:
            data = self._inflate(self._archive.getinfo(name))
        except KeyError:
            return None
        return parse_part(data, place=name, file=self.file)

    def related(self, kind: str) -> etree._Element | None:
        """Return the part that the main document names for `kind` (numbering, styles, footnotes …), or None."""
        for type_, target in self._targets.values():
            if type_.endswith("/" + kind):
                return self.part(target)
        return None

    def relationships(self, name: str) -> dict[str, tuple[str, str]]:
        """Return relationship id → (type, target name in the package or address) of a part ("" for the package)."""
        folder, base = posixpath.split(name)
        root = self.part(posixpath.join(folder, "_rels", base + ".rels"))
        found: dict[str, tuple[str, str]] = {}
        for each in root if root is not None else ():
            target = each.get("Target", "")
            if each.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[each.get("Id", "")] = (each.get("Type", ""), target)
        return found

    def _find_main(self) -> str:
        for type_, target in self.relationships("").values():
            if type_.endswith("/officeDocument") and not target.startswith(("xl/", "ppt/")):
                return target
        if "word/document.xml" in self._archive.NameToInfo:
            return "word/document.xml"
        members = frozenset(self._archive.NameToInfo)
        mimetype = ""
        if "mimetype" in members:
            mimetype = self._inflate(self._archive.getinfo("mimetype"))[:100].decode("ascii", "replace")
        raise unsupported_archive(members, mimetype, self.file)

    def _inflate(self, info: zipfile.ZipInfo) -> bytes:
        """Unpack a member, counting what really comes out."""
        if info.flag_bits & 1:
            raise EncryptedFileError(file=self.file, place=info.filename, found="zip")
        chunks, size = [], 0
        with _damage(self.file, info.filename), self._archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                self._check_part(info, size)
                chunks.append(chunk)
        return b"".join(chunks)

    def _check_part(self, info: zipfile.ZipInfo, size: int) -> None:
        if size > MAX_PART_BYTES:
            found = f"解压后超过 {size // MEGABYTE} MB / unpacks to more than {size // MEGABYTE} MB"
            raise _unsafe(found, f"{MAX_PART_BYTES // MEGABYTE} MB", self.file, info.filename)
        if size > _RATIO_FROM and size > MAX_RATIO * max(1, info.compress_size):
            ratio = size // max(1, info.compress_size)
            raise _unsafe(f"压缩比 {ratio}:1 / ratio", f"{MAX_RATIO}:1", self.file, info.filename)


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """Open the zip archive at `path` as a Word package.

    Raises `UnsafeFileError` (members, sizes, ratio), `DamagedFileError`, `EncryptedFileError`, or
    `UnsupportedFormatError` where the archive is something else (xlsx, pptx, OpenDocument, OFD …).
    """
    file = str(path)
    _check_directory(path)
    with _damage(file, ""):
        archive = zipfile.ZipFile(path)
    with archive:
        infos = archive.infolist()
        if len(infos) > MAX_MEMBERS:
            raise _unsafe(f"{len(infos):,} 个成员 / members", f"{MAX_MEMBERS:,}", file)
        declared = sum(info.file_size for info in infos)
        if declared > MAX_DECLARED_BYTES:
            found = f"声明解压后 {declared / MEGABYTE:,.0f} MB / declares that it unpacks to this"
            raise _unsafe(found, f"{MAX_DECLARED_BYTES // MEGABYTE} MB", file)
        yield Package(archive, file)


def parse_part(data: bytes, *, place: str, file: str) -> etree._Element:
    """Parse one XML part; raises `UnsafeFileError` for a DOCTYPE, too many tags or too deep nesting."""
    if data.count(b"<") + data.count(b"=") > MAX_MARKS:
        raise _unsafe("标签与属性过多 / tags and attributes", f"{MAX_MARKS:,}", file, place)
    if b"<!DOCTYPE" in data[:MEGABYTE]:
        raise _unsafe("DOCTYPE", "0", file, place)
    if b"http://purl.oclc.org/ooxml/" in data:
        for strict, transitional in _STRICT:
            data = data.replace(strict, transitional)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        message = (error.msg or "XML")[:120]
        if "depth" in message.lower() or "entities" in message.lower():
            raise _unsafe(message, "256", file, place) from None
        raise DamagedFileError(file=file, place=place, found=message, expected="XML", advice=_ADVICE) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _unsafe("DOCTYPE", "0", file, place)
    return root


def damaged(found: str, expected: str, *, file: str, place: str = "") -> DamagedFileError:
    """Return the error for a package that breaks its own format, with the advice to save it again."""
    return DamagedFileError(file=file, place=place, found=found, expected=expected, advice=_ADVICE)


def _check_directory(path: Path) -> None:
    """Bound the central directory before zipfile reads it: a million entries would cost a gigabyte."""
    file = str(path)
    with open(path, "rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 65_600))
        tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise damaged("没有 zip 目录（文件被截断？） / no zip directory (cut off?)", "zip", file=file)
    count, length = struct.unpack("<HI", tail[at + 10 : at + 16])
    wide = tail.rfind(b"PK\x06\x06", 0, at)
    if wide >= 0 and len(tail) - wide >= 48:
        wide_count, wide_length = struct.unpack("<QQ", tail[wide + 32 : wide + 48])
        count = max(wide_count, count if count < 0xFFFF else 0)
        length = max(wide_length, length if length < 0xFFFFFFFF else 0)
    if count > MAX_MEMBERS or length > MAX_DIRECTORY_BYTES:
        raise _unsafe(f"{count:,} 个成员 / members", f"{MAX_MEMBERS:,}", file)


@contextmanager
def _damage(file: str, place: str) -> Iterator[None]:
    """Turn what zipfile and zlib raise for broken archives into our error."""
    try:
        yield
    except TongchiError:
        raise
    except RuntimeError as error:  # zipfile: password required; NotImplementedError: unknown compression
        if isinstance(error, NotImplementedError):
            raise damaged(str(error)[:120], "deflate", file=file, place=place) from None
        raise EncryptedFileError(file=file, place=place, found="zip") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, OverflowError, OSError, ValueError) as error:
        raise damaged(str(error)[:120] or type(error).__name__, "zip", file=file, place=place) from None


def _unsafe(found: str, limit: str, file: str, place: str = "") -> UnsafeFileError:
    return UnsafeFileError(file=file, place=place, found=found, expected=limit, advice=_UNSAFE)
