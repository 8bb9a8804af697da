r"""Where does each respondent stand on each construct, and how high is a construct on the scale of its items?

Regression scores are :math:`E(\eta|y) = \mu_\eta + \Sigma_{\eta y}\Sigma_{yy}^{-1}(y - \mu_y)` (Thurstone 1935); Bartlett's (1937)
are :math:`(\Lambda'\Theta^{-1}\Lambda)^{-1}\Lambda'\Theta^{-1}(y - \nu)`, free of bias for one person but more spread. Of a row
with gaps, the items that were answered are used. Ordinal items have empirical Bayes modal scores, which for continuous ones are
the regression scores. Regression scores shrink towards the mean and must not be put into a
regression as if they were the construct; a structural model does that without them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import polars as pl

from tongchi.errors import UnsupportedModelError
from tongchi.survey.sem.categorical_result import OrdinalFit
from tongchi.survey.sem.ordinal_scores import ResponseModel, ordinal_level
from tongchi.survey.sem.ram import Implied, Indices, Matrix, Vector
from tongchi.survey.sem.sample import Data, group_marks, number_columns
from tongchi.survey.unavailable import NotAvailable

if TYPE_CHECKING:
    from tongchi.survey.sem.result import Fit

Method = Literal["regression", "bartlett", "ebm"]
_REACH = 1.959963984540054
_FLAT = 1e-10
_NO_ERROR = NotAvailable("se", "信息矩阵奇异，没有标准误", "the information is singular, there are no standard errors")


@dataclass(frozen=True)
class FactorScores:
    """Scores of each construct, one row per respondent, null where they are not determined.

    `levels` are the same on the scale of the items: the mean over a construct's items of what the model predicts for them.
    `reliability` is, by group, the share of a construct's variance that regression scores carry.
    """

    method: Method
    scores: pl.DataFrame
    levels: pl.DataFrame
    reliability: tuple[dict[str, float | NotAvailable], ...]


@dataclass(frozen=True)
class ConstructLevel:
    """Mean of a construct's items in one group, as the model implies it, with standard error and 95 % interval."""

    construct: str
    group: str
    items: tuple[str, ...]
    level: float
    se: float | NotAvailable

    @property
    def interval(self) -> tuple[float, float] | NotAvailable:
        """The 95 % interval by the normal distribution."""
        if isinstance(self.se, NotAvailable):
            return self.se
        return self.level - _REACH * self.se, self.level + _REACH * self.se


def factor_scores(fit: Fit, data: Data | None = None, method: str = "default") -> FactorScores:
    """Return scores of the rows that were used, group after group, or of every row of `data` in its order.

    Parameters
    ----------
    data : rows to score; None: those of the fit. Gaps are allowed, and so are people that the fit has not seen
    method : "regression", "bartlett" or "ebm"; "default" is regression, and ebm for ordinal items

    Raises
    ------
    UnsupportedModelError
        for a model without constructs, or another method; for regression and bartlett of ordinal items, whose answers are no values of a linear model; for
        ordinal items that depend on each other given the constructs.
    UnknownVariableError, SampleError
        where `data` lacks a column, or has letters in it.
    """
    if not fit.assembly.variables.latent:
        raise UnsupportedModelError(found="没有构念的模型 / a model without constructs", expected="=~")
    chosen = _method(fit, method)
    groups, rows = _rows(fit, data)
    names = fit.assembly.variables.latent
    scores = np.full((len(rows), len(names)), np.nan)
    levels = np.full((len(rows), len(names)), np.nan)
    for at in range(len(fit.implied)):
        inside = np.flatnonzero(groups == at)
        scores[inside], levels[inside] = _of_group(fit, at, rows[inside], chosen)
    return FactorScores(
        chosen,
        _frame(fit, groups, scores),
        _frame(fit, groups, levels),
        tuple(_reliability(fit, i) for i in fit.implied),
    )


def _method(fit: Fit, method: str) -> Method:
    """Return the method to use, or raise where there is none."""
    ordinal = isinstance(fit, OrdinalFit)
    if method == "default":
        return "ebm" if ordinal else "regression"
    known = [one for one in get_args(Method) if one == method]
    if not known or (ordinal and method != "ebm"):
        found = f"method={method!r}" + ("，有序题目 / ordinal items" if ordinal else "")
        raise UnsupportedModelError(found=found, expected="ebm" if ordinal else ", ".join(get_args(Method)))
    chosen: Method = known[0]
    return chosen


