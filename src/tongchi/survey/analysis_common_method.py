"""How much of what the answers share may come from the questionnaire itself, by the models that need no marker?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tongchi.survey.analysis_models import ModelFit, measurement_syntax
from tongchi.survey.common_method_models import MethodFactor, OneFactor, method_factor_test, one_factor_test
from tongchi.survey.unavailable import NotAvailable, unless_refused


@dataclass(frozen=True)
class CommonMethod:
    """One factor against the constructs, and a method factor beside them."""

    one_factor: OneFactor | NotAvailable
    method_factor: MethodFactor | NotAvailable

    def to_json(self) -> dict[str, Any]:
        """Return tests, shares and shifts, without the fits."""
        one, method = self.one_factor, self.method_factor
        found: dict[str, Any] = {"one_factor": one, "method_factor": method}
        if not isinstance(one, NotAvailable):
            measures = {"one": dict(one.one.fitmeasures), "constructs": dict(one.constructs.fitmeasures)}
            found["one_factor"] = {"difference": one.difference, "fitmeasures": measures}
        if not isinstance(method, NotAvailable):
            shifts = {f"{first}~~{second}": value for (first, second), value in method.shifts.items()}
            found["method_factor"] = {"difference": method.difference, "share": method.share, "shifts": shifts}
        return found


def check_common_method(
    answers: pl.DataFrame, constructs: Mapping[str, Sequence[str]], cfa: ModelFit | NotAvailable
) -> CommonMethod | NotAvailable:
    """Run both checks by the estimator of the measurement model; not available with fewer than two constructs of two items.

    Where that uses rows with gaps by full information, these models are fitted to the moments that it finds (robust two-stage): four
    fits more that take a third of the time, and nothing but their differences is reported.
    """
    if isinstance(cfa, NotAvailable):
        return NotAvailable("common_method", cfa.zh, cfa.en)
    if sum(len(items) > 1 for items in constructs.values()) < 2:
        return NotAvailable("common_method", "不足两个构念。", "There are fewer than two constructs.")
    syntax = measurement_syntax(constructs)
    items = tuple(code for codes in constructs.values() if len(codes) > 1 for code in codes)
    options: dict[str, Any] = {
        "estimator": cfa.method.estimator,
        "missing": "robust.two.stage" if cfa.method.missing == "fiml" else cfa.method.missing,
        "ordered": items if cfa.method.ordinal else (),
        "after": cfa.fit,
    }
    one = unless_refused("one_factor", lambda: one_factor_test(syntax, answers, **options))
    method = unless_refused("method_factor", lambda: method_factor_test(syntax, answers, **options))
    return CommonMethod(one, method)
