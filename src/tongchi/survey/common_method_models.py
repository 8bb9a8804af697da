r"""Does a method that all items share show in the model of the constructs?

Three checks by confirmatory factor analysis (Podsakoff et al. 2003; Williams, Hartman & Cavazotte 2010):

- one factor for all items against the constructs: if one factor does as well, the constructs are not told apart;
- an unmeasured method factor, uncorrelated with the constructs, on all items with one loading (in the items' own units) for all:
  its share of the items' variance, and whether the correlations of the constructs change without it;
- a marker construct, unrelated to the others in theory: models CFA, Baseline, C (equal method loadings), U (free ones) and R
  (correlations held at the baseline's). C against Baseline asks whether there is method variance, U against C whether items differ
  in it, R against the better of both whether it biases the correlations.

A method factor takes up any shared variance, also that of a true general construct: a significant one is a warning, no proof.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from tongchi.errors import ModelSyntaxError, NotIdentifiedError, UnsupportedModelError
from tongchi.survey.sem import Fit, Model
from tongchi.survey.sem.likelihood_ratio import Step, compare_nested
from tongchi.survey.sem.sample import Data
from tongchi.survey.sem.syntax import read_syntax
from tongchi.survey.unavailable import NotAvailable

METHOD = "common_method"


@dataclass(frozen=True)
class OneFactor:
    """One factor for all items against the constructs; H0: the constructs all correlate at 1."""

    one: Fit
    constructs: Fit
    difference: Step


@dataclass(frozen=True)
class MethodFactor:
    """The model with a method factor; H0 of `difference`: its loadings are zero.

    `share` is the mean over items of the variance due to the method; `shifts` the change of each correlation of constructs once
    the method is taken out, (construct, construct) to change.
    """

    fit: Fit
    constructs: Fit
    difference: Step
    share: float
    shifts: Mapping[tuple[str, str], float]

    @property
    def largest_shift(self) -> float:
        """The largest change of a correlation in absolute value."""
        return max((abs(value) for value in self.shifts.values()), default=0.0)


@dataclass(frozen=True)
class MarkerTest:
    """The marker technique: `steps` holds the difference tests C–Baseline, U–C and R–(C or U), by these names.

    `shares` is each item's variance due to the marker's method in the model that is kept (`kept`, "C" or "U").
    """

    fits: Mapping[str, Fit]
    steps: Mapping[str, Step]
    kept: str
    shares: Mapping[str, float]

    @property
    def method_variance(self) -> bool:
        """Whether C is better than Baseline at .05."""
        p = self.steps["C"].p_value
        return isinstance(p, float) and p < 0.05

    @property
    def biased(self) -> bool:
        """Whether holding the correlations at the baseline's makes the fit worse at .05."""
        p = self.steps["R"].p_value
        return isinstance(p, float) and p < 0.05


def one_factor_test(syntax: str, data: Data, **options: Any) -> OneFactor:
    """Fit the constructs and one factor, and test the second against the first.

    Parameters
    ----------
    syntax : measurement model of two constructs or more
    options : arguments of `Model.fit`

    Raises
    ------
    UnsupportedModelError
        where there is only one construct.
    """
    measured = _measured(syntax)
    items = _items(measured)
    constructs = Model(syntax).fit(data, **options)
    one = Model(f"{METHOD} =~ {' + '.join(items)}").fit(data, **options)
    return OneFactor(one, constructs, _step(constructs, one, "one factor"))


def method_factor_test(syntax: str, data: Data, **options: Any) -> MethodFactor | NotAvailable:
    """Add an uncorrelated method factor with one loading for all items.

    NotAvailable where the data do not identify it, or its variance is estimated below zero: then nothing is shared.
    Arguments and errors are those of `one_factor_test`.
    """
    measured = _measured(syntax)
    items = _items(measured)
    constructs = Model(syntax).fit(data, **{**options, "std_lv": True})
    try:
        fit = Model("\n".join([syntax, *_method_lines(items, measured)])).fit(data, **{**options, "std_lv": True})
    except NotIdentifiedError as error:
        return NotAvailable("method factor", error.message("zh"), error.message("en"))
    if not fit.converged:
        return NotAvailable(
            "method factor", "含方法因子的模型未收敛", "the model with a method factor has not converged"
        )
    variance = float(fit.implied[0].covariance[-1, -1])
    if variance <= 0:
        said = (
            f"the variance of the method factor is estimated at {variance:.2g}: items share nothing beyond constructs"
        )
        return NotAvailable("method factor", f"方法因子的方差估计为 {variance:.2g}：题目在构念之外没有共同部分", said)
    before, after = _correlations(constructs, measured), _correlations(fit, measured)
    shifts = {pair: after[pair] - before[pair] for pair in before}
    shares = _method_shares(fit, METHOD, items)
    difference = _step(fit, constructs, "without method")
    return MethodFactor(fit, constructs, difference, float(np.mean(list(shares.values()))), shifts)


