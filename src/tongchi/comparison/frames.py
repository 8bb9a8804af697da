"""How do results look as tables? One row per link and per unmatched article, with a fixed schema."""

from __future__ import annotations

import polars as pl

from tongchi.comparison.model import Comparison, Link, PairComparison

SCHEMA: dict[str, type[pl.DataType]] = {
    "a": pl.String,
    "b": pl.String,
    "a_eid": pl.String,
    "b_eid": pl.String,
    "coarse": pl.String,
    "type": pl.String,
    "other_types": pl.String,
    "direction": pl.String,
    "probability": pl.Float64,
    "strength": pl.String,
    "slot": pl.String,
    "value_a": pl.String,
    "value_b": pl.String,
    "severity": pl.Float64,
    "quote_a": pl.String,
    "quote_b": pl.String,
}


def pair_frame(pair: PairComparison) -> pl.DataFrame:
    """Return links in the order of A's articles, then the unmatched articles of A, then of B.

    `coarse` is same, differs or missing; unmatched articles have type `only`, None on the other side.
    """
    rows: list[tuple[object, ...]] = [_link_row(link) for link in pair.links]
    for each in pair.only:
        in_a = each.side == "a"
        rows.append(
            (
                each.number if in_a else None,
                None if in_a else each.number,
                each.eid if in_a else None,
                None if in_a else each.eid,
                "missing",
                "only",
                "",
                None,
                None,
                None,
                "",
                "",
                "",
                1.0,
                each.text if in_a else None,
                None if in_a else each.text,
            )
        )
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _link_row(link: Link) -> tuple[object, ...]:
    return (
        link.a,
        link.b,
        link.a_eid,
        link.b_eid,
        link.coarse,
        link.type.value,
        " ".join(kind.value for kind in link.other_types),
        link.direction.value,
        link.probability,
        link.strength,
        link.slot,
        link.value_a,
        link.value_b,
        link.severity,
        "".join(quote.text for quote in link.quotes if quote.side == "a"),
        "".join(quote.text for quote in link.quotes if quote.side == "b"),
    )


def comparison_frame(comparison: Comparison) -> pl.DataFrame:
    """Return the frames of all pairs under each other, with `document_a` and `document_b` in front."""
    frames = [
        pair_frame(pair).select(pl.lit(pair.a.id).alias("document_a"), pl.lit(pair.b.id).alias("document_b"), pl.all())
        for pair in comparison.pairs
    ]
    return pl.concat(frames)
