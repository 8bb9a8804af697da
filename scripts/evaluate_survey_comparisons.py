"""How near are likelihood-ratio and score tests, factor scores, bootstraps replayed draw by draw, and necessity to their references?"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from scripts.evaluate_survey_calls import is_fit, read_frame, read_reference, reference_call
from scripts.evaluate_survey_fits import FAILURES, Agreement, reason_of
from tongchi.survey.necessity import necessity
from tongchi.survey.sem.bootstrap import Bootstrap, bootstrap
from tongchi.survey.sem.factor_scores import factor_scores
from tongchi.survey.sem.score_tests import score_tests
from tongchi.survey.unavailable import NotAvailable

MEASURE, DRAW = 1e-6, 1e-5
_SHARE = 0.01  # below it a deviation is absolute
_SCORE_TEST, _SCORES, _INTERVALS = "_scoretest.json", "factor_scores.json", "boot_intervals.json"
_NECESSITY = {  # R package NCA on its own example, as the data's README states
    ("ce_fdh", "effect_size"): (0.4155, 5e-5),
    ("cr_fdh", "effect_size"): (0.3066, 5e-5),
    ("cr_fdh", "slope"): (2.2302299458, 1e-9),
    ("cr_fdh", "intercept"): (28.3527091318, 1e-9),
}


def evaluate_comparisons(folder: Path) -> Iterator[Agreement]:
    """Yield one agreement for each reference below `folder` that is no fit and no psychometrics."""
    for path in sorted(folder.glob("*/*.json")):
        if path.name.endswith(_SCORE_TEST):
            yield _guarded(path, MEASURE, _score_test)
        elif "_lrt" in path.stem:
            yield _guarded(path, MEASURE, _ratio_test)
        elif path.name == _SCORES:
            yield _guarded(path, MEASURE, _factor_scores)
        elif path.name == _INTERVALS:
            yield _guarded(path, DRAW, _replayed)
    example = folder.parent / "mechanism" / "nca_example.csv"
    if example.is_file():
        yield _necessity(example)


def _guarded(path: Path, tolerance: float, compare: Any) -> Agreement:
    found = Agreement(f"{path.parent.name}/{path.stem}", tolerances={"value": tolerance})
    try:
        compare(path, found)
    except FAILURES as error:
        found.reason = reason_of(error)
    return found


def _score_test(path: Path, found: Agreement) -> None:
    fit = reference_call(path.with_name(path.name.replace(_SCORE_TEST, ".json"))).fit()
    ours, theirs = score_tests(fit).to_json(), read_reference(path)
    for kind in ("test", "uni"):
        for mine, row in zip(ours[kind], theirs[kind], strict=True):
            for key in ("X2", "df", "p.value"):
                found.compare("value", f"{row.get('lhs', kind)} {key}", mine[key], row[key], _SHARE)


def _ratio_test(path: Path, found: Agreement) -> None:
    """Compare the fits that the table's rows are, found beside it by prefix, degrees of freedom and chi-square."""
    from tongchi.survey.sem.likelihood_ratio import compare_fits

    theirs = read_reference(path)
    prefix = path.stem.split("_lrt")[0]
    fits = [reference_call(_fit_beside(path, prefix, row)).fit() for row in theirs["table"]]
    ours = compare_fits(*fits, method=theirs["method"]).to_json()
    for mine, row in zip(ours["table"], theirs["table"], strict=True):
        for key in ("Df", "AIC", "BIC", "Chisq", "Chisq diff", "Df diff", "RMSEA", "Pr(>Chisq)"):
            found.compare("value", f"{row['_row']} {key}", mine.get(key), row.get(key), _SHARE)


def _fit_beside(path: Path, prefix: str, row: dict[str, Any]) -> Path:
    for other in sorted(path.parent.glob(f"{prefix}_*.json"), key=lambda each: (len(each.name), each.name)):
        reference = read_reference(other)
        if is_fit(reference):
            measures = reference["fitmeasures"]
            if measures["df"] == row["Df"] and abs(measures["chisq"] - row["Chisq"]) < 1e-6 * row["Chisq"]:
                return other
    raise LookupError(f"no fit beside {path.name} has {row['Df']} degrees of freedom")


def _factor_scores(path: Path, found: Agreement) -> None:
    fit = reference_call(path.with_name("ml.json")).fit()
    for method, theirs in read_reference(path).items():
        ours = factor_scores(fit, method=method).scores.to_numpy()
        for at, (mine, row) in enumerate(zip(ours, theirs, strict=True)):
            for one, other in zip(mine, row, strict=True):
                found.compare("value", f"{method}[{at}]", float(one), other)


def _replayed(path: Path, found: Agreement) -> None:
    """Draw the reference's own samples: estimates of each draw, then all kinds of intervals."""
    call, theirs = reference_call(path.with_name("ml.json")), read_reference(path)
    names, *rows = _rows(path.with_name("boot_estimates_per_draw.csv.gz"))
    indices = np.array(_rows(path.with_name("boot_indices_1based.csv.gz"))[: len(rows)], dtype=np.intp)
    ours = bootstrap(call.fit(), read_frame(call.data), indices=indices)
    place = {name.replace(" ", ""): at for at, name in enumerate(ours.names)}
    drawn = np.array([[float(cell) for cell in row] for row in rows])
    for at, name in enumerate(names):
        mine = place.get(name.replace(" ", ""))
        _compare_draws(found, name, None if mine is None else ours.estimates[:, mine], drawn[:, at])
    _compare_intervals(found, ours, theirs["intervals"])


def _compare_draws(found: Agreement, name: str, ours: Any, theirs: Any) -> None:
    if ours is None or len(ours) != len(theirs):
        found.missing.append(f"draws of {name}")
        return
    worst = int(np.argmax(np.abs(ours - theirs) / np.maximum(1.0, np.abs(theirs))))
    found.compare("value", f"{name} draw {worst}", float(ours[worst]), float(theirs[worst]))


def _compare_intervals(found: Agreement, ours: Bootstrap, theirs: dict[str, Any]) -> None:
    known = {name.replace(" ", ""): row for name, row in ours.to_json()["intervals"].items()}
    for name, row in theirs.items():
        mine = known.get(name.replace(" ", ""), {})
        for key in ("est", "boot_mean", "boot_se", "bc_z0", "bca_a"):
            found.compare("value", f"{name} {key}", mine.get(key), row.get(key))
        for kind in ("perc", "bc", "bca", "basic", "norm"):
            for at, end in enumerate(row[kind] or []):
                found.compare("value", f"{name} {kind}[{at}]", (mine.get(kind) or [None, None])[at], end)


def _necessity(path: Path) -> Agreement:
    found = Agreement("mechanism: Individualism is necessary for innovation", tolerances={"value": 1.0})
    one = necessity(read_frame(path), ["Individualism"], "Innovation performance").conditions["Individualism"]
    if isinstance(one, NotAvailable):
        found.reason = str(one)
        return found
    for (ceiling, name), (theirs, rounding) in _NECESSITY.items():
        ours = getattr(one.ceilings[ceiling], name)  # type: ignore[index]
        found.compare(
            "value", f"{ceiling} {name}", (ours - theirs) / rounding, 0.0
        )  # in units of the last digit stated
    return found


def _rows(path: Path) -> list[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))
