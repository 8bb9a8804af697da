"""A site with its real server and worker, and people in browsers of their own. Skipped where Chromium or Playwright is not there."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
MISSING = [name for name in ("django", "playwright", "axe_playwright_python") if find_spec(name) is None]
CIRCLE = """
code = "offices"
zh = "江岚机关事务协同（SYNTHETIC）"
en = "Offices of Jiang and Lan (SYNTHETIC)"
[[party]]
code = "jiang"
zh = "江州市"
en = "Jiangzhou"
account = "jiang-admin"
[[party]]
code = "lan"
zh = "岚州市"
en = "Lanzhou City"
account = "lan-admin"
[[party]]
code = "centre"
zh = "上级主管部门"
en = "The central office"
account = "centre"
observing = true
[[party]]
code = "audit"
zh = "审计机关"
en = "The auditor"
account = "auditor"
observing = true
"""


class _Absent(pytest.Module):
    """A test file that cannot be run here."""

    def collect(self) -> Any:
        missing = ", ".join([*MISSING, *([] if CHROMIUM else ["chromium"])])
        pytest.skip(f"a browser is not installed here (no {missing})", allow_module_level=True)
        yield


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    return _Absent.from_parent(parent, path=module_path) if MISSING or not CHROMIUM else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the address of a fresh site, as it runs in production but for TLS, and the passwords of the first accounts."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "circle.toml").write_text(CIRCLE, "utf-8")
    environment = {**os.environ, "TONGCHI_DATA": str(folder / "data"), "TONGCHI_LOCAL": "1", "TONGCHI_DATABASE": ""}
    environment["DJANGO_SETTINGS_MODULE"] = "tongchi.workbench.settings"
    command = [sys.executable, "-m", "tongchi.workbench"]
    subprocess.run([*command, "migrate", "-v0"], env=environment, check=True)
    start = [*command, "start_workspace", str(folder / "circle.toml")]
    said = subprocess.run(start, env=environment, check=True, capture_output=True, encoding="utf-8").stdout
    passwords = dict(re.findall(r"^  (\S+)  (\S+)  ", said, re.MULTILINE))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = [sys.executable, "-m", "gunicorn", "tongchi.workbench.wsgi", "-b", f"127.0.0.1:{port}", "--threads", "4"]
    with open(folder / "server.log", "wb") as log:
        processes = [
            subprocess.Popen(call, env=environment, stdout=log, stderr=log) for call in (serve, [*command, "work"])
        ]
        try:
            for _ in range(200):
                with socket.socket() as line:
                    if line.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}", passwords
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
                process.wait(30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    quiet = [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield chromium
        chromium.close()
