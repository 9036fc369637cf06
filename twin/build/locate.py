"""Which building, storey and room a thing is in: said by the source, otherwise found from where it stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.build.rows import LayerRows

# how far above the ceiling or below the floor a sensor may be drawn and still be in the room
_VERTICAL_SLACK_M: Final = 0.5
_DEFAULT_ROOM_HEIGHT_M: Final = 3.0


@dataclass(frozen=True, slots=True)
class _Rooms:
    """Spaces as the locator needs them."""

    ids: list[str | None]
    storeys: list[str | None]
    buildings: list[str | None]
    floor_m: NDArray[np.float64]
    ceiling_m: NDArray[np.float64]
    tree: shapely.STRtree
    shapes: NDArray[np.object_]

    @staticmethod
    def of(spaces: LayerRows) -> _Rooms:
        shaped = np.array(
            [one is not None and one.geom_type.endswith("Polygon") for one in spaces.geometry], dtype=bool
        )
        spaces = spaces.take(np.flatnonzero(shaped))
        height = spaces.numbers("height_m")
        z = np.array([shapely.get_coordinates(one, include_z=True)[:, 2].min() for one in spaces.geometry])
        return _Rooms(
            spaces.strings("feature_id"),
            spaces.strings("storey_id"),
            spaces.strings("building_id"),
            z,
            z + np.where(np.isnan(height), _DEFAULT_ROOM_HEIGHT_M, height),
            shapely.STRtree(spaces.geometry),
            spaces.geometry,
        )


def locate(things: LayerRows, buildings: LayerRows, storeys: LayerRows, spaces: LayerRows) -> LayerRows:
    """Fill building_id, storey_id and space_id of ``things`` where they are empty."""
    if not len(things):
        return things
    places = {name: things.strings(name) for name in ("building_id", "storey_id", "space_id")}
    _by_name(things, places, buildings, storeys, spaces)
    _by_position(things, places, _Rooms.of(spaces))
    for name, values in places.items():
        things = things.with_column(name, values)
    return things


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


def _by_position(things: LayerRows, places: Mapping[str, list[str | None]], rooms: _Rooms) -> None:
    """The lowest room whose floor polygon and height hold the point."""
    open_rows = [
        row for row, space in enumerate(places["space_id"]) if space is None and things.geometry[row] is not None
    ]
    if not open_rows or not len(rooms.ids):
        return
    points = shapely.centroid(things.geometry[open_rows])
    z = np.array([shapely.get_coordinates(things.geometry[row], include_z=True)[0, 2] for row in open_rows])
    which, room = rooms.tree.query(points, predicate="within")
    fits = (z[which] >= rooms.floor_m[room] - _VERTICAL_SLACK_M) & (
        z[which] <= rooms.ceiling_m[room] + _VERTICAL_SLACK_M
    )
    for one, found in zip(which[fits], room[fits], strict=True):
        row = open_rows[one]
        stated = places["building_id"][row]
        if places["space_id"][row] is None and stated in (None, rooms.buildings[found]):
            places["space_id"][row] = rooms.ids[found]
            places["storey_id"][row] = rooms.storeys[found]
            places["building_id"][row] = rooms.buildings[found]
