"""`python -m benchmarks.workbench.size`: 1,000 documents, 100 joint standards, 100,000 log entries, and how long each page takes.

The median of each address that can be read, through the whole of the site (middleware, session, templates) without the network, on SQLite
and on PostgreSQL. 1 where an address answers anything but 200.
"""

from __future__ import annotations

import json
import sys

from benchmarks.workbench.site import Site, over_databases

DOCUMENTS, STANDARDS, ENTRIES, TIMES = 1_000, 100, 100_000, 5
MOST_MS = 300

FILL = """
import json, sys
from datetime import date, timedelta
from django.db import transaction
from django.utils.timezone import now
from tongchi.workbench.log import chain, verify
from tongchi.workbench.log.canonical import canonical
from tongchi.workbench.models import *
from tongchi.workbench.issuing.content import Issuer, freeze
from tongchi.workbench.text_hash import hash_text
documents, standards, entries = map(int, sys.argv[1:])
workspace, at = Workspace.objects.get(), now()
parties = list(workspace.parties.all())
seats = [Seat.objects.filter(party=party).first() for party in parties]
admin = Seat.objects.get(role="admin")
matters = [Matter.objects.create(workspace=workspace, code=f"m{n}", zh=f"事项{n}", en=f"Matter {n}") for n in range(60)]
with transaction.atomic():
    for n in range(documents):
        seat = seats[n % 2]
        row = Document.objects.create(workspace=workspace, party=seat.party, matter=matters[n % 60], title=f"第{n}号办公用房管理办法",
            name=f"{n}.docx", sha256=hash_text(str(n)), size=1000, state="read", uploaded_at=at, uploaded_by=seat, shared_at=at if n % 3 else None)
        Clause.objects.bulk_create(Clause(document=row, eid=f"art_{c}", label=f"第{c}条", text=f"第{n}号第{c}条，办公用房应当统一登记，使用面积不得超过三十平方米。",
            text_hash="0" * 64, order=c) for c in range(60))
procedure = workspace.procedures.get()
issue = procedure.stages.get(kind="issue")
issuers = [Issuer(party.code, party.zh, party.en) for party in parties]
with transaction.atomic():
    for n in range(standards):
        project = Project.objects.create(workspace=workspace, matter=matters[n % 60], procedure=procedure, zh=f"标准{n}", en=f"Standard {n}", stage=issue,
            proposed_by=parties[0], started_at=at, stage_since=at, frozen=True)
        rows = [("scope", "1", "范围", "本文件规定了办公用房。"), ("clause", "4", "要求", "")]
        rows += [("clause", f"4.{c}", f"第{c}项", f"办公用房使用面积不应超过{c}平方米。") for c in range(1, 40)]
        for party in parties:
            PartyProject.objects.create(project=project, party=party, number=f"{party.code}-{n}", approved_at=at)
        DraftClause.objects.bulk_create(DraftClause(project=project, kind=kind, number=number, heading=heading, text=text, order=o, text_hash=hash_text(heading, text))
            for o, (kind, number, heading, text) in enumerate(rows))
        text = freeze(project.zh, project.en, issuers=issuers, rows=rows)
        day = date(2026, 1, 1) + timedelta(days=n)
        final = text.identified(f"DB51/T {20000 + n}", numbers={}, issued_on=day, effective_on=day, review_on=day + timedelta(days=1000))
        standard = IssuedStandard.objects.create(workspace=workspace, project=project, number=final.number, zh=final.zh, en=final.en, content=final.to_json(),
            content_hash=final.text_hash, issued_on=day, effective_on=day, review_on=day + timedelta(days=1000))
        for party in parties:
            Adoption.objects.create(standard=standard, party=party, state="adopted", since=day)
            Approval.objects.create(project=project, party=party, seat=admin, purpose="issue", vote="for", text_hash=final.text_hash, at=at)
            Recognition.objects.create(workspace=workspace, item=f"事项{n}", recognising=party, issuing=parties[party == parties[0]], basis="4.1", standard=standard, since=day, seat=admin)
            for k in range(3):
                Promise.objects.create(workspace=workspace, party=party, what=f"承诺{n}-{k}", due=day, matter=matters[n % 60])
review = Project.objects.get(zh="review")
Opinion.objects.bulk_create(Opinion(project=review, party=parties[n % 2], seat=seats[n % 2], author="某局", body=f"意见{n}", at=at) for n in range(300))
for n in range(24):
    gap = 0.4 - n / 100
    made = Comparison.objects.create(workspace=workspace, matter=matters[n % 4], key=str(n), result={"documents": [], "rows": [], "pairs": []}, gap=gap, gap_low=gap - .05, gap_high=gap + .05, made_at=at + timedelta(days=n))
    made.documents.set(Document.objects.filter(shared_at__isnull=False)[:2])
sequence, head = chain.head(workspace)
rows, seat = [], seats[0]
person = seat.user.get_username()
while sequence < entries:  # as chain.append writes them, many at a time
    sequence += 1
    payload = canonical({"version": sequence, "hash": "0" * 64})
    row = LogEntry(workspace=workspace, sequence=sequence, at=at, party=seat.party.code, person=person, action="clause.edit",
        subject=f"clause {sequence}", payload=payload, payload_hash=verify.digest("sha256", payload), previous=head)
    head = row.hash = verify.entry_hash("sha256", chain.covered(row))
    rows.append(row)
LogEntry.objects.bulk_create(rows, batch_size=500)
assert chain.verify_log(workspace).broken is None
print(json.dumps({"document": Document.objects.filter(shared_at__isnull=False)[0].pk, "standard": IssuedStandard.objects.first().pk, "issue": Project.objects.filter(stage=issue).first().pk,
    "comparison": Comparison.objects.first().pk, "entries": LogEntry.objects.count()}))
"""
ASK = """
import json, statistics, sys, time
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
paths, session, times = json.loads(sys.stdin.read())
found = {}
client = Client(headers={"host": "localhost"})
client.cookies[settings.SESSION_COOKIE_NAME] = session
for path in paths:
    seconds = []
    for _ in range(times):
        with CaptureQueriesContext(connection) as queries:
            begun = time.perf_counter()
            answer = client.get(path)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            seconds.append(time.perf_counter() - begun)
    found[path] = [answer.status_code, 1000 * statistics.median(seconds), len(queries), len(body)]
print(json.dumps(found))
"""
PAGES = (
    "/", "/documents/", "/documents/?page=20", "/documents/{document}/", "/matters/", "/matters/{matter}/", "/comparisons/{comparison}/",
    "/projects/", "/projects/new/", "/projects/{draft}/", "/projects/{draft}/draft/", "/projects/{draft}/draft/start/",
    "/projects/clauses/{shared}/", "/projects/clauses/{shared}/history/", "/projects/{review}/review/", "/projects/{issue}/approval/",
    "/procedures/", "/standards/", "/standards/{standard}/", "/standards/{standard}/adoption/", "/adoptions/", "/recognitions/",
    "/promises/", "/dashboard/", "/log/", "/log/?before=50000", "/account/", "/account/seats/", "/account/tokens/",
    "/api/documents?limit=200", "/api/log?limit=200", "/api/log?limit=200&offset=99000", "/api/projects?limit=200", "/api/waiting",
)  # fmt: skip


