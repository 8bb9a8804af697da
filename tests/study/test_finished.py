"""Reports that are there already, from the very same files, are not made again; anything that differs makes them anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongchi.study import cache
from tongchi.study.finished import finished, note_finished, outputs_key


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    (folder / "documents").mkdir(parents=True)
    (folder / "study.toml").write_text("title", encoding="utf-8")
    (folder / "documents" / "a.md").write_text("第一条", encoding="utf-8")
    return folder


def _written(out: Path) -> list[Path]:
    (out / "tables").mkdir(parents=True)
    files = [out / "report.html", out / "tables" / "gaps.parquet"]
    for path in files:
        path.write_bytes(path.name.encode())
    return files


def test_unchanged_reports_are_known_with_what_was_said(study: Path, tmp_path: Path) -> None:
    key, out = outputs_key(study, ["zh"]), tmp_path / "out"
    note_finished(out / ".steps", key, out, _written(out), ["没有 survey：研究没有问卷答卷。"])
    assert finished(out / ".steps", outputs_key(study, ["zh"]), out) == ("没有 survey：研究没有问卷答卷。",)


@pytest.mark.parametrize("change", ["report", "table gone", "text", "new text", "language", "note"])
def test_any_difference_makes_a_new_run(study: Path, tmp_path: Path, change: str) -> None:
    out = tmp_path / "out"
    written = _written(out)
    note_finished(out / ".steps", outputs_key(study, ["zh"]), out, written)
    if change == "report":
        written[0].write_bytes(b"edited")
    elif change == "table gone":
        written[1].unlink()
    elif change == "text":
        (study / "documents" / "a.md").write_text("第一条 改", encoding="utf-8")
    elif change == "new text":
        (study / "documents" / "b.md").write_text("第二条", encoding="utf-8")
    elif change == "note":
        (out / ".steps" / "finished.json").write_text("{", encoding="utf-8")
    asked = ["en"] if change == "language" else ["zh"]
    assert finished(out / ".steps", outputs_key(study, asked), out) is None


def test_a_new_program_makes_a_new_run(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = outputs_key(study)
    monkeypatch.setattr(cache, "program", lambda: "another")
    assert outputs_key(study) != before


def test_results_inside_the_study_are_no_input(study: Path) -> None:
    before = outputs_key(study, without=[study / "out"])
    _written(study / "out")
    assert outputs_key(study, without=[study / "out"]) == before


def test_nothing_was_noted_yet(tmp_path: Path) -> None:
    assert finished(tmp_path, "key", tmp_path) is None
