r"""What if a model is fitted to the moments that EM finds? Two-stage estimates with errors that know about the gaps.

Stage one gives saturated moments with covariance Γ/N: :math:`\Gamma = A^{-1}` (`two.stage`; Savalei & Bentler 2009) or
:math:`A^{-1}JA^{-1}` (`robust.two.stage`; Savalei & Falk 2014), A their observed information and J their scores' spread. Stage two is ML on
complete moments; errors are :math:`E^{-1}\Delta'W\Gamma W\Delta E^{-1}/N` with :math:`E = \Delta'W\Delta`, W the information of complete rows at
the saturated moments, and the test is divided by :math:`tr(U\Gamma)/df`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tongchi.errors import SampleError
from tongchi.survey.sem.assembly import check_names
from tongchi.survey.sem.baseline import independence
from tongchi.survey.sem.continuous import report
from tongchi.survey.sem.fiml_fit import read_before, read_incomplete
from tongchi.survey.sem.fiml_rows import GapRows
from tongchi.survey.sem.fit_measures import FitFacts
from tongchi.survey.sem.inference import identification
from tongchi.survey.sem.ml import Discrepancy
from tongchi.survey.sem.ram import Matrix
from tongchi.survey.sem.request import FitRequest
from tongchi.survey.sem.result import Fit
from tongchi.survey.sem.robust import Traces, corrected_test
from tongchi.survey.sem.robust_measures import Corrected, complete_facts
from tongchi.survey.sem.robust_squares import moment_slopes
from tongchi.survey.sem.sample import Data, columns_of
from tongchi.survey.sem.solution import Solution, solve
from tongchi.survey.sem.table import Variables, build_table, require_continuous
from tongchi.survey.sem.test_statistics import TestStatistic

if TYPE_CHECKING:
    from tongchi.survey.sem.model import Model


def fit_two_stage(model: Model, data: Data, request: FitRequest, after: Fit | None = None) -> Fit:
    """Estimate a model of continuous variables from the saturated moments of rows with gaps.

    `after` is a fit of the same data, by FIML or in two stages: the moments are the same.
    """
    require_continuous(model.formulas)
    variables = Variables.of(model.formulas, request.options.fixed_x)
    known = read_before(after, variables, request)
    if known is None:
        check_names(model.formulas, variables, columns_of(data))
    found = read_incomplete(data, variables, request) if known is None else known
    moments = found.sample.moments
    table = build_table(model.formulas, len(moments), request.options)
    solution = solve(
        table, variables, moments, model.formulas.constraints, lambda assembly: Discrepancy(assembly, moments)
    )
    rows = found.rows(solution.assembly)
    look = identification(solution.assembly, solution.discrepancy.information(solution.optimum.eta))
    vcov, corrected = None, Corrected(expects_robust=True)
    if look.identified:
        vcov, own = _inference(solution, rows, robust=request.se == "robust.two.stage")
        base = independence(solution.assembly, moments, lambda assembly: Discrepancy(assembly, moments))
        _, below = _inference(base, rows, robust=request.se == "robust.two.stage")
        facts = complete_facts(own, solution.chisq, solution.degrees, baseline=below, base_stat=base.chisq)
        corrected = Corrected(own, below, facts, True)
    facts_of_fit = FitFacts(
        solution.chisq,
        solution.degrees,
        solution.assembly.basis.shape[1],
        solution.assembly,
        moments,
        tuple(solution.discrepancy.implied(solution.optimum.eta)),
        request.base,
        corrected,
        goodness=_goodness(solution, rows),
    )
    flat = () if look.identified else look.parameters
    return report(model, solution, found.sample, request, facts=facts_of_fit, vcov=vcov, flat=flat, notes=found.notes)


def _inference(solution: Solution, rows: tuple[GapRows, ...], *, robust: bool) -> tuple[Matrix, TestStatistic]:
    """Return the covariance of the free table rows and the corrected test."""
    discrepancy, basis = solution.discrepancy, solution.assembly.basis
    size = basis.shape[1]
    bread, meat, trace = np.zeros((size, size)), np.zeros((size, size)), 0.0
    implied = tuple(discrepancy.implied(solution.optimum.eta))
    for group, (part, own) in enumerate(zip(implied, rows, strict=True)):
        share = discrepancy.samples[group].weight / discrepancy.total
        if own.inverse is None:
            raise SampleError(
                found="答卷不足以确定协方差阵的误差 / the rows do not tell how sure the saturated moments are",
                expected="更多共同回答 / more rows that hold items together",
                advice="请减少变量或增加答卷。/ Leave out variables, or collect more answers.",
            )
        delta, cells = moment_slopes(part)[own.kept], discrepancy.maps[group][0]
        weighed = own.complete_times(delta)
        moved = own.inverse @ weighed
        bread += share * cells.T @ (delta.T @ weighed) @ cells
        meat += share * cells.T @ (own.spread.between(moved, moved) if robust else weighed.T @ moved) @ cells
        trace += own.robust_gain if robust else own.gain
    inverse = np.linalg.inv(bread)
    traces = Traces(trace - float(np.sum(inverse * meat)))
    vcov = basis @ (inverse @ meat @ inverse / discrepancy.total) @ basis.T
    return np.asarray(vcov, dtype=np.float64), corrected_test(solution, "satorra.bentler", traces, implied)


def _goodness(solution: Solution, rows: tuple[GapRows, ...]) -> float:
    """Return the GFI with the information of complete rows at the saturated moments for weight."""
    discrepancy, total = solution.discrepancy, 0.0
    for group, part in enumerate(discrepancy.implied(solution.optimum.eta)):
        own = rows[group]
        line, other = np.tril_indices(part.observed)
        sample = np.concatenate([own.saturated.mean, own.saturated.cov[line, other]])
        gap = (sample - np.concatenate([part.mean, part.cov[line, other]]))[own.kept]
        pair = np.column_stack([gap, sample[own.kept]])
        squares = np.sum(pair * own.complete_times(pair), axis=0)
        share = discrepancy.samples[group].weight / discrepancy.total
        total += share * (1.0 - float(squares[0] / squares[1]))
    return total
