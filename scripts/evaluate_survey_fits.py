"""How far is a fit from its reference, part by part?

A deviation of estimates, errors and moments is |ours − theirs| / max(1, |theirs|); one of tests, measures and indices is relative,
with .01 below, so that a fit index of .05 counts to its own digits. A number that only the reference has is missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.evaluate_survey_calls import Reference, read_reference, reference_call
from tongchi.errors import TongchiError
from tongchi.survey.sem import Fit

EXACT, ORDINAL, RELATIVE, INTERVAL, UNPOLISHED, SATURATED = 1e-8, 1e-6, 1e-6, 1e-5, 1e-4, 3e-5
PARTS = ("est", "se", "test", "measures", "rmsea.ci", "std", "std.se", "rsquare", "implied", "sample", "vcov", "mi")
_EXACT_PARTS = {"est", "se", "implied", "sample", "vcov"}
# What a broken or unfinished part may raise: its reference then has a line that says so, and the others still count.
FAILURES = (TongchiError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError, ImportError)
_ROWS = {  # part: rows in the file, column
    "est": ("estimates", "est"),
    "se": ("estimates", "se"),
    "std": ("standardized", "est.std"),
    "std.se": ("standardized", "se"),
}


@dataclass
class Agreement:
    """The worst deviation by part, what is missing, and why there is no fit if there is none."""

    name: str
    worst: dict[str, float] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    reason: str = ""
    tolerances: dict[str, float] = field(default_factory=dict)

    def compare(self, part: str, place: str, ours: Any, theirs: Any, floor: float = 1.0) -> None:
        """Note how far one number is off; None and NaN agree with each other only."""
        if not _number(theirs):
            return
        if not _number(ours):
            self.missing.append(f"{part} {place}")
            return
        off = abs(ours - theirs) / max(floor, abs(theirs))
        self.worst[part] = max(self.worst.get(part, 0.0), off)

    def beyond(self, part: str) -> bool:
        """Whether a part is off by more than its tolerance."""
        return self.worst.get(part, 0.0) > self.tolerances.get(part, RELATIVE)

    @property
    def within(self) -> bool:
        """Whether everything that the reference holds is there, and near enough."""
        return not self.reason and not self.missing and not any(self.beyond(part) for part in self.worst)


def agreement_of(path: Path, indices: Callable[[Fit], Any] | None = None) -> Agreement:
    """Fit as a reference file says and compare; `indices` returns the rows of modification indices."""
    reference = read_reference(path)
    found = Agreement(f"{path.parent.name}/{path.stem}", tolerances=tolerances(reference))
    try:
        fit = reference_call(path).fit()
        ours = fit.to_json()
    except FAILURES as error:
        found.reason = reason_of(error)
        return found
    compare(found, ours, reference)
    if "modindices" in reference:
        try:
            turned = any(row["op"] == "|" for row in reference["estimates"])
            _compare_indices(found, indices(fit) if indices else None, reference["modindices"], turned)
        except FAILURES as error:
            found.missing.append(f"mi: {reason_of(error)}")
    return found


def reason_of(error: Exception) -> str:
    """Return the first line of a failure, with its kind where it was not meant for a reader."""
    text = (str(error).splitlines() or [""])[0]
    return text if isinstance(error, TongchiError) else f"{type(error).__name__}: {text}"


def tolerances(reference: Reference) -> dict[str, float]:
    """Return how near each part must be: 1e-8, or 1e-6 where polychoric correlations are fitted; 1e-6 for tests and measures.

    A reference that is lavaan's default solution, not polished, is itself up to 1e-4 from the optimum. With gaps lavaan's moments of
    the saturated model, and what rests on them (SRMR, robust indices; all of two stages), are where its EM stops, near 3e-6.
    """
    ordinal = any(row["op"] == "|" for row in reference["estimates"])
    polished = reference.get("polish", {}).get("ok", False)
    exact = UNPOLISHED if not polished else ORDINAL if ordinal else EXACT
    near = dict.fromkeys(PARTS, RELATIVE if polished else UNPOLISHED) | dict.fromkeys(_EXACT_PARTS, exact)
    missing = reference["meta"]["missing"]
    resting = PARTS if missing.endswith("two.stage") else ("sample", "measures") if missing == "ml" else ()
    near |= {part: max(near[part], SATURATED) for part in resting}
    return near | {"rmsea.ci": INTERVAL}  # lavaan's root search ends near 1e-6


def compare(found: Agreement, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
    """Compare all parts of two results in the form of the reference files, but for modification indices."""
    for part, (table, column) in _ROWS.items():
        rows = _by_relation(ours.get(table) or [])
        for relation, row in _by_relation(theirs[table]).items():
            found.compare(part, " ".join(map(str, relation)), rows.get(relation, {}).get(column), row[column])
    for name, value in theirs["fitmeasures"].items():
        part = "rmsea.ci" if name.startswith("rmsea.ci") else "measures"
        found.compare(part, name, ours["fitmeasures"].get(name), value, floor=0.01)
    _compare_tests(found, ours.get("tests") or [], theirs["tests"])
    for part, key in (("implied", "implied"), ("sample", "sampstat"), ("rsquare", "rsquare")):
        mine = dict(_leaves(ours.get(key)))
        for place, value in _leaves(theirs[key]):
            found.compare(part, place, mine.get(place), value)
    mine = dict(_leaves(ours.get("vcov")))
    for place, value in _leaves(theirs.get("vcov")):
        found.compare("vcov", place, mine.get(place), value)


def _compare_tests(found: Agreement, ours: list[Any], theirs: list[Any]) -> None:
    by_name = {row["test"]: row for row in ours}
    for row in theirs:
        mine = dict(_leaves(by_name.get(row["test"])))
        for place, value in _leaves(row):
            found.compare("test", f"{row['test']}{place}", mine.get(place), value, floor=0.01)


def _compare_indices(found: Agreement, ours: Any, theirs: list[Any], turned: bool) -> None:
    """Compare row by row; where `turned`, lavaan's expected changes have the wrong sign (docs/oracle-defects.md)."""
    if ours is None:
        found.missing.append("mi")
        return
    mine = _by_relation(ours)
    for key, row in _by_relation(theirs).items():
        here = mine.get(key) or mine.get((key[2], key[1], key[0], key[3]), {})
        for column in ("mi", "epc", "sepc.lv", "sepc.all", "sepc.nox"):
            other = -row[column] if turned and column != "mi" and _number(row[column]) else row[column]
            found.compare("mi", f"{' '.join(map(str, key))} {column}", here.get(column), other, floor=0.01)


def _by_relation(rows: list[Any]) -> dict[tuple[str, str, str, int], Any]:
    return {(row["lhs"], row["op"], row["rhs"].replace(" ", ""), row.get("group", 1)): row for row in rows}


def _leaves(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield all numbers of nested lists and mappings; a matrix of one cell and its number are the same."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _leaves(part, f"{place}.{key}")
    elif isinstance(value, list) and len(value) > 1:
        for at, part in enumerate(value):
            yield from _leaves(part, f"{place}[{at}]")
    elif isinstance(value, list):
        yield from (leaf for part in value for leaf in _leaves(part, place))
    elif _number(value):
        yield place, value


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
