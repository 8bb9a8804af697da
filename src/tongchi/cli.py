"""The command line: each command reads its arguments, calls one public function and shows the answer.

Exit codes: 0 done; 2 the input is bad or the call does not fit (nothing is written); 3 done, but some files of a batch
could not be read (they are listed).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tongchi.comparison import Comparison, PairComparison, compare, compare_all
from tongchi.documents import Document, read
from tongchi.errors import Language, OutputError, TongchiError, UsageError

if TYPE_CHECKING:
    import polars as pl

SOME_FILES_BAD = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = build_parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except TongchiError as error:
        _stderr().print(error.message(options.language), markup=False)
        return 2
    return code


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands, from which the command reference is made."""
    parser = argparse.ArgumentParser(prog="tongchi", description="同尺：逐条比较各地规则 / Compare regions' rules.")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--language", choices=("zh", "en"), default="zh", help="language of the output (default: zh)")
    commands = parser.add_subparsers(dest="command", required=True)
    _add_compare(commands.add_parser("compare", parents=[shared], help="逐条比较 / compare files clause by clause"))
    _add_show(commands.add_parser("show", parents=[shared], help="查看读入结果 / show what was read from a file"))
    _add_commitments(
        commands.add_parser("commitments", parents=[shared], help="协作承诺 / what regions promise each other")
    )
    corpus = commands.add_parser("corpus", help="语料 / thousands of files").add_subparsers(required=True)
    _add_corpus_index(corpus.add_parser("index", parents=[shared], help="建索引 / index a folder"))
    _add_corpus_nearest(corpus.add_parser("nearest", parents=[shared], help="近似条款 / nearest clauses elsewhere"))
    _add_corpus_families(corpus.add_parser("families", parents=[shared], help="同事项文件 / texts by matter"))
    return parser


def _stdout() -> Console:
    """Return where results are printed: texts to the letter, without colours for numbers or a picture for :100:."""
    return Console(highlight=False, emoji=False)


def _stderr() -> Console:
    return Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)


# --- compare ----------------------------------------------------------------------------------------------


def _add_compare(parser: argparse.ArgumentParser) -> None:
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
    console = _stdout()
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
    """Write the three forms beside `out` first and move them in at the end, so that nothing is left half-written."""
    from tongchi.report.comparison_html import write_html
    from tongchi.report.comparison_json import write_json
    from tongchi.report.comparison_xlsx import write_xlsx

    if out.exists() and not out.is_dir():
        raise UsageError(found=f"--out {out}", expected="一个文件夹 / a folder")
    names = ("report.html", "comparison.xlsx", "comparison.json")
    for name in names:
        if (out / name).is_dir():
            raise UsageError(found=f"--out {out}: {name}", expected="没有同名文件夹 / no folder of that name")
    with _writing(out):
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out) as draft:
            write_html(result, Path(draft) / "report.html", language=language)
            write_xlsx(result, Path(draft) / "comparison.xlsx")
            write_json(result, Path(draft) / "comparison.json")
            return [(Path(draft) / name).replace(out / name) for name in names]


def _write_csv(table: pl.DataFrame, path: Path) -> None:
    """Write a table so that spreadsheets read its Chinese: UTF-8 with byte order mark."""
    _write_whole(table.write_csv().encode("utf-8-sig"), path)


def _write_whole(data: bytes, path: Path) -> None:
    """Write a file beside its place first and move it in at the end; what is no file (/dev/stdout) is written at once."""
    with _writing(path):
        target = path.resolve()
        if target.exists() and not target.is_file():
            target.write_bytes(data)
            return
        with tempfile.TemporaryDirectory(dir=target.parent) as draft:
            written = Path(draft) / target.name
            written.write_bytes(data)
            written.replace(target)


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    """Turn what the operating system says of an output path into an error that a reader understands."""
    try:
        yield
    except TongchiError:
        raise
    except OSError as error:
        raise OutputError(file=str(target), found=error.strerror or str(error)) from error


# --- show -------------------------------------------------------------------------------------------------


def _add_show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--tree", action="store_true", help="structure with ids (default)")
    what.add_argument(
        "--provisions", action="store_true", help="actor, modality or type, action, measures of each provision"
    )
    parser.set_defaults(run=_run_show)


