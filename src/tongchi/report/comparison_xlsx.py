"""How does a person work on with a comparison? In a workbook with the rows of the page, to filter, note and pass on."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

from tongchi.comparison.model import Comparison, Link, PairComparison
from tongchi.report.headline import overview_sentences, pair_sentences
from tongchi.report.rows import (
    KIND_ORDER,
    Article,
    ClauseRow,
    ComparisonView,
    PairView,
    conformity_range,
    view_comparison,
)
from tongchi.report.words import DIRECTIONS, LEVELS, Words, kind_words, measure_words, slot_words
from tongchi.report.workbook_style import Sheet, Value, new_book, save_book

_PAIR = ("对 Pair", 20.0)


def write_xlsx(comparison: Comparison | PairComparison, path: Path | str) -> Path:
    """Write the workbook and return its path; the same comparison gives the same bytes."""
    view = view_comparison(comparison)
    book = new_book()
    _summary(book, view)
    _clauses(book, view)
    _only(book, view)
    _quantities(book, view)
    if not view.is_pair:
        _matters(book, view)
    if not view.is_pair or view.comparison.baseline is not None:
        _matrix(book, view)
    target = Path(path)
    save_book(book, target)
    return target


def _two(words: Words) -> str:
    return words.zh if words.zh == words.en else f"{words.zh} {words.en}"


def _kind(key: str) -> str:
    return _two(kind_words(key))


def _pair_name(pair: PairView) -> str:
    return f"{pair.a.name} — {pair.b.name}"


def _head(view: ComparisonView, *columns: tuple[str, float]) -> list[tuple[str, float]]:
    """Return the columns, led by the pair where there are several."""
    return [*([_PAIR] if len(view.pairs) > 1 else []), *columns]


def _lead(view: ComparisonView, pair: PairView) -> list[Value]:
    return [_pair_name(pair)] if len(view.pairs) > 1 else []


def _summary(book: Workbook, view: ComparisonView) -> None:
    sheet = Sheet(book, "概要", [("", 34.0), ("", 44.0), *[("", 16.0)] * 6], filtered=False)
    for sentences in (overview_sentences(view), *([] if view.is_pair else map(pair_sentences, view.pairs))):
        for at, sentence in enumerate(sentences):
            for text in sentence:
                sheet.add([text], style="line" if at else "strong")
        sheet.add([])
    sheet.add(["名称 Name", "文本 Text", "地区 Place", "效力位阶 Rank", "通过 Adopted", "最近修改 Amended", "施行 In force", "条数 Articles"], style="head")  # fmt: skip
    for each in view.documents:
        meta = each.document.metadata
        amended = meta.amended[-1] if meta.amended else None
        sheet.add(
            [each.name, each.title, meta.jurisdiction, LEVELS[meta.level.value].zh, meta.adopted, amended, meta.effective, len(each.articles)]
        )  # fmt: skip
    sheet.add([])
    sheet.add(["类型 Type", *(_pair_name(pair) for pair in view.pairs)], style="head")
    for kind in KIND_ORDER:
        sheet.add([_kind(kind), *(pair.counts[kind] for pair in view.pairs)])
    sheet.add(["差距 Gap", *(_number(pair.pair.gap.value) for pair in view.pairs)])
    sheet.close()


def _clauses(book: Workbook, view: ComparisonView) -> None:
    head = _head(
        view,
        ("A 条 Article", 10.0), ("B 条 Article", 10.0), ("类型 Type", 16.0), ("方向 Direction", 16.0),
        ("差异项 What", 20.0), ("A 值 Value", 24.0), ("B 值 Value", 24.0), ("另有 Also", 14.0),
        ("程度 Severity", 10.0), ("概率 Probability", 13.0), ("A 章 Chapter", 16.0), ("B 章 Chapter", 16.0),
        ("A 原文 Text", 60.0), ("B 原文 Text", 60.0),
    )  # fmt: skip
    sheet = Sheet(book, "条款对照", head)
    for pair in view.pairs:
        for row in pair.rows:
            sheet.add([*_lead(view, pair), *_clause(row)])
    sheet.close()


def _clause(row: ClauseRow) -> list[Value]:
    link = row.link
    what, value_a, value_b = _difference(link) if link else ("", "", "")
    also = "、".join(_kind(each.value) for each in link.other_types) if link else ""
    return [
        _label(row.a), _label(row.b), _kind(row.kind), _two(DIRECTIONS[row.direction]) if row.direction else None,
        what, value_a, value_b, also, _number(row.severity), _number(link.probability) if link else None,
        row.a.chapter if row.a else None, row.b.chapter if row.b else None,
        _quoted(row, "a"), _quoted(row, "b"),
    ]  # fmt: skip


def _difference(link: Link) -> tuple[str, str, str]:
    """Return what differs and both values: the quantities line by line, else the slot."""
    differing = [each for each in link.quantities if each.direction.value != "="]
    if differing:
        values = [(measure_words(each.a).zh, measure_words(each.b).zh) for each in differing]
        names = "\n".join(each.what or "—" for each in differing)
        return names, "\n".join(a for a, _ in values), "\n".join(b for _, b in values)
    return _two(slot_words(link.slot)) if link.slot else "", link.value_a, link.value_b


def _quoted(row: ClauseRow, side: str) -> str | None:
    """Return the quotes of a side, else the article."""
    quotes = [quote for quote in row.link.quotes if quote.side == side] if row.link else []
    if quotes:
        return "\n".join(quote.text for quote in sorted(quotes, key=lambda quote: quote.start))
    article = row.a if side == "a" else row.b
    return article.text if article else None


def _label(article: Article | None) -> str | None:
    return (article.label or article.number) if article else None


def _only(book: Workbook, view: ComparisonView) -> None:
    head = _head(
        view, ("侧 Side", 16.0), ("文本 Text", 30.0), ("条 Article", 10.0), ("章 Chapter", 20.0), ("原文 Text", 90.0)
    )
    sheet = Sheet(book, "仅一方", head)
    for pair in view.pairs:
        for row in pair.rows:
            article, document = (row.a, pair.a) if row.a else (row.b, pair.b)
            if row.only and article:
                sheet.add([*_lead(view, pair), _kind(row.kind), document.title, _label(article), article.chapter, article.text])  # fmt: skip
    sheet.close()


def _quantities(book: Workbook, view: ComparisonView) -> None:
    head = _head(
        view,
        ("A 条 Article", 10.0), ("B 条 Article", 10.0), ("参数 What", 30.0), ("A 值 Value", 22.0), ("B 值 Value", 22.0),
        ("方向 Direction", 18.0), ("A 下限 from", 12.0), ("A 上限 to", 12.0), ("A 单位 unit", 10.0),
        ("B 下限 from", 12.0), ("B 上限 to", 12.0), ("B 单位 unit", 10.0),
    )  # fmt: skip
    sheet = Sheet(book, "数量", head)
    for pair in view.pairs:
        for row in pair.rows:
            for each in row.link.quantities if row.link else ():
                ends: list[Value] = []
                for measure in (each.a, each.b):
                    ends += [measure.lo, measure.hi, measure.unit] if measure else [None, None, None]
                values = [measure_words(each.a).zh, measure_words(each.b).zh, _two(DIRECTIONS[each.direction.value])]
                sheet.add([*_lead(view, pair), _label(row.a), _label(row.b), each.what, *values, *ends])
    sheet.close()


def _matters(book: Workbook, view: ComparisonView) -> None:
    head = [("事项 Provision", 50.0), *((each.name, 16.0) for each in view.documents), ("有规定 Stated by", 14.0)]
    sheet = Sheet(book, "事项表", head)
    for row in view.comparison.rows:
        cells = ["、".join(numbers) or None for numbers in row.articles]
        sheet.add([row.label, *cells, sum(bool(numbers) for numbers in row.articles)])
    sheet.close()


def _matrix(book: Workbook, view: ComparisonView) -> None:
    whole = view.comparison
    conformity = whole.baseline is not None
    last: list[tuple[str, float]] = [("符合度 Conformity", 14.0), ("区间 Interval", 18.0)] if conformity else []
    sheet = Sheet(book, "矩阵", [("差距 Gap", 24.0), *((each.name, 14.0) for each in view.documents), *last])
    for at, each in enumerate(view.documents):
        values: list[Value] = [_number(value) for value in whole.gap_matrix[at]]
        gap = whole.conformity[at] if conformity else None
        if gap:
            value, low, high = conformity_range(gap)
            values += [_number(value), f"{low:.2f}–{high:.2f}"]
        sheet.add([each.name, *values])
    sheet.close()


def _number(value: float) -> float:
    return round(float(value), 4)
