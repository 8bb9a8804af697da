"""In which clauses does a region bind itself towards another region, or to a body that regions share?

A clause is read as a commitment where it names another region (`commitment_parties`), says that something is done together
(`commitment_cues`) and binds public authorities. What counts is laid down in labels/commitments/GUIDELINE.md; purposes,
definitions, competence of a common superior and dealings of enterprises, schools or states are none.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from tongchi.documents import Document, NodeKind, read
from tongchi.documents.places import NATION, PROVINCE
from tongchi.provisions.commitment_cues import (
    AID,
    CENTRE,
    FORMAL,
    MUTUAL,
    ORIENTING,
    PURPOSE,
    REWARDS,
    THIRD_PARTY_DUTY,
    THIRD_PARTY_HELPED,
    TIME,
    find_acts,
    find_kinds,
)  # fmt: skip
from tongchi.provisions.commitment_model import Commitment, CommitmentKind, Construct, Party, Strength
from tongchi.provisions.commitment_parties import Found, find_parties, reach_of
from tongchi.provisions.masking import mask_inserts
from tongchi.provisions.model import Modality, Provision
from tongchi.provisions.read import read_provisions_of

_STRENGTHS = {
    Modality.OBLIGATION: Strength.SHALL,
    Modality.SANCTION: Strength.SHALL,
    Modality.PERMISSION: Strength.MAY,
    Modality.ENCOURAGEMENT: Strength.ENCOURAGE,
}
_MAYBE = re.compile(
    r"跨|毗邻|相邻|邻近|周边|接壤|交界|毗连|临近|周围|三角|京津冀|津冀|成渝|川[渝陕]|湾区|粤[港澳]|深港|港澳|香港|澳门|泛珠|经济[圈带区]|城市群|都市[圈区]|渤海|苏浙皖|浙闽|黄河流域"
    rf"|区域[^，。；]{{0,8}}(?:合作|协作|联动|联防|联控|通办|协同|互认|间|一体化)|异地|上下游|左右岸|流域|[市区省]际|省市|界线|受益|调出|(?:其他|各|有关|相关|兄弟|外|所在地|涉及|国内|沿|所跨|{'|'.join('与同和、')})[^，。；]{{0,6}}(?:省|市|地方|县|自治区|行政区域)|{PROVINCE}"
)
_TOGETHER = re.compile(r"合作|协作|协同|联|共|互|商|通|协|补偿|衔接|交流|一体化|融入|对接|会同|建设")
_READ = frozenset({
    NodeKind.PREAMBLE, NodeKind.ARTICLE, NodeKind.PARAGRAPH, NodeKind.SUBPARAGRAPH, NodeKind.ITEM, NodeKind.CLAUSE,
    NodeKind.SUBCLAUSE, NodeKind.LIST_ITEM,
})  # fmt: skip
_LISTED = frozenset({NodeKind.SUBPARAGRAPH, NodeKind.ITEM, NodeKind.LIST_ITEM})
_SEGMENT = re.compile(r"[^，。；：！？]*[，。；：！？]?")
_AGREE = re.compile(r"由((?:有关|相关|所在地|所跨|毗邻)[^，。；]{1,40}?)(?:协商|共同|联合)")
_PARTNER = re.compile(r"与|会同|和(?=[^，]{2,3}省)")
_NO_ACTOR = re.compile(r"推[进动]|支持|鼓励|加强|促进|国家(?!.*[部局委会])|双方|各方")
_REGION = re.compile(
    r"(?:^|，|。|；)(?:按照[^，]{1,40}，)?(本市|本省|本自治区|本州|本县|本区|本特区|全市|全省)(?![^，。；]{0,6}行政区域)"
)


def commitments_of(source: Document | Path | str) -> tuple[Commitment, ...]:
    """Return the commitments of a document or of a file that can be read."""
    return find_commitments(source if isinstance(source, Document) else read(source))


def find_commitments(document: Document) -> tuple[Commitment, ...]:
    """Return the commitments of a document, in reading order, one per sentence; empty where it promises nothing.

    A lead-in whose items carry it is none itself. `reciprocal` is None: it takes a second text to know.
    """
    own = _own_place(document)
    history = _superiors(document) if own else ""
    found: list[Commitment] = []
    for root in _promising(document, own, history):
        for provision in read_provisions_of(document, root):
            commitment = _commitment(document, provision, own, history)
            if commitment:
                found.append(commitment)
    return tuple(found)


def _own_place(document: Document) -> str:
    place = document.metadata.jurisdiction
    return "" if place in ("", "全国", NATION) else place


def _superiors(document: Document) -> str:
    """Return the history of a text: a province that approved a city's regulation is no party to it."""
    place = document.metadata.jurisdiction
    zone = "广东省" if place.startswith(("深圳", "珠海", "汕头")) else "福建省" if place.startswith("厦门") else ""
    return zone + "".join(node.text for node in document.nodes if node.kind is NodeKind.HISTORY)


