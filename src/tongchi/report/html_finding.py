"""How does one finding look? Quote with the deciding words marked, item of the law, mechanism, exception, redraft."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from tongchi.barriers.catalogue import load_catalogue
from tongchi.report.findings_summary import SEVERITIES, chance, entry_words, place_words, title_of
from tongchi.report.markup import both, phrase, tag
from tongchi.report.words import Words

_CASE = "）："  # a possible exception opens with article, item and the name of the case

_ALTERNATIVES = 3


def finding_article(row: Mapping[str, Any], at: int, order_by_document: int) -> str:
    """Return the finding as an element; `at` is its place by certainty, which its anchor bears too."""
    name = f"f{at + 1}"
    data = {
        "id": name,
        "class": "finding",
        "data-code": row["code"],
        "data-severity": row["severity"],
        "data-place": row["place"],
        "data-p": at,
        "data-d": order_by_document,
    }
    return tag(
        "article",
        f"{_head(row, name)}<div>{_quote(row)}{_facts(row)}</div><dl>{_reasons(row)}</dl>{_exception(row)}",
        data,
    )


def _head(row: Mapping[str, Any], name: str) -> str:
    severity = row["severity"]
    chip = f'<span class="chip k-{severity}">{both(SEVERITIES[severity])}</span>'
    title = f"《{escape(title_of(row))}》{escape(row['label'])}"
    where = [both(place_words(row["place"])), escape(row["document"])]
    return f'<h3>{chip} <a href="#{name}">{title}</a> <small>{" · ".join(where)}</small></h3>'


def _quote(row: Mapping[str, Any]) -> str:
    quote, lead = row["quote"], row["lead_in_length"]
    spans = deciding_spans(quote, row["words"])
    before = marked(quote, spans, 0, lead)
    head = f'<span class="leadin">{before}</span>' if before else ""
    return tag("blockquote", head + marked(quote, spans, lead, len(quote)), {"title": row["clause_id"]})


def deciding_spans(quote: str, words: list[str]) -> list[tuple[int, int]]:
    """Return where the deciding words stand in the quote, each behind the one before; words not found are left out."""
    spans, begin = [], 0
    for each in words:
        at = quote.find(each, begin)
        if each and at >= 0:
            begin = at + len(each)
            spans.append((at, begin))
    return spans


def marked(quote: str, spans: list[tuple[int, int]], first: int, last: int) -> str:
    """Return a part of the quote as markup, with the deciding words marked."""
    pieces, at = [], first
    for start, end in spans:
        start, end = max(start, first), min(end, last)
        if start < end:
            pieces += [escape(quote[at:start]), f"<mark>{escape(quote[start:end])}</mark>"]
            at = end
    return "".join([*pieces, escape(quote[at:last])]).replace("\n", "<br>")


def _facts(row: Mapping[str, Any]) -> str:
    parts = [f"{phrase('概率', 'probability')} {escape(chance(row))}"]
    if row["alternatives"]:
        codes = ", ".join(row["alternatives"][:_ALTERNATIVES])
        parts.append(phrase(f"另可归入 {codes.replace(', ', '、')}", f"or else {codes}"))
    parts.append(f"{phrase('规则', 'rules')} {escape(', '.join(row['rules']))}")
    return f'<p class="facts">{" · ".join(parts)}</p>'


def _reasons(row: Mapping[str, Any]) -> str:
    entry = load_catalogue()[row["code"]]
    source = both(Words(entry.source_zh, entry.source_en))
    parts = [
        (Words("条、项", "Item"), f"<b>{both(entry_words(entry))}</b><small>{source}</small>"),
        (Words("为什么", "Why"), _two(row, "mechanism")),
        (Words("修改建议", "Redraft"), _two(row, "remedy")),
    ]
    return "".join(f"<dt>{both(name)}</dt><dd>{body}</dd>" for name, body in parts)


def _exception(row: Mapping[str, Any]) -> str:
    """Return the case of article 12 as a summary with what must be shown inside, "" where none suggests itself."""
    if not row["exception_zh"]:
        return ""
    case = row["exception_zh"].partition(_CASE)[0].partition("《公平竞争审查条例》")[2]
    case_en = row["exception_en"].partition(" of the Fair")[0]
    summary = phrase(f"可能的例外：{case}），须证明什么", f"Possible exception: {case_en}. What must be shown")
    return f"<details><summary>{summary}</summary>{_two(row, 'exception')}</details>"


def _two(row: Mapping[str, Any], name: str) -> str:
    return both(Words(row[f"{name}_zh"], row[f"{name}_en"]))