def main() -> int:
    """Fill each database in turn and ask for every page."""
    return over_databases("size", measured)


def measured(name: str, site: Site) -> list[str]:
    """Fill a site, ask for its pages and return which did not answer."""
    site.populate(8)
    facts = site.facts | json.loads(site.script(FILL, str(DOCUMENTS), str(STANDARDS), str(ENTRIES)))
    paths = [path.format(**facts) for path in PAGES]
    asked = json.dumps([paths, site.facts["people"][0]["session"], TIMES])
    found = json.loads(site.script(ASK, told=asked))
    print(f"{name}: {DOCUMENTS:,} documents, {STANDARDS} standards, {facts['entries']:,} entries; median of {TIMES}")
    print(f"  {'ms':>6s} {'queries':>8s} {'kB':>6s}  address")
    for path, (status, took, queries, size) in sorted(found.items(), key=lambda each: -each[1][1]):
        print(f"  {took:6.0f} {queries:8d} {size / 1000:6.0f}  {path}{'' if status == 200 else f'  {status}'}")
    slow = [path for path, (_, took, _, _) in found.items() if took >= MOST_MS]
    print(f"  {len(slow)} of {len(found)} take {MOST_MS} ms or more: {', '.join(slow) or '—'}")
    return [f"{path} answered {status}" for path, (status, *_) in found.items() if status != 200]


if __name__ == "__main__":
    sys.exit(main())
