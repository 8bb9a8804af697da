"""`tongchi survey run`: an instrument and its answers to a report, tables and results."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import Progress, TaskID

from tongchi.cli.console import progress_bar, stdout
from tongchi.cli.survey_check import add_answers, load_answers
from tongchi.cli.writing import check_folder, write_together
from tongchi.errors import Language, UsageError

if TYPE_CHECKING:
    from tongchi.survey.analysis import SurveyAnalysis
    from tongchi.survey.analysis_models import Progress as Tell

RESULTS = ("report.html", "report.docx", "tables.xlsx", "results.json")


def add_run(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_answers(parser)
    parser.add_argument("--group", metavar="COLUMN", help="column that divides the respondents, e.g. region")
    parser.add_argument("--office", metavar="COLUMN", help="column whose people work together")
    parser.add_argument(
        "--estimator", default="MLR", help="MLR (default), ML, MLM, or WLSMV, which takes the answers as ordinal"
    )
    parser.add_argument("--draws", type=int, default=1000, help="of each bootstrap (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, help="of all random numbers (default: 1)")
    parser.add_argument("--synthetic", action="store_true", help="mark every page: the answers are simulated")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the results (default: out)")
    parser.set_defaults(run=_run_run)


def _run_run(options: argparse.Namespace) -> int:
    from tongchi.survey.analysis import analyse

    if options.draws < 1:
        raise UsageError(found=f"--draws {options.draws}", expected="≥ 1")
    check_folder(options.out, RESULTS)
    instrument, responses = load_answers(options, options.group, options.office)
    with progress_bar() as bar:
        analysis = analyse(
            instrument,
            responses,
            group=options.group,
            office=options.office,
            estimator=options.estimator,
            draws=options.draws,
            seed=options.seed,
            synthetic=options.synthetic or None,
            progress=_advance(bar, bar.add_task("survey", total=None)),
        )
    written = _write(analysis, options.out, options.language)
    _show(analysis, written, options.language)
    return 0


def _advance(bar: Progress, task: TaskID) -> Tell:
    def show(step: str, done: int, total: int) -> None:
        bar.update(task, description=step, completed=done, total=total)

    return show


def _write(analysis: SurveyAnalysis, out: Path, language: Language) -> list[Path]:
    from tongchi.report.survey_docx import write_survey_docx
    from tongchi.report.survey_html import write_survey_html
    from tongchi.report.survey_xlsx import write_survey_xlsx
    from tongchi.survey.analysis_json import analysis_json

    text = json.dumps(analysis_json(analysis), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return write_together(
        out,
        {
            "report.html": lambda path: write_survey_html(analysis, path, language=language),
            "report.docx": lambda path: write_survey_docx(analysis, path, language=language),
            "tables.xlsx": lambda path: write_survey_xlsx(analysis, path, language=language),
            "results.json": lambda path: path.write_text(text, encoding="utf-8"),
        },
    )


def _show(analysis: SurveyAnalysis, written: list[Path], language: Language) -> None:
    from tongchi.report.survey_report import survey_report

    console = stdout()
    for sentence in survey_report(analysis).headline:
        console.print(sentence.pick(language), markup=False, soft_wrap=True)
    label = "报告" if language == "zh" else "Report"
    for at, path in enumerate(written):
        console.print(f"{label}: {path}" if at == 0 else f"      {path}", markup=False, soft_wrap=True)
