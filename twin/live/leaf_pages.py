"""Rows straight from the pages of a damaged SQLite file, where no path through its tables leads to them any more.

A row lies whole in a leaf page (https://www.sqlite.org/fileformat2.html, sections 1.6 and 2.1), so a lost root or
inner page hides thousands of rows and destroys none. Rows of this file are never changed, so that whatever is found,
also in a page that was given back, was once a row.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

PAGE_BYTES: Final = 4096  # as SQLite makes them, and we never ask for others
_TABLE_LEAF: Final = 0x0D
_INTEGER_BYTES: Final = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_CONSTANTS: Final = {0: None, 8: 0, 9: 1}
_BROKEN: Final = (IndexError, ValueError, struct.error)


def rows_in_pages(path: Path, columns: int) -> Iterator[tuple[Any, ...]]:
    """Every row of ``columns`` columns; its number stands in the place of the first, as for an INTEGER PRIMARY KEY."""
    content = path.read_bytes()
    for start in range(PAGE_BYTES, len(content) - PAGE_BYTES + 1, PAGE_BYTES):
        if content[start] != _TABLE_LEAF:
            continue
        page = content[start : start + PAGE_BYTES]
        (cells,) = struct.unpack_from(">H", page, 3)
        for index in range(min(cells, PAGE_BYTES // 4)):
            try:
                (offset,) = struct.unpack_from(">H", page, 8 + 2 * index)
                number, values = _row(content, page, offset)
            except _BROKEN:
                continue
            if len(values) == columns and values[0] is None:
                yield (number, *values[1:])


def _row(content: bytes, page: bytes, offset: int) -> tuple[int, list[Any]]:
    size, offset = _varint(page, offset)
    number, offset = _varint(page, offset)
    return number, _values(_payload(content, page, offset, size))


def _varint(data: bytes, offset: int) -> tuple[int, int]:
    value = 0
    for _ in range(8):
        byte = data[offset]
        offset += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, offset
    return value << 8 | data[offset], offset + 1


def _payload(content: bytes, page: bytes, offset: int, size: int) -> bytes:
    """The record of a cell, with what of a long one lies in pages of its own."""
    most, least = PAGE_BYTES - 35, (PAGE_BYTES - 12) * 32 // 255 - 23
    if size <= most:
        return page[offset : offset + size]
    fitting = least + (size - least) % (PAGE_BYTES - 4)
    local = fitting if fitting <= most else least
    parts, left = [page[offset : offset + local]], size - local
    (following,) = struct.unpack_from(">I", page, offset + local)
    while left > 0:
        if not 1 < following <= len(content) // PAGE_BYTES:
            raise ValueError("a long value ends nowhere")
        start = (following - 1) * PAGE_BYTES
        (following,) = struct.unpack_from(">I", content, start)
        parts.append(content[start + 4 : start + 4 + min(left, PAGE_BYTES - 4)])
        left -= PAGE_BYTES - 4
    return b"".join(parts)


def _values(record: bytes) -> list[Any]:
    head_bytes, offset = _varint(record, 0)
    kinds = []
    while offset < head_bytes:
        kind, offset = _varint(record, offset)
        kinds.append(kind)
    values, offset = [], head_bytes
    for kind in kinds:
        value, offset = _value(record, offset, kind)
        values.append(value)
    if offset != len(record):
        raise ValueError("the record is not as long as its head says")
    return values


def _value(record: bytes, offset: int, kind: int) -> tuple[Any, int]:
    if kind in _INTEGER_BYTES:
        end = offset + _INTEGER_BYTES[kind]
        return int.from_bytes(record[offset:end], "big", signed=True), end
    if kind == 7:
        return struct.unpack_from(">d", record, offset)[0], offset + 8
    if kind in _CONSTANTS:
        return _CONSTANTS[kind], offset
    if kind < 12:
        raise ValueError(f"no value is of kind {kind}")
    end = offset + (kind - 12) // 2
    raw = record[offset:end]
    return (raw.decode("utf-8") if kind % 2 else raw), end
