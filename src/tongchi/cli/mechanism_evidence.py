"""`tongchi mechanism calibrate` and `sensitivity`: what data say of the parameters, and which of them decide the outcome."""

from __future__ import annotations

import argparse
from pathlib import Path

from tongchi.cli.console import progress_bar
from tongchi.cli.mechanism_results import (
    add_model,
    add_out,
    check_out,
    check_outcome,
    finish,
    load_model,
    require_files,
)
from tongchi.errors import UsageError


def add_calibrate(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_model(parser, needed=True)
    parser.add_argument("waves", type=Path, metavar="WAVES", help="CSV of means of survey waves with standard errors")
    parser.add_argument(
        "--parameters", metavar="NAMES", help="parameters to calibrate, parted by commas (default: the eight main ones)"
    )
    parser.add_argument("--particles", type=int, default=1000, help="draws from the posterior (default: 1000)")
    add_out(parser)
    parser.set_defaults(run=_run_calibrate)


def _run_calibrate(options: argparse.Namespace) -> int:
    from tongchi.mechanism.calibration import CALIBRATED, Observations, calibrate
    from tongchi.mechanism.identifiability import identifiability
    from tongchi.mechanism.study_folder import says_synthetic
    from tongchi.mechanism.tables import read_waves
    from tongchi.report.mechanism_evidence import calibration_report

    require_files([options.model, options.waves])
    model, synthetic = load_model(options.model)
    names = [name.strip() for name in options.parameters.split(",")] if options.parameters else list(CALIBRATED)
    check_out(options, ("posterior", "fit", "design"))
    seen = Observations.from_waves(read_waves(options.waves), model)
    with progress_bar() as bar:
        task = bar.add_task("calibrate", total=100)
        posterior = calibrate(
            model,
            seen,
            names=names,
            particles=options.particles,
            seed=options.seed,
            progress=lambda share: bar.update(task, completed=round(100 * share)),
        )
    told = identifiability(posterior)
    report = calibration_report(posterior, told, synthetic=synthetic or says_synthetic(options.waves))
    tables = {"posterior": posterior.table(), "fit": posterior.fit(), "design": told.design.to_frame()}
    facts = {
        "command": "mechanism calibrate",
        "particles": options.particles,
        "seed": options.seed,
        "moved": list(told.moved),
        "not_moved": list(told.not_moved),
        "tied": [list(pair) for pair in told.tied()],
    }
    return finish(options, report, tables, show=("posterior", "design"), facts=facts)


def add_sensitivity(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_model(parser)
    parser.add_argument(
        "--outcome", default="development", help="state at the end of the horizon (default: development)"
    )
    parser.add_argument("--base", type=int, default=4096, help="points of the design, a power of two (default: 4096)")
    parser.add_argument("--paths", type=int, default=40, help="paths of the screening (default: 40)")
    parser.add_argument("--kept", type=int, default=12, help="parameters that get Sobol indices (default: 12)")
    add_out(parser)
    parser.set_defaults(run=_run_sensitivity)


def _run_sensitivity(options: argparse.Namespace) -> int:
    from tongchi.mechanism.sensitivity import sensitivity
    from tongchi.report.mechanism_evidence import sensitivity_report

    if options.kept < 1:
        raise UsageError(found=f"--kept {options.kept}", expected="≥ 1")
    check_outcome(options.outcome)
    require_files([options.model])
    model, synthetic = load_model(options.model)
    check_out(options, ("sobol", "screening"))
    with progress_bar() as bar:
        bar.add_task("sensitivity", total=None)
        found = sensitivity(
            model,
            outcome=options.outcome,
            kept=options.kept,
            paths=options.paths,
            base=options.base,
            seed=options.seed,
        )
    report = sensitivity_report(found, model, seed=options.seed, synthetic=synthetic)
    tables = {"sobol": found.indices.to_frame(), "screening": found.screening.to_frame()}
    facts = {
        "command": "mechanism sensitivity",
        "outcome": options.outcome,
        "base": options.base,
        "seed": options.seed,
        "runs": found.indices.runs + found.screening.runs,
    }
    return finish(options, report, tables, show=("sobol",), facts=facts)
