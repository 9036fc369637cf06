"""Which building, storey and room a thing is in: said by the source, otherwise found from where it stands.

``space_origin`` says which: ``stated`` (the model contains it there, or the source names the room), ``position``, or
``ambiguous``, and then ``space_id`` is empty and the rooms in question are in the attribute ``rooms``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from twin.build.rooms import SLACK_M, Rooms, oriented_boxes
from twin.build.rows import LayerRows

STATED, POSITION, AMBIGUOUS = "stated", "position", "ambiguous"
_KEYS: Final = ("building_id", "storey_id", "space_id")

# centre and corners of a body's box drawn in by a fifth: what touches a wall is not in it
_SAMPLES: Final = np.array([[0, 0, 0], *([x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1))]) * 0.8
_MOST: Final = 5  # of the nine
# doors and windows stand in walls: what counts is the room on either side, this far from their faces
_FILLINGS: Final = ("IfcDoor", "IfcWindow")
_STEP_M: Final = 0.3
# what bounds rooms is in none of them
_BOUNDS: Final = (
    "IfcWall",
    "IfcSlab",
    "IfcRoof",
    "IfcCurtainWall",
    "IfcFooting",
    "IfcPile",
    "IfcSite",
    "IfcSpatialZone",
)

Places = dict[str, list[str | None]]


def locate(things: LayerRows, buildings: LayerRows, storeys: LayerRows, spaces: LayerRows, rooms: Rooms) -> LayerRows:
    """Fill building_id, storey_id and space_id of devices where they are empty."""
    if not len(things):
        return things
    places = {name: things.strings(name) for name in _KEYS}
    _by_name(things, places, buildings, storeys, spaces)
    origin = [None if one is None else STATED for one in places["space_id"]]
    _by_position(things, places, origin, rooms)
    for name, values in places.items():
        things = things.with_column(name, values)
    return things.with_column("space_origin", origin)


def locate_elements(elements: LayerRows, rooms: Rooms, meshes: pa.Table, instances: pa.Table) -> LayerRows:
    """Fill space_id of elements that no model contains in a room, by where their bodies are.

    The storey and the building that the model states are not contradicted: a lamp that hangs through the ceiling of
    the room below its storey is ambiguous.
    """
    places = {name: elements.strings(name) for name in _KEYS}
    origin = [None if one is None else STATED for one in places["space_id"]]
    attributes = elements.strings("attributes")
    classes = [str(one) for one in elements.strings("ifc_class")]
    open_rows = np.array(
        [row for row, one in enumerate(origin) if one is None and not classes[row].startswith(_BOUNDS)], dtype=np.int64
    )
    if not len(open_rows) or not len(rooms):
        return elements.with_column("space_origin", origin)
    ids = elements.table["feature_id"].combine_chunks().take(pa.array(open_rows))
    centre, half = oriented_boxes(ids, meshes, instances)
    bodied = np.flatnonzero(~np.isnan(centre[:, 0]))
    filling = np.array([classes[open_rows[n]].startswith(_FILLINGS) for n in bodied], dtype=bool)
    shares = _inside(rooms, bodied[~filling], centre, half) | _beside(rooms, bodied[filling], centre, half)
    for n, counts in shares.items():
        row = int(open_rows[n])
        found = _own(counts, rooms, places["building_id"][row])
        _settle(row, found, rooms, places, origin, attributes)
    for name, values in places.items():
        elements = elements.with_column(name, values)
    return elements.with_column("space_origin", origin).with_column("attributes", attributes)


def _inside(
    rooms: Rooms, which: NDArray[np.int64], centre: NDArray[np.float64], half: NDArray[np.float64]
) -> dict[int, dict[int, int]]:
    """Thing -> room -> how many of the nine points are in it. Rooms that hold too few to matter are there alone."""
    points = centre[which, None] + np.einsum("pa,nax->npx", _SAMPLES, half[which])
    count = _counts(rooms, which, points)
    return {n: some for n, some in count.items() if len(some) > 1 or max(some.values()) >= _MOST}


def _beside(
    rooms: Rooms, which: NDArray[np.int64], centre: NDArray[np.float64], half: NDArray[np.float64]
) -> dict[int, dict[int, int]]:
    """Thing -> the rooms before and behind it, across the thinner of its level axes."""
    if not len(which):
        return {}
    length = np.linalg.norm(half[which], axis=2)
    level = np.abs(half[which][:, :, 2]) < 0.5 * np.maximum(length, 1e-9)
    thin = np.argmin(np.where(level, length, np.inf), axis=1)
    across = half[which, thin]
    reach = length[np.arange(len(which)), thin][:, None]
    step = across / np.maximum(reach, 1e-9) * (reach + _STEP_M)
    return _counts(rooms, which, np.stack([centre[which] + step, centre[which] - step], axis=1))


def _counts(rooms: Rooms, which: NDArray[np.int64], points: NDArray[np.float64]) -> dict[int, dict[int, int]]:
    """``points`` (n, p, 3) of each thing: thing -> room -> how many."""
    found: dict[int, dict[int, int]] = {}
    point, room = rooms.holding(points.reshape(-1, 3))
    for one, inside in zip(which[point // points.shape[1]].tolist(), room.tolist(), strict=True):
        counts = found.setdefault(one, {})
        counts[inside] = counts.get(inside, 0) + 1
    return found


def _own(counts: Mapping[int, int], rooms: Rooms, building: str | None) -> list[int]:
    """The rooms of the thing's own building."""
    return [room for room in counts if building in (None, rooms.buildings[room])]


