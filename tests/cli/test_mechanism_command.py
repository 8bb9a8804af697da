"""`tongchi mechanism`: every command on the SYNTHETIC example, and what is refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from desk import ROOT, Done, Run, listing, names

from tongchi.cli import main

EXAMPLE = ROOT / "examples" / "mechanism"
SMALL = "[initial]\ntrust = 0.2\n[levers]\nreward = 0.3\n"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the tables of the example, a small model and things that cannot be used."""
    folder = tmp_path_factory.mktemp("room")
    for name in ("indicators.csv", "events.csv", "waves.csv", "model.toml"):
        (folder / name).write_bytes((EXAMPLE / name).read_bytes())
    (folder / "small.toml").write_text(SMALL, encoding="utf-8")
    (folder / "study").mkdir()
    (folder / "study" / "waves.csv").write_bytes((EXAMPLE / "waves.csv").read_bytes())
    (folder / "nothing").mkdir()
    text = (EXAMPLE / "indicators.csv").read_text("utf-8")
    (folder / "undirected.csv").write_text(text.replace(",+,", ",,"), encoding="utf-8")
    head, *rows = text.splitlines()[1:]
    (folder / "one-period.csv").write_text("\n".join([head, *(r for r in rows if ",2014," in r)]), encoding="utf-8")
    (folder / "unsummed.toml").write_text('"条款差异率" = 0.9\n', encoding="utf-8")
    (folder / "wrong.toml").write_text("[parameters]\nblokcing = 1.0\n", encoding="utf-8")
    (folder / "outside.toml").write_text("[parameters]\nblocking = 99\n", encoding="utf-8")
    one = "\n".join(
        line
        for line in (EXAMPLE / "waves.csv").read_text("utf-8").splitlines()
        if ",202" not in line or ",2022," in line
    )
    (folder / "one-wave.csv").write_text(one, encoding="utf-8")
    return folder


