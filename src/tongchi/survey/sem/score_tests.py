r"""Which equality between parameters do the data speak against?

With the score s of the mean log-likelihood and the expected information J per case, by parameters as if nothing were shared, K
a basis of what the constraints leave free and D the columns with :math:`RD = I` (R: one row per constraint), the score test
(Silvey 1959; Yuan and Bentler 1997) of the constraints in D is

.. math:: T = N\, w' U^{+} w, \quad w = D's, \quad U = D'(J - JK(K'JK)^{-1}K'J)D.

One column of D gives the test of one constraint while all others hold, and the change that its release would bring
(Saris, Satorra and Sörbom 1987). Rows and numbers are those of lavaan's `lavTestScore()`. Where answers are not normal, or
ordinal, `robust` puts the spread that w really has in the place of U (Satorra 1989), which lavaan does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import chdtrc

from tongchi.errors import FitComparisonError
from tongchi.survey.sem.modification import discrepancy_for, score_point, solved, unconstrained
from tongchi.survey.sem.ram import Matrix, Vector
from tongchi.survey.sem.scaled_difference import score_spread
from tongchi.survey.sem.solution import named_values
from tongchi.survey.sem.syntax import read_syntax
from tongchi.survey.sem.table import Parameter

if TYPE_CHECKING:
    from tongchi.survey.sem.result import Fit

_FLAT = 1e-9


@dataclass(frozen=True)
class Equality:
    """One constraint: `lhs` and `rhs` as lavaan writes them, `places` the table rows it binds, `row` its row of R."""

    lhs: str
    rhs: str
    places: tuple[int, ...]
    row: Vector


@dataclass(frozen=True)
class ReleaseTest:
    """H0: this equality holds in the population, given all others; one degree of freedom.

    `changes` are the expected changes of the parameters in `parameters` once it is released, `columns` their places among the
    free rows. Where the
    model without it would not be identified, there is nothing to test: the statistic is 0, `determined` is False.
    """

    lhs: str
    rhs: str
    parameters: tuple[Parameter, ...]
    columns: tuple[int, ...]
    statistic: float
    p_value: float
    changes: tuple[float, ...]
    determined: bool

    def row(self) -> dict[str, Any]:
        """Return the test under lavaan's field names."""
        head = {"lhs": self.lhs, "op": "==", "rhs": self.rhs}
        return head | {"X2": self.statistic, "df": 1, "p.value": self.p_value}


@dataclass(frozen=True)
class Pulls:
    """w, its spread (that of a normal sample, or the robust one), and the moves of all parameters, by released equality."""

    pull: Vector
    spread: Matrix
    bend: Matrix
    along: Matrix
    cases: int

    def joint(self, chosen: Sequence[int]) -> tuple[float, int]:
        """Return the statistic of some equalities, and how many directions of their release are determined."""
        spread, pull = self.spread[np.ix_(chosen, chosen)], self.pull[list(chosen)]
        scale = 1.0 / np.sqrt(np.maximum(np.diag(spread), 1e-300))
        values, vectors = np.linalg.eigh(spread * np.outer(scale, scale))
        kept = values > _FLAT * max(float(values[-1]), 1e-300)
        turned = vectors.T @ (scale * pull)
        return float(self.cases * np.sum(turned[kept] ** 2 / values[kept])), int(kept.sum())

    def moves(self, chosen: Sequence[int]) -> Vector:
        """Return the expected change of every free row once some equalities are released together."""
        bend = self.bend[np.ix_(chosen, chosen)]
        found: Vector = (
            self.along[:, list(chosen)] @ np.linalg.pinv(bend, rcond=_FLAT, hermitian=True) @ self.pull[list(chosen)]
        )
        return found


@dataclass(frozen=True)
class ScoreTests:
    """Tests of equalities: one for all together, and one for each while the others hold.

    `df` counts the equalities, as lavaan does; `rank` only those that the model could do without, and `p_value_of_rank` is
    the p-value by it.
    """

    statistic: float
    df: int
    p_value: float
    rank: int
    p_value_of_rank: float | None
    releases: tuple[ReleaseTest, ...]
    pulls: Pulls = field(repr=False)

    def joint(self, chosen: Sequence[int]) -> tuple[float, int]:
        """Return statistic and degrees of freedom of some of the releases together, while all other equalities hold."""
        return self.pulls.joint(chosen)

    def moves(self, chosen: Sequence[int]) -> Vector:
        """Return the expected changes, by the free rows, once some equalities are released together."""
        return self.pulls.moves(chosen)

    def to_json(self) -> dict[str, Any]:
        """Return the tests under lavaan's field names."""
        total = {"test": "score", "X2": self.statistic, "df": self.df, "p.value": self.p_value}
        return {"test": [total], "uni": [one.row() for one in self.releases]}


