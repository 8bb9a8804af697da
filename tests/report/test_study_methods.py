"""methods.md says how each part of this study came about, and of parts that there are not only that and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from study_case import bare_folder, bare_result

from tongchi.mechanism.diagnosis import Diagnosis
from tongchi.mechanism.indices import measure_indices
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.mechanism.stage_result import StageResult
from tongchi.mechanism.tables import Indicator, Period
from tongchi.report.study_methods import method_chapters, methods_markdown, methods_part, write_methods
from tongchi.report.survey_content import Heading, Sentences
from tongchi.study.result import BrokenFile, ScenarioSection, StartLevel, StudyResult
from tongchi.survey.unavailable import NotAvailable


def stages() -> StageResult:
    periods = [Period.parse(str(year)) for year in range(2018, 2025)]
    rows = [
        Indicator(party, period, name, construct, 0.1 * at + 0.1, "分", 1, 0.0, 1.0, "自编", 2)
        for party in ("north", "south")
        for name, construct in (("w", "willingness"), ("c", "coordination"), ("t", "trust"))
        for at, period in enumerate(periods)
        if period is not None
    ]
    return StageResult.of(measure_indices(rows, seed=3))


def scenarios() -> ScenarioSection:
    start = (StartLevel("north", "trust", 0.4, "survey"), StartLevel("north", "barrier", 0.6, "model"))
    empty = pl.DataFrame()
    return ScenarioSection(
        DynamicModel.default(), empty, empty, empty, "development", 250, 17, start, "句。", "Said.", (("注一", "Note one"),)
    )  # fmt: skip


def diagnosis() -> Diagnosis:
    none = NotAvailable("reading", "没有。", "None.")
    return Diagnosis("development", (), dict.fromkeys(("average", "necessity", "shadow"), none), none, 0.8)


def whole() -> StudyResult:
    return bare_result(
        matters=(), findings=(), commitments=(), stages=stages(), diagnosis=diagnosis(), scenarios=scenarios(),
        triangulation=(), evidence=(),
    )  # fmt: skip


def chapters(result: StudyResult) -> dict[str, str]:
    return {each.name: "\n".join(f"{said.zh}\n{said.en}" for said in each.said) for each in method_chapters(result)}


CASES: dict[str, tuple[str, tuple[str, ...]]] = {
    "the gap has its weights and its measured accuracy": ("matters", ("冲突 1", "precision", "精确率")),
    "screening names regulation and accuracy": ("findings", ("公平竞争审查条例", "recall")),
    "a stage has its threshold": ("stages", ("0.45", "0.03", "Thresholds are set, not estimated")),
    "necessity has its rule": ("diagnosis", ("d ≥ 0.1", "p < 0.05", "80%")),
    "scenarios name members, seed and start": ("scenarios", ("250", "17", "起点取自问卷：协同互信", "assumption of the model: barrier", "情景不是预测", "Note one.")),
    "sources are not merged": ("triangulation", ("不合成一个分数",)),
    "coders are compared": ("evidence", ("Krippendorff",)),
}  # fmt: skip


@pytest.mark.parametrize(("name", "words"), CASES.values(), ids=CASES)
def test_a_chapter_says_its_rules(name: str, words: tuple[str, ...]) -> None:
    said = chapters(whole())[name]
    assert [each for each in words if each not in said] == []


def test_versions_and_seeds_stand_in_it() -> None:
    options = replace(bare_folder().options, seed=41, draws=321, members=777)
    said = chapters(bare_result(folder=bare_folder(options=options)))["run"]
    assert all(each in said for each in ("tongchi 0.0", "41", "321", "777"))


def test_parts_that_there_are_not_are_named_with_their_reason_and_not_explained() -> None:
    found = chapters(bare_result())
    assert set(found) == {"data", "run", "left_out"}
    assert "问卷：没有结果。没有答卷。" in found["left_out"]
    assert "Questionnaire: not available. There are no answers." in found["left_out"]


def test_files_that_were_left_out_are_named() -> None:
    broken = (BrokenFile("documents/north/坏.pdf", "north", "文件损坏", "The file is damaged"),)
    said = chapters(bare_result(broken=broken, skipped=("documents/north/旧.md",), notes=(("甲", "A"),)))["left_out"]
    assert "无法读取 documents/north/坏.pdf：文件损坏。" in said
    assert "documents/north/旧.md" in said
    assert "A." in said


def test_both_languages_stand_in_the_file_the_chosen_one_first(tmp_path: Path) -> None:
    text = write_methods(whole(), tmp_path / "methods.md", language="en").read_text("utf-8")
    assert text.startswith("# Office affairs of two cities: method")
    assert text.index("## Data") < text.index("## 数据")
    assert text.count("ILLUSTRATIVE") == 2
    assert text == methods_markdown(whole(), language="en")


def test_text_of_a_study_is_no_markup() -> None:
    folder = bare_folder(title_zh="[标题](http://x) <b>", title_en="T")
    notes = (("<script>*甲*", "`B`"),)
    text = methods_markdown(bare_result(folder=folder, notes=notes))
    assert "\\<script\\>\\*甲\\*" in text
    assert "\\`B\\`" in text
    assert "# \\[标题\\](http://x) \\<b\\>：方法" in text


def test_the_part_of_the_report_holds_every_sentence_of_the_file() -> None:
    part = methods_part(whole())
    headings = [block.words for block in part.blocks if isinstance(block, Heading)]
    said: list[Any] = [words for block in part.blocks if isinstance(block, Sentences) for words in block.words]
    assert headings == [each.title for each in method_chapters(whole())]
    assert said == [words for each in method_chapters(whole()) for words in each.said]
