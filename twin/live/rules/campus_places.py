"""The places that rules know, taken from a finished build: every device that has a code, and the outlines of zones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely

from twin.live.rules.places import Area, Place, Places
from twin.store.campus import Generation

_DEVICE: Final = ("device_code", "device_type", "name", "space_id", "storey_id", "building_id", "geometry")


def places_of(generation: Generation) -> Places:
    """Places by device code; all other ids are feature ids. Of two devices of one code the last one counts."""
    zones = _zones(generation)
    devices = [one for one in _rows(generation, "devices", _DEVICE) if one["device_code"]]
    zone_ids = _zones_of([one["geometry"] for one in devices], zones)
    spaces = {one["feature_id"]: one for one in _rows(generation, "spaces", ("feature_id", "storey_id", "building_id"))}
    storeys = {one["feature_id"]: one for one in _rows(generation, "storeys", ("feature_id", "building_id"))}
    found = {}
    for one, inside in zip(devices, zone_ids, strict=True):
        # a source may say the room and leave the rest to whoever has the rooms
        space = spaces.get(one["space_id"], {})
        storey_id = one["storey_id"] or space.get("storey_id")
        building_id = one["building_id"] or space.get("building_id") or storeys.get(storey_id, {}).get("building_id")
        found[one["device_code"]] = Place(
            one["device_code"], one["device_type"], one["name"], one["space_id"], storey_id, building_id, inside
        )
    return Places(found, zones, names_of(generation))


def names_of(
    generation: Generation, layers: Sequence[str] = ("zones", "buildings"), columns: Sequence[str] = ("name",)
) -> dict[str, str]:
    """What people call the things of some layers, by feature id: what these columns say, once each."""
    found: dict[str, str] = {}
    for layer in (one for one in layers if one in generation.layer_ids()):
        there = [one for one in columns if one in generation.table(layer).column_names]
        for row in _rows(generation, layer, ("feature_id", *there)):
            words = dict.fromkeys(str(row[one]) for one in there if row[one])
            if words:
                found[row["feature_id"]] = " ".join(words)
    return found


def _rows(generation: Generation, layer_id: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    if layer_id not in generation.layer_ids():
        return []
    rows: list[dict[str, Any]] = generation.table(layer_id).select(list(columns)).to_pylist()
    return rows


def _zones(generation: Generation) -> dict[str, Area]:
    """Outlines in plan, campus CRS, in the order of their ids."""
    rows = sorted(_rows(generation, "zones", ("feature_id", "geometry")), key=lambda one: str(one["feature_id"]))
    areas: dict[str, Area] = {}
    for one in rows:
        shape = shapely.force_2d(shapely.from_wkb(one["geometry"]))
        if isinstance(shape, shapely.Polygon | shapely.MultiPolygon):  # a border delivered as a line encloses nothing
            shapely.prepare(shape)
            areas[one["feature_id"]] = shape
    return areas


def _zones_of(geometries: Sequence[bytes | None], zones: Mapping[str, Area]) -> list[tuple[str, ...]]:
    """The zones in which each device stands; the border counts as inside, without a position it is in none."""
    found: list[list[str]] = [[] for _ in geometries]
    names = list(zones)
    points = shapely.centroid(shapely.from_wkb(np.array(geometries, dtype=object)))
    for device, zone in shapely.STRtree(list(zones.values())).query(points, predicate="intersects").T:
        found[device].append(names[zone])
    return [tuple(sorted(one)) for one in found]
