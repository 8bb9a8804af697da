"""`python -m benchmarks.workbench.backup`: a backup while 32 people write, and the way back, on SQLite and on PostgreSQL.

What is restored must have the hash that the backup told, a whole log, and hold every word that was acknowledged before the backup began.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from benchmarks.workbench.checks import LOOK
from benchmarks.workbench.client import Tally, working
from benchmarks.workbench.load import CLIENTS
from benchmarks.workbench.site import Site, over_databases

BEFORE, AFTER = 10.0, 5.0


def main() -> int:
    """Save and restore each database in turn; 1 where anything does not come back."""
    return over_databases("backup", restored)


def restored(name: str, site: Site) -> list[str]:
    """Back up a site under load, restore it elsewhere and return what is wrong."""
    site.populate(CLIENTS)
    tally, file, folder = Tally(), site.folder / "saved.zip", site.folder / "restored"
    folder.mkdir()
    with site.serving(), working(site.port, site.facts, CLIENTS, tally):
        time.sleep(BEFORE)
        with tally.lock:
            kept = {kind: list(words) for kind, words in tally.kept.items()}
        begun = time.monotonic()
        saved = site.command("backup", str(file))
        took = time.monotonic() - begun
        with tally.lock:
            meanwhile = sum(map(len, tally.kept.values())) - sum(map(len, kept.values()))
        time.sleep(AFTER)
    with beside(site.database) as address:
        back = Site(folder, address)
        came = back.command("restore", str(file))
        found = json.loads(back.script(LOOK, told=json.dumps(kept))) if came.returncode == 0 else {}
    same = saved.stdout.split()[-1:] == came.stdout.splitlines()[0].split()[-1:] if came.stdout else False
    print(f"{name}: saved in {took:.1f} s, {meanwhile} writes meanwhile, {file.stat().st_size / 1e6:.1f} MB; "
          f"{sum(map(len, kept.values())):,} words looked for")  # fmt: skip
    wrong = [f"backup: {saved.stderr[-300:]}"] if saved.returncode else []
    wrong += [f"restore: {came.stderr[-300:]}"] if came.returncode else []
    wrong += [] if same else ["another content hash"]
    wrong += [f"lost {found['lost']}"] if found.get("lost") else []
    wrong += [f"the log is broken: {found['broken']}"] if found.get("broken") else []
    return wrong + ([] if meanwhile else ["nothing was written meanwhile: the backup was not under load"])


@contextmanager
def beside(address: str) -> Iterator[str]:
    """Yield an empty database beside that one; SQLite needs none."""
    if not address:
        yield ""
        return
    import psycopg

    with psycopg.connect(address, autocommit=True) as server:
        server.execute("CREATE DATABASE restored")
    yield urlsplit(address)._replace(path="/restored").geturl()


if __name__ == "__main__":
    sys.exit(main())
