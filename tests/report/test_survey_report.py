"""The report says what the analysis found: every number, every reason, in both languages and in every file."""

from __future__ import annotations

import io
import re
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from tongchi.report.docx_blocks import column_widths
from tongchi.report.picture import Ellipse, Text
from tongchi.report.survey_charts import Axis, Mark, quadrant_chart, ticks
from tongchi.report.survey_content import Block, Figure, Missing, Report, Sentences, Table
from tongchi.report.survey_docx import report_docx, survey_docx
from tongchi.report.survey_fit import fit_judgement, fit_line
from tongchi.report.survey_html import report_html, survey_html
from tongchi.report.survey_numbers import bounded, coefficient, interval, p_value, percent
from tongchi.report.survey_report import survey_report
from tongchi.report.survey_xlsx import write_report_xlsx
from tongchi.report.words import Words
from tongchi.survey.analysis import SurveyAnalysis, analyse
from tongchi.survey.instrument import Instrument
from tongchi.survey.invariance import InvarianceLadder, invariance
from tongchi.survey.simulation import SimulatedGroup, Truth, simulate_responses
from tongchi.survey.unavailable import NotAvailable

NAMES = {
    "will": ("意愿", "Will"),
    "trust": ("互信", "Trust"),
    "barrier": ("壁垒", "Barriers"),
    "gain": ("成效", "Gains"),
}
PATHS = (("H1", "will", "trust", "+"), ("H2", "trust", "barrier", "-"), ("H3", "trust", "gain", "+"), ("H4", "barrier", "will", "-"))  # fmt: skip
NO_NUMBER = re.compile(r"\b(nan|NaN|None|inf|NotAvailable)\b")


def instrument() -> Instrument:
    lines = ['id = "case"', 'title_zh = "协同调查"', 'title_en = "Survey"', "[scale]", "low = 1", "high = 5"]
    lines += ['zh = ["很不同意", "不同意", "一般", "同意", "很同意"]', 'en = ["SD", "D", "N", "A", "SA"]']
    for code, (zh, en) in NAMES.items():
        lines += ["[[construct]]", f'code = "{code}"', f'zh = "{zh}"', f'en = "{en}"']
        for at in (1, 2, 3):
            lines += [
                "[[item]]",
                f'code = "{code}{at}"',
                f'construct = "{code}"',
                f'zh = "{zh}题{at}"',
                f'en = "{en} {at}"',
            ]
    lines += ["[[group]]", 'code = "region"', 'zh = "地区"', 'en = "Region"']
    lines += ['values = [{code = "A", zh = "甲地", en = "East"}, {code = "B", zh = "乙地", en = "West"}]']
    for name, cause, effect, sign in PATHS:
        lines += [
            "[[hypothesis]]",
            f'id = "{name}"',
            'kind = "direct"',
            f'path = ["{cause}", "{effect}"]',
            f'sign = "{sign}"',
        ]
        lines += [
            f'zh = "{NAMES[cause][0]}影响{NAMES[effect][0]}。"',
            f'en = "{NAMES[cause][1]} moves {NAMES[effect][1]}."',
        ]
    lines += ["[[hypothesis]]", 'id = "M1"', 'kind = "mediated"', 'path = ["will", "trust", "gain"]', 'sign = "+"', 'zh = "中介。"', 'en = "Mediated."']  # fmt: skip
    lines += ["[[hypothesis]]", 'id = "L1"', 'kind = "level"', 'target = "will"', 'sign = "+"', 'zh = "意愿高。"', 'en = "Will is high."']  # fmt: skip
    lines += ["[[hypothesis]]", 'id = "G1"', 'kind = "group"', 'group = "region"', 'constructs = "all"', 'zh = "两地相同。"', 'en = "Alike."']  # fmt: skip
    return Instrument.parse("\n".join(lines))


@pytest.fixture(scope="module")
def analysis() -> SurveyAnalysis:
    groups = (SimulatedGroup("A", 0.5), SimulatedGroup("B", 0.5, {"trust": -0.5}))
    paths = {("will", "trust"): 0.5, ("trust", "barrier"): -0.5, ("trust", "gain"): 0.3}
    truth = Truth(paths=paths, group="region", groups=groups, careless_share=0.05, missing_share=0.02)
    answers = simulate_responses(instrument(), 320, truth, seed=11).responses
    return analyse(instrument(), answers, group="region", draws=60, seed=5)


