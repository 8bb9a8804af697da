"""Which files of a folder are texts to read? Those with a suffix of a document, at any depth, in the order of their paths."""

from __future__ import annotations

from pathlib import Path

SUFFIXES = frozenset(
    [".md", ".markdown", ".txt", ".html", ".htm", ".xhtml", ".docx", ".pdf", ".doc", ".wps", ".rtf", ".odt"]
)
"""Suffixes of texts; a file of a format that is not read is among them, so that it is reported and not passed over."""


def files_under(folder: Path, *, without: Path | None = None) -> list[str]:
    """Return the paths of the texts below a folder, relative to it and sorted.

    Hidden files and lock files (~$…) are left out, and what lies in the folder `without`, where results are written.
    """
    below = without.resolve() if without and folder.resolve() in without.resolve().parents else None
    found = []
    for path in folder.rglob("*"):
        relative = path.relative_to(folder)
        hidden = any(part.startswith((".", "~$")) for part in relative.parts)
        if path.suffix.lower() in SUFFIXES and not hidden and path.is_file() and below not in path.resolve().parents:
            found.append(relative.as_posix())
    return sorted(found)
