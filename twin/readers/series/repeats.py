"""Readings of one file that would be known by the same id: the same again is harmless, anything else is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from twin.errors import RowsAlikeError
from twin.readers.series.headings import Roles
from twin.readers.series.sheet import Sheet


def contradictions(path: Path, rows: pa.Table, sheet: Sheet, roles: Roles) -> dict[int, dict[str, Any]]:
    """``_place`` of each reading that an earlier one of its point and time contradicts, and what differs.

    Raises RowsAlikeError when a column that is not understood tells them apart: it may be part of the point.
    """
    ids = pa.table(
        {
            "point": rows["point_id"],
            "said": pc.coalesce(rows["message_id"], rows["observed_at"].cast(pa.int64()).cast(pa.string())),
        }
    )
    if ids.group_by(["point", "said"]).aggregate([]).num_rows == rows.num_rows:
        return {}
    content = list(zip(*(rows[one].to_pylist() for one in ("observed_at", "value", "quality")), strict=True))
    places = rows["_place"].to_pylist()
    beside = {one: sheet.table[one].to_pylist() for one in (*roles.rest, *roles.remarks)}
    first: dict[tuple[str, str], int] = {}
    found: dict[int, dict[str, Any]] = {}
    for number, key in enumerate(zip(ids["point"].to_pylist(), ids["said"].to_pylist(), strict=True)):
        before = first.setdefault(key, number)
        here, there = places[number], places[before]
        differing = [one for one, cells in beside.items() if cells[here] != cells[there]]
        told = [one for one in differing if one in roles.rest]
        if told:
            row, other = sheet.rows[there], sheet.rows[here]
            raise RowsAlikeError(path=path, first=row, second=other, heading=told[0])
        if content[number] != content[before]:
            cell = " ≠ ".join(str(content[one][1]) for one in (number, before))
            found[here] = {"first": sheet.rows[there], "cell": cell}
        elif differing:
            found[here] = {"first": sheet.rows[there], "cell": differing[0]}
    return found
