"""How do commands on the mechanism write and show what they found? A page, tables, and one JSON file, all or none."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from tongchi.cli.console import stdout
from tongchi.cli.writing import check_folder, write_together
from tongchi.errors import MechanismModelError, MissingFileError

if TYPE_CHECKING:
    from tongchi.mechanism.model_spec import DynamicModel
    from tongchi.report.survey_content import Report

REPORT, RESULTS = "report.html", "results.json"


def add_out(parser: argparse.ArgumentParser) -> None:
    """Add where results go and the seed."""
    parser.add_argument("--seed", type=int, default=0, help="of all random numbers (default: 0)")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the results (default: out)")


def add_model(parser: argparse.ArgumentParser, *, needed: bool = False) -> None:
    """Add the model file; without one the shipped model is used."""
    count = None if needed else "?"
    text = "model.toml: what differs from the shipped model" + ("" if needed else " (default: the shipped model)")
    parser.add_argument("model", type=Path, nargs=count, metavar="MODEL", help=text)


def load_model(path: Path | None) -> tuple[DynamicModel, bool]:
    """Return the model of a file or the shipped one, and whether the file says that it is synthetic."""
    from tongchi.mechanism.model_spec import DynamicModel
    from tongchi.mechanism.study_folder import says_synthetic

    if path is None:
        return DynamicModel.default(), False
    return DynamicModel.load(path), says_synthetic(path)


def require_files(paths: Iterable[Path | None]) -> None:
    """Raise `MissingFileError` before anything long begins."""
    for path in paths:
        if path is not None and not path.is_file():
            raise MissingFileError(file=str(path), found="folder" if path.is_dir() else "nothing")


def check_outcome(outcome: str) -> None:
    """Raise `MechanismModelError` for an outcome that is no state, before anything long begins."""
    from tongchi.mechanism.dynamics import STATES

    if outcome not in STATES:
        raise MechanismModelError(place="--outcome", found=outcome, expected=", ".join(STATES), advice="")


def check_out(options: argparse.Namespace, tables: Iterable[str]) -> None:
    """Raise `UsageError` where the results could not be written, before anything long begins."""
    check_folder(options.out, [REPORT, *(f"{name}.csv" for name in tables), RESULTS])


def finish(
    options: argparse.Namespace,
    report: Report,
    tables: Mapping[str, pl.DataFrame],
    *,
    show: Sequence[str],
    facts: Mapping[str, Any],
    parquet: Mapping[str, pl.DataFrame] | None = None,
) -> int:
    """Write page, tables and results, and print the headline with the tables of the report named in `show`."""
    from tongchi.report.mechanism_terminal import print_report
    from tongchi.report.survey_html import report_html

    page = report_html(report, language=options.language)
    text = _json(report, tables, facts)
    writers: dict[str, Callable[[Path], object]] = {REPORT: lambda path: path.write_text(page, encoding="utf-8")}
    for name, frame in tables.items():
        writers[f"{name}.csv"] = partial(_write_csv, frame)
    for name, frame in (parquet or {}).items():
        writers[f"{name}.parquet"] = frame.write_parquet
    writers[RESULTS] = lambda path: path.write_text(text, encoding="utf-8")
    written = write_together(options.out, writers)
    console = stdout()
    print_report(report, console, keys=show, language=options.language)
    label = "报告" if options.language == "zh" else "Report"
    for at, path in enumerate(written):
        console.print(f"{label}: {path}" if at == 0 else f"      {path}", markup=False, soft_wrap=True)
    return 0


def _write_csv(frame: pl.DataFrame, path: Path) -> None:
    """Write so that spreadsheets read the Chinese in it."""
    path.write_bytes(frame.write_csv().encode("utf-8-sig"))


def _json(report: Report, tables: Mapping[str, pl.DataFrame], facts: Mapping[str, Any]) -> str:
    found = {
        **facts,
        "synthetic": report.mark is not None,
        "headline": {"zh": [words.zh for words in report.headline], "en": [words.en for words in report.headline]},
        "tables": {name: frame.to_dicts() for name, frame in tables.items()},
    }
    return json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
