"""Which text do the parties vote on, approve and issue? The draft as it stands now, frozen by `issuing.content`, and its hash.

The hash is worked out from the rows whenever it is asked for: nothing remembers whether the text has changed.
"""

from __future__ import annotations

from tongchi.workbench.errors import ConflictError, WorkbenchError
from tongchi.workbench.issuing.content import Clause, Issuer, Standard, freeze
from tongchi.workbench.issuing.docx import to_docx
from tongchi.workbench.issuing.reading_back import Difference, differences
from tongchi.workbench.models import DraftClause, Project


def standard_of(project: Project) -> Standard:
    """Return the joint standard as the draft says it now, without number and dates."""
    sides = project.sides.select_related("party").order_by("party__order", "party__code")
    issuers = [Issuer(side.party.code, side.party.zh, side.party.en) for side in sides]
    clauses = DraftClause.objects.filter(project=project, removed=False).order_by("order", "pk")
    rows = list(clauses.values_list("kind", "number", "heading", "text"))
    return freeze(project.zh, project.en, issuers=issuers, rows=rows)


def text_hash(project: Project) -> str:
    """Return the hash of the whole text as it stands now: another letter, title, order or party makes another hash."""
    return standard_of(project).text_hash


def require_text(project: Project, seen: str) -> Standard:
    """Return the text as it stands. Raises ConflictError where it is no longer the one with hash `seen`, that the person read."""
    standard = standard_of(project)
    if standard.text_hash != seen:
        raise ConflictError(
            subject=project.zh,
            version=standard.text_hash[:12],
            opened=seen[:12],
            yours="",
            theirs=_words(standard.clauses),
        )
    return standard


def misread(standard: Standard) -> list[Difference]:
    """Return the clauses that its own Word file would not give back to the letter; none where the text can be printed."""
    return differences(standard, to_docx(standard))


def require_printable(standard: Standard) -> None:
    """Raise WorkbenchError where the printed text would be read otherwise than it was written."""
    if not (found := misread(standard)):
        return
    numbers = "、".join(each.number for each in found[:5])
    raise WorkbenchError(
        found=f"{numbers}：印出后读回与原文不同 / reads otherwise when printed",
        expected="逐字一致 / equal to the letter",
        advice="请检查编号是否连续、上一级条款是否有标题，以及以编号开头的行。"
        "Check that numbers are in sequence, that each clause above has a heading, and lines that begin with a number.",
    )


def _words(clauses: tuple[Clause, ...]) -> str:
    return "\n".join(f"{each.number} {each.heading}\n{each.text}".strip() for each in clauses)
