"""The log: what is written, what the database refuses, who may read which payload, and that what was exported verifies."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import islice, pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchi.errors import AccessError, WorkbenchError
from tongchi.workbench.log import chain, checkpoints, verify
from tongchi.workbench.log.canonical import canonical, stamp
from tongchi.workbench.models import Checkpoint, LogEntry

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def filled(circle, entries=12):
    """Write entries of both parties, every third private to its party; return the workspace."""
    for at in range(entries):
        seat = circle.seat(("sichuan", "chongqing")[at % 2], "drafter")
        audience = seat.party.code if at % 3 == 0 else ""
        chain.append(seat, "clause.write", f"clause {at}", {"text": f"第{at}条"}, now=NOW, audience=audience)
    return circle.workspace


PLAIN = {  # what the case guards: (value, its text)
    "keys are sorted by code point": ({"乙": 1, "B": 2, "a": 3}, '{"B":2,"a":3,"乙":1}'),
    "no spaces, nothing escaped": ({"a": ["甲 é", None, True]}, '{"a":["甲 é",null,true]}'),
    "control characters and quotes as JSON demands": ('"\x00\n', '"\\"\\u0000\\n"'),
    "a moment in UTC": (
        datetime(2026, 3, 2, 17, 30, tzinfo=timezone(timedelta(hours=8))),
        '"2026-03-02T09:30:00.000000Z"',
    ),
    "a day": (date(2026, 3, 2), '"2026-03-02"'),
    "a decimal keeps its digits": (Decimal("1.10"), '"1.10"'),
    "the same letter in two forms stays two texts": (["é", "e\u0301"], '["é","e\u0301"]'),
}


@pytest.mark.parametrize(("value", "text"), PLAIN.values(), ids=PLAIN)
def test_canonical_text(value, text):
    assert canonical(value) == text


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), 2**53, {1: "a"}, object(), b"x", {"a": {2, 3}}, "\ud800", {"\ud800": 1}]
)
def test_what_has_no_one_spelling_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        canonical(value)


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        stamp(datetime(2026, 3, 2))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
@settings(max_examples=200)
def test_canonical_text_reads_back_and_both_writers_agree(value):
    text = canonical(value)
    assert json.loads(text) == value
    assert verify.canonical(json.loads(text)) == text


def test_each_entry_carries_the_one_before(circle):
    workspace = filled(circle)
    entries = list(LogEntry.objects.filter(workspace=workspace))
    assert [entry.sequence for entry in entries] == list(range(1, 13))
    assert entries[0].previous == verify.genesis("sha256", "chengyu")
    assert all(later.previous == earlier.hash for earlier, later in pairwise(entries))
    assert chain.verify_log(workspace).broken is None


def test_two_workspaces_have_two_chains(circle, stranger):
    chain.append(circle.seat("sichuan", "drafter"), "a", "b 1", {}, now=NOW)
    assert chain.append(stranger, "a", "b 1", {}, now=NOW).sequence == 1


def test_an_entry_outside_a_transaction_is_refused(circle, monkeypatch):
    monkeypatch.setattr(chain, "connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(transaction.TransactionManagementError):
        chain.append(circle.seat("sichuan", "drafter"), "a", "b 1", {}, now=NOW)


def test_an_act_that_fails_leaves_no_entry(circle):
    @transaction.atomic
    def act():
        chain.append(circle.seat("sichuan", "drafter"), "a", "b 1", {}, now=NOW)
        raise WorkbenchError(found="", expected="", advice="")

    with pytest.raises(WorkbenchError):
        act()
    assert not LogEntry.objects.exists()


def test_sm3_is_a_setting_of_the_workspace(circle):
    circle.workspace.digest = "sm3"
    circle.workspace.save()
    for party in ("sichuan", "chongqing"):
        circle.seat(party, "drafter").workspace.refresh_from_db()
    assert chain.verify_log(filled(circle)).broken is None
    circle.workspace.digest = "sha256"
    assert chain.verify_log(circle.workspace).broken.place == 1


def test_a_digest_that_is_not_there_is_an_error_with_advice(circle):
    circle.workspace.digest = "md5"
    seat = circle.seat("sichuan", "drafter")
    seat.workspace = circle.workspace
    with pytest.raises(WorkbenchError, match="OpenSSL"):
        chain.append(seat, "a", "b 1", {}, now=NOW)


REFUSED = {  # what the database refuses: statement
    "a changed entry": "UPDATE workbench_logentry SET payload = '{}' WHERE sequence = 3",
    "an entry taken out": "DELETE FROM workbench_logentry WHERE sequence = 12",
    "all entries taken out": "DELETE FROM workbench_logentry",
    "a changed checkpoint": "UPDATE workbench_checkpoint SET head = 'x'",
    "a checkpoint taken out": "DELETE FROM workbench_checkpoint",
}
COLUMNS = "at, party, person, action, subject, audience, payload, payload_hash"
COPIES = {  # an entry that does not follow: (sequence, previous, hash)
    "a fork": ("5", "(SELECT previous FROM workbench_logentry WHERE sequence = 5)", "'x'"),
    "a second beginning": ("1", "'x'", "'y'"),
    "an entry after a gap": ("20", "(SELECT hash FROM workbench_logentry WHERE sequence = 12)", "'x'"),
    "an entry that follows from another": ("14", "'x'", "'y'"),
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
def test_the_database_refuses(circle, statement):
    filled(circle)
    checkpoints.sign(circle.seat("sichuan", "admin"), now=NOW)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert chain.verify_log(circle.workspace).broken is None


@pytest.mark.parametrize("verb", ["INSERT", "INSERT OR REPLACE"])
@pytest.mark.parametrize(("sequence", "previous", "own"), COPIES.values(), ids=COPIES)
def test_the_database_refuses_an_entry_that_does_not_follow(circle, verb, sequence, previous, own):
    if connection.vendor != "sqlite" and verb != "INSERT":
        verb = "INSERT"
    workspace = filled(circle)
    statement = (
        f"{verb} INTO workbench_logentry (workspace_id, sequence, previous, hash, {COLUMNS}) "
        f"SELECT workspace_id, {sequence}, {previous}, {own}, {COLUMNS} FROM workbench_logentry WHERE sequence = 5"
    )
    with pytest.raises(DatabaseError, match="does not follow"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert chain.verify_log(workspace).broken is None


def test_the_way_back_of_the_migration_takes_the_triggers_away_and_the_way_forth_puts_them(circle):
    filled(circle)
    migration = importlib.import_module("tongchi.workbench.migrations.0002_log_guards")
    with connection.schema_editor(atomic=False) if connection.vendor != "sqlite" else _Editor() as editor:
        migration.lift(None, editor)
        LogEntry.objects.filter(sequence=3).update(payload="{}")
        assert chain.verify_log(circle.workspace).broken.place == 3
        migration.put(None, editor)
    with pytest.raises(DatabaseError), transaction.atomic():
        LogEntry.objects.filter(sequence=3).update(payload="{}")


class _Editor:
    """Stands for the schema editor, which SQLite does not open inside a transaction."""

    connection = connection

    def __enter__(self):
        return self

    def __exit__(self, *what):
        return None


def test_a_party_does_not_get_the_others_private_payloads_and_the_chain_verifies_all_the_same(circle):
    workspace = filled(circle)
    lines = list(chain.export(workspace, "chongqing"))
    entries = [json.loads(line) for line in islice(lines, 1, None)]
    withheld = [entry for entry in entries if entry["payload"] is None]
    assert {entry["audience"] for entry in withheld} == {"sichuan"}
    assert verify.verify(lines, party="chongqing").broken is None
    assert verify.verify(lines, party="chongqing").withheld == len(withheld) == 2
    assert verify.verify(lines, party="sichuan").broken.place == withheld[0]["sequence"]
    assert verify.verify(lines, complete=True).broken is not None


def test_a_private_payload_cannot_be_guessed_from_its_hash(circle):
    seat = circle.seat("sichuan", "drafter")
    first, second = (chain.append(seat, "a", "b 1", {"vote": "no"}, now=NOW, audience="sichuan") for _ in range(2))
    assert first.payload_hash != second.payload_hash
    with pytest.raises(ValueError, match="not for chongqing"):
        chain.append(seat, "a", "b 1", {}, now=NOW, audience="chongqing")


@given(st.lists(st.tuples(st.text(max_size=20), JSON, st.booleans(), st.booleans()), max_size=6))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_exported_verifies(circle, acts):
    with transaction.atomic():
        for subject, value, private, first in acts:
            seat = circle.seat("sichuan" if first else "chongqing", "drafter")
            subject = subject.replace("\x00", "")
            chain.append(seat, "act", subject, {"value": value}, now=NOW, audience=seat.party.code if private else "")
        kept = checkpoints.as_file(checkpoints.sign(circle.seat("sichuan", "admin"), now=NOW))
        for reader in (None, "sichuan", "chongqing", "central"):
            verdict = verify.verify(
                chain.export(circle.workspace, reader), [kept], party=reader, complete=reader is None
            )
            assert verdict.broken is None
            assert (verdict.checkpoints, verdict.unsigned) == (1, 0)


def test_a_checkpoint_is_signed_by_who_may_and_checked_against_its_key(circle):
    filled(circle)
    with pytest.raises(AccessError):
        checkpoints.sign(circle.seat("sichuan", "drafter"), now=NOW)
    with pytest.raises(AccessError):
        checkpoints.sign(circle.seat("audit", "observer"), now=NOW)
    kept = checkpoints.as_file(checkpoints.sign(circle.seat("chongqing", "approver"), now=NOW))
    assert kept["sequence"] == 13
    lines = list(chain.export(circle.workspace, "sichuan"))
    assert verify.verify(lines, [kept], key=kept["public_key"]).broken is None
    assert verify.verify(lines, [kept], key="00" * 32).broken.place == 13
    for changed in (
        {"at": "2020-01-01T00:00:00.000000Z"},
        {"signature": "00" * 64},
        {"signature": "x"},
        {"public_key": None},
    ):
        assert verify.verify(lines, [{**kept, **changed}]).broken is not None, changed
    for damaged in ({}, {"kind": "x"}, {**kept, "sequence": "13"}):
        assert verify.verify(lines, [damaged]).broken is not None


def test_where_the_signature_cannot_be_checked_it_is_said(circle, monkeypatch):
    kept = checkpoints.as_file(checkpoints.sign(circle.seat("chongqing", "approver"), now=NOW))
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    verdict = verify.verify(chain.export(circle.workspace, None), [kept])
    assert (verdict.broken, verdict.unsigned) == (None, 1)
    assert "未查" in verify.told(verdict)
    assert "not checked" in verify.told(verdict, "en")


def test_the_script_stands_alone(circle, tmp_path):
    filled(circle)
    kept = checkpoints.as_file(checkpoints.sign(circle.seat("chongqing", "approver"), now=NOW))
    (tmp_path / "kept.json").write_text(json.dumps(kept), "utf-8")
    script = tmp_path / "verify.py"
    script.write_text(Path(verify.__file__).read_text("utf-8"), "utf-8")
    lines = list(chain.export(circle.workspace, "sichuan"))

    def run(written, *more):
        (tmp_path / "chain.jsonl").write_text("".join(written), "utf-8")
        call = [sys.executable, "-I", "-S", str(script), "chain.jsonl", "--checkpoint", "kept.json", *more]
        environment = {**os.environ, "PYTHONUTF8": "1"}
        return subprocess.run(call, cwd=tmp_path, capture_output=True, encoding="utf-8", env=environment, check=False)

    whole = run(lines, "--party", "sichuan")
    assert (whole.returncode, whole.stderr) == (0, "")
    assert "日志完整：13条" in whole.stdout
    assert run(lines, "--complete").returncode == 1
    broken = run([*lines[:4], *lines[5:]])
    assert broken.returncode == 1
    assert "entry 5 stands where 4 should" in broken.stdout
    assert run(lines, "--key", "x").returncode == 1
    (tmp_path / "kept.json").write_text("[]", "utf-8")
    assert run(lines).returncode == 2


def test_an_entry_and_a_checkpoint_name_themselves(circle):
    checkpoints.sign(circle.seat("chongqing", "approver"), now=NOW)
    assert str(LogEntry.objects.get()) == "1 checkpoint.sign"
    assert str(Checkpoint.objects.get()).startswith("1 ")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "again"])
def test_tests_with_transactions_of_their_own_begin_with_an_empty_log_that_is_guarded(circle, time):
    with pytest.raises(transaction.TransactionManagementError):
        chain.append(circle.seat("sichuan", "drafter"), "a", "b 1", {}, now=NOW)
    with transaction.atomic():
        assert chain.append(circle.seat("sichuan", "drafter"), "a", "b 1", {}, now=NOW).sequence == 1
    with pytest.raises(DatabaseError):
        LogEntry.objects.all().delete()
