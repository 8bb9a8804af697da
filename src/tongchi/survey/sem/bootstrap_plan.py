"""Which rows of the data do draws of a fit come from, and what does a block of draws give?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tongchi.errors import SampleError
from tongchi.survey.sem.bootstrap_draws import Counts, RowSource
from tongchi.survey.sem.ram import Indices, Matrix
from tongchi.survey.sem.result import Fit
from tongchi.survey.sem.sample import Data


@dataclass(frozen=True)
class Solved:
    """What a block of draws gave: table rows and definitions (R, k), standardised ones if asked, and why a draw has none.

    `reasons` holds an empty text for each draw that was solved.
    """

    values: Matrix
    standardized: Matrix | None
    reasons: tuple[str, ...]
    admissible: Sequence[bool]


class Plan(Protocol):
    """How the draws of one fit are solved."""

    @property
    def source(self) -> RowSource:
        """Where the draws come from."""

    def solve(self, counts: tuple[Counts, ...]) -> Solved:
        """Return the solutions of the draws that these counts by group describe."""


def as_frame(data: Data) -> pl.DataFrame:
    """Return the data as a polars frame."""
    if isinstance(data, pl.DataFrame):
        return data
    return pl.DataFrame({name: np.asarray(column) for name, column in data.items()})


def row_source(fit: Fit, data: Data | None) -> RowSource:
    """Return which rows draws come from, and for a fit with a cluster which office each row belongs to.

    Raises SampleError where a cluster is asked for without data.
    """
    request = fit.request
    if data is None:
        if request.cluster is not None:
            raise SampleError(found=f"cluster={request.cluster}", expected="data", advice="")
        sizes = [len(cases) for cases in fit.sample.cases]
        ends = np.cumsum([0, *sizes])
        return RowSource(tuple(np.arange(one, other) for one, other in pairwise(ends.tolist())))
    frame = as_frame(data)
    used = np.ones(frame.height, dtype=bool)
    if request.missing == "listwise":
        for name in fit.assembly.variables.observed:
            used &= _present(frame[name])
    marks = np.zeros(frame.height, dtype=np.intp)
    if request.group is not None:
        place = {label: at for at, label in enumerate(fit.sample.labels)}
        marks = np.array([place.get(str(mark), -1) for mark in frame[request.group].to_list()], dtype=np.intp)
    rows = tuple(np.flatnonzero(used & (marks == group)) for group in range(len(fit.sample.moments)))
    if fit.sample.cases and [len(part) for part in rows] != [len(part) for part in fit.sample.cases]:
        raise SampleError(
            found=f"{sum(map(len, rows))} 行可用 / usable rows",
            expected=f"拟合所用的数据 / the data that was fitted, {sum(map(len, fit.sample.cases))}",
            advice="",
        )
    return RowSource(rows, None if request.cluster is None else _units(frame[request.cluster], rows))


def _present(column: pl.Series) -> NDArray[np.bool_]:
    there = column.is_not_null()
    if column.dtype.is_float():
        there = there & column.is_not_nan().fill_null(False)
    return there.to_numpy()


def _units(column: pl.Series, rows: tuple[Indices, ...]) -> tuple[Indices, ...]:
    marks = np.array([str(mark) for mark in column.to_list()])
    return tuple(np.unique(marks[part], return_inverse=True)[1].astype(np.intp) for part in rows)
