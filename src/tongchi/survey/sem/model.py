"""How is a model of constructs estimated? Syntax, data and a request to one frozen result.

Each family of estimators has its own module; this one checks what is asked and hands it on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from tongchi.errors import UnsupportedModelError
from tongchi.survey.sem.categorical import fit_categorical
from tongchi.survey.sem.continuous import fit_continuous
from tongchi.survey.sem.fiml_fit import fit_fiml
from tongchi.survey.sem.request import FitRequest, read_request
from tongchi.survey.sem.result import Fit
from tongchi.survey.sem.sample import Data
from tongchi.survey.sem.syntax import Formulas, read_syntax
from tongchi.survey.sem.table import Options
from tongchi.survey.sem.two_stage import fit_two_stage


class Model:
    """A structural equation model in lavaan's syntax.

    Raises ModelSyntaxError, which names line and token, where the text cannot be read.
    """

    def __init__(self, syntax: str) -> None:
        self.syntax = syntax
        self.formulas: Formulas = read_syntax(syntax)

    def fit(
        self,
        data: Data,
        estimator: str = "default",
        group: str | None = None,
        *,
        ordered: str | Sequence[str] = (),
        missing: str = "listwise",
        std_lv: bool = False,
        meanstructure: bool | None = None,
        fixed_x: bool = True,
        orthogonal: bool = False,
        group_equal: Sequence[str] = (),
        group_partial: Sequence[str] = (),
        group_labels: Sequence[str] | None = None,
        group_label: Sequence[str] | None = None,
        information: str | None = None,
        likelihood: str = "normal",
        parameterization: str = "delta",
        cluster: str | None = None,
        after: Fit | None = None,
    ) -> Fit:
        """Estimate the model.

        Parameters
        ----------
        data : polars frame, or columns by name
        estimator : ML (default), MLM, MLMV, MLMVS, MLR, MLF, GLS, ULS, WLS; for ordinal items WLSMV (default), WLSM, DWLS, ULSMV,
            ULSM; in any case of letters
        group : column that parts the rows; a mean structure is then added, and rows without a group are left out
        ordered : names of the ordinal items, or "all"
        missing : "listwise" leaves incomplete rows out; "fiml" ("ml", "direct") uses what each row says; "pairwise" for ordinal
            items; "two.stage" and "robust.two.stage" fit the moments that EM finds
        meanstructure : None adds one if there are groups, if rows are incomplete, or the syntax has ``~1``
        group_equal : what all groups share: loadings, intercepts, means, regressions, residuals, residual.covariances,
            lv.variances, lv.covariances, thresholds
        group_partial : relations that stay free in spite of it, such as ``x3~1``
        group_labels : the groups to take, in this order (`group_label` is the same)
        information : "expected" or "observed", for the standard errors; None is what the estimator asks for
        likelihood : "normal" (divisor N) or "wishart" (divisor N - 1); GLS and ULS always take N - 1
        parameterization : "delta" or "theta", for ordinal items
        cluster : column whose values name the office (or other unit) that a row belongs to; errors are then robust to it
        after : an earlier fit of the same data, from whose estimates the search goes on; results do not depend on it

        Returns
        -------
        A result whose `converged` (the gradient is zero) and `admissible` (no negative variance, covariance matrices of
        constructs and residuals positive semidefinite) are two things; where the information is singular there are no
        standard errors and `notes` names the parameters.

        Raises
        ------
        UnknownVariableError, SampleError, NotIdentifiedError, UnsupportedModelError
        """
        means = _uses_rows(missing) or (group is not None if meanstructure is None else meanstructure)
        options = Options(std_lv, means, fixed_x, orthogonal, tuple(group_equal), tuple(group_partial))
        request = read_request(
            estimator,
            options,
            missing=missing,
            information=information,
            likelihood=likelihood,
            parameterization=parameterization,
            ordered=ordered,
            group=group,
            group_labels=group_label if group_labels is None else group_labels,
            cluster=cluster,
        )
        return self.fit_request(data, request, after)

    def fit_request(self, data: Data, request: FitRequest, after: Fit | None = None) -> Fit:
        """Estimate the model by a request that is already checked."""
        if request.ordered or request.base == "DWLS":
            return fit_categorical(self, data, request, after)
        if request.base == "WLS":
            return _family("wls", "fit_wls", request)(self, data, request)
        if request.missing == "ml":
            return fit_fiml(self, data, request, after)
        if request.missing in {"two.stage", "robust.two.stage"}:
            return fit_two_stage(self, data, request, after)
        return fit_continuous(self, data, request, after)


def _family(module: str, function: str, request: FitRequest) -> Callable[[Model, Data, FitRequest], Fit]:
    """Return the fitting function of a family whose module is read only when it is asked for."""
    try:
        found: Callable[[Model, Data, FitRequest], Fit] = getattr(
            import_module(f"tongchi.survey.sem.{module}"), function
        )
    except ModuleNotFoundError:
        raise UnsupportedModelError(
            found=f"estimator={request.estimator!r}", expected="ML, MLM, MLMV, MLR, GLS, ULS"
        ) from None
    return found


def _uses_rows(missing: str) -> bool:
    return missing.lower() not in {"listwise", "pairwise"}
