"""How do codings come from NVivo, ATLAS.ti, MAXQDA or QualCoder, and go back? By REFI-QDA project files (.qdpx).

A .qdpx is a zip of project.qde (XML, namespace urn:QDA-XML:project:1.0) and the plain texts it speaks of (REFI-QDA standard 1.5,
section 8). Reading takes codings of text; pictures, sound and film are left out, which the notes say.

| in the project | in evidence.csv |
|---|---|
| a code called as a construct (code, Chinese or English), or below one | construct |
| its name, or one below it, ends in supports or + , contradicts or − (支持, 不支持) | stance; without it: supports |
| a memo with a line "stance: contradicts" (立场：不支持) | stance, over and above the name of the code |
| a second code on the same words: H1a, L2, G1, or any below a code called hypotheses (假设) | hypothesis |
| user, memo and comment | coder, memo |
| a source called matter:party, or as one of the study's files | kind document; the clause is where the quote stands |
| any other source | kind interview |

Positions count Unicode characters; a text with CR LF is read as its program counts, which the names of the selections tell.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from os import PathLike
from pathlib import Path, PurePosixPath

from lxml import etree

from tongchi.documents.archive import Archive, open_archive, parse_xml
from tongchi.documents.preflight import MAX_PACKAGE_BYTES, MEGABYTE
from tongchi.errors import MissingFileError, UnsafeFileError, UnsupportedFormatError
from tongchi.study.evidence import (
    EVIDENCE,
    CaseSources,
    EvidenceKind,
    EvidenceRow,
    Stance,
    construct_of,
    find_quote,
    unit_at,
)
from tongchi.text.encoding import decode_text

NAMESPACE = "urn:QDA-XML:project:1.0"
HYPOTHESES = ("hypotheses", "hypothesis", "假设")
MARK = "tongchi: "
"""Begins the line of a selection's description that holds what the format has no place for."""
UNKNOWN = "unknown"
"""The coder of a coding without a user."""
_ADVICE = "请从编码软件重新导出 REFI-QDA 项目。 / Export the REFI-QDA project again."
_STANCE_WORDS = {
    "supports": Stance.SUPPORTS, "支持": Stance.SUPPORTS, "+": Stance.SUPPORTS,
    "contradicts": Stance.CONTRADICTS, "不支持": Stance.CONTRADICTS, "-": Stance.CONTRADICTS, "−": Stance.CONTRADICTS,
}  # fmt: skip
_SUFFIX = re.compile(
    r"^(?P<name>.*?)[\s:：/_(（\[]*(?P<stance>supports|contradicts|不支持|支持|[+−-])[)）\]\s]*$", re.IGNORECASE
)
_MEMO_STANCE = re.compile(r"^\s*(?:stance|立场)\s*[:：]\s*(?P<stance>\S+)", re.IGNORECASE | re.MULTILINE)
_HYPOTHESIS = re.compile(r"[HLG]\d{1,2}[a-z]?")


@dataclass(frozen=True)
class Codings:
    """Rows that were read, and what was left out (zh, en)."""

    rows: tuple[EvidenceRow, ...]
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Code:
    """What a code stands for; all empty where it is none of ours."""

    name: str
    construct: str = ""
    stance: Stance | None = None
    hypothesis: str = ""


def import_qdpx(
    path: str | PathLike[str],
    *,
    sources: CaseSources | None = None,
    names: Mapping[str, str] | None = None,
) -> Codings:
    """Read the codings of a REFI-QDA project.

    Parameters
    ----------
    sources : the study's texts, so that quotes are linked to their clauses
    names : constructs by the name of a code, for codes that are called otherwise

    Raises
    ------
    MissingFileError, UnsafeFileError (too large, or built to harm), DamagedFileError, EncryptedFileError
    UnsupportedFormatError
        a zip without project.qde, or a project of another namespace
    """
    file = Path(path)
    if not file.is_file():
        raise MissingFileError(file=str(path), found="folder" if file.is_dir() else "nothing")
    size = file.stat().st_size
    if size > MAX_PACKAGE_BYTES:
        found, limit = f"{size / MEGABYTE:,.0f} MB", f"{MAX_PACKAGE_BYTES // MEGABYTE} MB"
        raise UnsafeFileError(file=str(path), found=found, expected=limit, advice=_ADVICE)
    with open_archive(file, advice=_ADVICE) as archive:
        return _Reader(archive, _project(archive), sources, names or {}).read()


