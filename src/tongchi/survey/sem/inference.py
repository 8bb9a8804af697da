r"""How sure are the estimates, and can the data determine them at all?

The covariance of :math:`\hat\eta` is :math:`(N H/2)^{-1}` with H the expected (or observed) second derivatives of F.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tongchi.errors import NotIdentifiedError
from tongchi.survey.sem.assembly import Assembly
from tongchi.survey.sem.ml import Discrepancy
from tongchi.survey.sem.ram import Matrix, Vector

_SINGULAR = 1e-9


@dataclass(frozen=True)
class Identification:
    """Eigenvalue of the scaled information that is smallest, and the parameters that its direction moves."""

    smallest: float
    parameters: tuple[str, ...]

    @property
    def identified(self) -> bool:
        """Whether the information is regular."""
        return self.smallest > _SINGULAR


def identification(assembly: Assembly, information: Matrix) -> Identification:
    """Look for a direction in which the discrepancy is flat; `information` is by η."""
    scale = np.sqrt(np.maximum(np.diag(information), 0.0))
    dead = scale < 1e-15 * max(float(scale.max(initial=0.0)), 1e-300)  # units may differ by many powers
    scale = np.where(dead, 1.0, scale)
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    flat = assembly.basis @ (vectors[:, 0] / scale)
    size = np.abs(flat)
    names = [assembly.rows[at].name for at in assembly.free_rows]
    largest = [names[k] for k in np.argsort(-size, kind="stable") if size[k] > 0.2 * size.max()]
    return Identification(float(values[0]), tuple(dict.fromkeys(largest))[:6])


def require_identified(discrepancy: Discrepancy, start: Vector, degrees: int) -> None:
    """Raise NotIdentifiedError if there are more parameters than moments, or a direction is flat at three generic points.

    Two of them are near the start; at the third every construct shows in all its items, which the data may deny.
    """
    assembly = discrepancy.assembly
    names = ", ".join(assembly.rows[at].name for at in assembly.free_rows[:6])
    if degrees < 0:
        raise NotIdentifiedError(
            found=f"参数比矩多 {-degrees} 个 / {-degrees} more parameters than moments ({names}, …)",
            advice="请固定或等同参数，或增加题目。/ Fix or equate parameters, or add items.",
        )
    first = _flat_at(discrepancy, start, seed=1)
    if first is None or first.identified:
        return
    second = _flat_at(discrepancy, start, seed=2)
    if second is not None and not second.identified and not _identified_in_principle(discrepancy):
        raise NotIdentifiedError(
            found="; ".join(first.parameters) + "（可一同变动而不改变隐含矩 / can change together, the moments stay）",
            advice="请固定其一、令两者相等，或增加题目。/ Fix one of them, equate two, or give the construct more items.",
        )


def _flat_at(discrepancy: Discrepancy, start: Vector, seed: int) -> Identification | None:
    """Look at a point near the start where nothing is zero by chance; None if no such point implies a covariance matrix."""
    wave = np.sin(np.arange(1, len(start) + 1) * (1.7 + seed))
    assembly = discrepancy.assembly
    units = np.abs(assembly.basis.T @ _units(discrepancy, start))
    for size in (0.3, 0.1, 0.02, 0.0):
        eta = start * (1.0 + size * wave) + size * 0.5 * wave * units * (np.abs(start) < 1e-12)
        if np.isfinite(discrepancy.value(eta)):
            return identification(assembly, discrepancy.point(eta, second=False).expected)
    return None


def _identified_in_principle(discrepancy: Discrepancy) -> bool:
    """Whether no direction is flat where loadings and paths are clearly there, whatever the data say."""
    assembly = discrepancy.assembly
    usual = {"=~": 0.8, "~": 0.3, "~1": 0.5}
    wave = np.sin(np.arange(1, len(assembly.free_rows) + 1) * 2.3)
    theta = np.empty(len(assembly.free_rows))
    for place, at in enumerate(assembly.free_rows):
        row = assembly.rows[at]
        variance = row.op == "~~" and row.lhs == row.rhs
        theta[place] = 1.0 + 0.3 * wave[place] if variance else usual.get(row.op, 0.1) * (1.0 + 0.3 * wave[place])
    point = assembly.eta_of(theta)
    if not np.isfinite(discrepancy.value(point)):
        return False
    return identification(assembly, discrepancy.point(point, second=False).expected).identified


def _units(discrepancy: Discrepancy, start: Vector) -> Vector:
    """Return what one standard unit of each free row is: a ratio or product of standard deviations at the start."""
    assembly = discrepancy.assembly
    names = (*assembly.variables.observed, *assembly.variables.latent)
    deviations = [
        dict(zip(names, np.sqrt(np.abs(np.diag(one.covariance))), strict=True)) for one in discrepancy.implied(start)
    ]
    units = np.ones(len(assembly.free_rows))
    for place, at in enumerate(assembly.free_rows):
        row = assembly.rows[at]
        one, other = (deviations[row.group - 1].get(name, 1.0) for name in (row.lhs, row.rhs))
        units[place] = {"~": one / other, "=~": other / one, "~~": one * other}.get(row.op, one)
    return units


def covariance(discrepancy: Discrepancy, hessian: Matrix) -> Matrix | None:
    """Return the covariance of the free table rows, or None where the information is singular or indefinite."""
    scale = np.sqrt(np.abs(np.diag(hessian)))
    try:
        root = np.linalg.cholesky(hessian / np.outer(scale, scale))
    except np.linalg.LinAlgError:
        return None
    half = np.linalg.solve(root, (discrepancy.assembly.basis / scale).T)
    result: Matrix = 2.0 / discrepancy.total * half.T @ half
    return result
