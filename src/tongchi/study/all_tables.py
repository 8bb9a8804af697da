"""Which tables come of a result? All of them, in the order of the report, with names for the codes in their keys."""

from __future__ import annotations

from tongchi.mechanism.indices import JOINT
from tongchi.mechanism.names import CONSTRUCT_NAMES, ELEMENT_NAMES, LEVER_NAMES
from tongchi.study.result import StudyResult
from tongchi.study.tables import Names, StudyTable
from tongchi.study.tables_case import case_tables
from tongchi.study.tables_course import course_tables
from tongchi.study.tables_survey import survey_tables
from tongchi.study.tables_texts import text_tables
from tongchi.survey.unavailable import NotAvailable

_WORDS: Names = {
    JOINT: ("各方合计", "all parties"),
    "all": ("全部", "all"),
    "commitment": ("承诺", "commitments"),
    "reward": ("奖励", "rewards"),
    "sanction": ("问责", "sanctions"),
    "equal": ("等权", "equal weights"),
    "entropy": ("熵权", "entropy weights"),
    "average": ("平均效应", "average effect"),
    "necessity": ("必要条件", "necessity"),
    "shadow": ("影子价值", "shadow value"),
    "documents": ("文本", "texts"),
    "events": ("事件与台账", "events and ledger"),
    "questionnaire": ("问卷", "questionnaire"),
    "coded": ("编码的引文", "coded quotes"),
    "parties": ("协同方", "parties"),
    "broken": ("未能读入的文件", "files that could not be read"),
    "articles": ("条文", "articles"),
    "matters": ("事项", "matters"),
    "compared": ("比较了的事项", "matters compared"),
    "links": ("对应的条对", "linked pairs of articles"),
    "findings": ("地方保护线索", "local-protection findings"),
    "commitments": ("文本中的承诺", "commitments in the texts"),
    "ledger": ("台账条目", "ledger entries"),
    "evidence": ("编码的引文", "coded quotes"),
    "answers": ("收回答卷", "answers returned"),
    "used": ("采用答卷", "answers used"),
    "removed": ("剔除的答卷", "answers set aside"),
    "complete": ("无缺失的答卷", "answers without gaps"),
    "answered_share": ("作答的题目比例", "share of items answered"),
    "measurement": ("测量模型", "measurement model"),
    "structure": ("结构模型", "structural model"),
    "supported": ("支持", "supported"),
    "contradicted": ("不支持", "contradicted"),
    "undecided": ("未定", "undecided"),
    "not_available": ("无法检验", "not testable"),
    "construct": ("构念", "construct"),
    "stance": ("立场", "stance"),
}


def study_names(result: StudyResult) -> Names:
    """Return the names of codes in Chinese and English: constructs, levers, parties, matters, groups, and words of the tables."""
    names = {**_WORDS, **CONSTRUCT_NAMES, **LEVER_NAMES, **ELEMENT_NAMES}
    if not isinstance(result.survey, NotAvailable):
        instrument = result.survey.instrument
        names |= {construct.code: (construct.zh, construct.en) for construct in instrument.constructs}
        names |= {value.code: (value.zh, value.en) for group in instrument.groups for value in group.values}
    names |= {text.path: _title(text.document.metadata.title, text.path) for text in result.texts}
    names |= {matter.code: (matter.zh, matter.en) for matter in result.folder.matters}
    names |= {party.code: (party.zh, party.en) for party in result.folder.parties}
    return names


def _title(title: str, path: str) -> tuple[str, str]:
    shown = f"《{title}》" if title else path.rsplit("/", 1)[-1]
    return shown, shown


def study_tables(result: StudyResult) -> dict[str, StudyTable]:
    """Return every table of a study by its name."""
    names = study_names(result)
    found = [
        *course_tables(result, names),
        *text_tables(result, names),
        *survey_tables(result.survey, names),
        *case_tables(result, names),
    ]
    return {one.name: one for one in found}
