"""Which wordings may thousands of clauses meet? All clauses at once, by the words that each wording cannot do without.

The clauses lie in one array of characters. Each pair of characters that begins a needed word has a number; a clause is a row of
ones over these numbers, and two products of sparse matrices say which wordings have all they need.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

_BREAK = 10  # "\n", which no clause that was read holds


class Gate:
    """The needed words of all wordings, ready to be looked for. A wording has groups, of each of which a clause needs one."""

    def __init__(self, wordings: Sequence[Sequence[frozenset[str]]]) -> None:
        groups = sorted({group for wording in wordings for group in wording}, key=sorted)
        begins = sorted({begin for group in groups for begin in group})
        number = {begin: at for at, begin in enumerate(begins)}
        place = {group: at for at, group in enumerate(groups)}
        members = [(number[begin], place[group]) for group in groups for begin in group]
        self._in_group = _ones(members, (len(begins), len(groups)))
        needs = [(place[group], at) for at, wording in enumerate(wordings) for group in wording]
        self._needs = _ones(needs, (len(groups), len(wordings)))
        self._count = np.bincount([at for _, at in needs], minlength=len(wordings))
        self._first = _classes({begin[0] for begin in begins})
        self._second = _classes({begin[1] for begin in begins if len(begin) > 1})
        self._pairs = np.zeros((self._first.max() + 1, self._second.max() + 1), dtype=np.int32)
        self._single = np.zeros(self._first.max() + 1, dtype=np.int32)
        for begin, at in number.items():
            if len(begin) > 1:
                self._pairs[self._first[ord(begin[0])], self._second[ord(begin[1])]] = at + 1
            else:
                self._single[self._first[ord(begin)]] = at + 1

    def candidates(self, scopes: Sequence[str]) -> list[NDArray[np.int32]]:
        """Return for each clause the numbers of the wordings it may meet, ascending."""
        codes = np.frombuffer("\n".join(scopes).encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
        clause = np.cumsum(codes == _BREAK)
        first = self._first[codes]
        held: list[tuple[NDArray[np.intp], NDArray[np.int32]]] = []
        pairs = self._pairs[first[:-1], self._second[codes[1:]]]
        for found, where in ((pairs, clause[:-1]), (self._single[first], clause)):
            at = np.flatnonzero(found)
            held.append((where[at], found[at] - 1))
        rows, columns = (np.concatenate(each) for each in zip(*held, strict=True))
        begins = sparse.csr_matrix(
            (np.ones(len(rows), np.int32), (rows, columns)), (len(scopes), self._in_group.shape[0])
        )
        groups = begins @ self._in_group
        groups.data[:] = 1
        complete = (groups @ self._needs).tocsr()
        complete.sort_indices()
        enough = complete.data >= self._count[complete.indices]
        ends = np.concatenate(([0], np.cumsum(enough)))[complete.indptr]
        wordings = complete.indices[enough]
        return [wordings[start:end] for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)]


def _ones(cells: list[tuple[int, int]], shape: tuple[int, int]) -> sparse.csr_matrix:
    rows, columns = zip(*cells, strict=True)
    return sparse.csr_matrix((np.ones(len(cells), dtype=np.int32), (rows, columns)), shape)


def _classes(characters: set[str]) -> NDArray[np.int16]:
    """Return for every code unit its place among some characters, from 1; 0 for all others."""
    table = np.zeros(1 << 16, dtype=np.int16)
    for at, character in enumerate(sorted(characters), 1):
        table[ord(character)] = at
    return table
