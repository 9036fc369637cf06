"""Where a thing, a report or an incident is: turned into what the journal keeps, and into what a screen draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import shapely

from ioc_app.alarms import where_of
from ioc_app.directory import Directory
from twin.errors import UnknownPlaceError
from twin.live.incidents.resources import Resources, ResourceSettings
from twin.live.rules.campus_places import places_of
from twin.live.rules.entries import position_in
from twin.store.campus import Generation
from twin.store.devices import devices_of

_NEAREST_FIRST = ("feature_id", "space_id", "storey_id", "building_id")


class Whereabouts:
    """Made once a generation. The journal keeps positions in the campus CRS, screens take scene axes."""

    def __init__(self, generation: Generation, directory: Directory, settings: ResourceSettings) -> None:
        self.directory = directory
        self.places = places_of(generation)
        self.resources = Resources(generation, settings)
        self._generation = generation
        self.manifest = generation.manifest
        self._idx_of_device = {one.device_code: one.idx for one in devices_of(generation)}

    def place_of_device(self, device_code: str) -> dict[str, Any]:
        """As alarms say it; of an unknown device only its code is known."""
        return self.places.at(device_code).to_dict()

    def told(
        self,
        *,
        scene: Sequence[float] | None = None,
        device: str | None = None,
        feature_id: str | None = None,
        said: str | None = None,
        **ids: str | None,
    ) -> dict[str, Any]:
        """A place that somebody named, as the journal keeps it. Raises UnknownPlaceError."""
        place: dict[str, Any] = {"device": None, "device_type": None, "feature_id": feature_id, "zone_ids": []}
        if device is not None:
            if device not in self.places.devices:
                raise UnknownPlaceError(detail=device)
            place |= self.place_of_device(device)
        elif feature_id is not None:
            place |= self._of_feature(feature_id)
        for name, one in ids.items():
            if one is not None:
                self._known(one)
                place[name] = one
        position = [at + start for at, start in zip(scene, self.manifest.origin, strict=True)] if scene else None
        place |= {"position": position, "said": said}
        if not place["zone_ids"]:
            place["zone_ids"] = self._zones_at(position or self._position(self.idx_of(place)))
        if not any(place.get(name) for name in ("device", "position", "said", *_NEAREST_FIRST)):
            raise UnknownPlaceError(detail="scene | device | feature_id | building_id | where")
        return place

    def shown(self, place: Mapping[str, Any]) -> dict[str, Any]:
        """A place as screens take it: where to fly to, and what people call it."""
        idx = self.idx_of(place)
        zone_ids = list(place.get("zone_ids") or ())
        otherwise = str(place.get("device") or place.get("said") or "")
        return {
            "device": place.get("device"),
            "device_type": place.get("device_type"),
            "feature_id": self.directory.entry(idx)["feature_id"] if idx is not None else None,
            "idx": idx,
            "building_id": place.get("building_id"),
            "storey_id": place.get("storey_id"),
            "space_id": place.get("space_id"),
            "zone_ids": zone_ids,
            "scene": self.scene(place),
            "where": where_of(idx, otherwise or self._zone_name(zone_ids), zone_ids, self.directory),
            "said": place.get("said"),
        }

    def idx_of(self, place: Mapping[str, Any]) -> int | None:
        """The nearest thing that is named: its device, itself, its room, storey, building."""
        device = place.get("device")
        if device in self._idx_of_device:
            return self._idx_of_device[device]
        known = self.directory.idx_by_id
        return next((known[one] for name in _NEAREST_FIRST if (one := place.get(name)) in known), None)

    def position(self, place: Mapping[str, Any]) -> Sequence[float] | None:
        """In the campus CRS: where somebody pointed (a journal may hold half a position), else the middle of it."""
        return position_in(place, 3) or self._position(self.idx_of(place))

    def scene(self, place: Mapping[str, Any]) -> list[float] | None:
        position = self.position(place)
        return None if position is None else self.manifest.to_scene(position)

    def _position(self, idx: int | None) -> list[float] | None:
        scene = self.directory.entry(idx)["position"] if idx is not None else None
        return None if scene is None else [at + start for at, start in zip(scene, self.manifest.origin, strict=True)]

    def _zones_at(self, position: Sequence[float] | None) -> list[str]:
        if position is None:
            return []
        x, y = position[0], position[1]
        return [one for one, area in self.places.zones.items() if bool(shapely.intersects_xy(area, x, y))]

    def _zone_name(self, zone_ids: Sequence[str]) -> str:
        return next((name for one in zone_ids if (name := self.directory.name_of(one))), "")

    def _of_feature(self, feature_id: str) -> dict[str, Any]:
        """The ids of what holds a feature; a room, storey or building holds itself."""
        self._known(feature_id)
        feature = self._generation.feature(feature_id)
        ids = {name: feature.get(name) for name in ("building_id", "storey_id", "space_id")}
        own = {"spaces": "space_id", "storeys": "storey_id", "buildings": "building_id"}.get(feature["layer_id"])
        if own is not None:
            ids[own] = feature_id
        if feature["layer_id"] == "devices" and feature.get("device_code"):
            return self.place_of_device(feature["device_code"]) | {"feature_id": feature_id}
        zone = {"zone_ids": [feature_id]} if feature["layer_id"] == "zones" else {}
        return {**ids, **zone}

    def _known(self, feature_id: str) -> None:
        if feature_id not in self.directory.idx_by_id and feature_id not in self.directory.storey_names:
            raise UnknownPlaceError(detail=feature_id)