@pytest.fixture(scope="module")
def report(analysis: SurveyAnalysis) -> Report:
    return survey_report(analysis)


def blocks(report: Report) -> list[Block]:
    return [block for part in report.parts for block in part.blocks]


def tables(report: Report) -> dict[str, Table]:
    return {block.key: block for block in blocks(report) if isinstance(block, Table)}


def said(report: Report) -> list[Words]:
    """Return all words of a report."""
    found = [report.title, *report.headline]
    for part in report.parts:
        found.append(part.title)
        for block in part.blocks:
            if isinstance(block, Table):
                found += [block.caption, *block.head, *block.notes, *(cell.words for row in block.rows for cell in row)]
            elif isinstance(block, Figure):
                found += [block.caption, *block.notes]
                found += [shape.words for shape in block.picture.shapes if isinstance(shape, Text)]
            elif isinstance(block, Sentences):
                found += block.words
            elif isinstance(block, Missing):
                found += [block.what, block.reason]
            else:
                found.append(block.words)
    return found


def test_every_number_of_the_hypotheses_is_that_of_the_result(analysis: SurveyAnalysis, report: Report) -> None:
    assert not isinstance(analysis.hypotheses, NotAvailable)
    rows = {row[0].words.en: row for row in tables(report)["hypotheses"].rows}
    assert list(rows) == [one.id for one in analysis.hypotheses.results]
    for one in analysis.hypotheses.results:
        assert not isinstance(one.effect, NotAvailable)
        values = [cell.value for cell in rows[one.id] if cell.value is not None]
        assert values == [one.effect.estimate, one.effect.standardised, one.effect.p_value, one.p_adjusted]
        reach = interval(one.effect.interval.lower, one.effect.interval.upper)
        assert reach in [cell.words for cell in rows[one.id]]
        assert str(one.verdict) in rows[one.id][2].words.en


def test_the_lead_counts_the_verdicts(analysis: SurveyAnalysis, report: Report) -> None:
    assert not isinstance(analysis.hypotheses, NotAvailable)
    counts = analysis.hypotheses.counts()
    numbers = [int(each) for each in re.findall(r"\d+", report.headline[0].en)]
    assert numbers[:4] == [
        len(analysis.hypotheses.results),
        *(counts[each] for each in ("supported", "contradicted", "undecided")),
    ]
    for one in analysis.hypotheses.results:
        assert sum(f"({one.id})" in line.en for line in report.headline) == 1


def test_both_languages_give_the_same_numbers(report: Report) -> None:
    def figures(text: str) -> list[str]:
        bare = re.sub(r"[Rr]²|χ²|HTMT2|[A-Z]\d|R_?\d", "", text)
        return sorted(each.lstrip("0") or "0" for each in re.findall(r"\d*\.\d+", bare))

    for words in said(report):
        assert figures(words.zh) == figures(words.en), words


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_prints_as_a_missing_number(analysis: SurveyAnalysis, language: Any) -> None:
    page = html.fromstring(survey_html(analysis, language=language))
    for script in page.xpath("//script|//style"):
        script.drop_tree()
    assert not NO_NUMBER.search(page.text_content())
    paper = docx.Document(io.BytesIO(survey_docx(analysis, language=language)))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert not NO_NUMBER.search("\n".join([*(each.text for each in paper.paragraphs), *cells]))


def test_english_has_no_chinese_and_no_zero_before_the_point_of_a_reliability(report: Report) -> None:
    for words in said(report):
        assert not re.search(r"[\u3400-\u9fff，。；：]", words.en), words.en
    assert all(row[3].words.en.startswith(".") for row in tables(report)["reliability"].rows)


def test_chinese_sentences_use_full_width_punctuation(report: Report) -> None:
    for words in said(report):
        assert not re.search(r"[\u4e00-\u9fff][,;:?!(]", words.zh), words.zh


def test_simulated_answers_are_marked_everywhere(report: Report, tmp_path: Path) -> None:
    assert report.mark
    assert 'class="mark"' in report_html(report)
    header = docx.Document(io.BytesIO(report_docx(report))).sections[0].header
    assert "SYNTHETIC" in header.paragraphs[0].text
    book = openpyxl.load_workbook(write_report_xlsx(report, tmp_path / "tables.xlsx"))
    for sheet in book:
        assert any("SYNTHETIC" in str(cell.value) for row in sheet for cell in row), sheet.title


