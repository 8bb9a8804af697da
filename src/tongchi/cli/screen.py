"""`tongchi screen`: files, folders or an index to findings; or clauses, line by line, to judgements."""

from __future__ import annotations

import argparse
import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tongchi.cli.console import advance, progress_bar, stderr, stdout
from tongchi.cli.exits import BAD_INPUT, INTERRUPTED, SOME_FILES_BAD
from tongchi.cli.writing import check_folder, write_together, write_whole, writing
from tongchi.documents.folder import files_under
from tongchi.errors import Language, MissingFileError, TongchiError, UsageError

if TYPE_CHECKING:
    from tongchi.barriers.batch import Part, Screening, UnreadFile

RESULTS = ("report.html", "findings.xlsx", "findings.parquet")


def add_screen(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "inputs", nargs="*", type=Path, metavar="FILE", help="documents, folders of them, or an index of a corpus"
    )
    parser.add_argument("--clauses", type=Path, help="clauses to judge instead, one JSON object a line")
    parser.add_argument(
        "--out", type=Path, help="folder for the results, `findings` unless given; with --clauses the file to write"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--engine", choices=("local", "cluster"), default="local", help="where the work runs")
    parser.add_argument("--scheduler", help="address of a running cluster, tcp://…; needs --engine cluster")
    parser.set_defaults(run=_run_screen)


def _run_screen(options: argparse.Namespace) -> int:
    _check(options)
    if options.clauses:
        return _screen_lines(options.clauses, options.out or Path("findings.jsonl"), options.language)
    from tongchi.barriers.batch import forget_parts

    out = options.out or Path("findings")
    check_folder(out, RESULTS)
    names: dict[str, str] = {}
    parts = _plan(options.inputs, out, names)
    is_new = not out.exists()
    try:
        screening = _screen(parts, out, options)
    except TongchiError:
        _tidy(out, is_new)
        raise
    except KeyboardInterrupt:
        stderr().print(_INTERRUPTED[options.language])
        return INTERRUPTED
    screening = _renamed(screening, names, _unread_of_indexes(options.inputs))
    for each in screening.unread:
        stderr().print(each.zh if options.language == "zh" else each.en, markup=False)
    if screening.documents == 0:
        forget_parts(out)
        _tidy(out, is_new)
        return BAD_INPUT
    _show(screening, _write(screening, out, options.language), options.language)
    forget_parts(out)
    return SOME_FILES_BAD if screening.unread else 0


_INTERRUPTED = {
    "zh": "已中断。已完成的部分保留着，再次运行同一命令即可继续。",
    "en": "Interrupted. What was done is kept; the same command goes on from there.",
}


def _check(options: argparse.Namespace) -> None:
    if options.clauses and options.inputs:
        raise UsageError(found=f"--clauses 和 {options.inputs[0]}", expected="两者之一 / one of the two")
    if not options.clauses and not options.inputs:
        raise UsageError(
            found="没有文件 / no file", expected="文件、文件夹、索引或者 --clauses / files, folders, an index"
        )
    if options.workers < 1:
        raise UsageError(found=f"--workers {options.workers}", expected="≥ 1")
    if options.scheduler and options.engine != "cluster":
        raise UsageError(found="--scheduler", expected="同时写 --engine cluster / together with --engine cluster")


# --- clauses, line by line --------------------------------------------------------------------------------


def _screen_lines(source: Path, out: Path, language: Language) -> int:
    from tongchi.barriers import screen_clauses
    from tongchi.cli.clause_lines import clause_lines, read_clause_lines

    rows = read_clause_lines(source)
    judgements = screen_clauses(clause for _, clause in rows)
    write_whole(b"".join(clause_lines([name for name, _ in rows], judgements, language)), out)
    found = sum(each.barrier for each in judgements)
    words = f"{len(rows)} 条，{found} 条可能构成限制" if language == "zh" else f"{len(rows)} clauses, {found} barriers"
    stdout().print(f"{words} → {out}", markup=False, soft_wrap=True)
    return 0


# --- documents --------------------------------------------------------------------------------------------


def _plan(inputs: list[Path], out: Path, names: dict[str, str]) -> list[Part]:
    """Lay all inputs out in parts and note under which name each file is shown, whatever folder it lies in."""
    from tongchi.barriers.batch import plan_files, plan_index

    parts: list[Part] = []
    files: list[Path] = []
    for source in dict.fromkeys(inputs):
        if _is_index(source):
            parts += plan_files(files)
            files = []
            parts += plan_index(source)
        else:
            found = _files(source, out)
            _name(found, source, names, several=len(inputs) > 1)
            files += found
    return parts + plan_files(files)


def _name(files: list[Path], source: Path, names: dict[str, str], *, several: bool) -> None:
    """Show a file by its path in the folder given, led by the folder's name where it is one of several inputs."""
    taken = set(names.values())
    for path in files:
        shown = path.relative_to(source).as_posix() if source.is_dir() else path.name
        if several and source.is_dir():
            shown = f"{source.resolve().name}/{shown}"
        names[str(path)] = str(path) if shown in taken else shown


def _is_index(source: Path) -> bool:
    return (source / "index.json").is_file()


def _files(source: Path, out: Path) -> list[Path]:
    if source.is_dir():
        files = [source / name for name in files_under(source, without=out)]
        if not files:
            raise UsageError(found=f"{source}: 0 份文件 / 0 files", expected=".docx .pdf .html .md .txt")
        return files
    if not source.exists():
        raise MissingFileError(file=str(source), found="不存在 / missing")
    return [source]


def _screen(parts: list[Part], out: Path, options: argparse.Namespace) -> Screening:
    from tongchi.barriers.batch import screen_parts

    with progress_bar() as bar, writing(out):
        task = bar.add_task("screen", total=None)
        return screen_parts(
            parts,
            out,
            engine=options.engine,
            workers=options.workers,
            scheduler=options.scheduler,
            progress=advance(bar, task),
        )


def _unread_of_indexes(inputs: list[Path]) -> list[UnreadFile]:
    """Return the files that could not be read when an index was made: it is screened without them."""
    from tongchi.barriers.batch import UnreadFile
    from tongchi.comparison.corpus.store import read_bad_files

    found = [bad for source in inputs if _is_index(source) for bad in read_bad_files(source)]
    return [UnreadFile(each.path, each.code, each.zh, each.en) for each in found]


def _renamed(screening: Screening, names: dict[str, str], more: list[UnreadFile]) -> Screening:
    """Name files as they are shown, so that results do not depend on where a folder lies."""
    unread = [
        replace(
            each,
            path=names[each.path],
            zh=each.zh.replace(each.path, names[each.path], 1),
            en=each.en.replace(each.path, names[each.path], 1),
        )
        for each in screening.unread
    ]
    findings = screening.findings
    if names:
        findings = findings.with_columns(findings["document"].replace(names))
    return replace(screening, findings=findings.rechunk(), unread=(*unread, *more))


def _write(screening: Screening, out: Path, language: Language) -> list[Path]:
    from tongchi.report.findings_html import write_findings_html
    from tongchi.report.findings_xlsx import write_findings_xlsx

    table = io.BytesIO()
    screening.findings.write_parquet(table)
    return write_together(
        out,
        {
            "report.html": lambda path: write_findings_html(screening, path, language=language),
            "findings.xlsx": lambda path: write_findings_xlsx(screening, path),
            "findings.parquet": lambda path: path.write_bytes(table.getvalue()),
        },
    )


def _show(screening: Screening, written: list[Path], language: Language) -> None:
    from tongchi.report.findings_view import print_findings

    console = stdout()
    print_findings(screening, console, language=language)
    label = "报告" if language == "zh" else "Report"
    for at, path in enumerate(written):
        console.print(f"{label}: {path}" if at == 0 else f"      {path}", markup=False, soft_wrap=True)


def _tidy(out: Path, is_new: bool) -> None:
    """Remove folders that were made and hold nothing; what is done of a long run stays, so that it can go on."""
    from tongchi.barriers.batch import PARTS

    for folder in (out / PARTS, *((out,) if is_new else ())):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
