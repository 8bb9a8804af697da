r"""How is each step of measurement invariance written as a model?

Continuous items: constructs have mean 0 and variance 1 in the first group, so no item is singled out as a marker; equal loadings
free the variances of the other groups, equal intercepts their means. Ordinal items by Wu and Estabrook (2016): response
variables with intercept 0 and residual variance 1 in the first group (theta parameterization); equal thresholds free both in the
other groups, equal loadings the variances of constructs, equal intercepts (all 0) their means, and equal residual variances are all
1. An item of two categories cannot tell its residual variance from the rest and keeps 1 throughout.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from tongchi.errors import UnsupportedModelError
from tongchi.survey.sem import Fit, Model
from tongchi.survey.sem.sample import Data, number_columns
from tongchi.survey.sem.syntax import Formulas, read_syntax

Step = Literal["configural", "metric", "scalar", "strict", "thresholds", "loadings", "intercepts", "residuals"]
CONTINUOUS: tuple[Step, ...] = ("configural", "metric", "scalar", "strict")
ORDINAL: tuple[Step, ...] = ("configural", "thresholds", "loadings", "intercepts", "residuals")
_EQUAL: dict[Step, tuple[str, ...]] = {
    "configural": (),
    "metric": ("loadings",),
    "scalar": ("loadings", "intercepts"),
    "strict": ("loadings", "intercepts", "residuals"),
}
_IDENTIFICATION = {
    "zh": (
        "各组构念在第一组均值为 0、方差为 1（标准化潜变量定标），不指定标记题",
        "Wu 与 Estabrook（2016）识别条件，theta 参数化",
    ),
    "en": (
        "constructs have mean 0 and variance 1 in the first group; no marker item",
        "identification by Wu and Estabrook (2016), theta parameterization",
    ),
}

Released = Mapping[Step, Collection[tuple[str, str]]]
"""Pairs of construct and item whose parameter of a step differs between groups."""


@dataclass(frozen=True)
class LadderModels:
    """A measurement model, its data, and how to fit it; `categories` of each ordinal item, from the data."""

    syntax: str
    data: Data = field(repr=False)
    group: str
    labels: tuple[str, ...]
    options: Mapping[str, Any]
    categories: Mapping[str, int] = field(default_factory=dict)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The ladder, from the freest model on."""
        return ORDINAL if self.categories else CONTINUOUS

    def identification(self, language: Literal["zh", "en"]) -> str:
        """What makes the models identified, by name."""
        return _IDENTIFICATION[language][bool(self.categories)]

    @cached_property
    def measured(self) -> dict[str, tuple[str, ...]]:
        """Constructs and the items or constructs that show them."""
        found: dict[str, list[str]] = {}
        for term in read_syntax(self.syntax).terms:
            if term.op == "=~":
                found.setdefault(term.lhs, []).append(term.rhs)
        return {name: tuple(items) for name, items in found.items()}

    def fit(self, step: Step, released: Released, after: Fit | None = None) -> Fit:
        """Fit the model of a step with some parameters released, going on from an earlier fit of the ladder."""
        common = {"group": self.group, "group_labels": self.labels, "after": after, **self.options}
        if self.categories:
            text = "\n".join(_ordinal_syntax(self, step, released))
            return Model(text).fit(self.data, ordered=tuple(self.categories), parameterization="theta", **common)
        partial = [relation for at, pairs in released.items() for relation in _relations(at, pairs)]
        return Model(self.syntax).fit(self.data, std_lv=True, group_equal=_EQUAL[step], group_partial=partial, **common)


def _relations(step: Step, pairs: Collection[tuple[str, str]]) -> Iterator[str]:
    for construct, item in pairs:
        if step == "metric":
            yield f"{construct}=~{item}"
        elif step == "scalar":
            yield f"{item}~1"
        else:
            yield f"{item}~~{item}"


