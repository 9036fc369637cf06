"""The history of one register: which rows were delivered when, and during which time each holds.

Two times are kept apart. *Editions* say what was known: a row stands from ``edition`` until ``dropped_edition``.
*Validity* says when it holds: what the row itself states, otherwise when it came and went. So a list that is simply
overwritten has a history too, and a correction changes what holds in March without hiding what was believed in March.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from twin.model.registers import DELIVERED, TIME, Register

Row = dict[str, Any]

# ``valid_from`` and ``valid_to`` of a history are when the row holds; what it said itself is in ``stated_…``
_KEPT: Final = (
    pa.field("stated_from", TIME),
    pa.field("stated_to", TIME),
    pa.field("edition", pa.int32(), nullable=False),
    pa.field("recorded_at", TIME, nullable=False),
    pa.field("dropped_edition", pa.int32()),
    pa.field("dropped_at", TIME),
)


def history_schema(register: Register) -> pa.Schema:
    return pa.schema([*register.fields, *DELIVERED, *_KEPT])


def take_in(
    register: Register,
    history: pa.Table | None,
    delivered: pa.Table | None,
    replaced: Collection[str],
    edition: int,
    at: datetime,
) -> pa.Table:
    """The history after an edition that brought ``delivered``: all rows of the sources in ``replaced``.

    Rows of those sources that are not among them are dropped; rows of other sources stand as they did.
    """
    rows: list[Row] = history.to_pylist() if history is not None else []
    standing = {
        _identity(register, row): row
        for row in rows
        if row["dropped_edition"] is None and row["source_key"] in replaced
    }
    for new in delivered.to_pylist() if delivered is not None else ():
        new["stated_from"], new["stated_to"] = new["valid_from"], new["valid_to"]
        same = standing.pop(_identity(register, new), None)
        if same is None:
            rows.append({**new, "edition": edition, "recorded_at": at, "dropped_edition": None, "dropped_at": None})
        else:
            same["source_pos"] = new["source_pos"]  # rows move when one above them goes
    for row in standing.values():
        row["dropped_edition"], row["dropped_at"] = edition, at
    return pa.Table.from_pylist(_with_validity(register, rows), schema=history_schema(register))


def known_at(register: Register, history: pa.Table, edition: int) -> pa.Table:
    """The history as it was known when ``edition`` was in force."""
    rows = [row for row in history.to_pylist() if row["edition"] <= edition]
    for row in rows:
        if (row["dropped_edition"] or 0) > edition:
            row["dropped_edition"] = row["dropped_at"] = None
    return pa.Table.from_pylist(_with_validity(register, rows), schema=history_schema(register))


def holding(history: pa.Table, at: datetime) -> pa.Table:
    """The rows that hold at ``at``."""
    import pyarrow.compute as pc

    moment = pa.scalar(at, TIME)
    starts, ends = history["valid_from"], history["valid_to"]
    begun = pc.or_(pc.is_null(starts), pc.fill_null(pc.less_equal(starts, moment), False))
    lasting = pc.or_(pc.is_null(ends), pc.fill_null(pc.greater(ends, moment), False))
    return history.filter(pc.and_(begun, lasting))


def _identity(register: Register, row: Row) -> tuple[Any, ...]:
    """What makes two delivered rows the same: everything but where they stand in the file."""
    return (*(row[name] for name in register.columns), row["stated_from"], row["stated_to"], row["source_key"])


def _with_validity(register: Register, rows: list[Row]) -> list[Row]:
    """Fill ``valid_from`` and ``valid_to``.

    A row of a source's first edition that states no begin always held, for nothing says otherwise. A row that was
    dropped ends then, or already when a row about the same thing that came in its place says it begins.
    """
    first: dict[str, int] = {}
    begins: dict[tuple[Any, ...], list[datetime]] = defaultdict(list)
    for row in rows:
        first[row["source_key"]] = min(row["edition"], first.get(row["source_key"], row["edition"]))
        if row["stated_from"] is not None:
            begins[(row["edition"], *_about(register, row))].append(row["stated_from"])
    for row in rows:
        opened = row["edition"] == first[row["source_key"]]
        row["valid_from"] = row["stated_from"] or (None if opened else row["recorded_at"])
        successors = begins.get((row["dropped_edition"], *_about(register, row)), ())
        row["valid_to"] = _earliest((row["stated_to"], row["dropped_at"], *successors))
    return rows


def _about(register: Register, row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in register.key)


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((one for one in moments if one is not None), default=None)