def _of_group(fit: Fit, group: int, rows: Matrix, method: Method) -> tuple[Matrix, Matrix]:
    """Return scores and levels of rows of one group."""
    if not isinstance(fit, OrdinalFit):
        scores = _scores_of_group(fit, group, rows, method)
        return scores, _levels_of_group(fit, group, fit.implied[group], scores)
    model = ResponseModel.of(fit, group)
    scores = model.scores(rows)
    expected, observed = model.expected_items(scores), fit.assembly.variables.observed
    levels = [expected[:, [observed.index(item) for item in items]].mean(axis=1) for items in items_of(fit).values()]
    return scores, np.column_stack(levels)


def _rows(fit: Fit, data: Data | None) -> tuple[Vector, Matrix]:
    labels = fit.sample.labels
    if data is None:
        groups = np.repeat(np.arange(len(fit.sample.cases)), [len(part) for part in fit.sample.cases])
        return groups.astype(np.float64), np.vstack(fit.sample.cases)
    rows = number_columns(data, fit.assembly.variables.observed)
    if not labels or fit.request.group is None:
        return np.zeros(len(rows)), rows
    place = {label: float(at) for at, label in enumerate(labels)}
    return np.array([place.get(mark or "", -1.0) for mark in group_marks(data, fit.request.group)]), rows


def _frame(fit: Fit, groups: Vector, values: Matrix) -> pl.DataFrame:
    columns: dict[str, pl.Series] = {}
    if fit.sample.labels:
        labels = fit.sample.labels
        columns["group"] = pl.Series([labels[int(at)] if at >= 0 else None for at in groups], dtype=pl.String)
    for name, column in zip(fit.assembly.variables.latent, values.T, strict=True):
        columns[name] = pl.Series(column).fill_nan(None)
    return pl.DataFrame(columns)


def _scores_of_group(fit: Fit, group: int, rows: Matrix, method: Method) -> Matrix:
    """Return (n, k) scores, pattern of gaps by pattern; NaN where a row does not determine them."""
    implied = fit.implied[group]
    known = np.isfinite(rows)
    found = np.full((len(rows), len(implied.covariance) - implied.observed), np.nan)
    patterns, member = np.unique(known, axis=0, return_inverse=True)
    for at, pattern in enumerate(patterns):
        inside = np.flatnonzero(member.ravel() == at)
        used = np.flatnonzero(pattern)
        score = _bartlett if method == "bartlett" else _regression
        found[inside] = score(implied, _intercepts(fit, group), rows[np.ix_(inside, used)], used)
    return found


def _intercepts(fit: Fit, group: int) -> Vector:
    """Return the means that rows are measured from: the model's, or the sample's where the model has none."""
    return fit.implied[group].mean if fit.assembly.has_means else fit.sample.moments[group].mean


def _regression(implied: Implied, mean: Vector, rows: Matrix, used: Indices) -> Matrix:
    p = implied.observed
    cross = implied.covariance[p:, used]
    weight = np.linalg.solve(implied.cov[np.ix_(used, used)], cross.T) if len(used) else np.zeros((0, len(cross)))
    level: Matrix = implied.full_mean[p:] + (rows - mean[used]) @ weight
    return level


def _bartlett(implied: Implied, mean: Vector, rows: Matrix, used: Indices) -> Matrix:
    """Return scores from the items that constructs point at; what other observed variables add to an item is taken off."""
    p = implied.observed
    loading, between = implied.arrows[:p, p:], implied.arrows[:p, :p]
    drawn = np.any(between != 0, axis=1)
    items = [k for k, at in enumerate(used) if loading[at].any() and set(np.flatnonzero(between[at])) <= set(used)]
    at = [used[k] for k in items]
    found = np.full((len(rows), loading.shape[1]), np.nan)
    theta = implied.two_headed[np.ix_(at, at)]
    slopes = loading[at]
    if not len(at) or np.linalg.eigvalsh(theta)[0] <= _FLAT:
        return found
    weighted = np.linalg.solve(theta, slopes)
    inner = slopes.T @ weighted
    size = np.sqrt(np.diag(inner))
    kept = np.flatnonzero(size > 0)
    if not len(kept) or np.linalg.eigvalsh(inner[np.ix_(kept, kept)] / np.outer(size[kept], size[kept]))[0] <= _FLAT:
        return found
    centred = rows - mean[used]
    rest = centred[:, items]
    if drawn[at].any():
        rest = rest - centred @ between[np.ix_(at, used)].T
    latent_mean = implied.full_mean[p:][kept]
    found[:, kept] = latent_mean + rest @ weighted[:, kept] @ np.linalg.inv(inner[np.ix_(kept, kept)])
    return found


