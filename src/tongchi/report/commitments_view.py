"""Who promises what, to whom, how strongly and by when? A table in a terminal window, rows for CSV, and JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from itertools import combinations
from pathlib import PurePath

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tongchi.comparison import compare
from tongchi.comparison.masking import matter_of
from tongchi.comparison.reciprocity import Reciprocity, find_reciprocity
from tongchi.documents import Document
from tongchi.errors import ComparisonError, Language
from tongchi.provisions import Commitment, commitments_frame, find_commitments
from tongchi.report.words import Words

KINDS = {
    "joint_planning": Words("共同规划", "joint planning"),
    "joint_standards": Words("共同标准", "joint standards"),
    "mutual_recognition": Words("互认", "mutual recognition"),
    "data_sharing": Words("信息共享", "data sharing"),
    "one_stop": Words("通办", "one-stop handling"),
    "joint_enforcement": Words("联合执法", "joint enforcement"),
    "joint_emergency": Words("联防应急", "joint emergency response"),
    "joint_body": Words("协作机制", "joint body or mechanism"),
    "joint_funding": Words("共担补偿", "joint funding"),
    "talent_exchange": Words("人才交流", "talent exchange"),
    "dispute_handling": Words("争议协商", "dispute handling"),
    "co_operation": Words("合作", "co-operation"),
}
STRENGTHS = {
    "shall": Words("应当", "shall"),
    "may": Words("可以", "may"),
    "encourage": Words("鼓励", "encourage"),
    "declare": Words("宣示", "declare"),
}
_HEADS = (
    Words("条", "Art."),
    Words("力度", "Strength"),
    Words("类型", "Kind"),
    Words("与谁", "With"),
    Words("谁做什么", "Who does what"),
)
_ANSWER = Words("对方是否同样承诺", "Answered by")
_TEXT = 60


def read_reciprocity(documents: Sequence[Document]) -> tuple[tuple[Document, Document, tuple[Reciprocity, ...]], ...]:
    """Return, for every two documents, the commitments of both with their answers; a text without articles has none."""
    pairs = []
    for a, b in combinations(documents, 2):
        try:
            pairs.append((a, b, find_reciprocity(compare(a, b))))
        except ComparisonError:
            continue
    return tuple(pairs)


def print_commitments(
    documents: Sequence[Document], pairs: Sequence[tuple[Document, Document, tuple[Reciprocity, ...]]],
    console: Console, *, language: Language = "zh",
) -> None:  # fmt: skip
    """Print the commitments of each document, then, for every two, which the other side answers."""
    for document in documents:
        found = find_commitments(document)
        count = Words(f"{len(found)} 项承诺", f"{len(found)} commitments").pick(language)
        console.print(f"\n[bold]{escape(document.metadata.title)}[/bold] {count}")
        if found:
            console.print(_table(found, language))
    for a, b, results in pairs:
        _print_pair(a, b, results, console, language)


def _table(found: Sequence[Commitment], language: Language) -> Table:
    table = Table(box=None, pad_edge=False, expand=True)
    for head, width in zip(_HEADS, (None, None, 16, 16, None), strict=True):
        table.add_column(
            head.pick(language),
            max_width=width,
            ratio=1 if head is _HEADS[-1] else None,
            no_wrap=head in _HEADS[:2],
            overflow="fold",
        )
    for each in found:
        table.add_row(*(escape(cell) for cell in _cells(each, language)))
    return table


def _cells(each: Commitment, language: Language) -> tuple[str, ...]:
    return (
        each.article,
        STRENGTHS[each.strength.value].pick(language),
        "\n".join(KINDS[kind.value].pick(language) for kind in each.kinds),
        "\n".join(dict.fromkeys(party.name for party in each.parties)),
        _what(each, language),
    )


def _what(each: Commitment, language: Language) -> str:
    """Return who, unless the words begin with it, what, and by when."""
    who = "、".join(each.who)
    lead = f"{who}：" if who and not each.action.startswith(each.who[0]) else ""
    when = Words(f"〔时限：{each.deadline}〕", f" [by: {each.deadline}]").pick(language) if each.deadline else ""
    return lead + _short(each.action) + when


def _print_pair(a: Document, b: Document, results: Sequence[Reciprocity], console: Console, language: Language) -> None:
    meant = [each for each in results if each.commitment.reciprocal is not None]
    title = Words(f"{a.metadata.title} ⇄ {b.metadata.title}", f"{a.metadata.title} ⇄ {b.metadata.title}").pick(language)
    console.print(f"\n[bold]{escape(title)}[/bold]")
    matters = (matter_of(a.metadata), matter_of(b.metadata))
    if matters[0] != matters[1]:
        note = Words("两份文件事项不同，只算文字相近的承诺", "two matters: only promises alike in words count")
        console.print(f"{note.pick(language)}（{escape(matters[0])} / {escape(matters[1])}）")
    if not meant:
        console.print(Words("双方都没有指向对方的承诺", "neither side promises the other anything").pick(language))
        return
    table = Table(box=None, pad_edge=False, expand=True)
    for at, head in enumerate((Words("方", "Side"), _HEADS[0], _HEADS[2], _HEADS[4], _ANSWER)):
        table.add_column(
            head.pick(language),
            ratio=1 if at == 3 else None,
            max_width=16 if at == 2 else None,
            no_wrap=at in (0, 1),
            overflow="fold",
        )
    for each in meant:
        table.add_row(
            each.side.upper(), each.commitment.article,
            "\n".join(KINDS[kind.value].pick(language) for kind in each.commitment.kinds),
            escape(_short(each.commitment.action)), _answered(each, language),
        )  # fmt: skip
    console.print(table)


def _answered(each: Reciprocity, language: Language) -> str:
    if not each.answers:
        return Words("单方", "one-sided").pick(language)
    articles = list(dict.fromkeys(answer.article for answer in each.answers))
    return Words(f"互惠：第{'、'.join(articles)}条", f"reciprocal: art. {', '.join(articles)}").pick(language)


def _short(text: str) -> str:
    text = text.replace("\n", "")
    return text if len(text) <= _TEXT else text[: _TEXT - 1] + "…"


def commitment_rows(
    documents: Sequence[Document], pairs: Sequence[tuple[Document, Document, tuple[Reciprocity, ...]]]
) -> pl.DataFrame:
    """Return the commitments of all documents in one frame; `reciprocal` is true where any other text answers."""
    known = _reciprocal(pairs)
    frames = []
    for document in documents:
        frame = commitments_frame(find_commitments(document), document.id)
        answers = [known.get((document.id, start)) for start in frame["start"]]
        frames.append(frame.with_columns(pl.Series("reciprocal", answers, dtype=pl.Boolean)))
    return pl.concat(frames)


def _reciprocal(
    pairs: Sequence[tuple[Document, Document, tuple[Reciprocity, ...]]],
) -> dict[tuple[str, int], bool]:
    known: dict[tuple[str, int], bool] = {}
    for a, b, results in pairs:
        for each in results:
            if each.commitment.reciprocal is not None:
                key = ((a if each.side == "a" else b).id, each.commitment.start)
                known[key] = known.get(key, False) or each.commitment.reciprocal
    return known


def commitments_json(
    documents: Sequence[Document], pairs: Sequence[tuple[Document, Document, tuple[Reciprocity, ...]]]
) -> str:
    """Return a JSON text: per document its commitments, per pair which article answers which."""
    known = _reciprocal(pairs)
    data = {
        "documents": [
            {
                "id": document.id,
                "title": document.metadata.title,
                "file": PurePath(document.file).name,
                "commitments": [
                    {**asdict(each), "reciprocal": known.get((document.id, each.start))}
                    for each in find_commitments(document)
                ],
            }
            for document in documents
        ],
        "pairs": [
            {
                "a": a.id,
                "b": b.id,
                "commitments": [
                    {
                        "side": each.side,
                        "eid": each.commitment.eid,
                        "reciprocal": each.commitment.reciprocal,
                        "is_linked": each.is_linked,
                        "answers": [answer.eid for answer in each.answers],
                    }
                    for each in results
                ],
            }
            for a, b, results in pairs
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
