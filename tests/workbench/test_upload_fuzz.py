"""Whatever somebody sends, the site answers and the worker goes on: files made to do harm, and good ones changed by chance.

`make fuzz-uploads` sets TONGCHI_UPLOAD_FILES to 2,000 and holds each against 30 s and 512 MB; elsewhere it is a few.
"""

from __future__ import annotations

import logging
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hostile_files import HOSTILE, TEXT
from make_files import make_docx, make_html, make_package, make_pdf, wrap_part

from tongchi.documents.blocks import Block
from tongchi.workbench.commands.documents import MOST_BYTES
from tongchi.workbench.jobs.worker import work_all
from tongchi.workbench.log.chain import verify_log
from tongchi.workbench.models import Clause, Document, Job

resource = pytest.importorskip("resource", reason="the memory of processes is measured by POSIX")

FILES = int(os.environ.get("TONGCHI_UPLOAD_FILES", "24"))
MOST_SECONDS, MOST_MEMORY = 30.0, 512 * 2**20
LINES = [
    "江州市办公用房管理办法",
    *(f"第{each}条 使用面积不得超过{each}十平方米，本市企业优先。" for each in "一二三四五六"),
]
BODY = "".join(TEXT.format(line) for line in LINES)
XML = wrap_part("document", f"<w:body>{BODY}</w:body>").encode()
GOOD = {
    "docx": make_docx(BODY),
    "xml in a docx": XML,
    "pdf": make_pdf([Block(line) for line in LINES]),
    "html": make_html(Block(line) for line in LINES).encode(),
}
TOKENS = [
    b"<",
    b">",
    b"&",
    b"]]>",
    b"\0",
    b"<w:tbl>",
    b"<table><tr><td>",
    b"endobj",
    b"/Length 99999999",
    b"stream\n",
    b"9" * 40,
]


def hostile() -> Iterator[tuple[str, bytes]]:
    """Yield the named attacks that are not too large to be sent at all; without `make fuzz-uploads`, the small ones."""
    most = MOST_BYTES if FILES >= 2_000 else 50_000
    for name, (suffix, make, _answer) in HOSTILE.items():
        data = make()
        data = data if isinstance(data, bytes) else data.encode()
        if len(data) <= most:
            yield f"{name}.{suffix}", data or b" "


def changed(number: int) -> tuple[str, bytes]:
    """Return a good file changed by chance: in its bytes, or in the order of its pieces, so that it can still be read half the way."""
    chance = random.Random(number)
    kind = list(GOOD)[number % len(GOOD)]
    change = chance.choice([change_bytes, change_pieces, change_pieces])
    body = change(GOOD[kind], b"\n" if kind == "pdf" else b"<", chance) or b" "
    if kind == "xml in a docx":
        return f"{number}.docx", make_package({"document": body})
    return f"{number}.{kind}", body


def change_bytes(good: bytes, _mark: bytes, chance: random.Random) -> bytes:
    """Put other bytes in their place, cut some out, double some, throw in words of the formats, cut the end off."""
    data = bytearray(good)
    for _ in range(chance.choice([1, 1, 2, 5, 20, 100])):
        at, length = chance.randrange(len(data) or 1), chance.choice([1, 1, 8, 200])
        piece = data[at : at + length]
        new = chance.choice([bytes([chance.randrange(256)]), b"", bytes(piece) * 2, chance.choice(TOKENS)])
        data[at : at + length] = new
    if chance.random() < 0.2:
        del data[chance.randrange(len(data) or 1) :]
    return bytes(data)


def change_pieces(good: bytes, mark: bytes, chance: random.Random) -> bytes:
    """Leave out, double, repeat many times or exchange the pieces between marks: elements, lines of a PDF."""
    pieces = good.split(mark)
    for _ in range(chance.choice([1, 1, 2, 5])):
        at, other = chance.randrange(len(pieces)), chance.randrange(len(pieces))
        here = chance.choice([[], [pieces[at]] * 2, [pieces[at]] * 3000, [pieces[other]], [pieces[other], pieces[at]]])
        pieces[at : at + 1] = here
        pieces = pieces or [b""]
    return mark.join(pieces)


def test_no_file_breaks_the_site(circle, signed_in, now, caplog) -> None:
    client = signed_in(circle.seat("sichuan", "drafter"))
    answers: Counter[str] = Counter()
    took: dict[str, float] = {}
    files = [*hostile(), *(changed(number) for number in range(FILES))]
    with caplog.at_level(logging.ERROR):
        for name, data in files:
            begun = time.monotonic()
            form = {"matter": circle.matter.pk, "files": SimpleUploadedFile(name, data)}
            answer = client.post(reverse("documents"), form)
            assert answer.status_code in (302, 422), f"{name}: {answer.status_code}"
            work_all(lambda: now)
            took[name] = time.monotonic() - begun
    answers.update(Document.objects.values_list("state", flat=True))
    memory = {who: resource.getrusage(who).ru_maxrss * 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)}
    slowest = max(took, key=lambda name: took[name])
    print(
        f"\n{len(files)} files: {dict(answers)}; slowest {slowest!r} {took[slowest]:.1f} s; "
        f"most memory {memory[resource.RUSAGE_SELF] >> 20} MB here, {memory[resource.RUSAGE_CHILDREN] >> 20} MB in a child"
    )
    assert not caplog.records, f"the reader broke: {caplog.text[:3000]}"
    assert set(answers) <= {"read", "refused"}, "a file was left lying"
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert not Clause.objects.exclude(document__state="read").exists()
    assert client.get(reverse("documents")).status_code == 200
    assert verify_log(circle.workspace).broken is None
    if FILES >= 2_000 and sys.platform == "linux":
        assert took[slowest] < MOST_SECONDS
        assert max(memory.values()) < MOST_MEMORY
