"""Do groups score alike on the constructs of a hypothesis that says so?

Equality is a claim that needs evidence of its own: supported only where the interval of every standardised difference lies within
the smallest one of interest, contradicted by one difference that is significant after correction and reaches it. Latent means
stand where an invariance ladder gives them; where it fails, scores are shown and nothing is judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scipy.special import ndtri

from tongchi.survey.groups import GroupComparison, GroupComparisons, LatentMeans, PairComparison
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


def group_parts(compared: GroupComparisons, adjustment: str, level: float = 0.95) -> tuple[GroupPart, ...]:
    """Return one part for each construct and pair of groups, latent where it can be, p corrected over all of them."""
    found: list[GroupPart] = []
    for one in compared.comparisons:
        sizes = {each.label: each.n for each in one.groups}
        latent = _latent_parts(one.variable, compared.latent, sizes, level)
        found += latent or _score_parts(one, compared.labels, sizes)
    tested = [part.effect.p_value for part in found if isinstance(part.effect, EffectEstimate)]
    values = iter(adjust_p_values(tested, adjustment))
    return tuple(
        replace(part, p_adjusted=next(values)) if isinstance(part.effect, EffectEstimate) else part for part in found
    )


def _latent_parts(name: str, latent: LatentMeans, sizes: Mapping[str, int], level: float) -> list[GroupPart]:
    if isinstance(latent, NotAvailable):
        return []
    reach = float(ndtri((1 + level) / 2))
    parts = []
    for one in latent:
        if one.construct != name or one.group not in sizes or one.reference not in sizes:
            continue
        effect = EffectEstimate(
            estimate=-one.estimate,  # a latent difference is that of the later group; a part that of the first
            se=one.se,
            interval=Interval(-one.estimate - reach * one.se, -one.estimate + reach * one.se, level),
            standardised=-one.standardised,
            standardised_interval=Interval(
                -one.standardised - reach * one.standardised_se, -one.standardised + reach * one.standardised_se, level
            ),
            p_value=one.p_value,
            method="latent",
            n=sizes[one.group] + sizes[one.reference],
        )
        parts.append(GroupPart(name, one.reference, one.group, effect, _PENDING, latent=True))
    return parts


def _score_parts(one: GroupComparison, labels: Sequence[str], sizes: Mapping[str, int]) -> list[GroupPart]:
    parts = []
    for pair in one.pairs:
        if isinstance(pair, NotAvailable):
            parts.append(GroupPart(one.variable, labels[0], labels[1], pair, pair))
        else:
            effect = _pair_effect(pair, sizes[pair.first] + sizes[pair.second])
            parts.append(GroupPart(one.variable, pair.first, pair.second, effect, _PENDING))
    if not one.pairs and isinstance(one.welch, NotAvailable):
        parts.append(GroupPart(one.variable, labels[0], labels[1], one.welch, one.welch))
    return parts


_PENDING = NotAvailable("p_adjusted", "没有 p 值。", "There is no p-value.")


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
