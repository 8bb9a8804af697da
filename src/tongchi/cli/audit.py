"""`tongchi audit`: verify the workbench's log, in the site or as a file that was exported, and export it."""

from __future__ import annotations

import argparse
from pathlib import Path

from tongchi.cli.console import stdout
from tongchi.cli.exits import BROKEN_LOG
from tongchi.errors import MissingFileError, UsageError


def add_audit(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Add the two commands."""
    commands = parser.add_subparsers(dest="audit", required=True)
    _add_verify(commands.add_parser("verify", parents=[shared], help="验证日志 / is the log whole?"))
    _add_export(commands.add_parser("export", parents=[shared], help="导出日志 / write log, checkpoints and script"))


def _add_verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workspace", default="", metavar="CODE", help="one workspace of the site (default: all)")
    parser.add_argument("--data", type=Path, help="folder of the site's data (default: as `tongchi serve`)")
    parser.add_argument("--export", type=Path, metavar="FILE", help="an exported chain.jsonl instead; needs no site")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], help="with --export: a checkpoint kept")
    parser.add_argument("--party", help="with --export: payloads meant for this party must be there")
    parser.add_argument("--key", help="with --export: the site's public key, in hexadecimal")
    parser.set_defaults(run=_run_verify)


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workspace", required=True, metavar="CODE")
    parser.add_argument("--data", type=Path, help="folder of the site's data (default: as `tongchi serve`)")
    parser.add_argument("--party", metavar="CODE", help="leave out what is private to the other parties")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.set_defaults(run=_run_export)


def _run_verify(options: argparse.Namespace) -> int:
    from tongchi.workbench.log.verify import told

    if options.export:
        return _verify_file(options)
    if options.checkpoint or options.party or options.key:
        raise UsageError(found="--checkpoint / --party / --key", expected="--export FILE")
    _need_site()
    from tongchi.workbench.auditing import verify_site

    broken = False
    for code, verdict in verify_site(options.data, options.workspace):
        stdout().print(f"{code}: {told(verdict, options.language)}", markup=False, soft_wrap=True)
        broken = broken or verdict.broken is not None
    return BROKEN_LOG if broken else 0


def _verify_file(options: argparse.Namespace) -> int:
    from tongchi.workbench.log.verify import read_checkpoint, told, verify

    for path in (options.export, *options.checkpoint):
        if not path.is_file():
            raise MissingFileError(found=str(path))
    try:
        kept = [read_checkpoint(str(path)) for path in options.checkpoint]
        with options.export.open(encoding="utf-8", newline="\n") as lines:
            verdict = verify(lines, kept, party=options.party, key=options.key)
    except ValueError as error:
        raise UsageError(found=str(error), expected="UTF-8 JSON") from error
    stdout().print(told(verdict, options.language), markup=False, soft_wrap=True)
    return BROKEN_LOG if verdict.broken else 0


def _run_export(options: argparse.Namespace) -> int:
    _need_site()
    from tongchi.workbench.auditing import export_site

    for path in export_site(options.data, options.workspace, options.party, options.out):
        stdout().print(str(path), markup=False, soft_wrap=True)
    return 0


def _need_site() -> None:
    from tongchi.cli.serve import need_workbench

    need_workbench()
