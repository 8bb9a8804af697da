"""How do the clauses of two regions stand side by side on paper? A table per pair: what differs with both quotes, then who is alone.

Clauses that say the same are counted, not printed: a reader of paper looks for differences. All of them stand in the page and in
tables.xlsx.
"""

from __future__ import annotations

from collections.abc import Sequence

from tongchi.comparison.model import Link
from tongchi.report.rows import Article, ClauseRow, PairView
from tongchi.report.study_names import StudyNames
from tongchi.report.survey_content import Block, Cell, Heading, Part, Sentences, Table, missing, text
from tongchi.report.words import DIRECTIONS, Words, kind_words, measure_words, slot_words
from tongchi.study.result import MatterResult, PairOfParties, StudyResult
from tongchi.survey.unavailable import NotAvailable

TITLE = Words("条款对照", "Clauses side by side")
_QUOTE = 150
_ALONE = 90
_SAME = ("identical", "wording")
_HEAD_TYPE, _HEAD_WHAT = Words("类型", "Type"), Words("差异", "What differs")


def clauses_part(result: StudyResult, names: StudyNames) -> Part | None:
    """Return the clause tables of all matters; None where no texts were compared, which stands elsewhere with its reason."""
    if isinstance(result.matters, NotAvailable):
        return None
    blocks: list[Block] = []
    for matter in result.matters:
        blocks.append(Heading(names.matter(matter.matter.code)))
        if isinstance(matter.comparison, NotAvailable):
            blocks.append(missing(names.matter(matter.matter.code), matter.comparison))
        for pair in matter.pairs:
            blocks += pair_blocks(matter, pair, names)
    return Part("clauses", TITLE, tuple(blocks)) if blocks else None


def pair_blocks(matter: MatterResult, pair: PairOfParties, names: StudyNames) -> list[Block]:
    """Return a sentence on both texts, the clauses that differ, and those that only one side has."""
    view = PairView(0, pair.pair, names.documents[pair.a.path], names.documents[pair.b.path])
    sides = (names.party(pair.a.party), names.party(pair.b.party))
    what = names.matter(matter.matter.code)
    where = Words(f"{what.zh}（{sides[0].zh}与{sides[1].zh}）", f"{what.en} ({sides[0].en} and {sides[1].en})")
    key = f"{matter.matter.code}-{pair.a.party}-{pair.b.party}"
    blocks: list[Block] = [Sentences((_texts(view, sides),))]
    differing = [row for row in view.rows if row.link and row.kind not in _SAME]
    if differing:
        blocks.append(_differences(f"clauses-{key}", where, differing, sides))
    alone = [row for row in view.rows if row.link is None]
    if alone:
        blocks.append(_alone(f"alone-{key}", where, alone, sides))
    return blocks


def _texts(view: PairView, sides: tuple[Words, Words]) -> Words:
    """Return titles, dates, and how many clauses were matched, differ and are left out here."""
    same = sum(1 for row in view.rows if row.link and row.kind in _SAME)
    dates = [each.document.metadata.vintage or "" for each in (view.a, view.b)]
    zh = [f"（{date}）" if date else "（日期未载明）" for date in dates]
    en = [f" ({date})" if date else " (undated)" for date in dates]
    return Words(
        f"A：{sides[0].zh}《{view.a.title}》{zh[0]}；B：{sides[1].zh}《{view.b.title}》{zh[1]}。"
        f"对应 {len(view.pair.links)} 处，其中相同或仅措辞不同 {same} 处，下表不再列出。",
        f"A: {sides[0].en}, {view.a.title}{en[0]}; B: {sides[1].en}, {view.b.title}{en[1]}. "
        f"{len(view.pair.links)} correspondences, {same} of them the same or other words only, which are not listed below.",
    )


def _differences(key: str, where: Words, rows: Sequence[ClauseRow], sides: tuple[Words, Words]) -> Table:
    head = (_side_head("A", sides[0]), _side_head("B", sides[1]), _HEAD_TYPE, _HEAD_WHAT)
    caption = Words(f"有差异的条款：{where.zh}", f"Clauses that differ: {where.en}")
    return Table(key, caption, head, tuple(map(_difference, rows)), texts=(0, 1, 3))


def _side_head(sign: str, name: Words) -> Words:
    return Words(f"{sign} {name.zh}", f"{sign} {name.en}")


def _difference(row: ClauseRow) -> tuple[Cell, ...]:
    assert row.link is not None
    kind = kind_words(row.kind)
    direction = (
        DIRECTIONS[row.direction] if row.direction in ("S", "L") and row.kind not in ("stricter", "looser") else None
    )
    look = "bad" if row.kind == "conflict" else ""
    shown = Words(f"{kind.zh}\n{direction.zh}", f"{kind.en}\n{direction.en}") if direction else kind
    return (
        text(_quoted(row.a, row.link, "a")),
        text(_quoted(row.b, row.link, "b")),
        text(shown, look),
        text(_what(row.link)),
    )


def _quoted(article: Article | None, link: Link, side: str) -> Words:
    """Return the label of an article and the words of it that prove the difference."""
    quotes = sorted((q for q in link.quotes if q.side == side), key=lambda q: q.start)
    words = "……".join(dict.fromkeys(q.text.strip() for q in quotes)) or (article.text if article else "")
    label = (article.label or article.number) if article else (link.a if side == "a" else link.b)
    said = f"{label}　{shortened(words.removeprefix(label).strip(), _QUOTE)}"
    return Words(said, said)


def _what(link: Link) -> Words:
    """Return the differing quantities line by line, else the slot with both values."""
    differing = [each for each in link.quantities if each.direction.value != "="]
    if differing:
        lines = [(each.what or "—", measure_words(each.a), measure_words(each.b)) for each in differing]
        return Words(
            "\n".join(f"{what}：{a.zh} → {b.zh}" for what, a, b in lines),
            "\n".join(f"{what}: {a.en} → {b.en}" for what, a, b in lines),
        )
    slot = slot_words(link.slot or "wording")
    if not (link.value_a or link.value_b):
        return slot
    a, b = (shortened(each, 40) for each in (link.value_a, link.value_b))
    return Words(
        f"{slot.zh}：{f'“{a}”' if a else '无'} → {f'“{b}”' if b else '无'}",
        f"{slot.en}: {f'“{a}”' if a else 'none'} → {f'“{b}”' if b else 'none'}",
    )


def _alone(key: str, where: Words, rows: Sequence[ClauseRow], sides: tuple[Words, Words]) -> Table:
    head = (Words("谁有", "Whose"), Words("条款", "Clause"), Words("内容", "Text"))
    made = []
    for row in rows:
        article = row.a or row.b
        words = article.text if article else row.only.text if row.only else ""
        label = (article.label or article.number) if article else row.only.number if row.only else ""
        said = shortened(words.removeprefix(label).strip(), _ALONE)
        made.append((text(sides[0 if row.kind == "only_a" else 1]), text(label), text(said)))
    caption = Words(f"只有一方规定的条款：{where.zh}", f"Clauses that only one side has: {where.en}")
    return Table(key, caption, head, tuple(made), texts=(0, 1, 2))


def shortened(text: str, length: int) -> str:
    """Return text in one line, cut with an ellipsis.

    >>> shortened("应当在\\n三日内报告", 5)
    '应当在三…'
    """
    flat = "".join(text.split()) if any(ord(each) > 0x2E7F for each in text) else " ".join(text.split())
    return flat if len(flat) <= length else f"{flat[: length - 1]}…"
