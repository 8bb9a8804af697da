"""How does a comparison travel to other programs?

`docs/reference/comparison-json.md` describes the format, `docs/reference/comparison.schema.json` checks it. The same
comparison gives the same bytes: UTF-8, two spaces, keys in a fixed order, numbers rounded to six digits.
"""

from __future__ import annotations

import json
from pathlib import Path

from tongchi.comparison.model import (
    Comparison,
    Link,
    MatterRow,
    Only,
    PairComparison,
    QuantityDifference,
    Quote,
    ScaleGap,
)
from tongchi.provisions.model import Measure
from tongchi.report.rows import ComparisonView, DocumentView, PairView, conformity_range, view_comparison

FORMAT = "tongchi-comparison"
VERSION = 1
Json = dict[str, object]


def comparison_to_json(comparison: Comparison | PairComparison) -> Json:
    """Return the comparison as plain dicts, lists, strings and numbers."""
    return _json_of(view_comparison(comparison))


def write_json(comparison: Comparison | PairComparison, path: Path | str) -> Path:
    """Write `comparison_to_json` to a file and return its path."""
    target = Path(path)
    text = json.dumps(comparison_to_json(comparison), ensure_ascii=False, indent=1, allow_nan=False)
    target.write_bytes((text + "\n").encode("utf-8"))
    return target


def _json_of(view: ComparisonView) -> Json:
    whole = view.comparison
    ids = [each.document.id for each in view.documents]
    return {
        "format": FORMAT,
        "version": VERSION,
        "matter": whole.matter,
        "documents": [_document(each) for each in view.documents],
        "pairs": [_pair(each) for each in view.pairs],
        "matrix": [[_round(value) for value in row] for row in whole.gap_matrix],
        "baseline": ids[whole.baseline] if whole.baseline is not None else None,
        "conformity": [_conformity(gap, ids[at]) for at, gap in enumerate(whole.conformity)],
        "rows": [_row(row, ids) for row in whole.rows],
    }


def _document(view: DocumentView) -> Json:
    meta = view.document.metadata
    return {
        "id": view.document.id,
        "title": view.title,
        "name": view.name,
        "jurisdiction": meta.jurisdiction,
        "level": meta.level.value,
        "issuer": meta.issuer,
        "number": meta.number,
        "adopted": meta.adopted,
        "amended": list(meta.amended),
        "effective": meta.effective,
        "stage": meta.stage,
        "file": view.file,
        "articles": [
            {
                "number": article.number,
                "eid": article.eid,
                "headings": list(article.headings),
                "start": article.start,
                "end": article.end,
                "text": article.text,
            }
            for article in view.articles
        ],
        "notices": [
            {"code": notice.code, "eid": notice.eid, "zh": notice.zh, "en": notice.en}
            for notice in view.document.notices
        ],
    }


def _pair(view: PairView) -> Json:
    links = [row.link for row in view.rows if row.link]
    only = [row.only for row in view.rows if row.only]
    return {
        "a": view.a.document.id,
        "b": view.b.document.id,
        "links": [_link(link) for link in links],
        "only": [_only(each) for each in only],
        "gap": gap_to_json(view.pair.gap),
    }


def _link(link: Link) -> Json:
    return {
        "a": link.a,
        "b": link.b,
        "a_eid": link.a_eid,
        "b_eid": link.b_eid,
        "probability": _round(link.probability),
        "strength": link.strength,
        "type": link.type.value,
        "other_types": [each.value for each in link.other_types],
        "direction": link.direction.value,
        "coarse": link.coarse,
        "slot": link.slot,
        "value_a": link.value_a,
        "value_b": link.value_b,
        "severity": _round(link.severity),
        "quantities": [_quantity(each) for each in link.quantities],
        "quotes": [_quote(each) for each in link.quotes],
    }


def _quantity(quantity: QuantityDifference) -> Json:
    return {
        "what": quantity.what,
        "a": _measure(quantity.a),
        "b": _measure(quantity.b),
        "dir": quantity.direction.value,
    }


def _measure(measure: Measure | None) -> Json | None:
    """Give a single value both ends, as labelled pairs do (五日内 is 5 to 5), and say in `bound` which end it limits."""
    if measure is None:
        return None
    low = measure.lo if measure.lo is not None else measure.hi
    high = measure.hi if measure.hi is not None else measure.lo
    return {
        "kind": measure.kind.value,
        "lo": None if low is None else _round(low),
        "hi": None if high is None else _round(high),
        "bound": _bound(measure),
        "lo_inclusive": measure.lo_inclusive,
        "hi_inclusive": measure.hi_inclusive,
        "unit": measure.unit,
        "text": measure.text,
    }


def _bound(measure: Measure) -> str:
    if measure.lo is None:
        return "at_most"
    if measure.hi is None:
        return "at_least"
    return "exact" if measure.lo == measure.hi else "range"


def _quote(quote: Quote) -> Json:
    return {"side": quote.side, "eid": quote.eid, "start": quote.start, "end": quote.end, "text": quote.text}


def _only(only: Only) -> Json:
    return {"side": only.side, "number": only.number, "eid": only.eid, "coarse": "missing"}


def gap_to_json(gap: ScaleGap) -> Json:
    """Return a gap: value, 95 % interval, parts by split, and the vintage of both texts."""
    return {
        "value": _round(gap.value),
        "interval": [_round(gap.low), _round(gap.high)],
        "parts": [
            {
                "split": part.split,
                "side": part.side,
                "name": part.name,
                "contribution": _round(part.contribution),
                "count": part.count,
            }
            for part in gap.parts
        ],
        "vintage": {"a": gap.vintage_a, "b": gap.vintage_b},
    }


def _conformity(gap: ScaleGap | None, document: str) -> Json | None:
    if gap is None:
        return None
    value, low, high = conformity_range(gap)
    return {
        "document": document,
        "value": _round(value),
        "interval": [_round(low), _round(high)],
        "gap": gap_to_json(gap),
    }


def _row(row: MatterRow, ids: list[str]) -> Json:
    cells = [{"document": ids[at], "articles": list(numbers)} for at, numbers in enumerate(row.articles)]
    return {"label": row.label, "cells": cells}


def _round(value: float) -> float:
    """Round to six digits after the point; -0.0 becomes 0.0, a whole number stays a float."""
    return round(float(value), 6) + 0.0
