"""On which line of a TOML file does this key stand? `tomllib` keeps no places, and a message needs one."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*\"?([\w-]+)\"?\s*=")


class TomlLines:
    """The lines of the tables of a TOML text, and of the keys and words in them."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._tables: dict[tuple[str, int], range] = {}
        seen: dict[str, int] = {}
        begin, table = 0, ("", 0)
        for at, line in enumerate(self._lines):
            header = _HEADER.match(line)
            if header:
                self._tables[table] = range(begin, at)
                begin, table = at, (header[1], seen.get(header[1], 0))
                seen[header[1]] = table[1] + 1
        self._tables[table] = range(begin, len(self._lines))

    def line(self, table: str, index: int = 0, key: str = "", word: str = "") -> int:
        """Return the line of a word in a table, else that of the key, else that of the header; 0 if there is no such table.

        A table of a table, such as `[matter.documents]`, is looked through with the one that it follows.
        """
        first = self._tables.get((table, index))
        if first is None:
            return 0
        span = self._with_children(table, first)
        quoted = [at for at in span if word and any(f"{mark}{word}{mark}" in self._lines[at] for mark in "\"'")]
        keys = [at for at in span if key and (found := _KEY.match(self._lines[at])) and found[1] == key]
        for at in (*quoted, *keys):
            return at + 1
        return first.start + 1 if table else (1 if self._lines else 0)

    def _with_children(self, table: str, first: range) -> range:
        end = first.stop
        for (name, _), span in self._tables.items():
            if table and name.startswith(f"{table}.") and span.start == end:
                end = span.stop
        return range(first.start, end)
