"""Backup while a writer works, and the way back: equal content, a whole log, the same keys and files; and what is refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from test_log_concurrency import MAKE, WRITE

COUNT = "import django; django.setup(); from tongchi.workbench.models import LogEntry; print(LogEntry.objects.count())"
SIGN = """
import datetime, django; django.setup()
from tongchi.workbench.log.checkpoints import sign
from tongchi.workbench.models import Seat
Seat.objects.update(role="admin")
sign(Seat.objects.get(), now=datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC))
"""


def site(folder: Path, *arguments: str, script: str = "") -> subprocess.Popen[str]:
    """Run a command of the site, or a script, on the data in a folder."""
    environment = {**os.environ, "TONGCHI_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "tongchi.workbench.settings"}
    environment.pop("TONGCHI_DATABASE", None)
    call = [sys.executable, *(["-c", script] if script else ["-m", "tongchi.workbench"]), *arguments]
    return subprocess.Popen(call, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")


def told(process: subprocess.Popen[str], code: int = 0) -> str:
    said, _ = process.communicate(timeout=120)
    assert process.returncode == code, said
    return said


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A site with an upload, a checkpoint and a writer at work, and the backup taken meanwhile."""
    live = tmp_path_factory.mktemp("live")
    told(site(live, script=MAKE))
    told(site(live, script=SIGN))
    (live / "files" / "ab").mkdir(parents=True)
    (live / "files" / "ab" / "abcd.docx").write_bytes(b"x" * 5000)
    (live / "files" / ".draft").write_bytes(b"not yet a file of the site")
    writer = site(live, "1000000", "1", script=WRITE)
    while int(told(site(live, script=COUNT))) < 5:
        time.sleep(0.1)
    assert writer.poll() is None
    line = told(site(live, "backup", str(live / "saved.zip")))
    still_writing = writer.poll() is None
    writer.kill()
    writer.communicate()
    assert still_writing
    return live, live / "saved.zip", line.split()[-1]


def test_what_was_saved_while_a_writer_worked_comes_back_whole(saved, tmp_path):
    live, file, content = saved
    said = told(site(tmp_path, "restore", str(file)))
    assert content in said
    assert "w: The log is whole" in said
    assert "agrees with 1 checkpoints" in said
    for name in ("secret.key", "checkpoint.key", "files/ab/abcd.docx"):
        assert (tmp_path / name).read_bytes() == (live / name).read_bytes()
    assert not (tmp_path / "files" / ".draft").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    again = told(site(tmp_path, "backup", str(tmp_path / "again.zip"))).split()[-1]
    assert again == content
    assert (tmp_path / "again.zip").stat().st_mode & 0o077 == 0
    assert told(site(tmp_path, "1", "1", script=WRITE)) == ""


def test_nothing_is_replaced(saved, tmp_path):
    live, file, _ = saved
    assert "there are data here already" in told(site(live, "restore", str(file)), code=1)


def _changed(file: Path, target: Path, change) -> Path:
    """Copy a backup; `change(name, data)` gives the new data of each member."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    return target


def _manifest(edit):
    def change(name, data):
        if name != "manifest.json":
            return name, data
        manifest = json.loads(data)
        edit(manifest)
        return name, json.dumps(manifest)

    return change


DAMAGED = {  # what is wrong with the file: how each member is changed
    "a database that was changed": lambda name, data: (name, data[:-1] + b"!" if name == "database.sqlite3" else data),
    "a key that was changed": lambda name, data: (name, b"00" * 32 if name == "checkpoint.key" else data),
    "a member that is missing": lambda name, data: ("other" if name.startswith("files/") else name, data),
    "a member that leads out of the folder": _manifest(lambda manifest: manifest["members"].update({"files/../x": ""})),
    "another content": _manifest(lambda manifest: manifest.update(content="0")),
    "another kind of file": _manifest(lambda manifest: manifest.update(kind="x")),
    "another database": _manifest(lambda manifest: manifest.update(vendor="postgresql")),
    "no list of members": _manifest(lambda manifest: manifest.update(members=[])),
    "no manifest": lambda name, data: (name if name != "manifest.json" else "x", data),
}


@pytest.mark.parametrize("change", [*DAMAGED.values(), None], ids=[*DAMAGED, "no archive"])
def test_a_damaged_file_is_refused_and_nothing_is_written(saved, tmp_path, change):
    damaged = tmp_path / "damaged.zip"
    if change is None:
        damaged.write_bytes(b"no archive")
    else:
        _changed(saved[1], damaged, change)
    said = told(site(tmp_path / "site", "restore", str(damaged)), code=1)
    assert "[T103]" in said or "[T901]" in said
    assert {path.name for path in (tmp_path / "site").iterdir()} == {"secret.key"}


def test_a_place_that_cannot_be_written_is_refused(saved, tmp_path):
    shutil.copytree(saved[0], tmp_path / "site")
    assert "[T902]" in told(site(tmp_path / "site", "backup", str(tmp_path / "nowhere" / "x.zip")), code=1)
    assert "[T101]" in told(site(tmp_path / "empty", "restore", str(tmp_path / "nowhere.zip")), code=1)
