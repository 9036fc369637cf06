"""Who has a room, for its card: units, how many people, tenants. Names of people stay in the registers.

There is no login yet, and names exist only in cleared channels; so a card counts people and names none.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from twin.store.campus import Campus


def occupancy(campus: Campus, space_id: str) -> dict[str, Any] | None:
    """Assignments by unit and leases of a room, as they hold now; None when no register tells of it."""
    assigned = [row for row in _rows(campus, "room_assignments") if row["space_id"] == space_id]
    leases = [row for row in _rows(campus, "leases") if row["space_id"] == space_id]
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


def _rows(campus: Campus, name: str) -> list[dict[str, Any]]:
    table = campus.register(name)
    rows: list[dict[str, Any]] = table.to_pylist() if table is not None else []
    return rows
