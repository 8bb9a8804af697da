"""What was found about ordinal items? A fit that also holds thresholds, scales and the rows that follow from others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tongchi.survey.sem.assembly import Assembly, Moments
from tongchi.survey.sem.least_squares_inference import MomentFacts
from tongchi.survey.sem.ml import Discrepancy
from tongchi.survey.sem.ordinal_sample import OrdinalSample
from tongchi.survey.sem.ordinal_structure import OrdinalPoint
from tongchi.survey.sem.ram import Indices, Matrix, Vector
from tongchi.survey.sem.request import FitRequest
from tongchi.survey.sem.result import Fit, Row
from tongchi.survey.sem.solution import Solution, improper
from tongchi.survey.sem.standardised import Dependence, Scaling, standardise
from tongchi.survey.sem.test_statistics import TestStatistic

if TYPE_CHECKING:
    from tongchi.survey.sem.model import Model


@dataclass(frozen=True)
class OrdinalFit(Fit):
    """A fitted model of ordinal items.

    Attributes
    ----------
    answers : rows, ordinal moments and categories
    points : implied moments by group: `cov` ΔΣΔ, `levels` thresholds in the scale of the sample's, `scales` Δ
    dependence : derivatives of residual variances (delta) or scales (theta), which follow from the free rows
    facts : arrays for tests of nested models
    """

    answers: OrdinalSample | None = None
    points: tuple[OrdinalPoint, ...] = ()
    dependence: Dependence | None = None
    facts: MomentFacts | None = None

    def to_json(self, *, modindices: bool = False) -> dict[str, Any]:
        """Return all results under the field names of lavaan's reference files; numbers that do not exist are None."""
        found = super().to_json(modindices=modindices)
        assert self.answers is not None
        names, sizes, given = self.answers.outcomes, self.answers.sizes, self.answers.given
        sample = [_moments(one.cov, one.mean, one.stacked, names, one.sizes) for one in self.answers.groups]
        implied = [_moments(one.cov, one.mean, one.levels, names, sizes) for one in self.points]
        if given:
            fixed = [_of_covariates(one, self.assembly.variables.observed, given) for one in self.sample.moments]
            sample = [
                _given(one, names, group.slopes, x)
                for one, group, x in zip(sample, self.answers.groups, fixed, strict=True)
            ]
            implied = [
                _given(one, names, point.slopes, x) for one, point, x in zip(implied, self.points, fixed, strict=True)
            ]
        labels = self.sample.labels
        found["sampstat"] = dict(zip(labels, sample, strict=True)) if labels else sample
        found["implied"] = dict(zip(labels, implied, strict=True)) if labels else implied
        found["meta"] |= {"parameterization": self.options.parameterization, "conditional.x": bool(given)}
        return found

    def _standardised(self, scaling: Scaling) -> tuple[Vector, Matrix]:
        moments = list(self.implied)
        values, slopes = standardise(self.assembly, moments, self.values, scaling, self.dependence)
        if scaling != "std.lv":
            for at, row in enumerate(self.assembly.rows):
                if row.op == "~*~":  # one by convention, also where covariates add to the variance of the response
                    values[at], slopes[at] = 1.0, 0.0
        return self._defined(values, slopes)


def _moments(cov: Matrix, mean: Vector, levels: Vector, names: Sequence[str], sizes: tuple[int, ...]) -> Row:
    labels = [
        f"{name}|t{step}" if size else name
        for name, size in zip(names, sizes, strict=True)
        for step in range(1, max(size, 2))
    ]
    known = {label: float(level) for label, level in zip(labels, levels, strict=False) if "|" in label}
    return {
        "cov": {"rows": list(names), "cols": list(names), "values": cov.tolist()},
        "mean": dict(zip(names, mean.tolist(), strict=True)),
        "th": known,
    }


def _of_covariates(moments: Moments, observed: Sequence[str], given: Sequence[str]) -> Row:
    at = [observed.index(name) for name in given]
    cov = moments.cov[np.ix_(at, at)]
    return {
        "cov.x": {"rows": list(given), "cols": list(given), "values": cov.tolist()},
        "mean.x": dict(zip(given, moments.mean[at].tolist(), strict=True)),
    }


def _given(found: Row, names: Sequence[str], slopes: Matrix, fixed: Row) -> Row:
    """Rename moments that are given covariates, as lavaan does, and add slopes and the covariates' own."""
    columns = fixed["cov.x"]["cols"]
    return {
        "res.cov": found["cov"],
        "res.int": found["mean"],
        "res.th": found["th"],
        "res.slopes": {"rows": list(names), "cols": columns, "values": slopes.tolist()},
        **fixed,
    }


def ordinal_fit(
    model: Model,
    solution: Solution,
    sample: OrdinalSample,
    request: FitRequest,
    *,
    points: Sequence[OrdinalPoint],
    vcov: Matrix | None,
    tests: tuple[TestStatistic, ...],
    measures: Mapping[str, float | None],
    notes: tuple[str, ...],
    facts: MomentFacts,
    discrepancy_of: Callable[[Assembly], Discrepancy],
) -> OrdinalFit:
    """Return the frozen result with the values of rows that follow from others filled in."""
    assembly, optimum = solution.assembly, solution.optimum
    values = _filled(assembly, assembly.row_values(optimum.eta), points)
    implied = tuple(point.whole for point in points)
    faults = improper(assembly, implied, values)
    return OrdinalFit(
        syntax=model.syntax,
        request=request,
        sample=sample.sample,
        assembly=assembly,
        definitions=model.formulas.definitions,
        values=values,
        vcov=vcov,
        implied=implied,
        converged=optimum.converged,
        admissible=not faults,
        gradient=optimum.slope,
        steps=optimum.steps,
        group_chisq=tests[0].stat_group,
        fitmeasures=measures,
        tests=tests,
        notes=(*notes, *faults),
        discrepancy_of=discrepancy_of,
        answers=sample,
        points=tuple(points),
        dependence=_dependence(assembly, points),
        facts=facts,
    )


def _filled(assembly: Assembly, values: Vector, points: Sequence[OrdinalPoint]) -> Vector:
    filled = values.copy()
    for point in points:
        for at in point.structure.ordinal:
            residual, scale = point.structure.residual_rows[at], point.structure.scale_rows[at]
            if assembly.rows[residual].dependent:
                own = point.structure.outcomes[at]
                filled[residual] = point.implied.two_headed[own, own]
            if assembly.rows[scale].dependent:
                filled[scale] = point.scales[at]
    return filled


def _dependence(assembly: Assembly, points: Sequence[OrdinalPoint]) -> Dependence:
    free = len(assembly.free_rows)
    rows: dict[int, Vector] = {}
    variances = []
    for point in points:
        structure = point.structure
        spread = np.zeros((len(point.implied.covariance), free))
        spread[:, structure.rows] = point.whole_variance_slopes
        variances.append(spread)
        for line, at in enumerate(structure.ordinal):
            residual, scale = int(structure.residual_rows[at]), int(structure.scale_rows[at])
            if assembly.rows[residual].dependent:
                rows[residual] = _spread(point.residual_slopes[line], structure.rows, free)
            if assembly.rows[scale].dependent:
                rows[scale] = _spread(point.scale_slopes[at], structure.rows, free)
    return Dependence(rows, tuple(variances))


def _spread(slopes: Vector, places: Indices, free: int) -> Vector:
    whole = np.zeros(free)
    whole[places] = slopes
    return whole
