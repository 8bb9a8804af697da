"""What was found? Estimates, tests and measures of one fit, as values, a frame, or JSON under lavaan's field names."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from scipy.special import ndtr

from tongchi.survey.sem.assembly import Assembly
from tongchi.survey.sem.ml import Discrepancy
from tongchi.survey.sem.ram import Implied, Matrix, Vector
from tongchi.survey.sem.request import FitRequest
from tongchi.survey.sem.sample import Data, Sample
from tongchi.survey.sem.standardised import Scaling, r_squared, standardise
from tongchi.survey.sem.syntax import Definition
from tongchi.survey.sem.table import Options
from tongchi.survey.sem.test_statistics import TestStatistic

if TYPE_CHECKING:
    from tongchi.survey.sem.bootstrap import Bootstrap

Row = dict[str, Any]
_REACH = 1.959963984540054  # the .975 quantile of the normal distribution


@dataclass(frozen=True)
class Fit:
    """A fitted model; `values` and `vcov` follow the rows of `assembly` and its free rows.

    `discrepancy_of` gives the discrepancy of the same data for another assembly of the same variables, which score tests ask;
    None stands for that of complete continuous data.
    """

    syntax: str
    request: FitRequest
    sample: Sample
    assembly: Assembly
    definitions: tuple[Definition, ...]
    values: Vector
    vcov: Matrix | None
    implied: tuple[Implied, ...]
    converged: bool
    admissible: bool
    gradient: float
    steps: int
    group_chisq: tuple[float, ...]
    fitmeasures: Mapping[str, float | None]
    tests: tuple[TestStatistic, ...]
    notes: tuple[str, ...]
    discrepancy_of: Callable[[Assembly], Discrepancy] | None = None

    @property
    def options(self) -> Options:
        """How the parameter table was completed."""
        return self.request.options

    @property
    def estimator(self) -> str:
        """The estimator's name in capitals, such as MLR."""
        return self.request.estimator

    @property
    def test(self) -> TestStatistic:
        """The test to report: the corrected one if there is one."""
        return self.tests[-1]

    @cached_property
    def estimates(self) -> list[Row]:
        """One row per parameter: est, se, z, pvalue, 95 % interval, std.lv, std.all; None where a value does not exist."""
        values, slopes = self._defined(self.values, np.eye(len(self.assembly.rows))[:, list(self.assembly.free_rows)])
        errors = self._errors(values, slopes)
        kinds: list[Scaling] = ["std.lv", "std.all"]
        if self.assembly.variables.covariates and self.options.fixed_x:
            kinds.append("std.nox")
        columns = {kind: self._standardised(kind)[0] for kind in kinds}
        rows = []
        for at, head in enumerate(self._heads()):
            row = {**head, **_inference(values[at], errors[at], "est")}
            rows.append(row | {kind: _number(column[at]) for kind, column in columns.items()})
        return rows

    @cached_property
    def standardized(self) -> list[Row]:
        """The completely standardised solution with delta-method standard errors."""
        values, slopes = self._standardised("std.all")
        errors = self._errors(values, slopes)
        return [
            {key: value for key, value in head.items() if key != "block"}
            | _inference(values[at], errors[at], "est.std")
            for at, head in enumerate(self._heads())
        ]

    @cached_property
    def rsquare(self) -> list[dict[str, float | None]]:
        """By group, the share of variance that is explained; None for an improper variance."""
        found = r_squared(self.assembly, list(self.implied), self.values)
        return [{name: _number(value) for name, value in group.items()} for group in found]

    @cached_property
    def modindices(self) -> list[Row]:
        """What each parameter that is not free would bring: mi, epc and standardised changes, in lavaan's order."""
        from tongchi.survey.sem.modification import modification_indices  # it reads this class

        return modification_indices(self)

    def bootstrap(self, data: Data | None = None, draws: int = 5000, *, seed: int = 1, **options: Any) -> Bootstrap:
        """Estimate the model again in samples drawn from its rows; see `sem.bootstrap.bootstrap` for the options."""
        from tongchi.survey.sem.bootstrap import bootstrap  # it reads this class

        return bootstrap(self, data, draws, seed=seed, **options)

    def to_frame(self) -> pl.DataFrame:
        """Return the estimates as a table."""
        return pl.DataFrame(self.estimates, infer_schema_length=None)

    def to_json(self, *, modindices: bool = False) -> dict[str, Any]:
        """Return all results under the field names of lavaan's reference files; numbers that do not exist are None.

        Modification indices, which take longer than the rest, come only where asked for.
        """
        labels = list(self.sample.labels)
        counts = [part.count for part in self.sample.moments]
        names = self.assembly.variables.observed
        means = self.assembly.has_means
        moments = [(part.cov, part.mean) for part in self.sample.moments]
        model = [(part.cov, part.mean) for part in self.implied]
        measures = self.fitmeasures
        return {
            "meta": self._meta(),
            "converged": self.converged,
            "admissible": self.admissible,
            "iterations": self.steps,
            "nobs": counts if labels else counts[0],
            "norig": list(self.sample.rows_given) if labels else self.sample.rows_given[0],
            "ngroups": len(counts),
            "group_label": labels,
            "npar": measures["npar"],
            "fx": measures["fmin"],
            "estimates": self.estimates,
            "standardized": self.standardized,
            "fitmeasures": dict(measures),
            "tests": [test.row() for test in self.tests],
            "sampstat": _by_group([_moments(c, m, names, means) for c, m in moments], labels),
            "implied": _by_group([_moments(c, m, names, means) for c, m in model], labels),
            "rsquare": _by_group(self.rsquare, labels),
            "vcov": self._vcov(),
            "notes": list(self.notes),
            **({"modindices": self.modindices} if modindices else {}),
        }

    def to_lavaan(self, data_file: str, *, draws: int | None = None, seed: int = 1) -> str:
        """Return an R script that repeats this fit in lavaan on the table in `data_file`; with `draws`, a bootstrap too."""
        from tongchi.survey.sem.lavaan_script import lavaan_script  # it reads this class

        return lavaan_script(self, data_file, draws=draws, seed=seed)

    def _heads(self) -> list[Row]:
        grouped = len(self.sample.moments) > 1
        labelled = any(row.label for row in self.assembly.rows) or bool(self.definitions)
        heads = []
        for row in self.assembly.rows:
            head: Row = {"lhs": row.lhs, "op": row.op, "rhs": row.rhs}
            head |= {"block": row.group, "group": row.group} if grouped else {}
            heads.append(head | ({"label": row.label} if labelled else {}))
        for one in self.definitions:
            head = {"lhs": one.name, "op": ":=", "rhs": one.expression.text}
            head |= {"block": 0, "group": 0} if grouped else {}
            heads.append(head | {"label": one.name})
        return heads

    def _defined(self, values: Vector, slopes: Matrix) -> tuple[Vector, Matrix]:
        """Append the defined parameters, which may use earlier ones, to values and their derivatives."""
        if not self.definitions:
            return values, slopes
        known: dict[str, float] = {}
        along: dict[str, Vector] = {}
        for row, value, slope in zip(self.assembly.rows, values, slopes, strict=True):
            known.setdefault(row.name, float(value))
            along.setdefault(row.name, slope)
        extra, extra_slopes = [], []
        for one in self.definitions:
            extra.append(one.expression.value(known))
            parts = one.expression.derivatives(known)
            slope = sum((d * along[name] for name, d in parts.items()), np.zeros(slopes.shape[1]))
            extra_slopes.append(slope)
            known[one.name], along[one.name] = extra[-1], slope
        return np.concatenate([values, extra]), np.vstack([slopes, *extra_slopes])

    def with_slopes(self, *, standardised: bool = False) -> tuple[Vector, Matrix]:
        """Return all table rows, then definitions, and their derivatives by the free rows, for functions of several of them."""
        if standardised:
            return self._standardised("std.all")
        return self._defined(self.values, np.eye(len(self.assembly.rows))[:, list(self.assembly.free_rows)])

    def _standardised(self, scaling: Scaling) -> tuple[Vector, Matrix]:
        values, slopes = standardise(self.assembly, list(self.implied), self.values, scaling)
        return self._defined(values, slopes)

    def _errors(self, values: Vector, slopes: Matrix) -> Vector:
        """Return standard errors of functions of the free rows; NaN where there are none, 0 where only rounding moves them."""
        if self.vcov is None:
            return np.where(np.any(slopes != 0, axis=1), np.nan, 0.0)
        variance = ((slopes @ self.vcov) * slopes).sum(axis=1)
        size = np.abs(slopes) @ np.sqrt(np.maximum(np.diag(self.vcov), 0.0))
        zero = (variance <= (1e-9 * size) ** 2) | (size <= 1e-13 * np.abs(values))
        return np.where(zero, 0.0, np.sqrt(np.maximum(variance, 0.0)))

    def _meta(self) -> Row:
        return {
            "model": self.syntax,
            "estimator": self.request.base,
            "se": self.request.se,
            "test": self.request.test,
            "missing": self.request.missing,
            "information": [self.request.information, self.request.information],
            "meanstructure": self.assembly.has_means,
            "parameterization": self.request.parameterization,
            "fixed.x": bool(self.assembly.variables.covariates) and self.options.fixed_x,
            "std.lv": self.options.std_lv,
            "likelihood": self.request.likelihood if self.request.base == "ML" else "default",
            "group.equal": list(self.options.group_equal),
            "conditional.x": False,
        }

    def _vcov(self) -> Row | None:
        if self.vcov is None:
            return None
        names = [self.assembly.rows[at].name for at in self.assembly.free_rows]
        return {"rows": names, "cols": names, "values": self.vcov.tolist()}


def _by_group(parts: Sequence[Any], labels: Sequence[str]) -> Any:
    return dict(zip(labels, parts, strict=True)) if labels else list(parts)


def _moments(cov: Matrix, mean: Vector, names: Sequence[str], means: bool) -> Row:
    found: Row = {"cov": {"rows": list(names), "cols": list(names), "values": cov.tolist()}}
    return found | ({"mean": dict(zip(names, mean.tolist(), strict=True))} if means else {})


def _inference(value: float, error: float, name: str) -> Row:
    known = math.isfinite(error) and math.isfinite(value)
    z = value / error if known and error > 0 else None
    reach = _REACH * error
    return {
        name: _number(value),
        "se": _number(error) if math.isfinite(value) else None,
        "z": z,
        "pvalue": None if z is None else float(2.0 * ndtr(-abs(z))),
        "ci.lower": value - reach if known else None,
        "ci.upper": value + reach if known else None,
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
