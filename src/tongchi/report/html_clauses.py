"""How does one clause row look, and how is its proof opened?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from tongchi.comparison.model import Link, QuantityDifference, Quote, Side
from tongchi.report.marking import Mark, Masks, mark_differences, shared_phrases
from tongchi.report.markup import both, phrase, tag
from tongchi.report.rows import Article, ClauseRow, DocumentView, PairView
from tongchi.report.words import DIRECTIONS, kind_words, measure_words, slot_words

_SHORT = 64
_TOO_DIFFERENT = 0.25
_UNSURE = 0.6
_NEXT_PARAGRAPH = 8


def masks_of(view: PairView) -> Masks:
    """Return the names that count as equal between the two texts of a pair."""
    sides = (view.a, view.b)
    return Masks(
        [each.document.metadata.jurisdiction for each in sides], [each.document.metadata.title for each in sides]
    )


def clause_table(view: PairView) -> str:
    """Return the table of all rows of a pair."""
    masks = masks_of(view)
    head = (
        f'<tr><th scope="col" class="art">A<small>{escape(view.a.name)}</small></th>'
        f'<th scope="col" class="art">B<small>{escape(view.b.name)}</small></th>'
        f'<th scope="col" class="type">{phrase("类型", "Type")}</th>'
        f'<th scope="col">{phrase("差异", "What differs")}</th></tr>'
    )
    body = "\n".join(_row(row, view, masks) for row in view.rows)
    return f'<table class="clauses"><thead>{head}</thead>\n{body}\n</table>'


def row_id(row: ClauseRow, view: PairView) -> str:
    """Return the anchor of a row, made of pair number and article ids."""
    ids = "-".join(each.eid for each in (row.a, row.b) if each)
    return f"p{view.index + 1}-{row.kind.replace('_', '-') + '-' if row.only else ''}{ids}"


def anchor(document: DocumentView, article: Article) -> str:
    """Return the anchor of an article in the full text at the end of the page."""
    return f"d{document.index + 1}-{article.eid}"


def short(text: str, limit: int = _SHORT) -> str:
    """Return the start of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def kind_chip(kind: str) -> str:
    """Return the coloured name of a difference type."""
    return f'<span class="chip k-{kind}">{both(kind_words(kind))}</span>'


def quantity_line(quantity: QuantityDifference) -> str:
    """Return one parameter: what, value of A, value of B, direction."""
    direction = quantity.direction.value
    what = f'<span class="what">{escape(quantity.what)}</span> ' if quantity.what else ""
    return (
        f'<li class="q dir-{_direction_class(direction)}">{what}<b>{_value(quantity, "a")}</b> → <b>{_value(quantity, "b")}</b> '
        f'<span class="arrow">{both(DIRECTIONS[direction])}</span></li>'
    )


def _value(quantity: QuantityDifference, side: Side) -> str:
    measure = quantity.a if side == "a" else quantity.b
    shown = both(measure_words(measure))
    return tag("span", shown, {"title": measure.text}) if measure and measure.text else shown


def _direction_class(direction: str) -> str:
    return {"S": "s", "L": "l", "N": "n"}.get(direction, "e")


def _row(row: ClauseRow, view: PairView, masks: Masks) -> str:
    name = row_id(row, view)
    side = "a" if row.b is None else "b" if row.a is None else "both"
    data = {
        "id": name,
        "data-kind": row.kind,
        "data-dir": row.direction,
        "data-side": side,
        "data-ca": row.a.chapter if row.a else None,
        "data-cb": row.b.chapter if row.b else None,
        "data-o": row.order,
        "data-ob": view.b.articles.index(row.b) if row.b else len(view.b.articles) + row.order,
        "data-s": f"{row.severity:.4g}",
    }
    cells = (
        f'<td class="art">{_article_cell(row.a, view.a, "A")}</td><td class="art">{_article_cell(row.b, view.b, "B")}</td>'
        f'<td class="type">{kind_chip(row.kind)}{_direction_chip(row)}</td><td class="diff">{_what(row, name)}</td>'
    )
    proof = _proof(row, row.link, view, masks, name) if row.link else ""
    return tag("tbody", f"<tr>{cells}</tr>{proof}", data)


