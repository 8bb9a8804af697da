"""Open a matter, and have the engine compare its texts again: in the background, once for the same texts and the same corrections."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

import tongchi
from tongchi.comparison import LinkCorrection
from tongchi.report.comparison_json import comparison_to_json
from tongchi.workbench.access import require
from tongchi.workbench.commands.corrections import Key, in_force, standing
from tongchi.workbench.commands.recording import record
from tongchi.workbench.errors import WorkbenchError
from tongchi.workbench.jobs.leases import Effect, ask
from tongchi.workbench.models import Clause, Comparison, Correction, Document, Job, Matter, Seat
from tongchi.workbench.reading import read_stored
from tongchi.workbench.text_hash import hash_text

MOST_DOCUMENTS = 12
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
Said = Mapping[Key, Sequence[Correction]]


@transaction.atomic
def open_matter(actor: Seat, *, code: str, zh: str, en: str, now: datetime) -> Matter:
    """Write a new matter, such as office space, for the whole workspace."""
    require(actor, "matter.open")
    zh, en = zh.strip(), en.strip()
    if not _CODE.fullmatch(code) or not zh or len(zh) > 120 or len(en) > 120:
        raise WorkbenchError(
            found=code or "—", expected="代码 a-z 0-9 -，名称 1–120 字 / a code of a-z 0-9 -, a name", advice=""
        )
    if Matter.objects.visible_to(actor).filter(code=code).exists():
        raise WorkbenchError(found=code, expected="未用过的代码 / a new code", advice="")
    order = Matter.objects.visible_to(actor).count()
    made = Matter.objects.create(workspace=actor.workspace, code=code, zh=zh, en=en or zh, order=order)
    record(actor, "matter.open", f"matter {made.pk}", {"code": code, "zh": zh, "en": made.en}, now=now)
    return made


@transaction.atomic
def ask_comparison(actor: Seat, matter: Matter, *, own: bool, now: datetime) -> Comparison | Job:
    """Ask for a comparison of the matter's texts; with `own`, the party's unshared ones too, and then for its eyes alone.

    Returns the comparison that is there where neither texts nor corrections have changed since.
    """
    require(actor, "comparison.run")
    documents = texts_of(actor, matter, own=own)
    if not 2 <= len(documents) <= MOST_DOCUMENTS:
        raise WorkbenchError(
            found=f"{len(documents)} 份已读取的文件 / texts read", expected=f"2–{MOST_DOCUMENTS}",
            advice="请先上传、共享文件。Bring in and share documents first.",
        )  # fmt: skip
    said = sorted(row.pk for rows in in_force(documents).values() for row in rows)
    key = hash_text(*(f"{row.pk}:{row.sha256}" for row in documents), "|", *map(str, said))
    if there := Comparison.objects.visible_to(actor).filter(matter=matter, key=key).first():
        return there
    arguments = {
        "matter": matter.pk,
        "documents": [row.pk for row in documents],
        "corrections": said,
        "key": key,
        "seat": actor.pk,
    }
    name = f"comparison.run:{actor.party_id}:{matter.pk}:{key}"
    return ask(actor.workspace, actor.party, "comparison.run", arguments, key=name, now=now)


def texts_of(actor: Seat, matter: Matter, *, own: bool) -> list[Document]:
    """Return the texts that would be compared, party by party, those of observing parties last."""
    rows = Document.objects.visible_to(actor).filter(matter=matter, state=Document.State.READ).select_related("party")
    if not own:
        rows = rows.filter(shared_at__isnull=False)
    return list(rows.order_by("party__observing", "party__order", "party__code", "pk")[: MOST_DOCUMENTS + 1])


def comparing(arguments: Mapping[str, Any]) -> Effect:
    """Compare, screen and find commitments: a task of the worker. All of it is the engine's own answer."""
    rows = {row.pk: row for row in Document.objects.select_related("party").filter(pk__in=arguments["documents"])}
    documents = [rows[pk] for pk in arguments["documents"]]
    wanted = set(arguments["corrections"])
    said = {key: kept for key, each in in_force(documents).items() if (kept := [r for r in each if r.pk in wanted])}
    texts = [read_stored(row) for row in documents]
    matter = Matter.objects.get(pk=arguments["matter"])
    central = next((at for at, row in enumerate(documents) if row.party.observing), None)
    result = tongchi.compare_all(texts, matter=matter.zh, baseline=central, corrections=_links(documents, said))
    gap = result.pairs[_leading(documents)].gap
    values = {
        "result": {**comparison_to_json(result), "document_rows": [row.pk for row in documents]},
        "findings": _findings(documents, texts, said),
        "commitments": [
            {**asdict(each), "document": row.pk}
            for row, text in zip(documents, texts, strict=True)
            for each in tongchi.commitments(text)
        ],
        "gap": gap.value,
        "gap_low": gap.low,
        "gap_high": gap.high,
    }
    return lambda now: _write(arguments, matter, documents, values, now)


