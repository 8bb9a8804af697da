"""The bundled sample pair is what its truth file says it is."""

from __future__ import annotations

import json
from pathlib import Path

from tongchi.comparison.model import DifferenceType, PairComparison
from tongchi.report.marking import Masks, mark_differences

SAMPLES = Path(__file__).resolve().parents[2] / "examples" / "sample-pair"
MASKS = Masks(["江州市", "岚州市"], ["江州市机关事务管理办法", "岚州市机关事务管理办法"])


def test_every_article_is_linked_or_unmatched(sample_pair: PairComparison) -> None:
    for side, document in (("a", sample_pair.a), ("b", sample_pair.b)):
        linked = {getattr(link, side) for link in sample_pair.links}
        only = {each.number for each in sample_pair.only if each.side == side}
        assert not linked & only
        assert linked | only == {document.nodes[index].number for index in document.articles}


def test_every_type_and_many_to_many_links_occur(sample_pair: PairComparison) -> None:
    assert {link.type for link in sample_pair.links} == set(DifferenceType)
    links = [(int(link.a), int(link.b)) for link in sample_pair.links]
    assert len({a for a, _ in links}) < len(links) > len({b for _, b in links})
    assert any(a < c and b > d for a, b in links for c, d in links)


def test_identical_links_share_every_word_of_a(sample_pair: PairComparison) -> None:
    for link in sample_pair.links:
        texts = [doc.full_text(doc.find(f"art_{n}")) for doc, n in ((sample_pair.a, link.a), (sample_pair.b, link.b))]
        if link.type is DifferenceType.IDENTICAL:
            assert mark_differences(texts[0], texts[1], MASKS).a == ()
        elif link.type is not DifferenceType.LOOSER:
            assert mark_differences(texts[0], texts[1], MASKS).b or link.a in ("36",)


def test_both_texts_and_the_list_are_marked_as_samples() -> None:
    names = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))["document"]
    for name in (names["a_path"], names["b_path"]):
        assert "示例文本（虚构地区，SAMPLE）" in (SAMPLES / name).read_text(encoding="utf-8")
    assert "invented" in (SAMPLES / "README.md").read_text(encoding="utf-8")
