"""What stage is the collaboration in, what binds it, and what would move it? Indices, stages, dynamics, game, diagnosis.

>>> from tongchi import mechanism
>>> len(mechanism.DynamicModel.default().regions)
2
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tongchi.mechanism.bifurcation import Bifurcation, basins, bifurcation, phase_plane, thresholds
    from tongchi.mechanism.calibration import Observations, Posterior, calibrate
    from tongchi.mechanism.coupling import CouplingCoordination, coupling_coordination
    from tongchi.mechanism.diagnosis import Diagnosis, diagnose
    from tongchi.mechanism.ensembles import Ensemble, run_ensemble
    from tongchi.mechanism.equilibria import RestPoint, rest_points
    from tongchi.mechanism.identifiability import IdentifiabilityReport, identifiability
    from tongchi.mechanism.indices import IndexSeries, measure_indices
    from tongchi.mechanism.integration import Trajectories, integrate
    from tongchi.mechanism.model_spec import DynamicModel
    from tongchi.mechanism.scenarios import Scenario, ScenarioRuns, run_scenarios
    from tongchi.mechanism.sensitivity import Sensitivity, sensitivity
    from tongchi.mechanism.shadow_values import ShadowValues, construct_values, lever_values
    from tongchi.mechanism.stage_result import StageResult
    from tongchi.mechanism.study_folder import StudyFolder, diagnose_study
    from tongchi.mechanism.tables import read_events, read_indicators, read_waves

__all__ = [
    "Bifurcation",
    "CouplingCoordination",
    "Diagnosis",
    "DynamicModel",
    "Ensemble",
    "IdentifiabilityReport",
    "IndexSeries",
    "Observations",
    "Posterior",
    "RestPoint",
    "Scenario",
    "ScenarioRuns",
    "Sensitivity",
    "ShadowValues",
    "StageResult",
    "StudyFolder",
    "Trajectories",
    "basins",
    "bifurcation",
    "calibrate",
    "construct_values",
    "coupling_coordination",
    "diagnose",
    "diagnose_study",
    "identifiability",
    "integrate",
    "lever_values",
    "measure_indices",
    "phase_plane",
    "read_events",
    "read_indicators",
    "read_waves",
    "rest_points",
    "run_ensemble",
    "run_scenarios",
    "sensitivity",
    "thresholds",
]

_HOMES = {
    "bifurcation": ("Bifurcation", "basins", "phase_plane", "thresholds"),
    "calibration": ("Observations", "Posterior", "calibrate"),
    "coupling": ("CouplingCoordination", "coupling_coordination"),
    "diagnosis": ("Diagnosis", "diagnose"),
    "ensembles": ("Ensemble", "run_ensemble"),
    "equilibria": ("RestPoint", "rest_points"),
    "identifiability": ("IdentifiabilityReport",),
    "indices": ("IndexSeries", "measure_indices"),
    "integration": ("Trajectories", "integrate"),
    "model_spec": ("DynamicModel",),
    "scenarios": ("Scenario", "ScenarioRuns", "run_scenarios"),
    "sensitivity": ("Sensitivity",),
    "shadow_values": ("ShadowValues", "construct_values", "lever_values"),
    "stage_result": ("StageResult",),
    "study_folder": ("StudyFolder", "diagnose_study"),
    "tables": ("read_events", "read_indicators", "read_waves"),
}
_NAMED_AS_MODULES = ("bifurcation", "identifiability", "sensitivity")
"""Functions that are called like the module that defines them."""


def __getattr__(name: str) -> object:
    """Load a module when one of its names is first asked for: an index of stages need not load the integrator."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"tongchi.mechanism.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _function(name: str) -> property:
    def load(_: ModuleType) -> object:
        return getattr(import_module(f"tongchi.mechanism.{name}"), name)

    def keep(_: ModuleType, __: object) -> None:
        """Importing the module of that name would put it in the place of the function."""

    return property(load, keep)


class _Mechanism(ModuleType):
    """The package; `mechanism.sensitivity` is the function at all times, also after its module was imported."""


for _name in _NAMED_AS_MODULES:
    setattr(_Mechanism, _name, _function(_name))
sys.modules[__name__].__class__ = _Mechanism