def _project(archive: Archive) -> etree._Element:
    files = sorted(name for name in archive.names if name.lower().endswith(".qde"))
    name = "project.qde" if "project.qde" in files else files[0] if files else ""
    data = archive.read(name) if name else None
    expected = f".qdpx: project.qde, {NAMESPACE}"
    if data is None:
        raise UnsupportedFormatError(file=archive.file, found="zip", expected=expected, advice=_ADVICE)
    root = parse_xml(data, place=name, file=archive.file, advice=_ADVICE)
    if etree.QName(root).localname != "Project" or not (etree.QName(root).namespace or "").startswith("urn:QDA-XML"):
        found = etree.QName(root).text[:80]
        raise UnsupportedFormatError(file=archive.file, place=name, found=found, expected=expected, advice=_ADVICE)
    return root


class _Reader:
    def __init__(
        self, archive: Archive, root: etree._Element, sources: CaseSources | None, names: Mapping[str, str]
    ) -> None:
        self.archive, self.root, self.sources = archive, root, sources
        self.files = {name.lower(): name for name in sorted(archive.names)}
        self.users = {_key(user.get("guid")): user.get("name") or UNKNOWN for user in _below(root, "User")}
        self.notes = {_key(note.get("guid")): self._text(note) or "" for note in _below(root, "Note")}
        self.codes = dict(_codes(root, {name.strip().lower(): code for name, code in names.items()}))
        self.left: Counter[str] = Counter()
        self.lost: Counter[tuple[str, str]] = Counter()

    def read(self) -> Codings:
        found: list[tuple[EvidenceRow, bool]] = []
        for source in _text_sources(self.root):
            found += self._of_source(source)
        other = sum(1 for name in _NO_TEXT for _ in _below(self.root, name))
        if other:
            self.lost["图片、音视频中的选区", "selections in pictures, sound or film"] += other
        notes = [(f"略去 {n} 处{zh}。", f"Left out: {n} {en}.") for (zh, en), n in sorted(self.lost.items())]
        notes += [
            (f"代码“{name}”不是构念，略去 {n} 处编码。", f"Code “{name}” is no construct: {n} coding(s) left out.")
            for name, n in sorted(self.left.items())
        ]
        return Codings(_numbered(found), tuple(notes))

    def _of_source(self, source: etree._Element) -> Iterator[tuple[EvidenceRow, bool]]:
        selections = [each for each in source if _name(each) == "PlainTextSelection"]
        codings = [each for each in source if _name(each) == "Coding"]
        if codings:
            self.lost["对整份材料的编码", "codings of a whole source"] += len(codings)
        if not selections:
            return
        text = self._text(source)
        if text is None:
            self.lost["没有文本的选区", "selections whose text is not in the file"] += len(selections)
            return
        cut = _cutter(text, selections, "ATLAS" in (self.root.get("origin") or "").upper())
        for selection in selections:
            quote = cut(selection)
            if quote is None:
                self.lost["位置超出文本的选区", "selections that lie outside their text"] += 1
                continue
            yield from self._of_selection(source, selection, quote)

    def _of_selection(
        self, source: etree._Element, selection: etree._Element, quote: str
    ) -> Iterator[tuple[EvidenceRow, bool]]:
        described, kept = _described(selection)
        by_coder: dict[str, list[tuple[_Code, str]]] = {}
        for coding in (each for each in selection if _name(each) == "Coding"):
            coder = self._coder(coding, selection)
            for ref in (each for each in coding if _name(each) == "CodeRef"):
                code = self.codes.get(_key(ref.get("targetGUID")), _Code("?"))
                by_coder.setdefault(coder, []).append((code, self._memo(coding)))
        kind, reference = self._place(source, quote)
        own = kept.get("quote", quote)
        for coder, codes in by_coder.items():
            hypotheses = list(dict.fromkeys(code.hypothesis for code, _ in codes if code.hypothesis)) or [""]
            for code, memo in codes:
                if not code.construct:
                    if not code.hypothesis:
                        self.left[code.name] += 1
                    continue
                memo = "\n".join(part for part in (memo, self._memo(selection), described) if part)
                for hypothesis in hypotheses:
                    row = EvidenceRow(
                        id=kept.get("id", ""),
                        construct=code.construct,
                        hypothesis=hypothesis,
                        stance=_memo_stance(memo) or code.stance or Stance.SUPPORTS,
                        kind=EvidenceKind(kept["kind"]) if kept else kind,
                        reference=kept.get("reference", reference),
                        quote=own if "".join(own.split()) == "".join(quote.split()) else quote,
                        coder=coder,
                        memo=memo,
                        line=int(kept.get("line", "0")),
                        file=EVIDENCE if kept else Path(self.archive.file).name,
                    )
                    yield row, bool(kept)

    def _coder(self, coding: etree._Element, selection: etree._Element) -> str:
        for element, name in ((coding, "creatingUser"), (selection, "creatingUser"), (self.root, "creatingUserGUID")):
            if found := self.users.get(_key(element.get(name))):
                return found
        return UNKNOWN

    def _memo(self, element: etree._Element) -> str:
        refs = [each.get("targetGUID") for each in element if _name(each) == "NoteRef"]
        return "\n".join(text for text in (self.notes.get(_key(ref), "") for ref in refs) if text)

    def _text(self, source: etree._Element) -> str | None:
        """Return the plain text of a source or note: inside the element, or a file of the archive; never one outside it."""
        for each in source:
            if _name(each) == "PlainTextContent":
                return each.text or ""
        scheme, _, rest = (source.get("plainTextPath") or "").partition("://")
        name = PurePosixPath(rest.replace("\\", "/")).name if scheme == "internal" else ""
        member = self.files.get(f"sources/{name}".lower()) or self.files.get(name.lower()) if name else None
        data = self.archive.read(member) if member else None
        if data is None:
            return None
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return decode_text(data, file=self.archive.file)

    def _place(self, source: etree._Element, quote: str) -> tuple[EvidenceKind, str]:
        """Return kind and reference of a quote by the name of its source."""
        name = (source.get("name") or "").strip() or UNKNOWN
        for (matter, party), documents in (self.sources.documents if self.sources else {}).items():
            for document in documents:
                called = {f"{matter}:{party}", document.id, document.metadata.title, document.file}
                called |= {Path(document.file).name, Path(document.file).stem}
                if name not in called and Path(name).stem not in called:
                    continue
                found = find_quote(document.source, quote, 0, len(document.source))
                if found and (eid := unit_at(document, *found)):
                    return EvidenceKind.DOCUMENT, f"{matter}:{party}:{eid}"
        return EvidenceKind.INTERVIEW, name