def marker_test(syntax: str, marker: Sequence[str], data: Data, **options: Any) -> MarkerTest | NotAvailable:
    """Run the marker technique of Williams, Hartman and Cavazotte (2010).

    Parameters
    ----------
    syntax : measurement model of the constructs, without the marker
    marker : items of the marker construct, two or more
    options : arguments of `Model.fit`

    Returns
    -------
    NotAvailable where a model does not converge or is not identified.

    Raises
    ------
    UnsupportedModelError
        where there is only one construct, or the marker has fewer than two items.
    """
    measured = _measured(syntax)
    if len(marker) < 2:
        raise UnsupportedModelError(found=f"marker: {len(marker)} 题 / item(s)", expected="≥ 2")
    try:
        fits = _marker_models(syntax, list(marker), measured, data, {**options, "std_lv": True})
    except (NotIdentifiedError, ModelSyntaxError) as error:  # a negative residual variance cannot be held
        return NotAvailable("marker test", error.message("zh"), error.message("en"))
    stuck = next((name for name, fit in fits.items() if not fit.converged), None)
    if stuck is not None:
        return NotAvailable("marker test", f"模型 {stuck} 未收敛", f"model {stuck} has not converged")
    steps = {"C": _step(fits["C"], fits["Baseline"], "Baseline"), "U": _step(fits["U"], fits["C"], "C")}
    p = steps["U"].p_value
    kept = "U" if isinstance(p, float) and p < 0.05 else "C"
    steps["R"] = _step(fits[kept], fits["R"], "R")
    return MarkerTest(fits, steps, kept, _method_shares(fits[kept], METHOD, _items(measured)))


def _measured(syntax: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for term in read_syntax(syntax).terms:
        if term.op == "=~":
            found.setdefault(term.lhs, []).append(term.rhs)
    if len(found) < 2:
        raise UnsupportedModelError(found=f"{len(found)} 个构念 / construct(s)", expected="≥ 2")
    return {name: tuple(items) for name, items in found.items()}


def _items(measured: Mapping[str, Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(item for items in measured.values() for item in items if item not in measured))


def _method_lines(items: Sequence[str], measured: Mapping[str, Sequence[str]]) -> list[str]:
    """Return a factor with loadings of 1 and a free variance: an estimate below zero then shows as one."""
    lines = [f"{METHOD} =~ {' + '.join(f'1*{item}' for item in items)}", f"{METHOD} ~~ NA*{METHOD}"]
    return lines + [f"{METHOD} ~~ 0*{name}" for name in measured]


def _marker_models(
    syntax: str, marker: Sequence[str], measured: Mapping[str, Sequence[str]], data: Data, options: Mapping[str, Any]
) -> dict[str, Fit]:
    """Return CFA, Baseline, C, U and R; in all but the first the marker's own loadings and residuals are held at CFA's."""
    items = _items(measured)
    cfa = Model(f"{syntax}\n{METHOD} =~ {' + '.join(marker)}").fit(data, **options)
    values = {(r["lhs"], r["op"], r["rhs"]): r["est"] for r in cfa.estimates}
    loadings = [f"{values[METHOD, '=~', item]!r}*{item}" for item in marker]
    held = [f"{METHOD} =~ {' + '.join(loadings)}"]
    held += [f"{item} ~~ {values[item, '~~', item]!r}*{item}" for item in marker]
    held += [f"{METHOD} ~~ 0*{name}" for name in measured]
    base = "\n".join([syntax, *held])
    fits = {"CFA": cfa, "Baseline": Model(base).fit(data, **options)}
    equal = f"{METHOD} =~ {' + '.join(f'method_loading*{item}' for item in items)}"
    free = f"{METHOD} =~ {' + '.join(items)}"
    for name, line in {"C": equal, "U": free}.items():
        fits[name] = Model(f"{base}\n{line}").fit(data, **options)
    known = {(r["lhs"], r["op"], r["rhs"]): r["est"] for r in fits["Baseline"].estimates}
    restricted = [
        f"{one} ~~ {known.get((one, '~~', other), known.get((other, '~~', one), 0.0))!r}*{other}"
        for one, other in combinations(measured, 2)
    ]
    better = compare_nested([fits["U"], fits["C"]], names=["U", "C"]).steps[1].p_value
    line = free if isinstance(better, float) and better < 0.05 else equal
    fits["R"] = Model("\n".join([base, line, *restricted])).fit(data, **options)
    return fits


def _step(larger: Fit, smaller: Fit, name: str) -> Step:
    return compare_nested([larger, smaller], names=["larger", name]).steps[1]


def _correlations(fit: Fit, measured: Mapping[str, Sequence[str]]) -> dict[tuple[str, str], float]:
    """Return correlations of the constructs in the first group."""
    implied, names = fit.implied[0], fit.assembly.variables.latent
    found = {}
    for one, other in combinations(measured, 2):
        at = [implied.observed + names.index(name) for name in (one, other)]
        block = implied.covariance[np.ix_(at, at)]
        found[one, other] = float(block[0, 1] / np.sqrt(block[0, 0] * block[1, 1]))
    return found


def _method_shares(fit: Fit, method: str, items: Sequence[str]) -> dict[str, float]:
    """Return the share of each item's variance that the method factor accounts for, in the first group."""
    implied, variables = fit.implied[0], fit.assembly.variables
    at = implied.observed + variables.latent.index(method)
    found = {}
    for item in items:
        place = variables.observed.index(item)
        whole = float(implied.cov[place, place])
        found[item] = float(implied.arrows[place, at] ** 2 * implied.covariance[at, at]) / whole
    return found
