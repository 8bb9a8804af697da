"""`python -m tongchi.workbench …`: Django's own commands (migrate, check, createsuperuser …) for the site."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one command of Django with the settings of the site."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchi.workbench.settings")
    execute_from_command_line(["python -m tongchi.workbench", *sys.argv[1:]])


if __name__ == "__main__":
    main()
