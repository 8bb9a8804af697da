"""Which clauses are labelled as barriers or not, and in which groups must they be kept together?

Four sources: the dev clauses of the data folder (`barriers/dev.jsonl`), our own labels of real clauses by document and eId
(`labels/barriers/pool-*.jsonl`), clauses that we composed (`labels/barriers/composed*.jsonl`), and the clauses that the
authorities quoted (`fair_competition/violating_clauses.jsonl`; recall only).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from tongchi.barriers.clauses import clauses_of
from tongchi.barriers.model import Clause
from tongchi.documents import read

OWN = Path(__file__).resolve().parents[1] / "labels" / "barriers"
COMPOSED = {"composed": "own: composed", "composed-second": "own: composed second"}
POOLS = {
    "pool-a": "own: drawn",
    "pool-b": "own: drawn",
    "pool-c": "own: met a rule",
    "pool-d": "own: met a rule",
    "pool-e": "own: met a rule",
}


@dataclass(frozen=True)
class LabelledClause:
    """A clause with its label ("none" or a code); clauses of one `group` are never both trained on and judged."""

    clause: Clause
    label: str
    alternatives: tuple[str, ...]
    severity: str
    reason: str
    disputed: bool
    source: str  # dev: real, dev: random, dev: composed, own: drawn, own: met a rule, own: composed
    group: str

    @property
    def barrier(self) -> bool:
        """Whether the label is a barrier."""
        return self.label != "none"


def load_clauses(data: Path) -> list[LabelledClause]:
    """Read all labelled clauses of known texts, in the order of the files; ours of clauses that dev holds are left out."""
    dev = _dev(data)
    known = {(row.group, row.clause.text) for row in dev}
    own = [row for row in _own_real(data) if (row.group, row.clause.text) not in known]
    return [*dev, *own, *_own_composed()]


def load_background(data: Path) -> list[LabelledClause]:
    """Return one clause of every local regulation, as none: ordinary drafting, against which wording is weighed.

    Their titles are taken away, so that they are judged as a policy paper's clauses would be.
    They are not labelled. Of the corpus, findings and labels together hold less than one barrier in a thousand clauses; the
    documents of the dev labels are left out.
    """
    known = {row.group for row in _dev(data)}
    found = []
    for file in sorted((data / "laws" / "DLC").rglob("*.md")):
        name = file.relative_to(data / "laws").as_posix()
        if name in known:
            continue
        clauses = [clause for clause in _clauses(file).values() if len(clause.text) > 15]
        if len(clauses) > 8:
            for clause in clauses[len(clauses) // 4 :: len(clauses) // 2]:
                unnamed = replace(clause, title="", jurisdiction="")
                found.append(LabelledClause(unnamed, "none", (), "", "other", False, "background", name))
    return found


def load_quoted(data: Path) -> list[tuple[Clause, str]]:
    """Return the clauses that authorities quoted as violations, with the category of the norm they cited."""
    rows = _lines(data / "fair_competition" / "violating_clauses.jsonl")
    return [
        (Clause(f"{row['case_id']}-{at}", "", row["clause"], row["doc_name"] or "", ""), row["category"])
        for at, row in enumerate(rows)
    ]


def _dev(data: Path) -> list[LabelledClause]:
    names = {"pattern": "dev: real", "random": "dev: random", "composed": "dev: composed"}
    found = []
    for row in _lines(data / "barriers" / "dev.jsonl"):
        group = row["title"] if row["pool"] == "composed" else row["source"].split("#")[0]
        clause = Clause(row["id"], row["lead_in"], row["text"], row["title"], row["jurisdiction"])
        found.append(_labelled(clause, row, row["alt_labels"], names[row["pool"]], group))
    return found


def _own_real(data: Path) -> list[LabelledClause]:
    found = []
    for name, source in POOLS.items():
        file = OWN / f"{name}.jsonl"
        for row in _lines(file) if file.exists() else []:
            clause = _clauses(data / "laws" / row["document"]).get(row["eid"])
            if clause is None:
                raise SystemExit(f"{file.name}: no clause {row['eid']} in {row['document']}")
            found.append(_labelled(clause, row, row["alt"], source, row["document"]))
    return found


def _own_composed() -> list[LabelledClause]:
    return [
        _labelled(
            Clause(row["id"], row["lead_in"], row["text"], row["title"], row["jurisdiction"]), row, row["alt"],
            source, row["topic"],
        )
        for name, source in COMPOSED.items()
        for row in _lines(OWN / f"{name}.jsonl")
    ]  # fmt: skip


def _labelled(clause: Clause, row: dict[str, Any], alternatives: list[str], source: str, group: str) -> LabelledClause:
    return LabelledClause(
        clause, row["label"], tuple(alternatives), row["severity"], row["reason"], row["disputed"], source, group
    )


@cache
def _clauses(path: Path) -> dict[str, Clause]:
    return {placed.clause.id: placed.clause for placed in clauses_of(read(path))}


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
