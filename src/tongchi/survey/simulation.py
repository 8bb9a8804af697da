r"""What would answers to an instrument look like if the truth were known? Synthetic responses for trials, tests and teaching.

Constructs solve :math:`\eta = B\eta + \zeta`, so paths may form a loop (a steady state). All constructs have variance 1, exogenous ones
correlate, offices share part of each disturbance. An answer is :math:`y^* = \lambda\eta + \tau + \sqrt{1 - \lambda^2}\,\epsilon` cut
at thresholds into the categories of the scale; reversed items are turned, careless people answer without reading, and some
answers are left out at random. Nothing here is a finding about anyone: respondents are named SYN….
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tongchi.errors import SampleError
from tongchi.survey.instrument import HypothesisKind, Instrument
from tongchi.survey.responses import Responses

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CARELESS_KINDS = ("straight", "zigzag", "random")
SYNTHETIC_PREFIX = "SYN"


@dataclass(frozen=True)
class SimulatedGroup:
    """A group with a share of the respondents; `means` shift constructs and `items` single items, in standard deviations.

    A shift of an item that does not come from its construct breaks invariance: that is what `items` is for.
    """

    label: str
    share: float
    means: Mapping[str, float] = field(default_factory=dict)
    items: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Truth:
    """What the answers were made from; anything not named has the default of its field.

    `paths` are standardised; None takes .35 with the sign of each direct hypothesis. `loadings` are by item, for the direction of the
    construct. `levels` shift constructs or single items, in standard deviations; 0 is the middle of the scale.
    """

    paths: Mapping[tuple[str, str], float] | None = None
    loadings: Mapping[str, float] = field(default_factory=dict)
    loading: float = 0.75
    exogenous_correlation: float = 0.25
    levels: Mapping[str, float] = field(default_factory=dict)
    group: str = ""
    groups: tuple[SimulatedGroup, ...] = ()
    careless_share: float = 0.0
    missing_share: float = 0.0
    offices: int = 0
    office_share: float = 0.1
    """Part of the variance of each disturbance that people of one office share."""
    threshold_spread: float = 1.5
    """Outermost thresholds lie at ± this, the others at equal distances between."""


@dataclass(frozen=True, eq=False)
class Simulation:
    """Synthetic responses, and what nobody knows of real ones."""

    responses: Responses
    truth: Truth
    seed: int
    paths: Mapping[tuple[str, str], float]
    construct_scores: pl.DataFrame
    """True values of the constructs."""
    careless: tuple[str, ...]
    """Per respondent: "" or one of `CARELESS_KINDS`."""

    synthetic: bool = True


def simulate_responses(instrument: Instrument, n: int, truth: Truth | None = None, *, seed: int) -> Simulation:
    """Return answers of n synthetic respondents; the same seed gives the same answers.

    Raises
    ------
    SampleError
        no respondents, shares outside 0 … 1, names that the instrument does not have, or paths that leave a construct no variance
    """
    truth = truth or Truth()
    _check(instrument, n, truth)
    rng = np.random.default_rng(seed)
    codes = [one.code for one in instrument.constructs]
    paths = _default_paths(instrument) if truth.paths is None else dict(truth.paths)
    labels = _group_labels(truth, n, rng)
    offices = _offices(truth, labels, n, rng)
    scores = _construct_scores(codes, paths, truth, n, offices=offices, rng=rng)
    scores += _shifts(codes, truth, labels)
    answers = _answers(instrument, codes, scores, truth, labels=labels, rng=rng)
    careless = _careless(n, truth.careless_share, rng)
    checks = _checks(instrument, careless, rng)
    _answer_carelessly(instrument, careless, answers, rng)
    answers[rng.random(answers.shape) < truth.missing_share] = np.nan
    seconds = _seconds(instrument, careless, rng)
    frame = _frame(instrument, truth, answers, labels=labels, offices=offices, checks=checks, seconds=seconds)
    responses = Responses(instrument, frame, mapped=(), ignored=(), unknown=(), absent=(), unreadable=())
    true_scores = pl.DataFrame(scores, schema=codes)
    return Simulation(responses, truth, seed, paths, true_scores, tuple(careless.tolist()))


def _check(instrument: Instrument, n: int, truth: Truth) -> None:
    constructs = {one.code for one in instrument.constructs}
    items = set(instrument.item_codes)
    named = {code for pair in truth.paths or {} for code in pair} | {c for g in truth.groups for c in g.means}
    unknown = sorted(named - constructs) + sorted(
        (set(truth.loadings) | {code for g in truth.groups for code in g.items}) - items
    )
    unknown += sorted(set(truth.levels) - constructs - items)
    shares = (truth.careless_share, truth.missing_share, truth.office_share, *(g.share for g in truth.groups))
    loadings = (truth.loading, *truth.loadings.values())
    if unknown:
        raise SampleError(found=unknown[0], expected="问卷中的代码 / codes of the instrument", advice="")
    if n < 1 or not all(0 <= share <= 1 for share in shares) or not all(abs(one) <= 1 for one in loadings):
        raise SampleError(
            found=f"n = {n}, {shares}, {loadings}", expected="n ≥ 1, 0 ≤ share ≤ 1, |loading| ≤ 1", advice=""
        )
    if truth.groups and not truth.group:
        raise SampleError(found="groups", expected="group = 列名 / the name of its column", advice="")


def _default_paths(instrument: Instrument) -> dict[tuple[str, str], float]:
    direct = [one for one in instrument.hypotheses if one.kind is HypothesisKind.DIRECT]
    return {(one.path[0], one.path[-1]): -0.35 if one.sign == "-" else 0.35 for one in direct}


def _group_labels(truth: Truth, n: int, rng: np.random.Generator) -> list[str] | None:
    if not truth.groups:
        return None
    shares = np.array([one.share for one in truth.groups])
    drawn = rng.choice(len(shares), size=n, p=shares / shares.sum())
    return [truth.groups[at].label for at in drawn]


def _offices(truth: Truth, labels: list[str] | None, n: int, rng: np.random.Generator) -> Ints | None:
    """Return the office of each respondent; an office lies in one group, to which the offices fall in turn."""
    if not truth.offices:
        return None
    if labels is None or truth.offices < len(truth.groups):
        return rng.integers(truth.offices, size=n)
    names, result = [one.label for one in truth.groups], np.zeros(n, dtype=np.int64)
    for at, name in enumerate(names):
        members = np.array([label == name for label in labels])
        result[members] = rng.choice(np.arange(at, truth.offices, len(names)), size=int(members.sum()))
    return result


def disturbance_covariance(codes: list[str], paths: Mapping[tuple[str, str], float], correlation: float) -> Floats:
    """Return the covariance of the disturbances that gives every construct variance 1; exogenous ones correlate.

    Raises
    ------
    SampleError : the paths alone imply a variance above 1, or a loop that does not settle
    """
    effects, total = _effects(codes, paths)
    free = [at for at, code in enumerate(codes) if not np.any(effects[at])]
    shared = np.zeros_like(effects)
    shared[np.ix_(free, free)] = correlation
    np.fill_diagonal(shared, 0.0)
    wanted = 1.0 - np.einsum("ij,jk,ik->i", total, shared, total)
    variances = np.linalg.solve(total**2, wanted)
    stable = np.abs(np.linalg.eigvals(effects)).max(initial=0.0) < 1
    whole: Floats = shared + np.diag(variances)
    if not stable or variances.min() <= 0 or np.linalg.eigvalsh(whole)[0] <= 0:
        raise SampleError(
            found="路径过强，构念没有剩余方差 / the paths leave a construct no variance of its own",
            expected="较弱的路径 / weaker paths",
            advice="",
        )
    return whole


def _effects(codes: list[str], paths: Mapping[tuple[str, str], float]) -> tuple[Floats, Floats]:
    """Return B, with causes in columns, and the total effects (I − B)⁻¹."""
    effects = np.zeros((len(codes), len(codes)))
    for (cause, effect), size in paths.items():
        effects[codes.index(effect), codes.index(cause)] = size
    total: Floats = np.asarray(np.linalg.inv(np.eye(len(codes)) - effects), dtype=np.float64)
    return effects, total


def _construct_scores(
    codes: list[str],
    paths: Mapping[tuple[str, str], float],
    truth: Truth,
    n: int,
    *,
    offices: Ints | None,
    rng: np.random.Generator,
) -> Floats:
    root = np.linalg.cholesky(disturbance_covariance(codes, paths, truth.exogenous_correlation))
    own = rng.normal(size=(n, len(codes)))
    if offices is not None:
        common = rng.normal(size=(truth.offices, len(codes)))[offices]
        own = np.sqrt(truth.office_share) * common + np.sqrt(1 - truth.office_share) * own
    result: Floats = own @ root.T @ _effects(codes, paths)[1].T
    return result


def _shifts(codes: list[str], truth: Truth, labels: list[str] | None) -> Floats:
    level = np.array([truth.levels.get(code, 0.0) for code in codes])
    if labels is None:
        return level
    by_label = {one.label: np.array([one.means.get(code, 0.0) for code in codes]) for one in truth.groups}
    shifts: Floats = level + np.array([by_label[label] for label in labels])
    return shifts


def _answers(
    instrument: Instrument,
    codes: list[str],
    scores: Floats,
    truth: Truth,
    *,
    labels: list[str] | None,
    rng: np.random.Generator,
) -> Floats:
    """Return honest answers as they are given, reversed items turned; (n, items)."""
    scale, spread = instrument.scale, truth.threshold_spread
    thresholds = np.linspace(-spread, spread, scale.high - scale.low)
    columns = []
    for item in instrument.items:
        loading = truth.loadings.get(item.code, truth.loading) if item.construct else 0.0
        construct = scores[:, codes.index(item.construct)] if item.construct else np.zeros(len(scores))
        latent = loading * construct + np.sqrt(1 - loading**2) * rng.normal(size=len(scores))
        latent = latent + truth.levels.get(item.code, 0.0) + rng.uniform(-0.2, 0.2) * bool(item.construct)
        if labels is not None:
            moved = {one.label: one.items.get(item.code, 0.0) for one in truth.groups}
            latent = latent + np.array([moved[label] for label in labels])
        code = scale.low + np.searchsorted(thresholds, latent).astype(np.float64)
        columns.append(scale.low + scale.high - code if item.reverse else code)
    return np.column_stack(columns)


def _careless(n: int, share: float, rng: np.random.Generator) -> NDArray[np.str_]:
    kinds = rng.choice(np.array(CARELESS_KINDS), size=n)
    return np.where(rng.random(n) < share, kinds, "")


def _answer_carelessly(
    instrument: Instrument, careless: NDArray[np.str_], answers: Floats, rng: np.random.Generator
) -> None:
    """Write over the answers of careless people in the order in which items are asked."""
    low, high, width = instrument.scale.low, instrument.scale.high, answers.shape[1]
    for row in np.flatnonzero(careless != ""):
        if careless[row] == "straight":
            answers[row] = rng.integers(low, high + 1)
            slips = rng.random(width) < 0.05
            answers[row, slips] = np.clip(answers[row, slips] + 1, low, high)
        elif careless[row] == "zigzag":
            first = rng.integers(low, high)
            answers[row] = first + np.arange(width) % 2
        else:
            answers[row] = rng.integers(low, high + 1, size=width)


def _checks(instrument: Instrument, careless: NDArray[np.str_], rng: np.random.Generator) -> Floats:
    """Careful people pass an attention check in 98 of 100 cases, careless ones by chance."""
    columns = []
    for check in instrument.checks:
        guess = rng.integers(instrument.scale.low, instrument.scale.high + 1, size=len(careless))
        attends = (careless == "") & (rng.random(len(careless)) < 0.98)
        columns.append(np.where(attends, check.expected, guess).astype(np.float64))
    return np.column_stack(columns) if columns else np.empty((len(careless), 0))


def _seconds(instrument: Instrument, careless: NDArray[np.str_], rng: np.random.Generator) -> Floats:
    """About 6 seconds an item, log-normal; two careless people in three hurry at about 1.5."""
    hurried = (careless != "") & (rng.random(len(careless)) < 2 / 3)
    pace = np.where(hurried, 1.5, 6.0) * np.exp(rng.normal(0.0, 0.35, size=len(careless)))
    return np.round(pace * (len(instrument.items) + len(instrument.checks)))


def _frame(
    instrument: Instrument,
    truth: Truth,
    answers: Floats,
    *,
    labels: list[str] | None,
    offices: Ints | None,
    checks: Floats,
    seconds: Floats,
) -> pl.DataFrame:
    n = len(answers)
    columns: dict[str, pl.Series] = {
        instrument.respondent: pl.Series([f"{SYNTHETIC_PREFIX}{at:05d}" for at in range(1, n + 1)])
    }
    if labels is not None:
        columns[truth.group] = pl.Series(labels)
    if offices is not None:
        columns["office"] = pl.Series([f"{SYNTHETIC_PREFIX}-O{at + 1:03d}" for at in offices])
    columns[instrument.duration] = pl.Series(seconds)
    for at, item in enumerate(instrument.items):
        columns[item.code] = pl.Series(answers[:, at]).fill_nan(None)
    for at, check in enumerate(instrument.checks):
        columns[check.code] = pl.Series(checks[:, at])
    return pl.DataFrame(columns)
