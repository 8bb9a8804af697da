"""How does a structure parser put nodes into the tree? By naming kind, number and span; ids follow from the path.

Ids are Akoma Ntoso eIds: `art_17__para_2__subpara_3`. Articles are numbered through a document, so their id does not
name part or chapter; inside an appendix (attachment) it does: `att_1__art_3`. The number of a clause in a standard
holds its whole path already, so a clause of any depth is `cl_5.1.1`, in an appendix `att_A__cl_A.1.2`. A number that
occurs twice gets a suffix `-dup2`, so that an id is never shared.
"""

from __future__ import annotations

from tongchi.documents.model import Node, NodeKind, Notice

PREFIX = {
    NodeKind.TITLE: "title",
    NodeKind.HISTORY: "history",
    NodeKind.CONTENTS: "toc",
    NodeKind.PREAMBLE: "preamble",
    NodeKind.PART: "part",
    NodeKind.CHAPTER: "chp",
    NodeKind.SECTION: "sec",
    NodeKind.ARTICLE: "art",
    NodeKind.PARAGRAPH: "para",
    NodeKind.SUBPARAGRAPH: "subpara",
    NodeKind.ITEM: "item",
    NodeKind.CLAUSE: "cl",
    NodeKind.SUBCLAUSE: "cl",
    NodeKind.LIST_ITEM: "point",
    NodeKind.APPENDIX: "att",
    NodeKind.TABLE: "table",
    NodeKind.FOOTNOTE: "fn",
    NodeKind.SIGNATURE: "conclusions",
}


class TreeBuilder:
    """Collects nodes in reading order and keeps their ids unique."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.notices: list[Notice] = []
        self._used: set[str] = set()
        self._repeats: dict[str, int] = {}

    def add(
        self,
        kind: NodeKind,
        number: str,
        span: tuple[int, int],
        *,
        parent: int = -1,
        scope: str = "",
        label: str = "",
        heading: str = "",
        text: str = "",
    ) -> int:
        """Append a node and return its index; `scope` is the eId that the new id continues ("" at the top)."""
        eid = f"{scope}__{PREFIX[kind]}_{number}" if scope else f"{PREFIX[kind]}_{number}"
        if eid in self._used:
            eid = self._second_id(eid)
        self._used.add(eid)
        self.nodes.append(Node(kind, eid, number, label, heading, text, span[0], span[1], parent))
        return len(self.nodes) - 1

    def notice(self, code: str, eid: str, zh: str, en: str) -> None:
        """Record something that a reader should check."""
        self.notices.append(Notice(code, eid, zh, en))

    def _second_id(self, eid: str) -> str:
        count = self._repeats.get(eid, 1) + 1
        while f"{eid}-dup{count}" in self._used:
            count += 1
        self._repeats[eid] = count
        return f"{eid}-dup{count}"
