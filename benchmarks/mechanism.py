"""How fast are ensembles, sensitivity and calibration of the dynamic model? One part per process, as JSON.

    python -m benchmarks.mechanism --part ensemble|sobol|calibration

The peer of the ensemble is SciPy's LSODA, one member after the other, timed on a sample of the same members at the same accuracy.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

from tongchi.mechanism.calibration import calibrate
from tongchi.mechanism.coverage import simulate_waves
from tongchi.mechanism.dynamics import STATES, rates
from tongchi.mechanism.ensembles import draw_parameters
from tongchi.mechanism.integration import integrate
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.mechanism.sensitivity import bounds_of, outcome_function
from tongchi.mechanism.sobol import sobol_indices

Result = dict[str, Any]
MECHANISM_PARTS = ("ensemble", "sobol", "calibration")
MEMBERS = 10_000
_SAMPLE = 100


def ensemble() -> Result:
    """Run 10,000 members of one region over 15 years; the peer a hundred of them."""
    model = DynamicModel.default().single()
    drawn = draw_parameters(model, MEMBERS, 0)
    times = [15.0]
    seconds = _best(lambda: integrate(model, parameters=drawn, times=times))
    found = integrate(model, parameters=drawn[:_SAMPLE], times=times).values[:, -1, 0]
    begun = time.perf_counter()
    exact = np.array([_lsoda(model, one) for one in drawn[:_SAMPLE]])
    peer = (time.perf_counter() - begun) * MEMBERS / _SAMPLE
    tight = np.array([_lsoda(model, one, 1e-11) for one in drawn[:_SAMPLE]])
    return {
        "seconds": seconds,
        "error": float(np.abs(found - tight).max()),
        "peer_seconds": peer,
        "peer_error": float(np.abs(exact - tight).max()),
    }


def _lsoda(model: DynamicModel, parameters: np.ndarray, tolerance: float = 1e-7) -> np.ndarray:
    def slope(_: float, state: np.ndarray) -> np.ndarray:
        return rates(state[None], parameters, model.lever_values, model.coupling)[0]

    done = solve_ivp(slope, (0.0, 15.0), model.initial[0], method="LSODA", rtol=tolerance, atol=tolerance)
    return done.y[:, -1]


def sobol() -> Result:
    """Work out Sobol' indices of 12 parameters from a base of 4,096."""
    model = DynamicModel.default()
    names = [one.name for one in model.parameters][:12]
    function, bounds = outcome_function(model, names, "development"), bounds_of(model, names)
    return {"seconds": _best(lambda: sobol_indices(function, bounds, names=names), runs=3)}


def calibration() -> Result:
    """Calibrate 8 parameters to 6 waves of 2 regions in which all states were asked."""
    model = DynamicModel.default()
    _, seen = simulate_waves(model, np.random.default_rng(3), constructs=STATES)
    return {"seconds": _best(lambda: calibrate(model, seen), runs=1)}


def _best(work: Callable[[], object], runs: int = 5) -> float:
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


def mechanism_lines(results: Mapping[str, Result]) -> Iterator[tuple[str, str, str]]:
    """Yield task, figures and target for the table of all benchmarks."""
    found = results["mechanism ensemble"]
    task = "dynamic model, 10,000 members"
    if "seconds" in found:
        figures = f"{found['seconds']:.3f} s, error {found['error']:.0e}"
        yield task, figures, "≤ 0.1 s at error ≤ 1e-6"
        yield (
            "  the same by SciPy LSODA, from 100",
            f"{found['peer_seconds']:.1f} s, error {found['peer_error']:.0e}",
            "",
        )
        yield "    ratio", f"{found['peer_seconds'] / found['seconds']:.0f} × the time", ""
    else:
        yield task, f"not run: {found['error']}", ""
    for part, name, reach in (
        ("sobol", "Sobol', 12 parameters, base 4,096", "≤ 3 s"),
        ("calibration", "calibration, 8 parameters, 6 waves × 2 regions", "≤ 60 s"),
    ):
        one = results[f"mechanism {part}"]
        yield name, f"{one['seconds']:.2f} s" if "seconds" in one else f"not run: {one['error']}", reach


def main() -> None:
    """Print the result of one part as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", choices=MECHANISM_PARTS, required=True)
    parts = {"ensemble": ensemble, "sobol": sobol, "calibration": calibration}
    print(json.dumps(parts[parser.parse_args().part]()))


if __name__ == "__main__":
    main()
