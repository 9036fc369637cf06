"""What is near a place, and who answers for it: guard posts, hydrants, cameras, valves …, from the campus as built.

Distances are straight lines in metres; no walls are asked. What is on the same storey comes first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray
from pydantic import Field

from twin.live.rules.checked import Names, Number, Strict
from twin.model.tables import RelationKind
from twin.store.campus import Generation

_COLUMNS: Final = ("feature_id", "name", "building_id", "storey_id", "geometry", "idx")


class ResourceType(Strict):
    title: Names
    device_types: tuple[str, ...] = ()
    appurtenances: tuple[str, ...] = ()


class ResourceSettings(Strict):
    within_m: Annotated[Number, Field(gt=0)]
    each: Annotated[int, Field(strict=True, ge=1, le=100)]
    types: dict[str, ResourceType]


class Thing(NamedTuple):
    """``code`` is that of a device, or the number of a survey point."""

    feature_id: str
    idx: int
    code: str | None
    name: str | None
    building_id: str | None
    storey_id: str | None


class Near(NamedTuple):
    """``height_m`` above the place."""

    thing: Thing
    position: tuple[float, float, float]
    distance_m: float
    height_m: float
    same_storey: bool
    same_building: bool


class Responsible(NamedTuple):
    """Somebody, or some unit, that a relation or a zone names. ``of`` says for which kind of thing."""

    of: str
    of_id: str
    who: str
    source: str


@dataclass(frozen=True)
class _Kind:
    things: Sequence[Thing]
    positions: NDArray[np.float64]


class Resources:
    """Made once a generation. Positions are in the campus CRS."""

    def __init__(self, generation: Generation, settings: ResourceSettings) -> None:
        self.settings = settings
        self._kinds = {name: _kind(generation, one) for name, one in settings.types.items()}
        self._responsible = _responsible(generation)
        self._zone_people = _zone_people(generation)

    def near(
        self, at: Sequence[float], place: Mapping[str, Any], type_name: str, limit: int, within_m: float
    ) -> list[Near]:
        """The nearest of one type; ``place`` says storey and building of the place itself."""
        kind = self._kinds[type_name]
        if not kind.things:
            return []
        away = kind.positions - np.asarray(at, float)
        distance = np.sqrt((away**2).sum(axis=1))
        found = []
        for index in map(int, np.flatnonzero(distance <= within_m)):
            thing = kind.things[index]
            x, y, z = (float(one) for one in kind.positions[index])
            storey = thing.storey_id is not None and thing.storey_id == place.get("storey_id")
            building = thing.building_id is not None and thing.building_id == place.get("building_id")
            found.append(Near(thing, (x, y, z), float(distance[index]), float(away[index][2]), storey, building))
        found.sort(key=lambda one: (not one.same_storey, one.distance_m, one.thing.feature_id))
        return found[:limit]

    def responsible(self, place: Mapping[str, Any]) -> list[Responsible]:
        """Who is named for the device, the room, the storey, the building and the zones of a place, nearest first."""
        names = ("feature_id", "space_id", "storey_id", "building_id")
        ids = [(name.removesuffix("_id").replace("feature", "device"), place.get(name)) for name in names]
        ids += [("zone", one) for one in place.get("zone_ids") or ()]
        found = []
        for of, of_id in ids:
            if not of_id:
                continue
            found += [Responsible(of, of_id, who, "responsible_for") for who in self._responsible.get(of_id, ())]
            if of == "zone" and (person := self._zone_people.get(of_id)):
                found.append(Responsible(of, of_id, person, "zones"))
        return found


def _kind(generation: Generation, one: ResourceType) -> _Kind:
    rows = _rows(generation, "devices", "device_type", one.device_types, "device_code")
    for layer_id in generation.layer_ids():
        if one.appurtenances and "appurtenance" in generation.table(layer_id).column_names:
            rows += _rows(generation, layer_id, "appurtenance", one.appurtenances, "point_no")
    placed = [(row, shapely.from_wkb(row["geometry"])) for row in rows if row["geometry"] is not None]
    things = [
        Thing(row["feature_id"], row["idx"], row["code"], row["name"], row["building_id"], row["storey_id"])
        for row, _ in placed
    ]
    positions = np.array([_centre(shape) for _, shape in placed], float).reshape(-1, 3)
    return _Kind(things, positions)


def _rows(generation: Generation, layer_id: str, column: str, values: Sequence[str], code: str) -> list[dict[str, Any]]:
    if not values or layer_id not in generation.layer_ids():
        return []
    table = generation.table(layer_id)
    rows = table.filter(pc.is_in(table[column], pa.array(values, pa.string()))).select([*_COLUMNS, code]).to_pylist()
    return [{**row, "code": row[code]} for row in rows]


def _centre(shape: shapely.Geometry) -> tuple[float, float, float]:
    points = shapely.get_coordinates(shape, include_z=True)
    x, y, z = np.nan_to_num(points.mean(axis=0))
    return float(x), float(y), float(z)


def _responsible(generation: Generation) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in generation.auxiliary("relations").to_pylist():
        if row["kind"] == RelationKind.RESPONSIBLE_FOR:
            found.setdefault(row["to_id"], []).append(row["from_id"])
    return found


def _zone_people(generation: Generation) -> dict[str, str]:
    """Zone -> the person that the zone itself names."""
    if "zones" not in generation.layer_ids():
        return {}
    rows = generation.table("zones").select(["feature_id", "responsible", "attributes"]).to_pylist()
    found = {}
    for row in rows:
        attributes = json.loads(row["attributes"]) if row["attributes"] else {}
        person = row["responsible"] or attributes.get("responsible")
        if person:
            found[row["feature_id"]] = str(person)
    return found
