"""Fits of lavaan kept as JSON beside their data, and what agreement with them means. They stay outside the repository."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import polars as pl
import pytest
from psychometric_reference import FOLDER

from tongchi.survey.sem import Fit, Model

FITS = FOLDER.parent
needs_fits = pytest.mark.skipif(
    not FITS.is_dir(), reason="reference results are not here: ../shared/data/survey is absent"
)
GROUPS = {"c_holzinger_invariance_school": "school", "i_governance_likert": "region"}
DATA = {
    "d_bfi_ordinal/mlr_continuous.json": "data_complete.csv",
    "i_governance_likert/sem_fiml_mlr.json": "clean_reversed_withmissing.csv",
}
ESTIMATORS = {
    ("robust.sem", "satorra.bentler"): "MLM",
    ("robust.sem", "scaled.shifted"): "MLMV",
    ("robust.huber.white", "yuan.bentler.mplus"): "MLR",
    ("robust.two.stage", "satorra.bentler"): "MLR",
    ("standard", "standard"): "ML",
}
ROOTS = ("rmsea.ci", "rmsea.pvalue", "rmsea.notclose")  # lavaan's own root search for the interval ends at 2e-6


def as_list(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else list(value)


@cache
def fitted(name: str) -> tuple[Fit, dict[str, Any]]:
    """Return our fit and the reference, called as the reference's meta says."""
    expected: dict[str, Any] = json.loads((FITS / name).read_text(encoding="utf-8"))
    meta, folder = expected["meta"], name.split("/")[0]
    file = DATA.get(name, "clean_reversed_complete.csv" if folder.startswith("i_") else "data.csv")
    if folder == "e_fiml":
        file = "bfi_missing.csv" if "bfi" in name else "holzinger_missing.csv"
    labels = expected["group_label"]
    partial = re.search(r"group\.partial\s*=\s*c\(([^)]*)\)", meta["call"])
    names = re.findall(r'"([^"]+)"', partial.group(1)) if partial else ()
    if not names and "partial" in name:
        names = re.findall(r"\S+~\S+", str(meta.get("group.partial", "")))
    fit = Model(meta["model"]).fit(
        pl.read_csv(FITS / folder / file, null_values=["NA", ""], infer_schema_length=None),
        ESTIMATORS[meta["se"], meta["test"]],
        ("school" if folder in {"c_holzinger_invariance_school", "e_fiml"} else "region") if labels else None,
        missing=meta["missing"],
        std_lv=meta["std.lv"],
        meanstructure=meta["meanstructure"],
        group_labels=labels or None,
        group_equal=as_list(meta["group.equal"]),
        group_partial=names,
    )
    return fit, expected


def gaps(found: Any, expected: Any, path: str = "") -> dict[str, float]:
    """Return by path the relative (below .001 absolute) distance of every number, 9 where kinds differ or one is absent."""
    if isinstance(expected, dict):
        parts = [(f"{path}/{key}", found.get(key, "absent"), value) for key, value in expected.items()]
    elif isinstance(expected, list) and isinstance(found, list) and len(found) == len(expected):
        parts = [(f"{path}[{at}]", one, other) for at, (one, other) in enumerate(zip(found, expected, strict=True))]
    else:
        return {path: _gap(found, expected)}
    return {name: gap for part in parts for name, gap in gaps(part[1], part[2], part[0]).items()}


def _gap(found: Any, expected: Any) -> float:
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (found, expected))
    if not numbers:
        return 0.0 if found == expected else 9.0
    return float(abs(found - expected) / max(1e-3, abs(expected)))


def worst(found: Any, expected: Any, *leave: str) -> tuple[float, str]:
    """Return the largest gap and its path; paths that hold one of `leave` are passed over."""
    kept = {path: gap for path, gap in gaps(found, expected).items() if not any(word in path for word in leave)}
    name = max(kept, key=lambda path: kept[path])
    return kept[name], name
