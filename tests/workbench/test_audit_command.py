"""`tongchi audit`: the log of the site and an exported one, whole and broken, and calls that do not fit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from django.db import connection

from tongchi.cli import main
from tongchi.workbench.log import chain, checkpoints, guards
from tongchi.workbench.models import LogEntry

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def kept(circle):
    """Four entries of two parties, the first private to Sichuan, and a checkpoint."""
    for at, party in enumerate(("sichuan", "chongqing", "sichuan", "chongqing")):
        seat = circle.seat(party, "drafter")
        chain.append(seat, "a", f"b {at}", {"at": at}, now=NOW, audience="" if at else "sichuan")
    return checkpoints.sign(circle.seat("sichuan", "admin"), now=NOW)


def test_the_log_of_the_site_is_verified(kept, stranger, capsys):
    assert main(["audit", "verify"]) == 0
    told = capsys.readouterr().out
    assert "chengyu: 日志完整：5条" in told
    assert "elsewhere: 日志完整：0条" in told
    assert main(["audit", "verify", "--workspace", "chengyu", "--language", "en"]) == 0
    assert capsys.readouterr().out.startswith("chengyu: The log is whole: 5 entries")


def test_a_broken_log_of_the_site_is_named_and_the_exit_code_says_so(kept, capsys):
    guards.lift(connection)
    LogEntry.objects.filter(sequence=3).update(subject="b 9")
    assert main(["audit", "verify"]) == 1
    assert "日志不完整：第3条" in capsys.readouterr().out


def test_an_exported_log_is_verified_without_the_site(kept, tmp_path, capsys):
    assert main(["audit", "export", "--workspace", "chengyu", "--party", "chongqing", "--out", str(tmp_path)]) == 0
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"chain.jsonl", "verify.py", "checkpoint-chengyu-00000005.json"}
    first = json.loads((tmp_path / "chain.jsonl").read_text("utf-8").splitlines()[1])
    assert (first["audience"], first["payload"]) == ("sichuan", None)
    call = ["audit", "verify", "--language", "en", "--export", str(tmp_path / "chain.jsonl")]
    with_checkpoint = [*call, "--checkpoint", str(tmp_path / "checkpoint-chengyu-00000005.json")]
    capsys.readouterr()
    assert main([*with_checkpoint, "--party", "chongqing"]) == 0
    assert "agrees with 1 checkpoints; 1 payloads are for their own party alone" in capsys.readouterr().out
    assert main([*call, "--party", "sichuan"]) == 1
    assert main([*with_checkpoint, "--key", "00"]) == 1
    code = "import sys; sys.modules['django'] = None; from tongchi.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run([sys.executable, "-c", code, *call], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


BAD = {  # what does not fit: arguments
    "a workspace that is not there": ["verify", "--workspace", "nowhere"],
    "a folder that is not there": ["verify", "--data", "nowhere"],
    "a file that is not there": ["verify", "--export", "nowhere.jsonl"],
    "a checkpoint without a file": ["verify", "--checkpoint", "x.json"],
    "a party that is not there": ["export", "--workspace", "chengyu", "--party", "nobody", "--out", "out"],
    "a folder that cannot be made": ["export", "--workspace", "chengyu", "--out", "file/out"],
    "a file that is no text": ["verify", "--export", "file"],
}


@pytest.mark.parametrize("arguments", BAD.values(), ids=BAD)
def test_a_call_that_does_not_fit_is_refused(kept, tmp_path, monkeypatch, capsys, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_bytes(b"\xff\xfe\x00")
    assert main(["audit", *arguments]) == 2
    assert "[T" in capsys.readouterr().err


def test_where_no_site_was_started_it_says_so(tmp_path):
    call = [sys.executable, "-m", "tongchi.cli", "audit", "verify", "--data", str(tmp_path)]
    environment = {name: value for name, value in os.environ.items() if name != "TONGCHI_DATABASE"}
    done = subprocess.run(call, capture_output=True, encoding="utf-8", env=environment, check=False)
    assert done.returncode == 2
    assert "no workbench has been started here" in done.stderr
