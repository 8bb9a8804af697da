"""How are the weights of a linear model found? Penalised maximum likelihood, by L-BFGS from zero: same data, same weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from tongchi.learned import LinearModel

Array = NDArray[np.float64]


def fit_linear(
    features: Array,
    labels: NDArray[np.int64],
    names: Sequence[str],
    classes: Sequence[str],
    *,
    sample_weight: Array,
    penalty: float,
    threshold: float,
    trained_on: str,
) -> LinearModel:
    """Minimise sum(weight * log loss) + penalty/2 * |w|^2 over standardised features (intercepts are free).

    With two classes the model is logistic for the second; with more it is a softmax, one row of weights per class.
    """
    mean, scale = features.mean(0), features.std(0)
    scale[scale < 1e-9] = 1.0
    standard = (features - mean) / scale
    rows = 1 if len(classes) == 2 else len(classes)
    width = standard.shape[1]

    def loss(flat: Array) -> tuple[float, Array]:
        weights, intercept = flat[: rows * width].reshape(rows, width), flat[rows * width :]
        scores = standard @ weights.T + intercept
        if rows == 1:
            sign = np.where(labels == 1, 1.0, -1.0)
            margin = sign * scores[:, 0]
            value = np.logaddexp(0, -margin)
            slope = (-sign / (1 + np.exp(margin)) * sample_weight)[:, None]
        else:
            top = scores - scores.max(1, keepdims=True)
            log_total = np.log(np.exp(top).sum(1))
            value = log_total - top[np.arange(len(labels)), labels]
            slope = np.exp(top - log_total[:, None])
            slope[np.arange(len(labels)), labels] -= 1
            slope *= sample_weight[:, None]
        total = float((value * sample_weight).sum() + penalty / 2 * (weights**2).sum())
        gradient = np.concatenate([(slope.T @ standard + penalty * weights).ravel(), slope.sum(0)])
        return total, gradient

    found = minimize(loss, np.zeros(rows * (width + 1)), jac=True, method="L-BFGS-B", options={"maxiter": 2000})
    weights = found.x[: rows * width].reshape(rows, width)
    return LinearModel(
        tuple(names), tuple(classes), mean, scale, weights, found.x[rows * width :], threshold, trained_on
    )
