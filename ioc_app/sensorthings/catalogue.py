"""The entities of one generation and its points: everything but readings, which stay in the history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from ioc_app.sensorthings.kinds import KINDS, Entity
from ioc_app.sensorthings.streams import Stream, datastream, observed_property, sensor
from twin.live.latest import Latest
from twin.live.point_book import PointBook
from twin.live.rules.campus_places import names_of, places_of
from twin.live.rules.places import Place
from twin.model.text import Title
from twin.store.campus import Generation

GEOJSON: Final = "application/geo+json"
_TOLD: Final = ("device_code", "device_type", "model", "installed_on", "heading_deg", "mounting_height_m", "zone_id")
_PLACES: Final = {"spaces": "房间 room", "buildings": "建筑 building"}
_NAMED: Final = {"buildings": ("name",), "storeys": ("name",), "spaces": ("number", "name"), "zones": ("name",)}


class Catalogue:
    """Built once for a generation, its points and the strangers among the senders; asked from any thread."""

    def __init__(self, generation: Generation, points: PointBook, strangers: Iterable[str]) -> None:
        self._names = {layer: names_of(generation, (layer,), columns) for layer, columns in _NAMED.items()}
        self._there = {layer: _ids(generation, layer) for layer in ("spaces", "buildings")}
        self.types: Mapping[str, Title] = (
            generation.definitions["devices"].class_titles if "devices" in generation.definitions else {}
        )
        self._kept: dict[str, dict[str, Entity]] = {one: {} for one in KINDS}
        self._by_way: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._place_of: dict[str, str] = {}  # by device code
        self._points_at: dict[str, list[str]] = defaultdict(list)  # by place
        self._devices(generation)
        self._streams([Stream.known(one) for one in points] + [Stream.stranger(one) for one in strangers])

    def all(self, kind: str, latest: Mapping[str, Latest]) -> list[Entity]:
        """Every entity of a kind but Observations, in the order of the build."""
        found = self._kept[kind].values()
        return [_timed(one, latest) for one in found] if kind == "Datastreams" else list(found)

    def get(self, kind: str, id: str, latest: Mapping[str, Latest]) -> Entity | None:
        found = self._kept[kind].get(id)
        return _timed(found, latest) if found is not None and kind == "Datastreams" else found

    def related(self, entity: Entity, way: str, latest: Mapping[str, Latest]) -> list[Entity]:
        """The entities to which a navigation property leads: none, one or several; never Observations."""
        kind = KINDS[entity.kind].ways[way].kind
        ids = [entity.one[way]] if way in entity.one else self._by_way.get((entity.kind + "/" + way, entity.id), [])
        found = (self.get(kind, one, latest) for one in ids)
        return [one for one in found if one is not None]

    def points_of(self, entity: Entity) -> Sequence[str]:
        """The points whose readings are the Observations of a Datastream or of a place."""
        return [entity.id] if entity.kind == "Datastreams" else self._points_at.get(entity.id, [])

    def points(self) -> list[str]:
        return list(self._kept["Datastreams"])

    def place_of(self, point_id: str) -> str:
        """The FeatureOfInterest of the readings of a point."""
        return self._place_of[self._kept["Datastreams"][point_id].one["Thing"]]

    def _devices(self, generation: Generation) -> None:
        places = places_of(generation).devices
        rows = generation.told("devices", exactly=False).to_pylist() if "devices" in generation.layer_ids() else []
        for row in rows:
            if row["device_code"]:
                self._device(row, places[row["device_code"]])

    def _device(self, row: Mapping[str, Any], place: Place) -> None:
        code, where = str(row["device_code"]), self._where(place)
        properties = {"feature_id": row["feature_id"], **{one: row.get(one) for one in _TOLD}, **where}
        kind = self.types.get(row["device_type"] or "")
        title = f"{kind.zh} {kind.en}" if kind else row["device_type"] or "设备 device"
        inside = [name for one in ("building", "storey", "space") if (name := where.get(one))]
        said = {"name": row["name"] or code, "description": ", ".join([title, *inside])}
        self._thing(Entity("Things", code, {**said, "properties": _without_nulls(properties)}))
        if row["geometry"] is not None:
            shape = ("devices", str(row["feature_id"]))
            self._located(code, str(said["name"]), " ".join(inside) or "户外 outdoors", shape)
        self._at_place(code, place, row)

    def _where(self, place: Place) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for name, layer, id in (
            ("building", "buildings", place.building_id),
            ("storey", "storeys", place.storey_id),
            ("space", "spaces", place.space_id),
        ):
            found |= {f"{name}_id": id, name: self._names[layer].get(id) if id else None}
        return found

    def _thing(self, thing: Entity) -> None:
        self._kept["Things"][thing.id] = thing

    def _located(self, code: str, name: str, description: str, shape: tuple[str, str]) -> None:
        said = {"name": name, "description": description, "encodingType": GEOJSON, "properties": {}}
        self._kept["Locations"][code] = Entity("Locations", code, said, space=shape)
        self._by_way["Things/Locations", code] = [code]
        self._by_way["Locations/Things", code] = [code]

    def _at_place(self, code: str, place: Place, row: Mapping[str, Any]) -> None:
        """The room, else the building, else where the device itself stands."""
        for layer, id in (("spaces", place.space_id), ("buildings", place.building_id)):
            if id and id in self._there[layer]:
                self._place(code, id, self._names[layer].get(id, id), layer)
                return
        self._place(code, str(row["feature_id"]), str(row["name"] or code), "devices")

    def _place(self, code: str, id: str, name: str, layer: str | None) -> None:
        self._place_of[code] = id
        said = {
            "name": name,
            "description": _PLACES.get(layer or "", "设备处 at the device"),
            "encodingType": GEOJSON,
            "properties": {} if layer is None else {"layer_id": layer, "feature_id": id},
        }
        shape = () if layer is None else (layer, id)
        self._kept["FeaturesOfInterest"].setdefault(id, Entity("FeaturesOfInterest", id, said, space=shape))

    def _streams(self, streams: Iterable[Stream]) -> None:
        for one in streams:
            if one.device_code not in self._kept["Things"]:
                said = {"name": one.device_code, "description": "园区没有这一设备的位置 not placed on the campus"}
                self._thing(Entity("Things", one.device_code, {**said, "properties": {}}))
                self._place(one.device_code, one.device_code, one.device_code, None)
            entity = datastream(one, str(self._kept["Things"][one.device_code].said["name"]))
            self._kept["Datastreams"][entity.id] = entity
            for made in (sensor(one, self.types), observed_property(one)):
                self._kept[made.kind].setdefault(made.id, made)
            for way, id in entity.one.items():
                self._by_way[KINDS["Datastreams"].ways[way].kind + "/Datastreams", id].append(entity.id)
            self._points_at[self._place_of[one.device_code]].append(entity.id)


def _timed(stream: Entity, latest: Mapping[str, Latest]) -> Entity:
    """With the times of its newest reading."""
    newest = latest.get(stream.id)
    if newest is None:
        return stream
    times = {"phenomenonTime": newest.observed_at, "resultTime": newest.received_at}
    return replace(stream, said={**stream.said, **times})


def _without_nulls(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value is not None}


def _ids(generation: Generation, layer: str) -> set[str]:
    return set(generation.table(layer)["feature_id"].to_pylist()) if layer in generation.layer_ids() else set()
