"""What is asked of a fit? Names of estimators and options as users type them, to one checked and frozen request.

An estimator's name stands for three things, as in lavaan 0.6: the discrepancy that is minimised (`base`), how standard errors are
found (`se`), and how the test statistic is corrected (`test`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from tongchi.errors import UnsupportedModelError
from tongchi.survey.sem.table import Options

Base = Literal["ML", "GLS", "ULS", "WLS", "DWLS"]
Errors = Literal[
    "standard", "robust.sem", "robust.huber.white", "first.order", "robust.cluster", "two.stage", "robust.two.stage"
]
Test = Literal["standard", "satorra.bentler", "scaled.shifted", "mean.var.adjusted", "yuan.bentler.mplus"]
Missing = Literal["listwise", "ml", "pairwise", "two.stage", "robust.two.stage"]
Information = Literal["expected", "observed"]

ESTIMATORS: dict[str, tuple[Base, Errors, Test]] = {
    "ML": ("ML", "standard", "standard"),
    "MLM": ("ML", "robust.sem", "satorra.bentler"),
    "MLMV": ("ML", "robust.sem", "scaled.shifted"),
    "MLMVS": ("ML", "robust.sem", "mean.var.adjusted"),
    "MLF": ("ML", "first.order", "standard"),
    "MLR": ("ML", "robust.huber.white", "yuan.bentler.mplus"),
    "GLS": ("GLS", "standard", "standard"),
    "ULS": ("ULS", "standard", "standard"),
    "WLS": ("WLS", "standard", "standard"),
    "DWLS": ("DWLS", "standard", "standard"),
    "WLSM": ("DWLS", "robust.sem", "satorra.bentler"),
    "WLSMV": ("DWLS", "robust.sem", "scaled.shifted"),
    "WLSMVS": ("DWLS", "robust.sem", "mean.var.adjusted"),
    "ULSM": ("ULS", "robust.sem", "satorra.bentler"),
    "ULSMV": ("ULS", "robust.sem", "scaled.shifted"),
    "ULSMVS": ("ULS", "robust.sem", "mean.var.adjusted"),
}
_MISSING: dict[str, Missing] = {
    "listwise": "listwise",
    "ml": "ml",
    "fiml": "ml",
    "direct": "ml",
    "pairwise": "pairwise",
    "two.stage": "two.stage",
    "robust.two.stage": "robust.two.stage",
}


@dataclass(frozen=True)
class FitRequest:
    """One checked request; `estimator` is the name in capitals, `missing` lavaan's word ("ml" for FIML).

    `ordered` is "all", or the names of the ordinal items; `information` is the kind that standard errors rest on.
    """

    estimator: str
    base: Base
    se: Errors
    test: Test
    missing: Missing
    information: Information
    likelihood: Literal["normal", "wishart"]
    parameterization: Literal["delta", "theta"]
    ordered: Literal["all"] | tuple[str, ...]
    options: Options
    group: str | None
    group_labels: tuple[str, ...] | None
    cluster: str | None

    @property
    def robust(self) -> bool:
        """Whether the test statistic is corrected for non-normality."""
        return self.test != "standard"


def read_request(
    estimator: str,
    options: Options,
    *,
    missing: str = "listwise",
    information: str | None = None,
    likelihood: str = "normal",
    parameterization: str = "delta",
    ordered: str | Sequence[str] = (),
    group: str | None = None,
    group_labels: Sequence[str] | None = None,
    cluster: str | None = None,
) -> FitRequest:
    """Return the request, or raise UnsupportedModelError with what can be asked.

    "default" is ML, and WLSMV where items are ordinal. With `cluster` the errors are those of Huber and White by cluster.
    """
    chosen = _all_or_names(ordered)
    name = ("WLSMV" if chosen else "ML") if estimator == "default" else estimator.upper()
    base, se, test = ESTIMATORS[_one_of("estimator", name, ESTIMATORS)]
    absent = _MISSING[_one_of("missing", missing.lower(), _MISSING)]
    if chosen and (base in {"ML", "GLS"} or absent not in {"listwise", "pairwise"}):
        found = f"ordered, estimator={name}, missing={missing!r}（有序题目的 ML 或 FIML / ML or FIML of ordinal items）"
        raise UnsupportedModelError(found=found, expected="WLSMV, ULSMV, DWLS, WLS; missing='listwise', 'pairwise'")
    if base != "ML" and absent not in {"listwise", "pairwise"}:
        what = "（有序题目的 FIML / FIML of ordinal items）" if chosen else ""
        raise UnsupportedModelError(
            found=f"missing={missing!r}, estimator={name}{what}",
            expected="listwise, pairwise" if chosen else "ML, MLR; listwise",
        )
    if absent not in {"listwise", "pairwise"} and likelihood == "wishart":
        raise UnsupportedModelError(found=f"missing={missing!r}, likelihood='wishart'", expected="normal")
    if absent == "ml" and se == "robust.sem":
        raise UnsupportedModelError(found=f"missing={missing!r}, estimator={name}", expected="ML, MLR, MLF")
    if information == "observed" and (chosen or base in {"WLS", "DWLS"}):
        raise UnsupportedModelError(found=f"information='observed', estimator={name}", expected="expected")
    if absent == "pairwise" and not chosen:
        raise UnsupportedModelError(found="missing='pairwise' without ordered=", expected="listwise, fiml")
    if cluster is not None:
        if base != "ML" or absent in {"two.stage", "robust.two.stage"}:
            raise UnsupportedModelError(found=f"cluster={cluster!r}, estimator={name}", expected="MLR")
        se, test = "robust.cluster", "yuan.bentler.mplus"
    if absent in {"two.stage", "robust.two.stage"}:
        se, test = ("two.stage" if absent == "two.stage" else "robust.two.stage"), "satorra.bentler"
    huber = se in {"robust.huber.white", "robust.cluster", "two.stage", "robust.two.stage"}
    kind = information or ("observed" if absent == "ml" or huber or se == "first.order" else "expected")
    return FitRequest(
        estimator=name,
        base=base,
        se=se,
        test=test,
        missing=absent,
        information="observed" if _one_of("information", kind, get_args(Information)) == "observed" else "expected",
        likelihood="wishart" if _one_of("likelihood", likelihood, ("normal", "wishart")) == "wishart" else "normal",
        parameterization="theta"
        if _one_of("parameterization", parameterization, ("delta", "theta")) == "theta"
        else "delta",
        ordered=chosen,
        options=options,
        group=group,
        group_labels=None if group_labels is None else tuple(group_labels),
        cluster=cluster,
    )


def _all_or_names(ordered: str | Sequence[str]) -> Literal["all"] | tuple[str, ...]:
    if isinstance(ordered, str):
        return "all" if ordered.lower() in {"all", "true"} else (ordered,) if ordered else ()
    return tuple(ordered)


def _one_of(option: str, value: str, known: Collection[str]) -> str:
    if value not in known:
        raise UnsupportedModelError(found=f"{option}={value!r}", expected=", ".join(known))
    return value
