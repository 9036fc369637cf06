"""The ground surveys: roads, areas, footprints, fence, trees, lamps, benches, zones as delivered files."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from shapely import LineString, Polygon, box

from geodata.demo import frame, planting, site_plan
from geodata.demo.building_plan import Building
from geodata.demo.tables import write_csv, write_gpkg

FENCE_HEIGHT_M: Final = 2.4


def write_roads(path: Path) -> None:
    """Centrelines with width and class."""
    roads = site_plan.roads()
    columns: dict[str, list[Any]] = {
        "road_id": [f"R{n:02d}" for n in range(1, len(roads) + 1)],
        "name": [one.name for one in roads],
        "surface_class": [one.surface_class for one in roads],
        "width_m": [one.width_m for one in roads],
        "material": ["沥青" if one.surface_class == "road" else "石板" for one in roads],
    }
    write_gpkg(path, columns, [one.line for one in roads])


def write_areas(path: Path, footprints: dict[str, Polygon]) -> None:
    """Plazas, water, parking, sports and the lawns between them."""
    areas = [*site_plan.hardscape()]
    green = planting.lawns(footprints)
    areas += [site_plan.Area(f"绿地{n:02d}", "green", polygon) for n, polygon in enumerate(green, start=1)]
    columns: dict[str, list[Any]] = {
        "area_id": [f"A{n:03d}" for n in range(1, len(areas) + 1)],
        "name": [one.name for one in areas],
        "surface_class": [one.surface_class for one in areas],
    }
    write_gpkg(path, columns, [one.polygon for one in areas])


def write_buildings(
    path: Path, buildings: list[Building], footprints: dict[str, Polygon], city: list[site_plan.Block]
) -> None:
    """Footprints of the campus and of the town around it."""
    uses = {one.code: one.use for one in site_plan.SITES}
    names = ("code", "name", "height_m", "storeys_above", "use", "floor_area_m2", "built_year")
    rows: list[tuple[Any, ...]] = []
    for n, one in enumerate(buildings):
        area = round(sum(storey.outline.area for storey in one.storeys if storey.rooms), 1)
        facts = (one.code, one.name_zh, one.height_m, one.floors_above, uses[one.code], area, 2011 + n % 4)
        rows.append((*facts, footprints[one.code]))
    for n, block in enumerate([*site_plan.small_blocks(), *city]):
        area = round(block.polygon.area * block.storeys, 1)
        facts = (block.code, block.name, block.height_m, block.storeys, block.use, area, 1992 + n * 7 % 30)
        rows.append((*facts, block.polygon))
    columns: dict[str, list[Any]] = {name: [row[k] for row in rows] for k, name in enumerate(names)}
    write_gpkg(path, columns, [row[-1] for row in rows])


def fence_lines() -> list[LineString]:
    """The fence, open at the gates."""
    gaps = [box(u - w / 2, v - 3, u + w / 2, v + 3) if abs(d[1]) > 0 else box(u - 3, v - w / 2, u + 3, v + w / 2)
            for u, v, w, d in site_plan.GATES.values()]  # fmt: skip
    left = shapely.line_merge(site_plan.FENCE.exterior.difference(shapely.union_all(gaps)))
    return list(shapely.get_parts(left))


def write_fence(path: Path) -> None:
    """Fence and hedges: lines with a height."""
    fence, hedges = fence_lines(), planting.hedges()
    lines = [*fence, *hedges]
    columns: dict[str, list[Any]] = {
        "fence_id": [f"F{n:02d}" for n in range(1, len(lines) + 1)],
        "surface_class": ["fence"] * len(fence) + ["hedge"] * len(hedges),
        "height_m": [FENCE_HEIGHT_M] * len(fence) + [0.8] * len(hedges),
        "width_m": [0.2] * len(fence) + [1.0] * len(hedges),
    }
    write_gpkg(path, columns, lines)


def _north_east(uv: Sequence[tuple[float, float]]) -> list[tuple[str, str]]:
    """X = north and Y = east as text with millimetres."""
    return [(f"{n:.3f}", f"{e:.3f}") for e, n in frame.to_map(np.array(uv))]


def write_planting(folder: Path, footprints: dict[str, Polygon], rng: np.random.Generator) -> list[planting.Lamp]:
    """trees.csv, lamps.csv, benches.csv; returns the lamps, which carry cameras."""
    trees = planting.make_trees(footprints, rng)
    places = _north_east([(one.u, one.v) for one in trees])
    write_csv(
        folder / "trees.csv",
        ("tree_id", "species", "X", "Y", "height_m", "crown_m", "surface_class"),
        [(f"T{n:04d}", one.species, x, y, one.height_m, one.crown_m, "tree")
         for n, (one, (x, y)) in enumerate(zip(trees, places, strict=True), start=1)],
    )  # fmt: skip
    lamps = planting.make_lamps()
    places = _north_east([(one.u, one.v) for one in lamps])
    write_csv(
        folder / "lamps.csv",
        ("lamp_id", "X", "Y", "height_m", "surface_class"),
        [
            (f"L{n:03d}", x, y, one.height_m, "lamp")
            for n, (one, (x, y)) in enumerate(zip(lamps, places, strict=True), start=1)
        ],
    )
    benches = planting.make_benches()
    places = _north_east([(one.u, one.v) for one in benches])
    write_csv(
        folder / "benches.csv",
        ("bench_id", "X", "Y", "heading_deg", "material", "surface_class"),
        [(f"S{n:03d}", x, y, round(frame.heading_deg(*one.facing), 1), "木", "bench")
         for n, (one, (x, y)) in enumerate(zip(benches, places, strict=True), start=1)],
    )  # fmt: skip
    return lamps


# --- zones -------------------------------------------------------------------------------------------


def zone_polygons() -> dict[str, Polygon]:
    """Twelve grids of responsibility by code."""
    us, vs = (-300.0, -86.0, 86.0, 300.0), (-320.0, -120.0, 14.0, 152.0, 340.0)
    found: dict[str, Polygon] = {}
    for low, high in itertools.pairwise(vs):
        for left, right in itertools.pairwise(us):
            part = site_plan.FENCE.intersection(box(left, low, right, high))
            assert isinstance(part, Polygon)
            found[f"WG-{len(found) + 1:02d}"] = part
    return found


ASSEMBLY: Final = {
    "JH-01": ("同心广场集合点", box(-20, -215, 20, -178)),
    "JH-02": ("运动场集合点", box(-200, 210, -156, 258)),
}


def write_zones(path: Path, responsible: Sequence[str]) -> None:
    """Grids and assembly areas."""
    grids = zone_polygons()
    rows: list[tuple[str, str, str, str, Polygon]] = [
        (code, f"网格{code[-2:]}", "grid", responsible[n % len(responsible)], polygon)
        for n, (code, polygon) in enumerate(grids.items())
    ]
    rows += [(code, name, "assembly", responsible[0], polygon) for code, (name, polygon) in ASSEMBLY.items()]
    columns: dict[str, list[Any]] = {
        name: [row[k] for row in rows] for k, name in enumerate(("code", "name", "zone_type", "responsible"))
    }
    write_gpkg(path, columns, [row[-1] for row in rows])


def zone_of(u: float, v: float, zones: dict[str, Polygon]) -> str | None:
    """The grid a place lies in."""
    return next((code for code, polygon in zones.items() if polygon.covers(shapely.Point(u, v))), None)
