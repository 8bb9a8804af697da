r"""Do two or more systems develop together? Coupling degree C, development level T, coupling coordination degree D.

For systems with levels :math:`U_1 … U_n` in [0, 1]: :math:`C = n\,(\prod U_i)^{1/n} / \sum U_i`, :math:`T = \sum w_i U_i`, :math:`D = \sqrt{C\,T}` (Liao Chongbin 1999; for
n = 2, :math:`C = 2\sqrt{U_1U_2}/(U_1+U_2)`). The modified degree of Wang Shujia et al. (2021),
:math:`C' = \sqrt{\left(1 - \frac{\sum_{i>j}|U_i - U_j|}{\binom n2}\right)\left(\prod \frac{U_i}{\max U}\right)^{1/(n-1)}}`, spreads over the whole of [0, 1].

Formulas in circulation that leave out the root or the factor n give C in [0, 1/n] or worse; they are not offered.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tongchi.errors import SeriesError

Array = NDArray[np.float64]

GRADES = (  # upper bound of D, zh, en: the ten grades of Liao (1999)
    (0.1, "极度失调", "extreme imbalance"),
    (0.2, "严重失调", "severe imbalance"),
    (0.3, "中度失调", "moderate imbalance"),
    (0.4, "轻度失调", "mild imbalance"),
    (0.5, "濒临失调", "near imbalance"),
    (0.6, "勉强协调", "barely co-ordinated"),
    (0.7, "初级协调", "primary co-ordination"),
    (0.8, "中级协调", "intermediate co-ordination"),
    (0.9, "良好协调", "good co-ordination"),
    (1.0, "优质协调", "excellent co-ordination"),
)
_BAD = 0.3
_ALIKE = 0.95


@dataclass(frozen=True)
class CouplingCoordination:
    """Degrees along the leading axes of the levels; `warnings` (zh, en) say where a degree misleads."""

    coupling: Array
    level: Array
    coordination: Array
    modified_coupling: Array
    modified_coordination: Array
    warnings: tuple[tuple[str, str], ...]

    def grades(self, language: str = "zh") -> list[str]:
        """Return the name of each degree's grade."""
        place = 1 if language == "zh" else 2
        bounds = np.array([grade[0] for grade in GRADES])
        at = np.minimum(np.searchsorted(bounds, np.ravel(self.coordination), side="right"), len(GRADES) - 1)
        return [str(GRADES[k][place]) for k in at]


def coupling_coordination(levels: ArrayLike, weights: ArrayLike | None = None) -> CouplingCoordination:
    """Return the degrees for `levels` (..., n) of n ≥ 2 systems in [0, 1]; `weights` (n,) of the level T sum to 1, equal if None.

    Where all levels are 0 every degree is 0. Raise `SeriesError` for levels outside [0, 1] or weights that do not sum to 1.
    """
    u = np.asarray(levels, dtype=np.float64)
    if u.ndim < 1 or u.shape[-1] < 2:
        raise SeriesError(found=f"{u.shape}", expected="(…, n)，n ≥ 2", advice="")
    if not np.isfinite(u).all() or u.min(initial=0.0) < 0 or u.max(initial=0.0) > 1:
        raise SeriesError(
            found="超出 [0, 1] 或缺失的水平 / levels outside [0, 1] or missing",
            expected="0–1",
            advice="请先标准化。/ Normalise first.",
        )
    size = u.shape[-1]
    shares = np.full(size, 1.0 / size) if weights is None else _weights(weights, size)
    total, largest = u.sum(axis=-1), u.max(axis=-1)
    some = total > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        coupling = np.where(some, size * np.prod(u, axis=-1) ** (1.0 / size) / total, 0.0)
        relative = np.where(largest[..., None] > 0, u / largest[..., None], 0.0)
    gaps = sum(np.abs(u[..., i] - u[..., j]) for i, j in combinations(range(size), 2))
    closeness = 1.0 - gaps / (size * (size - 1) / 2)
    modified = np.sqrt(closeness * np.prod(relative, axis=-1) ** (1.0 / (size - 1)))
    level = u @ shares
    coupling = np.minimum(coupling, 1.0)
    return CouplingCoordination(
        coupling=coupling,
        level=level,
        coordination=np.sqrt(coupling * level),
        modified_coupling=modified,
        modified_coordination=np.sqrt(modified * level),
        warnings=_warnings(coupling, level),
    )


def _weights(weights: ArrayLike, size: int) -> Array:
    shares = np.asarray(weights, dtype=np.float64)
    if shares.shape != (size,) or (shares < 0).any() or abs(shares.sum() - 1.0) > 1e-9:
        raise SeriesError(
            found=f"权重之和 {shares.sum():g} / weights that sum to {shares.sum():g}",
            expected=f"{size} 个非负权重，和为 1 / {size} weights, none negative, that sum to 1",
            advice="",
        )
    return shares


def _warnings(coupling: Array, level: Array) -> tuple[tuple[str, str], ...]:
    found = []
    alike_and_bad = int(((coupling > _ALIKE) & (level < _BAD)).sum())
    if alike_and_bad:
        zh = f"有 {alike_and_bad} 处耦合度 C 接近 1，只因各系统同样落后（T < {_BAD}）：C 高不等于发展好，请看 D 与 T。"
        en = (
            f"In {alike_and_bad} place(s) C is near 1 only because the systems are equally low (T < {_BAD}): "
            "a high C is not a good state; read D and T."
        )
        found.append((zh, en))
    if coupling.size > 1 and coupling.min() > 0.8:
        zh = "所有 C 都大于 0.8：传统 C 集中在高端，区分力弱，请看修正的耦合度。"
        en = "Every C is above 0.8: the traditional C crowds at the top and hardly tells cases apart; read the modified one."
        found.append((zh, en))
    return tuple(found)
