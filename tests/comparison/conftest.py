"""Let the tests of this folder import the invented regulations that stand beside them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))
# A drawn example compares whole texts; how long that takes depends on the machine.
settings.register_profile("comparison", deadline=None)
settings.load_profile("comparison")


@pytest.fixture(scope="session")
def samples() -> tuple[Path, Path]:
    """Return the two rules of the sample pair, A then B."""
    folder = Path(__file__).resolve().parents[2] / "examples" / "sample-pair"
    return folder / "江州市机关事务管理办法.md", folder / "岚州市机关事务管理办法.md"