_NO_TEXT = ("PDFSelection", "PictureSelection", "AudioSelection", "VideoSelection", "TranscriptSelection")


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


def _below(root: etree._Element, name: str) -> Iterator[etree._Element]:
    yield from root.iter(f"{{*}}{name}")


def _key(guid: str | None) -> str:
    """Programs write one GUID in either case, with braces or without."""
    return (guid or "").strip("{}").lower()


def _text_sources(root: etree._Element) -> Iterator[etree._Element]:
    """Yield text sources and the text representations of PDFs, in order; a representation bears the name of its source."""
    for sources in (each for each in root if _name(each) == "Sources"):
        for source in sources:
            if _name(source) == "TextSource":
                yield source
            for part in (each for each in source if _name(each) in ("Representation", "TextDescription", "Transcript")):
                if source.get("name"):
                    part.set("name", source.get("name", ""))
                yield part


def _codes(root: etree._Element, names: Mapping[str, str]) -> Iterator[tuple[str, _Code]]:
    for book in (each for each in root if _name(each) == "CodeBook"):
        for codes in (each for each in book if _name(each) == "Codes"):
            for code in codes:
                yield from _code_tree(code, _Code(""), False, names)


def _code_tree(
    element: etree._Element, above: _Code, below_hypotheses: bool, names: Mapping[str, str]
) -> Iterator[tuple[str, _Code]]:
    if _name(element) != "Code":
        return
    name = (element.get("name") or "").strip()
    code = _Code(name, above.construct, above.stance)
    split = _SUFFIX.match(name)
    stem = split["name"].strip() if split else name
    own = names.get(name.lower()) or construct_of(name) or names.get(stem.lower()) or construct_of(stem)
    if below_hypotheses or (_HYPOTHESIS.fullmatch(name) and not own):
        code = _Code(name, hypothesis=name)
    elif own or code.construct:
        whole = names.get(name.lower()) or construct_of(name)
        stance = _STANCE_WORDS[split["stance"].lower()] if split and not whole else above.stance
        code = _Code(name, own or above.construct, stance)
    yield _key(element.get("guid")), code
    for child in element:
        yield from _code_tree(child, code, below_hypotheses or name.lower() in HYPOTHESES, names)


