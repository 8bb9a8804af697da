"""Which models and answers are the survey benchmarks run on? The reference data if present, else synthetic ones of the same shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

BFI = {letter: [f"{letter}{at}" for at in range(1, 6)] for letter in "ACENO"}
HOLZINGER = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}
LARGE = {f"f{k}": [f"i{6 * k - 5 + at}" for at in range(6)] for k in range(1, 11)}
LATENT = {"ac": [f"ac{k}" for k in range(1, 5)], "tr": [f"tr{k}" for k in range(1, 5)], "lp": [f"lp{k}" for k in range(1, 5)]}  # fmt: skip
OBSERVED = "M ~ a*X + C\nY ~ b*M + cp*X + C\nab := a*b\ntotal := cp + a*b"
PATHS = "tr ~ a*ac\nlp ~ b*tr + cp*ac\nab := a*b\ntotal := cp + a*b"


@dataclass(frozen=True)
class Case:
    """A model, its answers, and whether they are the reference data."""

    syntax: str
    frame: pl.DataFrame
    real: bool


def measurement(items: Mapping[str, Sequence[str]]) -> str:
    """Return the measurement model of constructs in lavaan's syntax."""
    return "\n".join(f"{name} =~ {' + '.join(columns)}" for name, columns in items.items())


def holzinger(folder: Path) -> Case:
    """301 pupils of two schools, nine tests of three abilities."""
    return _case(folder / "a_holzinger_cfa" / "data.csv", measurement(HOLZINGER), HOLZINGER, 301, group="school")


def large(folder: Path) -> Case:
    """20,000 rows, 60 items of 10 constructs."""
    return _case(folder / "g_large_n20000_60x10" / "data.csv", measurement(LARGE), LARGE, 20_000)


def ordinal(folder: Path) -> Case:
    """2,436 persons, 25 items of six categories, five constructs."""
    return _case(folder / "d_bfi_ordinal" / "data_complete.csv", measurement(BFI), BFI, 2_436, categories=6)


def missing(folder: Path) -> Case:
    """2,800 persons, 25 items, cells missing in many patterns."""
    path = folder / "e_fiml" / "bfi_missing.csv"
    return _case(path, measurement(BFI), BFI, 2_800, categories=6, missing_share=0.01)


def latent_mediation(folder: Path) -> Case:
    """600 rows, three constructs of four items, one indirect effect."""
    return _case(folder / "f2_mediation_latent" / "data.csv", f"{measurement(LATENT)}\n{PATHS}", LATENT, 600)


def observed_mediation(folder: Path) -> Case:
    """300 rows, four variables, one indirect effect."""
    path = folder / "f1_mediation_observed" / "data.csv"
    if path.is_file():
        return Case(OBSERVED, pl.read_csv(path), True)
    rng = np.random.default_rng(1)
    x, c, e, f = rng.normal(size=(4, 300))
    m = 0.5 * x + 0.2 * c + e
    return Case(OBSERVED, pl.DataFrame({"X": x, "C": c, "M": m, "Y": 0.3 * m + 0.2 * x + f}), False)


def _case(
    path: Path,
    syntax: str,
    items: Mapping[str, Sequence[str]],
    rows: int,
    *,
    categories: int = 0,
    missing_share: float = 0.0,
    group: str = "",
) -> Case:
    if path.is_file():
        return Case(syntax, pl.read_csv(path, null_values=["NA", ""], infer_schema_length=None), True)
    frame = simulate(items, rows, np.random.default_rng(1), categories=categories, missing_share=missing_share)
    if group:
        frame = frame.with_columns(pl.Series(group, np.where(np.arange(rows) % 2, "one", "other")))
    return Case(syntax, frame, False)


def simulate(
    items: Mapping[str, Sequence[str]],
    rows: int,
    rng: np.random.Generator,
    *,
    categories: int = 0,
    missing_share: float = 0.0,
) -> pl.DataFrame:
    """Draw answers: loadings .7, constructs that correlate .4; cut into `categories` and with cells left out if asked."""
    shared = rng.normal(size=(rows, 1))
    columns = {}
    for names in items.values():
        construct = np.sqrt(0.4) * shared + np.sqrt(0.6) * rng.normal(size=(rows, 1))
        answers = 0.7 * construct + np.sqrt(0.51) * rng.normal(size=(rows, len(names)))
        if categories:
            answers = np.digitize(answers, np.linspace(-1.5, 1.5, categories - 1)).astype(np.float64) + 1.0
        if missing_share:
            answers[rng.random(answers.shape) < missing_share] = np.nan
        columns |= dict(zip(names, answers.T, strict=True))
    return pl.DataFrame(columns).fill_nan(None)
