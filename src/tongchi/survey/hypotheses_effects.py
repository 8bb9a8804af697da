"""What is the one number that a hypothesis is about, and how sure is it?

Direct: the path of a fitted model, over groups the mean weighted by their cases. Mediated: the product of paths, with the delta
method or, where draws are given, a percentile bootstrap. Level: the mean of a scale less its reference, with Student's interval; standardised by the standard deviation of the
scores, with the interval of the noncentral t distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from scipy import special

from tongchi.errors import TongchiError
from tongchi.survey.groups import noncentrality_interval
from tongchi.survey.instrument import Hypothesis, Instrument
from tongchi.survey.reliability import Interval
from tongchi.survey.scale_scores import mean_score
from tongchi.survey.sem.bootstrap import Bootstrap
from tongchi.survey.sem.result import Fit
from tongchi.survey.structural_model import StructuralModel
from tongchi.survey.unavailable import NotAvailable


@dataclass(frozen=True, slots=True)
class EffectEstimate:
    """One effect. H0 of `p_value`: it is zero. `method` says how the interval was made: delta, bootstrap, t or welch."""

    estimate: float
    se: float | NotAvailable
    interval: Interval
    standardised: float
    standardised_interval: Interval
    p_value: float
    method: str
    n: int


def path_effect(
    hypothesis: Hypothesis,
    model: StructuralModel,
    fit: Fit,
    *,
    level: float = 0.95,
    draws: Bootstrap | NotAvailable | None = None,
) -> EffectEstimate | NotAvailable:
    """Return a direct or mediated effect as `fit` estimates it; mediated ones by `draws` where there are any."""
    if any(model.path(*edge) is None for edge in pairwise(hypothesis.path)):
        return NotAvailable("effect", "模型中没有该路径。", "The model has no such path.")
    if fit.vcov is None:
        reason = "; ".join(fit.notes) or "-"
        return NotAvailable("effect", f"没有标准误：{reason}。", f"There is no standard error: {reason}.")
    raw, unit = (_along(hypothesis, model, fit, standardised=kind) for kind in (False, True))
    if not np.isfinite([*raw, *unit]).all() or not raw[1] > 0:
        return NotAvailable("effect", "没有可用的标准误。", "There is no usable standard error.")
    reach = float(special.ndtri((1 + level) / 2))
    found = EffectEstimate(
        estimate=raw[0],
        se=raw[1],
        interval=_around(raw[0], reach * raw[1], level),
        standardised=unit[0],
        standardised_interval=_around(unit[0], reach * unit[1], level),
        p_value=float(2 * special.ndtr(-abs(raw[0] / raw[1]))),
        method="delta",
        n=sum(part.count for part in fit.sample.moments),
    )
    name = next((one.name for one in model.effects if one.hypothesis == hypothesis.id), None)
    if name is not None and isinstance(draws, Bootstrap):
        return _resampled(found, draws, name, level)
    return found


def _along(hypothesis: Hypothesis, model: StructuralModel, fit: Fit, *, standardised: bool) -> tuple[float, float]:
    """Return the product of the coefficients along a path and its error; over groups the mean, weighted by their cases."""
    values, slopes = fit.with_slopes(standardised=standardised)
    place = {(row.group, row.lhs, row.rhs): at for at, row in enumerate(fit.assembly.rows) if row.op == "~"}
    counts = [part.count for part in fit.sample.moments]
    total, along = 0.0, np.zeros(slopes.shape[1])
    names = [model.variable(code) for code in hypothesis.path]
    for group, count in enumerate(counts, start=1):
        rows = [place[group, effect, cause] for cause, effect in pairwise(names)]
        weight = count / sum(counts)
        total += weight * float(np.prod(values[rows]))
        for at in rows:
            along = along + weight * float(np.prod([values[other] for other in rows if other != at])) * slopes[at]
    variance = float(along @ np.asarray(fit.vcov) @ along)
    return total, float(np.sqrt(max(variance, 0.0)))


def _around(value: float, reach: float, level: float) -> Interval:
    return Interval(value - reach, value + reach, level)


def _resampled(found: EffectEstimate, draws: Bootstrap, name: str, level: float) -> EffectEstimate:
    """Replace errors, intervals and p by those of the draws; the delta method stays where the draws give none."""
    try:
        raw = draws.parameter(name)
        ends = raw.interval("perc", level)
        several = (
            len(draws.fit.sample.moments) > 1
        )  # standardised draws of a defined effect are those of the first group
        unit_ends = None if several else draws.parameter(name, standardized=True).interval("perc", level)
        values = np.asarray(raw.draws, dtype=np.float64)
    except TongchiError:
        return found
    if isinstance(ends, NotAvailable) or isinstance(unit_ends, NotAvailable):
        return found
    if unit_ends is None:
        ratio = found.standardised / found.estimate
        unit_ends = (ends[0] * ratio, ends[1] * ratio)
    tail = min(int((values <= 0).sum()), int((values >= 0).sum()))
    return EffectEstimate(
        estimate=found.estimate,
        se=raw.error,
        interval=Interval(ends[0], ends[1], level),
        standardised=found.standardised,
        standardised_interval=Interval(unit_ends[0], unit_ends[1], level),
        p_value=min(1.0, 2 * (tail + 1) / (len(values) + 1)),
        method="bootstrap",
        n=found.n,
    )


def level_effect(
    hypothesis: Hypothesis, instrument: Instrument, answers: pl.DataFrame, *, level: float = 0.95
) -> EffectEstimate | NotAvailable:
    """Return mean minus reference of a construct's scale or of single items; answers are scored."""
    named = hypothesis.items or tuple(item.code for item in instrument.items_of(hypothesis.target))
    items = [code for code in named if code in answers.columns]
    if not items:
        return NotAvailable("level", "答卷中没有相应题目。", "The answers have none of its items.")
    scores = mean_score(answers, items).drop_nulls().to_numpy()
    n = len(scores)
    if n < 3 or np.ptp(scores) == 0:
        return NotAvailable("level", f"{n} 个得分，没有差异或太少。", f"{n} scores: too few, or all the same.")
    reference = instrument.scale.midpoint if hypothesis.reference is None else hypothesis.reference
    away, sd = float(scores.mean()) - reference, float(scores.std(ddof=1))
    error = sd / np.sqrt(n)
    t = away / error
    low, high = noncentrality_interval(t, n - 1, level)
    return EffectEstimate(
        estimate=away,
        se=float(error),
        interval=_around(away, float(special.stdtrit(n - 1, (1 + level) / 2) * error), level),
        standardised=away / sd,
        standardised_interval=Interval(low / float(np.sqrt(n)), high / float(np.sqrt(n)), level),
        p_value=float(2 * special.stdtr(n - 1, -abs(t))),
        method="t",
        n=n,
    )