_UNITS = frozenset({NodeKind.ARTICLE, NodeKind.CLAUSE})


def _promising(document: Document, own: str, history: str) -> list[int]:
    """Return the articles, or paragraphs outside articles, that hold words without which there is no commitment."""
    roots: dict[int, None] = {}
    for index, node in enumerate(document.nodes):
        if node.kind in _READ and _TOGETHER.search(node.text) and _MAYBE.search(node.text):
            masked = mask_inserts(node.text)
            if find_parties(masked, own, history) and any(True for _ in find_acts(masked)):
                roots[_root(document, index)] = None
    return list(roots)


def _root(document: Document, index: int) -> int:
    nodes = document.nodes
    at = index
    while nodes[at].kind not in _UNITS and nodes[at].parent >= 0 and nodes[nodes[at].parent].kind in _READ:
        at = nodes[at].parent
    return at


class _Reading(NamedTuple):
    """What one sentence says: its parties, and where the words of acting together stand."""

    parties: tuple[Found, ...]
    acts: tuple[tuple[int, int], ...]


def _commitment(document: Document, provision: Provision, own: str, history: str) -> Commitment | None:
    masked = mask_inserts(provision.text)
    lead = mask_inserts(provision.lead_in)
    if provision.modality in (Modality.DEFINITION, Modality.PROHIBITION) or _binds_no_one(document, provision, masked):
        return None
    reading, in_lead = _reading(masked, provision, own, history), None
    if lead and (reading is None or not reading.parties[0].certain):
        in_lead = _reading(lead, provision, own, history)
    if reading is None and in_lead is None:
        return None
    return _made(document, provision, own, reading, in_lead)


def _binds_no_one(document: Document, provision: Provision, masked: str) -> bool:
    """Purposes, formal clauses, sanctions that are none for want of co-operation, and lead-ins that items carry."""
    if PURPOSE.search(masked) or FORMAL.search(masked) or (AID.search(masked) and not MUTUAL.search(masked)):
        return True
    if provision.modality is Modality.SANCTION and not REWARDS.search(masked):
        return True
    index = document.find(provision.eid)
    listed = any(document.nodes[child].kind in _LISTED for child in document.children[index])
    return listed and masked.endswith(("：", ":")) and provision.end == document.nodes[index].end


def _reading(masked: str, provision: Provision, own: str, history: str) -> _Reading | None:
    """Return parties and acts of a sentence that says both and binds authorities, else None."""
    parties = find_parties(masked, own, history)
    if not parties:
        return None
    segments = [(match.start(), match.end()) for match in _SEGMENT.finditer(masked) if match.group()]
    mute = {at for at, (start, end) in enumerate(segments) if ORIENTING.match(masked[start:end])}
    certain = tuple(each for each in parties if each.certain and _at(segments, each.start) not in mute)
    others = certain + tuple(each for each in parties if each not in certain and _at(segments, each.start) not in mute)
    if certain:
        beside = {_at(segments, each.start) for each in certain}
        acts = [
            (start, end)
            for start, end, plain in find_acts(masked)
            if (at := _at(segments, start)) not in mute and (plain or at in beside)
        ]
        if acts and not _is_of_others(masked, provision, own, named=True):
            return _Reading(tuple(sorted(others, key=lambda each: each.start)), tuple(acts))
    near = _near_acts(masked, others, segments, mute)
    if near and not _is_of_others(masked, provision, own, named=False):
        return _Reading(tuple(sorted(others, key=lambda each: each.start)), near)
    return None


def _near_acts(
    masked: str, parties: tuple[Found, ...], segments: list[tuple[int, int]], mute: set[int]
) -> tuple[tuple[int, int], ...]:
    """Return the acts in the clause of a party, the one before and the two behind it."""
    places = {_at(segments, each.start) for each in parties}
    spans = []
    for start, end, plain in find_acts(masked):
        at = _at(segments, start)
        if plain and at not in mute and any(place - 1 <= at <= place + 2 for place in places):
            spans.append((start, end))
    return tuple(spans)


def _at(segments: list[tuple[int, int]], position: int) -> int:
    return next(at for at, (start, end) in enumerate(segments) if start <= position < end)


def _is_of_others(masked: str, provision: Provision, own: str, *, named: bool) -> bool:
    """Whether the duty or the help is that of enterprises, schools …, or the act that of the centre."""
    if not own and CENTRE.search(masked) and provision.modality is not Modality.ENCOURAGEMENT:
        return True
    if THIRD_PARTY_DUTY.search(masked):
        return True
    return not named and bool(THIRD_PARTY_HELPED.search(masked))


# --- what was promised -----------------------------------------------------------------------------------


