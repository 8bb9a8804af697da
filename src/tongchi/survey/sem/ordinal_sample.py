"""Which answers of which items are ordinal, and can they carry a model? Columns to codes and moments by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tongchi.errors import SampleError, UnknownVariableError, UnsupportedModelError
from tongchi.survey.polychoric import Integers
from tongchi.survey.sem.assembly import Moments
from tongchi.survey.sem.covariate_moments import covariate_moments
from tongchi.survey.sem.ordinal_moments import OrdinalMoments, ordinal_moments
from tongchi.survey.sem.ram import Matrix, Vector
from tongchi.survey.sem.request import FitRequest
from tongchi.survey.sem.sample import Data, Sample, columns_of, read_rows
from tongchi.survey.sem.table import Variables

MOST_CATEGORIES = 12


@dataclass(frozen=True)
class OrdinalSample:
    """The rows used, their ordinal moments by group, and the categories of each outcome (empty: continuous).

    `outcomes` are all observed variables but the fixed covariates `given`, which the moments are conditional on; the moments of
    `sample` are those of all variables together.
    """

    sample: Sample
    groups: tuple[OrdinalMoments, ...]
    categories: tuple[Vector, ...]
    outcomes: tuple[str, ...]
    given: tuple[str, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers of categories, 0 for continuous variables."""
        return tuple(len(found) for found in self.categories)

    @property
    def ordered(self) -> tuple[tuple[str, int], ...]:
        """The ordinal items with their numbers of categories."""
        return tuple((name, size) for name, size in zip(self.outcomes, self.sizes, strict=True) if size)

    def notes(self) -> tuple[str, ...]:
        """Return what the reader should know: correlations without an estimate, matrices that no responses can have."""
        found, observed = [], self.outcomes
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
    given = variables.covariates if request.options.fixed_x else ()
    outcomes = tuple(name for name in observed if name not in given)
    ordinal = ordinal_names(outcomes, columns_of(data), request)
    rows = read_rows(data, observed, request.group, request.group_labels)
    known, own = [observed.index(name) for name in given], [observed.index(name) for name in outcomes]
    cases = tuple(part[_used(part, known, request.missing == "pairwise")] for part in rows.cases)
    labels = rows.labels or ("",)
    for part, label in zip(cases, labels, strict=True):
        _require_rows(part, observed, label)
    categories = tuple(
        _categories([part[:, at] for part in cases], name) if name in ordinal else np.zeros(0)
        for at, name in zip(own, outcomes, strict=True)
    )
    sizes = tuple(len(found) for found in categories)
    groups, moments = [], []
    for part, label in zip(cases, labels, strict=True):
        answers, covariates = part[:, own], part[:, known]
        codes = _codes(answers, categories)
        _require_answers(codes, answers, categories, outcomes, label)
        _require_spread(covariates, given, label)
        one = covariate_moments(codes, answers, sizes, covariates) if given else ordinal_moments(codes, answers, sizes)
        groups.append(one)
        moments.append(_whole(one, covariates, own, known))
    return OrdinalSample(replace(rows, moments=tuple(moments), cases=cases), tuple(groups), categories, outcomes, given)


def _whole(one: OrdinalMoments, covariates: Matrix, own: Sequence[int], known: Sequence[int]) -> Moments:
    """Return moments of outcomes and covariates together; those of the covariates have divisor n − 1."""
    if not known:
        return Moments(one.count, one.cov, one.mean, one.weight)
    p = len(own) + len(known)
    cov, mean = np.zeros((p, p)), np.zeros(p)
    spread, centre = np.atleast_2d(np.cov(covariates.T)), covariates.mean(axis=0)
    cov[np.ix_(known, known)], mean[known] = spread, centre
    cov[np.ix_(own, own)] = one.cov + one.slopes @ spread @ one.slopes.T
    cov[np.ix_(own, known)] = one.slopes @ spread
    cov[np.ix_(known, own)] = cov[np.ix_(own, known)].T
    mean[own] = one.mean + one.slopes @ centre
    return Moments(one.count, cov, mean, one.weight)


def ordinal_names(outcomes: Sequence[str], columns: Sequence[str], request: FitRequest) -> frozenset[str]:
    """Return the ordinal items among the outcomes; fixed covariates are no items, and columns of other models are passed over."""
    if request.ordered == "all":
        return frozenset(outcomes)
    found = frozenset(request.ordered) & frozenset(outcomes)
    unknown = [name for name in request.ordered if name not in columns]
    if unknown or not found:
        lacking = ", ".join(unknown or request.ordered)
        raise UnknownVariableError(found=lacking, expected=", ".join(outcomes[:12]), advice="ordered=")
    return found


def _used(part: Matrix, given: Sequence[int], pairwise: bool) -> Integers:
    known = np.isfinite(part)
    if not pairwise:
        return np.flatnonzero(known.all(axis=1))
    if given and not known.all():
        raise UnsupportedModelError(
            found="missing='pairwise'，固定协变量 / with fixed covariates", expected="missing='listwise', fixed_x=False"
        )
    return np.flatnonzero(known.any(axis=1))


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


def _require_spread(covariates: Matrix, given: Sequence[str], label: str) -> None:
    """Raise SampleError for covariates that are constant or determine each other."""
    if not len(given):
        return
    centred = covariates - covariates.mean(axis=0)
    deviation = centred.std(axis=0)
    where = f" ({label})" if label else ""
    for name, sd in zip(given, deviation, strict=True):
        if sd <= 0:
            raise SampleError(found=f"{name} 为常数 / is constant{where}", expected="有差异 / variance", advice="")
    if np.linalg.matrix_rank(centred / deviation, tol=1e-6 * np.sqrt(len(centred))) < len(given):
        raise SampleError(
            found=f"{', '.join(given)} 完全共线 / determine each other{where}",
            expected="",
            advice="请去掉其一。/ Drop one.",
        )


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
