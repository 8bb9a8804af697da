"""`tongchi serve` where the site is not installed, and that the other commands do without it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tongchi.cli import main, serve

LOADED = "import sys, tongchi.cli; tongchi.cli.build_parser(); print('django' in sys.modules, 'tongchi.workbench' in sys.modules)"


def test_without_the_extra_it_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "find_spec", lambda name: None)
    assert main(["serve"]) == 2
    assert "tongchi[workbench]" in capsys.readouterr().err


def test_the_command_line_loads_no_django() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
