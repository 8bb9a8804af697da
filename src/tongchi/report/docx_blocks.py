"""How are sentences, tables and pictures of a report put on paper? Tables and pictures numbered as they come."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tongchi.errors import Language
from tongchi.report.docx_document import Document, Run
from tongchi.report.picture import GREEN, RED, text_width
from tongchi.report.survey_content import Block, Cell, Figure, Heading, Missing, Sentences, Table
from tongchi.report.words import Words

_COLOURS = {"bad": RED, "good": GREEN}
_CJK = re.compile(r"[\u2e80-\u9fff]")
_LINE = 52.0  # ems of a table's lettering between the margins
_SMALL_LINE = 62.0
_PADDING = 0.9
_SHORT = 9  # rows that are kept on one page, unless they hold more than `_MUCH` letters
_MUCH = 700


class BlockWriter:
    """Writes blocks under headings of `level` and below; numbers tables and figures as they come."""

    def __init__(self, paper: Document, language: Language, *, level: int = 2) -> None:
        self.paper, self.language, self._level = paper, language, level
        self._tables = 0
        self._figures = 0

    def add(self, block: Block) -> None:
        """Write one block."""
        if isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Figure):
            self._figure(block)
        elif isinstance(block, Heading):
            self.heading(block.words)
        elif isinstance(block, Missing):
            gap = Words("：没有结果。", " is not available: ")
            self.paper.paragraph(Run(self.say(block.what), bold=True), self.say(gap), self.say(block.reason))
        else:
            self._sentences(block)

    def heading(self, words: Words) -> None:
        """Write a heading within a part."""
        self.paper.heading(self.say(words), self._level)

    def say(self, words: Words) -> str:
        """Return words in the language of the paper."""
        return words.pick(self.language)

    def join(self, said: Sequence[str]) -> str:
        """Return sentences one after the other: Chinese has no space between them."""
        return ("" if self.language == "zh" else " ").join(said)

    def _sentences(self, block: Sentences) -> None:
        said = [self.say(each) for each in block.words]
        if block.listed:
            self.paper.bullets(said)
        else:
            self.paper.paragraph(self.join(said))

    def _table(self, table: Table) -> None:
        self._tables += 1
        number = table_number(self._tables)
        if table.detail:
            kept = Words(f"见 tables.xlsx 的工作表 {table.key}。", f"See the sheet {table.key} of tables.xlsx.")
            self.paper.paragraph(f"{self.say(number)}{self.say(table.caption)}. {self.say(kept)}", style="Note")
            return
        self.paper.paragraph(self.say(number) + self.say(table.caption), style="Caption")
        rows = [[self._cell(cell, at in table.texts) for at, cell in enumerate(row)] for row in table.rows]
        head = [self.say(each) for each in table.head]
        widths, small = column_widths(head, [[piece.text for piece in row] for row in rows], table.texts)
        self.paper.table(head, rows, widths, left=table.texts, together=_is_short(rows), small=small)
        self._note(table.notes)

    def _figure(self, figure: Figure) -> None:
        self._figures += 1
        self.paper.picture(figure.picture)
        number = figure_number(self._figures)
        self.paper.paragraph(self.say(number) + self.say(figure.caption), style="Caption")
        self._note(figure.notes)

    def _note(self, notes: tuple[Words, ...]) -> None:
        if notes:
            said = self.join([self.say(each) for each in notes])
            self.paper.paragraph(self.say(Words("注：", "Note. ")) + said, style="Note")

    def _cell(self, cell: Cell, wraps: bool) -> Run:
        said = self.say(cell.words)
        shown = said if wraps or _CJK.search(said) else said.replace(" ", "\u00a0")
        return Run(shown, bold=bool(cell.look), colour=_COLOURS.get(cell.look, ""))


def _is_short(rows: Sequence[Sequence[Run]]) -> bool:
    return len(rows) <= _SHORT and sum(len(cell.text) for row in rows for cell in row) <= _MUCH


def table_number(at: int) -> Words:
    """Return what stands before the caption of a table."""
    return Words(f"表 {at}　", f"Table {at}. ")


def figure_number(at: int) -> Words:
    """Return what stands before the caption of a picture."""
    return Words(f"图 {at}　", f"Figure {at}. ")


def column_widths(head: Sequence[str], rows: Sequence[Sequence[str]], texts: Sequence[int]) -> tuple[list[float], bool]:
    """Return widths in ems, and whether the lettering has to be small.

    Figures get what they need; columns of sentences get at least their longest word and share what is left. A Chinese
    head may break after its fourth character.
    """
    least, wanted = [], []
    for at, name in enumerate(head):
        cells = [name, *(row[at] for row in rows)] if at in texts else [name]
        word = max(_longest_word(each) for each in cells)
        whole = max((_ems(row[at]) for row in rows), default=0.0)
        least.append((word if at in texts else max(word, whole)) + _PADDING)
        wanted.append(max(word, whole) + _PADDING)
    small = sum(least) > _LINE * 0.94
    rest = max(0.0, (_SMALL_LINE if small else _LINE) - sum(least))
    spread = sum(wanted) - sum(least)
    share = min(1.0, rest / spread) if spread else 0.0
    return [low + share * (high - low) for low, high in zip(least, wanted, strict=True)], small


def _longest_word(shown: str) -> float:
    words = [_ems(each) for each in re.split(r"[ \n]", shown)]
    return min(max(words), 4.2) if _CJK.search(shown) else max(words)


def _ems(shown: str) -> float:
    """Return the width in Times, which is narrower than the letters of pictures."""
    return 0.9 * text_width(shown, 1) if not _CJK.search(shown) else text_width(shown, 1)
