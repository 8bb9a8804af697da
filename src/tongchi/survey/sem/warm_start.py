"""How does a fit go on from another one of the same data? Its sample and its estimates are taken over.

A ladder of nested models then reads the data once, and each search begins near its end. The optimum is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tongchi.survey.sem.assembly import Assembly
from tongchi.survey.sem.ram import Vector
from tongchi.survey.sem.request import FitRequest
from tongchi.survey.sem.table import Variables

if TYPE_CHECKING:
    from tongchi.survey.sem.result import Fit

Starts = Callable[[Assembly], Vector]


def shares_sample(after: Fit | None, variables: Variables, request: FitRequest) -> bool:
    """Whether the sample of an earlier fit is that of this request, given that the data are the same."""
    if after is None or after.assembly.variables.observed != variables.observed:
        return False
    old = after.request
    asked = (old.base, old.likelihood, old.missing, old.group, old.group_labels, old.cluster, old.ordered)
    wanted = (
        request.base,
        request.likelihood,
        request.missing,
        request.group,
        request.group_labels,
        request.cluster,
        request.ordered,
    )
    return asked == wanted


def starts_from(after: Fit, otherwise: Starts) -> Starts:
    """Return starting values: the earlier estimates of rows that it has too, else the usual ones; a user's `start()` wins."""
    known = {(r.lhs, r.op, r.rhs, r.group): v for r, v in zip(after.assembly.rows, after.values, strict=True)}

    def starts(assembly: Assembly) -> Vector:
        theta = assembly.basis @ otherwise(assembly) + assembly.offset
        for at, place in enumerate(assembly.free_rows):
            row = assembly.rows[place]
            if row.start is None:
                theta[at] = known.get((row.lhs, row.op, row.rhs, row.group), theta[at])
        return assembly.eta_of(theta)

    return starts
