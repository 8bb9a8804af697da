"""A comparison made by hand: the bundled sample pair with the differences that its truth file states."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tongchi.comparison.model import (
    Comparison,
    DifferenceType,
    Direction,
    GapPart,
    Link,
    MatterRow,
    Only,
    PairComparison,
    QuantityDifference,
    Quote,
    ScaleGap,
)
from tongchi.documents.markdown import read_markdown
from tongchi.documents.model import Document
from tongchi.documents.structure import parse_document
from tongchi.provisions.model import Measure, MeasureKind

SAMPLES = Path(__file__).resolve().parents[2] / "examples" / "sample-pair"


@pytest.fixture(scope="session")
def sample_pair() -> PairComparison:
    truth = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))
    a, b = (read_sample(truth["document"][key]) for key in ("a_path", "b_path"))
    links = tuple(_link(each, a, b) for each in truth["links"])
    only = tuple(_only(each, a, b) for each in truth["only"])
    parts = (
        GapPart("type", "", "quantity", 0.2, 23),
        GapPart("type", "a", "only", 0.1, 4),
        GapPart("type", "b", "only", 0.1, 5),
        GapPart("chapter", "a", "第一章 总则", 0.2, 6),
        GapPart("chapter", "b", "第一章 总则", 0.2, 6),
    )
    gap = ScaleGap(0.4, 0.34, 0.46, parts, a.metadata.vintage, b.metadata.vintage)
    return PairComparison(a, b, links, only, gap)


@pytest.fixture(scope="session")
def three_parties(sample_pair: PairComparison) -> Comparison:
    """The pair and its first text again as the central text."""
    a, b = sample_pair.a, sample_pair.b
    central = parse_document(
        read_markdown((SAMPLES / "江州市机关事务管理办法.md").read_text(encoding="utf-8").replace("江州市", "示例国")),
        file="central.md",
    )
    same = ScaleGap(0.0, 0.0, 0.0, (), a.metadata.vintage, central.metadata.vintage)
    gap = sample_pair.gap
    return Comparison(
        matter="机关事务",
        documents=(a, b, central),
        pairs=(sample_pair, PairComparison(a, central, (), (), same), PairComparison(b, central, (), (), gap)),
        rows=(MatterRow("立法目的", (("1",), ("1",), ("1",))), MatterRow("公物仓", ((), ("10",), ()))),
        gap_matrix=((0.0, 0.4, 0.0), (0.4, 0.0, 0.4), (0.0, 0.4, 0.0)),
        baseline=2,
        conformity=(same, gap, None),
    )


def read_sample(name: str) -> Document:
    return parse_document(read_markdown((SAMPLES / name).read_text(encoding="utf-8")), file=name)


def _link(truth: dict[str, Any], a: Document, b: Document) -> Link:
    label = truth["label"]
    quantities = tuple(
        QuantityDifference(each["what"], _measure(each["a"]), _measure(each["b"]), Direction(each["dir"]))
        for each in truth["quantities"]
    )
    directions = {each.direction for each in quantities} - {Direction.EQUAL}
    same = label in ("identical", "wording")
    known = {"stricter": Direction.STRICTER, "looser": Direction.LOOSER, "scope": Direction.MIXED}
    if same:
        direction = Direction.EQUAL
    else:
        direction = known.get(label) or (directions.pop() if len(directions) == 1 else Direction.MIXED)
    return Link(
        a=truth["a"],
        b=truth["b"],
        a_eid=f"art_{truth['a']}",
        b_eid=f"art_{truth['b']}",
        probability=0.93,
        strength=truth["strength"],
        type=DifferenceType(label),
        other_types=tuple(DifferenceType(each) for each in truth["also"]),
        direction=direction,
        coarse="same" if same else "differs",
        quantities=quantities,
        quotes=(*_quotes("a", a, truth["a"]), *_quotes("b", b, truth["b"])),
        slot="" if same or quantities else "modality",
        value_a="" if same or quantities else "可以",
        value_b="" if same or quantities else "应当",
        severity=0.0 if same else 0.5,
    )


def _measure(value: dict[str, Any] | None) -> Measure | None:
    if value is None:
        return None
    return Measure(MeasureKind.OTHER, value["lo"], value["hi"], True, True, value["unit"], "", 0, 0)


def _quotes(side: Any, document: Document, number: str) -> tuple[Quote, ...]:
    article = document.find(f"art_{number}")
    inside = [index for index in document.subtree(article) if index != article and document.nodes[index].text]
    return tuple(
        Quote(side, node.eid, node.start, node.end, document.source[node.start : node.end].strip())
        for node in (document.nodes[index] for index in inside)
    )


def _only(truth: dict[str, Any], a: Document, b: Document) -> Only:
    side: Any = truth["side"].lower()
    document = a if side == "a" else b
    index = document.find(f"art_{truth['art']}")
    return Only(side, truth["art"], f"art_{truth['art']}", document.full_text(index))
