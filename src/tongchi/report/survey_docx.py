"""How is the report on a questionnaire handed in? As a paper for a word processor, in one language."""

from __future__ import annotations

from pathlib import Path

from tongchi.errors import Language
from tongchi.report.docx_blocks import BlockWriter
from tongchi.report.docx_document import Document, Run
from tongchi.report.picture import RED
from tongchi.report.survey_content import Report
from tongchi.report.survey_report import survey_report
from tongchi.report.words import Words
from tongchi.survey.analysis import SurveyAnalysis


def survey_docx(analysis: SurveyAnalysis, *, language: Language = "zh") -> bytes:
    """Return the report as .docx; the same analysis gives the same bytes."""
    return report_docx(survey_report(analysis), language=language)


def write_survey_docx(analysis: SurveyAnalysis, path: Path | str, *, language: Language = "zh") -> Path:
    """Write the paper and return its path."""
    Path(path).write_bytes(survey_docx(analysis, language=language))
    return Path(path)


def report_docx(report: Report, *, language: Language = "zh") -> bytes:
    """Return the paper of a report whose content is made."""
    paper = Document(report.title.pick(language), language, mark=report.mark.pick(language) if report.mark else "")
    writer = BlockWriter(paper, language)
    paper.title()
    if report.mark:
        paper.paragraph(Run(report.mark.pick(language), bold=True, colour=RED), style="Normal")
    first, *rest = (each.pick(language) for each in report.headline)
    paper.heading(Words("结论", "Findings").pick(language))
    paper.paragraph(first, style="Lead")
    paper.bullets(rest)
    paper.paragraph(Words("目录", "Contents").pick(language), style="Caption")
    paper.contents()
    for part in report.parts:
        paper.heading(part.title.pick(language))
        for block in part.blocks:
            writer.add(block)
    return paper.to_bytes()
