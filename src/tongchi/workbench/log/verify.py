"""Is this log whole? A script that needs Python 3.11 alone: no Tongchi, no Django, no network.

    python verify.py chain.jsonl --checkpoint checkpoint.json --party sichuan --key 5f0c…

The file is JSON Lines. The first line names workspace, digest, number of entries and head; each further line is one entry. An
entry's `hash` is the digest of the canonical JSON (keys sorted, no spaces, UTF-8) of its fields but `payload` and `hash`;
`payload_hash` is the digest of `payload`, which stands there as text, or null where it is another party's alone; `previous` is the
`hash` of the entry before, and for the first entry the digest of {"digest": …, "workspace": …}.

A chain shows that nothing was changed, taken out, put in or moved *inside* it. That its end was cut, or that all of it was written
anew, only a checkpoint shows that a party has kept. With `cryptography` installed the checkpoint's signature (Ed25519) is checked as
well. Exit codes: 0 whole; 1 broken (the first broken place is named); 2 the call or the file cannot be read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KIND, FORMAT = "tongchi.log", 1
CHECKPOINT = "tongchi.checkpoint"
HEAD_FIELDS = {"digest": str, "entries": int, "format": int, "head": str, "kind": str, "workspace": str}
COVERED = (
    "action",
    "at",
    "audience",
    "party",
    "payload_hash",
    "person",
    "previous",
    "sequence",
    "subject",
    "workspace",
)
SIGNED = ("at", "digest", "head", "kind", "sequence", "workspace")


class BrokenError(Exception):
    """The first place at which the log does not hold, and why. `place` 0 is the head line or the log as a whole."""

    def __init__(self, place: int, zh: str, en: str) -> None:
        self.place, self.zh, self.en = place, zh, en
        super().__init__(en)


@dataclass(frozen=True)
class Verdict:
    """What was found: `broken` is None where the log holds. `withheld` counts payloads that are other parties' alone;
    `unsigned` counts checkpoints whose signature could not be checked here."""

    workspace: str
    entries: int
    head: str
    withheld: int = 0
    checkpoints: int = 0
    unsigned: int = 0
    broken: BrokenError | None = None


def canonical(value: object) -> str:
    """Return canonical JSON of what was read from JSON."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(name: str, text: str) -> str:
    """Return the digest of a text, in hexadecimal. Raises ValueError where this Python has no such digest (SM3 needs OpenSSL 1.1.1)."""
    return hashlib.new(name, text.encode("utf-8")).hexdigest()


def genesis(name: str, workspace: str) -> str:
    """Return what the first entry of a workspace has for `previous`."""
    return digest(name, canonical({"digest": name, "workspace": workspace}))


def entry_hash(name: str, entry: Mapping[str, Any]) -> str:
    """Return the hash of an entry over its covered fields."""
    return digest(name, canonical({field: entry[field] for field in COVERED}))


def verify(
    lines: Iterable[str],
    checkpoints: Sequence[Mapping[str, Any]] = (),
    *,
    party: str | None = None,
    complete: bool = False,
    key: str | None = None,
) -> Verdict:
    """Check an exported log and the checkpoints that were kept of it.

    `party`: payloads meant for this party must be there. `complete`: all must. `key`: the public key, in hexadecimal, that the
    checkpoints must be signed with; without it each is checked against the key it names.
    """
    state = Verdict("", 0, "")
    try:
        reader = _Reader(iter(lines), {int(one["sequence"]) for one in checkpoints if _has_place(one)})
        for entry in reader:
            held_back = entry["payload"] is None
            if held_back and (complete or entry["audience"] in ("", party)):
                raise BrokenError(entry["sequence"], "内容被取走", "the payload was taken out")
            state = Verdict(reader.workspace, entry["sequence"], entry["hash"], state.withheld + held_back)
        reader.finish()
        unsigned = sum(not _check(one, reader, key) for one in checkpoints)
    except BrokenError as broken:
        return Verdict(state.workspace, state.entries, state.head, state.withheld, len(checkpoints), 0, broken)
    return Verdict(reader.workspace, reader.count, reader.head, state.withheld, len(checkpoints), unsigned)


