"""What has to stand on every page of a study? That its texts are illustrative or its data made up, in the study's own words."""

from __future__ import annotations

from tongchi.report.survey_report import SYNTHETIC
from tongchi.report.words import Words
from tongchi.study.result import StudyResult


def mark_of(result: StudyResult) -> Words | None:
    """Return the sentence of study.toml, else that for synthetic data; None where the study is of real texts and answers."""
    own = Words(result.folder.illustrative_zh, result.folder.illustrative_en)
    if own.zh or own.en:
        return Words(own.zh or own.en, own.en or own.zh)
    return SYNTHETIC if result.synthetic else None
