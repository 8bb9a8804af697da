"""Which rows of the data do draws of a fit come from, and what does a block of draws give?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

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

    def blocks(self, draws: int) -> list[tuple[int, int]]:
        """Return first and last-but-one draw of each block; the cut does not depend on who does the work."""

    def solve(self, counts: tuple[Counts, ...]) -> Solved:
        """Return the solutions of the draws that these counts by group describe."""


def as_frame(data: Data) -> pl.DataFrame:
    """Return the data as a polars frame."""
    if isinstance(data, pl.DataFrame):
        return data
    return pl.DataFrame({name: np.asarray(column) for name, column in data.items()})


def used_rows(fit: Fit) -> pl.DataFrame:
    """Return the rows that a fit used, group after group, as it would read them again."""
    sample, request = fit.sample, fit.request
    columns = dict(zip(fit.assembly.variables.observed, np.concatenate(sample.cases).T, strict=True))
    frame = pl.DataFrame({name: pl.Series(column).fill_nan(None) for name, column in columns.items()})
    if request.group is not None:
        marks = np.repeat(np.arange(len(sample.labels)), [len(part) for part in sample.cases])
        frame = frame.with_columns(pl.Series(request.group, [sample.labels[mark] for mark in marks]))
    if request.cluster is not None and sample.clusters is not None:
        frame = frame.with_columns(pl.Series(request.cluster, np.concatenate(sample.clusters)))
    return frame


def row_source(fit: Fit, data: Data | None) -> RowSource:
    """Return which rows draws come from, and for a fit with a cluster which office each row belongs to.

    Raises SampleError where the data have other rows than those that were fitted.
    """
    request, sample = fit.request, fit.sample
    if data is None:
        ends = np.cumsum([0, *(len(cases) for cases in sample.cases)])
        rows = tuple(np.arange(one, other) for one, other in pairwise(ends.tolist()))
        return RowSource(rows, None if request.cluster is None else _dense(sample.clusters or ()))
    frame = as_frame(data)
    there = np.stack([_present(frame[name]) for name in fit.assembly.variables.observed])
    used = there.all(axis=0) if request.missing == "listwise" else there.any(axis=0)
    if request.cluster is not None:
        used &= _present(frame[request.cluster])
    marks = np.zeros(frame.height, dtype=np.intp)
    if request.group is not None:
        place = {label: at for at, label in enumerate(fit.sample.labels)}
        marks = np.array([place.get(str(mark), -1) for mark in frame[request.group].to_list()], dtype=np.intp)
    rows = tuple(np.flatnonzero(used & (marks == group)) for group in range(len(fit.sample.moments)))
    if request.missing == "listwise" and [len(part) for part in rows] != [len(part) for part in fit.sample.cases]:
        raise SampleError(
            found=f"{sum(map(len, rows))} 行可用 / usable rows",
            expected=f"拟合所用的数据 / the data that was fitted, {sum(map(len, fit.sample.cases))}",
            advice="",
        )
    if request.cluster is None:
        return RowSource(rows)
    marks = np.array([str(mark) for mark in frame[request.cluster].to_list()])
    return RowSource(rows, _dense(tuple(marks[part] for part in rows)))


def _present(column: pl.Series) -> NDArray[np.bool_]:
    there = column.is_not_null()
    if column.dtype.is_float():
        there = there & column.is_not_nan().fill_null(False)
    return there.to_numpy()


def _dense(marks: tuple[NDArray[Any], ...]) -> tuple[Indices, ...]:
    """Number the offices of each group in the order in which they appear."""
    found = []
    for part in marks:
        _, first, number = np.unique(part, return_index=True, return_inverse=True)
        found.append(np.argsort(np.argsort(first))[number].astype(np.intp))
    return tuple(found)
