"""What is wrong with the documents of a study: which cannot be read, which nobody uses, which are there twice?"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from tongchi.documents.model import Document
from tongchi.documents.read import read
from tongchi.errors import TongchiError
from tongchi.study.faults import Fault, words_of
from tongchi.study.folder import StudyFolder
from tongchi.study.mixed_encoding import mixed_lines
from tongchi.study.settings import DOCUMENTS, nearest

Tell = Callable[[int, int], None]
"""Called with the number of documents read and their number."""
_TEXTS = (".md", ".markdown", ".txt", ".html", ".htm", ".xhtml")


def check_documents(folder: StudyFolder, progress: Tell | None = None) -> tuple[dict[str, Document], list[Fault]]:
    """Read every text below documents/ and return those that can be read, by path, and what is wrong."""
    documents: dict[str, Document] = {}
    faults: list[Fault] = []
    for done, name in enumerate(folder.documents):
        if progress:
            progress(done, len(folder.documents))
        found = _read(folder.path, name)
        if isinstance(found, Fault):
            faults.append(found)
        else:
            documents[name] = found
    return documents, [*faults, *_placing_faults(folder), *_copies(folder)]


def _read(folder: Path, name: str) -> Document | Fault:
    path = folder / name
    if path.suffix.lower() in _TEXTS and (lines := mixed_lines(path.read_bytes())):
        return Fault("encoding-mixed", name, lines[0], facts={"count": str(len(lines))})
    try:
        return read(path)
    except TongchiError as error:
        return Fault("document-unreadable", name, facts={"found": words_of(error)})


def _placing_faults(folder: StudyFolder) -> list[Fault]:
    """Find folders that belong to no party, and documents that no matter names."""
    codes = [party.code for party in folder.parties]
    used = {path for matter in folder.matters for path in matter.files}
    faults = []
    for path in folder.documents:
        party, below, _ = path.removeprefix(f"{DOCUMENTS}/").partition("/")
        if codes and (not below or party not in codes):
            facts = {"found": party, "known": ", ".join(codes), "near": nearest(party, codes)}
            faults.append(Fault("folder-unknown", f"{DOCUMENTS}/{party}", facts=facts))
        elif path not in used and folder.matters:
            faults.append(Fault("document-unused", path))
    return faults


def _copies(folder: StudyFolder) -> list[Fault]:
    """Find documents of matters that are the same byte for byte."""
    first: dict[str, str] = {}
    faults = []
    for path in sorted({path for matter in folder.matters for path in matter.files}):
        if (folder.path / path).is_file():
            digest = sha256((folder.path / path).read_bytes()).hexdigest()
            if first.setdefault(digest, path) != path:
                faults.append(Fault("document-copy", path, facts={"first": first[digest]}))
    return faults
