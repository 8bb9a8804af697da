"""The site as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    """Models, templates and commands of the workbench."""

    name = "tongchi.workbench"
    label = "workbench"
    verbose_name = "同尺 · Tongchi"
    default_auto_field = "django.db.models.BigAutoField"
