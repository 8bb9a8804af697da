"""`python -m benchmarks.workbench.backup`: a backup while 32 people write, and the way back, on SQLite and on PostgreSQL.

What is restored must have the hash that the backup told, a whole log, and hold every word that was acknowledged before the backup began.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.workbench.checks import LOOK
from benchmarks.workbench.client import Person, Tally
from benchmarks.workbench.load import CLIENTS
from benchmarks.workbench.site import Site, databases

BEFORE, AFTER = 10.0, 5.0


def main() -> int:
    """Save and restore each database in turn; 1 where anything does not come back."""
    wrong = []
    with tempfile.TemporaryDirectory(prefix="tongchi-backup-") as room, databases(Path(room)) as found:
        for name, address in found:
            live, other = Path(room) / name, Path(room) / f"{name}-restored"
            live.mkdir()
            other.mkdir()
            wrong += [f"{name}: {each}" for each in restored(name, Site(live, address), other)]
    for each in wrong:
        print(f"WRONG  {each}")
    return 1 if wrong else 0


def restored(name: str, site: Site, folder: Path) -> list[str]:
    """Back up a site under load, restore it elsewhere and return what is wrong."""
    site.populate(CLIENTS)
    tally, stop, file = Tally(), threading.Event(), site.folder / "saved.zip"
    with site.serving():
        people = [Person(site.port, site.facts, number, tally) for number in range(CLIENTS)]
        threads = [threading.Thread(target=each.work, args=(stop,)) for each in people]
        for each in threads:
            each.start()
        time.sleep(BEFORE)
        with tally.lock:
            kept = {kind: list(words) for kind, words in tally.kept.items()}
        begun = time.monotonic()
        saved = site.command("backup", str(file))
        took = time.monotonic() - begun
        with tally.lock:
            meanwhile = sum(map(len, tally.kept.values())) - sum(map(len, kept.values()))
        time.sleep(AFTER)
        stop.set()
        for each in threads:
            each.join()
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
