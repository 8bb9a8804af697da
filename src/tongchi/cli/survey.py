"""`tongchi survey …`: from a questionnaire and its answers to estimates and a report."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Literal

from tongchi.cli.console import stdout
from tongchi.cli.survey_check import add_check
from tongchi.cli.survey_run import add_run
from tongchi.cli.survey_sem import add_sem
from tongchi.cli.writing import write_whole
from tongchi.errors import UsageError


def add_survey(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Add the commands on questionnaires; `shared` holds the options of all commands."""
    steps = parser.add_subparsers(dest="step", required=True)
    _add_new(steps.add_parser("new", parents=[shared], help="问卷模板 / write an instrument to start from"))
    add_check(steps.add_parser("check", parents=[shared], help="核对答卷 / what of a file of answers can be read"))
    add_run(steps.add_parser("run", parents=[shared], help="全部分析与报告 / analyse and report"))
    _add_form(steps.add_parser("form", parents=[shared], help="问卷表单 / the questionnaire to print or fill in"))
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


def _add_form(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("instrument", type=Path, metavar="INSTRUMENT")
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--docx", action="store_true", help="to print")
    kind.add_argument("--html", action="store_true", help="to fill in on a screen; answers are saved as CSV")
    parser.add_argument("--both", action="store_true", help="each item in Chinese and English")
    parser.add_argument("--out", type=Path, help="file to write (default: beside the instrument, with its name)")
    parser.set_defaults(run=_run_form)


def _run_form(options: argparse.Namespace) -> int:
    from tongchi.report.form_docx import form_docx
    from tongchi.report.form_html import form_html
    from tongchi.survey.instrument import Instrument

    instrument = Instrument.load(options.instrument)
    language: Literal["zh", "en", "both"] = "both" if options.both else options.language
    out: Path = options.out or options.instrument.with_suffix(".docx" if options.docx else ".html")
    if options.docx:
        data = form_docx(instrument, language=language)
    else:
        data = form_html(instrument, language=language).encode()
    write_whole(data, out)
    stdout().print(str(out), markup=False, soft_wrap=True)
    return 0
