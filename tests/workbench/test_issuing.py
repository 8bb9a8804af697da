"""Is what is printed what was approved? Files of one frozen source, read back, compared and made twice."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from pypdf import PdfReader
from workbench_projects import needs_fonts

from tongchi.errors import WorkbenchError
from tongchi.workbench.issuing import content
from tongchi.workbench.issuing.akn import NAMESPACE, to_akn
from tongchi.workbench.issuing.content import Issuer, Standard, freeze, from_json
from tongchi.workbench.issuing.docx import to_docx
from tongchi.workbench.issuing.pdf import to_pdf
from tongchi.workbench.issuing.reading_back import differences

ISSUERS = (Issuer("sichuan", "四川省", "Sichuan"), Issuer("chongqing", "重庆市", "Chongqing"))
ROWS = [
    ("scope", "1", "范围", "本文件规定了川渝两地机关办公用房的要求。\n本文件适用于两地各级机关。"),
    ("term", "3.1", "办公用房 office space", "为保障机关正常运行设置的用房。\n注：不包括技术业务用房。"),
    ("clause", "4", "配置", ""),
    ("clause", "4.1", "权属登记", "登记内容应包括：\na) 坐落；\nb) 面积：\n1) 建筑面积；\n2) 使用面积。"),
    ("clause", "4.2", "", "使用面积见表1。\n表1　使用面积\n| 职务 | 面积 |\n| 厅级正职 | 不超过30 m² |"),
    ("annex", "A", "（资料性）登记表示例", "登记表的内容见A.1。"),
    ("annex", "A.1", "登记表", "登记表应载明：\n——坐落；\n——面积。"),
]


def a_standard() -> Standard:
    return freeze("办公用房管理规范", "Management of office space", issuers=ISSUERS, rows=ROWS)


def issued() -> Standard:
    return a_standard().identified(
        "DB51/T 10002—2026",
        numbers={"sichuan": "DB51/T 10002—2026", "chongqing": "DB50/T 10002—2026"},
        issued_on=date(2026, 6, 1),
        effective_on=date(2026, 8, 1),
        review_on=date(2031, 6, 1),
    )


def test_the_frame_of_a_standard_is_supplied() -> None:
    assert [each.number for each in a_standard().clauses] == ["1", "2", "3", "3.1", "4", "4.1", "4.2", "A", "A.1"]


def test_number_and_dates_are_outside_the_hash_and_every_letter_is_inside() -> None:
    standard = a_standard()
    assert issued().text_hash == standard.text_hash
    others = [
        replace(standard, zh=standard.zh + "。"),
        replace(standard, foreword=(*standard.foreword, "又")),
        replace(standard, issuers=ISSUERS[:1]),
        replace(standard, clauses=standard.clauses[:-1]),
        replace(standard, clauses=(*standard.clauses[:-1], replace(standard.clauses[-1], text="改"))),
    ]
    assert len({standard.text_hash, *(each.text_hash for each in others)}) == len(others) + 1


def test_the_frozen_source_survives_its_file() -> None:
    assert from_json(json.loads(content.to_bytes(issued()))) == issued()


@pytest.mark.parametrize("standard", [a_standard(), issued()], ids=["draft", "issued"])
def test_the_word_file_reads_back_to_the_letter_and_is_the_same_twice(standard: Standard) -> None:
    made = to_docx(standard)
    assert differences(standard, made) == []
    assert to_docx(standard) == made


def test_a_line_that_reads_as_the_next_clause_is_found() -> None:
    rows = [*ROWS[:3], ("clause", "4.1", "权属登记", "应登记。\n4.2 假条款"), *ROWS[4:]]
    standard = freeze("办公用房管理规范", "", issuers=ISSUERS, rows=rows)
    assert "4.1" in [each.number for each in differences(standard, to_docx(standard))]


def test_a_changed_letter_is_found() -> None:
    standard = a_standard()
    last = replace(standard.clauses[-1], text=standard.clauses[-1].text.replace("面积", "面幅"))
    changed = replace(standard, clauses=(*standard.clauses[:-1], last))
    assert [each.number for each in differences(standard, to_docx(changed))] == ["A.1"]


@needs_fonts
def test_the_pdf_is_archival_carries_its_xml_and_is_the_same_twice() -> None:
    made = to_pdf(issued())
    assert to_pdf(issued()) == made
    assert b'pdfaid:part="3"' in made or b"<pdfaid:part>3</pdfaid:part>" in made
    reader = PdfReader(io.BytesIO(made))
    assert reader.attachments == {"DB51-T-10002-2026.xml": [to_akn(issued())]}
    assert "使用面积见表" in "".join(page.extract_text() for page in reader.pages).replace(" ", "")


@needs_fonts
def test_a_letter_that_no_font_holds_is_told() -> None:
    with pytest.raises(WorkbenchError, match="PDF/A"):
        to_pdf(replace(a_standard(), zh="标题\U000e0100\U0010fffd"))


def test_the_xml_holds_every_clause_under_its_own_id() -> None:
    root = etree.fromstring(to_akn(issued()))
    spaces = {"a": NAMESPACE}
    assert root.xpath("//a:clause/a:num/text()", namespaces=spaces) == ["1", "2", "3", "3.1", "4", "4.1", "4.2", "A.1"]
    ids = [each.get("eId") for each in root.iter() if each.get("eId")]
    assert len(ids) == len(set(ids))
    assert root.xpath("//a:clause[@eId='cl_4__subcl_4-1']//a:p/text()", namespaces=spaces) == ROWS[3][3].split("\n")
    assert root.xpath("//a:FRBRdate[@name='issue']/@date", namespaces=spaces) == ["2026-06-01"] * 3


WORDS = st.sampled_from(
    "办公用房应当实行统一登记结果相互认可维修单位具备资质面积不超过三十平方米每年至少评价次ABab12 %℃—（）《》、，"
)
BEGINNINGS = st.sampled_from(["两地应", "应", "GB/T 1.1中的", "《条例》", "", "“办公用房”指"])
SENTENCES = st.tuples(BEGINNINGS, st.text(WORDS, min_size=1, max_size=70)).map(
    lambda found: "".join(found).strip() + "。"
)
MARKS = st.sampled_from(["", "", "", "——", "注：", "示例："])
TABLES = st.lists(st.tuples(SENTENCES, SENTENCES), min_size=1, max_size=3).map(
    lambda rows: "\n".join(f"| {a} | {b} |" for a, b in rows)
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Sentences, notes, dashes and lists in order of their marks, as a drafter types them: blank lines and spaces around."""
    lines = [mark + draw(SENTENCES) for mark in draw(st.lists(MARKS, min_size=1, max_size=4))]
    for letter in "abc"[: draw(st.integers(0, 3))]:
        lines.append(f"{letter}) {draw(SENTENCES)}")
        lines += [f"{number}) {draw(SENTENCES)}" for number in range(1, draw(st.integers(1, 3)))]
    if draw(st.booleans()):
        lines.append(draw(TABLES))
    return draw(st.sampled_from(["\n", "\r\n", "  \n\n"])).join(lines)


