"""Which tables of survey and model are printed whole, for reference, and what are the codes in them called?"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from tongchi.report.markup import both, phrase
from tongchi.report.mechanism_words import lever_name
from tongchi.report.study_grids import Namer, grid, namers
from tongchi.report.study_question import Material
from tongchi.report.survey_content import Table
from tongchi.report.survey_numbers import number
from tongchi.report.words import Words
from tongchi.study.result import StudyResult
from tongchi.survey.cleaning_rules import RULES
from tongchi.survey.unavailable import NotAvailable

_TABLES = (
    "survey_constructs",
    "survey_cleaning",
    "model_fit",
    "necessity",
    "levers",
    "scenario_ends",
    "model_parameters",
)
_MEASURES = {
    "chisq": Words("χ²", "χ²"),
    "pvalue": Words("p", "p"),
    "rmsea.ci.lower": Words("RMSEA 90% 区间下限", "RMSEA, lower end of the 90% interval"),
    "rmsea.ci.upper": Words("RMSEA 90% 区间上限", "RMSEA, upper end of the 90% interval"),
}
_COMBINED = Words("几项规则合起来的指数", "index of several rules together")
_MODELS = {
    "measurement": Words("测量模型", "measurement model"),
    "structure": Words("结构模型", "structural model"),
}


def detail_tables(material: Material) -> Iterator[Table]:
    """Yield the tables that the study has rows for, folded."""
    named = {
        **namers(material.names),
        "scenario": _scenario_names(material.result),
        "lever": lever_name,
        "condition": material.names.construct,
        "outcome": material.names.construct,
        "measure": lambda code: _MEASURES.get(code, Words(code.upper(), code.upper())),
        "model": lambda code: _MODELS.get(code, Words(code, code)),
    }
    for name in _TABLES:
        table = material.tables.get(name)
        if table is None or not len(table.frame):
            continue
        own = {"what": _cleaning_name(dict(table.names))} if name == "survey_cleaning" else {}
        writers = {"value": lambda value: number(value, 3)} if name == "model_fit" else None
        yield grid(table, material.numbers, named | own, detail=True, writers=writers)


def _cleaning_name(known: dict[str, tuple[str, str]]) -> Namer:
    """Return how a line of the cleaning is called; rules under their own names."""

    def name(code: str) -> Words:
        rule = code.removeprefix("rule:")
        if rule != code:
            zh, en = RULES[rule][:2] if rule in RULES else _COMBINED
            return Words(f"触发规则：{zh}", f"met the rule: {en}")
        return Words(*known.get(code, (rule, rule)))

    return name


def _scenario_names(result: StudyResult) -> Namer:
    """Return how scenarios are called."""
    rows = [] if isinstance(result.scenarios, NotAvailable) else list(result.scenarios.table.iter_rows(named=True))
    known = {row["scenario"]: Words(row["zh"], row["en"]) for row in rows}
    return lambda code: known.get(code, Words(code, code))


def items_markup(material: Material) -> str:
    """Return the wording of the items, which proofs lead to."""
    survey = material.result.survey
    if isinstance(survey, NotAvailable):
        return ""
    rows = "".join(
        f"<li><code>{escape(item.code)}</code> {both(Words(item.zh, item.en))}</li>" for item in survey.instrument.items
    )
    title = phrase("题项原文", "Wording of the items")
    return f'<details id="items"><summary>{title}</summary><ul class="quoted-text">{rows}</ul></details>'
