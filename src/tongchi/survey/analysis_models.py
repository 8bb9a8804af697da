"""Which model is estimated by which method? The method asked for first, and plainer ones with the reason where it is refused.

Robust maximum likelihood uses all rows by full information (FIML); estimators for ordinal answers take each pair of items where
both were answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tongchi.errors import TongchiError, UnsupportedModelError
from tongchi.survey.sem.model import Model
from tongchi.survey.sem.request import ESTIMATORS
from tongchi.survey.sem.result import Fit
from tongchi.survey.unavailable import NotAvailable

ORDINAL = ("WLSMV", "WLSM", "DWLS", "ULSMV", "ULSM")
_LIKELIHOOD = ("ML", "MLF", "MLR")


@dataclass(frozen=True)
class Method:
    """How a model is estimated: estimator, treatment of missing answers, and whether the items count as ordinal."""

    estimator: str
    missing: str
    ordinal: bool = False


@dataclass(frozen=True)
class Refusal:
    """A method that was asked for and could not be used, with the reason."""

    method: Method
    reason: NotAvailable


@dataclass(frozen=True)
class ModelFit:
    """A fit with the method by which it was reached, and the methods that were refused before it."""

    fit: Fit
    method: Method
    refused: tuple[Refusal, ...]


def methods_for(estimator: str, answers: pl.DataFrame, items: Sequence[str]) -> tuple[Method, ...]:
    """Return the methods to try in turn: rows with gaps are used as far as the estimator can, else complete rows.

    Raises UnsupportedModelError for a name that is no estimator.
    """
    name = estimator.upper()
    if name not in ESTIMATORS:
        raise UnsupportedModelError(found=f"estimator={estimator!r}", expected=", ".join(ESTIMATORS))
    gaps = any(answers[code].null_count() for code in items)
    if name in ORDINAL:
        ways = ("pairwise", "listwise") if gaps else ("listwise",)
        return tuple(Method(name, way, ordinal=True) for way in ways)
    if name in _LIKELIHOOD and gaps:
        return Method(name, "fiml"), Method(name, "listwise"), Method("ML", "listwise")
    return Method(name, "listwise"), Method("ML", "listwise")


def estimate(
    syntax: str, answers: pl.DataFrame, methods: Sequence[Method], items: Sequence[str], after: Fit | None = None
) -> ModelFit | NotAvailable:
    """Return the fit by the first of `methods` that is not refused and converges; else the last reason.

    `after` is an earlier fit of the same answers, whose moments are taken over where they are those of this model.
    """
    refused: list[Refusal] = []
    for method in methods:
        try:
            fit = fit_by(syntax, answers, method, items, after)
        except TongchiError as error:
            refused.append(Refusal(method, NotAvailable("fit", error.message("zh"), error.message("en"))))
            continue
        if fit.converged:
            return ModelFit(fit, method, tuple(refused))
        stopped = NotAvailable("fit", "迭代未收敛。", f"The iterations did not converge: {'; '.join(fit.notes)}.")
        refused.append(Refusal(method, stopped))
    return refused[-1].reason


def fit_by(syntax: str, answers: pl.DataFrame, method: Method, items: Sequence[str], after: Fit | None = None) -> Fit:
    """Fit one model by one method; exogenous constructs of one item covary as parameters, like those of several."""
    ordered = tuple(items) if method.ordinal else ()
    model = Model(syntax)
    return model.fit(answers, method.estimator, ordered=ordered, missing=method.missing, fixed_x=False, after=after)


def measurement_syntax(constructs: Mapping[str, Sequence[str]]) -> str:
    """Return the measurement model: each construct by its items; constructs of one item have nothing to be measured by."""
    lines = [f"{name} =~ {' + '.join(items)}" for name, items in constructs.items() if len(items) > 1]
    return "\n".join(lines)


Progress = Callable[[str, int, int], None]
"""Told the step that begins, how many are done, and how many there are."""
