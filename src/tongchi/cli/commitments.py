"""`tongchi commitments`: what regions promise each other."""

from __future__ import annotations

import argparse
from pathlib import Path

from tongchi.cli.console import stdout
from tongchi.cli.writing import write_csv, write_whole
from tongchi.documents import read


def add_commitments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="one or more documents")
    parser.add_argument("--csv", type=Path, help="write all commitments to this CSV file")
    parser.add_argument("--json", type=Path, help="write commitments and their answers to this JSON file")
    parser.set_defaults(run=_run_commitments)


def _run_commitments(options: argparse.Namespace) -> int:
    from tongchi.report.commitments_view import commitment_rows, commitments_json, print_commitments, read_reciprocity

    documents = [read(file) for file in options.files]
    pairs = read_reciprocity(documents)
    if options.csv:
        write_csv(commitment_rows(documents, pairs), options.csv)
    if options.json:
        write_whole(commitments_json(documents, pairs).encode("utf-8"), options.json)
    print_commitments(documents, pairs, stdout(), language=options.language)
    return 0