@st.composite
def standards(draw: st.DrawFn) -> Standard:
    """Clause trees of depth three with and without headings, terms and annexes."""
    rows = [("scope", "1", "范围", draw(texts()))]
    rows += [
        ("term", f"3.{at}", f"术语{'甲乙丙'[at - 1]}", draw(SENTENCES)) for at in range(1, draw(st.integers(1, 4)))
    ]
    for top in range(4, 4 + draw(st.integers(1, 3))):
        rows.append(("clause", f"{top}", f"要求{'甲乙丙丁'[top - 4]}", draw(st.one_of(st.just(""), texts()))))
        for second in range(1, draw(st.integers(1, 4))):
            rows.append(("clause", f"{top}.{second}", draw(st.sampled_from(["", "一般要求"])), draw(texts())))
            for third in range(1, draw(st.integers(1, 3))):
                rows.append(("clause", f"{top}.{second}.{third}", draw(st.sampled_from(["", "细则"])), draw(texts())))
    for letter in "AB"[: draw(st.integers(0, 2))]:
        rows.append(("annex", letter, draw(st.sampled_from(["", "（资料性）"])) + "示例表", draw(SENTENCES)))
        rows += [("annex", f"{letter}.{at}", "", draw(texts())) for at in range(1, draw(st.integers(1, 3)))]
    return freeze("办公用房管理规范", "Office space", issuers=ISSUERS, rows=rows)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(standards())
def test_every_clause_tree_reads_back_to_the_letter(standard: Standard) -> None:
    assert differences(standard, to_docx(standard)) == []
    assert from_json(standard.to_json()) == standard
    etree.fromstring(to_akn(standard))


ODD = st.one_of(
    st.text(max_size=40),
    st.text('5.1 A附录表1|—a)注：\n\t　应\u2028\x85\x0b\x00\ufffe\u200b\u00ad<&>"#$*_`', max_size=30),
)
NUMBERS = st.sampled_from(["1", "3.1", "4", "4.1", "5", "A", "A.1", "", "x y"])
KINDS = st.sampled_from(["scope", "reference", "term", "clause", "annex"])


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(ODD, ODD, st.lists(st.tuples(KINDS, NUMBERS, ODD, ODD), max_size=5))
def test_whatever_is_typed_freezes_once_and_breaks_no_file(
    zh: str, en: str, rows: list[tuple[str, str, str, str]]
) -> None:
    standard = freeze(zh, en, issuers=ISSUERS, rows=rows)
    again = [(each.kind, each.number, each.heading, each.text) for each in standard.clauses]
    frozen = freeze(standard.zh, standard.en, issuers=ISSUERS, rows=again, foreword=standard.foreword)
    assert frozen.text_hash == standard.text_hash
    assert from_json(json.loads(content.to_bytes(standard))) == standard
    etree.fromstring(to_akn(standard))
    differences(standard, to_docx(standard))
