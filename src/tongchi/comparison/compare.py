"""Compare two documents, or N of one matter, from the prepared texts to links, differences and gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from tongchi.comparison.alignment import align_articles
from tongchi.comparison.corrections import LinkCorrection, apply_corrections, check_corrections, corrections_of
from tongchi.comparison.difference import judge_links
from tongchi.comparison.gap import GapWeights, measure_gap
from tongchi.comparison.masking import matter_of
from tongchi.comparison.matter import align_matter
from tongchi.comparison.model import Comparison, Link, Only, PairComparison, ScaleGap, Side
from tongchi.comparison.segments import Sheet, prepare
from tongchi.documents import read
from tongchi.documents.model import Document
from tongchi.errors import ComparisonError

Source = Document | Path | str


def compare(a: Source, b: Source, *, weights: GapWeights | None = None) -> PairComparison:
    """Set two documents (or files) side by side: links with their differences, unmatched articles, and the gap.

    Directions are said of B against A. Raises `ComparisonError` if a document has no articles to compare, and what `read`
    raises for a file that cannot be read.
    """
    first, second = _with_unique_ids([_document(a), _document(b)])
    return _compare_sheets(_prepare(first), _prepare(second), weights)


def compare_all(
    documents: Sequence[Source],
    *,
    matter: str = "",
    baseline: int | None = None,
    weights: GapWeights | None = None,
    corrections: Sequence[LinkCorrection] = (),
) -> Comparison:
    """Compare N documents of one matter pairwise and align their provisions into rows.

    `baseline` is the index of the central text among `documents`; conformity of each other party is the gap to it (0:
    the party says what the centre says). `corrections` are what people say of the links: they hold against the machine.
    Raises `ComparisonError` for fewer than two documents, a baseline or a correction that is of none of them, or a document
    without articles.
    """
    if len(documents) < 2:
        raise ComparisonError(
            found=f"{len(documents)} 份文件 / document(s)", expected="至少 2 份 / at least 2", advice=""
        )
    if baseline is not None and not 0 <= baseline < len(documents):
        raise ComparisonError(found=f"baseline {baseline}", expected=f"0…{len(documents) - 1}", advice="")
    check_corrections(corrections, len(documents))
    named = _with_unique_ids([_document(each) for each in documents])
    sheets = [_prepare(each) for each in named]
    pairs: dict[tuple[int, int], PairComparison] = {}
    for i, j in combinations(range(len(sheets)), 2):
        pairs[i, j] = _compare_sheets(sheets[i], sheets[j], weights, corrections_of(corrections, i, j))
    parties = range(len(sheets))
    return Comparison(
        matter=matter or matter_of(named[0].metadata),
        documents=tuple(named),
        pairs=tuple(pairs.values()),
        rows=align_matter(sheets, pairs),
        gap_matrix=tuple(tuple(gap.value if (gap := _gap(pairs, i, j)) else 0.0 for j in parties) for i in parties),
        baseline=baseline,
        conformity=tuple(None if baseline is None else _gap(pairs, i, baseline) for i in parties),
    )


def _gap(pairs: Mapping[tuple[int, int], PairComparison], i: int, j: int) -> ScaleGap | None:
    """Return the gap of two parties, None for a party and itself."""
    return None if i == j else pairs[min(i, j), max(i, j)].gap


def _document(source: Source) -> Document:
    return source if isinstance(source, Document) else read(source)


def _prepare(document: Document) -> Sheet:
    sheet = prepare(document)
    if not sheet.numbers:
        raise ComparisonError(
            file=document.file,
            found="没有条文 / no articles",
            expected="第一条、第二条… 或编号的条款 / numbered provisions",
            advice="请用 tongchi show FILE --tree 查看读入的结构。/ See the structure with tongchi show FILE --tree.",
        )
    return sheet


def _compare_sheets(
    a: Sheet, b: Sheet, weights: GapWeights | None, corrections: Sequence[LinkCorrection] = ()
) -> PairComparison:
    weights = weights or GapWeights()
    alignment = apply_corrections(align_articles(a, b), corrections)
    links = tuple(replace(link, severity=weights.of(link.type)) for link in judge_links(alignment))
    only = _unmatched(a, b, links)
    gap = measure_gap(a, b, links, only, weights=weights)
    return PairComparison(a.document, b.document, links, only, gap)


def _unmatched(a: Sheet, b: Sheet, links: tuple[Link, ...]) -> tuple[Only, ...]:
    linked_a, linked_b = {link.a_eid for link in links}, {link.b_eid for link in links}
    return (*_without_link("a", a, linked_a), *_without_link("b", b, linked_b))


def _without_link(side: Side, sheet: Sheet, linked: Set[str]) -> list[Only]:
    """Return what has no link, by eId: a text with a repeated number has two articles of that number."""
    eids = [sheet.document.nodes[node].eid for node in sheet.nodes]
    return [
        Only(side, number, eid, text)
        for number, eid, text in zip(sheet.numbers, eids, sheet.texts, strict=True)
        if eid not in linked
    ]


def _with_unique_ids(documents: Sequence[Document]) -> list[Document]:
    """Two files may hold the same title and date; their ids then get a number."""
    seen: set[str] = set()
    named = []
    for document in documents:
        name, count = document.id, 1
        while name in seen:
            count += 1
            name = f"{document.id}#{count}"
        seen.add(name)
        named.append(document if count == 1 else replace(document, id=name))
    return named
