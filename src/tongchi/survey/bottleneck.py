"""Which construct binds: on average, as a necessary condition, or both?

The two readings stand side by side, for they answer different questions: what more of a construct would bring on average
(importance and performance), and without how much of it a high target does not occur (necessity). Neither is folded into the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tongchi.survey.importance_performance import ImportancePerformance, MappedConstruct
from tongchi.survey.necessity import CeilingEstimate, ConditionNecessity, Necessity
from tongchi.survey.necessity_ceilings import Ceiling
from tongchi.survey.unavailable import NotAvailable


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """One construct in both readings."""

    construct: str
    average: MappedConstruct | NotAvailable
    necessity: CeilingEstimate | NotAvailable


@dataclass(frozen=True, eq=False)
class Bottlenecks:
    """All constructs, the largest gain on average first; `necessary` are those that the rule of necessity names, by d."""

    target: str
    ceiling: Ceiling
    rows: tuple[Bottleneck, ...]
    binding_on_average: str | NotAvailable
    necessary: tuple[str, ...]

    def table(self) -> pl.DataFrame:
        """Return one row for each construct; what is not available is null."""
        return pl.DataFrame([_row(one) for one in self.rows], infer_schema_length=None)


def bottlenecks(
    target: str,
    average: ImportancePerformance | NotAvailable,
    necessity: Necessity | NotAvailable,
    *,
    ceiling: Ceiling = "ce_fdh",
) -> Bottlenecks:
    """Lay both readings of one target side by side. CE-FDH is the ceiling for answers on rating scales (Dul 2016)."""
    by_average = {} if isinstance(average, NotAvailable) else {one.construct: one for one in average.constructs}
    by_need = {} if isinstance(necessity, NotAvailable) else dict(necessity.conditions)
    no_effect = average if isinstance(average, NotAvailable) else _NO_PATH
    no_need = necessity if isinstance(necessity, NotAvailable) else _NOT_ASKED
    rows = []
    for name in dict.fromkeys((*by_average, *by_need)):
        found = by_need.get(name, no_need)
        estimate = found.ceilings[ceiling] if isinstance(found, ConditionNecessity) else found
        rows.append(Bottleneck(name, by_average.get(name, no_effect), estimate))
    rule = None if isinstance(necessity, NotAvailable) else necessity.rule
    needed = [
        (one.necessity.effect_size, one.construct)
        for one in rows
        if isinstance(one.necessity, CeilingEstimate) and one.necessity.verdict(rule) == "necessary"
    ]
    binding = average if isinstance(average, NotAvailable) else average.binding.construct
    return Bottlenecks(target, ceiling, tuple(rows), binding, tuple(name for _, name in sorted(needed, reverse=True)))


_NO_PATH = NotAvailable("importance", "模型中没有路径通向目标。", "No path of the model leads to the target.")
_NOT_ASKED = NotAvailable("necessity", "没有作为条件分析。", "It was not analysed as a condition.")


def _row(one: Bottleneck) -> dict[str, object]:
    average = None if isinstance(one.average, NotAvailable) else one.average
    need = None if isinstance(one.necessity, NotAvailable) else one.necessity
    test = None if need is None or isinstance(need.test, NotAvailable) else need.test
    return {
        "construct": one.construct,
        "importance": average.importance.value if average else None,
        "performance": average.performance if average else None,
        "gain": average.gain if average else None,
        "quadrant": average.quadrant.value if average else None,
        "d": need.effect_size if need else None,
        "p_value": test.p_value if test else None,
        "necessary": need.verdict() if need else None,
    }
