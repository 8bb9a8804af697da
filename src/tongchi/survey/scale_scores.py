"""What does each respondent score on each construct?

The score is the mean of the items that were answered, reversed ones turned round, so that it keeps the units of the response
scale; it takes at least half of the items.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tongchi.survey.instrument import Instrument


def items_present(instrument: Instrument, frame: pl.DataFrame) -> Mapping[str, tuple[str, ...]]:
    """Return, for each construct of which the table has items, their codes in order."""
    found = {
        one.code: tuple(item.code for item in instrument.items_of(one.code) if item.code in frame.columns)
        for one in instrument.constructs
    }
    return {code: items for code, items in found.items() if items}


def mean_score(frame: pl.DataFrame, items: Sequence[str], *, least_share: float = 0.5) -> pl.Series:
    """Return the mean of the items that a row answers; null where it answers fewer than `least_share` of them."""
    answered = pl.sum_horizontal(pl.col(code).is_not_null().cast(pl.Int64) for code in items)
    enough = answered >= max(1.0, least_share * len(items))
    return frame.select(pl.when(enough).then(pl.mean_horizontal(*items)).alias("score")).to_series()


def scale_scores(instrument: Instrument, scored: pl.DataFrame, *, least_share: float = 0.5) -> pl.DataFrame:
    """Return `scored` with a column added for each construct, named by its code.

    Parameters
    ----------
    scored : answers with reversed items turned round, as `Responses.scored` gives them
    """
    present = items_present(instrument, scored)
    columns = [
        mean_score(scored, items, least_share=least_share).alias(code)
        for code, items in present.items()
        if code not in scored.columns
    ]
    return scored.with_columns(columns)
