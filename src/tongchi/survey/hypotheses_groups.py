"""Do groups score alike on the constructs of a hypothesis that says so?

Equality is a claim that needs evidence of its own: supported only where the interval of every standardised difference lies within
the smallest one of interest, contradicted by one difference that is significant after correction and reaches it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongchi.survey.groups import GroupComparisons, PairComparison
from tongchi.survey.hypotheses_effects import EffectEstimate
from tongchi.survey.hypotheses_rule import Reason, Verdict, within
from tongchi.survey.multiplicity import adjust_p_values
from tongchi.survey.reliability import Interval
from tongchi.survey.unavailable import NotAvailable


@dataclass(frozen=True, slots=True)
class GroupPart:
    """One construct in two groups. Positive values mean that the first scores higher."""

    construct: str
    first: str
    second: str
    effect: EffectEstimate | NotAvailable
    p_adjusted: float | NotAvailable
    latent: bool = False
    """Whether these are latent means of a model in which items work alike in both groups."""


def group_parts(compared: GroupComparisons, adjustment: str) -> tuple[GroupPart, ...]:
    """Return one part for each construct and pair of groups, p corrected over all of them."""
    found: list[tuple[str, str, str, EffectEstimate | NotAvailable]] = []
    first_label, second_label = compared.labels[:2]
    for one in compared.comparisons:
        sizes = {each.label: each.n for each in one.groups}
        for pair in one.pairs:
            if isinstance(pair, NotAvailable):
                found.append((one.variable, first_label, second_label, pair))
            else:
                n = sizes[pair.first] + sizes[pair.second]
                found.append((one.variable, pair.first, pair.second, _pair_effect(pair, n)))
        if not one.pairs and isinstance(one.welch, NotAvailable):
            found.append((one.variable, first_label, second_label, one.welch))
    values = iter(adjust_p_values([e.p_value for *_, e in found if isinstance(e, EffectEstimate)], adjustment))
    return tuple(
        GroupPart(name, first, second, effect, effect if isinstance(effect, NotAvailable) else next(values))
        for name, first, second, effect in found
    )


def _pair_effect(pair: PairComparison, n: int) -> EffectEstimate | NotAvailable:
    if isinstance(pair.hedges_g, NotAvailable):
        return pair.hedges_g
    error = abs(pair.difference / pair.t) if pair.t else 0.0
    se = error or NotAvailable("se", "两组均值相等，未单独给出。", "The means are equal; it is not given apart.")
    return EffectEstimate(
        pair.difference, se, pair.interval, pair.hedges_g.value, pair.hedges_g.interval, pair.p_value, "welch", n
    )


def judge_equality(
    parts: Sequence[GroupPart], smallest: float, alpha: float
) -> tuple[Verdict | NotAvailable, Reason | NotAvailable]:
    """Judge "no difference": contradicted by one clear difference, supported only if every interval excludes one."""
    known = [(part.effect, part.p_adjusted) for part in parts if isinstance(part.effect, EffectEstimate)]
    if not known:
        none = NotAvailable("verdict", "没有可比较的构念。", "No construct can be compared.")
        return none, none
    if any(isinstance(p, float) and p < alpha and abs(effect.standardised) >= smallest for effect, p in known):
        return Verdict.CONTRADICTED, Reason.DIFFERENT
    intervals: list[Interval] = [effect.standardised_interval for effect, _ in known]
    if len(known) == len(parts) and all(within(interval, smallest) for interval in intervals):
        return Verdict.SUPPORTED, Reason.EQUIVALENT
    return Verdict.UNDECIDED, Reason.NOT_EQUIVALENT


def largest_difference(parts: Sequence[GroupPart]) -> EffectEstimate | NotAvailable:
    """Return the part with the largest standardised difference, which stands for the hypothesis in a table."""
    known = [part.effect for part in parts if isinstance(part.effect, EffectEstimate)]
    none = NotAvailable("effect", "没有可比较的构念。", "No construct can be compared.")
    return max(known, key=lambda effect: abs(effect.standardised), default=none)
