"""What does the comparison come to, in a terminal window?"""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tongchi.comparison.model import Comparison, PairComparison
from tongchi.errors import Language
from tongchi.report.headline import number, overview_sentences
from tongchi.report.rows import KIND_ORDER, Article, ClauseRow, ComparisonView, PairView, view_comparison
from tongchi.report.words import DIRECTIONS, Words, kind_words, measure_words, slot_words

_QUOTE = 22
_COLOURS = {"conflict": "magenta", "quantity": "blue", "stricter": "red", "looser": "green", "scope": "yellow"}


def print_summary(
    comparison: Comparison | PairComparison, console: Console, *, language: Language = "zh", top: int = 10
) -> None:
    """Print headline, counts, gap matrix for more than two texts, and the `top` gravest differences of each pair.

    With more than three pairs only headline, matrix and counts are printed.
    """
    view = view_comparison(comparison)
    for at, sentence in enumerate(overview_sentences(view)):
        console.print(escape(sentence.pick(language)), style="bold" if at == 0 else "", highlight=False)
    if not view.is_pair:
        console.print(_matrix(view, language))
    console.print(_counts(view, language))
    if len(view.pairs) <= 3:
        for pair in view.pairs:
            if any(link.coarse == "differs" for link in pair.pair.links):
                console.print(_top(pair, language, top))


def _counts(view: ComparisonView, language: Language) -> Table:
    """Return counts by type: a row per type for one pair, a row per pair for several."""
    kinds = [kind for kind in KIND_ORDER if any(pair.counts[kind] for pair in view.pairs)]
    table = Table(box=None, pad_edge=False)
    if len(view.pairs) == 1:
        table.add_column(Words("类型", "Type").pick(language))
        table.add_column(Words("处数", "Count").pick(language), justify="right")
        for kind in kinds:
            table.add_row(_name(kind, language), str(view.pairs[0].counts[kind]))
        return table
    table.add_column("A")
    table.add_column("B")
    for kind in kinds:
        table.add_column(_name(kind, language), justify="right")
    for pair in view.pairs:
        table.add_row(escape(pair.a.name), escape(pair.b.name), *(str(pair.counts[kind]) for kind in kinds))
    return table


def _matrix(view: ComparisonView, language: Language) -> Table:
    table = Table(title=Words("差距矩阵", "Gap matrix").pick(language), box=None, title_justify="left")
    table.add_column("")
    for each in view.documents:
        table.add_column(escape(each.name), justify="right")
    for at, each in enumerate(view.documents):
        row = ["—" if at == other else number(value) for other, value in enumerate(view.comparison.gap_matrix[at])]
        table.add_row(escape(each.name), *row)
    return table


def _top(pair: PairView, language: Language, top: int) -> Table:
    rows = [row for row in pair.rows if row.link and row.link.coarse == "differs"]
    rows.sort(key=lambda row: (-row.severity, KIND_ORDER.index(row.kind), row.order))
    title = Words(
        f"{pair.a.name}（A）与{pair.b.name}（B）差异最大的条款",
        f"Gravest differences, {pair.a.name} (A) and {pair.b.name} (B)",
    )
    table = Table(title=escape(title.pick(language)), title_justify="left", expand=True)
    for name in (Words("A", "A"), Words("B", "B"), Words("类型", "Type"), Words("差异", "What differs")):
        table.add_column(name.pick(language), no_wrap=name.zh != "差异", ratio=1 if name.zh == "差异" else None)
    for row in rows[:top]:
        table.add_row(_label(row.a), _label(row.b), _name(row.kind, language), _what(row, language))
    return table


def _name(kind: str, language: Language) -> str:
    colour = _COLOURS.get(kind)
    name = kind_words(kind).pick(language)
    return f"[{colour}]{name}[/]" if colour else name


def _label(article: Article | None) -> str:
    return escape(article.label or article.number) if article else "—"


def _what(row: ClauseRow, language: Language) -> str:
    link = row.link
    if link is None:
        return ""
    differing = [each for each in link.quantities if each.direction.value != "="]
    lines = [
        f"{each.what} {measure_words(each.a).pick(language)} → {measure_words(each.b).pick(language)} "
        f"{DIRECTIONS[each.direction.value].pick(language)}".strip()
        for each in differing[:3]
    ]
    if not lines and (link.value_a or link.value_b):
        lines.append(
            f"{slot_words(link.slot).pick(language)} {_quoted(link.value_a)} → {_quoted(link.value_b)}".strip()
        )
    if not lines:
        quotes = {quote.side: quote.text for quote in reversed(link.quotes)}
        lines.append(f"{_quoted(quotes.get('a', ''))} → {_quoted(quotes.get('b', ''))}")
    return escape("\n".join(lines))


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    if not line:
        return "—"
    return f"“{line}”" if len(line) <= _QUOTE else f"“{line[: _QUOTE - 1]}…”"
