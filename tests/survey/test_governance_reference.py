"""The measurement part on a second reference: five constructs of four items, 745 complete synthetic answers."""

from __future__ import annotations

import csv
import json
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from psychometric_reference import FOLDER, assert_close
from test_factor_analysis import METHODS, ROTATIONS, matched

from tongchi.survey.factor_analysis import explore_factors
from tongchi.survey.factor_extraction import Method
from tongchi.survey.factor_rotation import Rotation
from tongchi.survey.item_matrix import cov_to_cor, sample_cov
from tongchi.survey.omega import omega_hierarchical, omega_one_factor
from tongchi.survey.polychoric import polychoric_correlations
from tongchi.survey.reliability import cronbach_alpha
from tongchi.survey.unavailable import NotAvailable
from tongchi.survey.validity import sampling_adequacy, sphericity_test, trait_ratios, trait_ratios_of_cor

GOVERNANCE = FOLDER.parent / "i_governance_likert"
CONSTRUCTS = ("collab", "trust", "fair", "capacity", "protect")
ITEMS = {name: range(4 * at, 4 * at + 4) for at, name in enumerate(CONSTRUCTS)}
UPPER = np.triu_indices(5, 1)
pytestmark = pytest.mark.skipif(
    not GOVERNANCE.is_dir(),
    reason="reference results are not here: ../shared/data/survey/i_governance_likert is absent",
)


@cache
def theirs() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((GOVERNANCE / "psychometrics.json").read_text(encoding="utf-8"))
    return found


@cache
def answers() -> NDArray[np.float64]:
    with (GOVERNANCE / "clean_reversed_complete.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    return np.array([row[2:] for row in rows], dtype=np.float64)


def cor() -> NDArray[np.float64]:
    return cov_to_cor(sample_cov(answers()))


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_reliability(name: str) -> None:
    columns = ITEMS[name]
    alpha, total = cronbach_alpha(answers()[:, columns]), theirs()["alpha"][name]["total"]
    summary = (alpha.total.raw, alpha.total.standardized, alpha.total.guttman_6, alpha.total.standard_error)
    assert_close(summary, [total[key] for key in ("raw_alpha", "std.alpha", "G6(smc)", "ase")])
    assert_close(alpha.interval.lower, theirs()["alpha"][name]["feldt"]["lower"])
    for method in METHODS:
        ours = omega_one_factor(cor()[np.ix_(columns, columns)], method=method)
        assert_close(ours, theirs()["omega1f"][name][f"omega_{method}"], rtol=1e-6)


@pytest.mark.parametrize("rotation", ROTATIONS)
@pytest.mark.parametrize("method", METHODS)
def test_factors(method: Method, rotation: Rotation) -> None:
    reference = theirs()["efa"][f"{method}_{rotation}"]
    solution = explore_factors(cor(), 5, 745, method=method, rotation=rotation)
    loadings, factor_cor = matched(solution, np.array(reference["loadings"]["values"]))
    assert_close(loadings, reference["loadings"]["values"], rtol=0, atol=2e-5)
    if reference["Phi"]:
        assert_close(factor_cor, reference["Phi"]["values"], rtol=0, atol=2e-5)
    assert_close(solution.fit.chi_square, reference["STATISTIC"], rtol=1e-6)


def test_hierarchical_omega() -> None:
    ours = omega_hierarchical(cor(), 5)
    assert not isinstance(ours, NotAvailable)
    assert_close(
        (ours.hierarchical, ours.total), [theirs()["omega_all"][key] for key in ("omega_h", "omega_tot")], rtol=5e-6
    )


def test_validity() -> None:
    polychoric = polychoric_correlations(answers())
    assert_close(polychoric.correlations, theirs()["polychoric_lavaan"]["values"], rtol=0, atol=1e-7)
    found = {
        "htmt": trait_ratios(answers(), ITEMS),
        "htmt2": trait_ratios(answers(), ITEMS, kind="htmt2"),
        "htmt_ordinal": trait_ratios_of_cor(polychoric.correlations, ITEMS),
    }
    for key, pairs in found.items():
        assert_close([pair.value for pair in pairs], np.array(theirs()[key]["values"])[UPPER], rtol=0, atol=1e-7)
    assert_close(sampling_adequacy(cor()).overall, theirs()["kmo"]["MSA"])
    test = sphericity_test(cor(), 745)
    assert not isinstance(test, NotAvailable)
    assert_close(test.chi_square, theirs()["bartlett"]["chisq"])
