"""What do the structural models of the hypotheses come to, on the respondents used and on everybody?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tongchi.survey.analysis_models import Method, ModelFit, estimate
from tongchi.survey.groups import LatentMeans
from tongchi.survey.hypotheses import HypothesisTable, hypotheses
from tongchi.survey.instrument import Instrument
from tongchi.survey.sem.bootstrap_batched import is_batched
from tongchi.survey.sem.result import Fit
from tongchi.survey.structural_model import StructuralModel, StructuralModels, structural_models
from tongchi.survey.unavailable import NotAvailable, unless_refused


@dataclass(frozen=True)
class EstimatedModel:
    """One structural model, its fit on the respondents used, and, for the main model, on everybody."""

    model: StructuralModel
    fit: ModelFit | NotAvailable
    everyone: ModelFit | NotAvailable


@dataclass(frozen=True)
class Structure:
    """The main model first, then alternatives for paths that loops left out of it."""

    models: StructuralModels
    estimated: tuple[EstimatedModel, ...]

    @property
    def main(self) -> EstimatedModel:
        """The model that tests most hypotheses."""
        return self.estimated[0]


_MAIN = NotAvailable("everyone", "只对主模型重估。", "Only the main model is estimated again on everybody.")


def estimate_structure(
    instrument: Instrument,
    answers: pl.DataFrame,
    everyone: pl.DataFrame,
    constructs: Mapping[str, Sequence[str]],
    methods: Sequence[Method],
    measured: Sequence[ModelFit | NotAvailable] = (),
) -> Structure | NotAvailable:
    """Estimate every structural model of the instrument; not available where no hypothesis joins constructs with items.

    `measured` are the measurement model on `answers` and on `everyone`: moments found for them need not be found again.
    """
    models = structural_models(instrument, constructs)
    if isinstance(models, NotAvailable):
        return models
    before, of_everyone = [None if isinstance(one, NotAvailable) else one.fit for one in measured] or [None, None]
    found = []
    for model in models.all:
        items = [code for codes in model.constructs.values() for code in codes]
        fit = estimate(model.syntax, answers, methods, items, before)
        is_main = model is models.main
        again = estimate(model.syntax, everyone, methods, items, of_everyone) if is_main else _MAIN
        found.append(EstimatedModel(model, fit, again))
    return Structure(models, tuple(found))


def judge_hypotheses(
    instrument: Instrument,
    answers: pl.DataFrame,
    constructs: Mapping[str, Sequence[str]],
    structure: Structure | NotAvailable,
    *,
    group: str | None,
    latent_means: LatentMeans | None,
    draws: int,
    seed: int,
) -> HypothesisTable | NotAvailable:
    """Give each hypothesis its verdict.

    With a `group` the paths are estimated within its groups, equal in all, so that a difference between whole groups passes for no
    path; otherwise the fits of `structure` serve. Mediated effects get a bootstrap interval where all draws can be solved at once,
    which takes complete answers and maximum likelihood; elsewhere that of the delta method.
    """
    fits: dict[str, Fit | NotAvailable] = {}
    method, quick = Method("ML", "listwise"), True
    if not isinstance(structure, NotAvailable):
        for one in structure.estimated:
            fits[one.model.name] = one.fit if isinstance(one.fit, NotAvailable) else one.fit.fit
        if not isinstance(structure.main.fit, NotAvailable):
            method, quick = structure.main.fit.method, is_batched(structure.main.fit.fit)
    within = None if method.ordinal else group
    return unless_refused(
        "hypotheses",
        lambda: hypotheses(
            instrument,
            answers,
            constructs=constructs,
            estimator=method.estimator,
            missing=method.missing,
            ordered=method.ordinal,
            fits=fits if within is None else None,
            draws=draws if quick else 0,
            seed=seed,
            latent_means=None if group is None or latent_means is None else {group: latent_means},
            within=within,
        ),
    )
