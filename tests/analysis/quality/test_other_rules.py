"""Rules over terrain, buildings, devices and places, each on what breaks it and on what does not."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely

from layers import registry
from tests.analysis.quality.making import asked, ids, write_ground
from twin.model.feature import table_schema


def table_of(layer_id: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows of a layer with their boxes; ``shape`` becomes the geometry."""
    schema = table_schema(registry()[layer_id])
    common = {"layer_id": layer_id, "kind": layer_id, "source_key": "t", "reader": "t", "id_stable": True}
    full = []
    for row in rows:
        shape = row.pop("shape", None)
        own = dict(row)
        if shape is not None:
            corners = shapely.get_coordinates(shape, include_z=True)
            low, high = corners.min(axis=0), corners.max(axis=0)
            names = ("xmin", "ymin", "zmin", "xmax", "ymax", "zmax")
            own |= {"geometry": shape.wkb, "bbox": dict(zip(names, [*low, *high], strict=True))}
        full.append({name: (common | own).get(name) for name in schema.names})
    return pa.Table.from_pylist(full, schema=schema)


def slab(x: float, y: float, size: float, low: float, high: float) -> shapely.Geometry:
    """Two horizontal squares, one over the other: the shape of a body as far as checks look at it."""
    ring = [(x, y), (x + size, y), (x + size, y + size), (x, y + size)]
    return shapely.MultiPolygon([shapely.Polygon([(*one, z) for one in ring]) for z in (low, high)])


# --- terrain -------------------------------------------------------------------------------------------


def hilly(rows: int = 60, columns: int = 80) -> np.ndarray[Any, Any]:
    y, x = np.mgrid[:rows, :columns]
    return 10.0 + 2.0 * np.sin(x / 9.0) + 0.05 * y


def test_a_hole_is_found_and_the_edge_is_none(tmp_path: Path) -> None:
    heights = hilly()
    heights[20:23, 30:34] = np.nan
    heights[:10, :10] = np.nan  # open to the edge: not surveyed
    write_ground(tmp_path, heights, cell_m=2.0)
    (hole,) = asked("terrain_hole", tmp_path, {})
    assert hole.values["area_m2"] == 3 * 4 * 4.0
    assert hole.shape is not None
    assert hole.shape.bounds == (60.0, (60 - 23) * 2.0, 68.0, (60 - 20) * 2.0)  # type: ignore[attr-defined]
    assert hole.source == "dem"


def test_a_spike_is_found_where_it_is_and_a_cliff_is_none(tmp_path: Path) -> None:
    heights = hilly(1200, 40)  # more than one block of rows
    heights[:, 20:] += 12.0  # a cliff: neighbours differ as much
    heights[700, 7] += 9.0
    heights[511, 33] -= 6.0
    write_ground(tmp_path, heights)
    found = asked("terrain_spike", tmp_path, {})
    at = {(one.shape.x, one.shape.y) for one in found}  # type: ignore[union-attr]
    assert at == {(7.5, 1200 - 700.5), (33.5, 1200 - 511.5)}
    assert {round(one.values["height_m"] - one.values["around_m"]) for one in found} == {9, -6}


def test_a_clean_terrain_has_neither(tmp_path: Path) -> None:
    write_ground(tmp_path, hilly())
    assert asked("terrain_hole", tmp_path, {}) == asked("terrain_spike", tmp_path, {}) == []


# --- buildings -----------------------------------------------------------------------------------------


def test_a_building_hangs_or_is_buried(tmp_path: Path) -> None:
    write_ground(tmp_path, np.full((60, 60), 10.0))
    rows = [
        {"feature_id": "stands", "shape": slab(5, 5, 5, 10.2, 20.0)},
        {"feature_id": "basement", "shape": slab(15, 5, 5, 3.0, 20.0)},
        {"feature_id": "hangs", "shape": slab(25, 5, 5, 12.0, 20.0)},
        {"feature_id": "buried", "shape": slab(35, 5, 5, 2.0, 8.0)},
        {"feature_id": "elsewhere", "shape": slab(500, 5, 5, 90.0, 99.0)},
    ]
    table = table_of("buildings", rows)
    assert ids(asked("building_off_terrain", tmp_path, {"buildings": table}), table) == ["hangs", "buried"]


def storeys() -> pa.Table:
    rows = [
        {"feature_id": f"s{n}", "name": f"{n}F", "building_id": "b", "ordinal": n, "elevation_m": 10.0 + 4.0 * n}
        for n in range(3)
    ]
    return table_of("storeys", [*rows, {"feature_id": "top", "building_id": "b", "ordinal": 3, "elevation_m": 21.0}])


def test_storeys_out_of_order(tmp_path: Path) -> None:
    good = storeys()
    assert asked("storey_order", tmp_path, {"storeys": good}) == []
    rows = [
        {"feature_id": "a", "building_id": "b", "ordinal": 1, "elevation_m": 14.0},
        {"feature_id": "c", "building_id": "b", "ordinal": 2, "elevation_m": 13.0},
    ]
    bad = table_of("storeys", rows)
    (found,) = asked("storey_order", tmp_path, {"storeys": bad})
    assert ids([found], bad) == ["c"]