def score_tests(fit: Fit, release: Sequence[int] | None = None, *, robust: bool = False) -> ScoreTests:
    """Test the equalities of a fit: shared labels (those of `group_equal` too) and ``==``.

    Parameters
    ----------
    release : which of them, counted from 0 in the order of `equalities`; None: all
    robust : correct for answers that are not normal

    Raises
    ------
    FitComparisonError
        where nothing is equal, an inequality is stated, or the fit has not converged.
    """
    known = equalities(fit)
    chosen = list(range(len(known))) if release is None else list(release)
    if not fit.converged or not chosen or not all(0 <= at < len(known) for at in chosen):
        found = f"{len(known)} 个等式约束 / equality constraints, release={release}, converged={fit.converged}"
        expected = "已收敛且含等式约束的拟合 / a fit that converged, with equality constraints"
        raise FitComparisonError(found=found, expected=expected, advice="")
    pulls = _pulls(fit, np.linalg.pinv(np.array([one.row for one in known]))[:, chosen], robust)
    total, rank = pulls.joint(range(len(chosen)))
    return ScoreTests(
        statistic=total,
        df=len(chosen),
        p_value=float(chdtrc(len(chosen), total)),
        rank=rank,
        p_value_of_rank=float(chdtrc(rank, total)) if rank else None,
        releases=tuple(_release(fit, known[place], pulls, k) for k, place in enumerate(chosen)),
        pulls=pulls,
    )


def _pulls(fit: Fit, directions: Matrix, robust: bool) -> Pulls:
    old = fit.assembly
    loose = unconstrained(old, old.rows, len(fit.sample.moments))
    at = score_point(fit, loose)
    cross = old.basis.T @ at.information @ directions
    along = directions - old.basis @ solved(old.basis.T @ at.information @ old.basis, cross)
    bend = directions.T @ at.information @ along
    spread = bend
    if robust:
        theta = at.values[list(loose.free_rows)]
        spread = along.T @ score_spread(fit, discrepancy_for(fit, loose), theta) @ along
    return Pulls(directions.T @ at.score, spread, bend, along, at.cases)


def equalities(fit: Fit) -> tuple[Equality, ...]:
    """Return the equalities in lavaan's order: those that are stated, then rows that repeat a label of an earlier one.

    Raises
    ------
    FitComparisonError
        where the syntax states an inequality.
    """
    constraints = read_syntax(fit.syntax).constraints
    bound = next((one for one in constraints if one.op != "=="), None)
    if bound is not None:
        raise FitComparisonError(found=bound.text, expected="== ", advice="")
    assembly = fit.assembly
    column = {row: k for k, row in enumerate(assembly.free_rows)}
    first: dict[str, int] = {}
    shared: list[Equality] = []
    for place in assembly.free_rows:
        name = assembly.rows[place].name
        leader = first.setdefault(name, place)
        if leader != place:
            line = np.zeros(len(column))
            line[column[leader]], line[column[place]] = 1.0, -1.0
            shared.append(Equality(f".p{leader + 1}.", f".p{place + 1}.", (leader, place), line))
    stated: list[Equality] = []
    values = named_values(assembly, fit.values)
    for one in constraints:
        line = np.zeros(len(column))
        slopes = one.difference.derivatives(values)
        places = [first[name] for name in slopes if name in first]
        line[[column[place] for place in places]] = [slopes[assembly.rows[place].name] for place in places]
        lhs, rhs = one.text.split("==")
        stated.append(Equality(lhs.strip(), rhs.strip(), tuple(places), line))
    return (*stated, *shared)


def _release(fit: Fit, one: Equality, pulls: Pulls, at: int) -> ReleaseTest:
    pull, bend = float(pulls.pull[at]), float(pulls.bend[at, at])
    place = {row: k for k, row in enumerate(fit.assembly.free_rows)}
    columns = tuple(place[row] for row in one.places)
    determined = bend > _FLAT * max(1.0, abs(pull))
    statistic = pulls.cases * pull**2 / float(pulls.spread[at, at]) if determined else 0.0
    return ReleaseTest(
        one.lhs,
        one.rhs,
        tuple(fit.assembly.rows[row] for row in one.places),
        columns,
        statistic,
        float(chdtrc(1, statistic)),
        tuple(float(pull / bend * pulls.along[column, at]) if determined else 0.0 for column in columns),
        determined,
    )
