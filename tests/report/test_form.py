"""The questionnaire asks every question once, and the answers that it hands back are read as they were given."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from tongchi.documents.read import read_blocks
from tongchi.report.form_content import FormLanguage, blocks_of, minutes, questions_of
from tongchi.report.form_docx import form_docx
from tongchi.report.form_html import form_columns, form_html
from tongchi.survey.instrument import Instrument
from tongchi.survey.responses import read_responses

LANGUAGES: tuple[FormLanguage, ...] = ("zh", "en", "both")
INSTRUMENT = Instrument.default()
SMALL = """
id = "small"
title_zh = "小问卷 <甲>"
title_en = "A small one"
[scale]
low = 0
high = 3
zh = ["从不", "偶尔", "经常", "总是"]
en = ["Never", "Sometimes", "Often", "Always"]
[[construct]]
code = "a"
zh = "甲"
en = "A"
[[item]]
code = "a1"
construct = "a"
zh = "第一题 & 其他"
en = "First"
[[attention_check]]
code = "check"
zh = "请选“总是”。"
en = "Please choose Always."
expected = 3
[[item]]
code = "a2"
construct = "a"
zh = "第二题"
en = "Second"
[[group]]
code = "office"
zh = "单位"
en = "Office"
"""


def form_of(text: str) -> html.HtmlElement:
    return html.fromstring(text).get_element_by_id("form")


def choices(form: html.HtmlElement, name: str) -> list[str]:
    return [each.get("value") for each in form.xpath(f'.//input[@type="radio"][@name="{name}"]')]


def written(form: html.HtmlElement, answers: dict[str, str]) -> str:
    """Write what the script of the page writes: a head of the columns that the page names, and one line of values."""
    columns = json.loads(form.get("data-form"))["columns"]
    lines = io.StringIO()
    csv.writer(lines).writerows([columns, [answers.get(name, "") for name in columns]])
    return "\ufeff" + lines.getvalue()


@given(data=st.data())
@settings(deadline=None, max_examples=15)
def test_the_answers_of_the_page_are_read_back(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    form = form_of(form_html(INSTRUMENT))
    names = [*(each.code for each in questions_of(INSTRUMENT)), "region"]
    given_ = {name: data.draw(st.sampled_from([*choices(form, name), ""])) for name in names}
    file = tmp_path_factory.mktemp("form") / "answers.csv"
    file.write_text(written(form, given_ | {"id": "R1", "duration_s": "301"}), encoding="utf-8")
    read = read_responses(file, INSTRUMENT)
    row = read.frame.row(0, named=True)
    assert not read.unknown
    assert not read.absent
    assert (row["id"], row["duration_s"], row["region"]) == ("R1", 301.0, given_["region"] or None)
    assert {name: row[name] for name in names[:-1]} == {
        name: float(given_[name]) if given_[name] else None for name in names[:-1]
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_is_asked_once_with_every_answer(language: FormLanguage) -> None:
    form = form_of(form_html(INSTRUMENT, language=language))
    asked = [row.get("data-code") for row in form.xpath(".//tr[@data-code]")]
    assert sorted(asked) == sorted([*INSTRUMENT.item_codes, *(check.code for check in INSTRUMENT.checks)])
    assert all(choices(form, code) == ["1", "2", "3", "4", "5"] for code in asked)


def test_checks_stand_where_the_file_puts_them() -> None:
    assert [each.code for each in questions_of(Instrument.parse(SMALL))] == ["a1", "check", "a2"]


def test_checks_that_follow_the_last_item_are_mixed_in() -> None:
    codes = [each.code for each in questions_of(INSTRUMENT)]
    places = [codes.index(check.code) for check in INSTRUMENT.checks]
    assert [code for code in codes if not code.startswith("check")] == list(INSTRUMENT.item_codes)
    assert places == [15, 32]


@given(st.integers(1, 120))
def test_blocks_hold_all_questions_in_order(count: int) -> None:
    questions = (questions_of(INSTRUMENT) * 3)[:count]
    blocks = blocks_of(questions)
    assert [each for block in blocks for each in block] == list(questions)
    sizes = [len(block) for block in blocks]
    assert max(sizes) <= 12
    assert max(sizes) - min(sizes) <= 1


def test_the_page_needs_nothing_but_itself() -> None:
    page = form_html(INSTRUMENT)
    assert not re.search(r"""(src|href)=["'](https?:)?//""", page)
    assert "<link" not in page


def test_texts_are_escaped_and_columns_follow_the_instrument() -> None:
    small = Instrument.parse(SMALL)
    page = form_html(small, language="zh")
    assert "小问卷 &lt;甲&gt;" in page
    assert "第一题 &amp; 其他" in page
    assert form_columns(small) == ("id", "office", "duration_s", "a1", "check", "a2")
    assert json.loads(unescape(form_of(page).get("data-form")))["columns"] == list(form_columns(small))


def test_one_language_shows_no_other() -> None:
    page = form_html(Instrument.parse(SMALL), language="en")
    assert not re.search(r"[\u4e00-\u9fff]", "".join(form_of(page).itertext()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_has_a_box_for_each_answer(language: FormLanguage) -> None:
    paper = docx.Document(io.BytesIO(form_docx(INSTRUMENT, language=language)))
    tags = re.findall(r'<w:tag w:val="([^"]+)"', paper.element.xml)
    expected = {f"{each.code}_{answer}" for each in questions_of(INSTRUMENT) for answer in range(1, 6)}
    assert len(tags) == len(set(tags))
    assert set(tags) == expected | {"region_A", "region_B"}
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in paper.tables)


def test_our_own_reader_reads_every_statement_of_the_paper(tmp_path: Path) -> None:
    file = tmp_path / "form.docx"
    file.write_bytes(form_docx(INSTRUMENT, language="both"))
    _, blocks = read_blocks(file)
    text = re.sub(r"\s+", "", str(blocks))
    assert all(re.sub(r"\s+", "", item.zh) in text for item in INSTRUMENT.items)


def test_the_same_instrument_gives_the_same_files() -> None:
    assert form_docx(INSTRUMENT) == form_docx(INSTRUMENT)
    assert form_html(INSTRUMENT) == form_html(INSTRUMENT)


def test_the_time_that_is_promised_grows_with_the_questions() -> None:
    assert 1 == minutes(Instrument.parse(SMALL)) < minutes(INSTRUMENT) <= 10
