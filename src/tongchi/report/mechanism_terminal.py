"""What does a result on the mechanism come to, in a terminal window? The sentences, then the tables that matter."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from tongchi.errors import Language
from tongchi.report.survey_content import Report, Table


def print_report(report: Report, console: Console, *, keys: Sequence[str], language: Language = "zh") -> None:
    """Print the mark, the headline and the tables with these keys, in their order."""
    if report.mark:
        console.print(report.mark.pick(language), markup=False, style="bold", soft_wrap=True)
    for sentence in report.headline:
        console.print(sentence.pick(language), markup=False, soft_wrap=True)
    tables = {block.key: block for part in report.parts for block in part.blocks if isinstance(block, Table)}
    for key in keys:
        if key in tables:
            console.print(_grid(tables[key], language))


def _grid(table: Table, language: Language) -> Grid:
    grid = Grid(title=escape(table.caption.pick(language)), title_justify="left", box=None, pad_edge=False)
    for at, words in enumerate(table.head):
        grid.add_column(escape(words.pick(language)), justify="left" if at in table.texts else "right")
    for row in table.rows:
        grid.add_row(*(escape(cell.words.pick(language)) for cell in row))
    return grid
