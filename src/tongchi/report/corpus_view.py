"""What does a corpus hold near a document, and which texts govern the same matter? Tables in a terminal window."""

from __future__ import annotations

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tongchi.documents.model import Document
from tongchi.documents.units import unit_label, unit_number
from tongchi.errors import Language
from tongchi.report.words import Words

_TEXT = 70


def print_nearest(document: Document, hits: pl.DataFrame, console: Console, *, language: Language = "zh") -> None:
    """Print the hits of `comparison.corpus.nearest`, grouped by the document's clause."""
    for index, clause in enumerate(document.articles):
        console.print(
            f"\n[bold]{escape(unit_label(document, clause) or unit_number(document, clause))}[/bold] {escape(_short(document.full_text(clause)))}"
        )
        table = Table(box=None, pad_edge=False, show_header=False)
        for hit in hits.filter(pl.col("query") == index).iter_rows(named=True):
            table.add_row(
                f"{hit['score']:.2f}",
                escape(hit["jurisdiction"]),
                escape(f"{hit['title']} {_article(hit['article']).pick(language)}".rstrip()),
                escape(_short(hit["text"])),
            )
        if not table.row_count:
            table.add_row(Words("没有相近条款", "nothing near").pick(language))
        console.print(table)


def _article(number: str) -> Words:
    return Words(f"第{number}条", f"art. {number}") if number else Words("", "")


def _short(text: str) -> str:
    text = text.replace("\n", "")
    return text if len(text) <= _TEXT else text[: _TEXT - 1] + "…"


def print_families(found: pl.DataFrame, console: Console, *, matter: str = "", language: Language = "zh") -> None:
    """Print the families of `comparison.corpus.families`: matter, number of texts and places, and the texts."""
    if matter:
        found = found.filter(pl.col("matter").str.contains(matter, literal=True))
    for (_, name), family in found.group_by("family", "matter", maintain_order=True):
        places = family["jurisdiction"].n_unique()
        count = Words(f"{len(family)} 份文件，{places} 地", f"{len(family)} texts of {places} places").pick(language)
        console.print(f"\n[bold]{escape(str(name))}[/bold] {count}")
        table = Table(box=None, pad_edge=False, show_header=False)
        for row in family.iter_rows(named=True):
            table.add_row(escape(row["jurisdiction"] or ""), escape(row["title"]), str(row["vintage"] or ""))
        console.print(table)
