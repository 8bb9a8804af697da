"""How is the site opened on one machine? Migrate, load the sample into an empty database, tell the passwords, serve on loopback.

This is the whole of `tongchi serve`. For several machines see the operator's guide: gunicorn behind a proxy that ends TLS.
"""

from __future__ import annotations

import ipaddress
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from tongchi.errors import Language, OutputError, UsageError

if TYPE_CHECKING:
    from tongchi.workbench.demo import Account


@dataclass(frozen=True)
class Serving:
    """What was asked for on the command line."""

    host: str
    port: int
    data: Path | None
    sample: bool
    renew: bool
    language: Language


def serve(asked: Serving) -> None:
    """Serve until interrupted. Raises UsageError for an address that others could reach, before anything is written."""
    check_loopback(asked.host)
    os.environ["TONGCHI_LOCAL"] = "1"
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongchi.workbench.settings"
    os.environ.pop("TONGCHI_HOSTS", None)
    if asked.data:
        os.environ["TONGCHI_DATA"] = str(asked.data)
    for line in prepare(asked):
        print(line, flush=True)
    worker = _start_worker()
    try:
        _run(asked.host, asked.port)
    except OSError as error:
        raise OutputError(found=f"{asked.host}:{asked.port}: {error.strerror or error}") from error
    finally:
        if worker:
            worker.terminate()


def check_loopback(host: str) -> None:
    """Raise UsageError unless the host is this machine alone: plain HTTP and known accounts are for nobody else."""
    try:
        is_own = host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        is_own = False
    if not is_own:
        raise UsageError(found=f"--host {host}", expected="127.0.0.1（仅本机 / this machine alone）")


def prepare(asked: Serving) -> Iterable[str]:
    """Bring the database up to date, load the sample into an empty one, and yield what the reader must know."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    yield from _sample(asked)
    from django.conf import settings

    zh = asked.language == "zh"
    yield f"{'数据' if zh else 'Data'}: {settings.DATA}"
    yield f"{'打开' if zh else 'Open'}: http://{asked.host}:{asked.port}/    {'Ctrl+C 停止' if zh else 'Ctrl+C stops'}"


def _sample(asked: Serving) -> Iterable[str]:
    from django.utils.timezone import now

    from tongchi.workbench.demo import has_demo, load_demo, renew_passwords
    from tongchi.workbench.models import Workspace

    zh = asked.language == "zh"
    if has_demo():
        if asked.renew:
            yield from accounts_told(renew_passwords(), asked.language)
        return
    if Workspace.objects.exists() or not asked.sample:
        return
    yield (
        "正在载入川渝示例，逐项比较各事项……" if zh else "Loading the Chengdu–Chongqing sample; comparing each matter …"
    )
    yield from accounts_told(load_demo(now()), asked.language)


def accounts_told(accounts: list[Account], language: Language) -> Iterable[str]:
    """Yield the accounts with their passwords: the four that the tutorial begins with, then one for each further role."""
    from tongchi.workbench.demo import MAIN_ACCOUNTS

    zh = language == "zh"
    yield "演示账户（密码只显示这一次）：" if zh else "Demo accounts (the passwords are shown this once):"
    for at, each in enumerate(accounts):
        if at == MAIN_ACCOUNTS:
            yield "其他职责：" if zh else "Further roles:"
        label = each.role.label.split(" / ")[0 if zh else 1]
        yield f"  {each.name:<18} {each.password:<18} {each.party.zh if zh else each.party.en} · {label}"


def _start_worker() -> subprocess.Popen[bytes] | None:
    """Start the worker of background jobs beside the site, where the site has one."""
    from django.core.management import get_commands

    if "work" not in get_commands():
        return None
    return subprocess.Popen([sys.executable, "-m", "tongchi.workbench", "work"])


def _run(host: str, port: int) -> None:
    """Serve with gunicorn, or with Python's own server where there is no fork."""
    from tongchi.workbench.wsgi import application

    if hasattr(os, "fork"):
        from django.db import connections
        from gunicorn.app.base import BaseApplication

        class Site(BaseApplication):  # type: ignore[misc]  # gunicorn is not typed
            def load_config(self) -> None:
                options = {"bind": f"{host}:{port}", "workers": 2, "threads": 4, "loglevel": "warning", "timeout": 120}
                for name, value in options.items():
                    self.cfg.set(name, value)

            def load(self) -> Any:
                return application

        connections.close_all()
        Site().run()
        return
    with make_server(host.strip("[]"), port, application, _ThreadingServer, WSGIRequestHandler) as server:
        server.serve_forever()


class _ThreadingServer(ThreadingMixIn, WSGIServer):
    """One thread per request."""

    daemon_threads = True
