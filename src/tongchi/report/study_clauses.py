"""How do the clauses of two parties on one matter stand side by side, with both quotes, and the full texts behind them?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from tongchi.comparison.model import Link
from tongchi.report.html_clauses import kind_chip, quantity_line
from tongchi.report.html_proof import Proof, anchor, draw_proof, masks_of, short
from tongchi.report.marking import Masks
from tongchi.report.markup import both, phrase, tag
from tongchi.report.rows import Article, ClauseRow, DocumentView, PairView
from tongchi.report.study_names import StudyNames
from tongchi.report.words import DIRECTIONS, slot_words
from tongchi.study.result import MatterResult, PairOfParties

_SIGNS = {"S": "s", "L": "l", "N": "n"}


def clause_tables(matters: Iterable[MatterResult], names: StudyNames) -> Iterator[tuple[MatterResult, str]]:
    """Yield each matter with the clause tables of its regions as markup, "" where it has no pair."""
    at = 0
    for matter in matters:
        drawn = []
        for pair in matter.pairs:
            view = pair_view(pair, at, names)
            drawn.append(_titles(view) + _table(view))
            at += 1
        yield matter, "".join(drawn)


def pair_view(pair: PairOfParties, at: int, names: StudyNames) -> PairView:
    """Return the rows of a pair, under the page's own anchors."""
    return PairView(at, pair.pair, names.documents[pair.a.path], names.documents[pair.b.path])


def _titles(view: PairView) -> str:
    sides = "".join(
        f'<li><span class="sd">{sign}</span>{escape(each.name)} <a href="#d{each.index + 1}">《{escape(each.title)}》</a>'
        f"{_age(each)}</li>"
        for sign, each in (("A", view.a), ("B", view.b))
    )
    return f'<ul class="qs pairhead">{sides}</ul>'


def _age(view: DocumentView) -> str:
    vintage = view.document.metadata.vintage
    return f" <small><time>{escape(vintage)}</time></small>" if vintage else ""


def _table(view: PairView) -> str:
    masks = masks_of(view)
    head = (
        f'<tr><th scope="col" class="art">A<small>{escape(view.a.name)}</small></th>'
        f'<th scope="col" class="art">B<small>{escape(view.b.name)}</small></th>'
        f'<th scope="col" class="type">{phrase("类型", "Type")}</th>'
        f'<th scope="col">{phrase("差异", "What differs")}</th></tr>'
    )
    body = "\n".join(_row(row, row.link, view, masks) for row in view.rows if row.link)
    return f'<table class="clauses"><thead>{head}</thead>\n{body}\n</table>{_alone(view)}'


def _row(row: ClauseRow, link: Link, view: PairView, masks: Masks) -> str:
    name = f"p{view.index + 1}-" + "-".join(each.eid for each in (row.a, row.b) if each)
    proof = draw_proof(row, link, view, masks, name)
    cells = (
        f'<td class="art">{_article(row.a, view.a, "A")}</td><td class="art">{_article(row.b, view.b, "B")}</td>'
        f'<td class="type">{kind_chip(row.kind)}{_direction(row)}</td><td class="diff">{_what(link, proof)}</td>'
    )
    quotes = (
        f'<tr class="proof"><td colspan="4"><details><summary>{phrase("并列原文", "Both quotes")}</summary>'
        f"{proof.markup}</details></td></tr>"
    )
    return tag("tbody", f"<tr>{cells}</tr>{quotes}", {"id": name})


def _article(article: Article | None, document: DocumentView, side: str) -> str:
    if article is None:
        return '<span class="none">—</span>'
    return (
        f'<a href="#{escape(anchor(document, article))}"><span class="sd">{side}</span>'
        f"{escape(article.label or article.number)}</a>"
    )


def _direction(row: ClauseRow) -> str:
    if row.kind in ("stricter", "looser") or row.direction not in _SIGNS:
        return ""
    return f'<span class="dir dir-{_SIGNS[row.direction]}">{both(DIRECTIONS[row.direction])}</span>'


def _what(link: Link, proof: Proof) -> str:
    """Return the differing quantities, else the slot with both values, else the words that differ."""
    differing = [each for each in link.quantities if each.direction.value != "="]
    if differing:
        return f'<ul class="qs">{"".join(map(quantity_line, differing))}</ul>'
    if link.type.value == "identical":
        return f'<p class="gist">{escape(short(proof.text_a))}</p>'
    values = (link.value_a, link.value_b) if link.value_a or link.value_b else (proof.words_a, proof.words_b)
    name = f'<span class="what">{both(slot_words(link.slot or "wording"))}</span> '
    sides = [f"<q>{escape(short(v, 48))}</q>" if v else f'<i class="none">{phrase("无", "none")}</i>' for v in values]
    return f'<p class="slot">{name}{sides[0]} → {sides[1]}</p>'


def _alone(view: PairView) -> str:
    """Return the articles that the other side does not have."""
    rows = [row for row in view.rows if row.link is None]
    if not rows:
        return ""
    items = []
    for row in rows:
        side, document, article = ("A", view.a, row.a) if row.a else ("B", view.b, row.b)
        text = article.text if article else row.only.text if row.only else ""
        items.append(f"<li>{_article(article, document, side)} <q>{escape(short(text, 110))}</q></li>")
    head = phrase("只有一方规定", "Only one side has it")
    return f'<h4 class="alonehead">{head}</h4><ul class="qs alonelist">{"".join(items)}</ul>'


def full_texts(names: StudyNames) -> str:
    """Return every text with an anchor for each article, folded."""
    return "".join(map(_text, names.documents.values()))


def _text(view: DocumentView) -> str:
    articles = "".join(
        f'<article id="{escape(anchor(view, article))}"><p>{escape(article.text)}</p></article>'
        for article in view.articles
    )
    return f'<details id="d{view.index + 1}"><summary>{escape(view.name)} 《{escape(view.title)}》</summary>{articles}</details>'
