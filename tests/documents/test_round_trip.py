"""The same regulation gives the same tree whichever format it comes from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from make_files import Page, make_html, make_pdf, make_text, write_docx

from tongchi.documents.blocks import Block
from tongchi.documents.model import Document
from tongchi.documents.read import read, read_blocks

WRITERS: dict[str, Callable[[list[Block], Path], object]] = {
    "txt": lambda blocks, path: path.write_text(make_text(blocks), encoding="gb18030"),
    "html": lambda blocks, path: path.write_text(make_html(blocks), encoding="utf-8"),
    "docx": write_docx,
    "pdf": lambda blocks, path: path.write_bytes(make_pdf(blocks, Page(head="法规汇编"))),
}


def tree(document: Document) -> list[tuple[str, str, str]]:
    return [(node.kind.value, node.eid, node.text) for node in document.nodes]


def spread(shared_data: Path, count: int) -> list[Path]:
    """Return `count` laws, evenly spread over the sorted collection."""
    paths = sorted((shared_data / "laws").rglob("*.md"))
    return [paths[at * len(paths) // count] for at in range(count)]


def differing(paths: list[Path], format_: str, folder: Path) -> list[str]:
    found = []
    for path in paths:
        _, blocks = read_blocks(path)
        copy = folder / f"copy.{format_}"
        WRITERS[format_](blocks, copy)
        if tree(read(copy)) != tree(read(path)):
            found.append(path.name)
    return found


@pytest.mark.parametrize("format_", WRITERS)
def test_same_tree_from_any_format(shared_data: Path, tmp_path: Path, format_: str) -> None:
    assert differing(spread(shared_data, 6), format_, tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("format_", WRITERS)
def test_same_tree_from_fifty_laws(shared_data: Path, tmp_path: Path, format_: str) -> None:
    assert differing(spread(shared_data, 50), format_, tmp_path) == []
