"""Let the tests of this folder run command lines in a folder with three rules, their index, and things that are bad."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from desk import PACT, PLACES, RULE, Done, Run

from tongchi.cli import main


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with three rules, their index, and things that cannot be read or written."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "rules").mkdir()
    for name, (place, hours, days) in PLACES.items():
        text = RULE.format(place=place, hours=hours, days=days)
        for path in (folder / f"{name}.md", folder / "rules" / f"{place}.md"):
            path.write_text(text, encoding="utf-8")
    (folder / "letter.md").write_text("# 关于开放阅览室的函\n\n请予支持。\n", encoding="utf-8")
    for name, answer in (("重庆市", "四川省"), ("四川省", "重庆市")):
        (folder / f"pact-{name}.md").write_text(PACT.format(place=name, other=answer), encoding="utf-8")
    (folder / "mixed").mkdir()
    (folder / "mixed" / "good.md").write_text(text, encoding="utf-8")
    for path in (folder, folder / "mixed"):
        (path / "empty.md").write_bytes(b"")
        (path / "cut.docx").write_bytes(b"PK\x03\x04 cut off")
    (folder / "busy" / "report.html").mkdir(parents=True)
    assert main(["corpus", "index", str(folder / "rules"), "--out", str(folder / "index")]) == 0
    return folder


@pytest.fixture
def run(desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs a command line in the desk's folder, on a terminal of 200 columns."""
    monkeypatch.chdir(desk)
    monkeypatch.setenv("COLUMNS", "200")

    def run_line(line: str) -> Done:
        capsys.readouterr()
        code = main(line.split())
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return run_line
