"""Can the groups of this study be compared at all? The ladder of invariance by the method of the measurement model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tongchi.survey.analysis_models import ModelFit, measurement_syntax
from tongchi.survey.analysis_sample import group_labels
from tongchi.survey.groups import LatentMeans
from tongchi.survey.instrument import Instrument
from tongchi.survey.invariance import InvarianceLadder, invariance
from tongchi.survey.unavailable import NotAvailable, unless_refused

NO_GROUP = NotAvailable("groups", "没有指定分组。", "No group was asked for.")


def climb(
    answers: pl.DataFrame,
    constructs: Mapping[str, Sequence[str]],
    cfa: ModelFit | NotAvailable,
    group: str | None,
    instrument: Instrument,
) -> InvarianceLadder | NotAvailable:
    """Climb the ladder of invariance on scored answers; the first group that the instrument lists is the reference."""
    if group is None:
        return NO_GROUP
    if isinstance(cfa, NotAvailable):
        return NotAvailable("invariance", cfa.zh, cfa.en)
    labels = group_labels(instrument, answers, group)
    method = cfa.method
    return unless_refused(
        "invariance",
        lambda: invariance(
            measurement_syntax(constructs),
            answers,
            group,
            estimator=method.estimator,
            ordered="all" if method.ordinal else (),
            group_labels=labels,
            options={"missing": method.missing},
        ),
    )


def latent_means_of(ladder: InvarianceLadder | NotAvailable) -> LatentMeans | None:
    """Return the latent differences, or why means cannot be compared; None where invariance was not examined."""
    return None if isinstance(ladder, NotAvailable) else ladder.latent_means
