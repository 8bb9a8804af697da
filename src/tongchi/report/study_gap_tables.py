"""How far apart are the rules on each matter, and how far do they keep to the central text? The tables of question 1."""

from __future__ import annotations

from collections.abc import Iterator

from tongchi.report.study_names import StudyNames
from tongchi.report.study_question import Material
from tongchi.report.study_words import Link, evident, say
from tongchi.report.survey_content import Cell, Table, text
from tongchi.report.survey_numbers import count
from tongchi.report.words import Words
from tongchi.study.result import MatterResult, PairOfParties
from tongchi.survey.unavailable import NotAvailable

_DIFFERING = ("quantity", "stricter", "looser", "conflict", "scope")


def pairs_of(material: Material) -> Iterator[tuple[MatterResult, PairOfParties]]:
    """Yield every pair of regions with its matter."""
    matters = material.result.matters
    for matter in () if isinstance(matters, NotAvailable) else matters:
        for pair in matter.pairs:
            yield matter, pair


def key_of(matter: MatterResult, pair: PairOfParties) -> tuple[str, str, str]:
    """Return the key of a pair in the tables."""
    return matter.matter.code, pair.a.path, pair.b.path


def pair_name(matter: MatterResult, pair: PairOfParties, names: StudyNames, *, within: bool = False) -> Words:
    """Return what a pair is about: its matter, and the parties where there are more than two; `within` a sentence."""
    name = (names.matter_within if within else names.matter)(matter.matter.code)
    if len(matter.pairs) == 1:
        return name
    a, b = names.party(pair.a.party), names.party(pair.b.party)
    return Words(f"{name.zh}：{a.zh}—{b.zh}", f"{name.en}: {a.en} – {b.en}")


def gap_table(material: Material, pairs: list[tuple[MatterResult, PairOfParties]]) -> Table:
    """Return gap, age and types of difference of each pair."""
    rows = []
    for matter, pair in pairs:
        key = key_of(matter, pair)
        gap = pair.pair.gap
        cells: list[Cell] = [
            evident(
                say("{name}", "{name}", name=Link(f"m-{matter.matter.code}", pair_name(matter, pair, material.names)))
            ),
            evident(material.numbers.cell("gaps", key, "gap")),
            evident(material.numbers.between("gaps", key, ("low", "high"))),
            text(f"{gap.vintage_a or '—'} / {gap.vintage_b or '—'}"),
            evident(material.numbers.cell("gaps", key, "links", count)),
        ]
        cells += [
            evident(material.numbers.cell("gaps", key, kind, count)) for kind in (*_DIFFERING, "only_a", "only_b")
        ]
        rows.append(tuple(cells))
    head = (
        *(Words("事项", "Matter"), Words("差异", "Gap"), Words("95% 区间", "95% interval")),
        *(
            Words("版本日期（A / B）", "Vintage (A / B)"),
            Words("对应条对", "Linked pairs"),
            Words("数值不同", "Quantity"),
        ),
        *(
            Words("B 更严", "B stricter"),
            Words("B 更宽", "B looser"),
            Words("冲突", "Conflict"),
            Words("范围", "Scope"),
        ),
        *(Words("仅 A 有", "Only A"), Words("仅 B 有", "Only B")),
    )
    a, b = (material.names.party(side.party) for side in (pairs[0][1].a, pairs[0][1].b))
    same = len({(pair.a.party, pair.b.party) for _, pair in pairs}) == 1
    who = Words(f"A：{a.zh}；B：{b.zh}。", f"A: {a.en}; B: {b.en}.") if same else Words("", "")
    return Table(
        "gaps", Words("各事项的尺度差异与差异类型", "Gap and types of difference by matter"), head, tuple(rows), (who,)
    )


def conformity_table(material: Material) -> Table:
    """Return how far the parties' texts keep to the central one."""
    rows = []
    for row in material.rows("conformity"):
        key = (row["matter"], row["document"], row["central"])
        cells = [text(material.names.matter(str(row["matter"]))), text(material.names.party(str(row["party"])))]
        cells += [evident(material.numbers.known("conformity", key, name, count)) for name in ("articles", "answered")]
        cells.append(evident(material.numbers.known("conformity", key, "kept")))
        cells += [evident(material.numbers.known("conformity", key, name, count)) for name in ("looser", "conflicts")]
        rows.append(tuple(cells))
    head = (
        *(Words("事项", "Matter"), Words("协同方", "Party"), Words("中央文本条数", "Central articles")),
        *(Words("有对应", "Taken up"), Words("守住多少", "How far kept"), Words("低于中央要求", "Below the centre")),
        Words("与中央冲突", "Against the centre"),
    )
    notes = (
        Words(
            "一份中央文本兼管几个事项，没有对应不等于不执行；“守住多少”只看有对应的条款（1 为逐条守住）。",
            "A central text rules several matters, so that an article not taken up is no breach; “how far kept” is about those taken up (1: kept throughout).",
        ),
    )
    return Table(
        "conformity",
        Words("各方文本与中央文本", "The parties' texts and the central one"),
        head,
        tuple(rows),
        notes,
        (0, 1),
    )
