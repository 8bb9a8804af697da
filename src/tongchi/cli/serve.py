"""`tongchi serve`: the workbench in a browser on this machine, with the Chengdu–Chongqing sample loaded."""

from __future__ import annotations

import argparse
import tempfile
from importlib.util import find_spec
from pathlib import Path

from tongchi.errors import UsageError


def add_serve(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--port", type=int, default=8000, help="port (default: 8000)")
    parser.add_argument("--host", default="127.0.0.1", help="loopback address (default: 127.0.0.1); others are refused")
    parser.add_argument(
        "--data", type=Path, help="folder of all data (default: ~/.local/share/tongchi, or TONGCHI_DATA)"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--demo", action="store_true", help="the sample in a folder of its own that is removed afterwards"
    )
    what.add_argument("--empty", action="store_true", help="do not load the sample into an empty database")
    parser.add_argument("--new-passwords", action="store_true", help="give the accounts of the sample new passwords")
    parser.set_defaults(run=_run_serve)


def _run_serve(options: argparse.Namespace) -> int:
    need_workbench()
    from tongchi.workbench.serving import Serving, check_loopback, serve

    check_loopback(options.host)
    if options.demo and options.data:
        raise UsageError(found="--demo --data", expected="两者之一 / one of the two")
    with tempfile.TemporaryDirectory(prefix="tongchi-demo-", ignore_cleanup_errors=True) as own:
        serve(
            Serving(
                host=options.host,
                port=options.port,
                data=Path(own) if options.demo else options.data,
                sample=not options.empty,
                renew=options.new_passwords,
                language=options.language,
            )
        )
    return 0


def need_workbench() -> None:
    """Raise UsageError with the way to install the site where it is not installed."""
    if find_spec("django") is None:
        raise UsageError(found="未安装 Django / Django is not installed", expected="pip install 'tongchi[workbench]'")
