"""The page of a study says what the study found: every number has its proof, in both languages, and what is missing is said."""

from __future__ import annotations

import importlib.util
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from lxml import html
from study_case import bare_result

from tongchi.report.study_html import material_of, questions, study_html, write_study_html
from tongchi.report.study_words import Evident, Num, Said, Saying, listed, say
from tongchi.report.survey_content import Table
from tongchi.report.words import Words
from tongchi.study.all_tables import study_tables
from tongchi.study.figures import figures_of
from tongchi.study.folder import StudyFolder
from tongchi.study.result import StudyResult
from tongchi.study.run import run_study

SMALL = Path(__file__).resolve().parents[1] / "study" / "small_study.py"
NO_NUMBER = re.compile(r"\b(nan|NaN|None|inf|NotAvailable|null)\b")
_CLASSES = ("quoted", "quoted-text", "q", "law", "slot", "gist", "names", "facts", "place")
QUOTED = (
    *("style", "script", "svg", "blockquote", "q", "code", "time", "nav", "button", "thead", "*[@data-figure]"),
    *("*[@id='method']", "*[@id='texts']", "*[@id='items']", "*[starts-with(@id, 't-g-')]"),
    *(f"*[contains(concat(' ', @class, ' '), ' {name} ')]" for name in _CLASSES),
)
"""Where digits are no findings: words of others, names in code, dates, heads and notes, settings of the method, text columns of the
tables that are printed whole (their numbers are figures by make), and pictures."""
STRUCTURE = re.compile(
    r"(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?"  # years and dates
    r"|\b[A-Z]\d+[a-z]?\b"  # hypotheses
    r"|(?:图|表|Figure|Table) \d+|^[1-4](?:　|\.|$)|\b0–1\b"  # counters, the ends of the scale
    r"|9[05]%(?= ?(?:区间|带|interval|band))"
    r"|\b[a-z]+\.csv:\d+"
    r"|\b(?:8|9|1[01])\.\d(?= )"  # items of the review regulation
)


