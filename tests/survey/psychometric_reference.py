"""The reference results of psych and semTools for 25 items, and where they are."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "survey" / "j_bfi_psychometrics"
SCALES = {letter: slice(5 * at, 5 * at + 5) for at, letter in enumerate("ACENO")}
needs_reference = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="reference results are not here: ../shared/data/survey/j_bfi_psychometrics is absent"
)


@cache
def reference() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "psychometrics.json").read_text(encoding="utf-8"))
    return found


@cache
def answers() -> NDArray[np.float64]:
    with (FOLDER / "data_complete_reversed.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    return np.array(rows, dtype=np.float64)


def table(name: str) -> NDArray[np.float64]:
    return np.array(reference()[name]["values"], dtype=np.float64)


def one_factor(seed: int, n: int = 200, p: int = 5) -> NDArray[np.float64]:
    """Answers to p items of one factor, loadings from .5 to .8."""
    rng = np.random.default_rng(seed)
    loadings = np.linspace(0.5, 0.8, p)
    return rng.normal(size=(n, 1)) * loadings + rng.normal(size=(n, p)) * np.sqrt(1 - loadings**2)


def assert_close(ours: object, theirs: object, rtol: float = 1e-9, atol: float = 1e-11) -> None:
    np.testing.assert_allclose(np.asarray(ours, np.float64), np.asarray(theirs, np.float64), rtol=rtol, atol=atol)
