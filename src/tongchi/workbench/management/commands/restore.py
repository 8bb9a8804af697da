"""`python -m tongchi.workbench restore FILE`: what `backup` wrote, into an empty site; the logs are verified."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongchi.errors import TongchiError
from tongchi.workbench.keeping import restore
from tongchi.workbench.log.chain import verify_log
from tongchi.workbench.log.verify import told
from tongchi.workbench.models import Workspace


class Command(BaseCommand):
    """Restore, then verify each workspace's log. A broken log is told, and the command fails."""

    help = "Put a backup into an empty data folder and database."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = restore(options["file"].absolute())
        except TongchiError as error:
            raise CommandError(f"{error.message('zh')}\n{error.message('en')}") from error
        self.stdout.write(f"{options['file']}  {len(manifest['members'])}  {manifest['content']}")
        verdicts = {workspace.code: verify_log(workspace) for workspace in Workspace.objects.all()}
        for code, verdict in verdicts.items():
            self.stdout.write(f"{code}: {told(verdict, 'zh')}\n{code}: {told(verdict, 'en')}")
        if any(verdict.broken for verdict in verdicts.values()):
            raise CommandError("日志不完整 / a log is broken")
