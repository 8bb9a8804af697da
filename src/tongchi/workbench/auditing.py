"""What does the operator or auditor with access to the server do from the command line? Open the site's data, verify, hand out.

This is the whole of `tongchi audit` that needs the site; a log that was exported is verified without it (`log.verify`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tongchi.errors import OutputError, UsageError
from tongchi.workbench.log import verify
from tongchi.workbench.log.verify import Verdict

if TYPE_CHECKING:
    from tongchi.workbench.models import Workspace


def verify_site(data: Path | None, code: str) -> Iterator[tuple[str, Verdict]]:
    """Yield each workspace's code, or that of the one named, with the verdict on its log."""
    open_site(data)
    from tongchi.workbench.log.chain import verify_log

    for workspace in _workspaces(code):
        yield workspace.code, verify_log(workspace)


def export_site(data: Path | None, code: str, party: str | None, folder: Path) -> list[Path]:
    """Write the log of a workspace, its checkpoints and the script that verifies them; return the files written.

    `party` leaves out what is private to the others, as that party's own download does; None leaves out nothing.
    """
    open_site(data)
    (workspace,) = _workspaces(code)
    if party is not None and party not in (known := list(workspace.parties.values_list("code", flat=True))):
        raise UsageError(found=f"--party {party}", expected=" / ".join(known))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return list(_write(workspace, party, folder))
    except OSError as error:
        raise OutputError(found=str(folder)) from error


def _write(workspace: Workspace, party: str | None, folder: Path) -> Iterator[Path]:
    from tongchi.workbench.log.chain import export
    from tongchi.workbench.log.checkpoints import file_name, file_text

    with (folder / "chain.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(export(workspace, party))
    yield folder / "chain.jsonl"
    for kept in workspace.checkpoints.select_related("workspace"):
        (folder / file_name(kept)).write_text(file_text(kept), "utf-8", newline="\n")
        yield folder / file_name(kept)
    (folder / "verify.py").write_bytes(Path(verify.__file__).read_bytes())
    yield folder / "verify.py"


def open_site(data: Path | None) -> None:
    """Set Django up on the site's data. Raises UsageError where no site has been started there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchi.workbench.settings")
    if data is not None:
        if not data.is_dir():
            raise UsageError(found=f"--data {data}", expected="已有的数据文件夹 / the folder of a site")
        os.environ["TONGCHI_DATA"] = str(data)
    import django
    from django.db import connection

    django.setup()
    if "workbench_logentry" not in connection.introspection.table_names():
        raise UsageError(
            found="此处没有工作台的数据 / no workbench has been started here",
            expected="--data，或 TONGCHI_DATA、TONGCHI_DATABASE / --data, or TONGCHI_DATA, TONGCHI_DATABASE",
        )


def _workspaces(code: str) -> list[Workspace]:
    """Return all workspaces, or the one named; UsageError with the codes that there are for another name."""
    from tongchi.workbench.models import Workspace

    every = list(Workspace.objects.order_by("code"))
    found = [one for one in every if code in ("", one.code)]
    if code and not found:
        raise UsageError(found=f"--workspace {code}", expected=" / ".join(one.code for one in every) or "—")
    return found
