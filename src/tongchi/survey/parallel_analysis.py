"""How many factors are more than noise?

Horn (1965): an eigenvalue counts while it exceeds that of random answers of the same size. Two kinds of eigenvalues: of the
correlation matrix (components), and of the matrix reduced by the uniquenesses of one minres factor (`psych::fa.parallel`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from tongchi.survey.factor_extraction import extract_factors
from tongchi.survey.item_matrix import Floats, check_items, check_regular, cov_to_cor, sample_cov

Basis = Literal["factors", "components"]
Noise = Literal["normal", "permuted"]


@dataclass(frozen=True, slots=True)
class ParallelAnalysis:
    """Eigenvalues beside those of noise; `suggested` counts those above the quantile, from the first on.

    `noise_mean` and `noise_quantile` are over the draws, one per rank.
    """

    basis: Basis
    noise: Noise
    draws: int
    eigenvalues: Floats
    noise_mean: Floats
    noise_quantile: Floats
    suggested: int


def parallel_analysis(
    answers: ArrayLike,
    rng: np.random.Generator,
    *,
    basis: Basis = "factors",
    noise: Noise = "permuted",
    draws: int = 100,
    quantile: float = 0.95,
) -> ParallelAnalysis:
    """Compare the eigenvalues of answers with those of unrelated items.

    Parameters
    ----------
    answers : (n, p) complete
    rng : source of the noise; the same generator gives the same result
    noise : each column of the answers permuted (keeps the distributions), or standard normal
    quantile : of the noise that an eigenvalue must exceed

    Raises
    ------
    ItemMatrixError, ConstantItemError, SingularItemsError
    """
    matrix = check_items(answers, least_items=3)
    own = _eigenvalues(check_regular(cov_to_cor(sample_cov(matrix))), basis)
    random = np.empty((draws, matrix.shape[1]))
    for at in range(draws):
        drawn = rng.standard_normal(matrix.shape) if noise == "normal" else rng.permuted(matrix, axis=0)
        random[at] = _eigenvalues(cov_to_cor(sample_cov(drawn)), basis)
    threshold = np.quantile(random, quantile, axis=0)
    below = np.flatnonzero(own <= threshold)
    return ParallelAnalysis(
        basis=basis,
        noise=noise,
        draws=draws,
        eigenvalues=own,
        noise_mean=random.mean(axis=0),
        noise_quantile=threshold,
        suggested=int(below[0]) if len(below) else len(own),
    )


def _eigenvalues(cor: Floats, basis: Basis) -> Floats:
    """Falling eigenvalues; with fewer than three items one factor is not determined, so `check_items` asks for three."""
    if basis == "factors":
        cor = cor - np.diag(extract_factors(cor, 1).uniquenesses)
    return np.asarray(np.linalg.eigvalsh(cor)[::-1], dtype=np.float64)
