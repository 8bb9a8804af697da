"""How much worse does a step fit than the one before? Difference test, and changes of indices with their cut-offs.

Cut-offs of Chen (2007, table 4 and discussion) for groups of more than 300 in all: a fall of CFI by .010 or more together with a
rise of RMSEA by .015 or more, or of SRMR by .030 or more (loadings) or .010 or more (intercepts, residuals), speaks against
invariance. A fall of CFI by .010 is also the cut-off of Cheung and Rensvold (2002).
"""

from __future__ import annotations

from dataclasses import dataclass

from tongchi.survey.sem import Fit
from tongchi.survey.sem.likelihood_ratio import Step as Difference
from tongchi.survey.sem.likelihood_ratio import compare_nested
from tongchi.survey.unavailable import NotAvailable

_SRMR_CUTOFF = {"metric": 0.030, "loadings": 0.030}
CFI_CUTOFF, RMSEA_CUTOFF, OTHER_SRMR_CUTOFF = 0.010, 0.015, 0.010


@dataclass(frozen=True)
class Changes:
    """Indices of a step and their changes from the accepted step before; `kind` is "robust", "scaled" or "plain".

    `within` is None where CFI or RMSEA does not exist.
    """

    kind: str
    cfi: float | None
    rmsea: float | None
    srmr: float | None
    cfi_change: float | None
    rmsea_change: float | None
    srmr_change: float | None
    srmr_cutoff: float
    within: bool | None


def changes_between(before: Fit, after: Fit, name: str) -> Changes:
    """Return the changes, of robust indices where both fits have them, else of scaled or plain ones."""
    kind = next((one for one in ("robust", "scaled") if _both(before, after, one)), "plain")
    values = [(_index(before, index, kind), _index(after, index, kind)) for index in ("cfi", "rmsea")]
    values.append((_index(before, "srmr", "plain"), _index(after, "srmr", "plain")))
    cfi, rmsea, srmr = (None if a is None or b is None else b - a for a, b in values)
    cutoff = _SRMR_CUTOFF.get(name, OTHER_SRMR_CUTOFF)
    within = None
    if cfi is not None and rmsea is not None:
        worse = rmsea >= RMSEA_CUTOFF or (srmr is not None and srmr >= cutoff)
        within = not (cfi <= -CFI_CUTOFF and worse)
    return Changes(kind, values[0][1], values[1][1], values[2][1], cfi, rmsea, srmr, cutoff, within)


def _both(before: Fit, after: Fit, kind: str) -> bool:
    return all(_index(fit, index, kind) is not None for fit in (before, after) for index in ("cfi", "rmsea"))


def _index(fit: Fit, name: str, kind: str) -> float | None:
    return fit.fitmeasures.get(name if kind == "plain" else f"{name}.{kind}")


def difference_between(before: Fit, after: Fit) -> Difference | NotAvailable:
    """Return the test of a step; where the factor of 2001 is not positive that of 2010, then that of 2000.

    NotAvailable where the step adds no restriction, or a model has not converged.
    """
    if not (before.converged and after.converged):
        return NotAvailable("chisq_diff", "有模型未收敛", "one of the models has not converged")
    if before.tests[0].df == after.tests[0].df:
        said = "the step adds no restriction: the models are equivalent"
        return NotAvailable("chisq_diff", "这一步没有新增限制，两个模型等价", said)
    found = _compared(before, after, "default")
    others = ["satorra.bentler.2010"] if after.request.missing in {"listwise", "ml"} else []
    others += ["satorra.2000"] if after.request.missing == "listwise" else []
    for method in others:
        if isinstance(found.chisq_diff, NotAvailable):
            found = _compared(before, after, method)
    return found


def _compared(before: Fit, after: Fit, method: str) -> Difference:
    return compare_nested([before, after], method=method, names=["before", "after"]).steps[1]
