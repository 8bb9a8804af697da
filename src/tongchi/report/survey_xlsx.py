"""How are the tables of a report worked on? In a workbook, each on its own sheet, with numbers as numbers."""

from __future__ import annotations

from pathlib import Path

from tongchi.errors import Language
from tongchi.report.survey_content import Block, Cell, Missing, Report, Table
from tongchi.report.survey_report import survey_report
from tongchi.report.words import Words
from tongchi.report.workbook_style import Sheet, Value, new_book, save_book
from tongchi.survey.analysis import SurveyAnalysis

_DIGITS = 7  # significant ones, so that a small p is not rounded to nothing
_LONGEST_NAME = 31


def write_survey_xlsx(analysis: SurveyAnalysis, path: Path | str, *, language: Language = "zh") -> Path:
    """Write the workbook and return its path; the same analysis gives the same bytes."""
    return write_report_xlsx(survey_report(analysis), path, language=language)


def write_report_xlsx(report: Report, path: Path | str, *, language: Language = "zh") -> Path:
    """Write the tables of a report whose content is made; what is not available stands on the first sheet."""
    book = new_book()
    blocks = [block for part in report.parts for block in part.blocks]
    cover = Sheet(book, Words("结论", "Findings").pick(language), [("", 110.0)], filtered=False)
    cover.add([report.title.pick(language)], style="strong")
    if report.mark:
        cover.add([report.mark.pick(language)], style="strong")
    for sentence in (*report.headline, *_absent(blocks)):
        cover.add([sentence.pick(language)])
    cover.close()
    for table in blocks:
        if isinstance(table, Table):
            _sheet(book, table, report, language)
    target = Path(path)
    save_book(book, target)
    return target


def _absent(blocks: list[Block]) -> list[Words]:
    return [
        Words(f"{each.what.zh}：没有结果。{each.reason.zh}", f"{each.what.en} is not available: {each.reason.en}")
        for each in blocks
        if isinstance(each, Missing)
    ]


def _sheet(book: object, table: Table, report: Report, language: Language) -> None:
    widths = [34.0 if at in table.texts else 15.0 for at in range(len(table.head))]
    names = [each.pick(language) or " " for each in table.head]
    sheet = Sheet(book, table.key[:_LONGEST_NAME], list(zip(names, widths, strict=True)))
    for row in table.rows:
        sheet.add([_value(cell, language) for cell in row])
    sheet.close()
    for words in (table.caption, *table.notes, *([report.mark] if report.mark else [])):
        sheet.add([words.pick(language)], style="line")


def _value(cell: Cell, language: Language) -> Value:
    return cell.words.pick(language) if cell.value is None else float(f"{cell.value:.{_DIGITS}g}")
