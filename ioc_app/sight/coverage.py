"""What the cameras of a storey see of its floor, as shapes for its plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ioc_app.sight.named import Things

if TYPE_CHECKING:
    from twin.notebook.campus import Campus


def coverage_said(campus: Campus, storey_id: str, things: Things) -> dict[str, Any]:
    """Raises what ``campus.coverage`` raises."""
    found = campus.coverage(storey_id)
    return {
        "generation": things.generation,
        "storey_id": storey_id,
        "share": found.share,
        "floor_m2": float(found.floor.area),
        "covered_m2": float(found.covered.area),
        "twice_m2": float(found.twice.area),
        "blind_m2": sum(one.area_m2 for one in found.blind) + found.small_blind_m2,
        "cameras": [
            {
                **things.named(one.camera_id),
                "area_m2": one.area_m2,
                "alone_m2": one.alone_m2,
                "moved_m": one.moved_m,
                "rings": things.rings(one.region),
            }
            for one in found.cameras
        ],
        "blind": [
            {
                "area_m2": one.area_m2,
                "rooms": [things.named(room) for room in one.rooms],
                "rings": things.rings(one.polygon),
            }
            for one in found.blind
        ],
        "rooms": [
            {
                **things.named(one.room_id),
                "area_m2": one.area_m2,
                "covered_m2": one.covered_m2,
                "share": one.share,
                "cameras": list(one.cameras),
            }
            for one in found.rooms
        ],
        "found": found.found,
        "skipped": found.skipped,
    }
