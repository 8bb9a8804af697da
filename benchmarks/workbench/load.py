"""`python -m benchmarks.workbench.load`: 32 people, eight writes in ten, two minutes, on SQLite and on PostgreSQL.

With TONGCHI_KILLS the web workers are killed so many times meanwhile: then a broken line is no error, but nothing acknowledged may be lost.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import time

from benchmarks.workbench.checks import at, look, table
from benchmarks.workbench.client import Tally, working
from benchmarks.workbench.site import Site, over_databases

CLIENTS = 32
SECONDS = float(os.environ.get("TONGCHI_LOAD_SECONDS", "120"))
KILLS = int(os.environ.get("TONGCHI_KILLS", "0"))
MOST_MS = 500


def main() -> int:
    """Load each database in turn; 1 where something that was acknowledged is lost, a fault was answered or the chain is broken."""
    return over_databases("load", loaded)


def loaded(name: str, site: Site) -> list[str]:
    """Load one site and return what is wrong."""
    site.populate(CLIENTS)
    tally, killed = Tally(), 0
    with site.serving():
        begun = time.monotonic()
        with working(site.port, site.facts, CLIENTS, tally):
            if KILLS:
                killed = kill(site, KILLS)
            else:
                time.sleep(SECONDS)
        seconds = time.monotonic() - begun
    everything = [each for times in tally.seconds.values() for each in times]
    print(f"{name}: {CLIENTS} clients, {seconds:.0f} s, {len(everything) / seconds:.0f} requests a second, {killed} kills, "
          f"{tally.broken} broken lines; answers {dict(sorted(tally.answers.items()))}")  # fmt: skip
    table(tally)
    p95 = 1000 * at(everything, 0.95)
    print(f"  p95 of all {p95:.0f} ms ({'within' if p95 < MOST_MS else 'beyond'} {MOST_MS} ms)")
    wrong = look(site, tally)
    if not KILLS and tally.broken:
        wrong.append(f"{tally.broken} lines broke although nothing was killed")
    return wrong + ([] if KILLS else site.faults())


def kill(site: Site, kills: int) -> int:
    """Kill web workers, one after another, while there is work; return how many were killed."""
    chance, killed = random.Random(5), 0
    while killed < kills:
        time.sleep(chance.uniform(0.2, 0.6))
        workers = site.web_workers()
        if workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(workers), signal.SIGKILL)
                killed += 1
    time.sleep(2)
    return killed


if __name__ == "__main__":
    sys.exit(main())
