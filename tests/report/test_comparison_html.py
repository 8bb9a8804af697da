"""The page needs nothing from outside, holds every row with its proof, and lets nothing of a text become markup."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from lxml import html as lxml_html

from tongchi.comparison.model import Comparison, PairComparison
from tongchi.report.comparison_html import comparison_to_html, write_html
from tongchi.report.html_proof import marked
from tongchi.report.marking import Mark

VOID = {"meta", "br", "input", "link", "img", "hr"}


@pytest.fixture(scope="module")
def page(sample_pair: PairComparison) -> str:
    return comparison_to_html(sample_pair)


class Balance(HTMLParser):
    """Checks that elements close in order and collects ids."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids.update(value for key, value in attrs if key == "id" and value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_elements_close_and_ids_are_used_once(page: str, three_parties: Comparison) -> None:
    for text in (page, comparison_to_html(three_parties)):
        balance = Balance()
        balance.feed(text)
        assert balance.open == []
        assert [name for name, count in balance.ids.items() if count > 1] == []


def test_every_link_inside_the_page_has_its_target(page: str) -> None:
    tree = lxml_html.fromstring(page)
    ids = set(tree.xpath("//@id"))
    assert {target[1:] for target in tree.xpath("//a/@href")} <= ids


def test_nothing_is_loaded_from_outside(page: str) -> None:
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest", page)
    assert "://" not in page


def test_the_first_section_says_which_clauses_differ_and_how(page: str, sample_pair: PairComparison) -> None:
    """The lists hold the counts of the headline, and each entry leads to the row with both quotes."""
    tree = lxml_html.fromstring(page)
    groups = tree.xpath("//section[@id='headline']//div[@class='brief']/section")
    differing = [link.direction.value for link in sample_pair.links if link.coarse == "differs"]
    counts = [differing.count("S"), differing.count("L"), differing.count("N") + differing.count("=")]
    assert [int(group.xpath("./h3/span[@class='n']/text()")[0]) for group in groups] == counts
    (entry,) = tree.xpath("//div[@class='brief']//li[a/@href='#p1-art_7-art_12']")
    assert entry.xpath("string(a)") == "第七条 → 第十二条"
    assert [value.xpath("string(*[@class='zh'])") for value in entry.xpath(".//b")] == ["60 日", "30 日"]
    assert all(item.xpath("string(.//span[@class='gist'])").strip(" →") for item in groups[1].xpath(".//li[span]"))
    alone = tree.xpath("//section[@id='headline']/p[@class='alone'][1]/a/text()")
    assert alone[0] == "第六条"
    assert len(alone) == sum(only.side == "a" for only in sample_pair.only)


def test_paper_hides_links_but_no_cell_of_the_matrix(page: str) -> None:
    printed = page[page.index("@media print") : page.index("</style>")]
    hidden = re.findall(r"([^{}]*)\{display:none!important\}", printed)
    assert "a.self" in hidden[0].split(",")
    assert ".self" not in hidden[0].split(",")


def test_a_row_per_link_and_unmatched_article_with_both_quotes(page: str, sample_pair: PairComparison) -> None:
    tree = lxml_html.fromstring(page)
    rows = tree.xpath("//table[@class='clauses']/tbody")
    assert len(rows) == len(sample_pair.links) + len(sample_pair.only)
    linked = [row for row in rows if row.get("data-side") == "both"]
    assert all(len(row.xpath(".//div[@class='side']")) == 2 for row in linked)
    (row,) = tree.xpath("//tbody[@id='p1-art_8-art_13']")
    assert row.xpath(".//del/text()") == ["三十", "十八"]
    assert row.xpath(".//ins/text()") == ["二十八", "十六"]
    titles = row.xpath(".//blockquote/@title")
    assert titles[0].startswith("《江州市机关事务管理办法》第八条 art_8__para_1 [")


def test_identical_articles_carry_no_marks(page: str) -> None:
    tree = lxml_html.fromstring(page)
    assert tree.xpath("//tbody[@data-kind='identical' and @data-o='2']//del") == []


def test_unmatched_articles_stand_in_full(page: str) -> None:
    assert "具备条件的机关停车场，应当在非工作时间向周边居民有序开放。" in page


def test_both_languages_and_the_headline_are_on_the_page(page: str) -> None:
    assert "标尺差距为 0.40（95% 区间 0.34–0.46" in page
    assert "6.3 years apart: part of the gap is age" in page
    assert 'data-lang="zh"' in page
    assert page.count('class="zh"') == page.count('class="en"')


def test_the_language_shown_first_can_be_chosen(sample_pair: PairComparison) -> None:
    page = comparison_to_html(sample_pair, language="en")
    assert '<html lang="en" data-lang="en">' in page


def test_text_never_becomes_markup(sample_pair: PairComparison) -> None:
    hostile = "<script>alert(1)</script>\"'&"
    link = dataclasses.replace(
        sample_pair.links[0],
        slot=hostile,
        value_a=hostile,
        value_b=hostile,
        quotes=tuple(dataclasses.replace(quote, text=hostile, eid=hostile) for quote in sample_pair.links[0].quotes),
    )
    metadata = dataclasses.replace(sample_pair.a.metadata, title=hostile, jurisdiction=hostile, adopted=None)
    a = dataclasses.replace(sample_pair.a, metadata=metadata, file=hostile)
    page = comparison_to_html(dataclasses.replace(sample_pair, a=a, links=(link, *sample_pair.links[1:])))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_marks_and_measures_may_overlap() -> None:
    shown = marked("不少于五千元<b>", [Mark(3, 5, "changed"), Mark(6, 8, "moved")], {"五千元"}, "ins")
    assert shown == '不少于<ins><b>五千</b></ins><b>元</b><span class="mv">&lt;b</span>&gt;'


def test_two_runs_give_the_same_bytes(three_parties: Comparison, tmp_path: Path) -> None:
    first = write_html(three_parties, tmp_path / "1.html").read_bytes()
    assert first == write_html(three_parties, tmp_path / "2.html").read_bytes()
    assert len(first) < 2_000_000


def test_three_parties_have_matrix_conformity_and_matter_table(three_parties: Comparison) -> None:
    tree = lxml_html.fromstring(comparison_to_html(three_parties))
    assert tree.xpath("//table[@class='heat']/tbody//td//text()") == [
        "—",
        "0.40",
        "0.00",
        "0.40",
        "—",
        "0.40",
        "0.00",
        "0.40",
        "—",
    ]
    assert tree.xpath("//table[@class='matter']//tr[2]/td//text()") == ["—", "10", "—", "1/3"]
    assert [each.get("id") for each in tree.xpath("//section[@class='pair']")] == ["p1", "p2", "p3"]
