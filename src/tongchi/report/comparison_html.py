"""How does a person read a comparison? On one page that needs no network, in Chinese or English, on screen or paper."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from tongchi.comparison.model import Comparison, PairComparison
from tongchi.errors import Language
from tongchi.report.accuracy import read_accuracy
from tongchi.report.html_brief import brief
from tongchi.report.html_clauses import clause_table
from tongchi.report.html_method import method_section
from tongchi.report.html_overview import (
    documents_table,
    full_texts,
    headline,
    matter_section,
    pair_headline,
    pair_pictures,
    unmatched,
)
from tongchi.report.markup import both, phrase
from tongchi.report.page import Look, page_html, reset_button, search_field, section, select
from tongchi.report.rows import KIND_ORDER, ComparisonView, PairView, view_comparison
from tongchi.report.words import DIRECTIONS, Words, kind_words


def write_html(comparison: Comparison | PairComparison, path: Path | str, *, language: Language = "zh") -> Path:
    """Write the page to a file and return its path; `language` is the one shown first, the page holds both."""
    target = Path(path)
    target.write_bytes(comparison_to_html(comparison, language=language).encode("utf-8"))
    return target


def comparison_to_html(comparison: Comparison | PairComparison, *, language: Language = "zh") -> str:
    """Return the page: one file without any outside request, the same text on every run."""
    view = view_comparison(comparison)
    return page_html(
        _title(view), _sections(view), _contents(view), look=Look(scripts=("report.js",)), language=language
    )


def _title(view: ComparisonView) -> Words:
    if view.is_pair:
        a, b = view.documents
        return Words(f"{a.title} 与 {b.title} 逐条对照", f"{a.title} and {b.title}, clause by clause")
    matter = view.comparison.matter or view.documents[0].title
    return Words(
        f"{matter}：{len(view.documents)} 方逐条对照", f"{matter}: {len(view.documents)} texts, clause by clause"
    )


def _sections(view: ComparisonView) -> Iterator[str]:
    alone = len(view.pairs) == 1
    clauses = brief(view.pairs[0]) if alone else ""
    yield section("headline", Words("结论", "In brief"), headline(view) + clauses + documents_table(view))
    matter = matter_section(view)
    if matter:
        yield section("matter", Words("各方一览", "All parties"), matter)
    if not alone:
        yield _filters(view)
    for pair in view.pairs:
        yield _pair(pair, _filters(view) if alone else "", alone=alone)
    yield section("method", Words("方法与局限", "Method and limits"), method_section(read_accuracy()))
    yield section("texts", Words("全文", "Full texts"), full_texts(view))


def _contents(view: ComparisonView) -> list[tuple[str, Words]]:
    """Return the parts of the page that it links to."""
    parts = [("headline", Words("结论", "In brief"))]
    if len(view.pairs) == 1:
        parts += [
            ("p1", Words("差异分布", "Where they differ")),
            ("p1-clauses", Words("条款对照", "Clauses")),
            ("p1-unmatched", Words("没有对应的条文", "Without counterpart")),
        ]
    else:
        parts.append(("matter", Words("各方一览", "All parties")))
        parts.append(("p1", Words("逐对对照", "Pair by pair")))
    return [*parts, ("method", Words("方法与局限", "Method and limits")), ("texts", Words("全文", "Full texts"))]


def _pair(view: PairView, filters: str, *, alone: bool) -> str:
    mark = f"p{view.index + 1}"
    name = "" if alone else f"{escape(view.a.name)} — {escape(view.b.name)}"
    head = "" if alone else f"<h2>{name}</h2>{pair_headline(view)}{brief(view)}"
    suffix = "" if alone else f" <small>{name}</small>"
    return (
        f'<section class="pair" id="{mark}" data-name="{name}">{head}'
        f"<h2>{phrase('差异分布', 'Where they differ')}{suffix}</h2>{pair_pictures(view)}"
        f'<h2 id="{mark}-clauses">{phrase("条款对照", "Clauses")}{suffix} <span class="shown" aria-live="polite"></span></h2>'
        f'{filters}<p class="legend">{_legend()}</p>{clause_table(view)}'
        f'<h2 id="{mark}-unmatched">{phrase("没有对应的条文", "Articles without counterpart")}{suffix}</h2>{unmatched(view)}</section>'
    )


def _legend() -> str:
    return phrase(
        "并列原文中：划线底色为两侧不同的词，虚线为位置不同的相同词句，粗体为数值。两地地名和各自名称不作标记。",
        "In the quotes: tinted words differ, dotted ones stand elsewhere on the other side, bold ones are quantities. Place names and own titles are not marked.",
    )


def _filters(view: ComparisonView) -> str:
    kinds = [kind for kind in KIND_ORDER if any(pair.counts[kind] for pair in view.pairs)]
    buttons = "".join(
        f'<button type="button" class="chip k-{kind}" data-kind="{kind}" aria-pressed="false">{both(kind_words(kind))} '
        f'<span class="n">{sum(pair.counts[kind] for pair in view.pairs)}</span></button>'
        for kind in kinds
    )
    pairs = [(str(pair.index + 1), Words(f"{pair.a.name} — {pair.b.name}", f"{pair.a.name} — {pair.b.name}")) for pair in view.pairs]  # fmt: skip
    chapters = dict.fromkeys(
        chapter for pair in view.pairs for side in (pair.a, pair.b) for chapter in side.chapters if chapter
    )
    selects = [
        select("dir", Words("方向", "Direction"), [(key, DIRECTIONS[key]) for key in "SLN"]),
        select("chapter", Words("章", "Chapter"), [(name, Words(name, name)) for name in chapters]),
        select("side", Words("侧", "Side"), [("both", Words("双方都有", "on both sides")), ("a", kind_words("only_a")), ("b", kind_words("only_b"))]),
        select("sort", Words("排序", "Order"), [("o", Words("A 的条序", "articles of A")), ("ob", Words("B 的条序", "articles of B")), ("s", Words("差异程度", "severity"))], every=False),
    ]  # fmt: skip
    if len(pairs) > 1:
        selects.insert(0, select("pair", Words("对", "Pair"), pairs, every=False))
    opens = f'<button type="button" data-open="1">{phrase("展开全部", "Open all")}</button>'
    return f'<form class="filters" hidden><div class="kinds">{buttons}</div><div class="fields">{"".join(selects)}{search_field()}{opens}{reset_button()}</div></form>'