def _article_cell(article: Article | None, document: DocumentView, side: str) -> str:
    if article is None:
        return f'<span class="none" aria-label="{side} –">—</span>'
    where = f"{document.title} {' '.join(article.headings)}"
    return (
        f'<a href="#{escape(anchor(document, article))}" title="{escape(where)}"><span class="sd">{side}</span>'
        f"{escape(article.label or article.number)}</a>"
    )


def _direction_chip(row: ClauseRow) -> str:
    if row.kind in ("stricter", "looser") or row.direction not in (
        ("S", "L", "N") if row.kind == "quantity" else ("S", "L")
    ):
        return ""
    return f'<span class="dir dir-{_direction_class(row.direction)}">{both(DIRECTIONS[row.direction])}</span>'


def _what(row: ClauseRow, name: str) -> str:
    if row.link is None:
        article = row.a or row.b
        text = article.text if article else row.only.text if row.only else ""
        more = f'<p class="more"><a href="#{escape(name)}-text">{phrase("全文", "Full text")}</a></p>'
        return f'<p class="gist">{escape(short(text))}</p>{more}'
    link = row.link
    differing = [each for each in link.quantities if each.direction.value != "="]
    parts = list(_flags(link))
    if differing:
        parts.append(f'<ul class="qs">{"".join(map(quantity_line, differing))}</ul>')
    if (link.value_a or link.value_b) and not (differing and link.slot in ("measure", "quantity")):
        parts.append(_slot(link))
    elif not differing:
        parts.append(f'<p class="gist">{escape(short(row.a.text if row.a else link.value_a))}</p>')
    return "".join(parts)


def _flags(link: Link) -> Iterator[str]:
    notes: list[str] = []
    if link.strength == "partial":
        notes.append(phrase("部分对应", "partial"))
    if link.probability < _UNSURE:
        notes.append(phrase(f"对应存疑 {link.probability:.2f}", f"uncertain match {link.probability:.2f}"))
    if link.other_types:
        names = [kind_words(each.value) for each in link.other_types]
        notes.append(phrase("另有：" + "、".join(n.zh for n in names), "also: " + ", ".join(n.en for n in names)))
    if notes:
        yield f'<p class="flags">{" · ".join(notes)}</p>'


def _slot(link: Link) -> str:
    name = f'<span class="what">{both(slot_words(link.slot))}</span> ' if link.slot else ""
    sides = [
        tag("q", escape(short(value, 48)), {"title": value}) if value else f'<i class="none">{phrase("无", "none")}</i>'
        for value in (link.value_a, link.value_b)
    ]
    return f'<p class="slot">{name}{sides[0]} → {sides[1]}</p>'


def _proof(row: ClauseRow, link: Link, view: PairView, masks: Masks, name: str) -> str:
    equal = [each for each in link.quantities if each.direction.value == "="]
    extra = f'<ul class="qs eq">{"".join(map(quantity_line, equal))}</ul>' if equal else ""
    facts = (
        f'<p class="facts">{phrase("对应概率", "Probability of the match")} {link.probability:.2f} · '
        f"{phrase('差异程度', 'Severity')} {link.severity:.2f}"
        f'<a class="self" href="#{escape(name)}"> #{escape(name)}</a></p>'
    )
    return (
        f'<tr class="proof"><td colspan="4"><details><summary>{phrase("并列原文", "Quotes")}</summary>'
        f"{_sides(row, link, view, masks, name)}{extra}{facts}</details></td></tr>"
    )


@dataclass(frozen=True, slots=True)
class _Column:
    """One side of a proof: whose words, in which element differing ones stand, and the name its anchors begin with."""

    side: Side
    element: str
    document: DocumentView
    article: Article | None
    quotes: Sequence[Quote]
    name: str

    @property
    def text(self) -> str:
        """All quotes, one per line."""
        return "\n".join(quote.text for quote in self.quotes)


