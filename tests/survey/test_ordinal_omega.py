"""Omega of ordinal codes: agreement with semTools, simulation, invariances, bad input."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psychometric_reference import FOLDER, assert_close

from tongchi.errors import ItemMatrixError
from tongchi.survey.ordinal_omega import ordinal_omega
from tongchi.survey.reliability import average_variance_extracted, composite_reliability

GOVERNANCE = FOLDER.parent / "i_governance_likert"
LOADINGS = np.array([0.5, 0.6, 0.7, 0.8])
CUTS = [np.array([-1.0, 0.0, 1.0]), np.array([0.2]), np.array([-0.5, 0.5]), np.array([-1.5, -0.5, 0.5, 1.5])]


def implied(
    loadings: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    found = np.outer(loadings, loadings)
    np.fill_diagonal(found, 1.0)
    return found


@pytest.mark.skipif(not GOVERNANCE.is_dir(), reason="reference results are not here: ../shared/data/survey is absent")
@pytest.mark.parametrize("name", ["collab", "trust", "fair", "capacity", "protect"])
def test_it_agrees_with_semtools_on_the_loadings_of_lavaan(name: str) -> None:
    fitted = json.loads((GOVERNANCE / "cfa_wlsmv.json").read_text(encoding="utf-8"))["estimates"]
    theirs = json.loads((GOVERNANCE / "psychometrics.json").read_text(encoding="utf-8"))
    items = [f"{name}{at}" for at in range(1, 5)]
    loadings = np.array([row["std.all"] for item in items for row in fitted if (row["op"], row["rhs"]) == ("=~", item)])
    at = [theirs["polychoric"]["tau"]["rows"].index(item) for item in items]
    thresholds = [theirs["polychoric"]["tau"]["values"][row] for row in at]
    polychoric = np.array(theirs["polychoric_lavaan"]["values"])[np.ix_(at, at)]
    ours = (
        ordinal_omega(loadings, thresholds, polychoric),
        composite_reliability(loadings, 1 - loadings**2, polychoric),
        average_variance_extracted(loadings, 1 - loadings**2),
    )
    keys = ("omega", "omega_ordscale_false", "AVE")
    assert_close(ours, [theirs["cr_ave_wlsmv"][key][name] for key in keys], rtol=1e-6)


def test_it_is_the_squared_correlation_of_two_parallel_sums() -> None:
    rng = np.random.default_rng(4)
    factor = rng.normal(size=(200_000, 1))
    sums = []
    for _ in range(2):
        latent = factor * LOADINGS + rng.normal(size=(200_000, 4)) * np.sqrt(1 - LOADINGS**2)
        sums.append(sum(np.digitize(latent[:, at], cuts) for at, cuts in enumerate(CUTS)))
    assert ordinal_omega(LOADINGS, CUTS, implied(LOADINGS)) == pytest.approx(np.corrcoef(sums)[0, 1], abs=0.01)


@settings(max_examples=25)
@given(st.permutations(range(4)), st.booleans())
def test_order_and_the_direction_of_all_items_do_not_matter(order: list[int], reverse: bool) -> None:
    before = ordinal_omega(LOADINGS, CUTS, implied(LOADINGS))
    moved = [(-CUTS[at][::-1] if reverse else CUTS[at]) for at in order]
    after = ordinal_omega(LOADINGS[order], moved, implied(LOADINGS[order]))
    assert after == pytest.approx(before)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ItemMatrixError, match="Heywood"):
        ordinal_omega([1.1, 0.5], CUTS[:2], np.eye(2))
    with pytest.raises(ItemMatrixError):
        ordinal_omega([0.5, 0.5], CUTS, np.eye(2))
    with pytest.raises(ItemMatrixError, match="τ"):
        ordinal_omega([0.5, 0.5], [[1.0, 0.0], [0.0]], np.eye(2))
