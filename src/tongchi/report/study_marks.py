"""What are the parts of a study called, and what has to stand on every page of its report?"""

from __future__ import annotations

from collections.abc import Mapping

from tongchi.report.survey_report import SYNTHETIC
from tongchi.report.words import Words
from tongchi.study.result import StudyResult

SECTION_NAMES: Mapping[str, Words] = {
    "matters": Words("条款对照与标尺差距", "Comparison of clauses and gap"),
    "findings": Words("地方保护筛查", "Screening for local protection"),
    "commitments": Words("文本中的承诺", "Commitments in texts"),
    "ledger": Words("承诺与奖惩台账", "Ledger of commitments, rewards and sanctions"),
    "stages": Words("协同阶段", "Stages of collaboration"),
    "survey": Words("问卷", "Questionnaire"),
    "diagnosis": Words("瓶颈诊断", "Diagnosis of the bottleneck"),
    "scenarios": Words("情景", "Scenarios"),
    "timeline": Words("大事记", "Timeline"),
    "triangulation": Words("证据对照", "Triangulation"),
    "evidence": Words("案例证据与编码", "Case evidence and codings"),
}


def section_name(name: str) -> Words:
    """Return what a section of the result is called."""
    return SECTION_NAMES.get(name, Words(name, name))


def mark_of(result: StudyResult) -> Words | None:
    """Return the sentence of study.toml, else that for synthetic data; None where the study is of real texts and answers."""
    own = Words(result.folder.illustrative_zh, result.folder.illustrative_en)
    if own.zh or own.en:
        return Words(own.zh or own.en, own.en or own.zh)
    return SYNTHETIC if result.synthetic else None
