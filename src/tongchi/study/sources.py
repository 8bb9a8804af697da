"""What does a number rest on? Links to a cell of a table, a clause, a row of a file, or items of the questionnaire."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

SourceKind = Literal["table", "clause", "event", "ledger", "items", "indicator", "evidence"]


@dataclass(frozen=True, slots=True)
class SourceLink:
    """One thing that a figure rests on; which fields are filled depends on `kind`.

    * table: `table`, `row` (key columns and values) and `column`: the cell that holds the number
    * clause: `document` (path below the study folder), `eid`, `quote`
    * event, ledger, indicator, evidence: `file`, `line`, `quote` (what the row says)
    * items: `items` (codes of the questionnaire) and `n` (answers)
    """

    kind: SourceKind
    table: str = ""
    row: tuple[tuple[str, str], ...] = ()
    column: str = ""
    document: str = ""
    eid: str = ""
    quote: str = ""
    file: str = ""
    line: int = 0
    items: tuple[str, ...] = ()
    n: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the fields that are filled."""
        found = {key: value for key, value in asdict(self).items() if value not in ("", (), 0, None)}
        return found | ({"row": dict(self.row)} if self.row else {})


def clause_link(document: str, eid: str, quote: str) -> SourceLink:
    """Return the link to a clause of a document of the study."""
    return SourceLink("clause", document=document, eid=eid, quote=quote)


def row_link(kind: SourceKind, file: str, line: int, quote: str) -> SourceLink:
    """Return the link to a row of events.csv, ledger.csv, indicators.csv or evidence.csv."""
    return SourceLink(kind, file=file, line=line, quote=quote)


def items_link(items: tuple[str, ...], n: int | None) -> SourceLink:
    """Return the link to answers to items of the questionnaire."""
    return SourceLink("items", items=items, n=n)