def _ordinal_syntax(models: LadderModels, step: Step, released: Released) -> Iterator[str]:
    """Yield the lines of one step; a released item is written as if the step had not come."""
    rank = ORDINAL.index(step)
    formulas = read_syntax(models.syntax)
    _require_plain(formulas)
    groups = len(models.labels)
    measured = models.measured

    def holds(name: Step, construct: str, item: str) -> bool:
        return rank >= ORDINAL.index(name) and (construct, item) not in released.get(name, ())

    owner: dict[str, str] = {}
    for construct, items in measured.items():
        for item in items:
            owner.setdefault(item, construct)
            yield (
                f"{construct} =~ {_free(groups)}*{item} + "
                + _labels(f"l.{construct}.{item}", groups, holds("loadings", construct, item))
                + f"*{item}"
            )
    for item, construct in owner.items():
        yield from _item_lines(
            item, groups, models.categories.get(item, 0), {name: holds(name, construct, item) for name in ORDINAL}
        )
    for construct in measured:
        yield f"{construct} ~~ {_first('1', groups, rank >= 2)}*{construct}"
        yield f"{construct} ~ {_first('0', groups, rank >= 3)}*1"
    for term in formulas.terms:
        if term.op == "~~" and term.lhs != term.rhs:
            yield f"{term.lhs} ~~ {term.rhs}"


def _item_lines(item: str, groups: int, categories: int, holds: Mapping[Step, bool]) -> Iterator[str]:
    """Yield thresholds, intercept and residual variance of an item; constraints to 0 or 1 are stated, so that they can be tested."""
    if not categories:
        yield f"{item} ~ {_labels(f'n.{item}', groups, holds['intercepts'])}*1"
        yield f"{item} ~~ {_labels(f'u.{item}', groups, holds['residuals'])}*{item}"
        return
    for at in range(1, categories):
        yield f"{item} | {_labels(f't.{item}.{at}', groups, holds['thresholds'])}*t{at}"
    moves, spreads = holds["thresholds"], holds["thresholds"] and categories > 2
    yield f"{item} ~ {_first('0', groups, moves)}*1" + (f" + {_labels(f'n.{item}', groups, False)}*1" if moves else "")
    yield f"{item} ~~ {_first('1', groups, spreads)}*{item}" + (
        f" + {_labels(f'u.{item}', groups, False)}*{item}" if spreads else ""
    )
    for group in range(2, groups + 1):
        if moves and holds["intercepts"]:
            yield f"n.{item}.g{group} == 0"
        if spreads and holds["residuals"]:
            yield f"u.{item}.g{group} == 1"


def _require_plain(formulas: Formulas) -> None:
    constructs = {term.lhs for term in formulas.terms if term.op == "=~"}
    for term in formulas.terms:
        second = term.op == "=~" and term.rhs in constructs
        if term.op not in {"=~", "~~"} or term.fixed or term.label or term.start or second:
            raise UnsupportedModelError(
                place=f"line {term.line}",
                found=f"{term.lhs} {term.op} {term.rhs}",
                expected="=~, ~~（题目直接测构念，不加修饰 / items that show constructs, without modifiers）",
            )


def _free(groups: int) -> str:
    return f"c({', '.join(['NA'] * groups)})"


def _labels(name: str, groups: int, shared: bool) -> str:
    return f"c({', '.join([name] * groups if shared else [f'{name}.g{at}' for at in range(1, groups + 1)])})"


def _first(value: str, groups: int, others_free: bool) -> str:
    """Return the value for the first group, and for the others the same or NA."""
    return f"c({', '.join([value] + (['NA'] if others_free else [value]) * (groups - 1))})"


def categories_of(data: Data, items: Sequence[str]) -> dict[str, int]:
    """Return how many different answers each item has."""
    found = {}
    for item in items:
        values = number_columns(data, [item])[:, 0]
        found[item] = len(set(values[values == values].tolist()))
    return found
