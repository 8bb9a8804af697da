"""Which hypotheses do the answers support, which do they contradict, and which remain open?

One row for each hypothesis: estimate, standard error, interval, standardised effect, p-values as they are and corrected for the number of
hypotheses, and a verdict by the rule of `hypotheses_rule`. The verdict rests on interval and effect size, not on p.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from tongchi.survey.groups import LatentMeans, compare_groups
from tongchi.survey.hypotheses_effects import EffectEstimate, level_effect, path_effect
from tongchi.survey.hypotheses_groups import GroupPart, group_parts, judge_equality, largest_difference
from tongchi.survey.hypotheses_rule import REASONS, Reason, Rule, Verdict
from tongchi.survey.instrument import Hypothesis, HypothesisKind, Instrument
from tongchi.survey.multiplicity import adjust_p_values
from tongchi.survey.responses import Responses
from tongchi.survey.scale_scores import items_present, scale_scores
from tongchi.survey.sem.bootstrap import Bootstrap, bootstrap
from tongchi.survey.sem.model import Model
from tongchi.survey.sem.result import Fit
from tongchi.survey.structural_model import StructuralModel, StructuralModels, structural_models
from tongchi.survey.unavailable import NotAvailable, unless_refused


@dataclass(frozen=True, slots=True)
class HypothesisResult:
    """One hypothesis and its verdict; `model` names the structural model that tests it, `parts` the constructs of a group one."""

    hypothesis: Hypothesis
    effect: EffectEstimate | NotAvailable
    p_adjusted: float | NotAvailable
    verdict: Verdict | NotAvailable
    reason: Reason | NotAvailable
    smallest: float
    model: str = ""
    parts: tuple[GroupPart, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    """Cautions, in Chinese and English."""

    @property
    def id(self) -> str:
        """The name of the hypothesis."""
        return self.hypothesis.id

    def why(self, language: str = "zh") -> str:
        """Return the reason for the verdict in words."""
        at = 0 if language == "zh" else 1
        if isinstance(self.reason, NotAvailable):
            return (self.reason.zh, self.reason.en)[at]
        return REASONS[self.reason][at]


@dataclass(frozen=True, eq=False)
class HypothesisTable:
    """All hypotheses of an instrument, in its order."""

    results: tuple[HypothesisResult, ...]
    rule: Rule
    adjustment: str
    estimator: str
    missing: str
    models: StructuralModels | NotAvailable
    fits: Mapping[str, Fit | NotAvailable]
    """Structural model by name to its fit."""
    ordered: bool = False
    """Whether items counted as ordinal."""

    def of(self, name: str) -> HypothesisResult:
        """Return the result of one hypothesis."""
        return next(one for one in self.results if one.id == name)

    def counts(self) -> dict[str, int]:
        """Return how many hypotheses have each verdict, and how many none."""
        words = [one.verdict if isinstance(one.verdict, Verdict) else "not_available" for one in self.results]
        return {name: words.count(name) for name in (*Verdict, "not_available")}

    def table(self, language: str = "zh") -> pl.DataFrame:
        """Return one row for each hypothesis; numbers that do not exist are null, the reason stands last."""
        return pl.DataFrame([_line(one, language) for one in self.results], schema=_SCHEMA, orient="row")


_SCHEMA = {
    "id": pl.String,
    "kind": pl.String,
    "statement": pl.String,
    "sign": pl.String,
    "estimate": pl.Float64,
    "se": pl.Float64,
    "ci_lower": pl.Float64,
    "ci_upper": pl.Float64,
    "standardised": pl.Float64,
    "std_lower": pl.Float64,
    "std_upper": pl.Float64,
    "p_value": pl.Float64,
    "p_adjusted": pl.Float64,
    "smallest": pl.Float64,
    "verdict": pl.String,
    "model": pl.String,
    "method": pl.String,
    "n": pl.Int64,
    "reason": pl.String,
}


def _line(one: HypothesisResult, language: str) -> dict[str, object]:
    stated = one.hypothesis
    line: dict[str, object] = {
        "id": one.id,
        "kind": stated.kind.value,
        "statement": stated.zh if language == "zh" else stated.en,
        "sign": stated.sign,
        "smallest": one.smallest,
        "verdict": one.verdict.value if isinstance(one.verdict, Verdict) else None,
        "model": one.model,
        "p_adjusted": None if isinstance(one.p_adjusted, NotAvailable) else one.p_adjusted,
        "reason": one.why(language),
    }
    effect = one.effect
    if isinstance(effect, NotAvailable):
        return line
    return line | {
        "estimate": effect.estimate,
        "se": None if isinstance(effect.se, NotAvailable) else effect.se,
        "ci_lower": effect.interval.lower,
        "ci_upper": effect.interval.upper,
        "standardised": effect.standardised,
        "std_lower": effect.standardised_interval.lower,
        "std_upper": effect.standardised_interval.upper,
        "p_value": effect.p_value,
        "method": effect.method,
        "n": effect.n,
    }


def hypotheses(
    instrument: Instrument,
    answers: Responses | pl.DataFrame,
    *,
    constructs: Mapping[str, Sequence[str]] | None = None,
    estimator: str = "ML",
    missing: str = "listwise",
    ordered: bool = False,
    fits: Mapping[str, Fit | NotAvailable] | None = None,
    rule: Rule | None = None,
    adjustment: str = "holm",
    draws: int = 0,
    seed: int = 1,
    latent_means: Mapping[str, LatentMeans] | None = None,
    within: str | None = None,
    after: Fit | None = None,
) -> HypothesisTable:
    """Test every hypothesis of an instrument.

    Parameters
    ----------
    answers : responses, or a frame of scored answers (reversed items turned round)
    constructs : items to use for each construct; by default all that the answers have
    estimator, missing, ordered : how the structural models are fitted; `ordered` takes all items as ordinal
    fits : fits by the name of the structural model, if they exist already; others are made here
    rule : smallest effects of interest and level
    adjustment : "holm", "benjamini-hochberg" or "none", over all hypotheses with a p-value; within a group hypothesis over its
        constructs as well
    draws : bootstrap draws for mediated effects; 0 takes the delta method
    latent_means : by the column of groups, the latent differences of its invariance ladder, or why there are none; group hypotheses
        then speak of constructs, or are not judged because means cannot be compared
    within : column of groups in which the paths are estimated, with loadings and paths equal in all: what differs between groups as a
        whole then passes for no path. Ordinal items, and data that refuse it, are pooled, which the notes say
    after : an earlier fit of the same answers, whose moments are taken over where they are those of these models
    """
    rule = rule or Rule()
    frame = answers.scored() if isinstance(answers, Responses) else answers
    present = items_present(instrument, frame) if constructs is None else constructs
    models = structural_models(instrument, present)
    known = dict(fits or {})
    needed = () if isinstance(models, NotAvailable) else models.all
    way = _Way(estimator, missing, ordered, None if ordered else within)
    pooled: dict[str, NotAvailable] = {}
    for model in needed:
        if model.name not in known:
            fit, refused = way.fit(model, frame, after)
            known[model.name], after = fit, fit if isinstance(fit, Fit) else after
            pooled |= {} if refused is None else {model.name: refused}
    resampled = _resample(needed, known, frame, draws, seed)
    judge = _Judge(instrument, frame, present, models, known, resampled, rule, adjustment, latent_means or {}, pooled)
    results = [judge.result(one) for one in instrument.hypotheses]
    return HypothesisTable(_adjusted(results, adjustment), rule, adjustment, estimator.upper(), missing, models, known)


@dataclass(frozen=True)
class _Way:
    estimator: str
    missing: str
    ordered: bool
    within: str | None

    def fit(
        self, model: StructuralModel, answers: pl.DataFrame, after: Fit | None
    ) -> tuple[Fit | NotAvailable, NotAvailable | None]:
        """Return the fit, within groups if it can be, and why it could not."""
        inside = None if self.within is None else self._fit(model, answers, self.within, after)
        if isinstance(inside, Fit):
            return inside, None
        return self._fit(model, answers, None, after), inside

    def _fit(
        self, model: StructuralModel, answers: pl.DataFrame, within: str | None, after: Fit | None
    ) -> Fit | NotAvailable:
        return fit_structure(
            model,
            answers,
            estimator=self.estimator,
            missing=self.missing,
            ordered=self.ordered,
            within=within,
            after=after,
        )


def fit_structure(
    model: StructuralModel,
    answers: pl.DataFrame,
    *,
    estimator: str = "ML",
    missing: str = "listwise",
    ordered: bool = False,
    within: str | None = None,
    after: Fit | None = None,
) -> Fit | NotAvailable:
    """Fit one structural model, within the groups of a column if one is given, or say why it cannot be fitted.

    `after` is an earlier fit of the same answers.
    """
    items = [code for codes in model.constructs.values() for code in codes]
    equal = () if within is None else ("loadings", "regressions")
    fit = unless_refused(
        f"{model.name} ({estimator})",
        lambda: Model(model.syntax).fit(
            answers,
            estimator,
            within,
            missing=missing,
            ordered=tuple(items) if ordered else (),
            fixed_x=False,
            group_equal=equal,
            after=after,
        ),
    )
    if isinstance(fit, Fit) and not fit.converged:
        return NotAvailable("fit", "迭代未收敛。", f"The iterations did not converge: {'; '.join(fit.notes)}.")
    return fit


def _resample(
    models: Sequence[StructuralModel],
    fits: Mapping[str, Fit | NotAvailable],
    answers: pl.DataFrame,
    draws: int,
    seed: int,
) -> dict[str, Bootstrap | NotAvailable]:
    found: dict[str, Bootstrap | NotAvailable] = {}
    for model in models:
        fit = fits[model.name]
        if draws > 0 and model.effects and isinstance(fit, Fit):
            found[model.name] = unless_refused(
                "bootstrap",
                lambda fit=fit: bootstrap(fit, answers, draws, seed=seed, standardized=True),  # type: ignore[misc]
            )
    return found


def _adjusted(results: Sequence[HypothesisResult], method: str) -> tuple[HypothesisResult, ...]:
    raw = [_family_p(one) for one in results]
    values = iter(adjust_p_values([p for p in raw if p is not None], method))
    none = NotAvailable("p_adjusted", "没有 p 值。", "There is no p-value.")
    return tuple(
        replace(one, p_adjusted=none if p is None else next(values)) for one, p in zip(results, raw, strict=True)
    )


def _family_p(one: HypothesisResult) -> float | None:
    """Return the p with which a hypothesis enters the family: a group one with the smallest of its corrected parts."""
    if one.parts:
        return min((part.p_adjusted for part in one.parts if isinstance(part.p_adjusted, float)), default=None)
    return None if isinstance(one.effect, NotAvailable) else one.effect.p_value


@dataclass(frozen=True, eq=False)
class _Judge:
    instrument: Instrument
    answers: pl.DataFrame
    constructs: Mapping[str, Sequence[str]]
    models: StructuralModels | NotAvailable
    fits: Mapping[str, Fit | NotAvailable]
    draws: Mapping[str, Bootstrap | NotAvailable]
    rule: Rule
    adjustment: str
    latent_means: Mapping[str, LatentMeans]
    pooled: Mapping[str, NotAvailable]

    def result(self, one: Hypothesis) -> HypothesisResult:
        if one.kind is HypothesisKind.GROUP:
            return self._groups(one)
        if one.kind is HypothesisKind.LEVEL:
            return self._judged(one, level_effect(one, self.instrument, self.answers, level=self.rule.level), "")
        return self._path(one)

    def _path(self, one: Hypothesis) -> HypothesisResult:
        if isinstance(self.models, NotAvailable):
            return self._judged(one, self.models, "")
        model = self.models.model_of.get(one.id)
        if model is None:
            return self._judged(one, self.models.not_tested[one.id], "")
        fit = self.fits[model.name]
        if isinstance(fit, NotAvailable):
            return self._judged(one, fit, model.name)
        effect = path_effect(one, model, fit, level=self.rule.level, draws=self.draws.get(model.name))
        notes = (
            []
            if fit.admissible
            else [("解不恰当（如负方差），谨慎解读。", "The solution is improper: read with care.")]
        )
        if model is not self.models.main:
            notes.append(
                ("该路径处于回路中，由替代模型估计。", "The path lies in a loop; an alternative model estimates it.")
            )
        if model.name in self.pooled:
            why = self.pooled[model.name]
            notes.append((f"各组合并估计：{why.zh}", f"Groups are pooled: {why.en}"))
        return replace(self._judged(one, effect, model.name), notes=tuple(notes))

    def _judged(self, one: Hypothesis, effect: EffectEstimate | NotAvailable, model: str) -> HypothesisResult:
        smallest = self.rule.smallest(one)
        pending = NotAvailable("p_adjusted", "没有 p 值。", "There is no p-value.")
        if one.sign is None and not isinstance(effect, NotAvailable):
            effect = NotAvailable("verdict", "假设没有给出方向。", "The hypothesis states no sign.")
        if isinstance(effect, NotAvailable) or one.sign is None:
            reason = effect if isinstance(effect, NotAvailable) else pending
            return HypothesisResult(one, effect, pending, reason, reason, smallest, model)
        verdict, why = self.rule.judge(
            one.sign, effect.interval, effect.standardised, effect.standardised_interval, smallest
        )
        return HypothesisResult(one, effect, pending, verdict, why, smallest, model)

    def _groups(self, one: Hypothesis) -> HypothesisResult:
        smallest = self.rule.smallest(one)
        pending = NotAvailable("p_adjusted", "没有 p 值。", "There is no p-value.")
        codes = [code for code in one.constructs if code in self.constructs]
        scores = scale_scores(self.instrument, self.answers)
        latent = self.latent_means.get(one.group)
        compared = unless_refused(
            "groups",
            lambda: compare_groups(
                scores, codes, one.group, adjustment=self.adjustment, level=self.rule.level, latent=latent
            ),
        )
        if isinstance(compared, NotAvailable):
            return HypothesisResult(one, compared, pending, compared, compared, smallest)
        parts = group_parts(compared, self.adjustment, self.rule.level)
        verdict, why = judge_equality(parts, smallest, 1 - self.rule.level)
        if compared.means_comparable is False and isinstance(compared.latent, NotAvailable):
            verdict = why = NotAvailable("verdict", compared.latent.zh, compared.latent.en)
        notes = ((compared.latent.zh, compared.latent.en),) if isinstance(compared.latent, NotAvailable) else ()
        return HypothesisResult(
            one, largest_difference(parts), pending, verdict, why, smallest, parts=parts, notes=notes
        )
