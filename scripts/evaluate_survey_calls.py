"""How was a reference fit called, and what is the same call here?

A reference file says its call twice: in words (`meta.call`, R code) and in figures (`meta`, counts of rows). Both are read, so a
file of the same kind needs no entry anywhere.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from tongchi.survey.sem import Fit, Model
from tongchi.survey.sem.syntax import Formulas

Reference = dict[str, Any]
_ROBUST = {  # estimator, standard errors, test: the name under which lavaan offers the three together
    ("ML", "robust.sem", "satorra.bentler"): "MLM",
    ("ML", "robust.sem", "scaled.shifted"): "MLMV",
    ("ML", "robust.huber.white", "yuan.bentler.mplus"): "MLR",
    ("DWLS", "robust.sem", "satorra.bentler"): "WLSM",
    ("DWLS", "robust.sem", "scaled.shifted"): "WLSMV",
    ("ULS", "robust.sem", "scaled.shifted"): "ULSMV",
}
_MISSING = {"ml": "fiml", "pairwise": "pairwise", "robust.two.stage": "robust.two.stage"}


@dataclass(frozen=True)
class Call:
    """A model, its data, and the options of `Model.fit` that are not the defaults."""

    syntax: str
    data: Path
    estimator: str
    options: dict[str, Any]

    def fit(self) -> Fit:
        """Estimate the model here."""
        return Model(self.syntax).fit(read_frame(self.data), self.estimator, **self.options)


def read_reference(path: Path) -> Reference:
    """Return the content of a reference file."""
    found: Reference = json.loads(path.read_text("utf-8"))
    return found


def fit_files(folder: Path) -> list[Path]:
    """Return the files below `folder` that hold a fit, in order."""
    return [path for path in sorted(folder.glob("*/*.json")) if is_fit(read_reference(path))]


def is_fit(reference: Any) -> bool:
    """Whether a file holds a fit: a call and its estimates."""
    return isinstance(reference, dict) and "estimates" in reference and "meta" in reference


@cache
def read_frame(path: Path) -> pl.DataFrame:
    """Return a data file, "NA" and empty cells as missing values."""
    return pl.read_csv(path, null_values=["NA", ""], infer_schema_length=None)


def reference_call(path: Path) -> Call:
    """Return the call that a reference file records.

    Raises LookupError if no data file beside it has the variables and the number of rows.
    """
    reference = read_reference(path)
    meta = reference["meta"]
    text: str = meta["call"]
    group = _quoted(text, "group")
    observed = _observed(Model(meta["model"]).formulas)
    columns = [*observed, *([group] if group else [])]
    given = reference["norig"]
    rows = sum(given) if isinstance(given, list) else given
    data = next((csv_path for csv_path in _tables(path.parent) if _holds(csv_path, columns, rows)), None)
    if data is None:
        raise LookupError(f"no data of {rows} rows with {', '.join(columns[:4])} … beside {path.name}")
    return Call(meta["model"], data, _estimator(meta, text), _options(reference, text, group, observed))


def _observed(formulas: Formulas) -> list[str]:
    latent = {term.lhs for term in formulas.terms if term.op == "=~"}
    names = (name for term in formulas.terms if term.op in {"=~", "~", "~~"} for name in (term.lhs, term.rhs))
    return [name for name in dict.fromkeys(names) if name and name not in latent]


def _estimator(meta: dict[str, Any], text: str) -> str:
    named = _quoted(text, "estimator")
    if named:
        return named
    return _ROBUST.get((meta["estimator"], meta["se"], meta["test"]), str(meta["estimator"]))


def _options(reference: Reference, text: str, group: str | None, observed: list[str]) -> dict[str, Any]:
    meta = reference["meta"]
    equal = _listed(text, "group.equal") or meta["group.equal"]  # lavaan may have added to what was asked
    robust = meta["se"] not in {"standard", "none"}
    options: dict[str, Any] = {
        "group": group,
        "group_labels": tuple(reference["group_label"]) if group else (),
        "group_equal": tuple([equal] if isinstance(equal, str) else equal),
        "group_partial": _listed(text, "group.partial"),
        "std_lv": bool(meta["std.lv"]),
        "orthogonal": "orthogonal=TRUE" in text,
        "ordered": tuple(observed) if "ordered=" in text else (),
        "parameterization": "theta" if meta["parameterization"] == "theta" else "",
        "missing": _MISSING.get(meta["missing"], ""),
        "likelihood": "wishart" if meta["likelihood"] == "wishart" else "",
        "information": "observed" if "information=" in text and not robust else "",
    }
    if "meanstructure=" in text:
        options["meanstructure"] = meta["meanstructure"]
    return {name: value for name, value in options.items() if value}


def _quoted(text: str, name: str) -> str | None:
    found = re.search(rf'(?<![\w.]){re.escape(name)}\s*=\s*"([^"]*)"', text)
    return found[1] if found else None


def _listed(text: str, name: str) -> tuple[str, ...]:
    found = re.search(rf'(?<![\w.]){re.escape(name)}\s*=\s*(?:c\(([^)]*)\)|("[^"]*"))', text)
    return tuple(re.findall(r'"([^"]*)"', found[1] or found[2])) if found else ()


def _tables(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("*.csv"))


@cache
def _shape(path: Path) -> tuple[frozenset[str], int]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines)
        names = next(reader)
        return frozenset(names), sum(1 for _ in reader)


def _holds(path: Path, columns: list[str], rows: int) -> bool:
    names, count = _shape(path)
    return names.issuperset(columns) and count == rows
