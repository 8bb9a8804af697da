"""References to provisions are found in the text and resolved inside the document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchi.documents import Block, Document, parse_document
from tongchi.provisions import find_citations, resolve_citations

FOUND = {  # what the case guards: (text, (title, article, paragraph, subparagraph) of each)
    "full form": ("违反本条例第十三条第一款第（二）项规定", [("", "13", "1", "2")]),
    "item without brackets": ("依照第十条第二项", [("", "10", "", "2")]),
    "list of articles": ("第十条、第十一条和第十三条", [("", "10", "", ""), ("", "11", "", ""), ("", "13", "", "")]),
    "article carries over": ("第十条第一款、第三款", [("", "10", "1", ""), ("", "10", "3", "")]),
    "a new article ends the carry": ("第十条第一款、第十二条", [("", "10", "1", ""), ("", "12", "", "")]),
    "range": ("第十条至第十二条", [("", "10", "", ""), ("", "11", "", ""), ("", "12", "", "")]),
    "range of items": ("第二条第（一）项至第（三）项", [("", "2", "", "1"), ("", "2", "", "2"), ("", "2", "", "3")]),
    "one unit word": ("第九条第（一）、（三）项", [("", "9", "", "1"), ("", "9", "", "3")]),
    "one unit word without commas": ("第九条第（一）（三）项", [("", "9", "", "1"), ("", "9", "", "3")]),
    "inserted article": ("第十七条之一第二款", [("", "17之一", "2", "")]),
    "之规定 is no inserted article": ("第十七条之规定", [("", "17", "", "")]),
    "other law": ("依照《某某法》第三十四条、第三十五条", [("某某法", "34", "", ""), ("某某法", "35", "", "")]),
    "instrument alone": ("根据《某某条例》制定", [("某某条例", "", "", "")]),
    "nested title": ("《关于〈某某条例〉的决定》", [("关于〈某某条例〉的决定", "", "", "")]),
    "law without marks": ("依照刑法第二百条追究", [("刑法", "200", "", "")]),
    "certificate is no instrument": ("取得《营业执照》", []),
    "the text itself is no provision": ("违反本条例的", []),
    "preceding paragraph": ("前款规定", [("", "", "", "")]),
    "条例 is not 条": ("本条例和本条的规定", [("", "", "", "")]),
}


@pytest.mark.parametrize(("text", "targets"), FOUND.values(), ids=FOUND)
def test_what_is_cited(text: str, targets: list[tuple[str, str, str, str]]) -> None:
    found = find_citations(text)
    assert [(each.title, each.article, each.paragraph, each.subparagraph) for each in found] == targets
    assert all(text[each.start : each.end] == each.text for each in found)


@given(st.text(alphabet="第十二三条款项（）、和至之前本例《法》规定", max_size=40))
def test_offsets_give_back_the_text(text: str) -> None:
    assert all(text[each.start : each.end] == each.text for each in find_citations(text))


@pytest.fixture(scope="module")
def rules() -> Document:
    lines = [
        "江州市示例办法",
        "第一章 总则",
        "第一条 单位应当登记。",
        "个人可以登记。",
        "登记免费。",
        "第二条 禁止下列行为：",
        "（一）转让证件；",
        "（二）出租证件。",
        "第二条之一 证件应当妥善保管。",
        "第三条 违反本办法的，由登记机构处一百元罚款。",
    ]
    return parse_document([Block(line) for line in lines])


RESOLVED = {  # what the case guards: (citing node, text, targets)
    "article": ("art_3__para_1", "违反本办法第二条", ["art_2"]),
    "paragraph": ("art_3__para_1", "第一条第二款", ["art_1__para_2"]),
    "item without paragraph": ("art_3__para_1", "第二条第（二）项", ["art_2__para_1__subpara_2"]),
    "inserted article": ("art_3__para_1", "第二条之一", ["art_2-1"]),
    "preceding paragraph": ("art_1__para_2", "前款", ["art_1__para_1"]),
    "two preceding paragraphs": ("art_1__para_3", "前两款", ["art_1__para_1", "art_1__para_2"]),
    "own article": ("art_1__para_3", "本条第一款", ["art_1__para_1"]),
    "preceding article counts inserted ones": ("art_3__para_1", "前条", ["art_2-1"]),
    "preceding item": ("art_2__para_1__subpara_2", "前项", ["art_2__para_1__subpara_1"]),
    "own title": ("art_3__para_1", "《江州市示例办法》第一条", ["art_1"]),
    "other instrument": ("art_3__para_1", "《某某法》第一条", [""]),
    "no such article": ("art_3__para_1", "第九条", [""]),
    "no such paragraph": ("art_3__para_1", "第二条第二款", [""]),
    "nothing before the first": ("art_1__para_1", "前款", [""]),
    "bare item continues the reference before": (
        "art_3__para_1",
        "违反第二条第一项的，警告；违反第二项的，罚款",
        ["art_2__para_1__subpara_1", "art_2__para_1__subpara_2"],
    ),
}


@pytest.mark.parametrize(("eid", "text", "targets"), RESOLVED.values(), ids=RESOLVED)
def test_targets_inside_the_document(rules: Document, eid: str, text: str, targets: list[str]) -> None:
    assert [each.eid for each in resolve_citations(rules, eid, find_citations(text))] == targets
