"""How does one clause row look?"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from tongchi.comparison.model import Link, QuantityDifference, Side
from tongchi.report.html_proof import Proof, anchor, draw_proof, masks_of, short
from tongchi.report.marking import Masks
from tongchi.report.markup import both, phrase, tag
from tongchi.report.rows import Article, ClauseRow, DocumentView, PairView
from tongchi.report.words import DIRECTIONS, kind_words, measure_words, slot_words

_UNSURE = 0.6


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
    if row.link is None:
        what, below = _unmatched(row, name), ""
    else:
        proof = draw_proof(row, row.link, view, masks, name)
        what, below = _what(row.link, proof), _below(row.link, proof, name)
    cells = (
        f'<td class="art">{_article_cell(row.a, view.a, "A")}</td><td class="art">{_article_cell(row.b, view.b, "B")}</td>'
        f'<td class="type">{kind_chip(row.kind)}{_direction_chip(row)}</td><td class="diff">{what}</td>'
    )
    return tag("tbody", f"<tr>{cells}</tr>{below}", data)


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


def _unmatched(row: ClauseRow, name: str) -> str:
    article = row.a or row.b
    text = article.text if article else row.only.text if row.only else ""
    more = f'<p class="more"><a href="#{escape(name)}-text">{phrase("全文", "Full text")}</a></p>'
    return f'<p class="gist">{escape(short(text))}</p>{more}'


def _what(link: Link, proof: Proof) -> str:
    """Return the differing quantities, else the slot with both values, else the words that differ."""
    differing = [each for each in link.quantities if each.direction.value != "="]
    parts = list(_flags(link))
    if differing:
        parts.append(f'<ul class="qs">{"".join(map(quantity_line, differing))}</ul>')
    if link.type.value == "identical":
        parts.append(f'<p class="gist">{escape(short(proof.text_a))}</p>')
    elif (link.value_a or link.value_b) and not (differing and link.slot in ("measure", "quantity")):
        parts.append(_slot(link.slot, (link.value_a, link.value_b)))
    elif not differing:
        parts.append(_slot(link.slot or "wording", (proof.words_a, proof.words_b)))
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


def _slot(slot: str, values: tuple[str, str]) -> str:
    name = f'<span class="what">{both(slot_words(slot))}</span> ' if slot else ""
    sides = [
        tag("q", escape(short(value, 48)), {"title": value}) if value else f'<i class="none">{phrase("无", "none")}</i>'
        for value in values
    ]
    return f'<p class="slot">{name}{sides[0]} → {sides[1]}</p>'


def _below(link: Link, proof: Proof, name: str) -> str:
    equal = [each for each in link.quantities if each.direction.value == "="]
    extra = f'<ul class="qs eq">{"".join(map(quantity_line, equal))}</ul>' if equal else ""
    facts = (
        f'<p class="facts">{phrase("对应概率", "Probability of the match")} {link.probability:.2f} · '
        f"{phrase('差异程度', 'Severity')} {link.severity:.2f}"
        f'<a class="self" href="#{escape(name)}"> #{escape(name)}</a></p>'
    )
    return (
        f'<tr class="proof"><td colspan="4"><details><summary>{phrase("并列原文", "Quotes")}</summary>'
        f"{proof.markup}{extra}{facts}</details></td></tr>"
    )