def _settle(
    row: int,
    found: Sequence[int],
    rooms: Rooms,
    places: Places,
    origin: list[str | None],
    attributes: list[str | None],
) -> None:
    """One room is where the thing is; several, or one on another storey than the model says, are a question."""
    if not found:
        return
    stated = places["storey_id"][row]
    if len(found) == 1 and stated in (None, rooms.storeys[found[0]]):
        places["space_id"][row] = rooms.ids[found[0]]
        places["storey_id"][row] = rooms.storeys[found[0]]
        places["building_id"][row] = rooms.buildings[found[0]]
        origin[row] = POSITION
        return
    said = json.loads(attributes[row] or "{}")
    names = sorted(str(rooms.ids[room]) for room in found)
    attributes[row] = json.dumps({**said, "rooms": names}, ensure_ascii=False)
    origin[row] = AMBIGUOUS


def _by_name(
    things: LayerRows,
    places: Mapping[str, list[str | None]],
    buildings: LayerRows,
    storeys: LayerRows,
    spaces: LayerRows,
) -> None:
    """What sources call places as people do (building code, storey name, room number) becomes feature ids.

    The names stand in building_id, storey_id and space_id themselves, or in attributes called building, storey, room.
    A name that is no place here is taken out and kept in nothing: the position then decides.
    """
    building_of = {one: one for one in buildings.strings("feature_id")}
    building_of |= _keyed(buildings, "code")
    storey_of = _keyed(storeys, "building_id", "name") | _keyed(storeys, "feature_id")
    room_of = _keyed(spaces, "building_id", "storey_id", "number") | _keyed(spaces, "feature_id")
    for row, blob in enumerate(things.strings("attributes")):
        said = json.loads(blob) if blob else {}
        building, storey, room = (
            places[column][row] or said.get(attribute)
            for column, attribute in (("building_id", "building"), ("storey_id", "storey"), ("space_id", "room"))
        )
        owner = building_of.get(building)
        floor = storey_of.get(storey) or storey_of.get((owner, storey))
        places["building_id"][row] = owner
        places["storey_id"][row] = floor
        places["space_id"][row] = room_of.get(room) or room_of.get((owner, floor, None if room is None else str(room)))


def _keyed(rows: LayerRows, *names: str) -> dict[Any, str | None]:
    """Column values (one, or a tuple of several) -> feature id."""
    columns = [rows.strings(name) for name in names]
    keys: list[Any] = columns[0] if len(names) == 1 else list(zip(*columns, strict=True))
    return dict(zip(keys, rows.strings("feature_id"), strict=True))


def _by_position(things: LayerRows, places: Places, origin: list[str | None], rooms: Rooms) -> None:
    """The lowest room whose floor polygon and height, give or take how sensors are drawn, hold the point."""
    open_rows = [
        row for row, space in enumerate(places["space_id"]) if space is None and things.geometry[row] is not None
    ]
    if not open_rows or not len(rooms):
        return
    plan = shapely.get_coordinates(shapely.centroid(things.geometry[open_rows]))
    z = [shapely.get_coordinates(things.geometry[row], include_z=True)[0, 2] for row in open_rows]
    which, room = rooms.below(np.column_stack([plan, z]), SLACK_M)
    order = np.lexsort((rooms.floor_m[room], which))
    for one, found in zip(which[order], room[order], strict=True):
        row = open_rows[one]
        stated = places["building_id"][row]
        if places["space_id"][row] is None and stated in (None, rooms.buildings[found]):
            places["space_id"][row] = rooms.ids[found]
            places["storey_id"][row] = rooms.storeys[found]
            places["building_id"][row] = rooms.buildings[found]
            origin[row] = POSITION
