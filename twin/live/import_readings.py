"""Old readings, from before the twin or from another system, put directly into the files of closed days."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from twin.errors import HistoryTableError
from twin.live.day_files import by_day, replace_files
from twin.live.manifest_writer import history_lock
from twin.live.seal import Sealer
from twin.model.entries import READING
from twin.model.live import Quality
from twin.model.time import Clock, SystemClock
from twin.store.days import LocalDays
from twin.store.entry_table import SCHEMA
from twin.store.history_manifest import RAW, HistoryManifest, Part, history_folder, read_manifest
from twin.store.repeats import without_known

# they were never in the journal
IMPORTED_SEQ: Final = 0
_NEEDED: Final = ("entry_id", "subject", "occurred_at", "value")


def write_history(
    campus: Path, table: pa.Table, timezone: str, *, feed: str = "import", clock: Clock | None = None
) -> int:
    """Add readings to the day files of the days they are of; how many were new.

    Columns ``entry_id, subject, occurred_at, value`` and, if there, the others of the journal. Ids that are known
    in that day stay as they are, so the same table twice adds nothing.
    """
    clock = clock or SystemClock()
    now = clock.now()
    entries = _entries(table, {"received_at": now, "feed": feed})
    sealer, days, added = Sealer(campus, timezone, clock=clock), LocalDays(timezone), 0
    sealer.seal()
    for day, part in by_day(days, entries):
        with history_lock(campus):  # between two days a service may seal
            before = (read_manifest(campus) or HistoryManifest()).of(*RAW, day=day)
            new = without_known([history_folder(campus) / one.name for one in before], part, part)
            if new.num_rows:
                rows = replace_files(campus, days, before, day, Part.DAY, now, new)
                added += rows - sum(one.rows for one in before)
    return added


def _entries(table: pa.Table, defaults: dict[str, Any]) -> pa.Table:
    """The table in the columns of the journal."""
    missing = [one for one in _NEEDED if one not in table.column_names]
    if missing:
        raise HistoryTableError(detail=f"no column {', '.join(missing)}", needed=", ".join(_NEEDED))
    if table.schema.field("occurred_at").type != pa.timestamp("us", "UTC"):
        detail = f"occurred_at is {table.schema.field('occurred_at').type}, not timestamp[us, UTC]"
        raise HistoryTableError(detail=detail, needed=", ".join(_NEEDED))
    value = table["value"].cast(pa.float64())
    finite = pc.fill_null(pc.is_finite(value), False)
    columns = {
        **defaults,
        "seq": IMPORTED_SEQ,
        "kind": READING,
        "quality": pc.if_else(finite, Quality.GOOD.value, Quality.OFFLINE.value),
        "body": None,
        **{name: table[name] for name in table.column_names if name in SCHEMA.names and name != "seq"},
        "value": pc.if_else(finite, value, None),
    }
    arrays = [_column(columns[field.name], field.type, table.num_rows) for field in SCHEMA]
    try:
        made = pa.table(arrays, names=SCHEMA.names).cast(SCHEMA)
        made.validate(full=True)
    except (pa.ArrowException, ValueError) as fault:
        raise HistoryTableError(detail=str(fault), needed=", ".join(_NEEDED)) from fault
    return made


def _column(values: Any, kind: pa.DataType, length: int) -> pa.ChunkedArray | pa.Array:
    """A column as it is, or one value for all rows."""
    if isinstance(values, pa.ChunkedArray | pa.Array):
        return values.cast(kind)
    return pa.repeat(pa.scalar(values, kind), length)
