"""Which parameters does a model have? Formulas to a parameter table, with what lavaan's `sem()` adds on its own.

Added, in this order: thresholds of ordinal items, residual variances, covariances of exogenous constructs and of final outcomes, moments of exogenous
covariates (fixed at the sample's with `fixed_x`), scales of the responses behind ordinal items, and with a mean structure the
intercepts. In later groups equal thresholds free the scales (delta), or residual variances (theta), of ordinal items and the
means of constructs, as in lavaan 0.6.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal, TypeVar

from tongchi.errors import UnsupportedModelError
from tongchi.survey.sem.syntax import Formulas, Term, syntax_error

_T = TypeVar("_T")
GROUP_EQUAL = (
    "loadings",
    "intercepts",
    "means",
    "regressions",
    "residuals",
    "residual.covariances",
    "lv.variances",
    "lv.covariances",
    "thresholds",
)


@dataclass(frozen=True)
class Options:
    """How the table is completed; the defaults are those of lavaan's `sem()` and `cfa()`.

    `ordered` are the ordinal items with their numbers of categories.
    """

    std_lv: bool = False
    meanstructure: bool = False
    fixed_x: bool = True
    orthogonal: bool = False
    group_equal: tuple[str, ...] = ()
    group_partial: tuple[str, ...] = ()
    ordered: tuple[tuple[str, int], ...] = ()
    parameterization: Literal["delta", "theta"] = "delta"

    @property
    def ordinal(self) -> frozenset[str]:
        """Names of the ordinal items."""
        return frozenset(name for name, _ in self.ordered)


@dataclass(frozen=True)
class Parameter:
    """One row: `fixed` is its value if it is not free, NaN if it is taken from the sample (`exogenous`).

    A `dependent` row is not free either: its value follows from others, as residual variances of ordinal items do.
    """

    lhs: str
    op: str
    rhs: str
    group: int
    fixed: float | None = None
    start: float | None = None
    label: str = ""
    exogenous: bool = False
    dependent: bool = False

    @property
    def name(self) -> str:
        """Label, or the relation with its group, as lavaan names it."""
        return self.label or f"{self.lhs}{self.op}{self.rhs}" + (f".g{self.group}" if self.group > 1 else "")

    @property
    def free(self) -> bool:
        """Whether it is estimated."""
        return self.fixed is None


@dataclass(frozen=True)
class Variables:
    """The parts that variables play."""

    latent: tuple[str, ...]
    observed: tuple[str, ...]
    covariates: tuple[str, ...]
    exogenous_latent: tuple[str, ...]
    outcomes: tuple[str, ...]

    @classmethod
    def of(cls, formulas: Formulas, fixed_x: bool) -> Variables:
        """Read the parts from the formulas: indicators first, then outcomes, covariates and the rest."""
        terms = [term for term in formulas.terms if term.op not in {"|", "~*~"}]
        latent = _once(term.lhs for term in terms if term.op == "=~")
        indicators = _once(term.rhs for term in terms if term.op == "=~")
        caused = _once(term.lhs for term in terms if term.op == "~")
        causes = _once(term.rhs for term in terms if term.op == "~")
        rest = _once(name for term in terms for name in (term.lhs, term.rhs) if name)
        observed = _once(name for name in (*indicators, *caused, *causes, *rest) if name not in latent)
        inside = {name for term in terms if term.op in {"~~", "~1"} for name in (term.lhs, term.rhs)}
        pure = [n for n in causes if n not in latent and n not in caused and n not in indicators]
        covariates = tuple(name for name in pure if not (fixed_x and name in inside))
        final = [n for n in caused if n not in causes and n not in indicators]
        outcomes = (*(n for n in final if n not in latent), *(n for n in latent if n in final))
        exogenous = tuple(n for n in latent if n not in indicators and n not in caused)
        return cls(latent, observed, covariates, exogenous, outcomes)


def _once(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def build_table(formulas: Formulas, groups: int, options: Options) -> tuple[Parameter, ...]:
    """Return the completed table, group after group."""
    unknown = [word for word in options.group_equal if word not in GROUP_EQUAL]
    if unknown:
        raise UnsupportedModelError(found=f"group_equal={unknown[0]!r}", expected=", ".join(GROUP_EQUAL))
    if "thresholds" in options.group_equal and not options.ordered:
        raise UnsupportedModelError(found="group_equal='thresholds'", expected="ordered=")
    variables = Variables.of(formulas, options.fixed_x)
    rows: list[Parameter] = []
    for group in range(1, groups + 1):
        rows += _rows_of_group(formulas, variables, group, groups, options)
    return tuple(_with_equalities(rows, variables, groups, options))


def require_continuous(formulas: Formulas) -> None:
    """Raise UnsupportedModelError for thresholds and scale factors, which need an estimator for ordinal answers."""
    for term in formulas.terms:
        if term.op in {"|", "~*~"}:
            found = f"{term.lhs} {term.op} {term.rhs} (有序题目 / ordinal answers)"
            raise UnsupportedModelError(place=f"line {term.line}", found=found, expected="=~, ~, ~~, ~1")


def _rows_of_group(
    formulas: Formulas, variables: Variables, group: int, groups: int, options: Options
) -> list[Parameter]:
    rows = [_user_row(term, group, groups) for term in formulas.terms]
    rows = [_scaled(row, rows, formulas, variables, options) for row in rows]
    said = {_key(row) for row in rows}
    for row in _automatic(variables, group, options, {(row.op) for row in rows}):
        if _key(row) not in said:
            rows.append(row)
            said.add(_key(row))
    return [_freed(row, variables, group, formulas, options) for row in rows]


def _key(row: Parameter) -> tuple[str, frozenset[str]] | tuple[str, str, str]:
    return ("~~", frozenset((row.lhs, row.rhs))) if row.op == "~~" else (row.lhs, row.op, row.rhs)


def _user_row(term: Term, group: int, groups: int) -> Parameter:
    fixed = _of_group(term.fixed, group, groups, term)
    start = _of_group(term.start, group, groups, term)
    label = _of_group(term.label, group, groups, term) or ""
    if term.op == "~~" and term.lhs == term.rhs and fixed is not None and fixed < 0:
        raise syntax_error(term.line, f"{fixed:g}*{term.rhs}", "非负方差 / a variance that is not negative")
    return Parameter(term.lhs, term.op, term.rhs, group, None if fixed is None else fixed, start, label)


def _of_group(values: tuple[_T, ...], group: int, groups: int, term: Term) -> _T | None:
    if not values:
        return None
    if len(values) not in {1, groups}:
        token = f"c(…) of {len(values)} values before {term.rhs}"
        raise syntax_error(term.line, token, f"{groups} 组各一个值 / one value for each of {groups} groups")
    return values[0] if len(values) == 1 else values[group - 1]


def _scaled(
    row: Parameter, rows: Sequence[Parameter], formulas: Formulas, variables: Variables, options: Options
) -> Parameter:
    """Fix the first loading at 1, unless the construct has unit variance or the user says NA or a value."""
    if row.fixed is not None:
        return replace(row, fixed=None) if math.isnan(row.fixed) else row
    first = next(term for term in formulas.terms if term.lhs == row.lhs) if row.op == "=~" else None
    marker = next((r for r in rows if r.op == "=~" and r.lhs == row.lhs), None)
    if first is None or options.std_lv or marker is not row:
        return row
    return replace(row, fixed=1.0, label="")


def _automatic(variables: Variables, group: int, options: Options, said: Collection[str]) -> Iterator[Parameter]:
    covariates, ordinal = variables.covariates, options.ordinal
    for name, size in options.ordered:
        for step in range(1, size):
            yield Parameter(name, "|", f"t{step}", group)
    for name in (*(n for n in variables.observed if n not in covariates), *variables.latent):
        unit = (options.std_lv and name in variables.latent) or name in ordinal
        implied = name in ordinal and options.parameterization == "delta"
        yield Parameter(name, "~~", name, group, 1.0 if unit else None, dependent=implied)
    if not options.orthogonal:
        for one, other in combinations(variables.exogenous_latent, 2):
            yield Parameter(one, "~~", other, group)
    else:
        for one, other in combinations(variables.exogenous_latent, 2):
            yield Parameter(one, "~~", other, group, 0.0)
    for one, other in combinations(variables.outcomes, 2):
        yield Parameter(one, "~~", other, group)
    given = float("nan") if options.fixed_x else None
    for at, name in enumerate(covariates):
        for other in covariates[at:]:
            if name == other and name in ordinal:
                yield Parameter(name, "~~", name, group, 1.0, dependent=options.parameterization == "delta")
            else:
                yield Parameter(name, "~~", other, group, given, exogenous=options.fixed_x)
    for name, _ in options.ordered:
        yield Parameter(name, "~*~", name, group, 1.0, dependent=options.parameterization == "theta")
    if options.meanstructure or "~1" in said:
        for name in variables.observed:
            known = options.fixed_x and name in covariates
            level = 0.0 if name in ordinal else float("nan") if known else None
            yield Parameter(name, "~1", "", group, level, exogenous=known)
        for name in variables.latent:
            yield Parameter(name, "~1", "", group, 0.0)


def _freed(row: Parameter, variables: Variables, group: int, formulas: Formulas, options: Options) -> Parameter:
    """Free what equal measurement lets the later groups have: construct means, variances under `std_lv`, scales of responses."""
    if group == 1 or row.fixed is None:
        return row
    if any((t.lhs, t.op, t.rhs) == (row.lhs, row.op, row.rhs) and t.fixed for t in formulas.terms):
        return row
    equal = options.group_equal
    if row.lhs in options.ordinal and "thresholds" in equal:
        own = row.op == "~*~" or (row.op == "~~" and row.lhs == row.rhs and "residuals" not in equal)
        return replace(row, fixed=None) if own and not row.dependent else row
    if row.lhs not in variables.latent:
        return row
    mean = row.op == "~1" and "intercepts" in equal and "means" not in equal
    variance = row.op == "~~" and row.lhs == row.rhs and options.std_lv and "loadings" in equal
    return replace(row, fixed=None) if mean or variance else row


def _with_equalities(rows: list[Parameter], variables: Variables, groups: int, options: Options) -> Iterator[Parameter]:
    if groups == 1 or not options.group_equal:
        yield from rows
        return
    partial = {text.replace(" ", "") for text in options.group_partial}
    number = {_key(row): at for at, row in enumerate(rows, start=1) if row.group == 1}
    first = {_key(row): row for row in rows if row.group == 1}
    for row in rows:
        relation = f"{row.lhs}{row.op}{row.rhs}"
        fits = _family(row, variables) in options.group_equal and relation not in partial
        leader = first[_key(row)]
        if row.free and leader.free and not row.label and fits:
            yield replace(row, label=leader.label or f".p{number[_key(row)]}.")
        else:
            yield row


def _family(row: Parameter, variables: Variables) -> str:
    latent = row.lhs in variables.latent
    if row.op in {"|", "~*~"}:
        return "thresholds" if row.op == "|" else "scales"
    if row.op == "=~":
        return "loadings"
    if row.op == "~":
        return "regressions"
    if row.op == "~1":
        return "means" if latent else "intercepts"
    if row.lhs == row.rhs:
        return "lv.variances" if latent else "residuals"
    return "lv.covariances" if latent else "residual.covariances"
