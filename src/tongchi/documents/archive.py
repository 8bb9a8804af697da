"""What lies in a zip archive, and is each part cheap and safe to unpack and to parse?

Parts are unpacked one at a time when they are asked for, each counted while it inflates (the size that the archive declares may lie),
never to disk, and parsed without entities, DTD or network. A DOCTYPE is refused: no program that packs XML in a zip writes one.
Source: PKWARE APPNOTE 4.3.14–16 (end records).
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree

from tongchi.documents.preflight import MEGABYTE
from tongchi.errors import DamagedFileError, EncryptedFileError, TongchiError, UnsafeFileError

MAX_MEMBERS = 10_000
MAX_DIRECTORY_BYTES = 4 * MEGABYTE
MAX_DECLARED_BYTES = 1000 * MEGABYTE
MAX_PART_BYTES = 20 * MEGABYTE
MAX_MARKS = 800_000  # tags and attributes of a part: libxml2 needs 120–220 bytes for each; 1,000 pages have 700,000
MAX_RATIO = 300
_RATIO_FROM = 2 * MEGABYTE
_CHUNK = 256 * 1024
_UNSAFE = "请核实来源；确需读取时另存为较小的文件。 / Check where it comes from; save it as a smaller file."


class Archive:
    """An open zip archive whose parts are read by name; `advice` is what to do where it is damaged."""

    def __init__(self, archive: zipfile.ZipFile, file: str, advice: str) -> None:
        self.file = file
        self.advice = advice
        self._archive = archive
        self.names = frozenset(archive.NameToInfo)

    def read(self, name: str) -> bytes | None:
        """Unpack a part, counting what really comes out; None if the archive has none of this name."""
        if name not in self.names:
            return None
        info = self._archive.getinfo(name)
        if info.flag_bits & 1:
            raise EncryptedFileError(file=self.file, place=info.filename, found="zip")
        chunks, size = [], 0
        with _damage(self.file, info.filename, self.advice), self._archive.open(info) as stream:
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
def open_archive(path: Path, *, advice: str) -> Iterator[Archive]:
    """Open the zip archive at `path`.

    Raises `UnsafeFileError` (members, sizes, ratio), `DamagedFileError` or `EncryptedFileError`.
    """
    file = str(path)
    _check_directory(path, advice)
    with _damage(file, "", advice):
        archive = zipfile.ZipFile(path)
    with archive:
        infos = archive.infolist()
        if len(infos) > MAX_MEMBERS:
            raise _unsafe(f"{len(infos):,} 个成员 / members", f"{MAX_MEMBERS:,}", file)
        declared = sum(info.file_size for info in infos)
        if declared > MAX_DECLARED_BYTES:
            found = f"声明解压后 {declared / MEGABYTE:,.0f} MB / declares that it unpacks to this"
            raise _unsafe(found, f"{MAX_DECLARED_BYTES // MEGABYTE} MB", file)
        yield Archive(archive, file, advice)


def parse_xml(data: bytes, *, place: str, file: str, advice: str) -> etree._Element:
    """Parse one XML part; raises `UnsafeFileError` for a DOCTYPE, too many tags or too deep nesting."""
    if data.count(b"<") + data.count(b"=") > MAX_MARKS:
        raise _unsafe("标签与属性过多 / tags and attributes", f"{MAX_MARKS:,}", file, place)
    if b"<!DOCTYPE" in data[:MEGABYTE]:
        raise _unsafe("DOCTYPE", "0", file, place)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        message = (error.msg or "XML")[:120]
        if "depth" in message.lower() or "entities" in message.lower():
            raise _unsafe(message, "256", file, place) from None
        raise DamagedFileError(file=file, place=place, found=message, expected="XML", advice=advice) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _unsafe("DOCTYPE", "0", file, place)
    return root


def _check_directory(path: Path, advice: str) -> None:
    """Bound the central directory before zipfile reads it: a million entries would cost a gigabyte."""
    file = str(path)
    with open(path, "rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 65_600))
        tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        found = "没有 zip 目录（文件被截断？） / no zip directory (cut off?)"
        raise DamagedFileError(file=file, found=found, expected="zip", advice=advice)
    count, length = struct.unpack("<HI", tail[at + 10 : at + 16])
    wide = tail.rfind(b"PK\x06\x06", 0, at)
    if wide >= 0 and len(tail) - wide >= 48:
        wide_count, wide_length = struct.unpack("<QQ", tail[wide + 32 : wide + 48])
        count = max(wide_count, count if count < 0xFFFF else 0)
        length = max(wide_length, length if length < 0xFFFFFFFF else 0)
    if count > MAX_MEMBERS or length > MAX_DIRECTORY_BYTES:
        raise _unsafe(f"{count:,} 个成员 / members", f"{MAX_MEMBERS:,}", file)


@contextmanager
def _damage(file: str, place: str, advice: str) -> Iterator[None]:
    """Turn what zipfile and zlib raise for broken archives into our error."""
    try:
        yield
    except TongchiError:
        raise
    except RuntimeError as error:  # zipfile: password required; NotImplementedError: unknown compression
        if isinstance(error, NotImplementedError):
            found = str(error)[:120]
            raise DamagedFileError(file=file, place=place, found=found, expected="deflate", advice=advice) from None
        raise EncryptedFileError(file=file, place=place, found="zip") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, OverflowError, OSError, ValueError) as error:
        found = str(error)[:120] or type(error).__name__
        raise DamagedFileError(file=file, place=place, found=found, expected="zip", advice=advice) from None


def _unsafe(found: str, limit: str, file: str, place: str = "") -> UnsafeFileError:
    return UnsafeFileError(file=file, place=place, found=found, expected=limit, advice=_UNSAFE)
