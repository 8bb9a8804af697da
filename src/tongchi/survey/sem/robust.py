r"""How far do errors and tests go wrong where answers are not normal, and what puts them right?

Errors: :math:`A^{-1} B A^{-1} / N` with A the information per case and B the spread of the scores: from the sample's fourth moments
with expected A (`robust.sem`; Satorra & Bentler 1994), or from casewise scores with observed A (`robust.huber.white`; White 1982), or
the same summed by cluster. Tests divide N·F by :math:`tr(U\Gamma)/df` (Satorra & Bentler 2001), match two moments
(`scaled.shifted`, Asparouhov & Muthén 2010; `mean.var.adjusted`, Satterthwaite), or take the trace as the difference of two
likelihoods' (`yuan.bentler.mplus`, Yuan & Bentler 2000 as in Mplus). Divisor N throughout.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from scipy.special import chdtrc

from tongchi.survey.sem.ml import Discrepancy
from tongchi.survey.sem.ram import Implied, Indices, Matrix
from tongchi.survey.sem.request import Errors, FitRequest, Test
from tongchi.survey.sem.robust_scores import (
    CellScores,
    OuterSum,
    chunks,
    first_order,
    inverse_of,
    predicted_rows,
    product_spread,
    root_of,
)
from tongchi.survey.sem.robust_squares import moment_spread, squared_spread
from tongchi.survey.sem.solution import Solution
from tongchi.survey.sem.test_statistics import TestStatistic


class Evidence(Protocol):
    """What casewise data say about a fitted model, group by group."""

    def first_order(self, solution: Solution, implied: tuple[Implied, ...]) -> list[Matrix]:
        """Return B by free cells of each group."""
        ...

    def saturated_trace(self) -> tuple[float, int]:
        """Return tr(B A⁻¹) of the unrestricted moments, and how many moments these are."""
        ...


@dataclass(frozen=True)
class CompleteRows:
    """Rows without gaps: `cases` by group, places of fixed covariates, clusters by group if errors go by cluster."""

    cases: tuple[Matrix, ...]
    given: tuple[int, ...]
    means: bool
    clusters: tuple[Indices, ...] | None = None

    def first_order(self, solution: Solution, implied: tuple[Implied, ...]) -> list[Matrix]:
        """Return B by free cells of each group."""
        found = []
        for group, (rows, part) in enumerate(zip(self.cases, implied, strict=True)):
            centre = part.mean if self.means else solution.discrepancy.samples[group].mean
            within = None if self.clusters is None else self.clusters[group]
            found.append(first_order(_cells(part, self.means), rows - centre, within))
        return found

    @cached_property
    def parts(self) -> list[tuple[Matrix, ...]]:
        """By group the centred rows, and what fixed covariates predict of them."""
        return [predicted_rows(rows - rows.mean(axis=0), self.given) for rows in self.cases]

    @cached_property
    def moment_spreads(self) -> list[Matrix]:
        """By group Γ, or what it is the product of."""
        return [moment_spread(part, self.means) for part in self.parts]

    def saturated_trace(self) -> tuple[float, int]:
        """Return tr(B A⁻¹) of the unrestricted moments, given the covariates, from Mahalanobis distances."""
        return self._saturated

    @cached_property
    def _saturated(self) -> tuple[float, int]:
        trace, count = 0.0, 0
        for group, (centred, *_) in enumerate(self.parts):
            free, known = centred.shape[1] - len(self.given), len(self.given)
            count += free * (free + 1) // 2 + free * known + (free if self.means else 0)
            if self.clusters is not None:
                trace += self._clustered_trace(group, self.clusters[group])
                continue
            inside = _distances(centred[:, list(self.given)])
            outside = _distances(centred) - inside
            lead = float(outside @ (inside + (1.0 if self.means else 0.0))) / len(centred)
            trace += lead + 0.5 * float(np.mean(outside**2) - free)
        return trace, count

    def _clustered_trace(self, group: int, clusters: Indices) -> float:
        """Return the same from the scores of clusters, in units in which the information is the unit matrix."""
        centred, *guess = self.parts[group]
        others = [at for at in range(centred.shape[1]) if at not in self.given]
        errors = (centred - guess[0] if guess else centred)[:, others]
        known = centred[:, list(self.given)]
        scaled = errors @ np.linalg.inv(root_of(errors.T @ errors / len(errors))).T
        causes = known @ np.linalg.inv(root_of(known.T @ known / len(known))).T if self.given else known
        line, other = np.tril_indices(len(others))
        half, centre = np.where(line == other, np.sqrt(0.5), 1.0), (line == other).astype(np.float64)
        size = len(line) + len(others) * (len(self.given) + (1 if self.means else 0))
        found = OuterSum(size, len(centred), clusters)
        for at in chunks(len(centred)):
            block = scaled[at]
            scores = [(block[:, line] * block[:, other] - centre) * half]
            scores.append((block[:, :, None] * causes[at][:, None, :]).reshape(len(block), -1))
            scores += [block] if self.means else []
            found.add(np.hstack(scores).T, at)
        return float(np.trace(found.mean))


def _cells(implied: Implied, means: bool) -> CellScores:
    return CellScores(implied, np.asarray(np.linalg.inv(implied.cov), dtype=np.float64), means)


def _distances(centred: Matrix) -> Matrix:
    if not centred.shape[1]:
        return np.zeros(len(centred))
    inverse = np.linalg.inv(root_of(centred.T @ centred / len(centred)))
    found = np.empty(len(centred))
    for at in chunks(len(centred)):
        scaled = inverse @ centred[at].T
        found[at] = np.einsum("ij,ij->j", scaled, scaled)
    return found


@dataclass(frozen=True)
class Robust:
    """Errors and test of one fitted model; `vcov` is by free table rows, None where the information is singular."""

    vcov: Matrix | None
    test: TestStatistic | None


@dataclass(frozen=True)
class Traces:
    """tr(UΓ), tr((UΓ)²) where asked for, and the two likelihoods' factors where the trace is their difference."""

    first: float
    second: float | None = None
    h0: float | None = None
    h1: float | None = None


