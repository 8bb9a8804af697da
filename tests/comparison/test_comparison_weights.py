"""Do the weights that ship fit the features of today?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tongchi.comparison.alignment import align_articles
from tongchi.comparison.alignment_features import alignment_features
from tongchi.comparison.difference_features import SegmentTable, difference_features
from tongchi.comparison.segments import prepare
from tongchi.documents import read
from tongchi.learned import model_from_json, shipped_model

SHIPPED = {  # name of the model: its classes
    "alignment": ("no", "link"),
    "strength": ("partial", "primary"),
    "difference": ("wording", "stricter", "looser", "scope"),
}


@pytest.mark.parametrize(("name", "classes"), SHIPPED.items(), ids=SHIPPED)
def test_a_shipped_model_is_whole(name: str, classes: tuple[str, ...]) -> None:
    shipped = shipped_model("comparison", name)
    assert shipped.classes == classes
    rows = 1 if len(classes) == 2 else len(classes)
    assert shipped.weights.shape == (rows, len(shipped.names))
    assert shipped.intercept.shape == (rows,)
    assert shipped.mean.shape == shipped.scale.shape == (len(shipped.names),)
    assert (shipped.scale > 0).all()
    assert all(np.isfinite(each).all() for each in (shipped.mean, shipped.weights, shipped.intercept))
    assert 0 <= shipped.threshold < 1
    assert "pairs" in shipped.trained_on
    assert model_from_json(shipped.to_json()).names == shipped.names


def test_shipped_weights_are_for_the_features_that_are_measured(samples: tuple[Path, Path]) -> None:
    """No more and no fewer: a feature added without training again, or left over from before, is found here."""
    a, b = (prepare(read(path)) for path in samples)
    measured, _, _ = alignment_features(a, b)
    assert (
        set(shipped_model("comparison", "alignment").names)
        == set(shipped_model("comparison", "strength").names)
        == set(measured)
    )
    alignment = align_articles(a, b)
    link = next(each for each in alignment.links if not each.identical)
    segments = SegmentTable(alignment).linked(link.a, link.b)
    described = difference_features(alignment, (link.a, link.b), segments, degrees=(1, 1), lone_measures=([], []))
    assert set(shipped_model("comparison", "difference").names) == set(described)


def test_stricter_and_looser_mirror_each_other() -> None:
    """Features that say which side has more (`more_…`) turn their sign when sides change; all others stay."""
    shipped = shipped_model("comparison", "difference")
    at = {name: row for row, name in enumerate(shipped.classes)}
    turns = np.array([name.startswith("more_") for name in shipped.names])
    stricter, looser = shipped.weights[at["stricter"]], shipped.weights[at["looser"]]
    assert 0 < turns.sum() < len(turns)
    assert np.array_equal(stricter[turns], -looser[turns])
    assert np.array_equal(stricter[~turns], looser[~turns])
    assert (shipped.mean[turns] == 0).all()
    assert (shipped.weights[[at["wording"], at["scope"]]][:, turns] == 0).all()
    assert shipped.intercept[at["stricter"]] == shipped.intercept[at["looser"]]
