"""The names that the package offers, and that importing it does nothing."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

PACKAGES = (
    "tongchi",
    "tongchi.documents",
    "tongchi.provisions",
    "tongchi.barriers",
    "tongchi.comparison",
    "tongchi.comparison.corpus",
    "tongchi.mechanism",
    "tongchi.survey",
    "tongchi.survey.sem",
)
NAMES = {
    "Comparison",
    "Document",
    "Finding",
    "GapWeights",
    "Instrument",
    "PairComparison",
    "Provision",
    "TongchiError",
    "compare",
    "compare_all",
    "hypotheses",
    "invariance",
    "necessity",
    "read",
    "read_provisions",
    "read_responses",
    "reliability",
    "screen",
    "sem",
}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_can_be_imported_and_is_explained(package: str) -> None:
    module = import_module(package)
    assert module.__doc__
    assert len(module.__all__) == len(set(module.__all__))
    for name in module.__all__:
        value = getattr(module, name)
        assert value is not None
        if callable(value) and getattr(value, "__module__", "").startswith("tongchi"):
            assert value.__doc__, f"{package}.{name} has no docstring"


def test_the_package_offers_what_it_promises() -> None:
    import tongchi

    assert set(tongchi.__all__) >= NAMES


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError):
        import_module("tongchi.comparison.corpus").no_such_name  # noqa: B018


NAMED_AS_MODULES = {
    "tongchi.survey": ("hypotheses", "importance_performance", "invariance", "necessity", "power", "reliability"),
    "tongchi.survey.sem": ("bootstrap", "factor_scores", "score_tests"),
}


@pytest.mark.parametrize(("package", "names"), NAMED_AS_MODULES.items(), ids=NAMED_AS_MODULES)
def test_a_function_called_like_its_module_stays_the_function_once_the_module_is_imported(
    package: str, names: tuple[str, ...]
) -> None:
    for name in names:
        module = import_module(f"{package}.{name}")
        assert callable(getattr(import_module(package), name))
        assert getattr(import_module(package), name) is not module


def test_importing_prints_nothing_and_writes_nothing(tmp_path: object) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import tongchi, tongchi.cli"],
        capture_output=True,
        cwd=str(tmp_path),
        check=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("", "")
