"""Which clauses differ, and in which is B stricter? The list that stands on the first page, each entry a link to both quotes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tongchi.report.html_clauses import row_id
from tongchi.report.html_proof import short
from tongchi.report.markup import both, phrase
from tongchi.report.rows import KIND_ORDER, Article, ClauseRow, PairView
from tongchi.report.words import Words, kind_words, measure_words, slot_words

_SHOWN = 8
_SHOWN_ARTICLES = 40
_GIST = 20
_GROUPS = (
    ("S", Words("B 更严", "B stricter")),
    ("L", Words("B 更宽", "B looser")),
    ("N=", Words("严宽互见或者不分严宽", "Both ways or neither")),
)


def brief(view: PairView) -> str:
    """Return the clauses that differ, in three groups by direction, then the numbers of those that only one side has.

    Of a group the gravest are listed; the count above it is that of the headline.
    """
    differing = [row for row in view.rows if row.link and row.link.coarse == "differs"]
    columns = [_group([row for row in differing if row.direction in keys], name, view) for keys, name in _GROUPS]
    alone = [_alone(view, f"only_{side}") for side in "ab"]
    return f'<div class="brief">{"".join(columns)}</div>{"".join(alone)}'


def _group(rows: Sequence[ClauseRow], name: Words, view: PairView) -> str:
    ranked = sorted(rows, key=lambda row: (-row.severity, KIND_ORDER.index(row.kind), row.order))
    items = "".join(_item(row, view) for row in ranked[:_SHOWN])
    rest = len(rows) - _SHOWN
    if rest > 0:
        more = phrase(f"另有 {rest} 处", f"{rest} more")
        items += f'<li class="rest"><a href="#p{view.index + 1}-clauses">{more}</a></li>'
    body = f"<ul>{items}</ul>" if items else f'<p class="none">{phrase("没有。", "None.")}</p>'
    return f'<section><h3>{both(name)} <span class="n">{len(rows)}</span></h3>{body}</section>'


def _item(row: ClauseRow, view: PairView) -> str:
    where = f"{_label(row.a)} → {_label(row.b)}"
    mark = f' <span class="mark">{both(kind_words("conflict"))}</span>' if row.kind == "conflict" else ""
    return f'<li><a href="#{escape(row_id(row, view))}">{where}</a>{mark} <span class="gist">{_gist(row)}</span></li>'


def _label(article: Article | None) -> str:
    return escape(article.label or article.number) if article else "—"


def _gist(row: ClauseRow) -> str:
    """Return the first number that differs in the row's own direction, else the words that differ, else the quotes."""
    link = row.link
    if link is None:
        return ""
    differing = [each for each in link.quantities if each.direction.value != "="]
    differing.sort(key=lambda each: each.direction.value != row.direction)
    if differing:
        first = differing[0]
        values = " → ".join(f"<b>{both(measure_words(each))}</b>" for each in (first.a, first.b))
        return f"{escape(first.what)} {values}"
    if link.value_a or link.value_b:
        return f"{both(slot_words(link.slot))} {_quoted(link.value_a)} → {_quoted(link.value_b)}"
    quotes = {quote.side: quote.text for quote in reversed(link.quotes)}
    return f"{_quoted(quotes.get('a', ''))} → {_quoted(quotes.get('b', ''))}"


def _quoted(text: str) -> str:
    return f"“{escape(short(text, _GIST))}”" if text else phrase("无", "none")


def _alone(view: PairView, kind: str) -> str:
    rows = [row for row in view.rows if row.kind == kind]
    if not rows:
        return ""
    links = " ".join(
        f'<a href="#{escape(row_id(row, view))}">{_label(row.a or row.b)}</a>' for row in rows[:_SHOWN_ARTICLES]
    )
    rest = len(rows) - _SHOWN_ARTICLES
    more = f" {phrase(f'另有 {rest} 条', f'{rest} more')}" if rest > 0 else ""
    return f'<p class="alone"><b>{both(kind_words(kind))}</b> <span class="n">{len(rows)}</span> {links}{more}</p>'
