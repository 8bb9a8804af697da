"""Towards which axes are loadings turned, so that each item speaks for few factors?

Varimax (Kaiser 1958, rows normalised), promax (Hendrickson and White 1964, from the normalised varimax solution, power 4) and
direct oblimin (Jennrich 1979) by gradient projection (Bernaards and Jennrich 2005), gamma 0, rows not normalised: the
conventions of psych 2.4 and GPArotation. Oblimin is run to a gradient of 1e-10 instead of 1e-5. Varimax stops by default
where R's `varimax` does, so that tables agree with those of R and psych; this can be 1e-3 away from the optimum, which
`tolerance=0` goes on to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tongchi.survey.item_matrix import Floats

Rotation = Literal["none", "varimax", "oblimin", "promax"]


@dataclass(frozen=True, slots=True)
class Rotated:
    """Pattern loadings and the correlations of the factors (the identity for orthogonal rotations)."""

    loadings: Floats
    factor_cor: Floats
    converged: bool


STOP_AS_R = 1e-5
"""Relative gain of the varimax criterion's slope below which `stats::varimax` stops."""


def rotate(loadings: Floats, rotation: Rotation, *, varimax_tolerance: float = STOP_AS_R) -> Rotated:
    """Turn (p, m) loadings; the columns come by falling sum of squares, each with a sum >= 0."""
    factors = loadings.shape[1]
    if rotation == "none" or factors == 1:
        turned = Rotated(loadings, np.eye(factors), True)
    elif rotation == "varimax":
        turned = varimax(loadings, tolerance=varimax_tolerance)
    elif rotation == "promax":
        turned = promax(loadings, tolerance=varimax_tolerance)
    else:
        turned = oblimin(loadings)
    return _ordered(turned)


def varimax(loadings: Floats, *, normalize: bool = True, tolerance: float = STOP_AS_R, rounds: int = 3000) -> Rotated:
    """Varimax by repeated singular value decompositions; rows are scaled to length 1 if `normalize`.

    Stops where the sum of singular values grows by less than the share `tolerance`, or, for 0, where nothing turns further.
    """
    weights = _row_lengths(loadings) if normalize else np.ones((len(loadings), 1))
    start = loadings / weights
    turn, total, reached = np.eye(loadings.shape[1]), 0.0, False
    for _ in range(rounds):
        turned = start @ turn
        slope = start.T @ (turned**3 - turned * (turned**2).mean(axis=0))
        left, sizes, right = np.linalg.svd(slope)
        new, before, total = left @ right, total, float(sizes.sum())
        still = bool(np.abs(new - turn).max() < 1e-11)
        turn = new
        reached = still or (tolerance > 0 and total < before * (1 + tolerance))
        if reached:
            break
    return Rotated(start @ turn * weights, np.eye(loadings.shape[1]), reached)


def promax(loadings: Floats, *, power: float = 4.0, tolerance: float = STOP_AS_R) -> Rotated:
    """Promax: least-squares fit of the normalised varimax loadings to their own `power`-th powers."""
    weights = _row_lengths(loadings)
    first = varimax(loadings / weights, normalize=False, tolerance=tolerance)
    target = first.loadings * np.abs(first.loadings) ** (power - 1)
    turn = np.linalg.lstsq(first.loadings, target, rcond=None)[0]
    turn = turn * np.sqrt(np.diag(np.linalg.inv(turn.T @ turn)))
    back = np.linalg.inv(turn)
    return Rotated(first.loadings @ turn * weights, back @ back.T, first.converged)


def oblimin(loadings: Floats, *, gamma: float = 0.0, rounds: int = 5000) -> Rotated:
    """Direct oblimin from the unrotated axes; L = A (T')⁻¹ with factor correlations T'T."""
    turn = np.eye(loadings.shape[1])
    value, turned, slope = _oblimin_step(loadings, turn, gamma)
    length, reached = 1.0, False
    for _ in range(rounds):
        projected = slope - turn * (turn * slope).sum(axis=0)
        size = float(np.sqrt((projected**2).sum()))
        reached = size < 1e-10
        if reached:
            break
        length *= 2
        for _ in range(40):
            new = turn - length * projected
            new = new / np.sqrt((new**2).sum(axis=0))
            new_value, new_turned, new_slope = _oblimin_step(loadings, new, gamma)
            if value - new_value > 0.5 * size**2 * length:
                break
            length /= 2
        else:
            reached = size < 1e-6
            break
        turn, value, turned, slope = new, new_value, new_turned, new_slope
    return Rotated(turned, turn.T @ turn, reached)


def _oblimin_step(loadings: Floats, turn: Floats, gamma: float) -> tuple[float, Floats, Floats]:
    """Value of the criterion, the pattern and the gradient with respect to T."""
    m = loadings.shape[1]
    inverse = np.linalg.inv(turn)
    turned = loadings @ inverse.T
    squares = turned**2
    others = squares @ (np.ones((m, m)) - np.eye(m))
    if gamma:
        others = others - gamma * others.mean(axis=0)
    value = float((squares * others).sum() / 4)
    slope = -(turned.T @ (turned * others) @ inverse).T
    return value, turned, slope


def _row_lengths(loadings: Floats) -> Floats:
    lengths: Floats = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    return np.where(lengths > 0, lengths, 1.0)


def _ordered(rotated: Rotated) -> Rotated:
    order = np.argsort(-(rotated.loadings**2).sum(axis=0), kind="stable")
    loadings = rotated.loadings[:, order]
    signs = np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    factor_cor = rotated.factor_cor[np.ix_(order, order)] * np.outer(signs, signs)
    return Rotated(loadings * signs, factor_cor, rotated.converged)
