"""Do the items measure the constructs? Reliability, validity and the factors behind the items, in one account.

Composite reliability and variance extracted are those of Fornell and Larcker (1981) from the standardised loadings of the
measurement model. Statistics that need complete answers take the rows that are complete on their own items.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from tongchi.survey.agreement import GroupAgreement, NestedAgreement, nested_agreement, within_group_agreement
from tongchi.survey.analysis_models import estimate, measurement_syntax, methods_for
from tongchi.survey.analysis_sample import describe_items, usable_answers
from tongchi.survey.cleaning_rules import evenly_spaced
from tongchi.survey.factor_analysis import FactorSolution, explore_factors
from tongchi.survey.instrument import Instrument
from tongchi.survey.item_matrix import Floats, check_items, cov_to_cor, sample_cov
from tongchi.survey.omega import omega_one_factor
from tongchi.survey.parallel_analysis import ParallelAnalysis, parallel_analysis
from tongchi.survey.polychoric import polychoric_correlations
from tongchi.survey.reliability import (
    Alpha,
    Interval,
    average_variance_extracted,
    composite_reliability,
    cronbach_alpha,
    ordinal_alpha,
)
from tongchi.survey.responses import Responses
from tongchi.survey.sem.result import Fit
from tongchi.survey.unavailable import NotAvailable, unless_refused
from tongchi.survey.validity import (
    ConstructPair,
    SamplingAdequacy,
    SphericityTest,
    TraitRatio,
    fornell_larcker,
    sampling_adequacy,
    sphericity_test,
    trait_ratios,
)


@dataclass(frozen=True)
class ItemLoading:
    """Completely standardised loading of an item, with its delta-method standard error; None where there is none."""

    item: str
    value: float
    standard_error: float | None
    interval: Interval | None


@dataclass(frozen=True)
class ConstructMeasurement:
    """How well the items of one construct measure it; `n` rows are complete on them."""

    construct: str
    items: tuple[str, ...]
    n: int
    loadings: tuple[ItemLoading, ...] | NotAvailable
    alpha: Alpha | NotAvailable
    ordinal_alpha: float | NotAvailable
    omega: float | NotAvailable
    composite_reliability: float | NotAvailable
    average_variance_extracted: float | NotAvailable


@dataclass(frozen=True)
class OfficeAgreement:
    """Do people of one office answer alike on the mean of a construct? `median_r_wg` is over the offices of two or more."""

    construct: str
    nested: NestedAgreement | NotAvailable
    within: tuple[GroupAgreement, ...] | NotAvailable
    median_r_wg: float | NotAvailable


@dataclass(frozen=True)
class Measurement:
    """All about the items and their constructs; `n` rows are complete on all items."""

    n: int
    constructs: tuple[ConstructMeasurement, ...]
    construct_cor: Floats | NotAvailable
    """(m, m) correlations of the constructs of the measurement model, in the order of `constructs` that it holds."""
    correlated: tuple[str, ...]
    fornell_larcker: tuple[ConstructPair, ...] | NotAvailable
    htmt: tuple[TraitRatio, ...] | NotAvailable
    htmt2: tuple[TraitRatio, ...] | NotAvailable
    sampling_adequacy: SamplingAdequacy | NotAvailable
    sphericity: SphericityTest | NotAvailable
    parallel: ParallelAnalysis | NotAvailable
    factors: FactorSolution | NotAvailable
    offices: tuple[OfficeAgreement, ...] | NotAvailable


def reliability(
    instrument: Instrument, answers: Responses | pl.DataFrame, *, estimator: str = "MLR"
) -> tuple[ConstructMeasurement, ...]:
    """Say how well the items of each construct measure it: loadings, alpha, omega, composite reliability, variance extracted.

    Parameters
    ----------
    answers : responses, or a frame of scored answers (reversed items turned round); values outside the scale count as missing
    estimator : of the measurement model behind loadings, composite reliability and variance extracted

    Returns
    -------
    One result for each construct with two items or more that vary; what does not exist says why.
    """
    frame = answers.scored() if isinstance(answers, Responses) else answers
    codes = [code for code in instrument.item_codes if code in frame.columns]
    frame = usable_answers(frame, codes, instrument.scale)
    vary = [item.code for item in describe_items(instrument, frame, codes) if item.usable]
    several = {
        one.code: tuple(item.code for item in instrument.items_of(one.code) if item.code in vary)
        for one in instrument.constructs
    }
    several = {name: items for name, items in several.items() if len(items) > 1}
    items = [code for codes in several.values() for code in codes]
    none = NotAvailable("cfa", "没有两题以上的构念。", "No construct has two items.")
    model = (
        estimate(measurement_syntax(several), frame, methods_for(estimator, frame, items), items) if several else none
    )
    fit = model if isinstance(model, NotAvailable) else model.fit
    return tuple(_construct(name, codes, frame, fit) for name, codes in several.items())


def measure(
    instrument: Instrument,
    answers: pl.DataFrame,
    constructs: Mapping[str, Sequence[str]],
    cfa: Fit | NotAvailable,
    *,
    office: str | None = None,
    draws: int = 1000,
    seed: int = 1,
) -> Measurement:
    """Describe the measurement of `constructs` (code to the items that vary) in scored answers.

    Parameters
    ----------
    cfa : fit of the measurement model, for loadings and what follows from them
    office : column whose people are nested in it, for agreement
    draws : of the bootstrap behind the intervals of HTMT
    """
    items = [code for codes in constructs.values() for code in codes]
    whole = _complete(answers, items)
    several = {name: codes for name, codes in constructs.items() if len(codes) > 1}
    measured = tuple(_construct(name, codes, answers, cfa) for name, codes in several.items())
    correlated, cor = _construct_cor(list(several), cfa)
    ave = {
        each.construct: each.average_variance_extracted
        for each in measured
        if not isinstance(each.average_variance_extracted, NotAvailable)
    }
    matrix = unless_refused("correlations", lambda: cov_to_cor(sample_cov(check_items(whole, items))))
    htmt, htmt2 = _ratios(evenly_spaced(whole), several, items, draws, seed)
    adequacy, sphericity, parallel, factors = _factors(matrix, whole, items, seed)
    return Measurement(
        n=len(whole),
        constructs=measured,
        construct_cor=cor,
        correlated=correlated,
        fornell_larcker=_criterion(ave, correlated, cor),
        htmt=htmt,
        htmt2=htmt2,
        sampling_adequacy=adequacy,
        sphericity=sphericity,
        parallel=parallel,
        factors=factors,
        offices=_offices(instrument, answers, several, office),
    )


def _complete(answers: pl.DataFrame, items: Sequence[str]) -> Floats:
    whole: Floats = answers.select(items).drop_nulls().to_numpy().astype(np.float64).reshape(-1, len(items))
    return whole


def _construct(name: str, items: Sequence[str], answers: pl.DataFrame, cfa: Fit | NotAvailable) -> ConstructMeasurement:
    whole = _complete(answers, items)
    loadings = cfa if isinstance(cfa, NotAvailable) else _loadings(name, cfa)
    if isinstance(loadings, NotAvailable):
        reliability: float | NotAvailable = NotAvailable("composite_reliability", loadings.zh, loadings.en)
        extracted: float | NotAvailable = NotAvailable("average_variance_extracted", loadings.zh, loadings.en)
    else:
        lambda_ = np.array([each.value for each in loadings])
        reliability = unless_refused("composite_reliability", lambda: composite_reliability(lambda_, 1 - lambda_**2))
        extracted = unless_refused(
            "average_variance_extracted", lambda: average_variance_extracted(lambda_, 1 - lambda_**2)
        )
    return ConstructMeasurement(
        construct=name,
        items=tuple(items),
        n=len(whole),
        loadings=loadings,
        alpha=unless_refused("alpha", lambda: cronbach_alpha(whole, items)),
        ordinal_alpha=unless_refused(
            "ordinal_alpha", lambda: ordinal_alpha(polychoric_correlations(evenly_spaced(whole)).correlations)
        ),
        omega=unless_refused("omega", lambda: omega_one_factor(cov_to_cor(sample_cov(check_items(whole, items))))),
        composite_reliability=reliability,
        average_variance_extracted=extracted,
    )


def _loadings(name: str, cfa: Fit) -> tuple[ItemLoading, ...] | NotAvailable:
    found = []
    for row in cfa.standardized:
        if row["op"] == "=~" and row["lhs"] == name and row.get("group", 1) == 1:
            if row["est.std"] is None:
                return NotAvailable("loadings", "方差为负，无法标准化。", "A negative variance cannot be standardised.")
            ends = (row["ci.lower"], row["ci.upper"])
            interval = None if None in ends else Interval(ends[0], ends[1], 0.95)
            found.append(ItemLoading(row["rhs"], row["est.std"], row["se"], interval))
    none = NotAvailable("loadings", "测量模型不含该构念。", "The measurement model does not hold the construct.")
    return tuple(found) or none


def _construct_cor(names: Sequence[str], cfa: Fit | NotAvailable) -> tuple[tuple[str, ...], Floats | NotAvailable]:
    if isinstance(cfa, NotAvailable):
        return (), NotAvailable("construct_cor", cfa.zh, cfa.en)
    latent = cfa.assembly.variables.latent
    kept = tuple(name for name in names if name in latent)
    cor = np.eye(len(kept))
    for row in cfa.standardized:
        if row["op"] == "~~" and row["lhs"] in kept and row["rhs"] in kept and row["lhs"] != row["rhs"]:
            if row["est.std"] is None:
                return kept, NotAvailable("construct_cor", "构念方差为负。", "A construct has a negative variance.")
            at, other = kept.index(row["lhs"]), kept.index(row["rhs"])
            cor[at, other] = cor[other, at] = row["est.std"]
    return kept, cor


def _criterion(
    ave: Mapping[str, float], names: Sequence[str], cor: Floats | NotAvailable
) -> tuple[ConstructPair, ...] | NotAvailable:
    if isinstance(cor, NotAvailable):
        return NotAvailable("fornell_larcker", cor.zh, cor.en)
    at = [place for place, name in enumerate(names) if name in ave]
    if len(at) < 2:
        return NotAvailable("fornell_larcker", "不足两个构念。", "There are fewer than two constructs.")
    return fornell_larcker({names[place]: ave[names[place]] for place in at}, cor[np.ix_(at, at)])


def _ratios(
    whole: Floats, constructs: Mapping[str, Sequence[str]], items: Sequence[str], draws: int, seed: int
) -> tuple[tuple[TraitRatio, ...] | NotAvailable, tuple[TraitRatio, ...] | NotAvailable]:
    columns = {name: [items.index(code) for code in codes] for name, codes in constructs.items()}
    first = unless_refused("htmt", lambda: trait_ratios(whole, columns, np.random.default_rng([seed, 1]), draws=draws))
    second = unless_refused(
        "htmt2", lambda: trait_ratios(whole, columns, np.random.default_rng([seed, 1]), kind="htmt2", draws=draws)
    )
    return first, second


def _factors(
    cor: Floats | NotAvailable, whole: Floats, items: Sequence[str], seed: int
) -> tuple[
    SamplingAdequacy | NotAvailable,
    SphericityTest | NotAvailable,
    ParallelAnalysis | NotAvailable,
    FactorSolution | NotAvailable,
]:
    if isinstance(cor, NotAvailable):
        names = ("sampling_adequacy", "sphericity", "parallel", "factors")
        adequacy, sphericity, parallel, factors = (NotAvailable(name, cor.zh, cor.en) for name in names)
        return adequacy, sphericity, parallel, factors
    noise = unless_refused(
        "parallel", lambda: parallel_analysis(evenly_spaced(whole), np.random.default_rng([seed, 2]))
    )
    if isinstance(noise, NotAvailable):
        solution: FactorSolution | NotAvailable = NotAvailable("factors", noise.zh, noise.en)
    elif noise.suggested == 0:
        solution = NotAvailable("factors", "没有超过随机水平的因子。", "No factor rises above noise.")
    else:
        count = noise.suggested
        solution = unless_refused("factors", lambda: explore_factors(cor, count, len(whole), names=items))
    return (
        unless_refused("sampling_adequacy", lambda: sampling_adequacy(cor, items)),
        unless_refused("sphericity", lambda: sphericity_test(cor, len(whole))),
        noise,
        solution,
    )


def _offices(
    instrument: Instrument, answers: pl.DataFrame, constructs: Mapping[str, Sequence[str]], office: str | None
) -> tuple[OfficeAgreement, ...] | NotAvailable:
    if office is None or office not in answers.columns:
        return NotAvailable("offices", "答卷中没有单位一列。", "The answers do not say who works in which office.")
    options = instrument.scale.high - instrument.scale.low + 1
    found = []
    for name, items in constructs.items():
        rows = answers.select([office, *items]).drop_nulls()
        matrix, people = rows.select(items).to_numpy(), rows[office].to_list()
        nested = unless_refused("icc1", lambda m=matrix, p=people: nested_agreement(m.mean(axis=1), p))  # type: ignore[misc]
        within = unless_refused("r_wg", lambda m=matrix, p=people: within_group_agreement(m, p, options))  # type: ignore[misc]
        found.append(OfficeAgreement(name, nested, within, _median_agreement(within)))
    return tuple(found)


def _median_agreement(within: tuple[GroupAgreement, ...] | NotAvailable) -> float | NotAvailable:
    if isinstance(within, NotAvailable):
        return within
    known = [each.value for each in within if not isinstance(each.value, NotAvailable)]
    return (
        float(np.median(known)) if known else NotAvailable("r_wg", "没有两人以上的单位。", "No office has two people.")
    )
