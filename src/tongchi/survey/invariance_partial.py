"""Which items differ between groups? The worst equality of a step is released, one item at a time, until the step holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from scipy.special import chdtrc

from tongchi.survey.invariance_models import LadderModels, Released, Step
from tongchi.survey.invariance_steps import Changes, changes_between, difference_between
from tongchi.survey.sem import Fit
from tongchi.survey.sem.likelihood_ratio import Step as Difference
from tongchi.survey.sem.score_tests import ScoreTests, equalities, score_tests
from tongchi.survey.sem.table import Parameter
from tongchi.survey.unavailable import NotAvailable

_KEPT = 2
_FAMILY: dict[Step, str] = {
    "metric": "=~",
    "loadings": "=~",
    "scalar": "~1",
    "intercepts": "~1",
    "strict": "~~",
    "residuals": "~~",
    "thresholds": "|",
}


@dataclass(frozen=True)
class Freed:
    """A parameter that differs between groups, by the joint score test of its equality across all groups.

    `changes` are the expected changes by group (the item's first threshold for thresholds) at the moment of release;
    `adjusted_p` is Holm's over the items that could have been released then.
    """

    step: Step
    construct: str
    item: str
    relation: str
    statistic: float
    df: int
    p_value: float
    adjusted_p: float
    changes: Mapping[str, float]


@dataclass(frozen=True)
class Limits:
    """When a step holds, and how much may be released: `alpha`, and `share` of each construct's items in `measured`.

    By `rule` "test" the difference must not be significant, by "change" the indices must stay within their cut-offs.
    """

    alpha: float
    share: float
    measured: Mapping[str, tuple[str, ...]]
    rule: Literal["test", "change"] = "test"

    def holds(self, below: Fit, fit: Fit, difference: Difference | NotAvailable, changes: Changes) -> bool:
        """Whether a step holds next to the accepted one below it; equivalent models hold by construction."""
        if not fit.converged:
            return False
        if below.tests[0].df == fit.tests[0].df:
            return True
        if self.rule == "change":
            return changes.within is True
        p = None if isinstance(difference, NotAvailable) else difference.p_value
        return isinstance(p, float) and p >= self.alpha

    def allows(self, construct: str, item: str, free: set[tuple[str, str]]) -> bool:
        """Whether one more item of a construct may be released."""
        items = self.measured[construct]
        count = len({one for name, one in free if name == construct} | {item})
        return count <= self.share * len(items) and len(items) - count >= _KEPT


@dataclass(frozen=True)
class Partial:
    """What came of it."""

    fit: Fit
    freed: tuple[Freed, ...]
    holds: bool
    note_zh: str = ""
    note_en: str = ""


@dataclass(frozen=True)
class _Candidate:
    construct: str
    item: str
    places: tuple[int, ...]


def release_until_it_holds(
    models: LadderModels, limits: Limits, fits: tuple[Fit, Fit], name: Step, released: Released
) -> Partial:
    """Release one item after the other; `fits` are the accepted step before and this one with everything equal."""
    below, fit = fits
    mine = list(released.get(name, ()))
    freed: list[Freed] = []
    while True:
        free = set(mine)
        candidates = [one for one in _candidates(models, fit, name) if limits.allows(one.construct, one.item, free)]
        if not candidates:
            return Partial(fit, tuple(freed), False, "可释放的题目已达上限", "no further item may be released")
        worst = _worst(models, fit, name, candidates)
        if worst.adjusted_p >= limits.alpha:
            said = "no single item explains the difference"
            return Partial(fit, tuple(freed), False, "没有单个题目能解释差异", said)
        freed.append(worst)
        mine.append((worst.construct, worst.item))
        fit = models.fit(name, {**released, name: tuple(mine)}, fit)
        if not fit.converged:
            return Partial(fit, tuple(freed), False, "释放后模型未收敛", "the model has not converged after a release")
        if limits.holds(below, fit, difference_between(below, fit), changes_between(below, fit, name)):
            return Partial(fit, tuple(freed), True)


def _candidates(models: LadderModels, fit: Fit, name: Step) -> list[_Candidate]:
    """Return the items whose equality this step states, with the places of their equalities."""
    owner = {item: construct for construct, items in reversed(models.measured.items()) for item in items}
    found: dict[tuple[str, str], list[int]] = {}
    for at, equality in enumerate(equalities(fit)):
        row = fit.assembly.rows[equality.places[0]]
        if row.op != _FAMILY[name]:
            continue
        if row.op == "=~":
            found.setdefault((row.lhs, row.rhs), []).append(at)
        elif row.lhs in owner and (row.op != "~~" or row.lhs == row.rhs):
            found.setdefault((owner[row.lhs], row.lhs), []).append(at)
    return [_Candidate(construct, item, tuple(places)) for (construct, item), places in found.items()]


def _worst(models: LadderModels, fit: Fit, name: Step, candidates: list[_Candidate]) -> Freed:
    robust = fit.request.robust and fit.request.missing in {"listwise", "ml", "pairwise"}
    tests = score_tests(fit, robust=robust)
    found = []
    for one in candidates:
        statistic, df = tests.joint(one.places)
        found.append((float(chdtrc(df, statistic)) if df else 1.0, -statistic, df, one))
    found.sort(key=lambda row: row[:2])
    p_value, negative, df, one = found[0]
    first = tests.releases[one.places[0]].parameters[0]
    return Freed(
        name,
        one.construct,
        one.item,
        f"{first.lhs}{first.op}{first.rhs}",
        -negative,
        df,
        p_value,
        min(1.0, p_value * len(candidates)),
        _changes(models, tests, one),
    )


def _changes(models: LadderModels, tests: ScoreTests, one: _Candidate) -> dict[str, float]:
    """Return the expected changes by group when the item's equalities are released together."""
    moves = tests.moves(one.places)
    wanted = tests.releases[one.places[0]].parameters[0]
    result: dict[str, float] = {}
    for place in one.places:
        release = tests.releases[place]
        for parameter, row in zip(release.parameters, release.columns, strict=True):
            if _same(parameter, wanted):
                result[models.labels[parameter.group - 1]] = float(moves[row])
    return dict(sorted(result.items(), key=lambda pair: models.labels.index(pair[0])))


def _same(one: Parameter, other: Parameter) -> bool:
    return (one.lhs, one.op, one.rhs) == (other.lhs, other.op, other.rhs)