def _made(
    document: Document, provision: Provision, own: str, reading: _Reading | None, in_lead: _Reading | None
) -> Commitment:
    masked, lead = mask_inserts(provision.text), mask_inserts(provision.lead_in)
    found = (reading.parties if reading else ()) + (in_lead.parties if in_lead else ())
    parties = _parties(document, provision, reading, in_lead)
    kinds = find_kinds(masked) or (find_kinds(lead) if in_lead else ()) or (CommitmentKind.CO_OPERATION,)
    strength = _strength(provision, masked, reading)
    who = _who(provision)
    when = TIME.search(masked)
    deadline = when.group() if when else ""
    return Commitment(
        eid=provision.eid,
        article=provision.article,
        quote=provision.lead_in + provision.text,
        start=provision.start,
        end=provision.end,
        parties=parties,
        kinds=kinds,
        strength=strength,
        who=who,
        action=_action(provision.text, masked, reading),
        deadline=deadline,
        reach=reach_of(found, lead + masked, own),
        constructs=_constructs(kinds, strength, who, deadline, rewarded=bool(REWARDS.search(masked))),
    )


def _parties(
    document: Document, provision: Provision, reading: _Reading | None, in_lead: _Reading | None
) -> tuple[Party, ...]:
    found = (*(reading.parties if reading else ()), *(in_lead.parties if in_lead else ()))
    vague = "相关地区" if any(each.certain for each in found) else ""
    made = [_party(provision.text, each, provision.start) for each in (reading.parties if reading else ())]
    if in_lead:
        at = _lead_start(document, provision)
        made = [_party(provision.lead_in, each, at) for each in in_lead.parties] + made
    return tuple(each for each in made if each.name != vague)


def _party(text: str, found: Found, offset: int) -> Party:
    return Party(found.name, found.kind, text[found.start : found.end], offset + found.start, offset + found.end)


def _lead_start(document: Document, provision: Provision) -> int:
    """Return where the lead-in begins in the source: the last place before the item where these words stand."""
    start = document.source.rfind(provision.lead_in, 0, provision.start)
    return start if start >= 0 else provision.start


def _strength(provision: Provision, masked: str, reading: _Reading | None) -> Strength:
    """Return the strength of the word that governs, unless it stands behind the act that was promised."""
    strength = _STRENGTHS.get(provision.modality, Strength.DECLARE)
    if reading is None or provision.modality is Modality.SANCTION:
        return strength
    cue = masked.find(provision.modality_text) if provision.modality_text else -1
    segment = re.compile(r"[，；：]|$").search(masked, reading.acts[0][1])
    end = segment.start() if segment else len(masked)
    is_late = cue > end and not masked[:end].endswith(("的", "时", "后"))
    is_apart = strength is not Strength.SHALL and "；" in masked[cue : reading.acts[0][0]]
    return Strength.DECLARE if is_late or (cue >= 0 and is_apart) else strength


def _who(provision: Provision) -> tuple[str, ...]:
    if agreed := _AGREE.search(provision.text):
        return (agreed[1],)
    actors = tuple(each for each in provision.actors if not _NO_ACTOR.match(each))
    if actors:
        names = ("其" + each if each.startswith("他负有") else _PARTNER.split(each)[0] for each in actors)
        return tuple(name for name in names if name)
    region = _REGION.search(provision.text) or _REGION.search(provision.lead_in)
    return (region[1],) if region else ()


def _action(text: str, masked: str, reading: _Reading | None) -> str:
    """Return the clauses from the first to the last that say what is done together; an item is its own action."""
    if reading is None:
        return text.rstrip("，；。")
    segments = [(match.start(), match.end()) for match in _SEGMENT.finditer(masked) if match.group()]
    start = segments[_at(segments, reading.acts[0][0])][0]
    end = segments[_at(segments, reading.acts[-1][0])][1]
    return text[start:end].rstrip("，；。：")


_COORDINATION = frozenset({
    CommitmentKind.JOINT_BODY, CommitmentKind.DATA_SHARING, CommitmentKind.MUTUAL_RECOGNITION, CommitmentKind.JOINT_ENFORCEMENT,
})  # fmt: skip


def _constructs(
    kinds: tuple[CommitmentKind, ...], strength: Strength, who: tuple[str, ...], deadline: str, *, rewarded: bool
) -> tuple[Construct, ...]:
    """Return what the clause is evidence for: involvement needs a duty of somebody named to do something definite."""
    definite = kinds != (CommitmentKind.CO_OPERATION,)
    holds = {
        Construct.WILLINGNESS: strength is not Strength.SHALL or not definite,
        Construct.INCENTIVE: rewarded,
        Construct.INVOLVEMENT: bool(who) and definite and (strength is Strength.SHALL or bool(deadline)),
        Construct.STANDARDISATION: CommitmentKind.JOINT_STANDARDS in kinds,
        Construct.COORDINATION: bool(_COORDINATION.intersection(kinds)),
        Construct.TRUST: CommitmentKind.MUTUAL_RECOGNITION in kinds,
    }
    return tuple(each for each, held in holds.items() if held) or (Construct.WILLINGNESS,)
