"""Which tests does a fit carry? One row each, under lavaan's names: the plain statistic, and the corrected one if asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scipy.special import chdtrc

LABELS = {
    "satorra.bentler": "Satorra-Bentler correction",
    "scaled.shifted": "simple second-order correction",
    "mean.var.adjusted": "mean and variance adjusted correction",
    "yuan.bentler.mplus": "Yuan-Bentler correction (Mplus variant)",
}


@dataclass(frozen=True)
class TestStatistic:
    """One test of the model against the unrestricted moments; H0: the model holds in the population.

    `stat` is the plain statistic / `scaling_factor` + `shift_parameter`; `df` is a fraction only for mean.var.adjusted. `trace`
    is tr(UΓ), `scaling_h0` and `scaling_h1` are the factors of the two likelihoods (Yuan–Bentler only). None where a value
    does not exist: no p-value without degrees of freedom.
    """

    __test__ = False  # the name is the field's; pytest shall not collect it

    test: str
    stat: float
    stat_group: tuple[float, ...]
    df: float
    pvalue: float | None
    scaling_factor: float | None = None
    shift_parameter: float | None = None
    trace: float | None = None
    scaling_h0: float | None = None
    scaling_h1: float | None = None

    def row(self) -> dict[str, Any]:
        """Return the test under lavaan's field names."""
        groups = list(self.stat_group)
        row: dict[str, Any] = {
            "test": self.test,
            "stat": self.stat,
            "stat.group": groups if len(groups) > 1 else groups[0],
            "df": self.df,
        }
        if self.test == "standard":
            known = self.pvalue is not None or not self.df
            return row | {"refdistr": "chisq" if known else "unknown", "pvalue": self.pvalue}
        row |= {} if self.df else {"refdistr": "chisq"}  # then it is the plain test
        row |= {"pvalue": self.pvalue, "scaling.factor": self.scaling_factor}
        if self.shift_parameter is not None:
            row["shift.parameter"] = self.shift_parameter
        return row | {"label": LABELS.get(self.test, self.test)}


def standard_test(stat: float, shares: tuple[float, ...], df: int, *, tested: bool = True) -> TestStatistic:
    """Return the plain test; `tested` is False where the statistic follows no chi-square distribution."""
    pvalue = float(chdtrc(df, stat)) if df > 0 and tested else None
    return TestStatistic("standard", stat, shares, df, pvalue)
