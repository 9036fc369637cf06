"""Checks of where the sources of a campus lie: is it where their CRS is used, and are they together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from twin.analysis.quality.found import Found
from twin.analysis.quality.subject import Floats, Subject
from twin.crs import parse_crs, short_name, transformer
from twin.model.finding import limit
from twin.store.spatial import box_numpy

_LON_LAT = "OGC:CRS84"


def crs_implausible(subject: Subject) -> Iterator[Found]:
    """The middle of a source lies outside of the area for which EPSG publishes the CRS of the campus."""
    crs = parse_crs(subject.generation.manifest.crs)
    area = None if crs is None else crs.area_of_use
    if crs is None or area is None:
        return
    beyond = limit("crs_implausible", "beyond_deg")
    to_globe = transformer(subject.generation.manifest.crs, _LON_LAT)
    for key, middle in _middles(subject).items():
        lon, lat, *_ = to_globe(np.array([[*middle, 0.0]]))[0]
        if area.west - beyond <= lon <= area.east + beyond and area.south - beyond <= lat <= area.north + beyond:
            continue
        values = {
            "lon": round(float(lon), 4),
            "lat": round(float(lat), 4),
            "crs": short_name(crs),
            "west": area.west,
            "east": area.east,
            "south": area.south,
            "north": area.north,
        }
        yield Found(None, (), values, shapely.Point(*middle), key)


def far_away(subject: Subject) -> Iterator[Found]:
    """A source that lies far from the middle of the others."""
    away = limit("source_far_away", "away_m")
    middles = _middles(subject)
    if len(middles) < 3:
        return  # of two nobody knows which one is wrong
    centre = np.median(np.array(list(middles.values())), axis=0)
    for key, middle in middles.items():
        distance = float(np.hypot(*(np.array(middle) - centre)))
        if distance > away:
            yield Found(None, (), {"away_km": round(distance / 1000.0, 1)}, shapely.Point(*middle), key)


def unplaced(subject: Subject) -> Iterator[Found]:
    """A model without CRS and without placement stands at the origin."""
    for one in subject.generation.manifest.sources:
        if one.georeference.get("method") == "unplaced":
            yield Found(None, (), {}, None, one.key)


def _middles(subject: Subject) -> dict[str, tuple[float, float]]:
    """Source key -> middle of what it delivered, campus CRS."""
    boxes: dict[str, list[Floats]] = {}
    for layer_id in subject.layers:
        table = subject.table(layer_id)
        box = box_numpy(table)
        keys = np.array(table["source_key"].to_pylist(), object)
        for key in dict.fromkeys(keys):
            mine = box[(keys == key) & ~np.isnan(box[:, 0])]
            if len(mine):
                boxes.setdefault(str(key), []).append(mine)
    found = {}
    for key, parts in boxes.items():
        whole = np.concatenate(parts)
        x, y = np.median((whole[:, [0, 1]] + whole[:, [3, 4]]) / 2.0, axis=0)
        found[key] = (float(x), float(y))
    return found