def test_real_answers_bear_no_mark(analysis: SurveyAnalysis) -> None:
    report = survey_report(replace(analysis, synthetic=False))
    assert report.mark is None
    assert "SYNTHETIC" not in report_html(report)


def test_the_workbook_holds_the_numbers_as_numbers(report: Report, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_report_xlsx(report, tmp_path / "tables.xlsx", language="en"))
    for key, table in tables(report).items():
        sheet = book[key[:31]]
        shown = [
            [cell.value for cell in row][: len(table.head)]
            for row in sheet.iter_rows(min_row=2, max_row=len(table.rows) + 1)
        ]
        for row, cells in zip(shown, table.rows, strict=True):
            for found, cell in zip(row, cells, strict=True):
                if cell.value is not None:
                    assert found == pytest.approx(cell.value, rel=1e-6)


def test_what_is_not_available_gives_its_reason(analysis: SurveyAnalysis) -> None:
    """Take every section away that may be missing: the report stands, and each reason is printed once at least."""
    optional = [each.name for each in fields(analysis) if "NotAvailable" in str(each.type)]
    gone = {name: NotAvailable(name, f"没有{name}的原因。", f"No reason for {name} to exist.") for name in optional}
    report = survey_report(replace(analysis, **gone))
    page = report_html(report)
    for name in (
        "cfa",
        "structure",
        "groups",
        "hypotheses",
        "bottlenecks",
        "single_factor",
        "invariance",
        "sensitivity",
    ):
        if name != "sensitivity":  # it belongs to the hypotheses, which are gone
            assert f"No reason for {name} to exist." in page, name
            assert f"没有{name}的原因" in page, name


def test_the_page_is_one_file_and_the_same_each_time(report: Report) -> None:
    page = report_html(report)
    assert page == report_html(report)
    assert report_docx(report) == report_docx(report)
    assert not re.search(r"""(src|href)=["'](https?:)?//""", page)


def test_every_row_is_as_wide_as_its_head(report: Report) -> None:
    for table in tables(report).values():
        assert {len(row) for row in table.rows} == {len(table.head)}, table.key


def test_tables_and_figures_are_counted_through(report: Report) -> None:
    page = html.fromstring(report_html(report))
    captions = [each.text_content() for each in page.xpath("//figcaption|//figure//summary")]
    numbered = [re.match(r"(?:表|图) (\d+)", each) for each in captions]
    count = {"表": 0, "图": 0}
    for match in numbered:
        assert match
        count[match[0][0]] += 1
        assert int(match[1]) == count[match[0][0]]
    assert count == {
        "表": len(tables(report)),
        "图": sum(isinstance(block, Figure) for block in blocks(report)),
    }


def test_the_loop_is_told_and_drawn(report: Report) -> None:
    part = next(each for each in report.parts if each.name == "structure")
    words = " ".join(each.zh for block in part.blocks if isinstance(block, Sentences) for each in block.words)
    assert "壁垒 → 意愿" in words
    figure = next(block for block in part.blocks if isinstance(block, Figure))
    assert any(isinstance(each, Text) and each.words.en == "elsewhere" for each in figure.picture.shapes)


MEASURES = {"chisq": 85.306, "df": 24, "pvalue": 8.5e-9, "cfi": 0.931, "tli": 0.896, "rmsea": 0.092, "rmsea.ci.lower": 0.071, "rmsea.ci.upper": 0.114, "srmr": 0.065}  # fmt: skip


def test_the_line_of_fit_is_that_of_journals() -> None:
    assert fit_line(MEASURES).en == (
        "χ²(24) = 85.31, p < .001, CFI = .931, TLI = .896, RMSEA = .092 [90% CI .071, .114], SRMR = .065"
    )
    robust = MEASURES | {"chisq.scaled": 80.0, "df.scaled": 24, "pvalue.scaled": 0.02, "cfi.robust": 0.94}
    assert fit_line(robust).zh.startswith("校正后 χ²(24) = 80.00，p = 0.020，CFI = 0.940")


