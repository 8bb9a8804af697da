"""What do the answers come to, as tables? Each number with the items and the number of answers behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import stdtrit

from tongchi.study import table_specs_survey as specs
from tongchi.study.sources import SourceLink, items_link
from tongchi.study.tables import Key, Names, StudyTable, TableSpec, table
from tongchi.survey.analysis import SurveyAnalysis
from tongchi.survey.groups import GroupSummary, PairComparison
from tongchi.survey.hypotheses import HypothesisTable
from tongchi.survey.hypotheses_rule import Verdict
from tongchi.survey.instrument import Hypothesis, Instrument
from tongchi.survey.necessity import Necessity
from tongchi.survey.necessity_bottleneck import bottleneck_table
from tongchi.survey.scale_scores import mean_score
from tongchi.survey.unavailable import NotAvailable, unless_refused

Row = tuple[object, ...]
Sources = dict[Key, Sequence[SourceLink]]
SPECS = (
    specs.SAMPLE, specs.CLEANING, specs.CONSTRUCTS, specs.GROUPS, specs.DIFFERENCES, specs.HYPOTHESES, specs.VERDICTS,
    specs.IMPORTANCE, specs.NECESSITY, specs.BOTTLENECKS, specs.FIT,
)  # fmt: skip


def survey_tables(found: SurveyAnalysis | NotAvailable, names: Names) -> list[StudyTable]:
    """Return the tables of the questionnaire, without rows where there is none."""
    if isinstance(found, NotAvailable):
        return [table(spec, [], names=names) for spec in SPECS]
    groups, differences = _groups(found)
    conditions, levels = _necessity(found)
    hypotheses = _hypotheses(found)
    importance = _importance(found)
    return [
        table(specs.SAMPLE, _sample(found), names=names),
        table(specs.CLEANING, _cleaning(found), names=names),
        _with_items(specs.CONSTRUCTS, _constructs(found), found, names),
        _with_items(specs.GROUPS, groups, found, names),
        _with_items(specs.DIFFERENCES, differences, found, names),
        table(specs.HYPOTHESES, hypotheses, sources=_hypothesis_sources(found), names=names),
        table(specs.VERDICTS, _verdicts(found), names=names),
        _with_items(specs.IMPORTANCE, importance, found, names),
        _with_items(specs.NECESSITY, conditions, found, names),
        _with_items(specs.BOTTLENECKS, levels, found, names),
        table(specs.FIT, _fit(found), names=names),
    ]


def _with_items(spec: TableSpec, rows: Sequence[Row], found: SurveyAnalysis, names: Names) -> StudyTable:
    """Make a table whose rows rest on the items of the constructs that stand in their keys, and on the answers used."""
    sources: Sources = {}
    for row in rows:
        key = tuple(str(value) for value in row[: len(spec.keys)])
        items = tuple(item for word in key for item in found.constructs.get(word, ()))
        sources[key] = [items_link(items, found.sample.used)]
    return table(spec, rows, sources=sources, names=names)


def _number(value: Any) -> Any:
    """Return a number, None for what is not available."""
    return None if isinstance(value, NotAvailable) or value is None else value


# --- sample and constructs -------------------------------------------------------------------------------


def _sample(found: SurveyAnalysis) -> list[Row]:
    rows: list[Row] = [("all", found.sample.given, found.sample.used)]
    return rows + [(group.code, group.given, group.used) for group in found.sample.groups]


def _cleaning(found: SurveyAnalysis) -> list[Row]:
    sample = found.sample
    rows: list[Row] = [
        ("removed", float(found.cleaning.removed)),
        ("complete", float(sample.complete)),
        ("answered_share", sample.answered_share),
    ]
    return rows + [(f"rule:{rule}", float(count)) for rule, count in sorted(found.cleaning.counts.items())]


def _constructs(found: SurveyAnalysis) -> list[Row]:
    measured = {one.construct: one for one in found.measurement.constructs}
    rows: list[Row] = []
    for code, items in found.constructs.items():
        scores = mean_score(found.answers, items).drop_nulls().to_numpy()
        one = measured.get(code)
        reliability: list[float | None] = [None] * 4
        if one is not None:
            alpha = None if isinstance(one.alpha, NotAvailable) else one.alpha.total.raw
            reliability = [alpha, *map(_number, (one.omega, one.composite_reliability, one.average_variance_extracted))]
        rows.append((code, "、".join(items), len(scores), *_mean(scores), *reliability))
    return rows


def _mean(scores: np.ndarray[Any, Any]) -> tuple[float | None, float | None, float | None]:
    """Return the mean on the answer scale with Student's 95 % interval."""
    if not len(scores):
        return None, None, None
    mean = float(scores.mean())
    if len(scores) < 2:
        return mean, None, None
    return _reach(mean, float(scores.std(ddof=1)), len(scores))


def _reach(mean: float, sd: float, n: int) -> tuple[float, float, float]:
    reach = float(stdtrit(n - 1, 0.975)) * sd / float(np.sqrt(n))
    return mean, mean - reach, mean + reach


def _groups(found: SurveyAnalysis) -> tuple[list[Row], list[Row]]:
    if isinstance(found.groups, NotAvailable):
        return [], []
    means: list[Row] = []
    differences: list[Row] = []
    for each in found.groups.comparisons:
        means += [(each.variable, group.label, group.n, *_group(group)) for group in each.groups]
        differences += [
            (each.variable, *_difference(pair)) for pair in each.pairs if not isinstance(pair, NotAvailable)
        ]
    return means, differences


