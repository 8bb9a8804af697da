"""How much would the estimates vary in other samples? The nonparametric bootstrap of a fit (Efron 1979), draw by draw.

Maximum likelihood on complete rows is solved for all draws at once (`batched_solver`); any other fit is repeated draw after draw
(`bootstrap_refit`). Groups are drawn apart, offices (the `cluster` of a fit) whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from tongchi.errors import SampleError
from tongchi.survey.sem.bootstrap_batched import BatchedPlan, is_batched
from tongchi.survey.sem.bootstrap_draws import Counts, check_indices
from tongchi.survey.sem.bootstrap_intervals import DrawnParameter, IntervalKind, acceleration
from tongchi.survey.sem.bootstrap_plan import Plan, Solved, as_frame, row_source, used_rows
from tongchi.survey.sem.bootstrap_refit import RefitPlan
from tongchi.survey.sem.ram import Indices, Matrix
from tongchi.survey.sem.result import Fit
from tongchi.survey.sem.sample import Data
from tongchi.survey.unavailable import NotAvailable

Row = dict[str, Any]


@dataclass(frozen=True)
class DrawFailure:
    """A draw without estimates; `draw` counts from 0."""

    draw: int
    reason: str


@dataclass(frozen=True)
class Bootstrap:
    """Estimates of every draw that has some.

    `estimates` is (R, rows) with one column per table row and definition, named in `names` (``M~X``, ``ab:=a*b``; later groups end in
    ``.g2``); NaN only where a definition such as a ratio has no value. `numbers` (R,) are the draws they belong to, from 0.
    `improper` counts draws kept although a variance is negative or a covariance matrix not positive semidefinite.
    """

    fit: Fit
    plan: Plan
    workers: int
    draws: int
    seed: int | None
    names: tuple[str, ...]
    estimates: Matrix
    standardized: Matrix | None
    numbers: Indices
    failures: tuple[DrawFailure, ...]
    improper: int

    @property
    def reasons(self) -> dict[str, int]:
        """How many draws failed for each reason."""
        return dict(Counter(one.reason for one in self.failures))

    def parameter(self, name: str, *, standardized: bool = False, jackknife: bool = False) -> DrawnParameter:
        """Return the draws of one parameter, by its name or by the name of a label or definition.

        Raises SampleError where there is no such name, or fewer than two draws have a value.
        """
        at = self._place(name)
        whole = self.standardized if standardized else self.estimates
        if whole is None:
            raise SampleError(found="standardized", expected="bootstrap(…, standardized=True)", advice="")
        drawn = whole[:, at]
        drawn = drawn[np.isfinite(drawn)]
        if len(drawn) < 2:
            raise SampleError(
                found=f"{name}: {len(drawn)} 次抽样有值 / draws have a value", expected="≥ 2", advice=str(self.reasons)
            )
        rows = self.fit.estimates[at]
        estimate = self._standardized_estimates[at] if standardized else rows["est"]
        bend = self._acceleration(at, standardized) if jackknife else None
        return DrawnParameter(float("nan") if estimate is None else float(estimate), drawn, bend)

    def intervals(self, kind: IntervalKind = "perc", level: float = 0.95, *, standardized: bool = False) -> list[Row]:
        """Return one row for each parameter that varies: lhs, op, rhs, est, se, bias, ci.lower, ci.upper, draws, note.

        Where there is no interval both ends are None and `note` says why. `kind`: perc, bc (lavaan's bca.simple), bca, norm, basic.
        """
        rows = []
        for at in self._varying(standardized):
            drawn = self.parameter(self.names[at], standardized=standardized, jackknife=kind == "bca")
            ends = drawn.interval(kind, level)
            low, high = (None, None) if isinstance(ends, NotAvailable) else ends
            head = {k: v for k, v in self.fit.estimates[at].items() if k in {"lhs", "op", "rhs", "group", "label"}}
            values = {"est": drawn.estimate, "se": drawn.error, "bias": drawn.bias, "ci.lower": low, "ci.upper": high}
            note = str(ends) if isinstance(ends, NotAvailable) else ""
            rows.append(head | values | {"draws": len(drawn.draws), "note": note})
        return rows

    def to_frame(self, kind: IntervalKind = "perc", level: float = 0.95) -> pl.DataFrame:
        """Return the intervals as a table."""
        return pl.DataFrame(self.intervals(kind, level), infer_schema_length=None)

    def to_json(self, level: float = 0.95, *, jackknife: bool | None = None) -> Row:
        """Return all kinds of intervals under the names of the reference files (`boot_intervals.json`).

        BCa needs as many further fits as there are rows: None makes them where they are solved all at once.
        """
        jackknife = isinstance(self.plan, BatchedPlan) if jackknife is None else jackknife
        found: dict[str, Row] = {}
        for at in self._varying(False):
            drawn = self.parameter(self.names[at], jackknife=jackknife)
            kinds: tuple[IntervalKind, ...] = ("perc", "bc", "bca", "basic", "norm")
            ends = {kind: drawn.interval(kind, level) for kind in kinds}
            found[self.names[at]] = {
                "est": drawn.estimate,
                "boot_mean": drawn.mean,
                "boot_se": drawn.error,
                "bc_z0": _or_none(drawn.bias_correction),
                "bca_a": _or_none(drawn.acceleration),
                **{str(kind): None if isinstance(one, NotAvailable) else list(one) for kind, one in ends.items()},
            }
        return {
            "R": self.draws,
            "seed": self.seed,
            "n": self.plan.source.size,
            "model": self.fit.syntax,
            "converged": len(self.numbers),
            "failed": self.reasons,
            "improper": self.improper,
            "intervals": found,
        }

    def _place(self, name: str) -> int:
        if name in self.names:
            return self.names.index(name)
        for at, row in enumerate(self.fit.estimates):
            if name and name in {row.get("label"), row["lhs"] if row["op"] == ":=" else ""}:
                return at
        raise SampleError(found=name, expected=", ".join(self.names[:12]), advice="")

    def _varying(self, standardized: bool) -> list[int]:
        """Return the columns that are no constants: a fixed loading has no interval."""
        whole = self.standardized if standardized else self.estimates
        if whole is None or len(whole) < 2:
            return []
        spread = np.nanmax(whole, axis=0, initial=-np.inf) - np.nanmin(whole, axis=0, initial=np.inf)
        return [int(at) for at in np.flatnonzero(spread > 1e-12 * np.maximum(1.0, np.abs(whole[0])))]

    @cached_property
    def _standardized_estimates(self) -> list[float | None]:
        return [row["est.std"] for row in self.fit.standardized]

    def _acceleration(self, at: int, standardized: bool) -> float | NotAvailable:
        solved = self._left_out
        whole = solved.standardized if standardized and solved.standardized is not None else solved.values
        column = whole[:, at]
        return acceleration(column[np.isfinite(column)])

    @cached_property
    def _left_out(self) -> Solved:
        source = self.plan.source
        return _run(self.plan, source.left_out, source.without_one, workers=self.workers)


def bootstrap(
    fit: Fit,
    data: Data | None = None,
    draws: int = 5000,
    *,
    seed: int = 1,
    indices: ArrayLike | None = None,
    first_row: int = 1,
    standardized: bool = False,
    workers: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> Bootstrap:
    """Estimate the model again in samples drawn from its rows with replacement.

    Parameters
    ----------
    fit : the full sample's; draws start from its optimum
    data : what it was fitted to; only needed for `indices` that number the rows of data with groups or gaps. Without it the used rows
        count group after group
    draws : how many; each group is drawn apart with its own size
    seed : the same seed gives the same draws whatever the number of workers
    indices : (draws, n) row numbers of each draw instead of random ones, counted from `first_row`
    standardized : whether to keep the standardised solution of each draw too
    progress : called with the draws done and all draws, after each block

    Raises
    ------
    SampleError, UnsupportedModelError
    """
    if draws < 1:
        raise SampleError(found=f"draws={draws}", expected="≥ 1", advice="")
    if not fit.converged:
        raise SampleError(
            found="拟合没有收敛 / the fit has not converged", expected="收敛的拟合 / a fit that has", advice=""
        )
    plan = _plan_of(fit, data, standardized)
    given = None if indices is None else check_indices(indices, plan.source, first=first_row)
    total = draws if given is None else len(given)

    def counts(block: tuple[int, int]) -> tuple[Counts, ...]:
        if given is not None:
            return plan.source.counts_of(given[slice(*block)])
        return plan.source.counts(np.random.default_rng([seed, block[0]]), block[1] - block[0])

    solved = _run(plan, total, counts, workers=workers, progress=progress)
    kept = np.array([not reason for reason in solved.reasons], dtype=bool)
    return Bootstrap(
        fit=fit,
        plan=plan,
        workers=workers,
        draws=total,
        seed=seed if given is None else None,
        names=tuple(_name(row) for row in fit.estimates),
        estimates=solved.values[kept],
        standardized=None if solved.standardized is None else solved.standardized[kept],
        numbers=np.flatnonzero(kept),
        failures=tuple(DrawFailure(at, reason) for at, reason in enumerate(solved.reasons) if reason),
        improper=int(np.sum(~np.asarray(solved.admissible, dtype=bool)[kept])),
    )


def _plan_of(fit: Fit, data: Data | None, standardized: bool) -> Plan:
    source = row_source(fit, data)
    if is_batched(fit):
        return BatchedPlan.of(fit, source, standardized)
    return RefitPlan(fit, used_rows(fit) if data is None else as_frame(data), source, standardized)


def _run(
    plan: Plan,
    draws: int,
    counts: Callable[[tuple[int, int]], tuple[Counts, ...]],
    *,
    workers: int,
    progress: Callable[[int, int], None] | None = None,
) -> Solved:
    """Solve block after block in threads: LAPACK and NumPy let go of the interpreter while they work."""
    blocks = plan.blocks(draws)

    def work(block: tuple[int, int]) -> Solved:
        return plan.solve(counts(block))

    parts = []
    with ThreadPoolExecutor(max(1, workers)) as pool:
        found = pool.map(work, blocks) if workers > 1 and len(blocks) > 1 else map(work, blocks)
        for block, part in zip(blocks, found, strict=True):
            parts.append(part)
            if progress is not None:
                progress(block[1], draws)
    standardized = [part.standardized for part in parts if part.standardized is not None]
    return Solved(
        np.concatenate([part.values for part in parts]),
        np.concatenate(standardized) if standardized else None,
        tuple(reason for part in parts for reason in part.reasons),
        [flag for part in parts for flag in part.admissible],
    )


def _name(row: Row) -> str:
    group = row.get("group", 0)
    return f"{row['lhs']}{row['op']}{row['rhs']}" + (f".g{group}" if group > 1 else "")


def _or_none(value: float | NotAvailable | None) -> float | None:
    return None if isinstance(value, NotAvailable) else value
