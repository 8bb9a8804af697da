"""`tongchi survey check`: which columns of a file answer which items, and what the cleaning rules say of the answers."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tongchi.cli.console import stdout

if TYPE_CHECKING:
    from tongchi.survey.instrument import Instrument
    from tongchi.survey.responses import Responses


def add_check(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_answers(parser)
    parser.set_defaults(run=_run_check)


def add_answers(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name an instrument and a file of answers to it."""
    parser.add_argument("instrument", type=Path, metavar="INSTRUMENT", help="as written by `tongchi survey new`")
    parser.add_argument("responses", type=Path, metavar="RESPONSES", help="CSV, XLSX or SPSS .sav")
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="CSV of two columns: header, code of the item")
    parser.add_argument("--sheet", help="sheet of a workbook (default: the one that answers most items)")


def load_answers(options: argparse.Namespace, *columns: str | None) -> tuple[Instrument, Responses]:
    """Read instrument and answers; each of `columns` counts as a group even where the instrument does not list it."""
    from tongchi.survey.instrument import Group, Instrument
    from tongchi.survey.responses import read_responses

    instrument = Instrument.load(options.instrument)
    known = {group.code for group in instrument.groups} | set(instrument.item_codes)
    extra = [Group(name, name, name) for name in dict.fromkeys(columns) if name and name not in known]
    instrument = replace(instrument, groups=(*instrument.groups, *extra))
    return instrument, read_responses(options.responses, instrument, mapping=options.mapping, sheet=options.sheet)


def _run_check(options: argparse.Namespace) -> int:
    from tongchi.report.responses_view import print_responses
    from tongchi.survey.analysis_sample import decide
    from tongchi.survey.cleaning import clean
    from tongchi.survey.unavailable import unless_refused

    _, responses = load_answers(options)
    cleaning = clean(responses)
    decision = unless_refused("cleaning", lambda: decide(cleaning))
    print_responses(responses, decision, stdout(), language=options.language)
    return 0
