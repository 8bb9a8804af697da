"""The command shows who promises what, and writes the same to CSV and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from tongchi.cli import main

A = "# 重庆市阅览室管理条例\n\n第一条　本市应当每年与四川省召开联席会议。\n\n第二条　本市与四川省推进阅览证互认。\n"
B = "# 四川省阅览室管理条例\n\n第一条　本省推进成渝地区双城经济圈阅览证互认。\n"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    (tmp_path / "a.md").write_text(A, encoding="utf-8")
    (tmp_path / "b.md").write_text(B, encoding="utf-8")
    return [str(tmp_path / "a.md"), str(tmp_path / "b.md")]


def test_one_file_has_no_answers(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["commitments", files[0]]) == 0
    shown = capsys.readouterr().out
    assert "2 项承诺" in shown
    assert "互惠" not in shown


def test_two_files_say_reciprocal_or_one_sided(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["commitments", *files]) == 0
    shown = capsys.readouterr().out
    assert "互惠：第1条" in shown
    assert "单方" in shown


def test_english(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["commitments", *files, "--language", "en"]) == 0
    shown = capsys.readouterr().out
    assert "2 commitments" in shown
    assert "one-sided" in shown


def test_csv_and_json_hold_the_same(files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, data = tmp_path / "out.csv", tmp_path / "out.json"
    assert main(["commitments", *files, "--csv", str(out), "--json", str(data)]) == 0
    frame = pl.read_csv(out)
    loaded = json.loads(data.read_text(encoding="utf-8"))
    assert frame["reciprocal"].to_list() == [False, True, True]
    assert [len(each["commitments"]) for each in loaded["documents"]] == [2, 1]
    assert [each["reciprocal"] for each in loaded["pairs"][0]["commitments"]] == [False, True, True]


def test_a_missing_file_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["commitments", str(tmp_path / "none.md")]) == 2
    assert "T101" in capsys.readouterr().err
