"""Which drafting convention does a text follow, and what tree does that give?"""

from __future__ import annotations

from collections.abc import Sequence

from tongchi.documents.blocks import Block
from tongchi.documents.law_structure import parse_law
from tongchi.documents.metadata import find_metadata
from tongchi.documents.model import Document, DocumentKind
from tongchi.documents.standard_front import is_standard
from tongchi.documents.standard_structure import parse_standard
from tongchi.errors import NoTextError


def parse_document(blocks: Sequence[Block], *, file: str = "", format: str = "") -> Document:
    """Build the document from what a reader found.

    Raises `NoTextError` when no block holds a word.
    """
    blocks = [block for block in blocks if block.text]
    if not blocks:
        raise NoTextError(file=file, found="0 个字 / 0 characters", expected="正文 / text", advice="")
    kind = find_kind(blocks)
    source, tree = _PARSERS[kind](blocks)
    nodes = tuple(tree.nodes)
    metadata = find_metadata(nodes, kind)
    vintage = metadata.vintage or ""
    identity = f"{metadata.title}@{vintage}" if vintage else metadata.title
    return Document(identity, kind, metadata, source, nodes, tuple(tree.notices), file, format)


def find_kind(blocks: Sequence[Block]) -> DocumentKind:
    """Return the convention: English statutes and GB/T 1.1 standards show themselves, all else is read as a law."""
    if is_standard(blocks):
        return DocumentKind.STANDARD
    return DocumentKind.LAW


_PARSERS = {DocumentKind.LAW: parse_law, DocumentKind.STANDARD: parse_standard, DocumentKind.STATUTE: parse_law}
