"""What is set side by side: every word of an article in one segment, and what the article is for."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from invented import regulation, regulations

from tongchi.comparison.segments import ArticleFunction, find_function, prepare
from tongchi.documents import Document, read

F = ArticleFunction
FUNCTIONS = {  # what the case guards: (heading, text, function)
    "purpose": ("总则", "为了规范阅览室管理，根据有关法律，结合本市实际，制定本条例。", F.PURPOSE),
    "scope": ("总则", "本市行政区域内阅览室的设立和管理，适用本条例。", F.SCOPE),
    "definition": ("总则", "本条例所称阅览室，是指向公众开放的阅读场所。", F.DEFINITION),
    "principle": ("总则", "阅览室建设遵循均等、便利的原则。", F.PRINCIPLE),
    "competence": ("总则", "市文化主管部门负责本市阅览室的监督管理工作。", F.COMPETENCE),
    "duty": ("服务", "阅览室应当每周开放不少于四十小时。", F.DUTY),
    "sanction by its chapter": ("法律责任", "泄露借阅人信息的，由文化主管部门处理。", F.SANCTION),
    "sanction by its words": ("", "违反本条例第三条规定，堆放杂物的，处五百元罚款。", F.SANCTION),
    "commencement": ("附则", "本条例自2020年5月1日起施行。", F.COMMENCEMENT),
}


@pytest.mark.parametrize(("heading", "text", "function"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_what_an_article_is_for(heading: str, text: str, function: ArticleFunction) -> None:
    assert find_function(text, heading) is function


def test_sentences_and_items_are_segments_and_citations_lead_to_articles() -> None:
    sheet = prepare(
        regulation(
            [
                "阅览室应当免费开放。有下列情形之一的，可以闭馆：\n（一）发生火灾；\n（二）设备检修。",
                "违反本条例第一条规定的，由文化主管部门责令改正；拒不改正的，给予警告。",
            ]
        )
    )
    words = [[sheet.document.source[each.start : each.end] for each in article] for article in sheet.segments]
    assert words == [
        ["阅览室应当免费开放。", "有下列情形之一的，可以闭馆：", "发生火灾；", "设备检修。"],
        ["违反本条例第一条规定的，由文化主管部门责令改正；", "拒不改正的，给予警告。"],
    ]
    assert sheet.cited == ((), (0,))


def check(document: Document) -> None:
    """Segments stand inside their article, in order, apart, and leave no word of it out."""
    sheet = prepare(document)
    assert len(sheet.numbers) == len(sheet.texts) == len(sheet.segments) == len(sheet.functions) == len(sheet.headings)
    for node, article, text in zip(sheet.nodes, sheet.segments, sheet.texts, strict=True):
        start, end = document.span(node)
        places = [(each.start, each.end) for each in article]
        assert places == sorted(places)
        assert all(first[1] <= second[0] for first, second in itertools.pairwise(places))
        assert start <= places[0][0]
        assert places[-1][1] <= end
        held = sum(last - first for first, last in places)
        assert held >= 0.9 * len(text) - 12 * text.count("\n") - 6


@settings(max_examples=25)
@given(regulations())
def test_segments_cover_drawn_articles(document: Document) -> None:
    check(document)


def test_segments_cover_the_sample_pair(samples: tuple[Path, Path]) -> None:
    for path in samples:
        check(read(path))


def test_segments_cover_real_articles(shared_data: Path) -> None:
    for path in sorted((shared_data / "laws").rglob("*安全生产条例*.md")):
        check(read(path))
