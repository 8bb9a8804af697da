"""How near are the measurement statistics to those of psych, semTools and lavaan?

One agreement per kind of statistic. Factor loadings are compared after matching columns and signs; what parallel analysis draws at
random is left to Monte-Carlo error and not counted here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from scripts.evaluate_survey_calls import read_frame, read_reference
from scripts.evaluate_survey_fits import FAILURES, Agreement, reason_of
from tongchi.survey.factor_analysis import FactorSolution, explore_factors
from tongchi.survey.factor_extraction import Method
from tongchi.survey.factor_rotation import Rotation
from tongchi.survey.groups import compare_groups
from tongchi.survey.item_matrix import cov_to_cor, sample_cov, squared_multiple_correlations
from tongchi.survey.omega import omega_hierarchical, omega_one_factor
from tongchi.survey.ordinal_omega import ordinal_omega
from tongchi.survey.polychoric import polychoric_correlations
from tongchi.survey.reliability import average_variance_extracted, composite_reliability, cronbach_alpha
from tongchi.survey.sem import Model
from tongchi.survey.unavailable import NotAvailable
from tongchi.survey.validity import sampling_adequacy, sphericity_test, trait_ratios, trait_ratios_of_cor

Floats = NDArray[np.float64]
Pair = tuple[str, Any, Any]  # place, ours, theirs
CLOSED, ITERATIVE = 1e-6, 1e-4


@dataclass(frozen=True)
class Answers:
    """A psychometric reference, the answers it was computed from, and the columns of each scale."""

    theirs: Mapping[str, Any]
    values: Floats
    names: tuple[str, ...]
    scales: dict[str, list[int]]
    folder: Path

    @property
    def cor(self) -> Floats:
        """Correlations of the items."""
        return cov_to_cor(sample_cov(self.values))

    def marks(self, levels: list[str], sizes: list[int]) -> list[str]:
        """Return the group of each row, from any table of the same people; raise LookupError if there is none."""
        for table in [*sorted(self.folder.glob("*.csv")), *sorted(self.folder.parent.glob("*/data*.csv"))]:
            frame = read_frame(table)
            for name in frame.columns if frame.height == len(self.values) else []:
                marks = frame[name].cast(pl.String).to_list()
                if [marks.count(level) for level in levels] == sizes and set(marks) == set(levels):
                    return marks
        raise LookupError(f"no column with the groups {', '.join(levels)}")


def read_answers(path: Path) -> Answers:
    """Return a reference and its answers; raise LookupError if they are not beside it."""
    theirs = read_reference(path)
    names = tuple(theirs["cor"]["rows"])
    for table in sorted(path.parent.glob("*.csv")):
        frame = read_frame(table)
        if set(names) <= set(frame.columns) and frame.height == theirs["meta"]["n"]:
            scales = {
                name: [names.index(row["item"]) for row in alpha["items"]] for name, alpha in theirs["alpha"].items()
            }
            return Answers(theirs, frame.select(names).to_numpy().astype(np.float64), names, scales, path.parent)
    raise LookupError(f"no answers beside {path.name}")


def evaluate_measurement(folder: Path) -> Iterator[Agreement]:
    """Yield the agreement of every kind of statistic of every psychometric reference below `folder`."""
    for path in sorted(folder.glob("*/psychometrics.json")):
        answers = read_answers(path)
        for kind, (pairs, tolerance) in KINDS.items():
            found = Agreement(f"{path.parent.name}: {kind}", tolerances={"value": tolerance})
            try:
                for place, ours, theirs in pairs(answers):
                    _compare(found, place, ours, theirs)
            except FAILURES as error:
                found.reason = reason_of(error)
            yield found


def _compare(found: Agreement, place: str, ours: Any, theirs: Any) -> None:
    if isinstance(theirs, list | tuple | np.ndarray):
        for at, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            _compare(found, f"{place}[{at}]", one, other)
    else:
        value = None if isinstance(ours, NotAvailable) else ours
        found.compare("value", place, None if value is None else float(value), theirs)


def _alpha(answers: Answers) -> Iterator[Pair]:
    keys = ("raw_alpha", "std.alpha", "G6(smc)", "average_r")
    for name, columns in answers.scales.items():
        theirs, ours = answers.theirs["alpha"][name], cronbach_alpha(answers.values[:, columns])
        yield name, astuple(ours.total), [theirs["total"][key] for key in (*keys, "median_r", "S/N", "ase")]
        yield f"{name} Feldt", (ours.interval.lower, ours.interval.upper), list(theirs["feldt"].values())
        for item, row, drop in zip(ours.items, theirs["items"], theirs["drop"], strict=True):
            columns_of_item = ("mean", "sd", "raw.r", "std.r", "r.cor", "r.drop")
            yield row["item"], astuple(item)[1:7], [row[key] for key in columns_of_item]
            if not isinstance(item.if_deleted, NotAvailable):
                yield row["item"], astuple(item.if_deleted), [drop[k] for k in (*keys, "med.r", "S/N", "alpha se")]


def _omega(answers: Answers) -> Iterator[Pair]:
    for name, columns in answers.scales.items():
        for method in get_args(Method):
            theirs = answers.theirs["omega1f"][name].get(f"omega_{method}")
            yield f"{name} {method}", omega_one_factor(answers.cor[np.ix_(columns, columns)], method=method), theirs


def _omega_hierarchical(answers: Answers) -> Iterator[Pair]:
    theirs = answers.theirs["omega_all"]
    ours = omega_hierarchical(answers.cor, theirs["nfactors"])
    if isinstance(ours, NotAvailable):
        yield "omega", ours, theirs["omega_h"]
        return
    yield "omega_h", ours.hierarchical, theirs["omega_h"]
    yield "omega_tot", ours.total, theirs["omega_tot"]
    yield "omega_lim", ours.asymptotic, theirs["omega_lim"]
    yield "general", ours.general, [row[0] for row in theirs["schmid_sl"]["values"]]


def _matrix(answers: Answers) -> Iterator[Pair]:
    theirs = answers.theirs
    adequacy = sampling_adequacy(answers.cor)
    yield "cor", answers.cor, theirs["cor"]["values"]
    yield "MSA", adequacy.overall, theirs["kmo"]["MSA"]
    yield "MSAi", [value for _, value in adequacy.items], list(theirs["kmo"]["MSAi"].values())
    yield "smc", squared_multiple_correlations(answers.cor), list(theirs["smc"].values())
    yield "eigenvalues", np.linalg.eigvalsh(answers.cor)[::-1], theirs["eigen_pca"]
    test = sphericity_test(answers.cor, len(answers.values))
    chi_square = test if isinstance(test, NotAvailable) else test.chi_square
    yield "bartlett", chi_square, theirs["bartlett"]["chisq"]


def _factors(rotations: Sequence[str]) -> Callable[[Answers], Iterator[Pair]]:
    def pairs(answers: Answers) -> Iterator[Pair]:
        for method in get_args(Method):
            for rotation in rotations:
                yield from _solution(answers, method, rotation)

    return pairs


def _solution(answers: Answers, method: Method, rotation: Any) -> Iterator[Pair]:
    theirs = answers.theirs["efa"][f"{method}_{rotation}"]
    target = np.array(theirs["loadings"]["values"])
    n = len(answers.values)
    ours = explore_factors(answers.cor, target.shape[1], n, method=method, rotation=rotation)
    loadings, factor_cor = _matched(ours, target)
    yield f"{method} {rotation}", loadings, target
    if theirs["Phi"]:
        yield f"{method} {rotation} Phi", factor_cor, theirs["Phi"]["values"]
    yield f"{method} {rotation} uniqueness", ours.uniquenesses, list(theirs["uniqueness"].values())
    fit = ours.fit
    yield f"{method} fit", (fit.discrepancy, fit.tli), (theirs["objective"], theirs["TLI"])


def _matched(solution: FactorSolution, target: Floats) -> tuple[Floats, Floats]:
    products = target.T @ solution.loadings
    products /= np.outer(np.linalg.norm(target, axis=0), np.linalg.norm(solution.loadings, axis=0))
    rows, columns = linear_sum_assignment(-np.abs(products))
    signs = np.sign(products[rows, columns])
    return solution.loadings[:, columns] * signs, solution.factor_cor[np.ix_(columns, columns)] * np.outer(signs, signs)


def _polychoric(answers: Answers) -> Iterator[Pair]:
    ours, theirs = polychoric_correlations(answers.values), answers.theirs
    yield "lavaan", ours.correlations, theirs["polychoric_lavaan"]["values"]
    for name, cuts, row in zip(answers.names, ours.thresholds, theirs["polychoric"]["tau"]["values"], strict=True):
        yield f"{name} thresholds", cuts, [cut for cut in row if cut is not None][: len(cuts)]


def _composite(answers: Answers) -> Iterator[Pair]:
    theirs = answers.theirs["cr_ave_ml"]
    syntax = "\n".join(f"{name} =~ {_sum(answers, columns)}" for name, columns in answers.scales.items())
    fit = Model(syntax).fit(dict(zip(answers.names, answers.values.T, strict=True)))
    std = {row["rhs"]: row["est.std"] for row in fit.standardized if row["op"] == "=~"}
    raw = {(row["lhs"], row["op"], row["rhs"]): row["est"] for row in fit.estimates}
    for name, columns in answers.scales.items():
        items = [answers.names[at] for at in columns]
        cov = np.cov(answers.values[:, columns].T, bias=True)
        unit = np.array([std[item] for item in items])
        head = np.sqrt(raw[name, "~~", name])
        loadings = np.array([raw[name, "=~", item] * head for item in items])
        theta = np.array([raw[item, "~~", item] for item in items])
        yield f"{name} cr", composite_reliability(unit, 1 - unit**2), theirs["cr_from_std"][name]
        yield f"{name} ave", average_variance_extracted(unit, 1 - unit**2), theirs["ave_from_std"][name]
        yield f"{name} omega", composite_reliability(loadings, theta, cov), theirs["omega"][name]
        yield f"{name} AVE", average_variance_extracted(loadings, theta, np.diag(cov)), theirs["AVE"][name]


def _sum(answers: Answers, columns: Sequence[int]) -> str:
    return " + ".join(answers.names[at] for at in columns)


def _composite_ordinal(answers: Answers) -> Iterator[Pair]:
    theirs = answers.theirs["cr_ave_wlsmv"]
    syntax = "\n".join(f"{name} =~ {_sum(answers, columns)}" for name, columns in answers.scales.items())
    data = dict(zip(answers.names, answers.values.T, strict=True))
    fit = Model(syntax).fit(data, "WLSMV", ordered=answers.names)
    std = {row["rhs"]: row["est.std"] for row in fit.standardized if row["op"] == "=~"}
    polychoric = polychoric_correlations(answers.values)
    for name, columns in answers.scales.items():
        unit = np.array([std[answers.names[at]] for at in columns])
        inside = polychoric.correlations[np.ix_(columns, columns)]
        cuts = [polychoric.thresholds[at] for at in columns]
        yield f"{name} omega", ordinal_omega(unit, cuts, inside), theirs["omega"][name]
        latent = composite_reliability(unit, 1 - unit**2, inside)
        yield f"{name} latent omega", latent, theirs["omega_ordscale_false"][name]
        yield f"{name} AVE", average_variance_extracted(unit, 1 - unit**2), theirs["AVE"][name]


def _ratios(answers: Answers) -> Iterator[Pair]:
    upper = np.triu_indices(len(answers.scales), 1)
    ordinal = polychoric_correlations(answers.values).correlations
    for key, ours in (
        ("htmt", trait_ratios(answers.values, answers.scales)),
        ("htmt2", trait_ratios(answers.values, answers.scales, kind="htmt2")),
        ("htmt_ordinal", trait_ratios_of_cor(ordinal, answers.scales)),
    ):
        theirs = np.array(answers.theirs[key]["values"], dtype=np.float64)[upper]
        yield key, [pair.value for pair in ours], theirs.tolist()


def _groups(answers: Answers) -> Iterator[Pair]:
    theirs = answers.theirs["group"]
    marks = answers.marks(theirs["levels"], list(theirs["n"].values()))
    scores = {name: answers.values[:, columns].mean(axis=1) for name, columns in answers.scales.items()}
    frame = pl.DataFrame({"group": marks, **scores})
    for one in compare_groups(frame, list(scores), "group", labels=theirs["levels"]).comparisons:
        other, name, pair = theirs["tests"][one.variable], one.variable, one.pairs[0]
        if isinstance(pair, NotAvailable):
            yield name, pair, other["welch"]["t"]
            continue
        yield f"{name} mean", [each.mean for each in one.groups], other["mean"]
        yield f"{name} sd", [each.sd for each in one.groups], other["sd"]
        welch = (pair.t, pair.df, pair.p_value, pair.interval.lower, pair.interval.upper)
        yield f"{name} Welch", welch, [*(other["welch"][key] for key in ("t", "df", "p")), *other["welch"]["ci"]]
        yield (
            f"{name} ranks",
            (pair.ranks.statistic, pair.ranks.p_value),
            [other["wilcox"][k] for k in ("W", "p_correct")],
        )
        yield f"{name} delta", pair.ranks.rank_biserial, other["cliffs_delta"]
        yield f"{name} d", pair.cohens_d, other["d_pooled"]
        g = pair.hedges_g
        yield f"{name} g", g if isinstance(g, NotAvailable) else g.value, other["hedges_g_exact"]


NOT_COMPARED = (
    "describe, skew_kurt_type2, mardia, guttman (λ1–λ5), parallel (random), map, vss, efa by pa or geominQ, mahalanobis"
)
KINDS: dict[str, tuple[Callable[[Answers], Iterator[Pair]], float]] = {
    "alpha, its interval, items, if deleted": (_alpha, CLOSED),
    "omega, one factor": (_omega, ITERATIVE),
    "omega, hierarchical": (_omega_hierarchical, 1e-3),
    "correlations, KMO, Bartlett, eigenvalues": (_matrix, CLOSED),
    "factors, unrotated": (_factors(["none"]), ITERATIVE),
    "factors, rotated": (_factors([name for name in get_args(Rotation) if name != "none"]), ITERATIVE),
    "polychoric correlations, thresholds": (_polychoric, CLOSED),
    "CR and AVE of the ML fit": (_composite, 1e-5),  # semTools reads lavaan's own, earlier stop
    "CR and AVE of the WLSMV fit": (_composite_ordinal, 1e-5),
    "HTMT, HTMT2, ordinal HTMT": (_ratios, CLOSED),
    "two groups: Welch, ranks, effect sizes": (_groups, CLOSED),
}
