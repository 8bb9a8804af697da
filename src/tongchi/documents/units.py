"""Which nodes does a comparison set side by side? Articles of the body; in a standard the lowest numbered clauses."""

from __future__ import annotations

from tongchi.documents.model import Document, DocumentKind, NodeKind


def comparison_units(document: Document) -> tuple[int, ...]:
    """Return the indices of the units of comparison, in reading order; appendices are left out."""
    nodes = document.nodes
    if document.kind is not DocumentKind.STANDARD:
        return tuple(
            index
            for index, node in enumerate(nodes)
            if node.kind is NodeKind.ARTICLE and not node.eid.startswith("att_")
        )
    numbered = {NodeKind.CLAUSE, NodeKind.SUBCLAUSE}
    with_numbered_child = {nodes[index].parent for index, node in enumerate(nodes) if node.kind is NodeKind.SUBCLAUSE}
    return tuple(
        index
        for index, node in enumerate(nodes)
        if node.kind in numbered and index not in with_numbered_child and not node.eid.startswith("att_")
    )


def article_eid_number(number: str) -> str:
    """Turn a printed article number into the form that ids carry: "17之一" → "17-1"."""
    from tongchi.documents.numbering import inserted_number

    main, sep, inserted = number.partition("之")
    return f"{main}-{inserted_number(sep + inserted)}" if sep else number
