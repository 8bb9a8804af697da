"""`tongchi mechanism stages`: indicators, events and waves to indices, stages and change points."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tongchi.cli.mechanism_results import add_out, check_out, finish, require_files
from tongchi.errors import SeriesError
from tongchi.text.encoding import decode_text

if TYPE_CHECKING:
    from tongchi.mechanism.stage_result import StageResult
    from tongchi.mechanism.stages import StageRules

_TABLES = ("indices", "stages", "weights", "change_points")


def add_stages(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("indicators", type=Path, metavar="INDICATORS", help="CSV of indicators by party and period")
    parser.add_argument("events", type=Path, nargs="?", metavar="EVENTS", help="CSV of dated events")
    parser.add_argument("--waves", type=Path, metavar="FILE", help="CSV of means of survey waves")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="TOML: weight of each measure; 1 in each element")
    parser.add_argument("--base-period", metavar="PERIOD", help="indicators without bounds are set against this period")
    parser.add_argument("--rules", type=Path, metavar="FILE", help="TOML of stages, thresholds and next steps")
    add_out(parser)
    parser.set_defaults(run=_run_stages)


def _run_stages(options: argparse.Namespace) -> int:
    from tongchi.mechanism.indices import measure_indices
    from tongchi.mechanism.stage_result import StageResult
    from tongchi.mechanism.study_folder import says_synthetic
    from tongchi.mechanism.tables import read_events, read_indicators, read_waves
    from tongchi.report.mechanism_stages import stages_report

    check_out(options, _TABLES)
    files = (options.indicators, options.events, options.waves, options.weights, options.rules)
    require_files(files)
    weights = _weights(options.weights)
    rules = _rules(options.rules)
    indices = measure_indices(
        read_indicators(options.indicators),
        read_waves(options.waves) if options.waves else (),
        read_events(options.events) if options.events else (),
        weights=weights,
        base_period=options.base_period,
        seed=options.seed,
    )
    result = StageResult.of(indices, rules, weighting="equal" if weights is None else "user")
    synthetic = any(says_synthetic(path) for path in files[:3] if path)
    facts = {"command": "mechanism stages", "seed": options.seed, "weighting": result.joint.weighting}
    show = ("stages_joint", "changes", "coupling")
    return finish(options, stages_report(result, synthetic=synthetic), _tables(result), show=show, facts=facts)


def _weights(path: Path | None) -> dict[str, float] | None:
    if path is None:
        return None
    try:
        found = tomllib.loads(decode_text(path.read_bytes(), file=path.name))
        return {str(name): float(value) for name, value in found.items()}
    except (tomllib.TOMLDecodeError, TypeError, ValueError) as error:
        raise SeriesError(file=path.name, found=str(error), expected='"measure" = 0.25', advice="") from None


def _rules(path: Path | None) -> StageRules | None:
    from tongchi.mechanism.stages import StageRules

    return None if path is None else StageRules.parse(decode_text(path.read_bytes(), file=path.name), file=path.name)


def _tables(result: StageResult) -> dict[str, pl.DataFrame]:
    stages = [
        (party, period.label, None if stage is None else stage.id)
        for party, path in result.paths.items()
        for period, stage in zip(path.periods, path.stages, strict=True)
    ]
    weights = [
        (scheme, name, weight) for scheme, by_name in result.indices.weights.items() for name, weight in by_name.items()
    ]
    changes = [
        (element, period.label, before, after)
        for element, one in result.changes.items()
        for period, before, after in zip(one.when(), one.segments.levels, one.segments.levels[1:], strict=False)
    ]
    return {
        "indices": result.indices.to_frame(),
        "stages": pl.DataFrame(stages, {"party": pl.String, "period": pl.String, "stage": pl.String}, orient="row"),
        "weights": pl.DataFrame(
            weights, {"weighting": pl.String, "measure": pl.String, "weight": pl.Float64}, orient="row"
        ),
        "change_points": pl.DataFrame(
            changes,
            {"element": pl.String, "first_period": pl.String, "mean_before": pl.Float64, "mean_after": pl.Float64},
            orient="row",
        ),
    }
