"""From answers to a questionnaire to estimates: instrument, responses, measurement, structural models.

>>> from tongchi import survey
>>> len(survey.Instrument.default().constructs)
11
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from tongchi.survey.public_names import package_with_functions

if TYPE_CHECKING:
    from tongchi.survey import sem
    from tongchi.survey.analysis import SurveyAnalysis, analyse
    from tongchi.survey.analysis_measurement import reliability
    from tongchi.survey.cleaning import Cleaning, clean
    from tongchi.survey.data_file import read_data
    from tongchi.survey.groups import compare_groups
    from tongchi.survey.hypotheses import HypothesisTable, hypotheses
    from tongchi.survey.importance_performance import ImportancePerformance, importance_performance
    from tongchi.survey.instrument import Instrument
    from tongchi.survey.invariance import InvarianceLadder, invariance
    from tongchi.survey.necessity import Necessity, necessity
    from tongchi.survey.power import PowerStudy, power
    from tongchi.survey.power_population import instrument_population
    from tongchi.survey.responses import Responses, read_responses
    from tongchi.survey.scale_scores import scale_scores
    from tongchi.survey.simulation import Truth, simulate_responses
    from tongchi.survey.structural_model import structural_models
    from tongchi.survey.unavailable import NotAvailable

__all__ = [
    "Cleaning",
    "HypothesisTable",
    "ImportancePerformance",
    "Instrument",
    "InvarianceLadder",
    "Necessity",
    "NotAvailable",
    "PowerStudy",
    "Responses",
    "SurveyAnalysis",
    "Truth",
    "analyse",
    "clean",
    "compare_groups",
    "hypotheses",
    "importance_performance",
    "instrument_population",
    "invariance",
    "necessity",
    "power",
    "read_data",
    "read_responses",
    "reliability",
    "scale_scores",
    "sem",
    "simulate_responses",
    "structural_models",
]

_HOMES = {
    "analysis": ("SurveyAnalysis", "analyse"),
    "cleaning": ("Cleaning", "clean"),
    "data_file": ("read_data",),
    "groups": ("compare_groups",),
    "hypotheses": ("HypothesisTable",),
    "importance_performance": ("ImportancePerformance",),
    "instrument": ("Instrument",),
    "invariance": ("InvarianceLadder",),
    "necessity": ("Necessity",),
    "power": ("PowerStudy",),
    "power_population": ("instrument_population",),
    "responses": ("Responses", "read_responses"),
    "scale_scores": ("scale_scores",),
    "simulation": ("Truth", "simulate_responses"),
    "structural_model": ("structural_models",),
    "unavailable": ("NotAvailable",),
}
_NAMED_AS_MODULES = {
    "hypotheses": "hypotheses",
    "importance_performance": "importance_performance",
    "invariance": "invariance",
    "necessity": "necessity",
    "power": "power",
    "reliability": "analysis_measurement",
}
"""Functions that are called like the module of their subject, with the module that defines them."""


def __getattr__(name: str) -> object:
    """Load a module when one of its names is first asked for: fitting one model need not load the reading of workbooks."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"tongchi.survey.{home}"), name)
    if name == "sem":
        return import_module("tongchi.survey.sem")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


sys.modules[__name__].__class__ = package_with_functions(__name__, _NAMED_AS_MODULES)
