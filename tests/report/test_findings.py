"""The report on findings needs nothing from outside, holds every finding with its proof, and lets no text become markup."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from lxml import html as lxml_html
from rich.console import Console

from tongchi.barriers import FINDING_SCHEMA
from tongchi.barriers.batch import Screening, UnreadFile
from tongchi.report.accuracy import accuracy_from_json
from tongchi.report.findings_html import findings_to_html, write_findings_html
from tongchi.report.findings_method import findings_method
from tongchi.report.findings_summary import chance, summarise, summary_sentences
from tongchi.report.findings_view import fold, print_findings
from tongchi.report.findings_xlsx import write_findings_xlsx
from tongchi.report.html_finding import deciding_spans, marked

HOSTILE = "<script>alert(1)</script>\"'&"


def finding(**changed: Any) -> dict[str, Any]:
    """Return a row as the screening makes it."""
    return {
        "document": "江州/办法.md", "title": "江州市办法", "jurisdiction": "江州市", "clause_id": "art_3__para_1__subpara_1",
        "label": "第三条", "code": "9.5", "alternatives": ["8.1", "9.2", "9.1", "9.3"], "severity": "clear",
        "probability": 0.9, "turns_on_locality": True, "quote": "有下列情形的，处罚款：外地企业未备案的。",
        "lead_in_length": 11, "words": ["外地企业未备案"], "rules": ["outsider_penalty"], "contexts": ["punishes"],
        "mechanism_zh": "只有外地企业受罚。", "mechanism_en": "Outsiders alone are fined.",
        "exception_zh": "可能适用《公平竞争审查条例》第十二条第（三）项（公共利益）：条文提示安全。",
        "exception_en": "Article 12(3) of the Fair Competition Review Regulation (public interest) may apply: safety.",
        "remedy_zh": "删去。", "remedy_en": "Delete it.", "start": 5, "end": 12,
    } | changed  # fmt: skip


def screening(*rows: dict[str, Any], unread: tuple[UnreadFile, ...] = (), documents: int = 3) -> Screening:
    table = pl.DataFrame(rows, schema=FINDING_SCHEMA, orient="row")
    return Screening(documents, 4_000, table, unread)


ROWS = (
    finding(severity="arguable", probability=0.99, exception_zh="", exception_en=""),
    finding(document="岚州/措施.md", title="岚州市措施", jurisdiction="岚州市", code="10.2", probability=0.998),
    finding(jurisdiction="", title="", code="9.1", probability=0.95, lead_in_length=0),
)
BAD = UnreadFile("坏.docx", "T103", "[T103] 坏.docx：文件损坏", "[T103] 坏.docx: The file is damaged")


@pytest.fixture(scope="module")
def page() -> str:
    return findings_to_html(screening(*ROWS, unread=(BAD,)))


def test_clear_findings_come_first_then_the_most_certain(page: str) -> None:
    tree = lxml_html.fromstring(page)
    articles = tree.xpath("//article[@class='finding']")
    assert [each.get("data-code") for each in articles] == ["10.2", "9.1", "9.5"]
    assert [each.get("data-d") for each in articles] == ["0", "2", "1"]
    assert [each.get("data-place") for each in articles] == ["岚州市", "?", "江州市"]


def test_a_finding_shows_quote_words_item_mechanism_exception_and_redraft(page: str) -> None:
    (article,) = lxml_html.fromstring(page).xpath("//article[@id='f1']")
    assert article.xpath(".//span[@class='leadin']/text()") == ["有下列情形的，处罚款："]
    assert article.xpath(".//mark/text()") == ["外地企业未备案"]
    words = article.text_content()
    for expected in (
        "《岚州市措施》第三条", "第十条第（二）项", "只有外地企业受罚。", "Outsiders alone are fined.", "删去。", "> 0.99",
        "可能的例外：第十二条第（三）项（公共利益），须证明什么", "Possible exception: Article 12(3).", "outsider_penalty",
        "另可归入 8.1、9.2、9.1",
    ):  # fmt: skip
        assert expected in words
    assert "9.3" not in words
    (without,) = lxml_html.fromstring(page).xpath("//article[@id='f3']")
    assert without.xpath(".//details") == []


def test_the_table_counts_by_item_and_place(page: str) -> None:
    tree = lxml_html.fromstring(page)
    (table,) = tree.xpath("//table[@class='counts']")
    rows = {row.xpath("string(th)"): [cell.text_content() for cell in row.xpath("td")] for row in table.xpath(".//tr")}
    (total,) = (cells for name, cells in rows.items() if name.startswith("合计"))
    assert total == ["3", "", "1", "1", "1"]
    jumps = [(each.get("data-jump"), each.get("data-at")) for each in table.xpath(".//button")]
    assert ("9", None) in jumps
    assert ("10.2", "岚州市") in jumps
    options = {each.get("value") for each in tree.xpath("//select[@name='code' or @name='place']/option")}
    assert {value for jump in jumps for value in jump if value} <= options


def test_what_was_not_read_is_listed(page: str) -> None:
    assert lxml_html.fromstring(page).xpath("//table[@class='unread']//th[@scope='row']/text()") == ["坏.docx"]
    assert "另有 1 份文件无法读取" in page
    assert 'id="unread"' not in findings_to_html(screening(*ROWS))


def test_nothing_is_loaded_from_outside_and_both_languages_are_there(page: str) -> None:
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest", page)
    assert "://" not in page
    assert page.count('class="zh"') == page.count('class="en"')
    tree = lxml_html.fromstring(page)
    assert {target[1:] for target in tree.xpath("//a/@href")} <= set(tree.xpath("//@id"))
    assert '<html lang="en" data-lang="en">' in findings_to_html(screening(), language="en")


def test_a_page_of_thousands_is_cut_and_says_so() -> None:
    page = findings_to_html(screening(*ROWS), shown=2)
    assert page.count('<article id="f') == 2
    assert "全部 3 个见 findings.xlsx" in page
    assert "findings.xlsx" not in findings_to_html(screening(*ROWS), shown=3)


def test_text_never_becomes_markup() -> None:
    texts = (
        "document",
        "title",
        "jurisdiction",
        "clause_id",
        "label",
        "quote",
        "mechanism_zh",
        "exception_zh",
        "remedy_en",
    )
    row = finding(**dict.fromkeys(texts, HOSTILE), words=["alert"], rules=[HOSTILE], lead_in_length=3)
    bad = UnreadFile(HOSTILE, "T103", HOSTILE, HOSTILE)
    page = findings_to_html(screening(row, unread=(bad,)))
    assert "<script>alert" not in page
    assert "<mark>alert</mark>" in page


def test_nothing_found_and_one_document_have_words_of_their_own() -> None:
    none = summary_sentences(summarise(screening(documents=1)))
    assert none[0].zh == "1 份文件的 4,000 个条款（款、项）中没有发现需要审查的。"
    assert "<form" not in findings_to_html(screening(documents=1))
    one = findings_to_html(screening(ROWS[0], documents=1))
    assert '<h1><span class="zh">《江州市办法》公平竞争审查</span>' in one
    assert "1 of 4,000 clauses (paragraphs and items) calls for review; in 0 the restriction is clear." in one


def test_two_names_of_one_place_are_counted_together() -> None:
    rows = [finding(jurisdiction=name) for name in ("上海", "上海市", "郑州", "郑州市", "全国", "国家", "莱阳")]
    assert summarise(screening(*rows)).places == ("上海市", "国家", "郑州市", "莱阳")


def test_nothing_is_certain() -> None:
    assert [chance({"probability": value}) for value in (0.5, 0.994, 0.995, 1.0)] == [
        "0.50",
        "0.99",
        "> 0.99",
        "> 0.99",
    ]


def test_deciding_words_are_marked_across_the_lead_in() -> None:
    quote = "外地企业：外地企业应当备案"
    spans = deciding_spans(quote, ["外地企业：", "外地企业应当", "没有的"])
    assert spans == [(0, 5), (5, 11)]
    assert marked(quote, [(3, 7)], 0, 5) == "外地企<mark>业：</mark>"
    assert marked(quote, [(3, 7)], 5, 13) == "<mark>外地</mark>企业应当备案"


def test_measured_accuracy_is_shown_or_said_to_be_missing() -> None:
    data = {
        "barriers": {"measured_on": {"zh": "九个", "en": "nine"}, "real": {"precision": 0.91, "recall": 0.82, "n": 9}}
    }
    shown = findings_method(accuracy_from_json(data))
    assert "0.91</td><td>0.82</td><td>9" in shown
    assert "九个" in shown
    assert "未测" in findings_method(accuracy_from_json({}))


def test_the_workbook_holds_all_findings_and_no_formula(tmp_path: Path) -> None:
    attack = '=HYPERLINK("http://x","y")'
    rows = [*ROWS, finding(quote=attack, lead_in_length=0, title="+1", label="@SUM(A1)", words=["-2"])]
    book = openpyxl.load_workbook(write_findings_xlsx(screening(*rows, unread=(BAD,)), tmp_path / "f.xlsx"))
    assert book.sheetnames == ["概要", "发现", "未读文件"]
    sheet = book["发现"]
    assert (sheet.max_row, sheet.freeze_panes) == (5, "A2")
    assert sheet.auto_filter.ref == f"A1:V{sheet.max_row}"
    assert sheet["J2"].alignment.wrap_text
    assert [sheet["I2"].value, sheet["J2"].value] == ["有下列情形的，处罚款：", "外地企业未备案的。"]
    risky = [cell for row in sheet.iter_rows() for cell in row if cell.value in (attack, "+1", "@SUM(A1)", "-2")]
    assert len(risky) == 4
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in risky)


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    whole = screening(*ROWS, unread=(BAD,))
    for write, name in ((write_findings_html, "html"), (write_findings_xlsx, "xlsx")):
        first = write(whole, tmp_path / f"1.{name}").read_bytes()
        assert first == write(whole, tmp_path / f"2.{name}").read_bytes()


@pytest.mark.parametrize(
    ("language", "words"), [("zh", ("最明确的发现", "其余 2 地")), ("en", ("clearest", "2 more places"))]
)
def test_the_terminal_shows_counts_and_the_clearest_findings(language: Any, words: tuple[str, ...]) -> None:
    console = Console(file=io.StringIO(), width=80, highlight=False, emoji=False)
    rows = [finding(jurisdiction=f"江州{at}市", title="[bold]办法:100:", quote="外地企业" * 60) for at in range(12)]
    print_findings(screening(*rows), console, language=language)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    for word in words:
        assert word in printed
    assert printed.count("《[bold]办法:100:》第三条") == 10
    assert max(map(len, printed.splitlines())) <= 80


def test_lines_break_between_characters_but_not_before_a_closing_mark() -> None:
    assert list(fold("第九条，abc def", 6)) == ["第九条，", "abc", "def"]
    assert list(fold("", 6)) == []