def robust_inference(solution: Solution, evidence: Evidence, request: FitRequest, *, information: Matrix) -> Robust:
    """Return robust errors and the corrected test; `information` is twice the information per case, by η."""
    inverse = inverse_of(0.5 * information)
    if inverse is None:
        return Robust(None, None)
    implied = tuple(solution.discrepancy.implied(solution.optimum.eta))
    if request.se == "robust.sem" or request.test in {"satorra.bentler", "scaled.shifted", "mean.var.adjusted"}:
        assert isinstance(evidence, CompleteRows)
        meat, traces = fourth_moments(solution.discrepancy, implied, evidence, inverse, request.test)
    else:
        meat = by_eta(solution.discrepancy, evidence.first_order(solution, implied))
        trace, count = evidence.saturated_trace()
        below = float(np.sum(meat * inverse))
        traces = Traces(trace - below, h0=below / max(len(solution.assembly.free_rows), 1), h1=trace / count)
    covariance = sandwich(request.se, inverse, meat) / solution.discrepancy.total
    basis = solution.assembly.basis
    test = None if request.test == "standard" else corrected_test(solution, request.test, traces, implied)
    return Robust(basis @ covariance @ basis.T, test)


def sandwich(errors: Errors, inverse: Matrix, meat: Matrix) -> Matrix:
    """Return the covariance of √N η̂: A⁻¹BA⁻¹, or B⁻¹ for `first.order`, or A⁻¹."""
    if errors == "standard":
        return inverse
    if errors == "first.order":
        found = inverse_of(meat)
        return inverse if found is None else found
    return np.asarray(inverse @ meat @ inverse, dtype=np.float64)


def by_eta(discrepancy: Discrepancy, parts: list[Matrix]) -> Matrix:
    """Return the groups' matrices by free cells, weighted by n_g/N, as one matrix by η."""
    size = discrepancy.maps[0][0].shape[1]
    total = np.zeros((size, size))
    for part, sample, (k, _) in zip(parts, discrepancy.samples, discrepancy.maps, strict=True):
        total += sample.weight / discrepancy.total * (k.T @ part @ k)
    return total


def fourth_moments(
    discrepancy: Discrepancy, implied: tuple[Implied, ...], rows: CompleteRows, inverse: Matrix, test: Test
) -> tuple[Matrix, Traces]:
    """Return Δ'WΓWΔ by η and the traces of UΓ, W at the implied moments."""
    spreads, first = [], 0.0
    twice = test in {"scaled.shifted", "mean.var.adjusted"}
    square, crossed = 0.0, []
    for group, (parts, part) in enumerate(zip(rows.parts, implied, strict=True)):
        cells = _cells(part, rows.means)
        spread = product_spread(cells, parts)
        spreads.append(spread.covariance)
        first += spread.trace
        if twice:
            own, between = squared_spread(rows.moment_spreads[group], part, cells.weight, rows.means)
            square += own
            crossed.append(between)
    meat = by_eta(discrepancy, spreads)
    moved = inverse @ meat
    trace = first - float(np.trace(moved))
    if not twice:
        return meat, Traces(trace)
    across = float(np.sum(inverse * by_eta(discrepancy, crossed)))
    return meat, Traces(trace, square - 2.0 * across + float(np.sum(moved * moved.T)))


def corrected_test(solution: Solution, test: Test, traces: Traces, implied: tuple[Implied, ...]) -> TestStatistic:
    """Return the corrected statistic; without degrees of freedom it is the plain one and there is no factor."""
    discrepancy, df, chisq = solution.discrepancy, solution.degrees, solution.chisq
    shares = tuple(discrepancy.total * share for share in discrepancy.shares(implied))
    weights = [sample.weight / discrepancy.total for sample in discrepancy.samples]
    return correct(test, chisq, shares, df, traces=traces, weights=tuple(weights))


def correct(
    test: Test,
    chisq: float,
    shares: tuple[float, ...],
    df: int,
    *,
    traces: Traces,
    weights: tuple[float, ...],
) -> TestStatistic:
    """Return a corrected statistic from the plain one, its shares by group, and the traces of UΓ."""
    if df == 0 or not traces.first > 0:
        return TestStatistic(test, chisq, shares, df, None, scaling_h0=traces.h0, scaling_h1=traces.h1)
    factor, shift, degrees = traces.first / df, 0.0, float(df)
    if test == "mean.var.adjusted" and traces.second is not None:
        degrees = traces.first**2 / traces.second
        factor = traces.first / degrees
    if test == "scaled.shifted" and traces.second is not None:
        factor = math.sqrt(traces.second / df)
        shift = df - traces.first / factor
    stat = chisq / factor + shift
    return TestStatistic(
        test,
        stat,
        tuple(share / factor + shift * weight for share, weight in zip(shares, weights, strict=True)),
        degrees if test == "mean.var.adjusted" else df,
        float(chdtrc(degrees, max(stat, 0.0))),
        scaling_factor=factor,
        shift_parameter=shift if test == "scaled.shifted" else None,
        trace=traces.first,
        scaling_h0=traces.h0,
        scaling_h1=traces.h1,
    )
