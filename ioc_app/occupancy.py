"""Who has a room, for its card: units, how many people, tenants. It counts people and names none, whoever asks."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow.compute as pc

from twin.store.campus import Campus


def occupancy(campus: Campus, space_id: str) -> dict[str, Any] | None:
    """Assignments by unit and leases of a room, as they hold now; None when no register tells of it."""
    assigned, leases = (_rows(campus, name, space_id) for name in ("room_assignments", "leases"))
    if not assigned and not leases:
        return None
    names = {row["unit_id"]: row["name"] for row in _rows(campus, "units")}
    people = Counter(row["unit_id"] for row in assigned if row["staff_id"] is not None)
    units = dict.fromkeys(row["unit_id"] for row in assigned)
    return {
        "units": [{"unit_id": one, "name": names.get(one, one), "people": people[one]} for one in units],
        "area_m2": sum(row["area_m2"] or 0.0 for row in assigned) or None,
        "leases": [{"tenant": row["tenant"], "area_m2": row["area_m2"], "ends_on": row["ends_on"]} for row in leases],
    }


def _rows(campus: Campus, name: str, space_id: str | None = None) -> list[dict[str, Any]]:
    table = campus.register(name)
    if table is None:
        return []
    chosen = table if space_id is None else table.filter(pc.equal(table["space_id"], space_id))
    rows: list[dict[str, Any]] = chosen.to_pylist()
    return rows
