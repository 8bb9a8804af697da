"""Would another estimator, or keeping the careless answers, have changed a verdict?

The same table is made again under each variant; every verdict that differs from the main one is listed as a flip. A verdict that turns
from supported to contradicted, or back, is a reversal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tongchi.survey.groups import LatentMeans
from tongchi.survey.hypotheses import HypothesisTable, hypotheses
from tongchi.survey.hypotheses_rule import Rule, Verdict
from tongchi.survey.instrument import Instrument
from tongchi.survey.sem.result import Fit
from tongchi.survey.unavailable import NotAvailable, unless_refused


@dataclass(frozen=True, slots=True)
class Variant:
    """Another way to the same table. `everyone` keeps those that cleaning set aside, `pooled` takes all groups as one."""

    name: str
    zh: str
    en: str
    estimator: str = "ML"
    missing: str = "listwise"
    ordered: bool = False
    everyone: bool = False
    pooled: bool = False


VARIANTS: tuple[Variant, ...] = (
    Variant("ML", "最大似然，完整个案", "maximum likelihood, complete cases"),
    Variant("MLR", "稳健最大似然，完整个案", "robust maximum likelihood, complete cases", "MLR"),
    Variant("MLR-FIML", "稳健最大似然，全信息", "robust maximum likelihood, full information", "MLR", "fiml"),
    Variant(
        "WLSMV",
        "加权最小二乘，有序题目，成对删除",
        "weighted least squares, ordinal items, pairwise",
        "WLSMV",
        "pairwise",
        True,
    ),
    Variant("ML-pooled", "最大似然，各组合并", "maximum likelihood, groups pooled", pooled=True),
    Variant("ML-everyone", "最大似然，保留可疑答卷", "maximum likelihood, flagged answers kept", everyone=True),
    Variant(
        "WLSMV-everyone",
        "加权最小二乘，保留可疑答卷",
        "weighted least squares, flagged answers kept",
        "WLSMV",
        "pairwise",
        True,
        everyone=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Flip:
    """A verdict that differs under a variant."""

    hypothesis: str
    variant: str
    main: Verdict
    other: Verdict

    @property
    def reversal(self) -> bool:
        """Whether support became contradiction or the other way round."""
        return {self.main, self.other} == {Verdict.SUPPORTED, Verdict.CONTRADICTED}


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Tables by variant, why some are not available, and the flips against the main table."""

    main: HypothesisTable
    variants: tuple[Variant, ...]
    tables: Mapping[str, HypothesisTable | NotAvailable]
    flips: tuple[Flip, ...]

    @property
    def robust(self) -> tuple[str, ...]:
        """Hypotheses with a verdict that no available variant changes."""
        moved = {flip.hypothesis for flip in self.flips}
        return tuple(one.id for one in self.main.results if isinstance(one.verdict, Verdict) and one.id not in moved)

    def table(self) -> pl.DataFrame:
        """Return verdicts and standardised effects by hypothesis (rows) and variant (columns); null where there is none."""
        columns: dict[str, list[object]] = {"id": [one.id for one in self.main.results]}
        for name, table in {"main": self.main, **self.tables}.items():
            results = {} if isinstance(table, NotAvailable) else {one.id: one for one in table.results}
            verdicts: list[object] = []
            effects: list[object] = []
            for one in columns["id"]:
                found = results.get(str(one))
                known = found is not None and isinstance(found.verdict, Verdict)
                verdicts.append(str(found.verdict) if found is not None and known else None)
                effect = None if found is None or isinstance(found.effect, NotAvailable) else found.effect
                effects.append(effect.standardised if effect else None)
            columns |= {name: verdicts, f"{name}_effect": effects}
        return pl.DataFrame(columns, strict=False)


