"""A step is worked out once for the same inputs, whole or not at all, and a cache cannot run code."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from small_study import write_small_study

from tongchi.study import cache
from tongchi.study.all_tables import study_tables
from tongchi.study.cache import StepCache, pack, step_key, unpack
from tongchi.study.figures import figures_of
from tongchi.study.run import run_study

_CHILD = """
import os, sys, time
from tongchi.study import cache
from tongchi.study.run import run_study
whole, count = os.fsync, 0
def fsync(handle):
    global count
    count += 1
    if count == 4:
        print("writing", flush=True)
        time.sleep(600)
    whole(handle)
cache.os.fsync = fsync
run_study(sys.argv[1], cache_dir=sys.argv[2])
"""


def _study(folder: Path) -> Path:
    """Write the study without the dynamic model, which takes most of its time."""
    path = write_small_study(folder) / "study.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("seed = 3", "seed = 3\nmechanism = false"), encoding="utf-8"
    )
    return folder


def _tables(folder: Path, kept: StepCache | None) -> dict[str, bytes]:
    tables = study_tables(run_study(folder, cache=kept))
    found = {name: table.frame.write_json().encode() for name, table in tables.items()}
    return found | {"evidence": figures_of(tables).to_json().encode()}


def test_a_run_that_was_killed_goes_on_with_the_same_result(tmp_path: Path) -> None:
    folder, kept = _study(tmp_path / "study"), tmp_path / "cache"
    with subprocess.Popen([sys.executable, "-c", _CHILD, folder, kept], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "writing"
        os.kill(child.pid, signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
    assert len(list(kept.glob("*.step"))) == 3  # the fourth was being written
    assert len(list(kept.glob(".draft-*"))) == 1
    resumed = StepCache(kept)
    assert _tables(folder, resumed) == _tables(folder, None)
    assert len(resumed.used) == 3


def test_a_second_run_works_nothing_out_again(tmp_path: Path) -> None:
    folder = _study(tmp_path / "study")
    first, second = StepCache(tmp_path / "cache"), StepCache(tmp_path / "cache")
    assert _tables(folder, first) == _tables(folder, second)
    assert first.used == []
    assert second.made == []
    assert second.used == first.made


def test_a_changed_text_costs_its_own_matter_only(tmp_path: Path) -> None:
    folder = _study(tmp_path / "study")
    run_study(folder, cache_dir=tmp_path / "cache")
    text = folder / "documents" / "chongqing" / "公务用车办法.md"
    text.write_text(text.read_text(encoding="utf-8").replace("满十年", "满十二年"), encoding="utf-8")
    again = StepCache(tmp_path / "cache")
    run_study(folder, cache=again)
    assert "matter-offices" in again.used
    assert "record" in again.used
    assert "matter-vehicles" in again.made


def test_a_changed_option_is_another_step(tmp_path: Path) -> None:
    folder = _study(tmp_path / "study")
    run_study(folder, cache_dir=tmp_path / "cache")
    path = folder / "study.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("seed = 3", "seed = 4"), encoding="utf-8")
    again = StepCache(tmp_path / "cache")
    run_study(folder, cache=again)
    assert again.made == ["stages"]
    assert "matter-offices" in again.used


def test_a_folder_may_move(tmp_path: Path) -> None:
    folder = _study(tmp_path / "study")
    run_study(folder, cache_dir=tmp_path / "cache")
    again = StepCache(tmp_path / "cache")
    run_study(folder.rename(tmp_path / "elsewhere"), cache=again)
    assert again.made == []


@pytest.mark.parametrize("damage", ["cut", "changed", "empty"])
def test_a_damaged_entry_is_worked_out_again(tmp_path: Path, damage: str) -> None:
    kept = StepCache(tmp_path)
    assert kept.step("sum", [1], lambda: (1, 2)) == (1, 2)
    (entry,) = tmp_path.glob("*.step")
    data = entry.read_bytes()
    entry.write_bytes({"cut": data[:-3], "changed": data[:-3] + b"xyz", "empty": b""}[damage])
    assert kept.step("sum", [1], lambda: (3, 4)) == (3, 4)
    assert kept.made == ["sum", "sum"]


def test_a_cache_holds_each_step_once(tmp_path: Path) -> None:
    kept = StepCache(tmp_path)
    for name in ("matter-a", "matter-a-b", "sum"):
        kept.step(name, [1], lambda: 1)
    kept.step("matter-a", [2], lambda: 2)
    assert sorted(path.stem.rpartition("-")[0] for path in tmp_path.glob("*.step")) == ["matter-a", "matter-a-b", "sum"]
    assert kept.has("matter-a", [2])
    assert not kept.has("matter-a", [1])


def test_another_program_is_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = step_key("texts", ["a"])
    monkeypatch.setattr(cache, "program", lambda: "another")
    assert step_key("texts", ["a"]) != before


def test_a_cache_cannot_run_code() -> None:
    class Harm:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, ("true",)

    for harm in (Harm(), eval, subprocess.Popen, cache.program, Path.unlink):
        with pytest.raises((pickle.UnpicklingError, AttributeError)):
            unpack(pickle.dumps(harm, protocol=5) if not isinstance(harm, Harm) else pickle.dumps(harm))


def test_what_is_packed_is_found_again() -> None:
    value = {"a": (1, 2.5, None), "b": frozenset({"x"}), "c": [Path("y")]}
    assert unpack(pack(value)) == value
