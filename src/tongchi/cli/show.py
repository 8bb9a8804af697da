"""`tongchi show`: what was read from a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from tongchi.cli.console import stdout
from tongchi.documents import read


def add_show(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
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
    console = stdout()
    if options.provisions:
        print_provisions(document, console, language=options.language)
    else:
        print_document(document, console, language=options.language)
    return 0
