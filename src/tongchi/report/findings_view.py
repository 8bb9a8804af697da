"""What does a screening come to, in a terminal window?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tongchi.barriers.batch import Screening
from tongchi.barriers.catalogue import load_catalogue
from tongchi.errors import Language
from tongchi.report.findings_summary import (
    ARTICLES,
    SEVERITIES,
    FindingsSummary,
    chance,
    place_words,
    summarise,
    summary_sentences,
    title_of,
)
from tongchi.report.words import Words

_QUOTE = 120
_PLACES = 10
_COLOURS = {"clear": "red", "arguable": "yellow"}


def print_findings(screening: Screening, console: Console, *, language: Language = "zh", top: int = 10) -> None:
    """Print headline, counts by item and by place, and the `top` clearest findings with quote and mechanism."""
    summary = summarise(screening)
    for at, sentence in enumerate(summary_sentences(summary)):
        for line in fold(sentence.pick(language), console.width - 2):
            console.print(line, style="bold" if at == 0 else "", markup=False, soft_wrap=True)
    if not summary.rows:
        return
    console.print()
    console.print(_items(summary, language))
    if len(summary.places) > 1:
        console.print()
        console.print(_places(summary, language))
    title = Words("最明确的发现", "The clearest findings") if len(summary.rows) > top else Words("发现", "Findings")
    console.print(f"\n[bold]{title.pick(language)}[/bold]")
    for row in summary.rows[:top]:
        _print_finding(row, console, language)


def _table(*heads: Words, language: Language) -> Table:
    table = Table(box=None, pad_edge=False)
    for at, head in enumerate(heads):
        table.add_column(head.pick(language), justify="left" if at == 0 else "right")
    return table


def _items(summary: FindingsSummary, language: Language) -> Table:
    table = _table(Words("条例条、项", "Article and item"), Words("发现", "Findings"), Words("明确", "Clear"), language=language)  # fmt: skip
    article = 0
    for entry in summary.entries:
        if entry.article != article:
            article = entry.article
            codes = [each.code for each in summary.entries if each.article == article]
            name = Words(f"第 {article} 条 {ARTICLES[article].zh}", f"Article {article}: {ARTICLES[article].en}")
            total, clear = (sum(summary.count(code, grade) for code in codes) for grade in ("", "clear"))
            table.add_row(name.pick(language), f"{total:,}", f"{clear:,}", style="bold")
        name = Words(entry.name_zh, entry.name_en)
        table.add_row(f"  {entry.code} {name.pick(language)}", f"{summary.count(entry.code):,}", f"{summary.count(entry.code, 'clear'):,}")  # fmt: skip
    return table


def _places(summary: FindingsSummary, language: Language) -> Table:
    table = _table(Words("地区", "Place"), Words("发现", "Findings"), Words("明确", "Clear"), language=language)
    for place in summary.places[:_PLACES]:
        table.add_row(escape(place_words(place).pick(language)), f"{summary.count(place=place):,}", f"{summary.count(severity='clear', place=place):,}")  # fmt: skip
    rest = summary.places[_PLACES:]
    if rest:
        total, clear = (sum(summary.count(severity=grade, place=place) for place in rest) for grade in ("", "clear"))
        name = Words(f"其余 {len(rest)} 地", f"{len(rest)} more places").pick(language)
        table.add_row(name, f"{total:,}", f"{clear:,}")
    return table


def _print_finding(row: dict[str, Any], console: Console, language: Language) -> None:
    entry = load_catalogue()[row["code"]]
    severity, name = row["severity"], f"《{title_of(row)}》{row['label']}"
    grade = SEVERITIES[severity].pick(language)
    console.print(f"\n[{_COLOURS[severity]}]{grade}[/] {chance(row)} {row['code']} [bold]{escape(name)}[/bold]")
    for words in (
        _short(row["quote"]),
        Words(entry.source_zh, entry.source_en).pick(language),
        Words(row["mechanism_zh"], row["mechanism_en"]).pick(language),
    ):
        for line in fold(words, console.width - 4):
            console.print(f"  {line}", markup=False, soft_wrap=True)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTE else f"{line[: _QUOTE - 1]}…"


_TOKEN = re.compile(r"[!-~]+ ?|.")
_NOT_FIRST = frozenset("，。；：、？！）》”’…")


def fold(text: str, width: int) -> Iterator[str]:
    """Yield lines of at most `width` columns; Chinese breaks between any characters but before a closing mark, which hangs."""
    line, taken = "", 0
    for token in _TOKEN.findall(text):
        size = cell_len(token.rstrip())
        if line and taken + size > width and token not in _NOT_FIRST:
            yield line.rstrip()
            line, taken = "", 0
            token = token.lstrip()
        line, taken = line + token, taken + cell_len(token)
    if line:
        yield line.rstrip()
