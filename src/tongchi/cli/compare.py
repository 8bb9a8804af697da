"""`tongchi compare`: two or more files to a report."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from tongchi.cli.console import stdout
from tongchi.cli.writing import write_together
from tongchi.comparison import Comparison, PairComparison, compare, compare_all
from tongchi.documents import read
from tongchi.errors import Language, UsageError


def add_compare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="two or more documents, in the order A, B, …"
    )
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the report (default: out)")
    parser.add_argument("--matter", default="", help="name of the matter, e.g. 安全生产")
    parser.add_argument("--baseline", type=Path, help="which of the files is the central text")
    parser.set_defaults(run=_run_compare)


def _run_compare(options: argparse.Namespace) -> int:
    from tongchi.report.terminal import print_summary

    files: list[Path] = options.files
    if len(files) < 2:
        raise UsageError(found="1 个文件 / 1 file", expected="至少 2 个文件 / at least 2 files")
    baseline = _baseline(files, options.baseline)
    documents = [read(file) for file in files]
    result: Comparison | PairComparison
    if len(documents) == 2 and baseline is None and not options.matter:
        result = compare(*documents)
    else:
        result = compare_all(documents, matter=options.matter, baseline=baseline)
    written = _write_all(result, options.out, options.language)
    console = stdout()
    print_summary(result, console, language=options.language)
    label = "报告" if options.language == "zh" else "Report"
    console.print(f"\n{label}: {written[0]}", markup=False, soft_wrap=True)
    for path in written[1:]:
        console.print(f"      {path}", markup=False, soft_wrap=True)
    return 0


def _baseline(files: Sequence[Path], baseline: Path | None) -> int | None:
    if baseline is None:
        return None
    for at, file in enumerate(files):
        if file == baseline or (file.exists() and baseline.exists() and file.samefile(baseline)):
            return at
    raise UsageError(found=f"--baseline {baseline}", expected="所列文件之一 / one of the files listed")


def _write_all(result: Comparison | PairComparison, out: Path, language: Language) -> list[Path]:
    from tongchi.report.comparison_html import write_html
    from tongchi.report.comparison_json import write_json
    from tongchi.report.comparison_xlsx import write_xlsx

    return write_together(
        out,
        {
            "report.html": lambda path: write_html(result, path, language=language),
            "comparison.xlsx": lambda path: write_xlsx(result, path),
            "comparison.json": lambda path: write_json(result, path),
        },
    )
