"""When is a hypothesis supported, when contradicted, and when can the answers not tell?

Two things decide: on which side of zero the whole interval lies, and whether the standardised effect reaches the smallest one of
interest. Supported: the interval lies wholly on the expected side and the estimate is at least the smallest effect of interest.
Contradicted: the interval lies wholly on the other side ("opposite"), or the standardised interval lies wholly within ± the smallest
effect ("negligible", an equivalence test at half of one minus the level on each side, Lakens 2017). Undecided: all else. A lack of
significance alone never contradicts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tongchi.survey.instrument import Hypothesis, HypothesisKind, Sign
from tongchi.survey.reliability import Interval


class Verdict(StrEnum):
    """What the answers say of a hypothesis."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNDECIDED = "undecided"


class Reason(StrEnum):
    """Why. The last three are for groups that are expected to be equal."""

    EXPECTED = "expected"
    OPPOSITE = "opposite"
    NEGLIGIBLE = "negligible"
    SMALL = "small"
    IMPRECISE = "imprecise"
    EQUIVALENT = "equivalent"
    DIFFERENT = "different"
    NOT_EQUIVALENT = "not_equivalent"


REASONS: dict[Reason, tuple[str, str]] = {
    Reason.EXPECTED: (
        "区间全在预期方向，且效应不小于最小关注效应",
        "the interval lies wholly on the expected side and the effect reaches the smallest one of interest",
    ),
    Reason.OPPOSITE: ("区间全在相反方向", "the interval lies wholly on the other side"),
    Reason.NEGLIGIBLE: (
        "标准化区间全在最小关注效应之内，效应可忽略",
        "the standardised interval lies wholly within the smallest effect of interest",
    ),
    Reason.SMALL: (
        "方向符合预期，但估计值小于最小关注效应，且区间未全部落在其内",
        "the direction is the expected one, but the estimate is below the smallest effect of interest and the interval reaches beyond it",
    ),
    Reason.IMPRECISE: ("区间跨过零，样本不足以判定", "the interval holds zero and values that matter"),
    Reason.EQUIVALENT: (
        "所有差异的区间全在最小关注差异之内",
        "the intervals of all differences lie within the smallest one of interest",
    ),
    Reason.DIFFERENT: (
        "至少一项差异经多重校正显著，且不小于最小关注差异",
        "a difference is significant after correction and reaches the smallest one of interest",
    ),
    Reason.NOT_EQUIVALENT: (
        "差异未达到判定标准，也不能排除有意义的差异",
        "no difference is shown, and one that matters is not excluded",
    ),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Smallest effects of interest, all standardised, and the level of the intervals.

    A mediated effect of k segments is measured against `smallest_path` to the power of k: each segment at its smallest.
    """

    smallest_path: float = 0.10
    smallest_level: float = 0.10
    """Standard deviations between a mean and its reference."""
    smallest_group: float = 0.20
    """Standard deviations between two group means (small, Cohen 1988)."""
    level: float = 0.95

    def smallest(self, hypothesis: Hypothesis) -> float:
        """Return the smallest effect of interest for a hypothesis."""
        if hypothesis.kind is HypothesisKind.LEVEL:
            return self.smallest_level
        if hypothesis.kind is HypothesisKind.GROUP:
            return self.smallest_group
        segments = max(1, len(hypothesis.path) - 1) if hypothesis.kind is HypothesisKind.MEDIATED else 1
        return float(self.smallest_path**segments)

    def text(self, language: str = "zh") -> str:
        """Return the rule in words, for the methods section."""
        share = f"{100 * self.level:g}"
        if language == "zh":
            return (
                f"判定规则：{share}%置信区间全在预期方向且标准化效应不小于最小关注效应，为支持；区间全在相反方向，或标准化区间全在"
                f"最小关注效应之内，为不支持；其余为未定。最小关注效应：路径 {self.smallest_path:g}（中介为各段之积），"
                f"水平 {self.smallest_level:g} 个标准差，组间 {self.smallest_group:g} 个标准差。"
            )
        return (
            f"Rule: supported where the {share} % interval lies wholly on the expected side and the standardised effect is at least the "
            f"smallest one of interest; contradicted where the interval lies wholly on the other side, or the standardised interval "
            f"wholly within that effect; else undecided. Smallest effects of interest: paths {self.smallest_path:g} (to the power of "
            f"the number of segments where mediated), levels {self.smallest_level:g} and groups {self.smallest_group:g} standard deviations."
        )

    def judge(
        self, sign: Sign, interval: Interval, standardised: float, standardised_interval: Interval, smallest: float
    ) -> tuple[Verdict, Reason]:
        """Apply the rule to an effect with an expected sign."""
        turn = 1.0 if sign == "+" else -1.0
        low, high = sorted((turn * interval.lower, turn * interval.upper))
        if high < 0:
            return Verdict.CONTRADICTED, Reason.OPPOSITE
        if within(standardised_interval, smallest):
            return Verdict.CONTRADICTED, Reason.NEGLIGIBLE
        if low > 0:
            enough = turn * standardised >= smallest
            return (Verdict.SUPPORTED, Reason.EXPECTED) if enough else (Verdict.UNDECIDED, Reason.SMALL)
        return Verdict.UNDECIDED, Reason.IMPRECISE


def within(interval: Interval, smallest: float) -> bool:
    """Whether an interval lies wholly within ± the smallest effect."""
    return -smallest < interval.lower and interval.upper < smallest
