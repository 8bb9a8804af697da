"""How are sentences, tables and pictures of a study put on the page, so that each number leads to its proof?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from tongchi.errors import Language
from tongchi.report.markup import both, phrase, tag
from tongchi.report.page import bullets
from tongchi.report.picture_svg import picture_svg
from tongchi.report.study_proofs import Proofs
from tongchi.report.study_words import Evident, Link, Num, Said, Saying, StudyBlock
from tongchi.report.survey_content import Cell, Figure, Heading, Missing, Sentences, Table
from tongchi.report.words import Words

_WORD = re.compile(r"[A-Za-z]{2}")


class Writer:
    """Writes blocks; tables and pictures are numbered as they come."""

    def __init__(self, proofs: Proofs) -> None:
        self._proofs = proofs
        self._tables = 0
        self._figures = 0
        self.first = True
        """Whether what is written stands on the first page."""

    def said(self, said: Said) -> str:
        """Return a sentence in both languages."""
        zh, en = self._in(said, "zh"), self._in(said, "en")
        return zh if zh == en else f'<span class="zh">{zh}</span><span class="en" lang="en">{en}</span>'

    def _in(self, said: Said, language: Language) -> str:
        return "".join(self._part(part, language) for part in said.parts(language))

    def _part(self, part: str | Num | Link, language: Language) -> str:
        if isinstance(part, Num):
            return self._proofs.link(part, language, first=self.first)
        if isinstance(part, Link):
            shown = escape(part.words.pick(language))
            return f'<a class="place" href="#{escape(part.anchor)}">{shown}</a>' if part.anchor else shown
        return escape(part)

    def blocks(self, blocks: Iterable[StudyBlock]) -> str:
        """Return blocks one after the other."""
        return "".join(map(self.block, blocks))

    def block(self, block: StudyBlock) -> str:
        """Return one block."""
        if isinstance(block, Table):
            return self._table(block)
        if isinstance(block, Figure):
            return self.figure(block)
        if isinstance(block, Heading):
            return f"<h3>{both(block.words)}</h3>"
        if isinstance(block, Missing):
            return absent(block)
        if isinstance(block, Sentences):
            return bullets(block.words) if block.listed else f"<p>{both(_joined(block.words))}</p>"
        return self._saying(block)

    def _saying(self, block: Saying) -> str:
        if block.listed:
            return f"<ul>{''.join(f'<li>{self.said(each)}</li>' for each in block.said)}</ul>"
        return f"<p>{' '.join(map(self.said, block.said))}</p>"

    def figure(self, figure: Figure) -> str:
        """Return a picture under its caption."""
        self._figures += 1
        caption = f"{phrase(f'图 {self._figures}　', f'Figure {self._figures}. ')}{both(figure.caption)}"
        notes = f'<p class="facts">{both(_joined(figure.notes))}</p>' if figure.notes else ""
        wide = "" if figure.picture.width > 560 else " slim"
        return f'<figure class="drawn{wide}"><figcaption>{caption}</figcaption>{picture_svg(figure.picture)}{notes}</figure>'

    def _table(self, table: Table) -> str:
        self._tables += 1
        caption = f"{phrase(f'表 {self._tables}　', f'Table {self._tables}. ')}{both(table.caption)}"
        looks = [_column(table, at) for at in range(len(table.head))]
        heads = zip(table.head, looks, strict=True)
        head = "".join(tag("th", both(words), {"scope": "col", "class": look or None}) for words, look in heads)
        rows = "".join(self._row(row, looks) for row in table.rows)
        notes = f'<p class="facts">{phrase("注：", "Note. ")}{both(_joined(table.notes))}</p>' if table.notes else ""
        wide = " wide" if any(at in table.texts for at in range(1, len(table.head))) else ""
        body = (
            f'<div class="scroll"><table class="nums{wide}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
            f"</div>{notes}"
        )
        place = f'<figure class="tabled" id="t-{escape(table.key)}">'
        if table.detail:
            return f"{place}<details><summary>{caption}</summary>{body}</details></figure>"
        return f"{place}<figcaption>{caption}</figcaption>{body}</figure>"

    def _row(self, row: tuple[Cell, ...], looks: list[str]) -> str:
        first, *rest = row
        cells = "".join(self._cell(cell, look) for cell, look in zip(rest, looks[1:], strict=True))
        return f'<tr><th scope="row">{self._content(first)}</th>{cells}</tr>'

    def _cell(self, cell: Cell, look: str) -> str:
        css = " ".join(filter(None, (look, cell.look)))
        return tag("td", self._content(cell), {"class": css or None})

    def _content(self, cell: Cell) -> str:
        return self.said(cell.said) if isinstance(cell, Evident) and cell.said else both(cell.words)


def absent(block: Missing) -> str:
    """Return the line that says what is missing and why."""
    what = phrase("：没有结果。", ": not available. ")
    return f'<p class="absent"><b>{both(block.what)}</b>{what}{both(block.reason)}</p>'


def _joined(words: tuple[Words, ...]) -> Words:
    return Words("".join(each.zh for each in words), " ".join(each.en for each in words))


def _column(table: Table, at: int) -> str:
    """Return how a column is set: "text" for sentences, "word" for single words, "" for figures."""
    if at in table.texts:
        return "text"
    cells = [row[at] for row in table.rows]
    worded = any(each.value is None and not _has_figures(each) and _WORD.search(each.words.en) for each in cells)
    return "word" if worded else ""


def _has_figures(cell: Cell) -> bool:
    return isinstance(cell, Evident) and cell.said is not None and bool(cell.said.figures)
