"""What do the structural models of the hypotheses come to, on the respondents used and on everybody?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tongchi.survey.analysis_models import Method, ModelFit, estimate
from tongchi.survey.instrument import Instrument
from tongchi.survey.structural_model import StructuralModel, StructuralModels, structural_models
from tongchi.survey.unavailable import NotAvailable


@dataclass(frozen=True)
class EstimatedModel:
    """One structural model, its fit on the respondents used, and on everybody."""

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


def estimate_structure(
    instrument: Instrument,
    answers: pl.DataFrame,
    everyone: pl.DataFrame,
    constructs: Mapping[str, Sequence[str]],
    methods: Sequence[Method],
) -> Structure | NotAvailable:
    """Estimate every structural model of the instrument; not available where no hypothesis joins constructs with items."""
    models = structural_models(instrument, constructs)
    if isinstance(models, NotAvailable):
        return models
    found = []
    for model in models.all:
        items = [code for codes in model.constructs.values() for code in codes]
        fit, of_all = (estimate(model.syntax, frame, methods, items) for frame in (answers, everyone))
        found.append(EstimatedModel(model, fit, of_all))
    return Structure(models, tuple(found))
