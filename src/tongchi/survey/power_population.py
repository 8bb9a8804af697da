r"""What would be true? A model with its values, or an instrument with assumed ones, to the moments of a population.

Variances that are not stated are chosen so that every variable has variance 1: with :math:`\Sigma = BSB'` and B the total effects the
unknown diagonal of S solves :math:`(B \circ B)s = 1 - diag(BS_{stated}B')`. Stated paths are then standardised paths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr

from tongchi.errors import SampleError
from tongchi.survey.instrument import HypothesisKind, Instrument
from tongchi.survey.sem.ram import Matrix, Vector
from tongchi.survey.sem.syntax import Formulas, Term, read_syntax
from tongchi.survey.sem.table import Variables, require_continuous
from tongchi.survey.structural_model import StructuralModel, structural_models
from tongchi.survey.unavailable import NotAvailable

_TERMS = 200
_OUTERMOST = 1.5


@dataclass(frozen=True)
class Population:
    """Moments of the observed variables, means 0, and the model that made them with its values let go (`formulas`).

    `categories` is None for continuous answers; otherwise answers are cut at equally spaced thresholds, the outermost at ±1.5
    standard deviations, and coded 1, 2, …; `cov` stays that of what lies behind them.
    """

    names: tuple[str, ...]
    cov: Matrix
    formulas: Formulas
    categories: int | None = None

    @property
    def thresholds(self) -> Vector:
        """Where answers are cut, in standard deviations."""
        cuts = (self.categories or 1) - 1
        return np.linspace(-_OUTERMOST, _OUTERMOST, cuts) if cuts > 1 else np.zeros(cuts)

    def in_categories(self, categories: int | None) -> Population:
        """Return the same with answers in so many categories."""
        if categories is not None and categories < 2:
            raise SampleError(found=f"categories={categories}", expected="≥ 2", advice="")
        return replace(self, categories=categories)

    @property
    def answer_cov(self) -> Matrix:
        r"""Covariance of the answers as they are coded.

        Codes are :math:`g(z) = 1 + \sum_j 1(z > \tau_j)` with Hermite coefficients :math:`a_k = \sum_j \varphi(\tau_j)He_{k-1}(\tau_j)`, so two
        answers whose z correlate ρ have covariance :math:`\sum_k a_k^2 \\rho^k / k!` (Mehler's formula).
        """
        if self.categories is None:
            return self.cov
        deviation = np.sqrt(np.diag(self.cov))
        cor = self.cov / np.outer(deviation, deviation)
        tau = self.thresholds
        density = np.exp(-0.5 * tau**2) / np.sqrt(2.0 * np.pi)
        last, this = np.zeros_like(tau), np.ones_like(tau)  # He_k / √k!, which never overflows
        power, found = cor.copy(), np.zeros(cor.shape)
        for order in range(1, _TERMS):
            found += float(density @ this) ** 2 / order * power
            power = power * cor
            last, this = this, (tau * this - np.sqrt(order - 1.0) * last) / np.sqrt(order)
        np.fill_diagonal(found, _code_variance(tau))
        return np.asarray(found, dtype=np.float64)


def _code_variance(tau: Vector) -> float:
    above = ndtr(-tau)
    joint = np.minimum(above[:, None], above[None, :])
    return float((joint - np.outer(above, above)).sum())


def population_of(syntax: str) -> Population:
    """Read a model whose loadings, paths and covariances carry values: ``trust =~ .7*t1 + .8*t2; will ~ .3*trust``.

    A value is written ``0.3*x``, ``start(0.3)*x`` or ``0.3?x``, with a label before it where one is wanted (``a*0.3*x``). Covariances that
    are not stated are 0, variances that are not stated make the whole variance 1.

    Raises
    ------
    ModelSyntaxError, UnsupportedModelError
    SampleError
        a loading or path without a value, values that no variables can have
    """
    formulas = read_syntax(syntax)
    require_continuous(formulas)
    variables = Variables.of(formulas, fixed_x=False)
    names = (*variables.observed, *variables.latent)
    cov = _implied(formulas, names)
    size = len(variables.observed)
    free = tuple(replace(term, fixed=(), start=()) for term in formulas.terms if term.op != "~1")
    return Population(variables.observed, cov[:size, :size], replace(formulas, terms=free))


def _implied(formulas: Formulas, names: tuple[str, ...]) -> Matrix:
    at = {name: place for place, name in enumerate(names)}
    size = len(names)
    arrows, headed, known = np.zeros((size, size)), np.zeros((size, size)), np.zeros(size, dtype=bool)
    for term in formulas.terms:
        if term.op == "~1":
            continue
        value = _value(term)
        one, other = at[term.lhs], at[term.rhs]
        if term.op == "~~":
            headed[one, other] = headed[other, one] = value
            known[one] |= one == other
        else:
            cause, effect = (one, other) if term.op == "=~" else (other, one)
            arrows[effect, cause] = value
    total = np.linalg.inv(np.eye(size) - arrows)
    rest = ~known
    stated = np.diag(total @ headed @ total.T)
    variances = np.linalg.solve((total**2)[np.ix_(rest, rest)], 1.0 - stated[rest])
    if (variances < 0).any():
        name = names[int(np.flatnonzero(rest)[int(variances.argmin())])]
        raise SampleError(
            found=f"{name} 被解释的方差超过 1 / explained variance of {name} exceeds 1",
            expected="较小的路径值 / smaller values",
            advice="",
        )
    headed[rest, rest] = variances
    cov = np.asarray(total @ headed @ total.T, dtype=np.float64)
    if np.linalg.eigvalsh(cov)[0] < 1e-10 or np.linalg.eigvalsh(headed)[0] < -1e-10:
        raise SampleError(
            found="给定的值不是任何变量的协方差 / values that are covariances of no variables",
            expected="正定的协方差阵 / a positive definite covariance matrix",
            advice="",
        )
    return cov


def _value(term: Term) -> float:
    given = term.fixed or term.start
    found = given[0] if given else None
    if len(given) != 1 or found is None or not np.isfinite(found):
        raise SampleError(
            found=f"{term.lhs} {term.op} {term.rhs}",
            expected=f"一个总体值 / one value in the population, {term.lhs} {term.op} 0.3*{term.rhs}",
            advice="",
        )
    return float(found)


def instrument_population(
    instrument: Instrument,
    *,
    path: float = 0.25,
    loading: float = 0.7,
    correlation: float = 0.3,
    paths: Mapping[tuple[str, str], float] | None = None,
) -> Population | NotAvailable:
    """Return what an instrument's hypotheses amount to if all were true.

    Parameters
    ----------
    path : standardised value of each stated path, with the sign of its hypothesis; .25 lies between small and medium
    loading : standardised loading of every item
    correlation : of each pair of constructs at which no path ends
    paths : (cause, effect) to a standardised value that differs from `path`

    Returns
    -------
    Not available where no hypothesis joins constructs that have items. Loops are opened as in `structural_models`; the direct path that
    a mediated hypothesis brings beside its segments is 0.
    """
    models = structural_models(instrument)
    if isinstance(models, NotAvailable):
        return models
    return population_of(_valued_syntax(models.main, instrument, path, loading, correlation, paths=paths or {}))


def _valued_syntax(
    model: StructuralModel,
    instrument: Instrument,
    path: float,
    loading: float,
    correlation: float,
    *,
    paths: Mapping[tuple[str, str], float],
) -> str:
    unknown = [edge for edge in paths if model.path(*edge) is None]
    if unknown:
        raise SampleError(
            found=" → ".join(unknown[0]),
            expected=", ".join(f"{one.cause} → {one.effect}" for one in model.paths),
            advice="",
        )
    lines = [
        f"{code} =~ {' + '.join(f'{loading:.17g}*{item}' for item in items)}"
        for code, items in model.constructs.items()
        if len(items) > 1
    ]
    values = _path_values(model, instrument, path) | dict(paths)
    lines += [
        f"{model.variable(one.effect)} ~ {one.label}*{values[one.cause, one.effect]:.17g}*{model.variable(one.cause)}"
        for one in model.paths
    ]
    free = [model.variable(code) for code in model.exogenous]
    lines += [f"{one} ~~ {correlation:.17g}*{other}" for at, one in enumerate(free) for other in free[at + 1 :]]
    lines += [f"{effect.name} := {'*'.join(effect.labels)}" for effect in model.effects]
    return "\n".join(lines)


def _path_values(model: StructuralModel, instrument: Instrument, path: float) -> dict[tuple[str, str], float]:
    signs: dict[tuple[str, str], float] = {}
    for one in instrument.hypotheses:
        if one.kind is HypothesisKind.DIRECT:
            signs.setdefault((one.path[0], one.path[-1]), -1.0 if one.sign == "-" else 1.0)
    for one in instrument.hypotheses:
        if one.kind is HypothesisKind.MEDIATED:
            for edge in zip(one.path[:-1], one.path[1:], strict=True):
                signs.setdefault(edge, 1.0)
    return {(one.cause, one.effect): path * signs.get((one.cause, one.effect), 0.0) for one in model.paths}
