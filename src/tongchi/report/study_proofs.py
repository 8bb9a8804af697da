"""Where does each number on the page come from? A register with an entry for each: its cell, and the clauses, rows and items behind it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tongchi.report.html_proof import short
from tongchi.report.markup import both, phrase
from tongchi.report.study_names import StudyNames
from tongchi.report.study_words import Num
from tongchi.report.words import Words
from tongchi.study.figures import Figures
from tongchi.study.sources import SourceLink

_SHOWN = 6
_QUOTE = 90
_FILES = {
    "event": Words("事件", "event"),
    "ledger": Words("台账", "ledger"),
    "indicator": Words("指标", "indicator"),
}


class Proofs:
    """Numbers the figures in the order in which the page shows them, and writes their entries."""

    def __init__(self, figures: Figures, names: StudyNames) -> None:
        self._figures, self._names = figures, names
        self._at: dict[str, int] = {}
        self._first: set[str] = set()

    def link(self, num: Num, language: str, *, first: bool = False) -> str:
        """Return a number as a link to its entry; `first` marks those of the first page, whose entries are printed."""
        at = self._at.setdefault(num.figure, len(self._at) + 1)
        if first:
            self._first.add(num.figure)
        shown = escape(num.words.zh if language == "zh" else num.words.en)
        ref = f' data-ref="{at}"' if first else ""
        return f'<a class="fig" data-figure="{escape(num.figure)}"{ref} href="#proof-{at}">{shown}</a>'

    def register(self) -> str:
        """Return the entries of all figures that were linked to."""
        return f'<ol class="proofs">{"".join(map(self._entry, self._at))}</ol>'

    def _entry(self, name: str) -> str:
        figure = self._figures[name]
        own, *others = figure.sources
        css = "" if name in self._first else ' class="later"'
        what = f'<span class="names">{both(Words(figure.text_zh, figure.text_en))}</span>'
        value = f'<b data-figure="{escape(name)}">{exact(figure.value)}</b>'
        return f'<li id="proof-{self._at[name]}"{css}>{value} {what}{self._sources(others)}{_cell(own)}</li>'

    def _sources(self, links: Sequence[SourceLink]) -> str:
        if not links:
            return ""
        shown = "".join(f"<li>{self._source(link)}</li>" for link in links[:_SHOWN])
        rest = len(links) > _SHOWN
        more = f"<li>{phrase('其余见 evidence.json', 'the others stand in evidence.json')}</li>" if rest else ""
        return f"<ul>{shown}{more}</ul>"

    def _source(self, link: SourceLink) -> str:
        quote = f" <q>{escape(short(link.quote, _QUOTE))}</q>" if link.quote else ""
        if link.kind == "clause":
            clause = self._names.clause(link.document, link.eid)
            return f"{_to(clause.anchor, both(clause.words))}{quote}"
        if link.kind == "items":
            items = "、".join(link.items)
            n = "" if link.n is None else f", n = {link.n}"
            return f'{_to("items", phrase("题项", "items"))} <span class="quoted">{escape(items)}{n}</span>'
        place = f"{link.file}:{link.line}" if link.line else link.file or link.table
        name = both(_FILES.get(link.kind, Words("表", "table")))
        return f'{_to(self._names.source_anchor(link), name)} <span class="quoted">{escape(place)}</span>{quote}'


def _to(anchor: str, words: str) -> str:
    return f'<a href="#{escape(anchor)}">{words}</a>' if anchor else words


def _cell(link: SourceLink) -> str:
    row = ", ".join(f"{name} = {value}" for name, value in link.row)
    place = f"tables/{link.table}.parquet" + (f" [{row}]" if row else "") + f" · {link.column}"
    return f'<code class="cell">{escape(place)}</code>'


def exact(value: float) -> str:
    """Return a figure with six significant digits, as a check against the tables.

    >>> exact(0.123456789), exact(600)
    ('0.123457', '600')
    """
    return f"{value:.6g}"
