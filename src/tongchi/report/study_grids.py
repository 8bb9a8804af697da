"""How is a table of a study printed? Its columns under their names, each number tied to its figure, codes as names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tongchi.barriers.catalogue import load_catalogue
from tongchi.report.findings_summary import entry_words
from tongchi.report.study_names import StudyNames
from tongchi.report.study_words import Numbers, Writer, evident
from tongchi.report.survey_content import Cell, Table, dash, text
from tongchi.report.survey_numbers import count, number, p_value, percent
from tongchi.report.words import Words
from tongchi.study.tables import StudyTable

Namer = Callable[[str], Words]
Row = Mapping[str, object]


def grid(
    table: StudyTable,
    numbers: Numbers,
    named: Mapping[str, Namer],
    *,
    columns: Sequence[str] = (),
    keep: Callable[[Row], bool] = lambda row: True,
    caption: Words | None = None,
    detail: bool = False,
    writers: Mapping[str, Writer] | None = None,
) -> Table:
    """Return rows of a table as a block.

    `named` says how codes of a column are called; `columns` are those shown, all by default; `writers` how numbers of a column are
    written, where their kind does not tell.
    """
    shown = [table.spec.column(name) for name in (columns or [each.name for each in table.spec.columns])]
    rows = [
        tuple(_cell(table, row, each.name, (numbers, named, writers or {})) for each in shown)
        for row in table.frame.iter_rows(named=True)
        if keep(row)
    ]
    texts = tuple(at for at, each in enumerate(shown) if each.name not in table.spec.figures)
    return Table(
        f"g-{table.name}",
        caption or Words(table.spec.zh, table.spec.en),
        tuple(Words(each.zh, each.en) for each in shown),
        tuple(rows),
        texts=texts or (0,),
        detail=detail,
    )


def _cell(
    table: StudyTable, row: Row, column: str, how: tuple[Numbers, Mapping[str, Namer], Mapping[str, Writer]]
) -> Cell:
    numbers, named, writers = how
    value = row[column]
    if value is None or value == "":
        return dash()
    if column in table.spec.figures:
        key = [row[name] for name in table.keys]
        write = writers.get(column) or writer_of(column, value)
        return evident(numbers.cell(table.name, key, column, write))
    shown = str(value)
    if isinstance(value, bool):
        return text(Words("是", "yes") if value else Words("否", "no"))
    found = named[column](shown) if column in named else table.names.get(shown, (shown, shown))
    return text(Words(*found))


def writer_of(column: str, value: object) -> Writer:
    """Return how the numbers of a column are written: counts whole, p values with their limit, shares in per cent."""
    if isinstance(value, int) or (column == "value" and isinstance(value, float) and value.is_integer()):
        return count
    if column in ("p", "p_value", "p_adjusted"):
        return p_value
    if column.endswith(("share", "probability")):
        return percent
    return number


def namers(names: StudyNames) -> dict[str, Namer]:
    """Return how the codes of the usual columns are called."""
    return {
        "party": names.party,
        "party_a": names.party,
        "party_b": names.party,
        "region": names.party,
        "group": names.group,
        "matter": names.matter,
        "construct": names.construct,
        "state": names.construct,
        "item": names.item,
        "code": _item_of_law,
    }


def _item_of_law(code: str) -> Words:
    """Return an item of the review regulation with its name."""
    entry = load_catalogue().get(code)
    return entry_words(entry) if entry else Words(code, code)
