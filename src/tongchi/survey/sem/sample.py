"""What do the data say, group by group? Columns to covariances and means, with plain reasons where they cannot carry a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from tongchi.errors import SampleError, UnknownVariableError
from tongchi.survey.sem.assembly import Moments
from tongchi.survey.sem.ram import Indices, Matrix

Data = pl.DataFrame | Mapping[str, ArrayLike]


@dataclass(frozen=True)
class Sample:
    """Moments by group, the groups' labels, and how many rows there were before incomplete ones were left out.

    `cases` are the rows that were used, (n, p) by group; `clusters` number the units that they belong to.
    """

    moments: tuple[Moments, ...]
    labels: tuple[str, ...]
    rows_given: tuple[int, ...]
    cases: tuple[Matrix, ...] = ()
    clusters: tuple[Indices, ...] | None = None


def columns_of(data: Data) -> list[str]:
    """Return the names of the columns."""
    return list(data.columns) if isinstance(data, pl.DataFrame) else [str(name) for name in data]


def read_sample(
    data: Data,
    observed: Sequence[str],
    group: str | None = None,
    group_labels: Sequence[str] | None = None,
    *,
    cluster: str | None = None,
) -> Sample:
    """Return the moments (divisor n) of rows that are complete on `observed`, by group in order of appearance."""
    rows = read_rows(data, observed, group, group_labels, cluster=cluster)
    keep = [np.isfinite(part).all(axis=1) for part in rows.cases]
    where = [f" ({label})" for label in rows.labels] or [""]
    for part, kept, place in zip(rows.cases, keep, where, strict=True):
        _require_rows(part, int(kept.sum()), observed, place)
    cases = tuple(part if kept.all() else part[kept] for part, kept in zip(rows.cases, keep, strict=True))
    moments = tuple(_moments(part, observed, place) for part, place in zip(cases, where, strict=True))
    clusters = rows.clusters
    if clusters is not None:
        clusters = tuple(part[kept] for part, kept in zip(clusters, keep, strict=True))
    return replace(rows, moments=moments, cases=cases, clusters=clusters)


def read_rows(
    data: Data,
    observed: Sequence[str],
    group: str | None = None,
    group_labels: Sequence[str] | None = None,
    *,
    cluster: str | None = None,
) -> Sample:
    """Return all rows by group, gaps as NaN, without moments; rows without a group or cluster are left out."""
    values = np.column_stack([_numbers(data, name) for name in observed])
    units = None if cluster is None else _numbered(_marks(data, cluster))
    if group is None:
        labels: tuple[str, ...] = ()
        at = np.zeros(len(values), dtype=np.intp)
    else:
        labels, at = _groups(_marks(data, group), group, group_labels)
    given = tuple(int(np.sum(at == place)) for place in range(max(len(labels), 1)))
    if units is not None:
        at = np.where(units < 0, -1, at)
    chosen = [at == place for place in range(len(given))]
    cases = tuple(values if part.all() else values[part] for part in chosen)
    return Sample((), labels, given, cases, None if units is None else tuple(units[part] for part in chosen))


def _numbered(marks: Sequence[str | None]) -> Indices:
    number = {mark: at for at, mark in enumerate(dict.fromkeys(m for m in marks if m is not None))}
    return np.array([-1 if mark is None else number[mark] for mark in marks], dtype=np.intp)


def _groups(
    marks: Sequence[str | None], group: str, group_labels: Sequence[str] | None
) -> tuple[tuple[str, ...], Indices]:
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
    place = {label: at for at, label in enumerate(labels)}
    return labels, np.array([place.get(mark, -1) if mark is not None else -1 for mark in marks], dtype=np.intp)


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


def _require_rows(values: Matrix, count: int, observed: Sequence[str], where: str) -> None:
    width = len(observed)
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
