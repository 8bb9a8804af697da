"""How is the report on a questionnaire read on a screen? As one page in both languages that needs no network."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from tongchi.errors import Language
from tongchi.report.markup import both, phrase, tag
from tongchi.report.page import Look, bullets, headline, page_html, section
from tongchi.report.picture_svg import picture_svg
from tongchi.report.survey_content import Block, Cell, Figure, Heading, Missing, Report, Sentences, Table
from tongchi.report.survey_report import survey_report
from tongchi.report.words import Words
from tongchi.survey.analysis import SurveyAnalysis

_LOOK = Look(styles=("survey.css",))
_WORD = re.compile(r"[A-Za-z]{2}")


def survey_html(analysis: SurveyAnalysis, *, language: Language = "zh") -> str:
    """Return the page; `language` is the one shown first, the reader may switch."""
    return report_html(survey_report(analysis), language=language)


def write_survey_html(analysis: SurveyAnalysis, path: Path | str, *, language: Language = "zh") -> Path:
    """Write the page and return its path."""
    Path(path).write_text(survey_html(analysis, language=language), encoding="utf-8")
    return Path(path)


def report_html(report: Report, *, language: Language = "zh") -> str:
    """Return the page of a report whose content is made."""
    writer = _Writer()
    mark = _mark(report.mark) if report.mark else ""
    summary = section("summary", Words("结论", "Findings"), mark + headline(report.headline))
    parts = [
        section(part.name, part.title, "".join(map(writer.block, part.blocks)))
        for part in report.parts
    ]  # fmt: skip
    contents = [("summary", Words("结论", "Findings")), *((part.name, part.title) for part in report.parts)]
    return page_html(report.title, [summary, *parts], contents, look=_LOOK, language=language)


def _mark(words: Words) -> str:
    """Return the mark on the screen, and in the margin of every printed page."""
    margin = '@page{@top-right{content:"SYNTHETIC 模拟数据";font:bold 8.5pt sans-serif;color:#9c3a22}}'
    return f'<style>{margin}</style><p class="mark" role="note">{both(words)}</p>'


class _Writer:
    """Numbers tables and figures as they come."""

    def __init__(self) -> None:
        self._tables = 0
        self._figures = 0

    def block(self, block: Block) -> str:
        if isinstance(block, Table):
            return self._table(block)
        if isinstance(block, Figure):
            return self._figure(block)
        if isinstance(block, Heading):
            return f"<h3>{both(block.words)}</h3>"
        if isinstance(block, Missing):
            return _missing(block)
        return _sentences(block)

    def _table(self, table: Table) -> str:
        self._tables += 1
        caption = f"{phrase(f'表 {self._tables}　', f'Table {self._tables}. ')}{both(table.caption)}"
        looks = [_column(table, at) for at in range(len(table.head))]
        head = "".join(_head(each, look) for each, look in zip(table.head, looks, strict=True))
        rows = "".join(_row(row, looks) for row in table.rows)
        notes = f'<p class="facts">{_note(table.notes)}</p>' if table.notes else ""
        wide = " wide" if any(at in table.texts for at in range(1, len(table.head))) else ""
        body = (
            f'<div class="scroll"><table class="nums{wide}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
            f"</div>{notes}"
        )
        place = f'<figure class="tabled" id="t-{escape(table.key)}">'
        if table.detail:
            return f"{place}<details><summary>{caption}</summary>{body}</details></figure>"
        return f"{place}<figcaption>{caption}</figcaption>{body}</figure>"

    def _figure(self, figure: Figure) -> str:
        self._figures += 1
        caption = f"{phrase(f'图 {self._figures}　', f'Figure {self._figures}. ')}{both(figure.caption)}"
        notes = f'<p class="facts">{_note(figure.notes)}</p>' if figure.notes else ""
        drawn = picture_svg(figure.picture)
        return f'<figure class="drawn"><figcaption>{caption}</figcaption>{drawn}{notes}</figure>'


def _column(table: Table, at: int) -> str:
    """Return how a column is set: "text" for sentences, "word" for single words, "" for figures."""
    if at in table.texts:
        return "text"
    cells = [row[at] for row in table.rows]
    return "word" if any(each.value is None and _WORD.search(each.words.en) for each in cells) else ""


def _head(words: Words, look: str) -> str:
    return tag("th", both(words), {"scope": "col", "class": look or None})


def _row(row: tuple[Cell, ...], looks: list[str]) -> str:
    first, *rest = row
    cells = "".join(_cell(cell, look) for cell, look in zip(rest, looks[1:], strict=True))
    return f'<tr><th scope="row">{both(first.words)}</th>{cells}</tr>'


def _cell(cell: Cell, look: str) -> str:
    return tag("td", both(cell.words), {"class": " ".join(filter(None, (look, cell.look))) or None})


def _note(notes: tuple[Words, ...]) -> str:
    return f"{phrase('注：', 'Note. ')}{both(Words(''.join(each.zh for each in notes), ' '.join(each.en for each in notes)))}"


def _sentences(sentences: Sentences) -> str:
    if sentences.listed:
        return bullets(sentences.words)
    text = Words("".join(each.zh for each in sentences.words), " ".join(each.en for each in sentences.words))
    return f"<p>{both(text)}</p>"


def _missing(block: Missing) -> str:
    return f'<p class="absent"><b>{both(block.what)}</b>{phrase("：没有结果。", " is not available: ")}{both(block.reason)}</p>'
