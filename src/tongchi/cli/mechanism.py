"""`tongchi mechanism …`: what stage the collaboration is in, what binds it, and what would move it."""

from __future__ import annotations

import argparse

from tongchi.cli.mechanism_diagnose import add_diagnose
from tongchi.cli.mechanism_evidence import add_calibrate, add_sensitivity
from tongchi.cli.mechanism_runs import add_scenarios, add_simulate
from tongchi.cli.mechanism_stages import add_stages


def add_mechanism(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Add the commands on the mechanism; `shared` holds the options of all commands."""
    steps = parser.add_subparsers(dest="step", required=True)
    add_stages(steps.add_parser("stages", parents=[shared], help="阶段与变点 / indices, stages and change points"))
    add_diagnose(steps.add_parser("diagnose", parents=[shared], help="瓶颈诊断 / what binds now, by three readings"))
    add_simulate(
        steps.add_parser("simulate", parents=[shared], help="情景模拟 / paths with bands under changed levers")
    )
    add_scenarios(
        steps.add_parser("scenarios", parents=[shared], help="情景比较 / which course does best, with regret")
    )
    add_calibrate(
        steps.add_parser("calibrate", parents=[shared], help="校准 / what survey waves say of the parameters")
    )
    add_sensitivity(
        steps.add_parser("sensitivity", parents=[shared], help="敏感性 / which assumptions decide the outcome")
    )
