"""How does a reviewer read findings? On one page that needs no network, in Chinese or English, on screen or paper."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from tongchi.barriers.batch import Screening
from tongchi.errors import Language
from tongchi.report.accuracy import read_accuracy
from tongchi.report.findings_method import findings_method
from tongchi.report.findings_summary import (
    ARTICLES,
    SEVERITIES,
    FindingsSummary,
    entry_words,
    place_words,
    summarise,
    summary_sentences,
    title_of,
)
from tongchi.report.html_finding import finding_article
from tongchi.report.markup import both, phrase, table, tag
from tongchi.report.page import Look, headline, page_html, reset_button, search_field, section, select
from tongchi.report.words import Words

SHOWN = 2000  # findings on the page, the most certain of them; the workbook holds all
_PLACES = 8
_SHOWN = ' <span class="shown" aria-live="polite"></span>'
_PARTS = {
    "headline": Words("结论", "In brief"),
    "table": Words("分布", "Where they are"),
    "list": Words("发现", "Findings"),
    "unread": Words("未读文件", "Files not read"),
    "method": Words("方法与局限", "Method and limits"),
}


def write_findings_html(screening: Screening, path: Path | str, *, language: Language = "zh") -> Path:
    """Write the page to a file and return its path; `language` is the one shown first, the page holds both."""
    target = Path(path)
    target.write_bytes(findings_to_html(screening, language=language).encode("utf-8"))
    return target


def findings_to_html(screening: Screening, *, language: Language = "zh", shown: int = SHOWN) -> str:
    """Return the page: one file without any outside request, the same text on every run."""
    summary = summarise(screening)
    sections = dict(_sections(summary, shown))
    body = [
        section(name, _PARTS[name], markup, note=_SHOWN if name == "list" else "") for name, markup in sections.items()
    ]
    contents = [(name, _PARTS[name]) for name in sections]
    look = Look(styles=("findings.css",), scripts=("findings.js",))
    return page_html(_title(summary), body, contents, look=look, language=language)


def _title(summary: FindingsSummary) -> Words:
    titles = {title_of(row) for row in summary.rows}
    if summary.documents == 1 and len(titles) == 1:
        (name,) = titles
        return Words(f"《{name}》公平竞争审查", f"Fair competition review of {name}")
    return Words(
        f"{summary.documents:,} 份文件的公平竞争审查", f"Fair competition review of {summary.documents:,} documents"
    )


def _sections(summary: FindingsSummary, shown: int) -> Iterator[tuple[str, str]]:
    yield "headline", headline(summary_sentences(summary))
    if summary.rows:
        yield "table", _table(summary)
        yield "list", _list(summary, shown)
    if summary.unread:
        yield "unread", _unread(summary)
    yield "method", findings_method(read_accuracy())


def _table(summary: FindingsSummary) -> str:
    """Return counts by item: all, as a bar, and a column for each of the places with most findings and for the rest."""
    places = summary.places if len(summary.places) <= _PLACES + 1 else summary.places[:_PLACES]
    columns = places if len(summary.places) > 1 else ()
    rest = summary.places[len(places) :]
    legend = " ".join(f'<span class="key k-{each}">{both(words)}</span>' for each, words in SEVERITIES.items())
    head = [phrase("条例条、项", "Article and item"), phrase("合计", "Total"), legend, *(both(place_words(each)) for each in columns)]  # fmt: skip
    if rest:
        head.append(phrase(f"其余 {len(rest)} 地", f"{len(rest)} more"))
    rows = []
    for article, name in ARTICLES.items():
        entries = [entry for entry in summary.entries if entry.article == article]
        if entries:
            codes = [entry.code for entry in entries]
            words = phrase(f"第 {article} 条 {name.zh}", f"Article {article}: {name.en}")
            rows.append([f"<b>{words}</b>", *_cells(summary, codes, str(article), columns, rest)])
            rows += [
                [both(entry_words(each)), *_cells(summary, [each.code], each.code, columns, rest)] for each in entries
            ]
    total = [entry.code for entry in summary.entries]
    rows.append([f"<b>{phrase('合计', 'Total')}</b>", *_cells(summary, total, "", columns, rest)])
    return f'<div class="scroll">{table(head, rows, "counts")}</div>'


def _cells(
    summary: FindingsSummary, codes: list[str], code: str, places: tuple[str, ...], rest: tuple[str, ...]
) -> Iterator[str]:
    def count(place: str | None, severity: str = "") -> int:
        return sum(summary.count(each, severity, place) for each in codes)

    yield _jump(count(None), code, None)
    yield _bar(summary, codes[0], count(None, "clear"), count(None, "arguable")) if "." in code else ""
    for place in places:
        yield _jump(count(place), code, place)
    if rest:
        yield _number(sum(map(count, rest)))


def _bar(summary: FindingsSummary, code: str, clear: int, arguable: int) -> str:
    """Return the count of an item as a bar; that of the item with most findings fills the cell."""
    longest = max(summary.count(entry.code) for entry in summary.entries)
    name = f"{code}: {SEVERITIES['clear'].zh} clear {clear}, {SEVERITIES['arguable'].zh} arguable {arguable}"
    parts = "".join(
        f'<i class="k-{kind}" style="width:{100 * number / longest:.1f}%"></i>'
        for kind, number in (("clear", clear), ("arguable", arguable))
        if number
    )
    return f'<span class="mini" title="{escape(name)}">{parts}</span>'


def _number(count: int) -> str:
    return f"{count:,}" if count else '<span class="none">·</span>'


def _jump(count: int, code: str, place: str | None) -> str:
    """Return a count that, pressed, shows its findings in the list."""
    if not count:
        return _number(0)
    data = {
        "type": "button",
        "class": "jump",
        "data-jump": code,
        "data-at": None if place is None else place_value(place),
    }
    return tag("button", _number(count), data)


def place_value(place: str) -> str:
    """Return the value of a place in the list of places, where "" stands for all."""
    return place or "?"


def _list(summary: FindingsSummary, shown: int) -> str:
    rows = summary.rows[:shown]
    by_document = sorted(range(len(rows)), key=lambda at: (rows[at]["document"], rows[at]["at"]))
    order = {at: number for number, at in enumerate(by_document)}
    findings = "\n".join(
        finding_article({**row, "place": place_value(row["place"])}, at, order[at]) for at, row in enumerate(rows)
    )
    return f'{_capped(summary, shown)}{_filters(summary)}\n<div class="findings">\n{findings}\n</div>'


def _capped(summary: FindingsSummary, shown: int) -> str:
    if len(summary.rows) <= shown:
        return ""
    note = phrase(
        f"这里列出最明确、概率最高的 {shown:,} 个；全部 {len(summary.rows):,} 个见 findings.xlsx。",
        f"These are the {shown:,} clearest and most certain; all {len(summary.rows):,} are in findings.xlsx.",
    )
    return f'<p class="note">{note}</p>'


def _filters(summary: FindingsSummary) -> str:
    items: list[tuple[str, Words]] = []
    for article, name in ARTICLES.items():
        entries = [entry for entry in summary.entries if entry.article == article]
        if entries:
            items.append((str(article), Words(f"第 {article} 条 {name.zh}", f"Article {article}: {name.en}")))
            items += [(entry.code, entry_words(entry)) for entry in entries]
    places = [(place_value(place), place_words(place)) for place in summary.places]
    fields = [
        select("code", Words("条、项", "Item"), items),
        select("severity", Words("轻重", "Severity"), SEVERITIES.items()),
        select("place", Words("地区", "Place"), places),
        select("sort", Words("排序", "Order"), [("p", Words("最明确在前", "clearest first")), ("d", Words("按文件", "by document"))], every=False),
        search_field(), reset_button(),
    ]  # fmt: skip
    return f'<form class="filters" hidden><div class="fields">{"".join(fields)}</div></form>'


def _unread(summary: FindingsSummary) -> str:
    head = [phrase("文件", "File"), phrase("原因", "Reason")]
    rows = [[escape(each.path), both(Words(each.zh, each.en))] for each in summary.unread]
    return f'<div class="scroll">{table(head, rows, "unread")}</div>'
