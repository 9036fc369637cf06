"""Which building, storey and room a thing is in: said by the source, otherwise found from where it stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.build.buildings import building_id
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
    """Attributes ``building``, ``storey`` and ``room`` name them as people do: code, storey name, room number."""
    known = {str(one): one for one in buildings.strings("feature_id")}
    codes = {
        code: one for code, one in zip(buildings.strings("code"), buildings.strings("feature_id"), strict=True) if code
    }
    storey_of = {
        (owner, name): one
        for owner, name, one in zip(
            storeys.strings("building_id"), storeys.strings("name"), storeys.strings("feature_id"), strict=True
        )
    }
    room_of = {
        (owner, storey, number): one
        for owner, storey, number, one in zip(
            spaces.strings("building_id"),
            spaces.strings("storey_id"),
            spaces.strings("number"),
            spaces.strings("feature_id"),
            strict=True,
        )
    }
    for row, blob in enumerate(things.strings("attributes")):
        said = json.loads(blob) if blob else {}
        code = said.get("building")
        if not code or places["building_id"][row]:
            continue
        owner = codes.get(code) or known.get(building_id(code)) if isinstance(code, str) else None
        storey = storey_of.get((owner, said.get("storey")))
        places["building_id"][row] = owner
        places["storey_id"][row] = places["storey_id"][row] or storey
        places["space_id"][row] = places["space_id"][row] or room_of.get((owner, storey, str(said.get("room"))))


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
