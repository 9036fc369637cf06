"""Many entries in little memory: the latest as they came, those before in compressed blocks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

import pyarrow as pa

from twin.model.entries import StoredEntry
from twin.model.last_asked import LastAsked
from twin.store.entry_table import packed, row_of_stored, stored_of_table, table_of_rows, unpacked

BLOCK: Final = 2_000
_UNPACKED: Final = 4  # blocks that were asked for last: what is needed together stands together


class PackedEntries:
    """In the order in which they were added, known by their number in it. For one thread at a time."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._starts: list[int] = []
        self._loose: list[StoredEntry] = []
        self._packed = 0  # how many are in blocks
        self._unpacked: LastAsked[int, pa.Table] = LastAsked(_UNPACKED)

    def __len__(self) -> int:
        return self._packed + len(self._loose)

    def add(self, stored: StoredEntry) -> int:
        """Its number."""
        self._loose.append(stored)
        number = len(self) - 1
        if len(self._loose) >= BLOCK:
            self._pack_loose()
        return number

    def add_table(self, table: pa.Table) -> int:
        """Rows in the columns of the journal: the number of the first."""
        self._pack_loose()
        first = self._packed
        for at in range(0, len(table), BLOCK):
            self._pack(table.slice(at, BLOCK))
        return first

    def of(self, numbers: Iterable[int]) -> Iterator[StoredEntry]:
        """Those with these numbers, in that order; numbers that grow open each block once."""
        for block, some in groupby(numbers, self._block_of):
            if block is None:
                yield from (self._loose[one - self._packed] for one in some)
            else:
                inside = [one - self._starts[block] for one in some]
                yield from stored_of_table(self._block(block).take(inside))

    def _block_of(self, number: int) -> int | None:
        """None for one that is in none yet."""
        return bisect_right(self._starts, number) - 1 if number < self._packed else None

    def _pack_loose(self) -> None:
        if self._loose:
            self._pack(table_of_rows([row_of_stored(one) for one in self._loose]))
            self._loose = []

    def _pack(self, table: pa.Table) -> None:
        self._starts.append(self._packed)
        self._blocks.append(packed(table))
        self._packed += len(table)

    def _block(self, number: int) -> pa.Table:
        return self._unpacked.made(number, lambda: unpacked(self._blocks[number]))
