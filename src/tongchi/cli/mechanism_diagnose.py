"""`tongchi mechanism diagnose`: a study folder to what binds now."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.progress import Progress, TaskID

from tongchi.cli.console import progress_bar
from tongchi.cli.mechanism_results import add_out, check_out, finish
from tongchi.errors import UsageError

_TABLES = ("constructs", "binding", "levers")


def add_diagnose(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    files = "questionnaire.toml, responses.csv, indicators.csv, events.csv, waves.csv, model.toml, as many as there are"
    parser.add_argument("folder", type=Path, metavar="STUDY", help=f"folder with {files}")
    parser.add_argument("--target", help="outcome that is wanted (default: development)")
    parser.add_argument(
        "--aim",
        type=float,
        default=0.8,
        help="level of the outcome for necessity, as a share of its range (default: 0.8)",
    )
    parser.add_argument("--members", type=int, default=1000, help="of the dynamic model (default: 1000)")
    parser.add_argument("--draws", type=int, default=1000, help="resamples of the respondents (default: 1000)")
    parser.add_argument(
        "--particles",
        type=int,
        default=0,
        help="calibrate to waves.csv first, with so many particles (default: 0, not)",
    )
    add_out(parser)
    parser.set_defaults(run=_run_diagnose)


def _run_diagnose(options: argparse.Namespace) -> int:
    from tongchi.mechanism.study_folder import StudyFolder, diagnose_study
    from tongchi.report.mechanism_diagnosis import diagnosis_report
    from tongchi.survey.unavailable import NotAvailable

    if options.draws < 1 or options.members < 1:
        raise UsageError(found=f"--draws {options.draws} --members {options.members}", expected="≥ 1")
    check_out(options, _TABLES)
    study = StudyFolder.read(options.folder)
    with progress_bar() as bar:
        task = bar.add_task("diagnose", total=None)
        found = diagnose_study(
            study,
            target=options.target,
            aim=options.aim,
            members=options.members,
            draws=options.draws,
            particles=options.particles,
            seed=options.seed,
            progress=lambda step, done, total: _move(bar, task, step, (done, total)),
        )
    diagnosis = found.diagnosis
    tables = {"constructs": diagnosis.table(), "binding": diagnosis.binding_table()}
    if not isinstance(diagnosis.levers, NotAvailable):
        tables["levers"] = diagnosis.levers.to_frame()
    facts = {
        "command": "mechanism diagnose",
        "target": diagnosis.target,
        "agreement": diagnosis.agreement,
        "aim": options.aim,
        "members": options.members,
        "draws": options.draws,
        "seed": options.seed,
        "notes": {"zh": [zh for zh, _ in diagnosis.notes], "en": [en for _, en in diagnosis.notes]},
    }
    return finish(options, diagnosis_report(found), tables, show=("binding", "constructs", "levers"), facts=facts)


def _move(bar: Progress, task: TaskID, step: str, done: tuple[int, int]) -> None:
    bar.update(task, description=step or "diagnose", completed=done[0], total=done[1])
