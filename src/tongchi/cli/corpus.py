"""`tongchi corpus`: thousands of files, their nearest clauses, their families."""

from __future__ import annotations

import argparse
from pathlib import Path

from tongchi.cli.console import advance, progress_bar, stderr, stdout
from tongchi.cli.exits import SOME_FILES_BAD
from tongchi.cli.writing import write_csv, writing
from tongchi.documents import Document, read
from tongchi.errors import UsageError


def add_corpus(corpus: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Add the commands of `tongchi corpus`."""
    commands = corpus.add_subparsers(required=True)
    _add_corpus_index(commands.add_parser("index", parents=[shared], help="建索引 / index a folder"))
    _add_corpus_nearest(commands.add_parser("nearest", parents=[shared], help="近似条款 / nearest clauses elsewhere"))
    _add_corpus_families(commands.add_parser("families", parents=[shared], help="同事项文件 / texts by matter"))


def _add_corpus_index(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--out", type=Path, default=Path("corpus"), help="folder for the index (default: corpus)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default: 2)")
    parser.set_defaults(run=_run_corpus_index)


def _run_corpus_index(options: argparse.Namespace) -> int:
    from tongchi.comparison.corpus import index_folder

    with progress_bar() as bar, writing(options.out):
        task = bar.add_task("index", total=None)
        report = index_folder(options.folder, options.out, workers=options.workers, progress=advance(bar, task))
    console = stdout()
    console.print(
        f"{report.documents} 份文件 documents · {report.units} 条 articles · {len(report.bad)} 份不可读 unreadable"
        f" → {options.out}",
        markup=False,
        soft_wrap=True,
    )
    for bad in report.bad:
        stderr().print(bad.zh if options.language == "zh" else bad.en, markup=False)
    return SOME_FILES_BAD if report.bad else 0


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
        write_csv(hits, options.csv)
    print_nearest(document, hits, stdout(), language=options.language)
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
        write_csv(found, options.csv)
    print_families(found, stdout(), matter=options.matter, language=options.language)
    return 0
