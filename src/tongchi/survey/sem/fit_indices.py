r"""Which indices follow from two statistics and their degrees of freedom? CFI, TLI and kin, and RMSEA, by the formulas of lavaan 0.6.

The robust versions replace df by :math:`c\,df`, c the scaling factor of the model and of the baseline (Brosseau-Liard & Savalei 2014;
Brosseau-Liard, Savalei & Li 2012; Savalei 2018).
"""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy.optimize import brentq
from scipy.special import chdtrc, chndtr

Measures = dict[str, float | None]
CLOSE, NOT_CLOSE, LEVEL = 0.05, 0.08, 0.9


def incremental(x: float, df: float, base: float, base_df: float) -> Measures:
    """Return CFI, TLI (= NNFI), RFI, NFI, PNFI, IFI and RNI; None where a denominator is zero.

    RFI and NFI compare nested models, and are None for one that is more restricted than its baseline.
    """

    def share(top: Callable[[], float]) -> float | None:
        try:
            return float(top())
        except ZeroDivisionError:
            return None

    tli = tucker_lewis(x, df, base, base_df)
    return {
        "cfi": comparative(x, df, base, base_df),
        "tli": tli,
        "nnfi": tli,
        "rfi": None if df > base_df else share(lambda: (base / base_df - x / df) / (base / base_df)) if df else 1.0,
        "nfi": None if df > base_df else share(lambda: (base - x) / base),
        "pnfi": share(lambda: df / base_df * (base - x) / base),
        "ifi": share(lambda: (base - x) / (base - df)),
        "rni": relative(x, df, base, base_df),
    }


def comparative(x: float, df: float, base: float, base_df: float) -> float:
    """Return the CFI; `df` and `base_df` may be scaled."""
    excess, base_excess = max(x - df, 0.0), max(x - df, base - base_df, 0.0)
    return 1.0 - excess / base_excess if base_excess > 0 else 1.0


def tucker_lewis(
    x: float, df: float, base: float, base_df: float, *, factor: float = 1.0, base_factor: float = 1.0
) -> float | None:
    """Return the TLI; 1 without degrees of freedom, None if the baseline fits as its degrees of freedom say."""
    if not df:
        return 1.0
    below = (base - base_factor * base_df) * df
    return 1.0 - (x - factor * df) * base_df / below if below else None


def relative(x: float, df: float, base: float, base_df: float) -> float | None:
    """Return the RNI, the CFI without its bounds; `df` and `base_df` may be scaled."""
    return 1.0 - (x - df) / (base - base_df) if base != base_df else None


def rmsea_point(x: float, df: float, n: int, groups: int, *, factor: float = 1.0) -> float:
    """Return the RMSEA; 0 without degrees of freedom."""
    return math.sqrt(max(x / (n * df) - factor / n, 0.0) * groups) if df else 0.0


def rmsea_range(
    x: float, df: float, n: int, groups: int, *, factor: float = 1.0
) -> tuple[float, float, float | None, float | None]:
    """Return the 90 % interval, p of close fit (≤ .05) and p of not-close fit (≥ .08); `x` is the scaled statistic."""
    if not df:
        return 0.0, 0.0, None, None
    unit = n * df / (groups * factor)

    def bound(level: float) -> float:
        if 1.0 - chdtrc(df, x) < level:
            return 0.0
        top = max(x, 1.0) * 4.0 + 100.0
        found = brentq(lambda at: float(chndtr(x, df, at)) - level, 1e-12, top, xtol=1e-12, rtol=1e-14)
        return math.sqrt(float(found) / unit)

    close, not_close = (float(chndtr(x, df, unit * rmsea**2)) for rmsea in (CLOSE, NOT_CLOSE))
    return bound(0.5 + LEVEL / 2.0), bound(0.5 - LEVEL / 2.0), 1.0 - close, not_close


def rmsea(x: float, df: float, n: int, groups: int) -> Measures:
    """Return the RMSEA with interval and tests, under lavaan's names."""
    lower, upper, close, not_close = rmsea_range(x, df, n, groups)
    return {
        "rmsea": rmsea_point(x, df, n, groups),
        "rmsea.ci.lower": lower,
        "rmsea.ci.upper": upper,
        "rmsea.ci.level": LEVEL,
        "rmsea.pvalue": close,
        "rmsea.close.h0": CLOSE,
        "rmsea.notclose.pvalue": not_close,
        "rmsea.notclose.h0": NOT_CLOSE,
    }