class _Reader:
    """Reads line by line and holds each entry against the one before."""

    def __init__(self, lines: Iterable[str], wanted: set[int]) -> None:
        self.lines = iter(lines)
        first = next(self.lines, None)
        if first is None:
            raise BrokenError(0, "文件是空的", "the file is empty")
        self.named = _object(first, 0, HEAD_FIELDS)
        if (self.named["kind"], self.named["format"]) != (KIND, FORMAT):
            raise BrokenError(0, "不是同尺日志，或格式版本不同", "not a log of Tongchi, or another format")
        self.digest, self.workspace = str(self.named["digest"]), str(self.named["workspace"])
        if self.digest not in ("sha256", "sm3"):
            raise BrokenError(0, "散列算法不明", "unknown digest")
        self.head, self.count = genesis(self.digest, self.workspace), 0
        self.wanted, self.seen = wanted, {0: self.head}

    def __iter__(self) -> Iterator[dict[str, Any]]:
        fields = {name: int if name == "sequence" else str for name in (*COVERED, "hash", "payload")}
        for line in self.lines:
            place = self.count + 1
            entry = _object(line, place, fields)
            self._hold(place, entry)
            self.head, self.count = entry["hash"], place
            if place in self.wanted:
                self.seen[place] = self.head
            yield entry

    def _hold(self, place: int, entry: dict[str, Any]) -> None:
        if entry["sequence"] != place:
            raise BrokenError(
                place,
                f"此处应为第{place}条，却是第{entry['sequence']}条：有缺失、插入或调换",
                f"entry {entry['sequence']} stands where {place} should: taken out, put in or moved",
            )
        if entry["workspace"] != self.workspace:
            raise BrokenError(place, "属于另一工作区", "it belongs to another workspace")
        if entry["previous"] != self.head:
            raise BrokenError(place, "与前一条接不上", "it does not follow from the entry before")
        if entry["payload"] is not None and digest(self.digest, entry["payload"]) != entry["payload_hash"]:
            raise BrokenError(place, "内容与其散列不符：已被改动", "the payload does not have its hash: it was changed")
        if entry_hash(self.digest, entry) != entry["hash"]:
            raise BrokenError(place, "记录与其散列不符：已被改动", "the entry does not have its hash: it was changed")

    def finish(self) -> None:
        """Hold the end against what the head line says."""
        if (self.named["entries"], self.named["head"]) != (self.count, self.head):
            raise BrokenError(
                0,
                f"首行说有{self.named['entries']}条，实有{self.count}条，或末条散列不同：尾部有增删",
                f"the head line says {self.named['entries']} entries, there are {self.count}, or the last hash "
                "differs: the end was cut or added to",
            )


def _object(line: str, place: int, fields: Mapping[str, type]) -> dict[str, Any]:
    """Return the object of a line. It must have these fields and no others, and be written in the one canonical way."""
    text = line.rstrip("\n")
    try:
        found: dict[str, Any] = json.loads(text)
        same = isinstance(found, dict) and set(found) == set(fields) and canonical(found) == text
    except (ValueError, RecursionError):
        same = False
    if not same:
        raise BrokenError(place, "此行不是日志应有的写法", "this line is not written as a log's line is")
    for name, kind in fields.items():
        if type(found[name]) is not kind and not (name == "payload" and found[name] is None):
            raise BrokenError(place, f"字段 {name} 的类型不对", f"field {name} has the wrong type")
    return found


def _has_place(checkpoint: Mapping[str, Any]) -> bool:
    return type(checkpoint.get("sequence")) is int


