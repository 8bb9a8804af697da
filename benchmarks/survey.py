"""How long do the fits, draws and studies of the survey room take, one thread each, and how long do peers take for the same?

A time is the least of several runs after a warm one. A peer runs in the same process right after our own fit. Without the
reference data the answers are synthetic, of the same shape.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded: small matrices only lose by more threads

import argparse
import json
import resource
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import survey_data
from benchmarks.survey_data import Case

Result = dict[str, Any]
SIZES = (100, 200, 400, 800, 1600)
LADDER: tuple[tuple[str, ...], ...] = (
    (),
    ("loadings",),
    ("loadings", "intercepts"),
    ("loadings", "intercepts", "residuals"),
)


def least(action: Callable[[], object], runs: int) -> float:
    """Return the least of `runs` times in milliseconds, after one run that is not counted."""
    action()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - start))
    return min(times)


def run_holzinger(folder: Path) -> Result:
    """Fit the classic model with all output, and the ladder of invariance."""
    from tongchi.survey.sem import Model

    case = survey_data.holzinger(folder)
    model = Model(case.syntax)

    def ladder() -> None:
        for equal in LADDER:
            model.fit(case.frame, group="school", group_equal=equal)

    return {
        "real": case.real,
        "milliseconds": least(lambda: model.fit(case.frame).to_json(), 30),
        "ladder_milliseconds": least(ladder, 10),
        "peer": _semopy(case, runs=10),
    }


def run_large(folder: Path) -> Result:
    """Fit 20,000 rows of 60 items by ML, with the robust corrections of MLM and of MLR."""
    from tongchi.survey.sem import Model

    case = survey_data.large(folder)
    model = Model(case.syntax)
    times = {name: least(partial(model.fit, case.frame, name), 4) for name in ("ML", "MLM", "MLR")}
    return {"real": case.real, "milliseconds": times, "peer": _semopy(case, runs=2)}


def run_ordinal(folder: Path) -> Result:
    """Fit 25 ordinal items by WLSMV with all output."""
    from tongchi.survey.sem import Model

    case = survey_data.ordinal(folder)
    model = Model(case.syntax)
    return {
        "real": case.real,
        "milliseconds": least(lambda: model.fit(case.frame, "WLSMV", ordered="all").to_json(), 5),
    }


def run_missing(folder: Path) -> Result:
    """Fit 25 items with gaps by full-information maximum likelihood, plain and robust."""
    from tongchi.survey.sem import Model

    case = survey_data.missing(folder)
    model = Model(case.syntax)
    times = {name: least(partial(model.fit, case.frame, name, missing="fiml"), 3) for name in ("ML", "MLR")}
    return {"real": case.real, "milliseconds": times}


def run_draws(folder: Path, draws: int = 5_000) -> Result:
    """Bootstrap an indirect effect between observed variables, and one between constructs."""
    from tongchi.survey.sem import Model

    result: Result = {}
    for name, case in (
        ("observed", survey_data.observed_mediation(folder)),
        ("latent", survey_data.latent_mediation(folder)),
    ):
        fit = Model(case.syntax).fit(case.frame)
        result["real"] = case.real
        result[name] = least(partial(_intervals, fit, draws), 3)
    result["peer"] = _statsmodels(survey_data.observed_mediation(folder), draws)
    return result


def _intervals(fit: Any, draws: int) -> None:
    from tongchi.survey.sem.bootstrap import bootstrap

    bootstrap(fit, draws=draws).to_json()


def run_power() -> Result:
    """Draw 500 samples of each of five sizes from the default instrument's eleven constructs, and look for one path."""
    from tongchi.survey.instrument import Instrument
    from tongchi.survey.power import power
    from tongchi.survey.power_population import instrument_population

    population = instrument_population(Instrument.default())
    start = time.perf_counter()
    study = power(population, "involvement ~ willingness", SIZES, replications=500)
    return {"seconds": time.perf_counter() - start, "replications": study.replications, "sizes": len(study.rows)}


def _semopy(case: Case, runs: int) -> Result:
    """Fit the same by semopy, with its standard errors and indices."""
    try:
        import semopy
    except ImportError:
        return {"error": "semopy is not installed"}
    frame = _pandas(case)

    def fit() -> None:
        model = semopy.Model(case.syntax)
        model.fit(frame)
        model.inspect(std_est=True)
        semopy.calc_stats(model)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {"milliseconds": least(fit, runs)}


def _pandas(case: Case) -> Any:
    import pandas as pd

    return pd.DataFrame({name: case.frame[name].to_list() for name in case.frame.columns})


def _statsmodels(case: Case, draws: int, sample: int = 40) -> Result:
    """Bootstrap the observed effect by statsmodels' Mediation; `sample` draws are timed and the time is multiplied."""
    try:
        import statsmodels.api as sm
        from statsmodels.stats.mediation import Mediation
    except ImportError:
        return {"error": "statsmodels is not installed"}
    frame = _pandas(case)
    outcome = sm.OLS.from_formula("Y ~ M + X + C", frame)
    mediator = sm.OLS.from_formula("M ~ X + C", frame)
    start = time.perf_counter()
    Mediation(outcome, mediator, "X", "M").fit(n_rep=sample, method="bootstrap")
    return {"milliseconds": 1000 * (time.perf_counter() - start) * draws / sample, "timed_draws": sample}


PARTS: dict[str, Callable[[Path], Result]] = {
    "holzinger": run_holzinger,
    "large": run_large,
    "ordinal": run_ordinal,
    "missing": run_missing,
    "draws": run_draws,
    "power": lambda _: run_power(),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True, help="folder that may hold survey/")
    parser.add_argument("--part", choices=PARTS, required=True)
    arguments = parser.parse_args()
    result = PARTS[arguments.part](arguments.data / "survey")
    result["load"], result["processors"] = os.getloadavg()[0], os.cpu_count()
    result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
