"""How many quantities of real regulations are found, and how many of those are right?

Two yardsticks: paragraphs labelled by eye (labels/measures.jsonl, see labels/README.md) and the quantities that the
annotator of the alignment pairs listed. Run: python scripts/evaluate_measures.py ../shared/data [--errors PART]
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongchi.provisions.measure_units import UNITS, base_unit
from tongchi.provisions.measures import find_measures
from tongchi.provisions.model import Measure
from tongchi.text import parse_numeral

_PARTS = {
    "tuning": "100 paragraphs used in tuning",
    "held_out": "100 paragraphs compared last",
    "second_draw": "80 paragraphs without fines, drawn later",
}
LABELS = Path(__file__).resolve().parents[1] / "labels" / "measures.jsonl"
_ARTICLE = re.compile(r"(?:\*\*)?第([零〇一二三四五六七八九十百千]+)条(之[一二三四五六七八九十]+)?")
_MARK = "<!-- INFO END -->"


def evaluate(data: Path) -> list[tuple[str, str, float]]:
    """Return rows (what was measured, on what, value from 0 to 1) for `data`, the folder with laws/ and alignment/."""
    rows = []
    for part, name in _PARTS.items():
        score = score_labels(data / "laws", part)
        rows += [
            ("quantity values found", name, score.found_share),
            ("quantity values right among found", name, score.right / max(score.found, 1)),
            ("quantity values correct among reported", name, score.right / max(score.reported, 1)),
        ]
    traps = score_labels(data / "laws", "traps")
    rows.append(("paragraphs of mere traps without a reported quantity", "40 paragraphs", 1 - traps.spoiled / 40))
    total, found, right = score_gold(data)
    rows += [
        ("quantity values found", f"{total} sides of the alignment gold", found / total),
        ("quantity values right among found", f"{total} sides of the alignment gold", right / max(found, 1)),
    ]
    return rows


def read_articles(path: Path) -> dict[str, list[str]]:
    """Return the lines of each article of a Markdown law by its number (17, 17之一); a repeated number keeps the last."""
    articles: dict[str, list[str]] = {}
    lines: list[str] | None = None
    for line in path.read_text("utf-8").split(_MARK, 1)[-1].splitlines():
        line = line.strip()
        if line.startswith("#"):
            lines = None
        elif match := _ARTICLE.match(line):
            lines = articles[f"{parse_numeral(match[1])}{match[2] or ''}"] = [line]
        elif line and lines is not None:
            lines.append(line)
    return articles


# --- labelled paragraphs ---------------------------------------------------------------------------------


@dataclass
class Score:
    """Counts over paragraphs; doubtful labels count neither for nor against."""

    labelled: int = 0
    found: int = 0
    right: int = 0
    reported: int = 0
    spoiled: int = 0

    @property
    def found_share(self) -> float:
        """Labelled quantities that some reported one overlaps."""
        return self.found / max(self.labelled, 1)


def score_labels(laws: Path, part: str, *, show: bool = False) -> Score:
    """Compare labels of one part (tuning, held_out, second_draw, traps) with what is found now."""
    score = Score()
    for entry in map(json.loads, LABELS.read_text("utf-8").splitlines()):
        if entry["part"] != part:
            continue
        text = read_articles(laws / entry["document"])[entry["article"]][entry["paragraph"] - 1]
        _score_paragraph(score, text, entry, show)
    return score


def _score_paragraph(score: Score, text: str, entry: dict[str, Any], show: bool) -> None:
    left = list(find_measures(text))
    score.spoiled += bool(left) and not entry["measures"]
    for label, start in _placed(text, entry["measures"]):
        hit = next((m for m in left if m.start < start + len(label["text"]) and start < m.end), None)
        if hit:
            left.remove(hit)
        if label.get("doubtful"):
            continue
        right = hit is not None and is_right(label, hit)
        score.labelled += 1
        score.found += hit is not None
        score.right += right
        score.reported += hit is not None
        if show and not right:
            print("missed" if hit is None else "wrong", entry["document"], entry["article"], label, hit)
    score.reported += len(left)
    if show:
        for measure in left:
            print("too much", entry["document"], entry["article"], entry["paragraph"], measure)


def _placed(text: str, labels: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], int]]:
    at = 0
    for label in labels:
        start = text.index(label["text"], at)
        yield label, start
        at = start + len(label["text"])


def is_right(label: dict[str, Any], measure: Measure) -> bool:
    """Whether value, unit, both ends and their inclusiveness agree."""
    exclusive = label.get("exclusive", [])
    unit, factor = _canonical(label["unit"])
    ends = all(
        _same(None if label[end] is None else label[end] * factor, found)
        for end, found in (("lo", measure.lo), ("hi", measure.hi))
    )
    inclusive = (measure.lo is None or measure.lo_inclusive == ("lo" not in exclusive)) and (
        measure.hi is None or measure.hi_inclusive == ("hi" not in exclusive)
    )
    return ends and inclusive and unit == measure.unit


def _canonical(unit: str) -> tuple[str, float]:
    known = UNITS.get(unit)
    return (known.canonical, float(known.factor)) if known else (unit, 1.0)


def _same(one: float | None, two: float | None) -> bool:
    if one is None or two is None:
        return one is two
    return abs(one - two) <= 1e-6 * max(1.0, abs(one))


# --- gold of the alignment pairs -------------------------------------------------------------------------


def score_gold(data: Path, *, show: bool = False) -> tuple[int, int, int]:
    """Return how many listed quantities there are, have their number in the article, have number and unit right.

    The annotator wrote a limit as lo = hi (履约保证金上限 10 %), which agrees with an open range that ends there.
    """
    total = found = right = 0
    for file in sorted((data / "alignment").glob("*.jsonl")):
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        articles = {side: read_articles(data / "laws" / lines[0][f"{side}_path"]) for side in "ab"}
        for link in lines[1:]:
            for quantity in link.get("quantities") or []:
                for side in "ab":
                    if quantity[side] is None:
                        continue
                    measures = find_measures("\n".join(articles[side][link[side]]))
                    near, exact = _look_up(quantity[side], measures)
                    total, found, right = total + 1, found + near, right + exact
                    if show and not exact:
                        print(file.stem, side, link[side], quantity, [m.text for m in measures])
    return total, found, right


def _look_up(gold: dict[str, Any], measures: tuple[Measure, ...]) -> tuple[bool, bool]:
    unit, factor = ("%", 100.0) if gold["unit"] == "" else _canonical(gold["unit"])
    lo, hi = (None if gold[end] is None else gold[end] * factor for end in ("lo", "hi"))
    near = exact = False
    for m in measures:
        ends = {end for end in (m.lo, m.hi) if end is not None}
        agrees = all(any(_same(want, end) for end in ends) for want in (lo, hi) if want is not None)
        near = near or agrees
        one_end = lo == hi and len(ends) == 1
        exact = exact or (
            agrees and base_unit(m.unit) == base_unit(unit) and (one_end or (_same(lo, m.lo) and _same(hi, m.hi)))
        )
    return near, exact


def main() -> None:
    """Print the table, and with --errors PART what went wrong in one part (tuning, held_out, second_draw, traps, gold)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--errors", default="")
    options = parser.parse_args()
    if options.errors == "gold":
        score_gold(options.data, show=True)
    elif options.errors:
        score_labels(options.data / "laws", options.errors, show=True)
    for what, where, value in evaluate(options.data):
        print(f"{what:55}  {where:40}  {value:.3f}")


if __name__ == "__main__":
    main()