@pytest.fixture
def do(room: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs a command line in the room, on a terminal of 200 columns."""
    monkeypatch.chdir(room)
    monkeypatch.setenv("COLUMNS", "200")

    def run_line(line: str) -> Done:
        capsys.readouterr()
        code = main(line.split())
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return run_line


def results(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "results.json").read_text("utf-8"))
    return found


def test_stages_names_the_stage_and_writes_page_tables_and_results(do: Run, tmp_path: Path) -> None:
    done = do(f"mechanism stages indicators.csv events.csv --language en --out {tmp_path}")
    assert (done.code, done.err) == (0, "")
    assert "SYNTHETIC" in done.out
    assert "In the stage" in done.out
    assert "Next step:" in done.out
    assert names(tmp_path) == ["change_points.csv", "indices.csv", "report.html", "results.json", "stages.csv", "weights.csv"]  # fmt: skip
    found = results(tmp_path)
    assert found["synthetic"] is True
    stages = {row["stage"] for row in found["tables"]["stages"]}
    assert stages <= {"bottleneck", "motive", "path", "purpose", None}
    assert "purpose" in (tmp_path / "report.html").read_text("utf-8")
    with (tmp_path / "indices.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["party"] for row in csv.DictReader(file)} == {"江州市", "岚州市", "joint"}


def test_weights_of_one_s_own_decide_the_stages(do: Run, tmp_path: Path) -> None:
    given = {"条款差异率": 0.0, "中央督办事项": 0.0, "高层会商": 1.0, "考核中协同任务分值": 0.25, "兑现的承诺": 0.25}
    given |= {"联合标准实施率": 0.25, "共享数据目录": 0.25, "互认事项": 0.4, "查出的限制条款": 0.3, "跨域通办率": 0.3}
    path = tmp_path / "weights.toml"
    path.write_text("".join(f'"{name}" = {weight}\n' for name, weight in given.items()), encoding="utf-8")
    done = do(f"mechanism stages indicators.csv --weights {path} --out {tmp_path / 'out'}")
    assert done.code == 0
    found = results(tmp_path / "out")
    assert found["weighting"] == "user"
    motive = [
        row["value"]
        for row in found["tables"]["indices"]
        if (row["party"], row["element"], row["weighting"]) == ("江州市", "motive", "user")
    ]
    text = (EXAMPLE / "indicators.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    meetings = [float(row["value"]) / 24 for row in rows if (row["party"], row["indicator"]) == ("江州市", "高层会商")]
    assert motive == pytest.approx(meetings)


def test_simulate_shows_levers_and_bands_and_writes_every_member(do: Run, tmp_path: Path) -> None:
    line = f"mechanism simulate small.toml --lever reward=+20% --lever central=0.9@3 --members 60 --language en --out {tmp_path}"
    done = do(line)
    assert (done.code, done.err) == (0, "")
    assert "not a forecast" in done.out
    found = results(tmp_path)
    assert found["levers"] == ["reward=+20%", "central_push=0.9@3"]
    assert found["synthetic"] is False
    members = pl.read_parquet(tmp_path / "members.parquet")
    assert len(members) == 60
    last = found["tables"]["outcomes"][-1]
    assert last["q50"] == pytest.approx(float(members["development_changed"].median()))  # type: ignore[arg-type]
    page = (tmp_path / "report.html").read_text("utf-8")
    assert ">0.36</td>" in page  # 0.30 + 20 %
    assert "0.30 → 0.90 (from period 3)" in page


def test_the_same_seed_gives_the_same_results_for_any_number_of_workers(do: Run, tmp_path: Path) -> None:
    for name, workers in (("one", 1), ("two", 2)):
        line = f"mechanism simulate small.toml --lever reward=0.5 --members 1100 --workers {workers} --out {tmp_path / name}"
        assert do(line).code == 0
    for file in ("results.json", "report.html", "bands.csv", "members.parquet"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file


def test_scenarios_gives_outcomes_regret_and_thresholds(do: Run, tmp_path: Path) -> None:
    done = do(f"mechanism scenarios --members 50 --language en --out {tmp_path}")
    assert (done.code, done.err) == (0, "")
    for words in ("Regret", "Where the trap ends", "as now", "joint standards", "This is a scenario, not a forecast."):
        assert words in done.out
    found = results(tmp_path)["tables"]
    assert found["scenarios"][0]["scenario"] == "baseline"
    assert min(row["regret_mean"] for row in found["scenarios"]) >= 0
    assert sum(row["best"] for row in found["scenarios"]) == pytest.approx(1.0)
    assert {row["lever"] for row in found["thresholds"]} == {"central_push", "reward", "sanction", "joint_standards", "data_sharing"}  # fmt: skip


def test_calibrate_reports_estimates_only_for_what_the_data_move(do: Run, tmp_path: Path) -> None:
    line = f"mechanism calibrate model.toml waves.csv --parameters trust_building,data_effect --particles 60 --language en --out {tmp_path}"
    done = do(line)
    assert (done.code, done.err) == (0, "")
    found = results(tmp_path)
    assert set(found["moved"]) | set(found["not_moved"]) == {"trust_building", "data_effect"}
    for name in found["not_moved"]:
        row = next(line for line in done.out.splitlines() if line.startswith(name))
        assert "—" in row
    assert "observations lie within" in done.out
    assert {row["parameter"] for row in found["tables"]["posterior"]} == {"trust_building", "data_effect"}


def test_sensitivity_ranks_the_assumptions_with_intervals(do: Run, tmp_path: Path) -> None:
    done = do(f"mechanism sensitivity small.toml --base 64 --paths 4 --kept 3 --language en --out {tmp_path}")
    assert (done.code, done.err) == (0, "")
    rows = results(tmp_path)["tables"]["sobol"]
    assert len(rows) == 3
    assert [row["total"] for row in rows] == sorted((row["total"] for row in rows), reverse=True)
    assert all(row["total_lower"] <= row["total_upper"] for row in rows)


def test_diagnose_says_what_is_missing_and_goes_on(do: Run, tmp_path: Path) -> None:
    done = do(f"mechanism diagnose study --members 40 --draws 20 --language en --out {tmp_path}")
    assert (done.code, done.err) == (0, "")
    assert "the only reading available" in done.out
    found = results(tmp_path)
    assert found["agreement"] == "single"
    assert any("no model.toml" in note for note in found["notes"]["en"])
    by_reading = {row["reading"]: row for row in found["tables"]["binding"]}
    assert by_reading["average"]["construct"] is None
    assert "responses.csv" in by_reading["average"]["reason_en"]
    trust = next(row for row in found["tables"]["constructs"] if row["construct"] == "trust")
    assert trust["level_source"] == "waves"


REFUSED = {
    "a file that is not there": ("stages nowhere.csv", "T101", "nowhere.csv"),
    "indicators without direction": ("stages undirected.csv", "T601", "direction"),
    "one period": ("stages one-period.csv", "T602", "two or more"),
    "weights that do not sum": ("stages indicators.csv --weights unsummed.toml", "T602", "sum 1"),
    "weights that are no weights": ("stages indicators.csv --weights indicators.csv", "T602", "measure"),
    "rules that are none": ("stages indicators.csv --rules small.toml", "T603", "[[stage]]"),
    "an unknown lever": ("simulate --lever rewrad=+20%", "T603", "reward"),
    "a lever beyond its range": ("simulate --lever reward=3", "T603", "0–1"),
    "a lever without an amount": ("simulate --lever reward", "T603", "reward=0.6"),
    "an unknown parameter": ("simulate wrong.toml", "T603", "blocking"),
    "a parameter outside its range": ("simulate outside.toml", "T603", "99"),
    "no members": ("simulate --members 0", "T605", "≥ 1"),
    "an unknown outcome": ("scenarios --outcome profit --members 10", "T603", "profit"),
    "scenarios that are none": ("scenarios --scenarios small.toml", "T603", "scenario"),
    "one wave": ("calibrate small.toml one-wave.csv", "T606", "two or more"),
    "a parameter that is none": ("calibrate model.toml waves.csv --parameters luck", "T606", "luck"),
    "a design that is no power of two": ("sensitivity --base 100", "T605", "power of two"),
    "an outcome that is no state": ("sensitivity --outcome profit", "T603", "profit"),
    "no parameters for Sobol": ("sensitivity --kept 0", "T901", "--kept"),
    "a folder without any file": ("diagnose nothing", "T101", "none of them"),
    "a target that no part has": ("diagnose study --target profit --members 10", "T603", "profit"),
    "no draws": ("diagnose study --draws 0", "T901", "--draws"),
    "a result below a file": ("stages indicators.csv --out small.toml", "T901", "small.toml"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "code", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_said_in_one_line_and_nothing_is_written(
    do: Run, room: Path, line: str, code: str, words: str
) -> None:
    before = listing(room)
    done = do(f"mechanism {line} --language en")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"[{code}]")
    assert done.err.count("\n") == 1
    assert words in done.err
    assert listing(room) == before
