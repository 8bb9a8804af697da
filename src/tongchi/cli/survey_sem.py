"""`tongchi survey sem`: a model in lavaan's syntax and a table of data to estimates, tests and measures of fit."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from tongchi.cli.console import stderr
from tongchi.cli.writing import write_whole, writing
from tongchi.errors import MissingFileError, UnsupportedModelError, UsageError

if TYPE_CHECKING:
    from tongchi.survey.sem.bootstrap import Bootstrap
    from tongchi.survey.sem.result import Fit

ESTIMATORS = "ML MLM MLMV MLR GLS ULS WLS DWLS WLSM WLSMV ULSM ULSMV"

_MOST_FOR_INDICES = 40
"""Variables up to which modification indices, whose number grows with the square, cost no waiting."""


def add_sem(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("model", type=Path, metavar="MODEL", help="text in lavaan's syntax")
    parser.add_argument("data", type=Path, metavar="DATA", help="CSV (.gz too), XLSX or SPSS .sav with a header")
    parser.add_argument("--out", type=Path, help="JSON file to write (default: standard output)")
    _add_method(parser)
    _add_groups(parser)
    _add_more(parser)
    parser.set_defaults(run=_run_sem)


def _add_method(parser: argparse.ArgumentParser) -> None:
    flag = argparse.BooleanOptionalAction
    parser.add_argument(
        "--estimator", default="default", help=f"{ESTIMATORS} (default: ML, or WLSMV where items are ordinal)"
    )
    parser.add_argument("--ordered", type=_names, default=[], metavar="all|x1,x2", help="ordinal items")
    parser.add_argument(
        "--missing",
        default="listwise",
        help="listwise, fiml, pairwise (ordinal items), two.stage, robust.two.stage (default: listwise)",
    )
    parser.add_argument("--std-lv", action=flag, default=False, help="fix variances of constructs at 1")
    parser.add_argument("--meanstructure", action=flag, default=None, help="estimate intercepts and means")
    parser.add_argument("--orthogonal", action=flag, default=False, help="fix covariances of constructs at 0")
    parser.add_argument(
        "--fixed-x", choices=("yes", "no"), default="yes", help="take covariates as given (default: yes)"
    )
    parser.add_argument("--parameterization", choices=("delta", "theta"), default="delta", help="for ordinal items")
    parser.add_argument("--information", choices=("expected", "observed"), help="behind the standard errors")
    parser.add_argument("--likelihood", choices=("normal", "wishart"), default="normal", help="divisor N or N - 1")
    parser.add_argument("--cluster", metavar="COLUMN", help="rows of one value are not independent; for robust errors")


def _add_groups(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--group", metavar="COLUMN", help="column that divides the rows")
    parser.add_argument("--group-labels", type=_labels, metavar="a,b", help="groups in order (default: as they appear)")
    parser.add_argument(
        "--group-equal",
        type=_names,
        default=[],
        metavar="loadings,intercepts",
        help="what groups share: loadings, intercepts, means, thresholds, regressions, residuals, "
        "residual.covariances, lv.variances, lv.covariances",
    )
    parser.add_argument(
        "--group-partial", type=_labels, default=[], metavar="x3~1,…", help="relations that stay free in spite of it"
    )


def _add_more(parser: argparse.ArgumentParser) -> None:
    flag = argparse.BooleanOptionalAction
    parser.add_argument(
        "--modindices",
        action=flag,
        default=None,
        help=f"modification indices (default: with up to {_MOST_FOR_INDICES} variables)",
    )
    parser.add_argument("--bootstrap", type=int, metavar="DRAWS", help="bootstrap every parameter")
    parser.add_argument("--seed", type=int, default=1, help="of the bootstrap (default: 1)")
    parser.add_argument(
        "--indices", type=Path, metavar="FILE", help="rows of each draw, one draw a line, counted from 1, to replay"
    )
    parser.add_argument("--draws", type=Path, metavar="FILE", help="also write the estimates of every draw as CSV")
    parser.add_argument("--lavaan", type=Path, metavar="SCRIPT", help="also write the same analysis as an R script")


def _names(text: str) -> list[str]:
    return [name for name in re.split(r"[,\s]+", text) if name]


def _labels(text: str) -> list[str]:
    """Labels of groups may hold spaces."""
    return [name.strip() for name in text.split(",") if name.strip()]


def _run_sem(options: argparse.Namespace) -> int:
    from tongchi.survey.data_file import read_data
    from tongchi.survey.sem import Model

    _check(options)
    model = Model(_read_model(options.model))
    data = read_data(options.data)
    fit = model.fit(data, options.estimator, options.group, **_settings(options))
    found = fit.to_json() | _modification_indices(fit, options.modindices)
    drawn = _bootstrap(fit, data, options) if options.bootstrap or options.indices else None
    if drawn is not None:
        found["bootstrap"] = drawn.to_json()
    script = _script(fit, options).encode() if options.lavaan else b""
    text = json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if options.lavaan:
        write_whole(script, options.lavaan)
    if drawn is not None and options.draws:
        table = pl.DataFrame({"draw": drawn.numbers + 1} | dict(zip(drawn.names, drawn.estimates.T, strict=True)))
        write_whole(table.fill_nan(None).write_csv().encode(), options.draws)
    if options.out:
        write_whole(text.encode(), options.out)
    else:
        sys.stdout.write(text)
    _warn(fit, options.language)
    return 0


def _check(options: argparse.Namespace) -> None:
    if options.bootstrap is not None and options.bootstrap < 1:
        raise UsageError(found=f"--bootstrap {options.bootstrap}", expected="≥ 1")
    if options.draws and not (options.bootstrap or options.indices):
        raise UsageError(found="--draws", expected="同时写 --bootstrap 或 --indices / with --bootstrap or --indices")
    for name in ("group_labels", "group_equal", "group_partial"):
        if getattr(options, name) and not options.group:
            raise UsageError(found=f"--{name.replace('_', '-')}", expected="同时写 --group / together with --group")


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    ordered: str | list[str] = options.ordered
    if [name.lower() for name in options.ordered] in (["all"], ["true"]):
        ordered = "all"
    return {
        "ordered": ordered,
        "missing": options.missing,
        "std_lv": options.std_lv,
        "meanstructure": options.meanstructure,
        "fixed_x": options.fixed_x == "yes",
        "orthogonal": options.orthogonal,
        "group_equal": options.group_equal,
        "group_partial": options.group_partial,
        "group_labels": options.group_labels,
        "information": options.information,
        "likelihood": options.likelihood,
        "parameterization": options.parameterization,
        "cluster": options.cluster,
    }


def _read_model(path: Path) -> str:
    from tongchi.text.encoding import decode_text

    if not path.is_file():
        raise MissingFileError(file=str(path), found="folder" if path.is_dir() else "nothing")
    with writing(path):
        return decode_text(path.read_bytes(), file=path.name)


def _modification_indices(fit: Fit, asked: bool | None) -> dict[str, Any]:
    """Return them where they are asked for, or cost no waiting; only who asks is told that there are none."""
    few = len(fit.assembly.variables.observed) <= _MOST_FOR_INDICES
    if asked is False or (asked is None and not few):
        return {}
    try:
        return {"modindices": fit.modindices}
    except UnsupportedModelError:
        if asked:
            raise
        return {"modindices": None}


def _script(fit: Fit, options: argparse.Namespace) -> str:
    from tongchi.survey.sem.lavaan_script import lavaan_script

    return lavaan_script(fit, str(options.data), draws=options.bootstrap, seed=options.seed)


def _bootstrap(fit: Fit, data: pl.DataFrame, options: argparse.Namespace) -> Bootstrap:
    from tongchi.survey.data_file import read_indices
    from tongchi.survey.sem.bootstrap import bootstrap

    indices = read_indices(options.indices) if options.indices else None
    if indices is not None and options.bootstrap not in (None, len(indices)):
        raise UsageError(found=f"--bootstrap {options.bootstrap}", expected=f"{options.indices}: {len(indices)}")
    return bootstrap(fit, data, options.bootstrap or 1, seed=options.seed, indices=indices)


def _warn(fit: Fit, language: str) -> None:
    """Say on stderr what a reader of the numbers must know; the file holds it too."""
    console = stderr()
    if not fit.converged:
        console.print(_NOT_CONVERGED[language], markup=False)
    elif not fit.admissible:
        console.print(_NOT_ADMISSIBLE[language], markup=False)
    for note in fit.notes:
        console.print(note, markup=False)


_NOT_CONVERGED = {
    "zh": "警告：迭代未收敛，估计值不可用（converged = false）。",
    "en": "Warning: the iterations did not converge; do not use the estimates (converged = false).",
}
_NOT_ADMISSIBLE = {
    "zh": "警告：解不合理，例如方差为负（admissible = false）。",
    "en": "Warning: the solution is improper, for example a negative variance (admissible = false).",
}
