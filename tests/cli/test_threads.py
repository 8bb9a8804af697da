"""Commands do linear algebra in one thread, unless the user says otherwise."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_SCRIPT = """
import os, sys
assert "numpy" not in sys.modules
import builtins
real = builtins.__import__
def watch(name, *rest, **more):
    if name == "numpy" and "numpy" not in sys.modules:
        print(os.environ.get("OPENBLAS_NUM_THREADS"))
    return real(name, *rest, **more)
builtins.__import__ = watch
import tongchi.cli
"""


@pytest.mark.parametrize(("asked", "found"), [(None, "1"), ("3", "3")], ids=["by default", "as the user says"])
def test_the_number_of_threads_stands_before_numpy_is_loaded(asked: str | None, found: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    environment |= {} if asked is None else {"OPENBLAS_NUM_THREADS": asked}
    done = subprocess.run([sys.executable, "-c", _SCRIPT], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [found]