def _run_show(options: argparse.Namespace) -> int:
    from tongchi.report.document_view import print_document, print_provisions

    document = read(options.file)
    console = _stdout()
    if options.provisions:
        print_provisions(document, console, language=options.language)
    else:
        print_document(document, console, language=options.language)
    return 0


# --- commitments ------------------------------------------------------------------------------------------


def _add_commitments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="one or more documents")
    parser.add_argument("--csv", type=Path, help="write all commitments to this CSV file")
    parser.add_argument("--json", type=Path, help="write commitments and their answers to this JSON file")
    parser.set_defaults(run=_run_commitments)


def _run_commitments(options: argparse.Namespace) -> int:
    from tongchi.report.commitments_view import commitment_rows, commitments_json, print_commitments, read_reciprocity

    documents = [read(file) for file in options.files]
    pairs = read_reciprocity(documents)
    if options.csv:
        _write_csv(commitment_rows(documents, pairs), options.csv)
    if options.json:
        _write_whole(commitments_json(documents, pairs).encode("utf-8"), options.json)
    print_commitments(documents, pairs, _stdout(), language=options.language)
    return 0


# --- corpus -----------------------------------------------------------------------------------------------


def _add_corpus_index(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--out", type=Path, default=Path("corpus"), help="folder for the index (default: corpus)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default: 2)")
    parser.set_defaults(run=_run_corpus_index)


def _run_corpus_index(options: argparse.Namespace) -> int:
    from tongchi.comparison.corpus import index_folder

    with _progress() as bar, _writing(options.out):
        task = bar.add_task("index", total=None)
        report = index_folder(options.folder, options.out, workers=options.workers, progress=_advance(bar, task))
    console = _stdout()
    console.print(
        f"{report.documents} 份文件 documents · {report.units} 条 articles · {len(report.bad)} 份不可读 unreadable"
        f" → {options.out}",
        markup=False,
        soft_wrap=True,
    )
    for bad in report.bad:
        _stderr().print(bad.zh if options.language == "zh" else bad.en, markup=False)
    return SOME_FILES_BAD if report.bad else 0


def _progress() -> Progress:
    """Return a bar for a person who waits; where stderr goes to a file it holds errors alone."""
    console = _stderr()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )


def _advance(bar: Progress, task: object) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)  # type: ignore[arg-type]

    return show


def _add_corpus_nearest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("corpus", type=Path, metavar="CORPUS")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--top", type=int, default=5, help="hits per clause (default: 5)")
    parser.add_argument(
        "--elsewhere", action="store_true", help="leave out the document's own jurisdiction, not only the document"
    )
    parser.add_argument("--csv", type=Path, help="write all hits to this CSV file")
    parser.set_defaults(run=_run_corpus_nearest)


def _run_corpus_nearest(options: argparse.Namespace) -> int:
    from tongchi.comparison.corpus import load_index, nearest
    from tongchi.report.corpus_view import print_nearest

    if options.top < 1:
        raise UsageError(found=f"--top {options.top}", expected="≥ 1")
    document: Document = read(options.file)
    index = load_index(options.corpus)
    hits = nearest(index, document, options.top, exclude="jurisdiction" if options.elsewhere else "document")
    if options.csv:
        _write_csv(hits, options.csv)
    print_nearest(document, hits, _stdout(), language=options.language)
    return 0


def _add_corpus_families(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("corpus", type=Path, metavar="CORPUS")
    parser.add_argument("--least", type=int, default=2, help="smallest family shown (default: 2)")
    parser.add_argument("--matter", default="", help="only families whose matter holds this word")
    parser.add_argument("--csv", type=Path, help="write all families to this CSV file")
    parser.set_defaults(run=_run_corpus_families)


def _run_corpus_families(options: argparse.Namespace) -> int:
    from tongchi.comparison.corpus import families, load_index
    from tongchi.report.corpus_view import print_families

    found = families(load_index(options.corpus), least=options.least)
    if options.csv:
        _write_csv(found, options.csv)
    print_families(found, _stdout(), matter=options.matter, language=options.language)
    return 0


if __name__ == "__main__":
    sys.exit(main())
