"""How is the proof of a row opened: the quotes of both sides, with the words that differ marked?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from tongchi.comparison.model import Link, Quote, Side
from tongchi.report.marking import Mark, Masks, mark_differences, shared_phrases
from tongchi.report.markup import phrase, tag
from tongchi.report.rows import Article, ClauseRow, DocumentView, PairView

_TOO_DIFFERENT = 0.25
_NEXT_PARAGRAPH = 8
_WORDS = 22
_PHRASES = 2


@dataclass(frozen=True, slots=True)
class Proof:
    """The drawn quotes, the words of A, and the longest phrases that only one side has."""

    markup: str
    text_a: str
    words_a: str
    words_b: str


def masks_of(view: PairView) -> Masks:
    """Return the names that count as equal between the two texts of a pair."""
    sides = (view.a, view.b)
    return Masks(
        [each.document.metadata.jurisdiction for each in sides], [each.document.metadata.title for each in sides]
    )


def anchor(document: DocumentView, article: Article) -> str:
    """Return the anchor of an article in the full text at the end of the page."""
    return f"d{document.index + 1}-{article.eid}"


def short(text: str, limit: int = 64) -> str:
    """Return the start of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


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


def draw_proof(row: ClauseRow, link: Link, view: PairView, masks: Masks, name: str) -> Proof:
    """Return the quotes of a link with their differing words marked; anchors begin with `name`."""
    a = _Column("a", "del", view.a, row.a, _quotes(link, "a", row.a), name)
    b = _Column("b", "ins", view.b, row.b, _quotes(link, "b", row.b), name)
    marking = mark_differences(a.text, b.text, masks)
    words = [_differing_words(column.text, marks) for column, marks in ((a, marking.a), (b, marking.b))]
    note = ""
    if marking.shared < _TOO_DIFFERENT:
        note = f'<p class="facts">{phrase("两侧表述大多不同：标出的是相同的词句。", "Most words differ: what is marked is what both share.")}</p>'
        marking = marking._replace(a=shared_phrases(a.text, marking.a), b=shared_phrases(b.text, marking.b))
    markup = f'<div class="sides">{_side(a, marking.a, link)}{_side(b, marking.b, link)}</div>{note}'
    return Proof(markup, a.text, words[0], words[1])


def _differing_words(text: str, marks: Sequence[Mark]) -> str:
    """Return the longest changed phrases in the order of the text."""
    changed = sorted((mark for mark in marks if mark.kind == "changed"), key=lambda mark: mark.start - mark.end)
    return "／".join(short(text[mark.start : mark.end], _WORDS) for mark in sorted(changed[:_PHRASES]))


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