def _links(documents: Sequence[Document], said: Said) -> list[LinkCorrection]:
    """Return the corrections of links on which the parties do not differ, as the engine takes them."""
    at = {row.pk: place for place, row in enumerate(documents)}
    return [
        LinkCorrection(at[row.document_a_id], row.eid_a, at[row.document_b_id], row.eid_b, word == "accepted")
        for rows in said.values()
        if (row := rows[0]).document_b_id is not None and (word := standing(rows)) in {"accepted", "rejected"}
    ]


def _leading(documents: Sequence[Document]) -> int:
    """Return which pair stands for the matter: the first of two deciding parties, else the first."""
    pairs = [(a, b) for at, a in enumerate(documents) for b in documents[at + 1 :]]
    return next(
        (at for at, (a, b) in enumerate(pairs) if a.party_id != b.party_id and not (a.party.observing or b.party.observing)),
        0,
    )  # fmt: skip


def _findings(documents: Sequence[Document], texts: Sequence[tongchi.Document], said: Said) -> list[dict[str, Any]]:
    """Return the machine's findings, each with how it stands among the parties, then those that people have added."""
    found = [
        {**asdict(each), "document": row.pk, "added": False}
        for row, text in zip(documents, texts, strict=True)
        for each in tongchi.screen(text)
    ]
    known = {("finding", each["document"], each["clause_id"], None, "", each["code"]) for each in found}
    others = [rows for key, rows in said.items() if key[0] == Correction.Kind.FINDING and key not in known]
    added = [next((row for row in rows if row.verdict == Correction.Verdict.ADD), None) for rows in others]
    found += [_added(row) for row in added if row is not None]
    for each in found:
        key = ("finding", each["document"], each["clause_id"], None, "", each["code"])
        each["standing"] = standing(said.get(key, ()))
    return found


def _added(row: Correction) -> dict[str, Any]:
    clause = Clause.objects.select_related("document").get(document=row.document_a_id, eid=row.eid_a)
    nothing: list[Any] = []
    return {
        "document": row.document_a_id, "title": clause.document.title, "jurisdiction": "", "clause_id": row.eid_a,
        "label": clause.label, "quote": clause.text, "lead_in_length": 0, "words": nothing, "rules": nothing,
        "contexts": nothing, "code": row.item, "alternatives": nothing, "severity": "arguable", "probability": None,
        "turns_on_locality": False, "mechanism_zh": row.reason, "mechanism_en": row.reason, "exception_zh": "",
        "exception_en": "", "remedy_zh": "", "remedy_en": "", "start": -1, "end": -1, "added": True,
    }  # fmt: skip


def _write(
    arguments: Mapping[str, Any],
    matter: Matter,
    documents: Sequence[Document],
    values: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:
    actor = Seat.objects.select_related("user", "party", "workspace").get(pk=arguments["seat"])
    made, new = Comparison.objects.get_or_create(
        matter=matter, key=arguments["key"], defaults={**values, "workspace": actor.workspace, "made_at": now}
    )
    if new:
        made.documents.set(documents)
        private = Document.objects.filter(pk__in=arguments["documents"], shared_at=None).exists()
        facts: dict[str, object] = {"matter": matter.code, "key": made.key, "corrections": arguments["corrections"]}
        audience = actor.party.code if private else ""
        record(actor, "comparison.run", f"comparison {made.pk}", facts, now=now, audience=audience)
    return {"comparison": made.pk}
