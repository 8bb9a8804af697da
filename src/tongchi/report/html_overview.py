"""What stands around the clause table: documents, headline, pictures, unmatched provisions, the table of all parties?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from tongchi.comparison.model import GapPart
from tongchi.report import page
from tongchi.report.headline import number, overview_sentences, pair_sentences
from tongchi.report.html_clauses import kind_chip, row_id
from tongchi.report.html_proof import anchor, short
from tongchi.report.markup import both, phrase, table, tag
from tongchi.report.rows import KIND_ORDER, Article, ComparisonView, DocumentView, PairView, conformity_range
from tongchi.report.svg import Bar, Segment, stacked_bars
from tongchi.report.words import LEVELS, Words, kind_words

_SHADES = 6
_NO_CHAPTER = Words("（无章）", "(no chapter)")
_DASH = '<span class="none">—</span>'


def documents_table(view: ComparisonView) -> str:
    """Return what each text says about itself."""
    letters = "AB" if view.is_pair else ""
    head = [
        "",
        phrase("文本", "Text"),
        phrase("地区", "Place"),
        phrase("效力位阶", "Rank"),
        phrase("通过", "Adopted"),
        phrase("最近修改", "Last amended"),
        phrase("施行", "In force from"),
        phrase("条数", "Articles"),
    ]
    rows = [_document_row(each, letters[at] if letters else str(at + 1)) for at, each in enumerate(view.documents)]
    return f'<div class="scroll">{table(head, rows, "docs")}</div>'


def _document_row(view: DocumentView, sign: str) -> list[str]:
    meta = view.document.metadata
    history = " ".join(node.text for node in view.document.nodes if node.kind.value == "history")
    sample = f' <small class="sample">{phrase("示例", "SAMPLE")}</small>' if "SAMPLE" in history else ""
    return [
        f'<span class="sd">{sign}</span>',
        f'<a href="#d{view.index + 1}">{escape(view.title)}</a>{sample}<small>{escape(view.file)}</small>',
        escape(meta.jurisdiction) or _DASH,
        both(LEVELS[meta.level.value]),
        meta.adopted or _DASH,
        (meta.amended[-1] if meta.amended else "") or _DASH,
        meta.effective or _DASH,
        str(len(view.articles)),
    ]


def headline(view: ComparisonView) -> str:
    """Return the sentences that sum the comparison up."""
    return page.headline(overview_sentences(view))


def pair_headline(view: PairView) -> str:
    """Return the sentences that sum one of several pairs up."""
    return page.headline(pair_sentences(view))


def pair_pictures(view: PairView) -> str:
    """Return counts by type and by chapter of A, and what the gap is made of."""
    counts = view.counts
    by_type = [
        Bar(kind_words(kind), (Segment(kind, kind_words(kind), counts[kind]),)) for kind in KIND_ORDER if counts[kind]
    ]
    types = stacked_bars(Words("各类差异的数量", "Counts by type of difference"), by_type)
    chapters = stacked_bars(Words("各章差异的数量", "Counts by chapter"), _chapter_bars(view))
    return (
        f'<div class="pictures"><figure><figcaption>{phrase("按类型（处）", "By type (count)")}</figcaption>{types}</figure>'
        f"<figure><figcaption>{phrase('按 A 的章（处）', 'By chapter of A (count)')}</figcaption>{chapters}</figure>"
        f"{_gap_parts(view)}</div>"
    )


def _chapter_bars(view: PairView) -> list[Bar]:
    by_chapter: dict[str, Counter[str]] = {chapter: Counter() for chapter in view.a.chapters}
    only_b: Counter[str] = Counter()
    for row in view.rows:
        if row.a:
            by_chapter[row.a.chapter][row.kind] += 1
        else:
            only_b[row.kind] += 1
    bars = [Bar(_chapter(name), _segments(counts)) for name, counts in by_chapter.items()]
    if only_b:
        bars.append(Bar(Words("B 的各章：A 无对应", "Chapters of B: not in A"), _segments(only_b)))
    return [bar for bar in bars if bar.total]


def _chapter(name: str) -> Words:
    return Words(name, name) if name else _NO_CHAPTER


def _segments(counts: Counter[str]) -> tuple[Segment, ...]:
    return tuple(Segment(kind, kind_words(kind), counts[kind]) for kind in KIND_ORDER if counts[kind])


def _gap_parts(view: PairView) -> str:
    """Return what each type and each chapter adds to the gap."""
    types: dict[str, tuple[float, int]] = {}
    for part in view.pair.gap.parts:
        if part.split == "type":
            key = f"only_{part.side}" if part.name == "only" else part.name
            share, count = types.get(key, (0.0, 0))
            types[key] = (share + part.contribution, count + part.count)
    chapters = [part for part in view.pair.gap.parts if part.split == "chapter"]
    if not types:
        return ""
    by_type = sorted(types.items(), key=lambda item: (-item[1][0], item[0]))
    rows = [[both(kind_words(key)), f"{share:.3f}", str(count)] for key, (share, count) in by_type]
    whole = sum(share for share, _ in types.values())
    total = [f"<b>{phrase('合计', 'Total')}</b>", f"<b>{whole:.3f}</b>", ""]
    head = [phrase("类型", "Type"), phrase("贡献", "Share"), phrase("条数", "Articles")]
    caption = phrase("差距由什么构成（两侧条文合计）", "What the gap is made of (articles of both sides)")
    return f'<figure class="parts"><figcaption>{caption}</figcaption>{table(head, [*rows, total], "nums")}{_by_chapter(chapters)}</figure>'  # fmt: skip


def _by_chapter(parts: Sequence[GapPart]) -> str:
    if len(parts) <= 2:
        return ""
    head = [phrase("章", "Chapter"), phrase("贡献", "Share"), phrase("条数", "Articles")]
    rows = [
        [f'<span class="sd">{part.side.upper()}</span>{both(_chapter(part.name))}', f"{part.contribution:.3f}", str(part.count)]
        for part in parts
    ]  # fmt: skip
    return f"<details><summary>{phrase('按章', 'By chapter')}</summary>{table(head, rows, 'nums')}</details>"


def unmatched(view: PairView) -> str:
    """Return the articles without counterpart, side by side, with their full text."""
    columns: list[str] = []
    for side, document in (("a", view.a), ("b", view.b)):
        items: list[str] = []
        for row in view.rows:
            article = row.a if side == "a" else row.b
            if row.only and row.only.side == side and article:
                items.append(_full_article(article, document, f"{row_id(row, view)}-text"))
        none = f'<p class="none">{phrase("没有。", "None.")}</p>'
        title = f'<h3>{kind_chip("only_" + side)} {escape(document.name)} <span class="n">{len(items)}</span></h3>'
        columns.append(f'<div class="side">{title}{"".join(items) or none}</div>')
    return f'<div class="sides">{"".join(columns)}</div>'


def _full_article(article: Article, document: DocumentView, name: str) -> str:
    where = f"《{document.title}》{article.label} {article.eid} [{article.start}–{article.end}]"
    words = escape(article.text).replace("\n", "<br>")
    head = f'<a href="#{escape(anchor(document, article))}">{escape(article.label or article.number)}</a>'
    heading = escape(" ".join(article.headings))
    return tag("article", f"<h4>{head} <small>{heading}</small></h4><blockquote>{words}</blockquote>", {"id": name, "title": where})  # fmt: skip


def matter_section(view: ComparisonView) -> str:
    """Return gap matrix, conformity and the table of all parties; "" for two texts without any of them."""
    whole = view.comparison
    parts: list[str] = []
    if not view.is_pair:
        parts.append(f"<h3>{phrase('差距矩阵', 'Gap matrix')}</h3>{_heat_map(view)}")
    if whole.baseline is not None:
        parts.append(_conformity(view))
    if whole.rows and not view.is_pair:
        parts.append(f"<h3>{phrase('事项表', 'Matter table')}</h3>{_matter_table(view)}")
    return "".join(part for part in parts if part)


def _heat_map(view: ComparisonView) -> str:
    """Return the gap matrix; a cell opens its pair, and its shade runs from the least to the greatest gap shown."""
    matrix = view.comparison.gap_matrix
    off = [value for i, row in enumerate(matrix) for j, value in enumerate(row) if i != j]
    least, span = min(off), max(off) - min(off)
    pairs = {frozenset((pair.a.index, pair.b.index)): pair.index + 1 for pair in view.pairs}
    top = "".join(f'<th scope="col">{escape(each.name)}</th>' for each in view.documents)
    rows: list[str] = []
    for i, each in enumerate(view.documents):
        cells: list[str] = []
        for j, value in enumerate(matrix[i]):
            shade = min(_SHADES - 1, int((value - least) / span * _SHADES)) if span else 0
            target = pairs.get(frozenset((i, j)))
            shown = f'<a href="#p{target}">{number(value)}</a>' if target else number(value)
            cells.append('<td class="self">—</td>' if i == j else f'<td class="h{shade}">{shown}</td>')
        rows.append(f'<tr><th scope="row">{escape(each.name)}</th>{"".join(cells)}</tr>')
    note = phrase(
        "0 为规则相同，1 为毫无共同；颜色从表中最小值到最大值由浅入深。点数值看该对的逐条对照。",
        "0 means the same rules, 1 nothing in common; shades run from the least to the greatest value shown. A value opens its pair.",
    )
    body = f"<thead><tr><td></td>{top}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f'<div class="scroll"><table class="heat">{body}</table></div><p class="facts">{note}</p>'


def _conformity(view: ComparisonView) -> str:
    whole = view.comparison
    central = view.documents[whole.baseline or 0]
    rows: list[list[str]] = []
    for at, gap in enumerate(whole.conformity):
        if gap is None:
            continue
        value, low, high = conformity_range(gap)
        rows.append(
            [escape(view.documents[at].name), f"{number(value)}", f"{number(low)}–{number(high)}", gap.vintage_a or _DASH]
        )  # fmt: skip
        rows[-1][3] = view.documents[at].document.metadata.vintage or _DASH
    if not rows:
        return ""
    head = [
        phrase("文本", "Text"),
        phrase("符合度", "Conformity"),
        phrase("95% 区间", "95% interval"),
        phrase("年代", "Vintage"),
    ]
    title = phrase(f"对《{central.title}》的符合度", f"Conformity to {central.title}")
    return f'<h3>{title}</h3><div class="scroll">{table(head, rows, "nums")}</div>'


def _matter_table(view: ComparisonView) -> str:
    head = [
        phrase("事项", "Provision"),
        *(escape(each.name) for each in view.documents),
        phrase("有规定", "Stated by"),
    ]
    rows: list[list[str]] = []
    for row in view.comparison.rows:
        cells = [_matter_cell(numbers, view.documents[at]) for at, numbers in enumerate(row.articles)]
        stated = sum(bool(numbers) for numbers in row.articles)
        rows.append([escape(short(row.label, 40)), *cells, f"{stated}/{len(row.articles)}"])
    return f'<div class="scroll">{table(head, rows, "matter")}</div>'


def _matter_cell(numbers: Sequence[str], document: DocumentView) -> str:
    if not numbers:
        return _DASH
    links: list[str] = []
    for each in numbers:
        article = document.by_number.get(each)
        links.append(
            f'<a href="#{escape(anchor(document, article))}" title="{escape(short(article.text, 80))}">{escape(each)}</a>'
            if article
            else escape(each)
        )
    return " ".join(links)


def full_texts(view: ComparisonView) -> str:
    """Return every article of every text, so that each quote can be opened where it stands."""
    parts: list[str] = []
    for each in view.documents:
        articles: list[str] = []
        headings: tuple[str, ...] = ()
        for article in each.articles:
            if article.headings != headings:
                headings = article.headings
                articles.append(f"<h4>{escape(' '.join(headings))}</h4>")
            words = escape(article.text).replace("\n", "<br>")
            articles.append(
                f'<p id="{escape(anchor(each, article))}"><b>{escape(article.label or article.number)}</b> {words}</p>'
            )
        parts.append(
            f'<details id="d{each.index + 1}"><summary>{escape(each.title)}</summary>{"".join(articles)}</details>'
        )
    return "".join(parts)
