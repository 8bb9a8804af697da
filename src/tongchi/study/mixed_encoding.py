"""Do two encodings meet in one text file? As happens where a table from one office is pasted below that of another."""

from __future__ import annotations

from tongchi.errors import EncodingError
from tongchi.study.faults import Fault
from tongchi.text.encoding import common_share, decode_text

_PLAUSIBLE = 0.6
"""Share of characters in common use from which some lines count as Chinese; few lines hold few characters to tell by."""


def decode(data: bytes, file: str) -> tuple[str, list[Fault]]:
    """Return the text of a file and what is wrong with its encoding; an empty text where it cannot be read."""
    mixed = mixed_lines(data)
    if mixed:
        return "", [Fault("encoding-mixed", file, mixed[0], facts={"count": str(len(mixed))})]
    try:
        return decode_text(data, file=file), []
    except EncodingError as error:
        return "", [Fault("encoding", file, facts={"found": str(error.facts["found"])})]


def mixed_lines(data: bytes) -> list[int]:
    """Return the numbers of the lines in GB18030 of a file whose other lines are in UTF-8; empty for a file of one encoding.

    Both kinds of lines must read like Chinese: some pairs of bytes are characters in either encoding.
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return []
    if b"\0" in data:
        return []
    good, bad = list[str](), dict[int, str]()
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.isascii():
            continue
        try:
            good.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            bad[number] = line.decode("gb18030", errors="replace")
    is_mixed = bool(good) and all(common_share("".join(part)) >= _PLAUSIBLE for part in (good, bad.values()))
    return list(bad) if is_mixed else []
