"""`python -m tongchi.workbench backup FILE`: everything into one file, while people work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from tongchi.errors import TongchiError
from tongchi.workbench.keeping import back_up


class Command(BaseCommand):
    """Write the file and tell the hash of what the database holds."""

    help = "Write database, uploads and keys into one file, without stopping the site."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = back_up(options["file"].absolute(), now=now())
        except TongchiError as error:
            raise CommandError(f"{error.message('zh')}\n{error.message('en')}") from error
        self.stdout.write(f"{options['file']}  {len(manifest['members'])}  {manifest['content']}")
