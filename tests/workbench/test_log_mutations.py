"""Is every change to a log found? Ten thousand random mutations of an exported log, and of one in the database."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from tongchi.workbench.log import chain, checkpoints, guards, verify
from tongchi.workbench.models import LogEntry

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ENTRIES = 40
MUTATIONS = 12_000


@pytest.fixture
def kept(circle):
    """Forty entries with checkpoints in the middle and at the end: (lines, checkpoints)."""
    for at in range(ENTRIES):
        seat = circle.seat(("sichuan", "chongqing")[at % 2], "drafter")
        audience = seat.party.code if at % 5 == 0 else ""
        payload = {"text": f"第{at}条 办公用房面积为{at}平方米", "version": at}
        chain.append(seat, "clause.write", f"clause {at}", payload, now=NOW + timedelta(seconds=at), audience=audience)
        if at in (15, ENTRIES - 1):
            checkpoints.sign(circle.seat("sichuan", "admin"), now=NOW)
    files = [checkpoints.as_file(one) for one in circle.workspace.checkpoints.all()]
    return list(chain.export(circle.workspace, None)), files


def _edit_byte(rng, lines):
    at = rng.randrange(len(lines))
    line = lines[at].rstrip("\n")
    place = rng.randrange(len(line))
    other = rng.choice([letter for letter in '0123456789abcdef甲乙"{}, ' if letter != line[place]])
    lines[at] = line[:place] + other + line[place + 1 :] + "\n"


def _drop_byte(rng, lines):
    at = rng.randrange(len(lines))
    line = lines[at].rstrip("\n")
    place = rng.randrange(len(line))
    lines[at] = line[:place] + line[place + 1 :] + "\n"


def _edit_field(rng, lines):
    at = rng.randrange(1, len(lines))
    entry = json.loads(lines[at])
    field = rng.choice(sorted(entry))
    other = json.loads(lines[rng.randrange(1, len(lines))])[field]
    entry[field] = other if other != entry[field] else None if field == "payload" else rng.choice(["x", 0, None, []])
    lines[at] = verify.canonical(entry) + "\n"


def _edit_and_hash_again(rng, lines):
    """Change an entry and make its own hashes right: the next one no longer follows, or the head differs."""
    at = rng.randrange(1, len(lines))
    entry = json.loads(lines[at])
    entry["payload"] = verify.canonical({"text": str(rng.random())})
    _hash(entry)
    lines[at] = verify.canonical(entry) + "\n"


def _rewrite_to_the_end(rng, lines):
    """Change an entry and make every hash from there to the head line right: the chain holds, the checkpoint does not."""
    at = rng.randrange(1, len(lines))
    previous = json.loads(lines[at])["previous"]
    for place in range(at, len(lines)):
        entry = json.loads(lines[place])
        entry["previous"] = previous
        if place == at:
            entry["payload"] = verify.canonical({"text": str(rng.random())})
        previous = _hash(entry)
        lines[place] = verify.canonical(entry) + "\n"
    _head(lines)
    assert verify.verify(lines).broken is None


def _delete(rng, lines):
    del lines[rng.randrange(len(lines))]


def _delete_and_renumber(rng, lines):
    del lines[rng.randrange(1, len(lines))]
    for place in range(1, len(lines)):
        entry = json.loads(lines[place])
        entry["sequence"] = place
        lines[place] = verify.canonical(entry) + "\n"
    _head(lines)


def _swap(rng, lines):
    one, other = rng.sample(range(1, len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]


def _insert(rng, lines):
    lines.insert(rng.randrange(len(lines) + 1), lines[rng.randrange(len(lines))])


def _insert_made_up(rng, lines):
    at = rng.randrange(1, len(lines))
    entry = json.loads(lines[at])
    entry["payload"] = verify.canonical({"text": str(rng.random())})
    _hash(entry)
    lines.insert(at, verify.canonical(entry) + "\n")


def _cut_the_tail(rng, lines):
    del lines[rng.randrange(len(lines)) :]


def _cut_the_tail_and_say_so(rng, lines):
    """Cut the end and make the head line right: the chain holds, the checkpoint does not."""
    del lines[rng.randrange(1, len(lines)) :]
    _head(lines)
    assert verify.verify(lines).broken is None


def _hash(entry):
    entry["payload_hash"] = verify.digest("sha256", entry["payload"])
    entry["hash"] = verify.entry_hash("sha256", entry)
    return entry["hash"]


def _head(lines):
    named = json.loads(lines[0])
    named["entries"] = len(lines) - 1
    named["head"] = json.loads(lines[-1])["hash"] if len(lines) > 1 else verify.genesis("sha256", named["workspace"])
    lines[0] = verify.canonical(named) + "\n"


KINDS = (
    _edit_byte, _drop_byte, _edit_field, _edit_and_hash_again, _rewrite_to_the_end, _delete, _delete_and_renumber, _swap,
    _insert, _insert_made_up, _cut_the_tail, _cut_the_tail_and_say_so,
)  # fmt: skip


@pytest.mark.parametrize("mutate", KINDS, ids=lambda kind: kind.__name__.strip("_"))
def test_every_mutation_of_an_exported_log_is_found(kept, mutate):
    lines, files = kept
    assert verify.verify(lines, files, complete=True).broken is None
    rng = random.Random(mutate.__name__)
    for _ in range(MUTATIONS // len(KINDS)):
        changed = list(lines)
        mutate(rng, changed)
        assert changed != lines
        assert verify.verify(changed, files, complete=True).broken is not None, changed


EDITABLE = ("at", "party", "person", "action", "subject", "audience", "payload", "payload_hash", "previous", "hash")


def test_every_mutation_in_the_database_is_found(circle, kept):
    """With the triggers taken away, as somebody with the server could: 300 edits, deletions and cuts, each undone again."""
    guards.lift(connection)
    rng = random.Random(7)
    last = LogEntry.objects.count()
    for _ in range(300):
        place = rng.randint(1, last)
        with transaction.atomic():
            rows = LogEntry.objects.filter(workspace=circle.workspace)
            kind = rng.choice(("edit", "delete", "cut"))
            if kind == "edit":
                field = rng.choice(EDITABLE)
                changed = F("at") + timedelta(microseconds=1) if field == "at" else f"x{rng.random()}"
                rows.filter(sequence=place).update(**{field: changed})
            elif kind == "delete":
                rows.filter(sequence=place).delete()
            else:
                rows.filter(sequence__gte=place).delete()
            assert chain.verify_log(circle.workspace).broken is not None, (kind, place)
            transaction.set_rollback(True)
    assert chain.verify_log(circle.workspace).broken is None


def test_the_first_broken_place_is_named(kept):
    lines, files = kept
    for place in range(1, len(lines)):
        entry = json.loads(lines[place])
        entry["subject"] += " "
        changed = [*lines[:place], verify.canonical(entry) + "\n", *lines[place + 1 :]]
        assert verify.verify(changed, files).broken.place == place
