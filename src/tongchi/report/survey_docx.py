"""How is the report on a questionnaire handed in? As a paper for a word processor, in one language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tongchi.errors import Language
from tongchi.report.docx_document import Document, Run
from tongchi.report.picture import GREEN, RED, text_width
from tongchi.report.survey_content import Block, Cell, Figure, Heading, Missing, Report, Sentences, Table
from tongchi.report.survey_report import survey_report
from tongchi.report.words import Words
from tongchi.survey.analysis import SurveyAnalysis

_COLOURS = {"bad": RED, "good": GREEN}
_CJK = re.compile(r"[\u2e80-\u9fff]")
_LINE = 52.0  # ems of a table's lettering between the margins
_SMALL_LINE = 62.0
_PADDING = 0.9
_SHORT = 9


def survey_docx(analysis: SurveyAnalysis, *, language: Language = "zh") -> bytes:
    """Return the report as .docx; the same analysis gives the same bytes."""
    return report_docx(survey_report(analysis), language=language)


def write_survey_docx(analysis: SurveyAnalysis, path: Path | str, *, language: Language = "zh") -> Path:
    """Write the paper and return its path."""
    Path(path).write_bytes(survey_docx(analysis, language=language))
    return Path(path)


def report_docx(report: Report, *, language: Language = "zh") -> bytes:
    """Return the paper of a report whose content is made."""
    paper = Document(report.title.pick(language), language, mark=report.mark.pick(language) if report.mark else "")
    writer = _Writer(paper, language)
    paper.title()
    if report.mark:
        paper.paragraph(Run(report.mark.pick(language), bold=True, colour=RED), style="Normal")
    first, *rest = (each.pick(language) for each in report.headline)
    paper.heading(Words("结论", "Findings").pick(language))
    paper.paragraph(first, style="Lead")
    paper.bullets(rest)
    paper.paragraph(Words("目录", "Contents").pick(language), style="Caption")
    paper.contents()
    for part in report.parts:
        paper.heading(part.title.pick(language))
        for block in part.blocks:
            writer.add(block)
    return paper.to_bytes()


class _Writer:
    """Numbers tables and figures as they come."""

    def __init__(self, paper: Document, language: Language) -> None:
        self._paper, self._language = paper, language
        self._tables = 0
        self._figures = 0

    def add(self, block: Block) -> None:
        if isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Figure):
            self._figure(block)
        elif isinstance(block, Heading):
            self._paper.heading(self._say(block.words), 2)
        elif isinstance(block, Missing):
            gap = Words("：没有结果。", " is not available: ")
            self._paper.paragraph(Run(self._say(block.what), bold=True), self._say(gap), self._say(block.reason))
        else:
            self._sentences(block)

    def _say(self, words: Words) -> str:
        return words.pick(self._language)

    def _sentences(self, block: Sentences) -> None:
        said = [self._say(each) for each in block.words]
        if block.listed:
            self._paper.bullets(said)
        else:
            self._paper.paragraph(("" if self._language == "zh" else " ").join(said))

    def _table(self, table: Table) -> None:
        self._tables += 1
        number = Words(f"表 {self._tables}　", f"Table {self._tables}. ")
        if table.detail:
            kept = Words(f"见 tables.xlsx 的工作表 {table.key}。", f"See the sheet {table.key} of tables.xlsx.")
            self._paper.paragraph(f"{self._say(number)}{self._say(table.caption)}. {self._say(kept)}", style="Note")
            return
        self._paper.paragraph(self._say(number) + self._say(table.caption), style="Caption")
        rows = [[self._cell(cell, at in table.texts) for at, cell in enumerate(row)] for row in table.rows]
        head = [self._say(each) for each in table.head]
        widths, small = column_widths(head, [[piece.text for piece in row] for row in rows], table.texts)
        self._paper.table(head, rows, widths, left=table.texts, together=len(rows) <= _SHORT, small=small)
        self._note(table.notes)

    def _figure(self, figure: Figure) -> None:
        self._figures += 1
        self._paper.picture(figure.picture)
        number = Words(f"图 {self._figures}　", f"Figure {self._figures}. ")
        self._paper.paragraph(self._say(number) + self._say(figure.caption), style="Caption")
        self._note(figure.notes)

    def _note(self, notes: tuple[Words, ...]) -> None:
        if notes:
            said = ("" if self._language == "zh" else " ").join(self._say(each) for each in notes)
            self._paper.paragraph(self._say(Words("注：", "Note. ")) + said, style="Note")

    def _cell(self, cell: Cell, wraps: bool) -> Run:
        said = self._say(cell.words)
        shown = said if wraps or _CJK.search(said) else said.replace(" ", "\u00a0")
        return Run(shown, bold=bool(cell.look), colour=_COLOURS.get(cell.look, ""))


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
