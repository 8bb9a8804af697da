"""Models of constructs in lavaan's syntax: `Model(syntax).fit(data)` to estimates, tests and measures of fit."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tongchi.survey.public_names import package_with_functions
from tongchi.survey.sem.model import Model
from tongchi.survey.sem.result import Fit

if TYPE_CHECKING:
    from tongchi.survey.sem.bootstrap import bootstrap
    from tongchi.survey.sem.factor_scores import factor_scores
    from tongchi.survey.sem.likelihood_ratio import compare_fits
    from tongchi.survey.sem.modification import modification_indices
    from tongchi.survey.sem.score_tests import score_tests

__all__ = ["Fit", "Model", "bootstrap", "compare_fits", "factor_scores", "modification_indices", "score_tests"]

_HOMES = {
    "bootstrap": "bootstrap",
    "compare_fits": "likelihood_ratio",
    "factor_scores": "factor_scores",
    "modification_indices": "modification",
    "score_tests": "score_tests",
}
sys.modules[__name__].__class__ = package_with_functions(__name__, _HOMES)
