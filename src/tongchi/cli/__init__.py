"""The command line: each command reads its arguments, calls one public function and shows the answer.

Exit codes: 0 done; 2 the input is bad or the call does not fit (nothing is written); 3 done, but some files of a batch
could not be read (they are listed); 1 `tongchi audit verify` found the log broken.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from importlib.metadata import version

# The imports below load numpy, which reads this once. Matrices here are small: two threads wait for each other, and a
# questionnaire takes six times the processor time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from tongchi.cli.audit import add_audit
from tongchi.cli.commitments import add_commitments
from tongchi.cli.compare import add_compare
from tongchi.cli.console import stderr
from tongchi.cli.corpus import add_corpus
from tongchi.cli.exits import BAD_INPUT
from tongchi.cli.mechanism import add_mechanism
from tongchi.cli.screen import add_screen
from tongchi.cli.serve import add_serve
from tongchi.cli.show import add_show
from tongchi.cli.study_new import add_check, add_new
from tongchi.cli.study_run import add_run
from tongchi.cli.survey import add_survey
from tongchi.errors import TongchiError

__all__ = ["build_parser", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = build_parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except TongchiError as error:
        stderr().print(error.message(options.language), markup=False)
        return BAD_INPUT
    return code


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands, from which the command reference is made."""
    parser = argparse.ArgumentParser(prog="tongchi", description="同尺：逐条比较各地规则 / Compare regions' rules.")
    parser.add_argument("--version", action="version", version=f"tongchi {version('tongchi')}")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--language", choices=("zh", "en"), default="zh", help="language of the output (default: zh)")
    commands = parser.add_subparsers(dest="command", required=True)
    add_new(commands.add_parser("new", parents=[shared], help="新建研究 / write a study folder to start from"))
    add_check(
        commands.add_parser("check", parents=[shared], help="检查研究 / say everything wrong with a study folder")
    )
    add_run(commands.add_parser("run", help="运行研究 / a study folder to a report and all that stands behind it"))
    add_compare(commands.add_parser("compare", parents=[shared], help="逐条比较 / compare files clause by clause"))
    add_show(commands.add_parser("show", parents=[shared], help="查看读入结果 / show what was read from a file"))
    add_commitments(
        commands.add_parser("commitments", parents=[shared], help="协作承诺 / what regions promise each other")
    )
    add_screen(commands.add_parser("screen", parents=[shared], help="审查发现 / clauses that protect locals"))
    add_corpus(commands.add_parser("corpus", help="语料 / thousands of files"), shared)
    add_survey(commands.add_parser("survey", help="问卷 / questionnaires and models of constructs"), shared)
    add_mechanism(
        commands.add_parser("mechanism", help="机制 / stages, bottlenecks, scenarios of the dynamic model"), shared
    )
    add_serve(commands.add_parser("serve", parents=[shared], help="打开工作台 / open the workbench in a browser"))
    add_audit(commands.add_parser("audit", help="审计 / verify or export the workbench's log"), shared)
    return parser
