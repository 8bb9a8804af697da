"""What does the report on a questionnaire say, in which order? From the verdicts to the methods and limits."""

from __future__ import annotations

from tongchi.report.survey_content import Block, Heading, Names, Part, Report
from tongchi.report.survey_groups import TITLE as GROUPS
from tongchi.report.survey_groups import group_blocks
from tongchi.report.survey_headline import headline
from tongchi.report.survey_importance import bottleneck_part
from tongchi.report.survey_invariance import invariance_blocks
from tongchi.report.survey_measures import measurement_part
from tongchi.report.survey_method import method_part
from tongchi.report.survey_sample import sample_part
from tongchi.report.survey_structure import structure_part
from tongchi.report.survey_verdicts import verdicts_part
from tongchi.report.words import Words
from tongchi.survey.analysis import SurveyAnalysis

SYNTHETIC = Words("模拟数据 SYNTHETIC：不是任何真实人群的结果", "SYNTHETIC data: not a result about real people")


def survey_report(analysis: SurveyAnalysis) -> Report:
    """Return the content of the report; page, paper and workbook are made from it."""
    names = Names(analysis.instrument)
    title = Words(f"{analysis.instrument.title_zh}：分析报告", f"{analysis.instrument.title_en}: report")
    parts = (
        verdicts_part(analysis, names),
        sample_part(analysis, names),
        measurement_part(analysis, names),
        structure_part(analysis, names),
        _groups_part(analysis, names),
        bottleneck_part(analysis, names),
        method_part(analysis, names),
    )
    return Report(title, headline(analysis, names), parts, SYNTHETIC if analysis.synthetic else None)


def _groups_part(analysis: SurveyAnalysis, names: Names) -> Part:
    blocks: list[Block] = [*invariance_blocks(analysis, names), Heading(GROUPS), *group_blocks(analysis, names)]
    return Part("groups", Words("分组", "Groups"), tuple(blocks))