def _memo_stance(memo: str) -> Stance | None:
    found = _MEMO_STANCE.search(memo)
    return _STANCE_WORDS.get(found["stance"].lower()) if found else None


def _described(selection: etree._Element) -> tuple[str, dict[str, str]]:
    """Return a selection's description, and what the line that begins with `MARK` keeps."""
    text = next((each.text or "" for each in selection if _name(each) == "Description"), "")
    lines, kept = [], {}
    for line in text.splitlines():
        if line.startswith(MARK):
            kept = _kept(line.removeprefix(MARK))
        else:
            lines.append(line)
    return "\n".join(lines).strip(), kept


def _kept(line: str) -> dict[str, str]:
    """Return what our own line holds, nothing where somebody has changed it beyond reading."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    if not isinstance(found, dict) or not {"id", "kind", "reference", "line"} <= found.keys():
        return {}
    kept = {str(key): str(value) for key, value in found.items()}
    return kept if kept["kind"] in tuple(EvidenceKind) and kept["line"].isdecimal() else {}


def _cutter(text: str, selections: Sequence[etree._Element], atlas: bool) -> Callable[[etree._Element], str | None]:
    """Return what cuts a selection out of its text, counting as the program that wrote the file does.

    The standard counts characters of the text as it lies in the file; ATLAS.ti counts CR LF as one. Where ways differ, the one that
    agrees with most names of selections is taken, for programs name a selection by its first words.
    """
    pairs = text.encode("utf-16-le")
    size = len(pairs) // 2
    ways: list[Callable[[int, int], str]] = [lambda start, end: text[start:end]]
    if "\r\n" in text:
        single = text.replace("\r\n", "\n")
        ways.insert(0 if atlas else 1, lambda start, end: single[start:end])
    if size > len(text):
        ways.append(lambda start, end: pairs[2 * start : 2 * end].decode("utf-16-le", "replace"))
    spans = [(_span(each, size), each.get("name") or "") for each in selections]
    fits = [sum(_begins(way(*span), name) for span, name in spans if span) for way in ways]
    best = ways[fits.index(max(fits))]

    def cut(selection: etree._Element) -> str | None:
        span = _span(selection, size)
        return None if span is None else best(*span)

    return cut


def _span(selection: etree._Element, size: int) -> tuple[int, int] | None:
    start, end = selection.get("startPosition", ""), selection.get("endPosition", "")
    if not (start.isdecimal() and end.isdecimal()):
        return None
    return (int(start), int(end)) if int(start) <= int(end) <= size else None


def _begins(quote: str, name: str) -> bool:
    """Whether a selection's name is the beginning of its words, spaces behind the first word aside."""
    said = "".join(name.removesuffix("...").removesuffix("…").split())
    return bool(said) and quote[:1] == said[0] and "".join(quote.split()).startswith(said)


def _numbered(found: Sequence[tuple[EvidenceRow, bool]]) -> tuple[EvidenceRow, ...]:
    """Return each coding once: our own by their lines, then the others in order, one new id for each quote."""
    own = sorted((row for row, ours in found if ours), key=lambda row: row.line)
    rows: dict[tuple[str, ...], EvidenceRow] = {}
    used = {row.id for row in own}
    quotes: dict[tuple[str, ...], str] = {}
    line = max((row.line for row in own), default=1)
    for row, ours in [*((row, True) for row in own), *(pair for pair in found if not pair[1])]:
        words = (row.kind, row.reference, row.quote)
        if not ours and words not in quotes:
            quotes[words] = next(name for n in count(len(quotes) + 1) if (name := f"Q{n:03}") not in used)
            used.add(quotes[words])
        name = row.id if ours else quotes[words]
        key = (name, row.construct, row.hypothesis, row.coder)
        if key not in rows:
            line = line if ours else line + 1
            rows[key] = replace(row, id=name, line=row.line if ours else line)
    return tuple(rows.values())
