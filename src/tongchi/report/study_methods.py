"""What was computed how, with which versions, seeds, rules and thresholds, and what was left out and why?

Page and paper print the chapters as their last part; `methods.md` holds them in both languages. Chapters are about what this study
has: where there is no questionnaire, nothing is said of estimators.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tongchi.errors import Language
from tongchi.report.study_marks import mark_of, section_name
from tongchi.report.study_methods_case import (
    commitments_said,
    evidence_said,
    matters_said,
    screening_said,
    triangulation_said,
)
from tongchi.report.study_methods_models import diagnosis_said, scenarios_said, stages_said, survey_said
from tongchi.report.survey_content import Block, Heading, Part, Sentences, joined, reason_words, sentence
from tongchi.report.words import Words
from tongchi.study.result import StudyResult
from tongchi.survey.unavailable import NotAvailable

TITLE = Words("方法与局限", "Method and limits")
_ANALYSES = {
    "documents": Words("条款对照", "comparison of clauses"),
    "barriers": Words("地方保护筛查", "screening for local protection"),
    "commitments": Words("承诺与台账", "commitments and ledger"),
    "events": Words("事件与阶段", "events and stages"),
    "survey": Words("问卷", "questionnaire"),
    "mechanism": Words("瓶颈诊断与情景", "diagnosis and scenarios"),
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """What is said of one subject, one sentence or paragraph after the other; `name` is that of a section of the result."""

    name: str
    title: Words
    said: tuple[Words, ...]


def method_chapters(result: StudyResult) -> tuple[Chapter, ...]:
    """Return the chapters that this study needs, from its data to what was left out."""
    found = [
        Chapter("data", Words("数据", "Data"), tuple(_data(result))),
        Chapter("run", Words("版本、种子与可重复性", "Versions, seeds, repeatability"), tuple(_run(result))),
    ]
    for name, said in _SECTIONS.items():
        if not isinstance(getattr(result, name), NotAvailable):
            found.append(Chapter(name, section_name(name), tuple(said(result))))
    found.append(Chapter("left_out", Words("没有做的", "What was left out"), tuple(_left_out(result))))
    return tuple(chapter for chapter in found if chapter.said)


def methods_part(result: StudyResult) -> Part:
    """Return the chapters as a part of the report."""
    blocks: list[Block] = []
    for chapter in method_chapters(result):
        blocks += [Heading(chapter.title), Sentences(chapter.said, listed=True)]
    return Part("method", TITLE, tuple(blocks))


def write_methods(result: StudyResult, path: Path | str, *, language: Language = "zh") -> Path:
    """Write `methods.md`, in `language` first and then in the other, and return its path."""
    Path(path).write_text(methods_markdown(result, language=language), encoding="utf-8")
    return Path(path)


def methods_markdown(result: StudyResult, *, language: Language = "zh") -> str:
    """Return the content of `methods.md`; the same result gives the same text."""
    other: Language = "en" if language == "zh" else "zh"
    return _in_one(result, language) + "\n---\n\n" + _in_one(result, other)


def _in_one(result: StudyResult, language: Language) -> str:
    title = _plain(Words(f"{result.folder.title_zh}：方法", f"{result.folder.title_en}: method").pick(language))
    lines = [f"# {title}", ""]
    mark = mark_of(result)
    if mark:
        lines += [f"**{_plain(mark.pick(language))}**", ""]
    for chapter in method_chapters(result):
        lines += [f"## {chapter.title.pick(language)}", ""]
        lines += [*(f"- {_plain(said.pick(language))}" for said in chapter.said), ""]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is."""
    flat = " ".join(text.split())
    return "".join(f"\\{each}" if each in "\\`*_[]<>#|" else each for each in flat)


_SECTIONS: dict[str, Callable[[StudyResult], Iterable[Words]]] = {
    "matters": matters_said,
    "findings": screening_said,
    "commitments": commitments_said,
    "stages": stages_said,
    "survey": survey_said,
    "diagnosis": diagnosis_said,
    "scenarios": scenarios_said,
    "triangulation": triangulation_said,
    "evidence": evidence_said,
}


def _data(result: StudyResult) -> Iterator[Words]:
    folder = result.folder
    by_party = [
        (party, len({text.path for text in result.texts if text.party == party.code})) for party in folder.parties
    ]
    zh = "、".join(f"{party.zh} {n} 份" for party, n in by_party if n)
    en = ", ".join(f"{party.en} {n}" for party, n in by_party if n)
    if zh:
        whole = sum(n for _, n in by_party)
        yield Words(f"读取文件 {whole} 份：{zh}。", f"Documents read: {whole} ({en}).")
    if folder.tables:
        names = ", ".join(folder.tables)
        kinds = (
            (len(result.events), Words("条事件", "events")),
            (len(result.indicators), Words("个指标值", "values of indicators")),
            (len(result.waves), Words("个历次调查均值", "means of earlier surveys")),
        )
        counts_zh = "".join(f"，{n} {what.zh}" for n, what in kinds if n)
        counts_en = "".join(f", {n} {what.en}" for n, what in kinds if n)
        yield Words(f"表格：{names}{counts_zh}。", f"Tables: {names}{counts_en}.")
    if folder.first and folder.last:
        yield Words(
            f"时期自 {folder.first.label} 至 {folder.last.label}。",
            f"Periods from {folder.first.label} to {folder.last.label}.",
        )


def _run(result: StudyResult) -> Iterator[Words]:
    options = result.folder.options
    yield Words(
        f"全部计算由 {result.software} 在本机完成，不联网、不读时钟。",
        f"Everything was computed by {result.software} on one machine, without network and without reading the clock.",
    )
    yield Words(
        f"随机种子 {options.seed}；问卷的自助法各 {options.draws} 次；动态模型每个情景 {options.members} 个成员（参数抽样）。",
        f"Seed {options.seed}; bootstraps of the questionnaire with {options.draws} draws; {options.members} members (draws of parameters) per scenario of the dynamic model.",
    )
    yield Words(
        "同样的文件和设置得到逐字节相同的结果；报告中的每个数都能在 tables.xlsx 与 tables 文件夹的表格中找到，出处见 evidence.json。",
        "The same files and settings give the same bytes; every number of the report stands in tables.xlsx and the folder tables, and evidence.json names what it rests on.",
    )


def _left_out(result: StudyResult) -> Iterator[Words]:
    folder = result.folder
    for name, reason in result.missing().items():
        what, why = section_name(name), sentence(reason_words(reason))
        yield Words(f"{what.zh}：没有结果。{why.zh}", f"{what.en}: not available. {why.en}")
    off = [words for name, words in _ANALYSES.items() if not getattr(folder.analyses, name)]
    if off:
        names = joined(off)
        yield Words(f"未运行：{names.zh}。", f"Not run: {names.en}.")
    for broken in result.broken:
        yield sentence(Words(f"无法读取 {broken.path}：{broken.zh}", f"{broken.path} could not be read: {broken.en}"))
    if result.skipped:
        names_zh, names_en = "、".join(result.skipped), ", ".join(result.skipped)
        yield Words(
            f"没有归入任何事项、因而只筛查不比较的文件：{names_zh}。",
            f"Documents of no matter, which are screened and not compared: {names_en}.",
        )
    yield from (sentence(Words(*note)) for note in result.notes)
