"""Documents are brought in, read by a job, shared; until then nobody else can tell that they are there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tongchi.errors import AccessError, ConflictError, NoTextError, UnsafeFileError, WorkbenchError
from tongchi.workbench import storage
from tongchi.workbench.commands import documents as commands
from tongchi.workbench.jobs.worker import work_all
from tongchi.workbench.log.chain import verify_log
from tongchi.workbench.models import Clause, Document, Job, LogEntry

TEXT = "四川省办公用房管理办法\n\n第一条 办公用房应当统一登记。\n\n第二条 使用面积不得超过三十平方米。\n"
REFUSED = {  # what the case guards: (name, bytes, words of the refusal in Chinese, in English)
    "an old Word file": ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "", ""),
    "a picture": ("扫描.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "OCR", "OCR"),
    "a damaged docx": ("坏.docx", b"PK\x03\x04" + b"x" * 100, "坏.docx", "坏.docx"),
    "a damaged pdf": ("坏.pdf", b"%PDF-1.7\n" + b"x" * 100, "坏.pdf", "坏.pdf"),
    "no provisions": ("说明.txt", "这是一份说明。".encode(), "条", "provisions"),
}


def brought(circle, now, code="sichuan", name="办法.md", data=TEXT):
    """Bring one text in and have it read."""
    data = data.encode() if isinstance(data, str) else data
    made = commands.upload_document(circle.seat(code, "drafter"), circle.matter, name=name, data=data, now=now)
    work_all(lambda: now)
    made.refresh_from_db()
    return made


def test_a_file_is_read_into_clauses_by_a_job(circle, now):
    made = commands.upload_document(
        circle.seat("sichuan", "drafter"), circle.matter, name="C:\\x\\办法.md", data=TEXT.encode(), now=now
    )
    assert (made.name, made.state, made.shared_at, made.clauses.count()) == ("办法.md", "waiting", None, 0)
    assert storage.load(made.sha256) == TEXT.encode()
    assert work_all(lambda: now) == 1
    made.refresh_from_db()
    assert (made.state, made.title, made.version) == ("read", "四川省办公用房管理办法", 2)
    assert next(clause.label for clause in made.clauses.all()) == "第一条"
    assert "使用面积不得超过三十平方米。" in [clause.text for clause in made.clauses.all()]
    assert Job.objects.get().state == "done"
    assert verify_log(circle.workspace).broken is None


def test_the_same_file_again_is_the_same_document(circle, now):
    first, second = brought(circle, now), brought(circle, now + timedelta(hours=1))
    assert first.pk == second.pk
    assert (Document.objects.count(), Job.objects.count()) == (1, 1)
    assert LogEntry.objects.filter(action="document.upload").count() == 1
    assert brought(circle, now, code="chongqing").pk != first.pk


@pytest.mark.parametrize(("name", "data", "zh", "en"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_read_says_why(circle, now, signed_in, name, data, zh, en):
    made = brought(circle, now, name=name, data=data)
    assert made.state == "refused"
    assert made.refusal_zh
    assert made.refusal_en
    assert zh in made.refusal_zh
    assert en in made.refusal_en
    for told in (made.refusal_zh, made.refusal_en):
        assert "/tmp" not in told
        assert "tongchi-" not in told
        assert made.sha256 not in told
    page = signed_in(circle.seat("sichuan", "observer")).get(f"/documents/{made.pk}/").content.decode()
    assert 'role="alert"' in page
    with pytest.raises(WorkbenchError):
        commands.share_document(circle.seat("sichuan", "drafter"), made, version=made.version, now=now)


def test_a_refused_file_is_read_again_when_asked(circle, now, monkeypatch):
    made = brought(circle, now, data="说明")
    commands.read_again(circle.seat("sichuan", "drafter"), made, now=now)
    assert work_all(lambda: now) == 1
    made.refresh_from_db()
    assert made.state == "refused"
    assert Job.objects.count() == 2


def test_empty_and_too_large_files_are_not_stored(circle, now, monkeypatch):
    monkeypatch.setattr(commands, "MOST_BYTES", 10)
    seat = circle.seat("sichuan", "drafter")
    for data, error in ((b"", NoTextError), (b"x" * 11, UnsafeFileError)):
        with pytest.raises(error):
            commands.upload_document(seat, circle.matter, name="a.txt", data=data, now=now)
    assert not Document.objects.exists()


def test_only_drafters_bring_in_and_only_their_own_party_shares(circle, now):
    made = brought(circle, now)
    for code, role in (("sichuan", "reviewer"), ("sichuan", "observer"), ("central", "observer")):
        with pytest.raises(AccessError):
            commands.upload_document(circle.seat(code, role), circle.matter, name="a.md", data=b"x", now=now)
    with pytest.raises(AccessError):
        commands.share_document(circle.seat("chongqing", "drafter"), made, version=made.version, now=now)
    with pytest.raises(ConflictError):
        commands.share_document(circle.seat("sichuan", "drafter"), made, version=made.version - 1, now=now)


def test_what_is_not_shared_cannot_be_told_from_what_is_not_there(circle, now, signed_in, stranger):
    made = brought(circle, now)
    others = [circle.seat("chongqing", "drafter"), circle.seat("central", "observer"), stranger]
    for seat in others:
        for model in (Document, Clause, Job):
            assert not model.objects.visible_to(seat).exists()
        client = signed_in(seat)
        assert made.title not in client.get("/documents/").content.decode()
        for path in ("", "file/"):
            assert client.get(f"/documents/{made.pk}/{path}").status_code == 404
        for path in ("share/", "read/"):
            assert client.post(f"/documents/{made.pk}/{path}", {"version": made.version}).status_code == 404
        for entry in LogEntry.objects.filter(action__startswith="document."):
            assert made.title not in entry.subject
            assert entry.audience == "sichuan"
    assert Client().get(f"/documents/{made.pk}/file/").status_code == 302
    commands.share_document(circle.seat("sichuan", "drafter"), made, version=made.version, now=now)
    for seat in others[:2]:
        assert Clause.objects.visible_to(seat).count() == made.clauses.count() > 0
        assert signed_in(seat).get(f"/documents/{made.pk}/").status_code == 200
    assert signed_in(stranger).get(f"/documents/{made.pk}/").status_code == 404
    assert not Document.objects.visible_to(stranger).exists()


def test_upload_share_and_download_by_plain_forms(circle, signed_in, now):
    client = signed_in(circle.seat("sichuan", "drafter"))
    files = [SimpleUploadedFile(f"办法{at}.md", TEXT.replace("三十", at).encode()) for at in "二三"]
    answer = client.post("/documents/", {"matter": circle.matter.pk, "files": files}, follow=True)
    assert answer.status_code == 200
    assert Document.objects.count() == 2
    assert client.post("/documents/", {"matter": circle.matter.pk}).status_code == 422
    empty = [SimpleUploadedFile("a.md", b"x"), SimpleUploadedFile("b.md", b"")]
    assert client.post("/documents/", {"matter": circle.matter.pk, "files": empty}).status_code == 422
    assert Document.objects.count() == 2
    work_all(lambda: now)
    row = Document.objects.order_by("pk")[0]
    assert client.post(f"/documents/{row.pk}/share/", {"version": row.version}).status_code == 302
    row.refresh_from_db()
    assert row.shared_at
    handed = signed_in(circle.seat("chongqing", "observer")).get(f"/documents/{row.pk}/file/")
    assert handed.content == TEXT.replace("三十", "二").encode()
    assert handed["Content-Disposition"].startswith("attachment;")
    assert handed["X-Content-Type-Options"] == "nosniff"
    assert handed["Content-Type"] == "application/octet-stream"
    for language in ("en", "zh-hans"):
        client.post(reverse("set_language"), {"language": language})
        for path in ("/documents/", f"/documents/?matter={circle.matter.pk}", f"/documents/{row.pk}/"):
            assert client.get(path).status_code == 200


def test_the_list_asks_a_fixed_number_of_queries(circle, now, signed_in, django_assert_max_num_queries):
    for at in range(12):
        brought(circle, now, data=TEXT.replace("三十", str(30 + at)))
    client = signed_in(circle.seat("sichuan", "drafter"))
    with django_assert_max_num_queries(9):
        assert client.get("/documents/").status_code == 200
