"""Every sentence and every item of a document becomes a provision that leads back to its words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tongchi.documents import Block, Document, parse_document, read
from tongchi.provisions import Modality, Provision, read_provisions, read_provisions_of
from tongchi.provisions.actors import split_actors

LABELS = Path(__file__).resolve().parents[2] / "labels" / "provisions.jsonl"
LINES = [
    "江州市示例办法",
    "第一章 总则",
    "第一条 市人民政府应当加强领导。可以设立专门机构。",
    "市、区人民政府负责下列工作：",
    "（一）编制规划；",
    "（二）可以委托第三方评估；",
    "（三）其他应当由其承担的工作。",
    "第二条 任何单位不得有下列行为：",
    "（一）应当备案而未备案；",
    "（二）转让证件，但是可以依法继承；",
    "（三）下列方式之一：",
    "1.出租；",
    "2.出借。",
    "第三条 违反本办法第二条规定，有下列情形之一的，由登记机关处一百元以上三百元以下罚款；情节严重的，处五百元罚款：",
    "（一）违反第一项规定的；",
    "（二）依法应当处理而未处理的。",
]


@pytest.fixture(scope="module")
def rules() -> Document:
    return parse_document([Block(line) for line in LINES])


@pytest.fixture(scope="module")
def provisions(rules: Document) -> tuple[Provision, ...]:
    return read_provisions(rules)


def by_eid(provisions: tuple[Provision, ...], eid: str) -> list[Provision]:
    return [each for each in provisions if each.eid == eid]


def test_offsets_lead_back_to_the_words(rules: Document, provisions: tuple[Provision, ...]) -> None:
    assert all(rules.source[each.start : each.end] == each.text for each in provisions)
    for each in provisions:
        for part in (*each.citations, *each.measures):
            assert each.text[part.start : part.end] == part.text


def test_titles_and_headings_state_nothing(provisions: tuple[Provision, ...]) -> None:
    assert provisions[0].eid == "art_1__para_1"


def test_a_dropped_subject_is_that_of_the_sentence_before(provisions: tuple[Provision, ...]) -> None:
    first, second = by_eid(provisions, "art_1__para_1")
    assert first.actors == second.actors == ("市人民政府",)
    assert (first.modality, second.modality) == (Modality.OBLIGATION, Modality.PERMISSION)


INHERITED = {  # what the case guards: (eid, modality, actors)
    "item under a duty": ("art_1__para_2__subpara_1", Modality.OBLIGATION, ("市人民政府", "区人民政府")),
    "item with its own cue": ("art_1__para_2__subpara_2", Modality.PERMISSION, ("市人民政府", "区人民政府")),
    "a ban keeps its items": ("art_2__para_1__subpara_1", Modality.PROHIBITION, ("任何单位",)),
    "a ban keeps what its items allow": ("art_2__para_1__subpara_2", Modality.PROHIBITION, ("任何单位",)),
    "item below an item": ("art_2__para_1__subpara_3__item_1", Modality.PROHIBITION, ("任何单位",)),
    "facts under a sanction": ("art_3__para_1__subpara_2", Modality.SANCTION, ("登记机关",)),
}


@pytest.mark.parametrize(("eid", "modality", "actors"), INHERITED.values(), ids=INHERITED)
def test_items_under_their_lead_in(
    provisions: tuple[Provision, ...], eid: str, modality: Modality, actors: tuple[str, ...]
) -> None:
    (item,) = by_eid(provisions, eid)
    assert (item.modality, item.actors) == (modality, actors)


def test_the_lead_in_is_carried_in_full(provisions: tuple[Provision, ...]) -> None:
    (item,) = by_eid(provisions, "art_3__para_1__subpara_1")
    assert item.lead_in == LINES[13].removeprefix("第三条 ")
    (below,) = by_eid(provisions, "art_2__para_1__subpara_3__item_2")
    assert below.lead_in == "任何单位不得有下列行为：下列方式之一："


def test_an_item_may_cite_an_item_of_the_article_in_its_lead_in(provisions: tuple[Provision, ...]) -> None:
    (item,) = by_eid(provisions, "art_3__para_1__subpara_1")
    assert [each.eid for each in item.citations] == ["art_2__para_1__subpara_1"]


def test_tiers_of_a_sanction_hold_their_own_amounts(provisions: tuple[Provision, ...]) -> None:
    first, second = by_eid(provisions, "art_3__para_1")
    assert [(each.lo, each.hi) for each in first.measures] == [(100, 300)]
    assert [(each.lo, each.hi) for each in second.measures] == [(500, 500)]
    assert second.condition == "情节严重的"


def test_one_article_reads_as_it_does_in_the_whole(rules: Document, provisions: tuple[Provision, ...]) -> None:
    parts = [each for index in rules.articles for each in read_provisions_of(rules, index)]
    assert parts == [each for each in provisions if each.article]


@pytest.mark.slow
def test_labelled_provisions_of_real_regulations(shared_data: Path) -> None:
    """Floors a little below what was measured; docs/reference/provisions.md has the figures."""
    labels = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    modality = actors = 0
    for label in labels:
        document = read(shared_data / "laws" / label["document"])
        provision = _labelled(document, label)
        modality += provision.modality.value == label["modality"]
        actors += provision.actors == _labelled_actors(document, label["actor"])
    assert modality / len(labels) >= 0.95
    assert actors / len(labels) >= 0.85


def _labelled(document: Document, label: dict[str, object]) -> Provision:
    node = document.nodes[document.find(str(label["eid"]))]
    start, _ = label["sentence"]  # type: ignore[misc]
    at = node.end - len(node.text) + start
    return next(each for each in read_provisions(document) if each.start <= at < each.end)


def _labelled_actors(document: Document, actor: dict[str, object] | None) -> tuple[str, ...]:
    if actor is None:
        return ()
    text = document.nodes[document.find(str(actor["eid"]))].text
    return split_actors(text[actor["start"] : actor["end"]])  # type: ignore[misc]
