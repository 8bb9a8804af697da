"""Models of constructs in lavaan's syntax: `Model(syntax).fit(data)` to estimates, tests and measures of fit."""

from tongchi.survey.sem.model import Model
from tongchi.survey.sem.result import Fit

__all__ = ["Fit", "Model"]
