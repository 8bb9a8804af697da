"""Does a file of the standard say what was approved? It is read with the reader of `documents`, and every clause is set beside its source.

What a reader of any kind would take for something else, such as a line that looks like the next clause, is found here, before issue.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from tongchi.documents.model import Document, NodeKind
from tongchi.documents.read import read
from tongchi.workbench.issuing.content import Clause, Standard, cells, is_row

_NUMBERED = (NodeKind.CLAUSE, NodeKind.SUBCLAUSE, NodeKind.APPENDIX)
_END = (*_NUMBERED, NodeKind.SIGNATURE)  # the rule below the last line


@dataclass(frozen=True, slots=True)
class Difference:
    """A clause that reads otherwise; `read` is None where it was not found, `written` None where it was never written."""

    number: str
    written: str | None
    read: str | None


def differences(standard: Standard, docx: bytes) -> list[Difference]:
    """Return every clause that the file does not give back to the letter, in their order; none where all is well."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "standard.docx"
        path.write_bytes(docx)
        found = clauses_read(read(path))
    written = [(each.number, words(each)) for each in standard.clauses]
    if written == found:
        return []
    known, seen = dict(written), dict(found)
    numbers = list(dict.fromkeys([*known, *seen]))
    unequal = [
        Difference(each, known.get(each), seen.get(each)) for each in numbers if known.get(each) != seen.get(each)
    ]
    return unequal or [Difference(each, None, None) for each in _out_of_order(written, found)]


def clauses_read(document: Document) -> list[tuple[str, str]]:
    """Return number and words of the clauses and annexes of a document, in reading order."""
    parts = [node for node in document.nodes if node.kind in _END]
    ends = [node.start for node in parts[1:]] + [len(document.source)]
    rows = []
    for node, end in zip(parts, ends, strict=bool(parts)):
        if node.kind not in _NUMBERED:
            continue
        rows.append((node.number, document.source[node.start + len(node.label) : end].strip(" \n\u3000")))
    return rows


def words(clause: Clause) -> str:
    """Return what a reader finds after the number: heading and lines, the cells of a row parted by " | "."""
    lines = [" | ".join(cells(each)) if is_row(each) else each for each in clause.lines]
    heading = [clause.heading] if clause.heading else []
    if clause.kind == "annex" and clause.depth == 1:
        heading = [status(clause), annex_title(clause)]
    return "\n".join(each for each in heading + lines if each)


def status(clause: Clause) -> str:
    """Return （规范性） or （资料性）, as the heading of an annex begins; an annex that does not say is normative."""
    return "（资料性）" if clause.heading.startswith("（资料性）") else "（规范性）"


def annex_title(clause: Clause) -> str:
    """Return the heading of an annex without its status."""
    return clause.heading.removeprefix("（资料性）").removeprefix("（规范性）").strip()


def _out_of_order(written: list[tuple[str, str]], found: list[tuple[str, str]]) -> list[str]:
    pairs = zip(written, [*found, *[("", "")] * len(written)], strict=False)
    return [one[0] for one, other in pairs if one != other] or [each[0] for each in found[len(written) :]]