def _check(checkpoint: Mapping[str, Any], reader: _Reader, key: str | None) -> bool:
    """Hold the log against a checkpoint. Return False where the signature could not be checked for want of `cryptography`."""
    if checkpoint.get("kind") != CHECKPOINT or not _has_place(checkpoint) or not set(SIGNED) <= set(checkpoint):
        raise BrokenError(0, "检查点文件不对", "this is not a checkpoint")
    place = checkpoint["sequence"]
    if (checkpoint["workspace"], checkpoint["digest"]) != (reader.workspace, reader.digest):
        raise BrokenError(place, "检查点属于另一工作区", "the checkpoint is of another workspace")
    if place > reader.count:
        raise BrokenError(
            reader.count + 1,
            f"检查点已到第{place}条，日志只到第{reader.count}条：尾部被截去",
            f"the checkpoint was taken at entry {place}, the log ends at {reader.count}: its end was cut",
        )
    if reader.seen.get(place) != checkpoint["head"]:
        raise BrokenError(
            place,
            "与检查点不符：此条或更早的记录被重写",
            "it does not agree with the checkpoint: this entry or an earlier one was written anew",
        )
    if key is not None and checkpoint.get("public_key") != key:
        raise BrokenError(place, "检查点不是用所给公钥签的", "the checkpoint is not signed with the key given")
    return _check_signature(checkpoint, place)


def _check_signature(checkpoint: Mapping[str, Any], place: int) -> bool:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return False
    text = canonical({name: checkpoint[name] for name in SIGNED})
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(checkpoint.get("public_key"))))
        public.verify(bytes.fromhex(str(checkpoint.get("signature"))), text.encode("utf-8"))
    except (InvalidSignature, ValueError):
        raise BrokenError(place, "检查点的签名不对", "the signature of the checkpoint does not hold") from None
    return True


def told(verdict: Verdict, language: str = "zh") -> str:
    """Return the verdict in one sentence."""
    zh = language == "zh"
    if verdict.broken:
        place, why = verdict.broken.place, verdict.broken.zh if zh else verdict.broken.en
        where = (f"第{place}条" if zh else f"entry {place}") if place else ("整体" if zh else "the whole")
        return f"日志不完整：{where}：{why}。" if zh else f"The log is broken at {where}: {why}."
    if zh:
        text = f"日志完整：{verdict.entries}条，末条散列 {verdict.head}；与{verdict.checkpoints}个检查点相符"
        text += f"；{verdict.withheld}条的内容仅所属方可见" if verdict.withheld else ""
        return text + (f"；{verdict.unsigned}个签名未查（未安装 cryptography）。" if verdict.unsigned else "。")
    text = f"The log is whole: {verdict.entries} entries, head {verdict.head}; it agrees with {verdict.checkpoints} checkpoints"
    text += f"; {verdict.withheld} payloads are for their own party alone" if verdict.withheld else ""
    return text + (f"; {verdict.unsigned} signatures not checked (no cryptography)." if verdict.unsigned else ".")


def read_checkpoint(path: str) -> dict[str, Any]:
    """Return a checkpoint from its file; a ValueError where it holds no JSON object."""
    with open(path, encoding="utf-8") as file:
        found = json.load(file)
    if not isinstance(found, dict):
        raise ValueError(f"{path}: no checkpoint")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a file and say so in both languages."""
    parser = argparse.ArgumentParser(description="验证导出的日志 / verify an exported log")
    parser.add_argument("file", help="chain.jsonl")
    parser.add_argument(
        "--checkpoint", action="append", default=[], metavar="FILE", help="a checkpoint that was kept; repeatable"
    )
    parser.add_argument("--party", help="payloads meant for this party must be there")
    parser.add_argument("--complete", action="store_true", help="all payloads must be there")
    parser.add_argument("--key", help="public key of the site, in hexadecimal")
    options = parser.parse_args(arguments)
    try:
        checkpoints = [read_checkpoint(path) for path in options.checkpoint]
        with open(options.file, encoding="utf-8", newline="\n") as file:
            verdict = verify(file, checkpoints, party=options.party, complete=options.complete, key=options.key)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print(told(verdict, "zh"), told(verdict, "en"), sep="\n")
    return 1 if verdict.broken else 0


if __name__ == "__main__":
    sys.exit(main())