def _group(group: GroupSummary) -> tuple[float | None, float | None, float | None]:
    if isinstance(group.mean, NotAvailable):
        return None, None, None
    if isinstance(group.sd, NotAvailable):
        return group.mean, None, None
    return _reach(group.mean, group.sd, group.n)


def _difference(pair: PairComparison) -> Row:
    g = pair.hedges_g
    size = (None, None, None) if isinstance(g, NotAvailable) else (g.value, g.interval.lower, g.interval.upper)
    return (
        pair.first, pair.second, pair.difference, pair.interval.lower, pair.interval.upper, *size, pair.p_value,
    )  # fmt: skip


# --- hypotheses ------------------------------------------------------------------------------------------


def _hypotheses(found: SurveyAnalysis) -> list[Row]:
    if isinstance(found.hypotheses, NotAvailable):
        return []
    english = {row["id"]: row for row in found.hypotheses.table("en").iter_rows(named=True)}
    rows: list[Row] = []
    for row in found.hypotheses.table("zh").iter_rows(named=True):
        one = found.hypotheses.of(row["id"]).hypothesis
        other = english[row["id"]]
        numbers = [
            _finite(row[name])
            for name in ("estimate", "se", "ci_lower", "ci_upper", "standardised", "std_lower", "std_upper", "p_value",
                         "p_adjusted", "smallest")
        ]  # fmt: skip
        rows.append(
            (one.id, row["kind"], _speaks_of(one), row["statement"], other["statement"], row["sign"] or "", *numbers, row["n"],
             row["verdict"] or "not_available", row["reason"], other["reason"])
        )  # fmt: skip
    return rows


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None


def _speaks_of(one: Hypothesis) -> str:
    """Return the construct that a hypothesis explains or measures, empty where it speaks of several."""
    return one.path[-1] if one.path else one.target or ""


def _hypothesis_sources(found: SurveyAnalysis) -> Sources:
    if isinstance(found.hypotheses, NotAvailable):
        return {}
    sources: Sources = {}
    for result in found.hypotheses.results:
        n = None if isinstance(result.effect, NotAvailable) else result.effect.n
        sources[(result.id,)] = [items_link(_items(result.hypothesis, found.instrument), n)]
    return sources


def _items(one: Hypothesis, instrument: Instrument) -> tuple[str, ...]:
    named = (*one.path, one.target or "", *one.constructs)
    return (*one.items, *(item.code for item in instrument.items if item.construct and item.construct in named))


def _verdicts(found: SurveyAnalysis) -> list[Row]:
    if isinstance(found.hypotheses, NotAvailable):
        return []
    table_: HypothesisTable = found.hypotheses
    rows: list[Row] = []
    for name, count in table_.counts().items():
        own = [one.id for one in table_.results if _word(one.verdict) == str(name)]
        rows.append((str(name), count, "、".join(own)))
    return rows


def _word(verdict: Verdict | NotAvailable) -> str:
    return verdict.value if isinstance(verdict, Verdict) else "not_available"


# --- importance, necessity, fit --------------------------------------------------------------------------


def _importance(found: SurveyAnalysis) -> list[Row]:
    maps = found.importance
    if isinstance(maps, NotAvailable):
        return []
    return [
        (each.target, one.construct, one.importance.value, one.importance.interval.lower, one.importance.interval.upper,
         one.performance, one.performance_interval.lower, one.performance_interval.upper, one.quadrant.value, one.gain,
         _number(one.first_share))
        for each in maps
        for one in each.constructs
    ]  # fmt: skip


def _necessity(found: SurveyAnalysis) -> tuple[list[Row], list[Row]]:
    analyses = found.necessity
    if isinstance(analyses, NotAvailable):
        return [], []
    conditions: list[Row] = []
    levels: list[Row] = []
    for each in analyses:
        for row in each.table().iter_rows(named=True):
            conditions.append(
                (each.outcome, row["condition"], row["ceiling"] or "", row["n"], row["effect_size"], row["magnitude"] or "",
                 row["p_value"], row["accuracy"], row["verdict"] or "", row["reason"] or "")
            )  # fmt: skip
        levels += _bottleneck(each)
    return conditions, levels


def _bottleneck(each: Necessity) -> list[Row]:
    found = unless_refused("bottleneck", lambda: bottleneck_table(each, "ce_fdh"))
    if isinstance(found, NotAvailable):
        return []
    return [
        (each.outcome, f"{level:g}", condition, one.status, one.at_most, one.shown, one.short)
        for condition, cells in found.requirements.items()
        for level, one in zip(found.shown.tolist(), cells, strict=True)
    ]


_MEASURES = ("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "srmr")


def _fit(found: SurveyAnalysis) -> list[Row]:
    """Return the measures of the measurement model and of the main structural model: robust, else scaled, else plain."""
    models = {"measurement": found.cfa}
    if not isinstance(found.structure, NotAvailable):
        models["structure"] = found.structure.main.fit
    rows: list[Row] = []
    for name, model in models.items():
        if isinstance(model, NotAvailable):
            continue
        for measure in _MEASURES:
            value = _measure(model.fit.fitmeasures, measure)
            if value is not None and np.isfinite(value):
                rows.append((name, measure, float(value)))
    return rows


def _measure(measures: Any, name: str) -> float | None:
    base, dot, rest = name.partition(".")
    for ending in (".robust", ".scaled"):
        value: float | None = measures.get(f"{base}{ending}{dot}{rest}")
        if value is not None:
            return value
    found: float | None = measures.get(name)
    return found