def test_a_space_and_a_device_outside_their_storey(tmp_path: Path) -> None:
    spaces = [
        {"feature_id": "in", "storey_id": "s1", "building_id": "b", "shape": slab(0, 0, 5, 14.0, 17.0)},
        {"feature_id": "out", "storey_id": "s1", "building_id": "b", "shape": slab(0, 0, 5, 18.5, 21.0)},
        {"feature_id": "unjudged", "storey_id": "top", "building_id": "b", "shape": slab(0, 0, 5, 40.0, 43.0)},
    ]
    tables = {"storeys": storeys(), "spaces": table_of("spaces", spaces)}
    assert ids(asked("space_outside_storey", tmp_path, tables), tables["spaces"]) == ["out"]
    devices = [
        {"feature_id": "in", "storey_id": "s0", "building_id": "b", "shape": shapely.Point(1, 1, 12.0)},
        {"feature_id": "out", "storey_id": "s0", "building_id": "b", "shape": shapely.Point(1, 1, 16.0)},
    ]
    tables = {"storeys": storeys(), "devices": table_of("devices", devices)}
    (found,) = asked("device_outside_storey", tmp_path, tables)
    assert ids([found], tables["devices"]) == ["out"]
    assert (found.values["from_m"], found.values["to_m"]) == (10.0, 14.0)


def test_a_global_id_used_twice(tmp_path: Path) -> None:
    rows = [{"feature_id": f"e{n}", "global_id": one} for n, one in enumerate(["A", "B", "A", None, None])]
    table = table_of("elements", rows)
    (found,) = asked("global_id_twice", tmp_path, {"elements": table})
    assert (found.rows, found.values) == ((0, 2), {"global_id": "A", "count": 2})


# --- devices and places --------------------------------------------------------------------------------


def test_devices_in_no_zone_and_in_the_air(tmp_path: Path) -> None:
    write_ground(tmp_path, np.full((60, 60), 10.0))
    devices = table_of(
        "devices",
        [
            {"feature_id": "mast", "shape": shapely.Point(5, 5, 18.0)},
            {"feature_id": "air", "shape": shapely.Point(6, 5, 30.0)},
            {"feature_id": "earth", "shape": shapely.Point(7, 5, 2.0)},
            {"feature_id": "manhole", "mounting_height_m": -4.0, "shape": shapely.Point(7, 6, 6.0)},
            {"feature_id": "lamp", "mounting_height_m": 6.0, "shape": shapely.Point(7, 7, 10.5)},
            {"feature_id": "roof", "building_id": "b", "shape": shapely.Point(8, 5, 60.0)},
            {"feature_id": "astray", "shape": shapely.Point(50, 50, 11.0)},
        ],
    )
    zones = table_of("zones", [{"feature_id": "z", "shape": shapely.Polygon([(0, 0, 10), (20, 0, 10), (20, 20, 10)])}])
    tables = {"devices": devices, "zones": zones}
    assert ids(asked("device_floating", tmp_path, tables), devices) == ["air", "earth", "lamp"]
    assert ids(asked("device_without_zone", tmp_path, tables), devices) == ["astray"]


def placed(**middles: tuple[float, float]) -> dict[str, pa.Table]:
    rows = [
        {"feature_id": f"{key}{n}", "source_key": key, "shape": shapely.Point(x + n, y, 8.0)}
        for key, (x, y) in middles.items()
        for n in range(3)
    ]
    return {"devices": table_of("devices", rows)}


FUZHOU = (429_563.842, 2_885_887.906)


def test_a_source_far_from_the_others(tmp_path: Path) -> None:
    x, y = FUZHOU
    near = placed(a=(x, y), b=(x + 300, y), c=(x, y + 500))
    assert asked("source_far_away", tmp_path, near) == []
    found = asked("source_far_away", tmp_path, placed(a=(x, y), b=(x + 300, y), c=(x + 70_000, y)))
    assert [(one.source, one.values["away_km"]) for one in found] == [("c", pytest.approx(69.7, abs=0.05))]


def test_coordinates_that_are_not_of_the_crs(tmp_path: Path) -> None:
    """Easting and northing changed places: the middle falls far outside of the zone."""
    assert asked("crs_implausible", tmp_path, placed(a=FUZHOU)) == []
    (found,) = asked("crs_implausible", tmp_path, placed(a=(FUZHOU[1], FUZHOU[0])))
    assert found.source == "a"
    assert found.values["crs"] == "EPSG:4549"


def test_a_model_without_a_place_is_told(tmp_path: Path) -> None:
    sources = (SimpleNamespace(key="m", georeference={"method": "unplaced"}), SimpleNamespace(key="n", georeference={}))
    assert [one.source for one in asked("source_unplaced", tmp_path, {}, sources=sources)] == ["m"]


def test_shapes_that_are_none(tmp_path: Path) -> None:
    bow = shapely.Polygon([(0, 0, 8), (10, 10, 8), (10, 0, 8), (0, 10, 8)])
    flat = table_of(
        "surface", [{"feature_id": "bow", "shape": bow}, {"feature_id": "body", "shape": slab(0, 0, 5, 1, 9)}]
    )
    assert ids(asked("geometry_invalid", tmp_path, {"surface": flat}), flat) == ["bow"]
    rows = flat.to_pylist()
    rows[0]["bbox"] |= {"zmin": float("nan"), "zmax": float("nan")}
    low = pa.Table.from_pylist(rows, schema=flat.schema)
    assert ids(asked("height_missing", tmp_path, {"surface": low}), low) == ["bow"]
