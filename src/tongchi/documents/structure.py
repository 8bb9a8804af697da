"""Which drafting convention does a text follow, and what tree does that give?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tongchi.documents.blocks import Block
from tongchi.documents.law_structure import parse_law
from tongchi.documents.metadata import find_metadata
from tongchi.documents.model import Document, DocumentKind
from tongchi.documents.standard_front import is_standard
from tongchi.documents.standard_structure import parse_standard
from tongchi.documents.statute_structure import parse_statute
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
    metadata = find_metadata(nodes, kind, file=file)
    if named := metadata.dated_by_name:
        tree.notice("date", "title_1", f"版本日期 {named} 取自文件名，正文未载，请核对。",
                    f"The date {named} is from the file's name, the text does not tell it; check.")  # fmt: skip
    vintage = metadata.vintage or ""
    identity = f"{metadata.title}@{vintage}" if vintage else metadata.title
    return Document(identity, kind, metadata, source, nodes, tuple(tree.notices), file, format)


def find_kind(blocks: Sequence[Block]) -> DocumentKind:
    """Return the convention: English statutes and GB/T 1.1 standards show themselves, all else is read as a law."""
    if _is_english(blocks):
        return DocumentKind.STATUTE
    if is_standard(blocks):
        return DocumentKind.STANDARD
    return DocumentKind.LAW


def _is_english(blocks: Sequence[Block]) -> bool:
    """Whether the words are Latin: hardly a Chinese character in the first lines, nor in the text as a whole."""
    head = "".join([block.text for block in blocks[:40]])[:4000]
    start = head[:200]
    if not start.isascii() and len(_CHINESE.findall(start)) > 0.5 * len(start):
        return False
    if not head.isascii() and len(_CHINESE.findall(head)) > 0.05 * len(head):
        return False
    text = "".join(block.text for block in blocks)
    return len(_LATIN.findall(head)) > 0.4 * len(head) and len(_CHINESE.findall(text)) < 0.05 * len(text)


_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_PARSERS = {DocumentKind.LAW: parse_law, DocumentKind.STANDARD: parse_standard, DocumentKind.STATUTE: parse_statute}
