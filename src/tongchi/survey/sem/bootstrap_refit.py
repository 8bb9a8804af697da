"""What do draws give where each must be fitted anew? Ordinal items, incomplete rows, inequalities, other estimators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from tongchi.errors import TongchiError
from tongchi.survey.sem.bootstrap_draws import Counts, RowSource
from tongchi.survey.sem.bootstrap_plan import Solved
from tongchi.survey.sem.model import Model
from tongchi.survey.sem.ram import Vector
from tongchi.survey.sem.request import FitRequest
from tongchi.survey.sem.result import Fit

NO_OPTIMUM = "没有找到最优解 / no optimum found"
_BLOCK = 8
OTHER_TABLE = "参数表不同（缺少类别？） / another parameter table (a category is absent?)"


@dataclass(frozen=True)
class RefitPlan:
    """One fit per draw, with all that the request asks for."""

    fit: Fit
    frame: pl.DataFrame
    source: RowSource
    standardized: bool

    def blocks(self, draws: int) -> list[tuple[int, int]]:
        """Return small blocks, after each of which progress can be told."""
        return [(first, min(first + _BLOCK, draws)) for first in range(0, draws, _BLOCK)]

    def solve(self, counts: tuple[Counts, ...]) -> Solved:
        """Return the solutions of a block of draws."""
        model = Model(self.fit.syntax)
        labels = self.fit.sample.labels or None
        request = replace(self.fit.request, group_labels=labels)
        draws, width = len(counts[0]), len(self.fit.estimates)
        values = np.full((draws, width), np.nan)
        standard = np.full((draws, width), np.nan) if self.standardized else None
        reasons, proper = [], []
        for at in range(draws):
            parts = zip(self.source.rows, counts, strict=True)
            rows = np.concatenate([np.repeat(part, own[at].astype(np.intp)) for part, own in parts])
            found, reason = _fit_or_reason(model, self.frame[rows], self.fit, request)
            reasons.append(reason)
            proper.append(found is not None and found.admissible)
            if found is not None:
                values[at] = _numbers([row["est"] for row in found.estimates])
                if standard is not None:
                    standard[at] = _numbers([row["est.std"] for row in found.standardized])
        return Solved(values, standard, tuple(reasons), proper)


def _fit_or_reason(model: Model, frame: pl.DataFrame, fit: Fit, request: FitRequest) -> tuple[Fit | None, str]:
    """Return the fit of a draw, or why there is none."""
    try:
        found = model.fit_request(frame, request)
    except TongchiError as error:
        return None, error.message("en")
    except np.linalg.LinAlgError as error:
        return None, str(error)
    if not found.converged:
        return None, NO_OPTIMUM
    return (found, "") if len(found.estimates) == len(fit.estimates) else (None, OTHER_TABLE)


def _numbers(values: Sequence[float | None]) -> Vector:
    return np.array([np.nan if value is None else value for value in values])
