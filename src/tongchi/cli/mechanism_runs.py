"""`tongchi mechanism simulate` and `scenarios`: the dynamic model with bands, as now and under changed levers."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tongchi.cli.console import advance, progress_bar
from tongchi.cli.mechanism_results import (
    add_model,
    add_out,
    check_out,
    check_outcome,
    finish,
    load_model,
    require_files,
)

if TYPE_CHECKING:
    from tongchi.mechanism.model_spec import DynamicModel
    from tongchi.mechanism.scenarios import Scenario, ScenarioRuns

_SIMULATED = ("bands", "outcomes", "parameters")
_COMPARED = ("scenarios", "bands", "thresholds", "parameters")


def _add_engine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--outcome", default="development", help="state that is judged (default: development)")
    parser.add_argument("--members", type=int, default=10_000, help="members of the ensemble (default: 10000)")
    parser.add_argument(
        "--engine", choices=("local", "cluster"), default="local", help="where members run (default: local)"
    )
    parser.add_argument("--workers", type=int, default=2, help="threads, or processes of a cluster (default: 2)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler that runs already")
    add_out(parser)


def add_simulate(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_model(parser)
    parser.add_argument(
        "--lever",
        action="append",
        metavar="LEVER=AMOUNT",
        help="reward=0.6 sets, +0.1 adds, a signed percentage multiplies, 0.6@3 holds from period 3 on; may be repeated",
    )
    _add_engine(parser)
    parser.set_defaults(run=_run_simulate)


def _run_simulate(options: argparse.Namespace) -> int:
    from tongchi.mechanism.scenarios import Scenario, parse_change
    from tongchi.report.mechanism_runs import simulation_report

    check_outcome(options.outcome)
    require_files([options.model])
    model, synthetic = load_model(options.model)
    given = [_whole_name(each) for each in options.lever or ()]
    changes = tuple(parse_change(each, model) for each in given)
    scenarios = [Scenario("baseline", "照旧", "as now")]
    if changes:
        shown = ", ".join(given)
        scenarios.append(Scenario("changed", shown, shown, changes))
    check_out(options, _SIMULATED)
    runs = _run(options, model, scenarios)
    facts = _facts(options, "simulate") | {"levers": given}
    tables = {"bands": _bands(runs), "outcomes": runs.table(), "parameters": _assumed(model)}
    return finish(
        options,
        simulation_report(runs, synthetic=synthetic),
        tables,
        show=("states",),
        facts=facts,
        parquet={"members": _members(runs)},
    )


def _whole_name(given: str) -> str:
    """Return a lever's setting with the whole name where a beginning of it is given, such as `central=+0.2`."""
    from tongchi.mechanism.dynamics import LEVERS

    name, sign, amount = given.partition("=")
    fitting = [lever for lever in LEVERS if name.strip() and lever.startswith(name.strip())]
    return f"{fitting[0]}{sign}{amount}" if len(fitting) == 1 else given


def add_scenarios(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_model(parser)
    parser.add_argument("--scenarios", type=Path, metavar="FILE", help="TOML of scenarios (default: the shipped ones)")
    _add_engine(parser)
    parser.set_defaults(run=_run_scenarios)


def _run_scenarios(options: argparse.Namespace) -> int:
    from tongchi.mechanism.bifurcation import bifurcation
    from tongchi.mechanism.dynamics import LEVERS
    from tongchi.mechanism.scenarios import default_scenarios, load_scenarios
    from tongchi.mechanism.study_folder import says_synthetic
    from tongchi.report.mechanism_runs import scenarios_report

    check_outcome(options.outcome)
    require_files([options.model, options.scenarios])
    model, synthetic = load_model(options.model)
    chosen = load_scenarios(options.scenarios, model) if options.scenarios else default_scenarios(model)
    check_out(options, _COMPARED)
    runs = _run(options, model, chosen)
    curves = {lever: bifurcation(model, lever) for lever in LEVERS}
    tables = {
        "scenarios": runs.table(),
        "bands": _bands(runs),
        "thresholds": pl.DataFrame(
            [(lever, curve.threshold, curve.return_point) for lever, curve in curves.items()],
            {"lever": pl.String, "threshold": pl.Float64, "return_point": pl.Float64},
            orient="row",
        ),
        "parameters": _assumed(model),
    }
    marked = synthetic or bool(options.scenarios and says_synthetic(options.scenarios))
    report = scenarios_report(runs, curves, synthetic=marked)
    show = ("outcomes", "regret", "thresholds")
    return finish(options, report, tables, show=show, facts=_facts(options, "scenarios"))


def _run(options: argparse.Namespace, model: DynamicModel, scenarios: Sequence[Scenario]) -> ScenarioRuns:
    from tongchi.mechanism.scenarios import run_scenarios

    with progress_bar() as bar:
        return run_scenarios(
            model,
            scenarios,
            members=options.members,
            seed=options.seed,
            outcome=options.outcome,
            engine=options.engine,
            workers=options.workers,
            scheduler=options.scheduler,
            progress=advance(bar, bar.add_task("members", total=None)),
        )


def _facts(options: argparse.Namespace, command: str) -> dict[str, object]:
    """Return what was asked for; how many workers ran it is none of the result's business."""
    return {
        "command": f"mechanism {command}",
        "outcome": options.outcome,
        "members": options.members,
        "seed": options.seed,
    }


def _bands(runs: ScenarioRuns) -> pl.DataFrame:
    frames = [
        ensemble.bands(region=region).select(
            pl.lit(scenario.id).alias("scenario"), pl.lit(region or "mean").alias("region"), pl.all()
        )
        for scenario, ensemble in zip(runs.scenarios, runs.ensembles, strict=True)
        for region in (None, *ensemble.model.regions)
    ]
    return pl.concat(frames)


def _members(runs: ScenarioRuns) -> pl.DataFrame:
    """Return one row per member: its parameters and its outcome under each scenario."""
    from tongchi.mechanism.dynamics import PARAMETERS

    found = {name: runs.ensembles[0].parameters[:, at] for at, name in enumerate(PARAMETERS)}
    outcomes = runs.outcomes()
    numbers = {"member": np.arange(outcomes.shape[1])}
    return pl.DataFrame(
        numbers | found | {f"{runs.outcome}_{one.id}": outcomes[at] for at, one in enumerate(runs.scenarios)}
    )


def _assumed(model: DynamicModel) -> pl.DataFrame:
    """Return one row per parameter: value, range, unit, meaning and source."""
    names = ("name", "value", "low", "high", "unit", "zh", "en", "source")
    return pl.DataFrame({name: [getattr(one, name) for one in model.parameters] for name in names})