@cache
def result(*, survey: bool) -> StudyResult:
    spec = importlib.util.spec_from_file_location("small_study_of_report", SMALL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = module.write_small_study(Path(mkdtemp()), survey=survey)
    return run_study(StudyFolder.load(folder), workers=1)


@cache
def page(*, survey: bool) -> html.HtmlElement:
    return html.fromstring(study_html(result(survey=survey)))


def plain_texts(tree: html.HtmlElement) -> list[str]:
    """Return every text of the page that is neither quoted nor a figure."""
    every = f"ancestor::{' or ancestor::'.join(QUOTED)}"
    return [str(each).strip() for each in tree.xpath(f"//body//text()[not({every})]") if str(each).strip()]


def shown_value(text: str) -> float:
    bare = text.replace("−", "-").replace(",", "").strip("<> %")
    return float(bare) / (100 if text.endswith("%") else 1)


@pytest.mark.parametrize("survey", [True, False])
def test_every_number_on_the_page_is_a_figure_or_belongs_to_its_structure(survey: bool) -> None:
    left = [text for text in plain_texts(page(survey=survey)) if re.search(r"\d", STRUCTURE.sub("", text))]
    assert left == []


@pytest.mark.parametrize("survey", [True, False])
def test_every_figure_shows_the_value_that_the_evidence_holds(survey: bool) -> None:
    figures = figures_of(study_tables(result(survey=survey)))
    shown = page(survey=survey).xpath("//a[@data-figure]")
    assert len(shown) > 100
    for each in shown:
        name, text = each.get("data-figure"), each.text_content()
        value, written = figures[name].value, shown_value(text)
        if text[0] in "<>":
            assert (value < written + 1e-9) if text[0] == "<" else (value > written - 0.006), name
            continue
        digits = len(text.rstrip("%").partition(".")[2]) + (2 if text.endswith("%") else 0)
        assert written == pytest.approx(value, abs=0.501 * 10**-digits), name


@pytest.mark.parametrize("survey", [True, False])
def test_both_languages_carry_the_same_figures(survey: bool) -> None:
    tree = page(survey=survey)
    for part in tree.xpath("//section"):
        found = {
            language: Counter(each.get("data-figure") for each in part.xpath(f".//span[@class='{language}']//a[@data-figure]"))
            for language in ("zh", "en")
        }  # fmt: skip
        assert found["zh"] == found["en"], part.get("id")


@pytest.mark.parametrize("survey", [True, False])
def test_every_link_leads_to_a_place_on_the_page(survey: bool) -> None:
    tree = page(survey=survey)
    names = [each.get("id") for each in tree.xpath("//*[@id]")]
    assert len(names) == len(set(names))
    for link in tree.xpath("//a[starts-with(@href, '#')]"):
        assert link.get("href")[1:] in names, link.get("href")


@pytest.mark.parametrize("survey", [True, False])
def test_the_page_needs_no_network_and_holds_no_missing_numbers(survey: bool) -> None:
    text = study_html(result(survey=survey))
    assert not re.search(r'(?:src|href)="(?!#)|@import|url\(|https?://(?!www\.w3\.org)', text)
    shown = " ".join(plain_texts(page(survey=survey)))
    assert not NO_NUMBER.search(shown)
    assert not NO_NUMBER.search(
        " ".join(each.text_content() for each in page(survey=survey).xpath("//*[@data-figure]"))
    )


def test_a_number_leads_to_the_clause_behind_it() -> None:
    tree = page(survey=False)
    link = tree.xpath("//*[@id='front']//a[starts-with(@data-figure, 'gaps/')]")[0]
    entry = tree.xpath(f"//*[@id='{link.get('href')[1:]}']")[0]
    assert "tables/gaps.parquet" in entry.text_content()
    clause = entry.xpath(".//a[starts-with(@href, '#d')]")[0]
    assert tree.xpath(f"//*[@id='texts']//*[@id='{clause.get('href')[1:]}']")


def test_the_four_questions_come_first_each_with_a_picture() -> None:
    cards = page(survey=True).xpath("//*[@id='front']//article")
    assert len(cards) == 4
    for card in cards:
        assert card.xpath(".//svg")
        assert card.xpath(".//a[@data-figure]")


def test_what_is_missing_is_said_in_a_line_and_leaves_no_empty_part() -> None:
    cards = page(survey=False).xpath("//*[@id='front']//article")
    assert cards[1].xpath(".//p[@class='absent']")
    tree = html.fromstring(study_html(bare_result()))
    assert len(tree.xpath("//*[@id='front']//p[@class='absent']")) >= 4
    assert not tree.xpath("//table[not(.//td)] | //ul[not(li)] | //svg")
    for part in tree.xpath("//section"):
        assert part.text_content().strip() != part.xpath("string(h2)").strip(), part.get("id")


def test_the_mark_of_an_illustrative_study_stands_on_screen_and_on_every_printed_page() -> None:
    tree = html.fromstring(study_html(bare_result()))
    assert tree.xpath("//p[@class='mark']//span[@class='en']")[0].text == "ILLUSTRATIVE texts"
    margins = "".join(tree.xpath("//style/text()"))
    assert '@page zh{@top-center{content:"示例文本 ILLUSTRATIVE"' in margins
    assert '@page en{@top-center{content:"ILLUSTRATIVE texts"' in margins


def test_titles_cannot_bring_markup_into_the_page() -> None:
    bare = bare_result()
    evil = '</style><script>x</script>"'
    folder = replace(bare.folder, title_zh=evil, illustrative_zh=evil, illustrative_en=evil)
    assert "<script>x" not in study_html(replace(bare, folder=folder))


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write_study_html(result(survey=False), tmp_path / "a.html").read_bytes()
    assert write_study_html(result(survey=False), tmp_path / "b.html").read_bytes() == first


def test_sentences_name_the_figures_in_them() -> None:
    number = Num("gaps/x/gap", Words("0.31", ".31"), 0.31)
    said = say("差距为 {gap}。", "The gap is {gap}.", gap=number)
    assert said.words == Words("差距为 0.31。", "The gap is .31.")
    assert said.figures == ("gaps/x/gap",)
    assert listed([said, said], zh="；", en="; ").words.zh == "差距为 0.31。；差距为 0.31。"


def test_answers_hold_no_number_without_a_figure() -> None:
    for question in questions(material_of(result(survey=True))):
        said: list[Said] = [*question.said, *question.more]
        for block in (*question.beside, *question.blocks):
            said += block.said if isinstance(block, Saying) else []
            if isinstance(block, Table):
                said += [cell.said for row in block.rows for cell in row if isinstance(cell, Evident) and cell.said]
        for one in said:
            for language in ("zh", "en"):
                words = "".join(part for part in one.parts(language) if isinstance(part, str))
                assert not re.search(r"\d", STRUCTURE.sub("", words)), words
