r"""Do the items mean the same to all groups, so that their constructs can be compared?

A ladder of models, each with more parameters equal across groups (Meredith 1993): configural, metric (loadings), scalar
(intercepts), strict (residual variances); for ordinal items configural, thresholds, loadings, intercepts, residuals (Wu &
Estabrook 2016). A step *holds* if its (scaled) chi-square difference from the accepted step before is not significant at `alpha`.
If it is, the equality with the largest joint score test is released, item by item, as long as the worst is significant after
Holm's correction, at most `share` of a construct's items are free and two stay equal (Byrne, Shavelson & Muthén 1989), until the
step holds *partially*. Beside the test stand the changes of CFI, RMSEA and SRMR with the cut-offs of Chen (2007), which can be the
rule in the place of the test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import polars as pl

from tongchi.errors import UnsupportedModelError
from tongchi.survey.instrument import Instrument
from tongchi.survey.invariance_means import LatentDifference, latent_differences
from tongchi.survey.invariance_models import LadderModels, Released, Step, categories_of
from tongchi.survey.invariance_partial import Freed, Limits, release_until_it_holds
from tongchi.survey.invariance_steps import Changes, changes_between, difference_between
from tongchi.survey.sem import Fit
from tongchi.survey.sem.likelihood_ratio import Step as Difference
from tongchi.survey.sem.request import ESTIMATORS
from tongchi.survey.sem.sample import Data, group_marks
from tongchi.survey.sem.syntax import read_syntax
from tongchi.survey.unavailable import NotAvailable

Verdict = Literal["holds", "partial", "fails", "not reached"]
_CARRIED: dict[Step, tuple[Step, ...]] = {
    "metric": ("scalar",),
    "thresholds": ("loadings", "intercepts"),
    "loadings": ("intercepts",),
}
"""What an item cannot be compared on once its parameter of a step is free."""
_MEANS: frozenset[Step] = frozenset({"scalar", "strict", "intercepts", "residuals"})


@dataclass(frozen=True)
class InvarianceStep:
    """One step next to the accepted one before it.

    `full` has all parameters of the step equal, `fit` is what was accepted (with those in `freed` released). H0 of `difference`
    and `full_difference`: the parameters that this step equates are equal in the population. None for the first step.
    """

    name: Step
    verdict: Verdict
    full: Fit
    fit: Fit
    full_difference: Difference | NotAvailable | None
    difference: Difference | NotAvailable | None
    full_changes: Changes | None
    changes: Changes | None
    freed: tuple[Freed, ...] = ()
    note_zh: str = ""
    note_en: str = ""


@dataclass(frozen=True)
class InvarianceLadder:
    """All steps, the parameters freed in order, and the latent means if they can be compared."""

    groups: tuple[str, ...]
    estimator: str
    identification_zh: str
    identification_en: str
    rule_zh: str
    rule_en: str
    steps: tuple[InvarianceStep, ...]
    latent_means: tuple[LatentDifference, ...] | NotAvailable

    @property
    def freed(self) -> tuple[Freed, ...]:
        """Everything that was released, in order."""
        return tuple(one for step in self.steps for one in step.freed)

    def step(self, name: str) -> InvarianceStep:
        """Return the step of that name; KeyError if the ladder has none."""
        found: dict[str, InvarianceStep] = {one.name: one for one in self.steps}
        return found[name]

    def table(self) -> pl.DataFrame:
        """Return one row per step: fit, difference from the accepted step before, changes of indices, verdict."""
        return pl.DataFrame([_row(one) for one in self.steps], infer_schema_length=None)


def _row(step: InvarianceStep) -> dict[str, Any]:
    measures, test = step.fit.fitmeasures, step.fit.tests[-1]
    difference = step.difference if isinstance(step.difference, Difference) else None
    changes = step.changes
    return {
        "step": step.name,
        "chisq": test.stat,
        "df": int(test.df),
        "pvalue": test.pvalue,
        "cfi": changes.cfi if changes else measures.get("cfi"),
        "rmsea": changes.rmsea if changes else measures.get("rmsea"),
        "srmr": measures.get("srmr"),
        "chisq_diff": _known(difference.chisq_diff) if difference else None,
        "df_diff": difference.df_diff if difference else None,
        "pvalue_diff": _known(difference.p_value) if difference else None,
        "cfi_change": changes.cfi_change if changes else None,
        "rmsea_change": changes.rmsea_change if changes else None,
        "srmr_change": changes.srmr_change if changes else None,
        "within_cutoffs": changes.within if changes else None,
        "verdict": step.verdict,
        "freed": ", ".join(one.relation for one in step.freed),
    }


def _known(value: float | NotAvailable | None) -> float | None:
    return None if isinstance(value, NotAvailable) else value


def invariance(
    model: str | Instrument,
    data: Data,
    group: str,
    *,
    estimator: str = "default",
    ordered: str | Sequence[str] = (),
    group_labels: Sequence[str] | None = None,
    alpha: float = 0.05,
    share: float = 0.5,
    partial: bool = True,
    rule: Literal["test", "change"] = "test",
    options: Mapping[str, Any] | None = None,
) -> InvarianceLadder:
    """Climb the ladder.

    Parameters
    ----------
    model : measurement model in lavaan's syntax, or an instrument, whose constructs of two items and more are taken
    data : scored answers, reversed items turned
    group : column of the groups; the first of `group_labels` (or to appear) is the reference
    ordered : ordinal items, or "all"; then WLSMV and the ladder of Wu and Estabrook
    alpha : level of the difference tests and, after Holm, of the score tests
    share : largest share of a construct's items that may be freed
    partial : False releases nothing
    rule : "test" judges a step by the difference of chi-square, "change" by the cut-offs of Chen (2007), for large samples, where
        every difference is significant
    options : further arguments of `Model.fit`, such as missing or cluster

    Raises
    ------
    UnsupportedModelError, SampleError, UnknownVariableError, NotIdentifiedError
        as from `Model.fit`.
    """
    models = _models(
        model,
        data,
        group,
        ordered=ordered,
        group_labels=group_labels,
        options={"estimator": estimator, **(options or {})},
    )
    limits = Limits(alpha, share, models.measured, _rule(rule))
    steps = _climb(models, limits, partial)
    reached = [step for step in steps if step.name in _MEANS and step.verdict in {"holds", "partial"}]
    return InvarianceLadder(
        groups=models.labels,
        estimator=steps[0].fit.estimator,
        identification_zh=models.identification("zh"),
        identification_en=models.identification("en"),
        rule_zh=_RULE_ZH[limits.rule].format(alpha=alpha, share=share),
        rule_en=_RULE_EN[limits.rule].format(alpha=alpha, share=share),
        steps=steps,
        latent_means=latent_differences(reached[0].fit) if reached else _no_means(steps),
    )


_RELEASE_ZH = (
    "否则按联合得分检验逐题释放（Holm 校正后 p < {alpha:g} 方可释放，每一构念至多释放 {share:.0%} 的题目且至少保留两题等同），"
    "直至成立，为部分成立。"
)
_RELEASE_EN = (
    "Otherwise items are released one by one by joint score tests (only where p < {alpha:g} after Holm's correction, at most "
    "{share:.0%} of a construct's items, two stay equal) until it holds: it then holds partially."
)
_RULE_ZH = {
    "test": "与前一已接受步骤的卡方差异检验 p ≥ {alpha:g} 即成立；"
    + _RELEASE_ZH
    + "另列 ΔCFI、ΔRMSEA、ΔSRMR 与 Chen (2007) 的界值。",
    "change": "除非 CFI 下降 .010 以上且 RMSEA 上升 .015 以上（或 SRMR 上升：载荷 .030、其余 .010 以上，Chen 2007），即成立；"
    + _RELEASE_ZH
    + "另列卡方差异检验。",
}
_RULE_EN = {
    "test": "A step holds if its chi-square difference from the accepted step before has p >= {alpha:g}. "
    + _RELEASE_EN
    + " Changes of CFI, RMSEA and SRMR are shown with the cut-offs of Chen (2007).",
    "change": "A step holds unless CFI falls by .010 or more and RMSEA rises by .015 or more, or SRMR by .030 (loadings) or .010 "
    "(others) or more (Chen 2007). " + _RELEASE_EN + " Chi-square differences are shown beside it.",
}


def _rule(rule: str) -> Literal["test", "change"]:
    if rule not in {"test", "change"}:
        raise UnsupportedModelError(found=f"rule={rule!r}", expected="test, change")
    return "change" if rule == "change" else "test"


def _models(
    model: str | Instrument,
    data: Data,
    group: str,
    *,
    ordered: str | Sequence[str],
    group_labels: Sequence[str] | None,
    options: Mapping[str, Any],
) -> LadderModels:
    syntax = model if isinstance(model, str) else _syntax_of(model)
    terms = read_syntax(syntax).terms
    constructs = {term.lhs for term in terms if term.op == "=~"}
    items = list(dict.fromkeys(t.rhs for t in terms if t.op == "=~" and t.rhs not in constructs))
    if not constructs:
        raise UnsupportedModelError(found="没有 =~ 的模型 / a model without =~", expected="=~")
    chosen = (
        items if ordered in ("all", "True") else [ordered] if isinstance(ordered, str) and ordered else list(ordered)
    )
    marks = [mark for mark in group_marks(data, group) if mark is not None]
    labels = tuple(group_labels) if group_labels is not None else tuple(dict.fromkeys(marks))
    name = str(options["estimator"]).upper()
    if name in ESTIMATORS and ESTIMATORS[name][0] == "DWLS" and not chosen:
        chosen = items
    return LadderModels(syntax, data, group, labels, options, categories_of(data, chosen))


def _syntax_of(instrument: Instrument) -> str:
    lines = []
    for construct in instrument.constructs:
        codes = [item.code for item in instrument.items_of(construct.code)]
        if len(codes) > 1:
            lines.append(f"{construct.code} =~ {' + '.join(codes)}")
    return "\n".join(lines)


def _climb(models: LadderModels, limits: Limits, partial: bool) -> tuple[InvarianceStep, ...]:
    first = models.fit(models.steps[0], {})
    steps = [
        InvarianceStep(models.steps[0], "holds" if first.converged else "fails", first, first, None, None, None, None)
    ]
    released: dict[Step, tuple[tuple[str, str], ...]] = {}
    for name in models.steps[1:]:
        below = steps[-1]
        step = _next(models, limits, below, name, released=released, partial=partial)
        steps.append(step)
        for one in step.freed:
            for at in (name, *_CARRIED.get(name, ())):
                released[at] = (*released.get(at, ()), (one.construct, one.item))
    return tuple(steps)


def _next(
    models: LadderModels,
    limits: Limits,
    below: InvarianceStep,
    name: Step,
    *,
    released: Released,
    partial: bool,
) -> InvarianceStep:
    full = models.fit(name, released, below.fit)
    difference, changes = difference_between(below.fit, full), changes_between(below.fit, full, name)
    step = InvarianceStep(name, "holds", full, full, difference, difference, changes, changes)
    if below.verdict in {"fails", "not reached"}:
        said = ("前一步不成立，本步仅供参考", "the step before does not hold; shown for information")
        return _with(step, "not reached", said)
    if not full.converged:
        return _with(step, "fails", ("模型未收敛", "the model has not converged"))
    if limits.holds(below.fit, full, difference, changes):
        return step
    if not partial:
        return _with(step, "fails", ("不符合判定规则", "it does not meet the rule"))
    found = release_until_it_holds(models, limits, (below.fit, full), name, released)
    return InvarianceStep(
        name,
        "partial" if found.holds else "fails",
        full,
        found.fit,
        difference,
        difference_between(below.fit, found.fit),
        changes,
        changes_between(below.fit, found.fit, name),
        found.freed,
        found.note_zh,
        found.note_en,
    )


def _with(step: InvarianceStep, verdict: Verdict, note: tuple[str, str]) -> InvarianceStep:
    return replace(step, verdict=verdict, note_zh=note[0], note_en=note[1])


def _no_means(steps: Sequence[InvarianceStep]) -> NotAvailable:
    failed = next((step for step in steps if step.verdict == "fails"), steps[-1])
    return NotAvailable(
        "latent mean difference",
        f"“{failed.name}”一步即使部分释放也不成立（{failed.note_zh}），各组的构念均值不可比较",
        f"the step “{failed.name}” does not hold even partially ({failed.note_en}); means of constructs cannot be compared",
    )
