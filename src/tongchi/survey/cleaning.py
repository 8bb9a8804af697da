r"""Who answered carelessly, and what is missing? Every rule flags and counts; nothing is removed unless asked.

The combined index joins the rules that speak of care. For each rule the share of respondents at least as suspect,
:math:`p_{ij}`, is taken, and over the J rules that are available

.. math:: C_i = \sqrt{\tfrac1J \sum_j (\ln p_{ij})^2}.

It needs no distribution of the single scores; a row without a score counts as p = 1. Squares let one glaring sign weigh
more than many faint ones, for careless people are careless in one way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Literal

import numpy as np
import polars as pl

from tongchi.errors import CleaningError
from tongchi.survey.careless import Floats, upper_share
from tongchi.survey.cleaning_rules import IN_INDEX, RULES, Answers, Cutoffs, Flag, evenly_spaced
from tongchi.survey.missing_pattern import LittleTest, MissingPattern, little_test, missing_patterns
from tongchi.survey.responses import Responses
from tongchi.survey.unavailable import NotAvailable

COMBINED = "combined"


@dataclass(frozen=True, eq=False)
class Exclusion:
    """Rows that stay, and how many went by which rule; a row that several rules name counts for each of them."""

    frame: pl.DataFrame
    scored: pl.DataFrame
    removed: tuple[str, ...]
    """Respondents that went."""
    counts: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Cleaning:
    """Flags by rule, the combined index, and the missing values. All rows are still there."""

    responses: Responses
    cutoffs: Cutoffs
    flags: Mapping[str, Flag]
    not_available: Mapping[str, NotAvailable]
    """Rules that could not be applied, with the reason."""
    patterns: tuple[MissingPattern, ...]
    little: LittleTest | NotAvailable

    @property
    def index(self) -> Floats:
        """Combined index, higher for less care; zeros where no rule was available."""
        combined = self.flags.get(COMBINED)
        return combined.score if combined else np.zeros(self.responses.frame.height)

    def summary(self, language: Literal["zh", "en"] = "zh") -> pl.DataFrame:
        """Return one row for each rule: name, cutoff, count, share and, where it was not applied, the reason."""
        rows = []
        for rule, (zh, en, _) in RULES.items():
            rows.append(self._line(rule, zh if language == "zh" else en, language))
        rows.append(self._line(COMBINED, "综合指数" if language == "zh" else "combined index", language))
        schema = {
            "rule": pl.String,
            "name": pl.String,
            "cutoff": pl.String,
            "count": pl.Int64,
            "share": pl.Float64,
            "reason": pl.String,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")

    def _line(self, rule: str, name: str, language: str) -> tuple[str, str, str, int | None, float | None, str]:
        if flag := self.flags.get(rule):
            return rule, name, flag.cutoff, flag.count, flag.count / max(len(flag.score), 1), ""
        reason = self.not_available[rule]
        return rule, name, "", None, None, reason.zh if language == "zh" else reason.en

    def table(self) -> pl.DataFrame:
        """Return one row for each respondent: `<rule>_score`, `<rule>` (flagged or not) and the number of flags."""
        name = self.responses.instrument.respondent
        columns: dict[str, pl.Series] = {name: self.responses.frame[name]}
        for rule, flag in self.flags.items():
            columns[f"{rule}_score"] = pl.Series(flag.score).fill_nan(None)
            columns[rule] = pl.Series(flag.flagged)
        total = np.sum([flag.flagged for rule, flag in self.flags.items() if rule != COMBINED], axis=0)
        columns["flags"] = pl.Series(np.broadcast_to(total, len(columns[name])).astype(np.int64))
        return pl.DataFrame(columns)

    def exclude(self, *rules: str) -> Exclusion:
        """Return the answers without the rows that any of `rules` flags; a rule that was not available removes none."""
        for rule in rules:
            if rule not in RULES and rule != COMBINED:
                close = get_close_matches(rule, [*RULES, COMBINED], n=1)
                advice = f"是否指 / did you mean “{close[0]}”?" if close else "请改正规则名。 / Correct the name."
                raise CleaningError(found=f"“{rule}”", expected=" | ".join([*RULES, COMBINED]), advice=advice)
        frame = self.responses.frame
        chosen = {rule: self.flags[rule] for rule in rules if rule in self.flags}
        gone = np.zeros(frame.height, dtype=bool)
        for flag in chosen.values():
            gone |= flag.flagged
        keep = pl.Series(~gone)
        names = frame.filter(~keep)[self.responses.instrument.respondent]
        counts = {rule: chosen[rule].count if rule in chosen else 0 for rule in rules}
        return Exclusion(frame.filter(keep), self.responses.scored().filter(keep), tuple(names), counts)


def clean(responses: Responses, cutoffs: Cutoffs | None = None) -> Cleaning:
    """Apply every rule to `responses`.

    Values outside the scale are flagged and then treated as missing by the other rules. Above 20,000 rows the normal
    model behind Mahalanobis' distance, the synonyms and Little's test rest on 20,000 rows at equal distances.
    """
    cutoffs = cutoffs or Cutoffs()
    for each in fields(cutoffs):
        value = getattr(cutoffs, each.name)
        if not np.isfinite(value) or (value < 0 and each.name not in ("even_odd", "synonyms")):
            advice = "请改正 / Correct it."
            raise CleaningError(found=f"{each.name} = {value}", expected="≥ 0", advice=advice)
    answers = Answers(responses, cutoffs)
    flags: dict[str, Flag] = {}
    not_available: dict[str, NotAvailable] = {}
    for rule, (zh, en, apply) in RULES.items():
        outcome = apply(answers) if responses.frame.height else _NO_ROWS
        if isinstance(outcome, NotAvailable):
            not_available[rule] = NotAvailable(rule, outcome.zh, outcome.en)
        else:
            score, flagged, cutoff = outcome
            flags[rule] = Flag(rule, zh, en, cutoff, score, flagged)
    combined = _combined(flags, cutoffs.deviation)
    if isinstance(combined, NotAvailable):
        not_available[COMBINED] = combined
    else:
        flags[COMBINED] = combined
    patterns = missing_patterns(answers.given, answers.codes)
    little = little_test(evenly_spaced(answers.scored), answers.normal) if responses.frame.height else _NO_ROWS
    return Cleaning(responses, cutoffs, flags, not_available, patterns, little)


_NO_ROWS = NotAvailable("cleaning", "没有答卷。", "There are no respondents.")


def _combined(flags: Mapping[str, Flag], cutoff: float) -> Flag | NotAvailable:
    shares = [upper_share(flags[rule].score) for rule in IN_INDEX if rule in flags]
    if not shares:
        return NotAvailable(COMBINED, "没有可用的规则。", "No rule is available.")
    index = np.sqrt(np.mean(np.square(np.log(shares)), axis=0))
    middle = float(np.median(index))
    scale = 1.4826 * float(np.median(np.abs(index - middle)))
    flagged = index > middle + cutoff * scale if scale > 0 else np.zeros(len(index), dtype=bool)
    return Flag(COMBINED, "综合指数", "combined index", f"> {middle + cutoff * scale:.2f}", index, flagged)
