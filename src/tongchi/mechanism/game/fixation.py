r"""Does one region that collaborates turn all others? Fixation probabilities in a well-mixed population, exactly.

A birth–death chain on the number i of collaborators, with probabilities up :math:`T^+_i` and down :math:`T^-_i`, is absorbed at N from i with
:math:`\phi_i = \frac{1 + \sum_{k=1}^{i-1}\prod_{j\le k}\gamma_j}{1 + \sum_{k=1}^{N-1}\prod_{j\le k}\gamma_j}`, :math:`\gamma_j = T^-_j/T^+_j` (Nowak 2006, eq. 6.11).
Sums are taken in logarithms, so that N in the thousands and strong selection are no obstacle.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

from tongchi.errors import EnsembleError

Array = NDArray[np.float64]


def birth_death_fixation(log_ratios: ArrayLike, start: int = 1) -> float:
    """Return the probability that a birth–death chain is absorbed at the top.

    `log_ratios` (N − 1,) holds :math:`\\log\\gamma_j` for j = 1 … N − 1; the chain starts at `start` in 0 … N.
    """
    ratios = np.asarray(log_ratios, dtype=np.float64)
    size = len(ratios) + 1
    _require(0 <= start <= size, f"start = {start}", f"0–{size}")
    if start in {0, size}:
        return float(start == size)
    products = np.concatenate([[0.0], np.cumsum(ratios)])
    return float(np.exp(logsumexp(products[:start]) - logsumexp(products)))


def moran_fixation(size: int, fitness: float, start: int = 1) -> float:
    r"""Return :math:`(1 - r^{-i})/(1 - r^{-N})` for i mutants of constant relative fitness r among N (Moran 1958); i/N where r = 1."""
    _require(size >= 1, f"N = {size}", "≥ 1")
    _require(fitness > 0, f"r = {fitness:g}", "> 0")
    _require(0 <= start <= size, f"start = {start}", f"0–{size}")
    if fitness == 1.0:
        return start / size
    log = -np.log(fitness)
    if log > 0:  # a worse mutant: the same ratio with both ends divided by r^-N, which may be too large for a float
        return float(np.exp(log * (start - size)) * np.expm1(-log * start) / np.expm1(-log * size)) if start else 0.0
    return float(np.expm1(log * start) / np.expm1(log * size))


def pairwise_payoffs(payoffs: ArrayLike, size: int) -> tuple[Array, Array]:
    """Return the mean payoffs (N − 1,) of a collaborator and of a defector when 1 … N − 1 collaborate; nobody meets itself.

    `payoffs` [[a, b], [c, d]]: what row gets against column, collaborators first.
    """
    table = np.asarray(payoffs, dtype=np.float64)
    _require(table.shape == (2, 2), f"payoffs {table.shape}", "2×2")
    _require(size >= 2, f"N = {size}", "≥ 2")
    many = np.arange(1, size, dtype=np.float64)
    others = size - 1
    collaborator = ((many - 1) * table[0, 0] + (size - many) * table[0, 1]) / others
    defector = (many * table[1, 0] + (size - many - 1) * table[1, 1]) / others
    return collaborator, defector


def fermi_fixation(payoffs: ArrayLike, size: int, selection: float, *, subsidy: float = 0.0, start: int = 1) -> float:
    r"""Return the fixation probability of collaboration under pairwise comparison.

    A random region compares with another and imitates it with probability :math:`1/(1 + e^{-\beta\Delta\pi})`, so that
    :math:`\gamma_j = e^{-\beta(\pi_C - \pi_D)}` (Traulsen, Nowak & Pacheco 2006). `selection` is β; `subsidy` is added to each collaborator's payoff.
    """
    _require(selection >= 0, f"β = {selection:g}", "≥ 0")
    collaborator, defector = pairwise_payoffs(payoffs, size)
    return birth_death_fixation(-selection * (collaborator + subsidy - defector), start)


def chain_fixation(up: Sequence[float], down: Sequence[float]) -> Array:
    """Return the absorption probability at the top from every count 0 … N, by solving the chain's linear equations.

    `up` and `down` (N − 1,) are the probabilities of one more and one fewer from 1 … N − 1. It is the second route to what
    `birth_death_fixation` sums.
    """
    rise, fall = np.asarray(up, dtype=np.float64), np.asarray(down, dtype=np.float64)
    inner = len(rise)
    matrix = np.diag(rise + fall) - np.diag(rise[:-1], 1) - np.diag(fall[1:], -1)
    target = np.zeros(inner)
    target[-1] = rise[-1]
    solved = np.linalg.solve(matrix, target)
    return np.concatenate([[0.0], solved, [1.0]])


def _require(holds: bool, found: str, expected: str) -> None:
    if not holds:
        raise EnsembleError(found=found, expected=expected, advice="")
