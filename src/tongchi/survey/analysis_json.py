"""How do all results of a questionnaire look as plain data, for a file that other programs read?

Every result object becomes a mapping of its fields, a fit the fields of the reference files, a table a list of rows, an array nested
lists. What is not available becomes ``{"not_available": statistic, "zh": …, "en": …}``; numbers that do not exist are None, never NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import numpy as np
import polars as pl

from tongchi.survey.analysis import SurveyAnalysis
from tongchi.survey.bottleneck import Bottlenecks
from tongchi.survey.cleaning import Cleaning, Exclusion
from tongchi.survey.hypotheses import HypothesisTable
from tongchi.survey.hypotheses_sensitivity import Sensitivity
from tongchi.survey.invariance import InvarianceLadder
from tongchi.survey.responses import Responses
from tongchi.survey.unavailable import NotAvailable

_LEFT_OUT = {"answers", "x", "y"}
"""Fields that hold answers or scores of single respondents: a file of results shows nobody."""


def analysis_json(analysis: SurveyAnalysis) -> dict[str, Any]:
    """Return the whole analysis as what `json.dumps(…, allow_nan=False)` can write."""
    found: dict[str, Any] = _plain(analysis)
    return found


def _plain(value: object) -> Any:
    if isinstance(value, NotAvailable):
        return {"not_available": value.statistic, "zh": value.zh, "en": value.en}
    for kind, turn in _KINDS:
        if isinstance(value, kind):
            return turn(value)
    if hasattr(value, "to_json"):
        return _plain(value.to_json())
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value) if field.name not in _LEFT_OUT]
        return {name: _plain(getattr(value, name)) for name in names}
    if value is None or isinstance(value, str | bool | int):
        return value
    if callable(value):
        return None
    return str(value)


def _number(value: float | np.floating[Any]) -> float | None:
    return float(value) if math.isfinite(value) else None


def _array(value: np.ndarray[Any, Any]) -> Any:
    return _plain(value.tolist())


def _frame(value: pl.DataFrame) -> Any:
    return [_plain(row) for row in value.iter_rows(named=True)]


def _mapping(value: Mapping[Any, Any]) -> Any:
    return {str(_plain(key)): _plain(each) for key, each in value.items()}


def _responses(value: Responses) -> Any:
    """What was read and what was not, without the answers."""
    names = ("mapped", "ignored", "unknown", "absent", "unreadable", "sheets")
    return {"rows": value.frame.height} | {name: _plain(getattr(value, name)) for name in names}


def _hypotheses(value: HypothesisTable) -> Any:
    """Verdicts with all that they rest on but the fits, which stand under `structure`."""
    names = ("results", "rule", "adjustment", "estimator", "missing")
    return {name: _plain(getattr(value, name)) for name in names}


def _sensitivity(value: Sensitivity) -> Any:
    refused = {name: each for name, each in value.tables.items() if isinstance(each, NotAvailable)}
    found = {"variants": value.variants, "flips": value.flips, "robust": value.robust, "not_available": refused}
    return {name: _plain(each) for name, each in found.items()} | {"table": _frame(value.table())}


def _ladder(value: InvarianceLadder) -> Any:
    """The steps as a table with what was released, without a whole fit for each."""
    names = (
        "groups",
        "estimator",
        "identification_zh",
        "identification_en",
        "rule_zh",
        "rule_en",
        "freed",
        "latent_means",
    )
    notes = {step.name: {"zh": step.note_zh, "en": step.note_en} for step in value.steps if step.note_en}
    return {name: _plain(getattr(value, name)) for name in names} | {"steps": _frame(value.table()), "notes": notes}


def _exclusion(value: Exclusion) -> Any:
    return {"removed": len(value.removed), "counts": _plain(value.counts)}


def _cleaning(value: Cleaning) -> Any:
    return {
        "rules": _frame(value.summary("en")),
        "cutoffs": _plain(value.cutoffs),
        "patterns": _plain(value.patterns),
        "little": _plain(value.little),
    }


_KINDS: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    (Enum, lambda value: value.value),
    (Responses, _responses),
    (Cleaning, _cleaning),
    (Exclusion, _exclusion),
    (HypothesisTable, _hypotheses),
    (Sensitivity, _sensitivity),
    (InvarianceLadder, _ladder),
    (Bottlenecks, lambda value: _frame(value.table())),
    ((bool, np.bool_), bool),
    (np.integer, int),
    ((float, np.floating), _number),
    (np.ndarray, _array),
    (pl.DataFrame, _frame),
    (pl.Series, lambda value: _plain(value.to_list())),
    (Mapping, _mapping),
    ((list, tuple, set, frozenset), lambda value: [_plain(each) for each in value]),
)
