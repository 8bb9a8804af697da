"""What do the data say, group by group? Columns to covariances and means, with plain reasons where they cannot carry a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from tongchi.errors import SampleError, UnknownVariableError
from tongchi.survey.sem.assembly import Moments
from tongchi.survey.sem.ram import Matrix

Data = pl.DataFrame | Mapping[str, ArrayLike]


@dataclass(frozen=True)
class Sample:
    """Moments by group, the groups' labels, and how many rows there were before incomplete ones were left out.

    `cases` are the rows that were used, (n, p) by group.
    """

    moments: tuple[Moments, ...]
    labels: tuple[str, ...]
    rows_given: tuple[int, ...]
    cases: tuple[Matrix, ...] = ()


def columns_of(data: Data) -> list[str]:
    """Return the names of the columns."""
    return list(data.columns) if isinstance(data, pl.DataFrame) else [str(name) for name in data]


def read_sample(
    data: Data, observed: Sequence[str], group: str | None = None, group_labels: Sequence[str] | None = None
) -> Sample:
    """Return the moments (divisor n) of rows that are complete on `observed`, by group in order of appearance."""
    values = np.column_stack([_numbers(data, name) for name in observed])
    if group is None:
        whole = _complete(values, observed, "")
        return Sample((_moments(whole, observed, ""),), (), (len(values),), (whole,))
    marks = _marks(data, group)
    labels = tuple(dict.fromkeys(mark for mark in marks if mark is not None))
    if group_labels is not None:
        missing = [label for label in group_labels if label not in labels]
        if missing:
            raise SampleError(
                found=f"组 {missing[0]!r} 没有数据行 / no row of this group", expected=", ".join(labels), advice=""
            )
        labels = tuple(group_labels)
    if len(labels) < 2:
        raise SampleError(
            found=f"{group}: {len(labels)} 组 / group(s)", expected="至少两组 / two groups or more", advice=""
        )
    at = np.array([labels.index(mark) if mark in labels else -1 for mark in marks])
    parts = [values[at == place] for place in range(len(labels))]
    cases = tuple(_complete(part, observed, f" ({label})") for part, label in zip(parts, labels, strict=True))
    moments = tuple(_moments(part, observed, f" ({label})") for part, label in zip(cases, labels, strict=True))
    return Sample(moments, labels, tuple(len(part) for part in parts), cases)


def _column(data: Data, name: str) -> Any:
    if name not in columns_of(data):
        raise UnknownVariableError(found=name, expected=", ".join(columns_of(data)[:12]), advice="")
    return data[name]


def _numbers(data: Data, name: str) -> Matrix:
    column = _column(data, name)
    try:
        whole = column.cast(pl.Float64).to_numpy() if isinstance(column, pl.Series) else column
        numbers = np.asarray(whole, dtype=np.float64)
        if np.isinf(numbers).any():
            raise ValueError("infinite")
        return numbers
    except (ValueError, TypeError, pl.exceptions.InvalidOperationError):
        raise SampleError(
            found=f"{name} 列含非数字 / column {name} holds values that are no numbers",
            expected="数字或空格 / numbers or empty cells",
            advice="",
        ) from None


def _marks(data: Data, name: str) -> list[str | None]:
    column = _column(data, name)
    values = column.to_list() if isinstance(column, pl.Series) else list(column)
    return [None if value is None or value != value else str(value) for value in values]


def _complete(values: Matrix, observed: Sequence[str], where: str) -> Matrix:
    whole = values[np.isfinite(values).all(axis=1)]
    count, width = whole.shape
    if count <= width:
        empty = [name for at, name in enumerate(observed) if not np.isfinite(values[:, at]).any()]
        advice = (
            f"{empty[0]} 列全空 / column is empty."
            if empty
            else "请减少变量或增加答卷。/ Leave out variables, or collect more answers."
        )
        raise SampleError(
            found=f"{count} 行完整、{width} 个变量{where} / {count} complete rows for {width} variables",
            expected="行数多于变量数 / more rows than variables",
            advice=advice,
        )
    return whole


def _moments(whole: Matrix, observed: Sequence[str], where: str) -> Moments:
    count = len(whole)
    mean = whole.mean(axis=0)
    centred = whole - mean
    mean_left = centred.mean(axis=0)
    centred -= mean_left
    cov = centred.T @ centred / count
    _require_spread(cov, mean, observed, where)
    return Moments(count, cov, mean + mean_left, count)


def _require_spread(cov: Matrix, mean: Matrix, observed: Sequence[str], where: str) -> None:
    deviation = np.sqrt(np.diag(cov))
    still = [name for at, name in enumerate(observed) if deviation[at] <= 1e-12 * max(1.0, abs(mean[at]))]
    if still:
        raise SampleError(
            found=f"{still[0]} 为常数 / is constant{where}",
            expected="有差异的回答 / answers that differ",
            advice=f"请去掉 {still[0]}。/ Leave it out.",
        )
    values, vectors = np.linalg.eigh(cov / np.outer(deviation, deviation))
    if values[0] < 1e-11:
        size = np.abs(vectors[:, 0])
        names = ", ".join(observed[at] for at in np.argsort(-size) if size[at] > 0.1)
        raise SampleError(
            found=f"{names} 完全共线 / determine each other exactly{where}",
            expected="没有题目是其他题目之和或复制 / no item that is a sum or copy of others",
            advice="请去掉其中之一。/ Leave one of them out.",
        )


def number_columns(data: Data, names: Sequence[str]) -> Matrix:
    """Return (n, p): columns as numbers, gaps as NaN, every row kept; raises where a column is absent or holds letters."""
    return np.column_stack([_numbers(data, name) for name in names])


def group_marks(data: Data, name: str) -> list[str | None]:
    """Return what a grouping column says of each row, None where it is empty."""
    return _marks(data, name)
