"""`tongchi survey …`: from a questionnaire and its answers to estimates and a report."""

from __future__ import annotations

import argparse
from pathlib import Path

from tongchi.cli.console import stdout
from tongchi.cli.survey_check import add_check
from tongchi.cli.survey_sem import add_sem
from tongchi.cli.writing import write_whole
from tongchi.errors import UsageError


def add_survey(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Add the commands on questionnaires; `shared` holds the options of all commands."""
    steps = parser.add_subparsers(dest="step", required=True)
    _add_new(steps.add_parser("new", parents=[shared], help="问卷模板 / write an instrument to start from"))
    add_check(steps.add_parser("check", parents=[shared], help="核对答卷 / what of a file of answers can be read"))
    add_sem(steps.add_parser("sem", parents=[shared], help="结构方程 / fit one model in lavaan's syntax"))


def _add_new(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("instrument", type=Path, metavar="INSTRUMENT", help="file to write, e.g. instrument.toml")
    parser.add_argument("--force", action="store_true", help="overwrite a file that is there")
    parser.set_defaults(run=_run_new)


def _run_new(options: argparse.Namespace) -> int:
    from tongchi.survey.instrument import Instrument, default_text

    path: Path = options.instrument
    if path.exists() and not options.force:
        raise UsageError(found=f"{path} 已存在 / exists", expected="新文件名或 --force / a new name, or --force")
    write_whole(default_text().encode(), path)
    made = Instrument.default()
    counts = (len(made.constructs), len(made.items), len(made.hypotheses))
    words = "{}个构念，{}题，{}条假设" if options.language == "zh" else "{} constructs, {} items, {} hypotheses"
    stdout().print(f"{words.format(*counts)} → {path}", markup=False, soft_wrap=True)
    return 0