def _reliability(fit: Fit, implied: Implied) -> dict[str, float | NotAvailable]:
    p = implied.observed
    cross, variance = implied.covariance[p:, :p], np.diag(implied.covariance)[p:]
    carried = np.einsum("ij,ji->i", cross, np.linalg.solve(implied.cov, cross.T))
    found: dict[str, float | NotAvailable] = {}
    for name, part, whole in zip(fit.assembly.variables.latent, carried, variance, strict=True):
        zh, en = "构念方差不为正", "the construct has no positive variance"
        found[name] = float(part / whole) if whole > 0 else NotAvailable("reliability", zh, en)
    return found


def items_of(fit: Fit) -> dict[str, tuple[str, ...]]:
    """Return the observed items of each construct; of a second-order construct those of its parts."""
    variables = fit.assembly.variables
    parts: dict[str, list[str]] = {name: [] for name in variables.latent}
    for row in fit.assembly.rows:
        if row.op == "=~" and row.group == 1:
            parts[row.lhs].append(row.rhs)

    def reach(name: str, seen: frozenset[str]) -> list[str]:
        if name in seen:
            return []
        found: list[str] = []
        for part in parts[name]:
            found += reach(part, seen | {name}) if part in parts else [part]
        return found

    return {name: tuple(dict.fromkeys(reach(name, frozenset()))) for name in variables.latent}


def _levels_of_group(fit: Fit, group: int, implied: Implied, scores: Matrix) -> Matrix:
    """Return the mean of the items' predictions at the scores, :math:`mean_j(\\nu_j + \\lambda_j\\eta)`."""
    p, observed = implied.observed, fit.assembly.variables.observed
    loading = implied.arrows[:p, p:]
    base = _intercepts(fit, group) - loading @ implied.full_mean[p:]
    result = np.full(scores.shape, np.nan)
    for at, (name, items) in enumerate(items_of(fit).items()):
        places = [observed.index(item) for item in items]
        own = [k for k in places if loading[k, fit.assembly.variables.latent.index(name)] != 0]
        if own:
            result[:, at] = base[own].mean() + scores[:, at] * loading[own, at].mean()
    return result


def construct_levels(fit: Fit) -> list[ConstructLevel]:
    """Return each construct's level on the scale of its items, by group: the mean of the items' implied means.

    Of ordinal items it is the mean of the expected categories, coded as in the data.
    The standard error is by the delta method from the means' derivatives; without a mean structure it is that of the sample
    mean, :math:`\\sqrt{w'\\Sigma w / n}` with w = 1/k for the k items.
    """
    observed = fit.assembly.variables.observed
    found = []
    for group in range(len(fit.implied)):
        label = fit.sample.labels[group] if fit.sample.labels else ""
        mean = _intercepts(fit, group)
        for name, items in items_of(fit).items():
            weight = np.zeros(len(observed))
            weight[[observed.index(item) for item in items]] = 1.0 / max(len(items), 1)
            if isinstance(fit, OrdinalFit):
                level, error = ordinal_level(fit, group, weight)
                found.append(ConstructLevel(name, label, items, level, _NO_ERROR if error is None else error))
            else:
                level = float(weight @ mean)
                found.append(ConstructLevel(name, label, items, level, _level_error(fit, group, weight)))
    return found


def _level_error(fit: Fit, group: int, weight: Vector) -> float | NotAvailable:
    implied = fit.implied[group]
    if not fit.assembly.has_means:
        part = fit.sample.moments[group]
        return float(np.sqrt(weight @ part.cov @ weight / part.count))
    if fit.vcov is None:
        return _NO_ERROR
    column = {row: at for at, row in enumerate(fit.assembly.free_rows)}
    slope = np.zeros(len(column))
    slope[[column[row] for row in fit.assembly.cell_rows[group]]] = weight @ implied.directions[2][: implied.observed]
    return math.sqrt(max(float(slope @ fit.vcov @ slope), 0.0))
