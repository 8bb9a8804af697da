"""Which XML parts does a Word package hold?

Only the parts that carry text are unpacked and parsed, under the limits of `archive`. Source: ECMA-376 part 2 (packages).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree

from tongchi.documents.archive import Archive, open_archive, parse_xml
from tongchi.documents.preflight import unsupported_archive

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


class Package:
    """An open Word package; parts are read by name, relationships by the part that has them."""

    def __init__(self, archive: Archive) -> None:
        self.file = archive.file
        self._archive = archive
        self.main = self._find_main()
        self._targets = self.relationships(self.main)

    def part(self, name: str) -> etree._Element | None:
        """Return the parsed part, None if the package has none of this name."""
        data = self._archive.read(name)
        return None if data is None else _parse_part(data, name, self.file)

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
        members = self._archive.names
        if "word/document.xml" in members:
            return "word/document.xml"
        mimetype = (self._archive.read("mimetype") or b"")[:100].decode("ascii", "replace")
        raise unsupported_archive(members, mimetype, self.file)


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """Open the zip archive at `path` as a Word package.

    Raises `UnsafeFileError` (members, sizes, ratio), `DamagedFileError`, `EncryptedFileError`, or
    `UnsupportedFormatError` where the archive is something else (xlsx, pptx, OpenDocument, OFD …).
    """
    with open_archive(path, advice=_ADVICE) as archive:
        yield Package(archive)


def _parse_part(data: bytes, place: str, file: str) -> etree._Element:
    """Parse one XML part; strict Office Open XML gets the names of the transitional one."""
    if b"http://purl.oclc.org/ooxml/" in data:
        for strict, transitional in _STRICT:
            data = data.replace(strict, transitional)
    return parse_xml(data, place=place, file=file, advice=_ADVICE)
