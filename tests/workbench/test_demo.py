"""What a newcomer finds in the sample, and where the sample refuses to be shown."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tongchi.cli import main
from tongchi.errors import UsageError
from tongchi.workbench import site_data
from tongchi.workbench.demo import MAIN_ACCOUNTS, has_demo, load_demo, renew_passwords
from tongchi.workbench.log.chain import verify_log
from tongchi.workbench.models import (
    Clause,
    Comparison,
    Document,
    DraftClause,
    IssuedStandard,
    LogEntry,
    Matter,
    Project,
    Promise,
    Seat,
)
from tongchi.workbench.serving import accounts_told, check_loopback


def test_the_sample_is_a_workspace_in_the_middle_of_its_work(db, now, signed_in):
    assert not has_demo()
    accounts = load_demo(now)
    assert has_demo()
    assert [each.name for each in accounts[:MAIN_ACCOUNTS]] == ["sichuan", "chongqing", "central", "auditor"]
    seat = Seat.objects.get(user__username="central")
    assert Matter.objects.visible_to(seat).count() == 4
    assert Document.objects.visible_to(seat).count() == 12
    assert Clause.objects.visible_to(seat).count() > 200
    comparisons = list(Comparison.objects.visible_to(seat))
    assert len(comparisons) == 4
    assert all(0 < each.gap_low <= each.gap <= each.gap_high < 1 for each in comparisons)
    assert sum(len(each.findings) for each in comparisons) >= 5
    assert all(each.commitments for each in comparisons)
    assert Promise.objects.visible_to(seat).count() == 14
    assert {each.stage.kind for each in Project.objects.visible_to(seat)} == {"drafting", "issue"}
    assert all(len(each.sources) <= 2 for each in DraftClause.objects.visible_to(seat))
    assert IssuedStandard.objects.visible_to(seat).count() == 1
    assert LogEntry.objects.visible_to(seat).count() >= 60
    assert verify_log(seat.workspace).broken is None
    for account in accounts:
        user = Seat.objects.get(user__username=account.name).user
        assert user.check_password(account.password)
        assert account.password not in user.password
        assert signed_in(Seat.objects.get(user=user)).get("/").status_code == 200
    lost = renew_passwords()
    assert [each.name for each in lost] == [each.name for each in accounts]
    assert not {each.password for each in lost} & {each.password for each in accounts}
    shown = "\n".join(accounts_told(lost, "en"))
    assert all(shown.count(each.password) == 1 for each in lost)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.0.1"])
def test_the_site_is_served_on_this_machine(host):
    check_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org", ""])
def test_other_addresses_are_refused(host, tmp_path, capsys):
    with pytest.raises(UsageError, match="T901"):
        check_loopback(host)
    assert main(["serve", "--host", host, "--data", str(tmp_path / "data")]) == 2
    assert not (tmp_path / "data").exists()


def test_the_secret_key_is_made_once_and_private(tmp_path: Path):
    folder = site_data.data_folder(str(tmp_path / "data"))
    key = site_data.secret_key(folder)
    assert len(key) >= 50
    assert site_data.secret_key(folder) == key
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [each.name for each in folder.iterdir()] == ["secret.key"]


def test_one_setting_names_the_database(tmp_path: Path):
    address = "postgres://tongchi:p%40ss@db.example:5433/standards?sslmode=require"
    found = site_data.database(address, tmp_path)
    assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("standards", "tongchi", "p@ss")
    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == ("db.example", "5433", {"sslmode": "require"})
    assert site_data.database("", tmp_path)["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert site_data.database("sqlite:////srv/x.sqlite3", tmp_path)["NAME"] == Path("/srv/x.sqlite3")
    with pytest.raises(UsageError):
        site_data.database("mysql://x", tmp_path)


def test_sqlite_runs_as_it_must(transactional_db):
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL is used here")
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (20000,)
    assert connection.transaction_mode == "IMMEDIATE"
