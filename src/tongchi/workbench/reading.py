"""How does a stored file become clauses? By the engine's own reader, under the name it was uploaded with, and never elsewhere."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePath

import tongchi
from tongchi.documents import Node, NodeKind
from tongchi.errors import TongchiError
from tongchi.workbench.models import Clause, Document
from tongchi.workbench.reading_trial import try_reading
from tongchi.workbench.storage import stored
from tongchi.workbench.text_hash import hash_text

UNITS = {
    NodeKind.ARTICLE, NodeKind.PARAGRAPH, NodeKind.SUBPARAGRAPH, NodeKind.ITEM, NodeKind.CLAUSE, NodeKind.SUBCLAUSE, NodeKind.LIST_ITEM,
}  # fmt: skip
_STEM = 60


def read_stored(document: Document, *, tried: bool = True) -> tongchi.Document:
    """Read the file of a document: preflight, then its reader. A file that nobody has read yet, `tried=False`, is tried first.

    The reader sees the file under its own name, since a name may tell the date. A refusal tells that name, never where the file lies.
    """
    path = stored(document.sha256, document.name)
    with tempfile.TemporaryDirectory(prefix="tongchi-read-") as room:
        link = Path(room) / _safe(document.name)
        link.symlink_to(path)
        try:
            if not tried:
                try_reading(link)
            text = tongchi.read(link)
        except TongchiError as error:
            raise type(error)(file=document.name, place=error.place, **error.facts) from None
    return replace(text, file=document.name)


def _safe(name: str) -> str:
    """Return a name that every file system takes, with the same extension."""
    path = PurePath(re.sub(r'[\x00-\x1f/\\:*?"<>|]', "_", name))
    suffix = path.suffix[:12] if path.suffix.isascii() else ""
    return (path.stem[:_STEM].strip(". ") or "document") + suffix


def clauses_of(row: Document, text: tongchi.Document) -> list[Clause]:
    """Return the provisions of a text as rows of its document, not yet written."""
    nodes = [(node, label) for node, label in _labelled(text) if node.text.strip()]
    return [
        Clause(
            document=row, eid=node.eid, label=label[:60], text=node.text, text_hash=hash_text(node.text), order=order
        )
        for order, (node, label) in enumerate(nodes)
    ]


def _labelled(text: tongchi.Document) -> Iterator[tuple[Node, str]]:
    """Yield the normative units in order, each with the labels from its article down: 第四条（一）."""
    labels = [""] * len(text.nodes)
    for at, node in enumerate(text.nodes):
        if node.kind in UNITS:
            labels[at] = (labels[node.parent] if node.parent >= 0 else "") + node.label
            yield node, labels[at]