def sensitivity(
    instrument: Instrument,
    main: HypothesisTable,
    answers: pl.DataFrame,
    *,
    everyone: pl.DataFrame | None = None,
    constructs: Mapping[str, Sequence[str]] | None = None,
    variants: Sequence[Variant] = VARIANTS,
    rule: Rule | None = None,
    within: str | None = None,
    latent_means: Mapping[str, LatentMeans] | None = None,
    everyone_latent_means: Mapping[str, LatentMeans] | None = None,
) -> Sensitivity:
    """Make the table again under each variant.

    Parameters
    ----------
    main : the table that is reported
    answers : scored answers that the main table rests on
    everyone : scored answers with nobody set aside; without them, or where they are as many, those variants are not available
    rule : by default that of the main table
    within, latent_means : as for the main table; `everyone_latent_means` are those with nobody set aside. A verdict on scores is not
        held against one on latent means
    """
    shared = _Shared(constructs, main.adjustment, rule or main.rule, {})
    shared.keep((False, main.missing, main.ordered, within is None), main)
    tables: dict[str, HypothesisTable | NotAvailable] = {}
    for variant in variants:
        frame = everyone if variant.everyone else answers
        same = (variant.estimator, variant.missing, variant.ordered) == (main.estimator, main.missing, main.ordered)
        if frame is None or (variant.everyone and frame.height == answers.height):
            tables[variant.name] = NotAvailable("variant", "没有答卷被剔除。", "Nobody was set aside.")
        elif variant.pooled and within is None:
            tables[variant.name] = NotAvailable("variant", "模型本来就不分组。", "The models have no groups anyway.")
        elif same and not variant.everyone and not variant.pooled and rule is None:
            tables[variant.name] = main
        else:
            latent = everyone_latent_means if variant.everyone else latent_means
            tables[variant.name] = shared.table(instrument, variant, frame, None if variant.pooled else within, latent)
    return Sensitivity(main, tuple(variants), tables, _flips(main, tables))


@dataclass(frozen=True)
class _Shared:
    constructs: Mapping[str, Sequence[str]] | None
    adjustment: str
    rule: Rule
    before: dict[tuple[bool, str, bool, bool], Fit]
    """A fit by who is kept, treatment of gaps, scale, and whether groups are pooled: another of these has the same moments."""

    def keep(self, key: tuple[bool, str, bool, bool], table: HypothesisTable) -> None:
        """Keep a fit for variants of the same answers."""
        for fit in table.fits.values():
            if isinstance(fit, Fit):
                self.before.setdefault(key, fit)

    def table(
        self,
        instrument: Instrument,
        variant: Variant,
        frame: pl.DataFrame,
        within: str | None,
        latent: Mapping[str, LatentMeans] | None,
    ) -> HypothesisTable | NotAvailable:
        key = (variant.everyone, variant.missing, variant.ordered, within is None)
        found = unless_refused(
            variant.name,
            lambda: hypotheses(
                instrument,
                frame,
                constructs=self.constructs,
                estimator=variant.estimator,
                missing=variant.missing,
                ordered=variant.ordered,
                rule=self.rule,
                adjustment=self.adjustment,
                within=within,
                latent_means=latent,
                after=self.before.get(key),
            ),
        )
        if isinstance(found, NotAvailable) or not found.fits:
            return found
        self.keep(key, found)
        refused = [fit for fit in found.fits.values() if isinstance(fit, NotAvailable)]
        return refused[0] if len(refused) == len(found.fits) else found


def _flips(main: HypothesisTable, tables: Mapping[str, HypothesisTable | NotAvailable]) -> tuple[Flip, ...]:
    found = []
    for name, table in tables.items():
        if isinstance(table, NotAvailable):
            continue
        for one in main.results:
            other = table.of(one.id)
            before, after = one.verdict, other.verdict
            if {part.latent for part in one.parts} != {part.latent for part in other.parts}:
                continue
            if isinstance(before, Verdict) and isinstance(after, Verdict) and before is not after:
                found.append(Flip(one.id, name, before, after))
    return tuple(found)
