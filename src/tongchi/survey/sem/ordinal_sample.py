"""Which answers of which items are ordinal, and can they carry a model? Columns to codes and moments by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tongchi.errors import SampleError, UnknownVariableError, UnsupportedModelError
from tongchi.survey.polychoric import Integers
from tongchi.survey.sem.assembly import Moments
from tongchi.survey.sem.ordinal_moments import OrdinalMoments, ordinal_moments
from tongchi.survey.sem.ram import Matrix, Vector
from tongchi.survey.sem.request import FitRequest
from tongchi.survey.sem.sample import Data, Sample, read_rows
from tongchi.survey.sem.table import Variables

MOST_CATEGORIES = 12


@dataclass(frozen=True)
class OrdinalSample:
    """The rows used, their ordinal moments by group, and the categories of each observed variable (empty: continuous)."""

    sample: Sample
    groups: tuple[OrdinalMoments, ...]
    categories: tuple[Vector, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers of categories, 0 for continuous variables."""
        return tuple(len(found) for found in self.categories)

    def ordered(self, observed: Sequence[str]) -> tuple[tuple[str, int], ...]:
        """Return the ordinal items with their numbers of categories."""
        return tuple((name, size) for name, size in zip(observed, self.sizes, strict=True) if size)

    def notes(self, observed: Sequence[str]) -> tuple[str, ...]:
        """Return what the reader should know: correlations without an estimate, matrices that no responses can have."""
        found = []
        for at, group in enumerate(self.groups):
            where = f" in group {self.sample.labels[at]}" if self.sample.labels else ""
            for i, j in group.at_bound:
                found.append(f"correlation of {observed[j]} and {observed[i]}{where} has no estimate inside (-1, 1)")
            smallest = float(np.linalg.eigvalsh(group.cov)[0])
            if smallest < 0:
                found.append(f"correlations of responses{where} are not positive definite: eigenvalue {smallest:.2g}")
            if group.empty_cells:
                found.append(f"{len(group.empty_cells)} tables of two items{where} have empty cells")
        return tuple(found)


def read_ordinal_sample(data: Data, variables: Variables, request: FitRequest) -> OrdinalSample:
    """Return the ordinal moments of the rows that are complete, or with pairwise deletion of all rows that say something."""
    observed = variables.observed
    ordinal = ordinal_names(variables, request)
    rows = read_rows(data, observed, request.group, request.group_labels)
    pairwise = request.missing == "pairwise"
    cases = tuple(part[_used(part, pairwise)] for part in rows.cases)
    for part, label in zip(cases, rows.labels or ("",), strict=True):
        _require_rows(part, observed, label)
    categories = tuple(
        _categories([part[:, at] for part in cases], name) if name in ordinal else np.zeros(0)
        for at, name in enumerate(observed)
    )
    sizes = tuple(len(found) for found in categories)
    groups = []
    for part, label in zip(cases, rows.labels or ("",), strict=True):
        codes = _codes(part, categories)
        _require_answers(codes, part, categories, observed, label)
        groups.append(ordinal_moments(codes, part, sizes))
    plain = tuple(Moments(one.count, one.cov, one.mean, one.weight) for one in groups)
    return OrdinalSample(replace(rows, moments=plain, cases=cases), tuple(groups), categories)


def ordinal_names(variables: Variables, request: FitRequest) -> frozenset[str]:
    """Return the ordinal items among the observed variables; fixed covariates are no items."""
    if variables.covariates and request.options.fixed_x:
        names = ", ".join(variables.covariates)
        raise UnsupportedModelError(
            found=f"有序题目与固定协变量 / ordinal items with fixed covariates {names}",
            expected="fixed_x=False（协变量为连续随机变量 / covariates as random variables）",
        )
    if request.ordered == "all":
        return frozenset(variables.observed)
    unknown = [name for name in request.ordered if name not in variables.observed]
    if unknown and not set(request.ordered) & set(variables.observed):
        raise UnknownVariableError(found=unknown[0], expected=", ".join(variables.observed[:12]), advice="ordered=")
    return frozenset(request.ordered) & frozenset(variables.observed)


def _used(part: Matrix, pairwise: bool) -> Integers:
    known = np.isfinite(part)
    return np.flatnonzero(known.any(axis=1) if pairwise else known.all(axis=1))


def _require_rows(part: Matrix, observed: Sequence[str], label: str) -> None:
    count, width = part.shape
    if count > width:
        return
    where = f" ({label})" if label else ""
    raise SampleError(
        found=f"{count} 行可用、{width} 个变量{where} / {count} usable rows for {width} variables",
        expected="行数多于变量数 / more rows than variables",
        advice="请减少变量、收集更多答卷，或用 missing='pairwise'。/ Leave out variables, or use missing='pairwise'.",
    )


def _categories(columns: Sequence[Matrix], name: str) -> Vector:
    whole = np.concatenate(columns)
    found = np.unique(whole[np.isfinite(whole)])
    if len(found) < 2:
        raise SampleError(
            found=f"{name}: {len(found)} 个类别 / category",
            expected="至少两个 / two or more",
            advice=f"请去掉 {name}。/ Leave it out.",
        )
    if len(found) > MOST_CATEGORIES:
        raise SampleError(
            found=f"{name}: {len(found)} 个类别 / categories",
            expected=f"≤ {MOST_CATEGORIES}",
            advice="请作为连续变量：不要列入 ordered。/ Treat it as continuous: leave it out of ordered.",
        )
    return np.asarray(found, dtype=np.float64)


def _codes(part: Matrix, categories: Sequence[Vector]) -> Integers:
    codes = np.full(part.shape, -1, dtype=np.int64)
    for at, found in enumerate(categories):
        if len(found):
            known = np.isfinite(part[:, at])
            codes[known, at] = np.searchsorted(found, part[known, at])
    return codes


def _require_answers(
    codes: Integers, part: Matrix, categories: Sequence[Vector], observed: Sequence[str], label: str
) -> None:
    """Raise SampleError for a category that a group never chose, a continuous constant, and a pair that nobody answered."""
    where = f" ({label})" if label else ""
    for at, (name, found) in enumerate(zip(observed, categories, strict=True)):
        if not len(found):
            known = part[np.isfinite(part[:, at]), at]
            if not len(known) or known.std() <= 1e-12 * max(1.0, abs(float(known.mean()))):
                raise SampleError(found=f"{name} 为常数 / is constant{where}", expected="有差异 / variance", advice="")
            continue
        counts = np.bincount(codes[codes[:, at] >= 0, at], minlength=len(found))
        if not counts.all():
            lacking = found[int(np.argmin(counts))]
            raise SampleError(
                found=f"{name} = {lacking:g}：本组无人选择 / nobody chose it{where}",
                expected="各组类别相同 / the same categories in each group",
                advice="请在各组一并合并相邻类别。/ Merge it with its neighbour in all groups.",
            )
    known_all = np.isfinite(part).astype(np.float64)
    together = known_all.T @ known_all
    if together.min() < 3:
        i, j = divmod(int(np.argmin(together)), len(together))
        raise SampleError(
            found=f"{observed[i]}, {observed[j]}：共同作答 {together.min():.0f} 行{where} / rows answer both",
            expected="≥ 3",
            advice="",
        )
