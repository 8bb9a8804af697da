"""A circle of two parties, the centre and an auditor, with one seat per role: what every test of the workbench starts from.

Where the extra `workbench` is not installed, each test file is skipped and says so.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from django.test import Client

HERE = Path(__file__).parent
MISSING = [name for name in ("django", "allauth", "pytest_django") if find_spec(name) is None]
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ROLES = ("drafter", "reviewer", "approver", "admin", "observer")

if not MISSING:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongchi.workbench.settings"
    os.environ["TONGCHI_LOCAL"] = "1"
    os.environ["TONGCHI_DATA"] = tempfile.mkdtemp(prefix="tongchi-test-")
    import django
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django.setup()

    from django.db import connection
    from django.test import TransactionTestCase

    from tongchi.workbench.log import guards

    _empty_tables = TransactionTestCase._fixture_teardown

    def _empty_guarded_tables(case: TransactionTestCase) -> None:
        """Empty all tables after a test with transactions of its own; the log's triggers would refuse."""
        guards.lift(connection)
        _empty_tables(case)
        guards.put(connection)

    TransactionTestCase._fixture_teardown = _empty_guarded_tables


class _Absent(pytest.Module):
    """A test file that cannot be imported here."""

    def collect(self) -> Generator[Any, None, None]:
        pytest.skip(f"the extra workbench is not installed (no {', '.join(MISSING)})", allow_module_level=True)
        yield


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    return _Absent.from_parent(parent, path=module_path) if MISSING else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.workbench)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def circle(db: None) -> SimpleNamespace:
    """Workspace `chengyu`: parties sichuan, chongqing, central and audit (observing); `circle.seat("sichuan", "drafter")`."""
    return make_circle("chengyu")


@pytest.fixture
def stranger(db: None) -> Any:
    """A drafter in another workspace, who must see nothing of the first."""
    return make_circle("elsewhere").seat("sichuan", "drafter")


@pytest.fixture
def signed_in() -> Callable[[Any], Client]:
    """`signed_in(seat)` is a browser in which that person has signed in."""
    from django.test import Client

    def enter(seat: Any) -> Client:
        client = Client()
        client.force_login(seat.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return enter


@pytest.fixture
def own_database() -> Generator[str, None, None]:
    """Yield what TONGCHI_DATABASE must be for processes of their own: "" for SQLite in the data folder, else a database made for this test."""
    if not os.environ.get("TONGCHI_DATABASE", "").startswith("postgres"):
        yield ""
        return
    import psycopg

    place, name = urlsplit(os.environ["TONGCHI_DATABASE"]), f"test_own_{os.getpid()}"
    with psycopg.connect(place.geturl(), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield place._replace(path=f"/{name}").geturl()
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def make_circle(code: str) -> SimpleNamespace:
    """Write a workspace with its parties, one seat per role for those that decide and one observer for the others, and a matter."""
    from django.contrib.auth.models import User

    from tongchi.workbench.models import Matter, Party, Seat, Workspace

    workspace = Workspace.objects.create(code=code, zh="川渝工作区", en="Sichuan–Chongqing", created=NOW)
    names = (("sichuan", "四川省", "Sichuan"), ("chongqing", "重庆市", "Chongqing"))
    watching = (("central", "中央", "Central"), ("audit", "审计", "Audit"))
    parties, seats = {}, {}
    for order, (party_code, zh, en) in enumerate(names + watching):
        observing = (party_code, zh, en) in watching
        party = Party.objects.create(
            workspace=workspace, code=party_code, zh=zh, en=en, order=order, observing=observing
        )
        parties[party_code] = party
        for role in ("observer",) if observing else ROLES:
            user = User.objects.create(username=f"{code}-{party_code}-{role}", password="!")
            seats[party_code, role] = Seat.objects.create(user=user, workspace=workspace, party=party, role=role)
    matter = Matter.objects.create(workspace=workspace, code="offices", zh="办公用房", en="Office space")

    def seat(party_code: str, role: str) -> Seat:
        return seats[party_code, role]

    return SimpleNamespace(workspace=workspace, parties=parties, seats=seats, seat=seat, matter=matter, **parties)
