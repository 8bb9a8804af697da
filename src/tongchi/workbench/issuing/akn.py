"""How is a standard written in Akoma Ntoso 3.0 (OASIS, namespace akn/3.0)? For machines: the same clauses, each with its eId.

A standard is a `doc`; clauses are `clause` elements that nest by number, annexes `hcontainer name="annex"`. Ids follow the naming convention of
the engine's reader: `cl_5__subcl_5.1` there is `cl_5__subcl_5-1` here, since a dot is not for ids.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tongchi.workbench.issuing.content import Clause, Standard
from tongchi.workbench.issuing.layout import Line, lines
from tongchi.workbench.issuing.reading_back import annex_title, status

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
_EN = "{http://www.w3.org/XML/1998/namespace}lang"


def to_akn(standard: Standard) -> bytes:
    """Return the XML file, UTF-8. Without number and dates it is the draft put to approval."""
    root = etree.Element("akomaNtoso", {"xmlns": NAMESPACE})
    document = etree.SubElement(root, "doc", name="standard")
    _meta(document, standard)
    preface = etree.SubElement(document, "preface")
    title = etree.SubElement(preface, "p")
    if standard.number:
        etree.SubElement(title, "docNumber").text = standard.number
    etree.SubElement(title, "docTitle").text = standard.zh
    if standard.en:
        english = etree.SubElement(etree.SubElement(preface, "p"), "docTitle")
        english.set(_EN, "en")
        english.text = standard.en
    preamble = etree.SubElement(document, "preamble")
    for each in standard.foreword:
        etree.SubElement(preamble, "p").text = each
    body = etree.SubElement(document, "mainBody")
    for top in _trees(standard.clauses):
        _write(body, top, "")
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return made


def _meta(document: etree._Element, standard: Standard) -> None:
    meta = etree.SubElement(document, "meta")
    found = etree.SubElement(meta, "identification", source="#issuers")
    day = standard.issued_on.isoformat() if standard.issued_on else "0001-01-01"
    address = f"/akn/cn/doc/standard/{day}/{standard.text_hash[:16]}"
    for level, suffix in (("FRBRWork", ""), ("FRBRExpression", "/zho@"), ("FRBRManifestation", "/zho@.xml")):
        part = etree.SubElement(found, level)
        etree.SubElement(part, "FRBRthis", value=address + suffix + "/!main")
        etree.SubElement(part, "FRBRuri", value=address + suffix)
        if level == "FRBRWork":
            etree.SubElement(part, "FRBRalias", value=standard.zh, name="title")
        etree.SubElement(part, "FRBRdate", date=day, name="issue")
        etree.SubElement(part, "FRBRauthor", href="#issuers")
        if level == "FRBRWork":
            etree.SubElement(part, "FRBRcountry", value="cn")
            for number in filter(None, (standard.number, *(each.number for each in standard.issuers))):
                etree.SubElement(part, "FRBRnumber", value=number)
        elif level == "FRBRExpression":
            etree.SubElement(part, "FRBRlanguage", language="zho")
        else:
            etree.SubElement(part, "FRBRformat", value="application/xml")
    references = etree.SubElement(meta, "references", source="#issuers")
    names = "、".join(each.zh for each in standard.issuers)
    etree.SubElement(
        references, "TLCOrganization", eId="issuers", href="/ontology/organization/cn/issuers", showAs=names
    )
    for each in standard.issuers:
        href = f"/ontology/organization/cn/{each.code}"
        etree.SubElement(references, "TLCOrganization", eId=f"issuer_{each.code}", href=href, showAs=each.zh)


class _Tree:
    """A clause and those whose numbers begin with its own."""

    def __init__(self, clause: Clause) -> None:
        self.clause = clause
        self.below: list[_Tree] = []


def _trees(clauses: tuple[Clause, ...]) -> Iterator[_Tree]:
    """Yield the top clauses with what lies below each; a clause whose parent was not written stands with the tops."""
    tops: list[_Tree] = []
    path: list[_Tree] = []
    for clause in clauses:
        while path and not clause.number.startswith(path[-1].clause.number + "."):
            path.pop()
        tree = _Tree(clause)
        (path[-1].below if path else tops).append(tree)
        path.append(tree)
    yield from tops


def _write(parent: etree._Element, tree: _Tree, above: str) -> None:
    clause = tree.clause
    annex = clause.kind == "annex" and clause.depth == 1
    kind = "att" if annex else "subcl" if above else "cl"
    eid = (f"{above}__" if above else "") + f"{kind}_{clause.number.replace('.', '-')}"
    element = etree.SubElement(parent, "hcontainer" if annex else "clause", eId=eid)
    if annex:
        element.set("name", "annex")
    etree.SubElement(element, "num").text = f"附录 {clause.number}" if annex else clause.number
    if clause.heading:
        etree.SubElement(element, "heading").text = annex_title(clause) if annex else clause.heading
    if annex:
        etree.SubElement(element, "subheading").text = status(clause)
    body = list(lines(clause))
    if body or not tree.below:
        inner = etree.SubElement(element, "intro" if tree.below else "content")
        for each in body or [Line("text", "")]:
            _line(inner, each)
    for child in tree.below:
        _write(element, child, eid)


def _line(parent: etree._Element, line: Line) -> None:
    if line.look != "table":
        paragraph = etree.SubElement(parent, "p")
        paragraph.text = line.text
        if line.look != "text":
            paragraph.set("class", line.look)
        return
    table = etree.SubElement(parent, "table")
    for at, row in enumerate(line.rows):
        tr = etree.SubElement(table, "tr")
        for cell in row:
            etree.SubElement(etree.SubElement(tr, "th" if at == 0 else "td"), "p").text = cell