def test_judgement_of_fit_follows_the_figures() -> None:
    assert fit_judgement(MEASURES).en.endswith("CFI, TLI, RMSEA do not reach them; SRMR does.")
    assert "All indices" in fit_judgement(MEASURES | {"cfi": 0.97, "tli": 0.96, "rmsea": 0.03}).en
    assert "no degrees of freedom" in fit_judgement(MEASURES | {"df": 0}).en


@given(st.floats(-1, 1))
def test_a_bounded_number_drops_its_zero_in_english_only(value: float) -> None:
    zh, en = bounded(value)
    assert float(zh.replace("−", "-")) == pytest.approx(value, abs=0.0051)
    assert float(en.replace("−", "-")) == float(zh.replace("−", "-"))
    assert not en.removeprefix("−").startswith("0.")


@given(st.one_of(st.none(), st.floats(), st.just(NotAvailable("x", "无。", "None."))))
def test_whatever_a_statistic_is_it_prints_as_a_number_or_a_dash(value: Any) -> None:
    for shown in (coefficient(value), *bounded(value), *p_value(value), *percent(value), *interval(value, value)):
        assert re.fullmatch(r"—|[\[\]\d.,%<−\s]+", shown)


@cache
def ladder_of(shift: float) -> InvarianceLadder:
    groups = (SimulatedGroup("A", 0.5), SimulatedGroup("B", 0.5, {"trust": 0.4}, {"gain2": shift}))
    truth = Truth(paths={("will", "trust"): 0.5}, group="region", groups=groups)
    frame = simulate_responses(instrument(), 700, truth, seed=3).responses.scored()
    return invariance(instrument(), frame, "region", group_labels=("A", "B"))


def test_the_ladder_says_what_may_be_compared(analysis: SurveyAnalysis) -> None:
    ladder = ladder_of(0.0)
    report = survey_report(replace(analysis, invariance=ladder))
    rows = tables(report)["invariance"].rows
    assert [row[2].value for row in rows] == [step.fit.tests[-1].stat for step in ladder.steps]
    assert not isinstance(ladder.latent_means, NotAvailable)
    means = tables(report)["latent_means"].rows
    assert [row[2].value for row in means] == [one.estimate for one in ladder.latent_means]
    assert any("may be compared" in line.en for line in report.headline)


def test_a_released_item_is_named_first_of_all(analysis: SurveyAnalysis) -> None:
    ladder = ladder_of(0.9)
    assert [one.item for one in ladder.freed] == ["gain2"]
    report = survey_report(replace(analysis, invariance=ladder))
    assert any("gain2" in line.zh and "gain2" in line.en for line in report.headline)
    assert [row[0].words.en for row in tables(report)["released"].rows] == ["gain2"]


def test_groups_that_cannot_be_compared_are_said_to_be_so(analysis: SurveyAnalysis) -> None:
    why = NotAvailable("latent mean difference", "不可比较的原因", "for this reason")
    report = survey_report(replace(analysis, invariance=replace(ladder_of(0.0), latent_means=why)))
    assert any("不可比较" in line.zh and "cannot be compared" in line.en for line in report.headline)
    assert "latent_means" not in tables(report)
    assert any(isinstance(block, Missing) and block.reason.en == "for this reason" for block in blocks(report))


def test_latent_means_come_before_scale_scores_in_the_headline(analysis: SurveyAnalysis) -> None:
    ladder = ladder_of(0.0)
    assert not isinstance(ladder.latent_means, NotAvailable)
    far = [one for one in ladder.latent_means if one.adjusted_p < 0.05]
    assert [one.construct for one in far] == ["trust"]
    report = survey_report(replace(analysis, invariance=ladder))
    line = next(each for each in report.headline if "Latent means" in each.en)
    assert line.en == f"Latent means differ significantly: Trust (West − East, d = {coefficient(far[0].standardised)})."
    assert not any("Scale scores" in each.en for each in report.headline)


def test_no_figure_breaks_in_the_paper(report: Report) -> None:
    paper = docx.Document(io.BytesIO(report_docx(report, language="en")))
    for table in paper.tables:
        for row in table.rows:
            for cell in row.cells:
                figures = re.fullmatch(r"[\[\]<≤−\d.,%\s]+", cell.text)
                assert not figures or " " not in cell.text, cell.text


