"""How near are structural models and measurement statistics to lavaan's, psych's and semTools' results?

    python -m scripts.evaluate_survey ../shared/data [PART of a file name]

Every reference file has a line: the worst deviation of each part, `!` where it is more than the tolerance, and how many of its
numbers are missing here.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from scripts.evaluate_survey_calls import fit_files
from scripts.evaluate_survey_comparisons import evaluate_comparisons
from scripts.evaluate_survey_fits import PARTS, Agreement, agreement_of
from scripts.evaluate_survey_measurement import NOT_COMPARED, evaluate_measurement
from tongchi.survey.sem.modification import modification_indices


def evaluate(folder: Path, only: str = "") -> list[Agreement]:
    """Fit every reference below `folder` whose name has `only` in it."""
    chosen = [path for path in fit_files(folder) if only in f"{path.parent.name}/{path.name}"]
    return [agreement_of(path, modification_indices) for path in chosen]


def show(fits: Sequence[Agreement]) -> None:
    """Print the table and the summary."""
    console = Console(width=180)
    table = Table(title="Survey: worst deviation from the reference, by part", title_justify="left")
    table.add_column("reference")
    for part in (*PARTS, "missing"):
        table.add_column(part, justify="right")
    for found in fits:
        table.add_row(found.name, *(_figure(found, part) for part in PARTS), str(len(found.missing) or ""))
    console.print(table)
    for found in fits:
        if found.reason or found.missing:
            what = found.reason or "missing: " + ", ".join(found.missing[:6]) + (" …" * (len(found.missing) > 6))
            console.print(f"  {found.name}: {what}", highlight=False, soft_wrap=True, markup=False)
    inside = sum(found.within for found in fits)
    console.print(f"{inside} of {len(fits)} fits within tolerance and complete", highlight=False)


def show_values(title: str, found: Sequence[Agreement]) -> None:
    """Print one line for each kind of statistic, and how many are near enough."""
    console = Console(width=180)
    table = Table(title=title, title_justify="left")
    for name in ("statistics", "worst", "tolerance", "missing"):
        table.add_column(name, justify="left" if name == "statistics" else "right")
    for one in found:
        worst = one.worst.get("value")
        figure = "–" if worst is None else f"{worst:.0e}{'!' if one.beyond('value') else ''}"
        table.add_row(one.name, figure, f"{one.tolerances['value']:.0e}", one.reason or str(len(one.missing) or ""))
    console.print(table)
    console.print(f"{sum(one.within for one in found)} of {len(found)} within tolerance and complete", highlight=False)


def _figure(found: Agreement, part: str) -> str:
    if part not in found.worst:
        return "–" if found.reason else ""
    return f"{found.worst[part]:.0e}{'!' if found.beyond(part) else ''}"


def run(data: Path, only: str = "") -> int:
    """Print what agrees with the references in `data`/survey; 2 if there are none."""
    folder = data / "survey"
    if not folder.is_dir():
        print(f"no reference results at {folder}: their table is left out", file=sys.stderr)
        return 2
    show(evaluate(folder, only))
    if not only:
        show_values("Survey: measurement statistics beside psych and semTools", list(evaluate_measurement(folder)))
        print(f"in the references, but not compared: {NOT_COMPARED}")
        show_values("Survey: tests between models, scores, draws, necessity", list(evaluate_comparisons(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1]), *sys.argv[2:]))
