"""What must hold after the load: every acknowledged word is there, and the log is one whole chain."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence

from benchmarks.workbench.client import Tally
from benchmarks.workbench.site import Site

LOOK = """
import json, sys
from tongchi.workbench.log.chain import verify_log
from tongchi.workbench.models import *
kept = json.load(sys.stdin)
there = {
    "edit": " ".join(ClauseVersion.objects.values_list("text", flat=True)),
    "position": " ".join(Position.objects.values_list("reason", flat=True)),
    "comment": " ".join(Remark.objects.values_list("body", flat=True)),
    "opinion": " ".join(Opinion.objects.values_list("body", flat=True)),
    "promise": " ".join(Promise.objects.values_list("what", flat=True)),
    "upload": " ".join(Document.objects.values_list("name", flat=True)),
}
log = " ".join(LogEntry.objects.filter(action="position.take").values_list("payload", flat=True))
lost = {kind: [word for word in words if word not in there[kind] and not (kind == "position" and word in log)] for kind, words in kept.items()}
verdict = verify_log(Workspace.objects.get())
print(json.dumps({"lost": {kind: words for kind, words in lost.items() if words}, "broken": str(verdict.broken or ""), "entries": LogEntry.objects.count()}))
"""


def look(site: Site, tally: Tally) -> list[str]:
    """Return what is wrong; a position that a later one has replaced is looked for in the log."""
    found = json.loads(site.script(LOOK, told=json.dumps(tally.kept)))
    wrong = [f"{len(words)} lost of {kind}: {words[:5]}" for kind, words in found["lost"].items()]
    wrong += [f"the log is broken: {found['broken']}"] if found["broken"] else []
    wrong += [f"{len(tally.faults)} server errors or refusals: {tally.faults[:3]}"] if tally.faults else []
    written = sum(len(words) for words in tally.kept.values())
    print(f"  {written:,} acknowledged writes, all looked for; {found['entries']:,} entries in the log")
    return wrong


def table(tally: Tally) -> None:
    """Print how long each kind of request took."""
    print(f"  {'':10s} {'number':>8s} {'p50 ms':>8s} {'p95 ms':>8s} {'p99 ms':>8s}")
    everything = [each for times in tally.seconds.values() for each in times]
    for kind, times in [*sorted(tally.seconds.items()), ("all", everything)]:
        p50, p95, p99 = (1000 * at(times, share) for share in (0.5, 0.95, 0.99))
        print(f"  {kind:10s} {len(times):8,d} {p50:8.0f} {p95:8.0f} {p99:8.0f}")


def at(times: Sequence[float], share: float) -> float:
    """Return the time below which that share of them lies."""
    return (
        statistics.quantiles(times, n=100, method="inclusive")[round(share * 100) - 1] if len(times) > 1 else times[0]
    )