@given(
    st.lists(st.text("ab 甲1.[]", max_size=14), min_size=1, max_size=12),
    st.sets(st.integers(0, 11), min_size=1),
)
def test_columns_of_figures_get_what_they_need(cells: list[str], texts: set[int]) -> None:
    head = ["x"] * len(cells)
    widths, small = column_widths(head, [cells], [at for at in texts if at < len(cells)])
    assert len(widths) == len(cells)
    line = 62 if small else 52
    figures = [at for at in range(len(cells)) if at not in texts]
    assert all(width > 0 for width in widths)
    if sum(widths) <= line:
        assert all(widths[at] >= len(cells[at]) * 0.45 for at in figures)


MARKS = st.lists(st.tuples(st.floats(0, 0.6), st.floats(0, 100)), min_size=1, max_size=14)


@given(MARKS)
def test_every_point_of_a_map_is_named_inside_the_picture(points: list[tuple[float, float]]) -> None:
    marks = [Mark(x, y, Words(f"构念{at}号", f"Construct {at}")) for at, (x, y) in enumerate(points)]
    axes = Axis(0, 0.6, Words("重要性", "Importance")), Axis(0, 100, Words("表现", "Performance"))
    corner = Words("角", "corner")
    picture = quadrant_chart(Words("图", "Map"), *axes, marks, cut=(0.3, 50), corners=(corner,) * 4)
    texts = [shape for shape in picture.shapes if isinstance(shape, Text)]
    named = " ".join(shape.words.en for shape in texts)
    assert all(mark.name.en in named for mark in marks)
    assert all(0 <= shape.x <= picture.width and 0 <= shape.y <= picture.height for shape in texts)
    assert sum(isinstance(shape, Ellipse) for shape in picture.shapes) == len(marks)


@given(st.floats(-50, 50), st.floats(0.01, 500))
def test_ticks_are_few_round_and_within_the_axis(low: float, length: float) -> None:
    found = ticks(low, low + length)
    assert 2 <= len(found) <= 8
    assert all(low - 1e-6 <= each <= low + length + 1e-6 for each in found)


def cut(made: Instrument, *constructs: str, items: int = 3) -> Instrument:
    """Return an instrument with some constructs, and so many items of the last of them; without hypotheses."""
    kept = tuple(each for each in made.constructs if each.code in constructs)
    asked = [item for code in constructs for item in made.items_of(code)[: items if code == constructs[-1] else 3]]
    return replace(made, constructs=kept, items=tuple(asked), hypotheses=())


HARD = {
    "fewer people than items": (instrument(), 6),
    "one construct": (cut(instrument(), "will"), 120),
    "a construct of one item": (cut(instrument(), "will", "trust", items=1), 120),
    "no hypotheses": (replace(instrument(), hypotheses=()), 150),
}


@pytest.mark.parametrize(("made", "n"), HARD.values(), ids=HARD)
def test_the_report_stands_where_little_can_be_estimated(made: Instrument, n: int, tmp_path: Path) -> None:
    answers = simulate_responses(made, n, Truth(paths={}, missing_share=0.02), seed=4).responses
    report = survey_report(analyse(made, answers, draws=20, seed=2))
    for words in said(report):
        assert not NO_NUMBER.search(words.zh + words.en), words
        assert not re.search(r"[\u3400-\u9fff，。；：]|\[T\d", words.en), words.en
        assert "[T5" not in words.zh, words.zh
    assert report_html(report, language="en")
    assert docx.Document(io.BytesIO(report_docx(report, language="en"))).paragraphs
    assert openpyxl.load_workbook(write_report_xlsx(report, tmp_path / "tables.xlsx")).sheetnames


def test_a_poor_fit_and_a_low_reliability_are_told_first(analysis: SurveyAnalysis) -> None:
    assert not isinstance(analysis.cfa, NotAvailable)
    poor = replace(analysis.cfa, fit=replace(analysis.cfa.fit, fitmeasures=MEASURES))
    first, *rest = analysis.measurement.constructs
    weak = replace(analysis.measurement, constructs=(replace(first, composite_reliability=0.55), *rest))
    headline = survey_report(replace(analysis, cfa=poor, measurement=weak)).headline
    assert any("falls short of customary fit (CFI, TLI, RMSEA)" in line.en for line in headline)
    assert any("below .70 for Will;" in line.en and "意愿" in line.zh for line in headline)
    assert not any("falls short" in line.en or "below .70" in line.en for line in survey_report(analysis).headline)
