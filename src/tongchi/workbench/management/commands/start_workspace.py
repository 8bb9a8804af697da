"""`python -m tongchi.workbench start_workspace circle.toml`: begin a circle of parties."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from tongchi.errors import TongchiError
from tongchi.workbench.commands.workspaces import read_plan, start_workspace


class Command(BaseCommand):
    """Read the plan, write the workspace, tell each party's first account with its password once."""

    help = "Begin a workspace: parties and their first accounts, from a TOML file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "plan", type=Path, help="TOML: code, zh, en, digest, [[party]] code, zh, en, account, observing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = start_workspace(read_plan(options["plan"]), now=now())
        except TongchiError as error:
            raise CommandError(f"{error.message('zh')}\n{error.message('en')}") from error
        self.stdout.write("密码只显示这一次 / the passwords are shown this once:")
        for seat, password in made:
            self.stdout.write(f"  {seat.user.get_username()}  {password}  {seat.party.zh} / {seat.party.en}")
