"""How is a study handed to a government reader? As a paper for a word processor, the four answers first, in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tongchi.errors import Language
from tongchi.report.docx_document import Document, Run
from tongchi.report.picture import RED
from tongchi.report.study_html import material_of, questions
from tongchi.report.study_marks import mark_of, section_name
from tongchi.report.study_methods import methods_part
from tongchi.report.study_paper import StudyPaper
from tongchi.report.study_paper_clauses import clauses_part
from tongchi.report.study_paper_evidence import EVIDENCE, TIMELINE, evidence_blocks, timeline_blocks
from tongchi.report.study_paper_record import commitments_part, findings_part
from tongchi.report.study_paper_triangulation import triangulation_on_paper
from tongchi.report.study_question import Material, Question
from tongchi.report.study_words import Saying, StudyBlock
from tongchi.report.survey_report import survey_report
from tongchi.report.words import Words
from tongchi.study.result import StudyResult
from tongchi.study.tables import StudyTable
from tongchi.survey.unavailable import NotAvailable

_SURVEY = Words("问卷统计明细", "Statistics of the questionnaire")


def write_study_docx(
    result: StudyResult,
    path: Path | str,
    *,
    language: Language = "zh",
    tables: Mapping[str, StudyTable] | None = None,
) -> Path:
    """Write the paper and return its path."""
    Path(path).write_bytes(study_docx(result, language=language, tables=tables))
    return Path(path)


def study_docx(
    result: StudyResult, *, language: Language = "zh", tables: Mapping[str, StudyTable] | None = None
) -> bytes:
    """Return the paper as .docx; the same result gives the same bytes. `tables` are those of the result, if worked out already."""
    mark = mark_of(result)
    paper = Document(result.folder.title(language), language, mark=mark.pick(language) if mark else "")
    writer = StudyPaper(paper, language)
    material = material_of(result, tables)
    asked = questions(material)
    _cover(paper, result, language)
    _answers(writer, asked)
    writer.refers = False
    for question in asked:
        _in_full(writer, question)
    for title, blocks in _proofs(material):
        if blocks:
            writer.part(title, blocks)
    if not isinstance(result.survey, NotAvailable):
        parts = survey_report(result.survey).parts
        writer.chapters(_SURVEY, [part for part in parts if part.name != "method"])
    method = methods_part(result)
    writer.part(method.title, method.blocks, listed=False)
    listed = writer.references.part(material.numbers.figures, material.names)
    if listed:
        writer.part(listed.title, listed.blocks, numbered=False)
    return paper.to_bytes()


def _cover(paper: Document, result: StudyResult, language: Language) -> None:
    """Write title, whose study it is, the mark and the contents; the report begins on a new page."""
    mark = mark_of(result)
    paper.title()
    paper.paragraph(Words("区域协同研究报告", "Report on regional collaboration").pick(language), style="Subtitle")
    for line in _facts(result):
        paper.paragraph(line.pick(language), style="Subtitle")
    if mark:
        paper.paragraph(Run(mark.pick(language), bold=True, colour=RED), style="Subtitle")
    paper.paragraph(Words("目　录", "Contents").pick(language), style="Caption")
    paper.contents()
    paper.page_break()


def _facts(result: StudyResult) -> list[Words]:
    """Return parties, matters and periods, one line each."""
    folder = result.folder
    regions, matters = folder.regions, folder.matters
    found = [Words(f"协同方：{'、'.join(p.zh for p in regions)}", f"Parties: {', '.join(p.en for p in regions)}")]
    if matters:
        found.append(Words(f"事项：{'、'.join(m.zh for m in matters)}", f"Matters: {', '.join(m.en for m in matters)}"))
    if folder.first and folder.last:
        years = f"{folder.first.label}–{folder.last.label}"
        found.append(Words(f"时期：{years}", f"Periods: {years}"))
    return found


def _answers(writer: StudyPaper, asked: Sequence[Question]) -> None:
    """Write the four answers, each with its pictures."""
    writer.part(Words("四个问题的回答", "Four questions and their answers"), ())
    for question in asked:
        writer.heading(question.title)
        if question.said:
            writer.add(Saying(question.said))
        shown: tuple[StudyBlock, ...] = (*question.pictures, *question.missing)
        for block in shown:
            writer.add(block)


def _in_full(writer: StudyPaper, question: Question) -> None:
    """Write what bears an answer out, where there is anything."""
    blocks: list[StudyBlock] = [Saying(question.more, listed=True)] if question.more else []
    blocks += [*question.beside, *question.blocks]
    if blocks:
        title = question.title
        writer.part(Words(f"{title.zh.rstrip('？')}：依据", f"{title.en.rstrip('?')}: what bears it out"), blocks)


def _proofs(material: Material) -> Iterator[tuple[Words, list[StudyBlock]]]:
    """Yield the parts that the answers rest on, in the order in which they are read."""
    result, names = material.result, material.names
    yield section_name("triangulation"), triangulation_on_paper(material)
    for part in (clauses_part(result, names), findings_part(result, names), commitments_part(result, names)):
        if part is not None:
            yield part.title, list(part.blocks)
    yield TIMELINE, timeline_blocks(material)
    yield EVIDENCE, evidence_blocks(material)
