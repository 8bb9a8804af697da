"""Which text is meant? Clauses, positions, remarks, approvals and standards refer to a text by this hash alone."""

from __future__ import annotations

import hashlib

SEPARATOR = "\x1f"


def hash_text(*parts: str) -> str:
    """Return the SHA-256 of the parts, in hexadecimal. ("甲", "") and ("", "甲") differ.

    The text is taken as it stands, without normalising: what a party approved is what it read, to the letter.
    """
    return hashlib.sha256(SEPARATOR.join(parts).encode("utf-8")).hexdigest()
