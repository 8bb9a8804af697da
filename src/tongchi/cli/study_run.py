"""`tongchi run`: a study folder through every analysis that it allows, to a report and all that stands behind it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import Progress, TaskID

from tongchi.cli.console import progress_bar, stderr, stdout
from tongchi.cli.exits import BAD_INPUT, INTERRUPTED, SOME_FILES_BAD
from tongchi.cli.writing import check_folder, write_folder
from tongchi.errors import Language, UsageError
from tongchi.study.finished import finished, note_finished, outputs_key

if TYPE_CHECKING:
    from tongchi.study.checking import StudyCheck
    from tongchi.study.folder import StudyFolder
    from tongchi.study.result import StudyResult

RESULTS = ("report.html", "report.docx", "tables.xlsx", "evidence.json", "methods.md")
CODINGS = "codings.qdpx"
"""The coded quotes as a REFI-QDA project for NVivo, ATLAS.ti, MAXQDA or QualCoder; only where a study has some."""
TABLES = "tables"
CACHE = ".steps"
"""Folder below the results in which steps are kept, unless another is named."""


def add_run(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("folder", type=Path, metavar="STUDY", help="folder with study.toml; see `tongchi new`")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the results (default: out)")
    parser.add_argument(
        "--language", choices=("zh", "en"), help="that the report opens in (default: as study.toml says)"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes (default: 2)")
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument(
        "--cache", type=Path, metavar="DIR", help=f"folder for steps that are done (default: OUT/{CACHE})"
    )
    kept.add_argument("--no-cache", action="store_true", help="work everything out again and keep no steps")
    parser.set_defaults(run=_run_run)


def _run_run(options: argparse.Namespace) -> int:
    asked: Language | None = options.language
    options.language = asked or "zh"  # for errors that are met before study.toml is read
    _check(options)
    cache: Path | None = None if options.no_cache else options.cache or options.out / CACHE
    key = outputs_key(options.folder, [asked], without=[options.out]) if cache else ""
    said = finished(cache, key, options.out) if cache else None
    if said is not None:  # the results are there already, made from these very files
        _print(said)
        return 0
    return _run_anew(options, asked, cache, key)


def _run_anew(options: argparse.Namespace, asked: Language | None, cache: Path | None, key: str) -> int:
    from tongchi.study.checking import check_study

    found = check_study(options.folder, read_documents=False)
    if found.folder is None or found.errors:
        _refuse(found, asked or "zh")
        return BAD_INPUT
    language: Language = asked or found.folder.language
    options.language = language
    try:
        result = _work(found.folder, options, cache)
    except KeyboardInterrupt:
        stderr().print(_INTERRUPTED[language])
        return INTERRUPTED
    written = _write(result, options.out, language)
    for broken in result.broken:
        reason = broken.zh if language == "zh" else broken.en
        stderr().print(f"{broken.path}: {reason}", markup=False)
    said = _said(result, written, language)
    _print(said)
    if cache and not result.broken:
        note_finished(cache, key, options.out, written, said)
    return SOME_FILES_BAD if result.broken else 0


def _work(folder: StudyFolder, options: argparse.Namespace, cache: Path | None) -> StudyResult:
    from tongchi.study.run import run_study

    with progress_bar() as bar:
        task = bar.add_task("study", total=None)
        return run_study(
            folder,
            cache_dir=cache,
            workers=options.workers,
            progress=lambda step, done, total: _move(bar, task, step, (done, total)),
        )


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        stdout().print(line, markup=False, soft_wrap=True)


_INTERRUPTED: dict[Language, str] = {
    "zh": "已中断。已完成的步骤保留着，再次运行同一命令即可继续。",
    "en": "Interrupted. Steps that were done are kept; the same command goes on from there.",
}


def _check(options: argparse.Namespace) -> None:
    if options.workers < 1:
        raise UsageError(found=f"--workers {options.workers}", expected="≥ 1")
    check_folder(options.out, (*RESULTS, CODINGS))
    for folder in (options.out / TABLES, options.cache):
        if folder and folder.exists() and not folder.is_dir():
            raise UsageError(found=f"{folder}", expected="一个文件夹 / a folder")
    if options.out.resolve().is_relative_to((options.folder / "documents").resolve()):
        raise UsageError(found=f"--out {options.out}", expected="documents 以外的文件夹 / a folder outside documents")


def _refuse(found: StudyCheck, language: Language) -> None:
    """Name every error on stderr; warnings belong to `tongchi check`."""
    console = stderr()
    for fault in found.errors:
        console.print(fault.message(language), markup=False)
    count = len(found.errors)
    zh = f"{count} 处错误，没有运行。tongchi check 会一并说明提醒和文件。"
    en = f"{count} error{'' if count == 1 else 's'}; nothing was run. tongchi check tells of warnings and documents, too."
    console.print(zh if language == "zh" else en, markup=False)


def _move(bar: Progress, task: TaskID, step: str, done: tuple[int, int]) -> None:
    bar.update(task, description=step or "study", completed=done[0], total=done[1])


def _write(result: StudyResult, out: Path, language: Language) -> list[Path]:
    """Write everything or nothing, and take away tables and codings of an earlier run that this one does not have."""
    written = write_folder(out, lambda draft: _fill(result, draft, language))
    for old in (out / CODINGS, *sorted((out / TABLES).glob("*.parquet"))):
        if old not in written:
            old.unlink(missing_ok=True)
    return written


def _fill(result: StudyResult, draft: Path, language: Language) -> None:
    from tongchi.report.study_docx import write_study_docx
    from tongchi.report.study_html import write_study_html
    from tongchi.report.study_methods import write_methods
    from tongchi.report.study_xlsx import write_study_xlsx
    from tongchi.study.all_tables import study_tables
    from tongchi.study.figures import figures_of
    from tongchi.study.steps_evidence import evidence_project
    from tongchi.study.tables import write_parquet

    tables = study_tables(result)
    write_study_html(result, draft / "report.html", language=language, tables=tables)
    write_study_docx(result, draft / "report.docx", language=language, tables=tables)
    write_study_xlsx(result, tables, draft / "tables.xlsx", language=language)
    write_methods(result, draft / "methods.md", language=language)
    (draft / "evidence.json").write_text(figures_of(tables).to_json(), encoding="utf-8")
    write_parquet(tables, draft / TABLES)
    codings = evidence_project(result)
    if codings is not None:
        (draft / CODINGS).write_bytes(codings)


def _said(result: StudyResult, written: list[Path], language: Language) -> list[str]:
    """Return what is to be said: what was not worked out and why, and where the report lies."""
    lines = []
    for name, reason in result.missing().items():
        lines.append(f"没有 {name}：{reason.zh}" if language == "zh" else f"No {name}: {reason.en}")
    label = "报告" if language == "zh" else "Report"
    reports = [path for path in written if path.parent.name != TABLES]
    for path in sorted(reports, key=lambda path: (*RESULTS, CODINGS).index(path.name)):
        lines.append(f"{label}: {path}" if path.name == RESULTS[0] else f"      {path}")
    folders = sorted({path.parent for path in written if path not in reports})
    lines += [f"      {folder}/*.parquet ({len(written) - len(reports)})" for folder in folders]
    return lines
