"""The paper on a study opens, says what was found with its numbers, names what is missing, and is the same file every time."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pytest
from study_case import bare_result

from tongchi.documents import read
from tongchi.report.docx_document import Document
from tongchi.report.docx_picture import picture_run
from tongchi.report.picture import Line, Picture
from tongchi.report.study_docx import study_docx, write_study_docx
from tongchi.report.study_names import StudyNames
from tongchi.report.study_paper import StudyPaper
from tongchi.report.study_words import Num, Saying, say
from tongchi.report.words import Words
from tongchi.study.figures import Figures, figures_of
from tongchi.study.folder import StudyFolder
from tongchi.study.result import LedgerSection, StudyResult
from tongchi.study.run import run_study
from tongchi.study.sources import clause_link, items_link
from tongchi.study.tables import StudyTable, TableSpec, columns, table

SAMPLE = Path(__file__).resolve().parents[2] / "examples" / "chengyu"
NO_NUMBER = re.compile(r"\b(nan|NaN|None|inf|NotAvailable)\b")


@cache
def result() -> StudyResult:
    """Return what the sample study comes to without its questionnaire and its dynamic model."""
    folder = StudyFolder.load(SAMPLE)
    asked = replace(folder.analyses, survey=False, mechanism=False)
    return run_study(replace(folder, analyses=asked), workers=1)


@cache
def paper(language: str = "zh") -> Any:
    return docx.Document(io.BytesIO(study_docx(result(), language=language)))  # type: ignore[arg-type]


def lines(opened: Any) -> list[str]:
    return [each.text for each in opened.paragraphs]


def cells(opened: Any, head: str) -> list[list[str]]:
    """Return the rows of the table whose head begins with `head`."""
    for each in opened.tables:
        if each.rows[0].cells[0].text == head or each.rows[0].cells[1].text == head:
            return [[cell.text for cell in row.cells] for row in each.rows[1:]]
    raise AssertionError(head)


def test_our_own_reader_opens_it(tmp_path: Path) -> None:
    path = write_study_docx(result(), tmp_path / "report.docx")
    document = read(path)
    assert "条款对照" in document.source
    assert "方法与局限" in document.source


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_result_gives_the_same_bytes(language: Any) -> None:
    assert study_docx(result(), language=language) == study_docx(result(), language=language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_number_is_missing_without_a_word(language: str) -> None:
    opened = paper(language)
    words = [*lines(opened), *(cell.text for each in opened.tables for row in each.rows for cell in row.cells)]
    assert [each for each in words if NO_NUMBER.search(each)] == []


def test_every_page_says_that_the_study_is_a_sample() -> None:
    header = paper().sections[0].header.paragraphs[0].text
    assert "ILLUSTRATIVE" in header
    assert "SYNTHETIC" in header
    assert any("ILLUSTRATIVE" in each for each in lines(paper())[:8])


def test_a_study_of_real_texts_carries_no_mark() -> None:
    folder = replace(StudyFolder.load(SAMPLE), illustrative_zh="", illustrative_en="")
    real = study_docx(bare_result(folder=folder))
    assert "ILLUSTRATIVE" not in docx.Document(io.BytesIO(real)).sections[0].header.paragraphs[0].text


def test_tables_are_numbered_through_and_their_heads_repeat() -> None:
    numbers = [int(found[1]) for each in lines(paper()) if (found := re.match(r"表 (\d+)　", each))]
    assert numbers == list(range(1, len(paper().tables) + 1))
    assert all("tblHeader" in each.rows[0]._tr.xml for each in paper().tables)


def test_parts_are_numbered_as_in_official_papers() -> None:
    heads = [each.text for each in paper().paragraphs if each.style.name == "Heading 1"]
    assert heads[-1] == "附录：数字的出处"
    assert [each.split("、")[0] for each in heads[:-1]] == list("一二三四五六七八九")[: len(heads) - 1]
    english = [each.text for each in paper("en").paragraphs if each.style.name == "Heading 2"]
    assert "1.1 Where do we stand?" in english


def test_every_finding_stands_in_it_with_article_and_remedy() -> None:
    rows = cells(paper(), "条款与原文")
    findings = result().findings
    assert isinstance(findings, tuple)
    assert len(rows) == len(findings)
    assert all("公平竞争审查条例" in row[3] and row[4] for row in rows)


def test_the_record_is_that_of_the_ledger() -> None:
    ledger = result().ledger
    assert isinstance(ledger, LedgerSection)
    rows = {row[0]: [int(each) for each in row[1:]] for row in cells(paper(), "按期")}
    names = StudyNames(result())
    assert rows == {names.party(one.party).zh: [one.kept, one.late, one.broken, one.open] for one in ledger.records}


def test_every_event_stands_in_it_with_its_source() -> None:
    rows = cells(paper(), "日期")
    assert [row[4] for row in rows] == [event.title for event in result().events]
    assert all(row[5] for row in rows)


def test_clauses_that_differ_are_quoted_from_both_sides() -> None:
    rows = cells(paper(), "A 四川省")
    assert any(
        "第十条" in row[0] and "六十元" in row[0] and "八十元" in row[1] and "≤ 60 元 → ≤ 80 元" in row[3]
        for row in rows
    )


def test_what_is_missing_is_said_in_one_line_each() -> None:
    opened = docx.Document(io.BytesIO(study_docx(bare_result())))
    said = [each for each in lines(opened) if "没有结果" in each]
    assert "问卷：没有结果。没有答卷。" in said
    assert len(opened.tables) == 0, "a part that there is not leaves no empty table"


SPEC = TableSpec("gaps", "标尺差距", "Gap", ("matter",), columns("matter s 事项 | Matter\ngap f 差距 | Gap\nn i 条数 | Articles"), ("gap", "n"))  # fmt: skip


def gaps() -> tuple[StudyTable, Figures]:
    links = (clause_link("documents/sichuan/不存在.md", "art_1", "应当节约" * 30), items_link(("t1", "t2"), 500))
    made = table(SPEC, [("cars", 0.4321, 17)], sources={("cars",): links}, names={"cars": ("车辆", "Cars")})
    return made, figures_of({"gaps": made})


def test_a_sentence_carries_references_to_the_list_of_sources() -> None:
    _, figures = gaps()
    nums = [
        Num(figures.cell("gaps", ("cars",), name).id, Words(shown, shown), 0.0)
        for name, shown in (("gap", "0.43"), ("n", "17"))
    ]
    writer = StudyPaper(Document("题", "zh"), "zh")
    writer.part(Words("答", "Answer"), [Saying((say("差距 {a}，共 {b} 条。", "{a}, {b}.", a=nums[0], b=nums[1]),))])
    writer.part(Words("再", "Again"), [Saying((say("仍是 {a}。", "Still {a}.", a=nums[0]),), listed=True)])
    listed = writer.references.part(figures, StudyNames(result()))
    assert listed is not None
    writer.part(listed.title, listed.blocks, numbered=False)
    opened = docx.Document(io.BytesIO(writer.paper.to_bytes()))
    assert "差距 0.43，共 17 条[1, 2]。" in lines(opened)
    assert "仍是 0.43[1]。" in lines(opened)
    (row,) = cells(opened, "编号")
    assert row[:3] == ["[1]\n[2]", "0.43\n17", "标尺差距 · 车辆：差距；条数"], "numbers of one row stand together"
    assert "应当节约" in row[3]
    assert "t1, t2，n = 500" in row[3]


def test_every_hypothesis_has_a_sign_from_every_source() -> None:
    rows = cells(paper(), "内容")
    triangulation = result().triangulation
    assert isinstance(triangulation, tuple)
    assert [row[0] for row in rows] == [one.id for one in triangulation]
    signs = {"supports": "✓ 支持", "contradicts": "✗ 不支持", "silent": "○"}
    assert [row[2:6] for row in rows] == [[signs[each.answer.value] for each in one.answers] for one in triangulation]


def test_areas_are_filled_and_lines_are_not() -> None:
    shapes = (Line(((0, 0), (9, 0), (9, 9), (0, 0)), "band"), Line(((0, 0), (9, 9)), "middle"))
    drawn = picture_run(Picture(10, 10, Words("图", "Picture"), shapes), 1, "zh")
    assert drawn.count('fill="norm"') == drawn.count("<a:close/>") == 1
    assert drawn.count('fill="none"') == 1


def test_file_parts_have_fixed_times() -> None:
    with zipfile.ZipFile(io.BytesIO(study_docx(bare_result()))) as found:
        assert {info.date_time for info in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}