def _sides(row: ClauseRow, link: Link, view: PairView, masks: Masks, name: str) -> str:
    a = _Column("a", "del", view.a, row.a, _quotes(link, "a", row.a), name)
    b = _Column("b", "ins", view.b, row.b, _quotes(link, "b", row.b), name)
    marking = mark_differences(a.text, b.text, masks)
    note = ""
    if marking.shared < _TOO_DIFFERENT:
        note = f'<p class="facts">{phrase("两侧表述大多不同：标出的是相同的词句。", "Most words differ: what is marked is what both share.")}</p>'
        marking = marking._replace(a=shared_phrases(a.text, marking.a), b=shared_phrases(b.text, marking.b))
    return f'<div class="sides">{_side(a, marking.a, link)}{_side(b, marking.b, link)}</div>{note}'


def _quotes(link: Link, side: Side, article: Article | None) -> list[Quote]:
    """Return the quotes of a side in the order of the text; the article itself where there is none."""
    found = sorted((quote for quote in link.quotes if quote.side == side), key=lambda quote: quote.start)
    if found or article is None:
        return found
    return [Quote(side, article.eid, article.start, article.end, article.text)]


def _side(column: _Column, marks: Sequence[Mark], link: Link) -> str:
    article, document = column.article, column.document
    values = [each.a if column.side == "a" else each.b for each in link.quantities]
    measures = {value.text for value in values if value and value.text}
    label = article.label if article else ""
    drawn: list[str] = []
    offset = 0
    last_end = article.start if article else 0
    for at, quote in enumerate(column.quotes, 1):
        if at > 1 and quote.start > last_end + _NEXT_PARAGRAPH:
            drawn.append('<p class="gapmark">……</p>')
        where = f"《{document.title}》{label} {quote.eid} [{quote.start}–{quote.end}]"
        words = marked(quote.text, _within(marks, offset, len(quote.text)), measures, column.element)
        drawn.append(tag("blockquote", words, {"id": f"{column.name}-{column.side}{at}", "title": where}))
        offset += len(quote.text) + 1
        last_end = quote.end
    return f'<div class="side">{_side_head(column)}{"".join(drawn)}</div>'


def _side_head(column: _Column) -> str:
    article = column.article
    if article is None:
        return ""
    return (
        f'<h4><span class="sd">{column.side.upper()}</span>{escape(column.document.name)} '
        f'<a href="#{escape(anchor(column.document, article))}">{escape(article.label or article.number)}</a> '
        f"<small>{escape(' '.join(article.headings))}</small></h4>"
    )


def _within(marks: Sequence[Mark], offset: int, length: int) -> list[Mark]:
    """Return the marks of one quote out of those of all quotes of a side."""
    return [
        Mark(max(mark.start - offset, 0), min(mark.end - offset, length), mark.kind)
        for mark in marks
        if mark.start < offset + length and mark.end > offset
    ]


def marked(text: str, marks: Sequence[Mark], measures: set[str], element: str) -> str:
    """Return a quote with its differing words in `element` (del or ins) and its measures in bold."""
    bold = sorted(_places(text, measures))
    cuts = sorted({0, len(text), *(c for m in marks for c in (m.start, m.end)), *(c for pair in bold for c in pair)})
    parts: list[str] = []
    for start, end in pairwise(cuts):
        piece = escape(text[start:end]).replace("\n", "<br>")
        if any(s <= start and end <= e for s, e in bold):
            piece = f"<b>{piece}</b>"
        mark = next((m for m in marks if m.start <= start and end <= m.end), None)
        if mark is not None:
            piece = {
                "changed": f"<{element}>{piece}</{element}>",
                "moved": f'<span class="mv">{piece}</span>',
                "shared": f'<span class="sh">{piece}</span>',
            }[mark.kind]
        parts.append(piece)
    return "".join(parts)


def _places(text: str, words: set[str]) -> Iterator[tuple[int, int]]:
    for word in sorted(words):
        at = text.find(word)
        while at >= 0:
            yield at, at + len(word)
            at = text.find(word, at + len(word))
