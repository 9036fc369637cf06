"""The ground of the demo campus: graded land, wooded hill, flat building pads, road formation, lake."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.demo import frame, site_plan
from geodata.demo.frame import Array

CELL_M: Final = 2.0
HALF_EAST_M: Final = 470.0
HALF_NORTH_M: Final = 480.0
NODATA: Final = -9999.0
PAD_MARGIN_M: Final = 4.0  # a pad reaches this far beyond the walls, always more than one cell
PAD_BLEND_M: Final = 5.0


@dataclass(frozen=True)
class Pad:
    """A level platform in plan metres."""

    code: str
    polygon: shapely.Polygon
    level_m: float


@dataclass(frozen=True)
class Ground:
    """A north-up grid of levels in map coordinates; ``levels`` samples it."""

    heights_m: NDArray[np.float32]
    west_m: float
    north_m: float

    def levels(self, east_north: Array) -> Array:
        """Bilinear levels at (n, 2) east, north."""
        rows, cols = self.heights_m.shape
        x = np.clip((east_north[:, 0] - self.west_m) / CELL_M - 0.5, 0, cols - 1.001)
        y = np.clip((self.north_m - east_north[:, 1]) / CELL_M - 0.5, 0, rows - 1.001)
        i, j = y.astype(int), x.astype(int)
        fy, fx = y - i, x - j
        z = self.heights_m.astype(float)
        top = z[i, j] * (1 - fx) + z[i, j + 1] * fx
        low = z[i + 1, j] * (1 - fx) + z[i + 1, j + 1] * fx
        return np.asarray(top * (1 - fy) + low * fy)

    def plan_levels(self, uv: Array) -> Array:
        """Bilinear levels at (n, 2) plan metres."""
        return self.levels(frame.to_map(uv))


def pads(outlines: dict[str, shapely.Polygon]) -> list[Pad]:
    """One pad a campus building, a little above the land around it, from outlines in plan metres."""
    found = []
    for code, outline in outlines.items():
        level = round(site_plan.base_level_m(outline.centroid.y) + 0.45, 2)
        found.append(Pad(code, outline.convex_hull.buffer(PAD_MARGIN_M, join_style="mitre"), level))
    return found


def make_ground(outlines: dict[str, shapely.Polygon], rng: np.random.Generator) -> Ground:
    """The whole grid, from the outlines of the campus buildings."""
    cols, rows = int(2 * HALF_EAST_M / CELL_M), int(2 * HALF_NORTH_M / CELL_M)
    west, north = frame.EAST_M - HALF_EAST_M, frame.NORTH_M + HALF_NORTH_M
    e = west + (np.arange(cols) + 0.5) * CELL_M
    n = north - (np.arange(rows) + 0.5) * CELL_M
    uv = frame.to_plan(np.column_stack([a.ravel() for a in np.meshgrid(e, n)]))
    z = _natural(uv, rng)
    z = _grade_roads(uv, z)
    z = _grade_water(uv, z)
    platforms = pads(outlines)
    for pad in platforms:
        z = _blend(uv, z, pad.polygon, pad.level_m, PAD_BLEND_M)
    for pad in platforms:  # a neighbour's slope ends where a platform begins
        z = np.where(shapely.contains_xy(pad.polygon, uv[:, 0], uv[:, 1]), pad.level_m, z)
    heights = np.round(z.reshape(rows, cols), 3).astype(np.float32)
    return Ground(heights, west, north)


def _natural(uv: Array, rng: np.random.Generator) -> Array:
    """Sloping land with gentle waves, and the hill with ridges."""
    u, v = uv[:, 0], uv[:, 1]
    z = site_plan.BASE_LEVEL_M + site_plan.BASE_SLOPE * np.clip(v + 300, -140, 760)
    for wave_m, high_m in ((170.0, 0.20), (61.0, 0.02), (23.0, 0.01)):
        a, b = rng.uniform(0, 2 * np.pi, 2)
        z = z + high_m * np.sin(u / wave_m * 2 * np.pi + a) * np.cos(v / wave_m * 2 * np.pi + b)
    du, dv = (
        (u - site_plan.HILL_TOP[0]) / site_plan.HILL_REACH[0],
        (v - site_plan.HILL_TOP[1]) / site_plan.HILL_REACH[1],
    )
    angle = np.arctan2(dv, du)
    reach = np.hypot(du, dv) / (1 + 0.07 * np.sin(3 * angle + 0.5) + 0.05 * np.sin(5 * angle + 2.1))
    hill = np.where(reach < 1, (1 + np.cos(np.pi * np.clip(reach, 0, 1))) / 2, 0.0) ** 0.85
    rough = 1 + 0.05 * np.sin(u / 9.0 + 1.0) * np.sin(v / 7.0) + 0.04 * np.sin((u + v) / 15.0)
    top = np.clip(1 - np.hypot(du, dv) / 0.09, 0, 1)  # a small levelled terrace for the pavilion
    return np.asarray(z + site_plan.HILL_HEIGHT_M * hill * (rough * (1 - top) + top))


def _grade_roads(uv: Array, z: Array) -> Array:
    """Carriageways on a formation 0.12 m above the graded land; the hill path is cut where it lies."""
    lines = [road.line.buffer(road.width_m / 2 + 2.0) for road in site_plan.roads() if road.surface_class == "road"]
    distance = _distance(uv, shapely.union_all(lines), 7.0)
    share = np.clip(1 - distance / 6.0, 0, 1)
    level = site_plan.BASE_LEVEL_M + site_plan.BASE_SLOPE * np.clip(uv[:, 1] + 300, -140, 760) + 0.12
    return z * (1 - share) + level * share


def _grade_water(uv: Array, z: Array) -> Array:
    """Water surfaces as a laser scan delivers them: level, with banks."""
    lake, pool = site_plan.lake(), site_plan.POOL
    plaza = site_plan.hardscape()[0].polygon.buffer(6)
    z = _blend_slope(uv, z, plaza)
    lake_level = site_plan.base_level_m(lake.centroid.y) - site_plan.LAKE_DROP_M
    z = _blend(uv, z, lake.buffer(1.5), lake_level, 7.0)
    return _blend(uv, z, pool.buffer(1.0), site_plan.base_level_m(pool.bounds[1]) + 0.05, 4.0)


def _blend_slope(uv: Array, z: Array, polygon: BaseGeometry) -> Array:
    share = np.clip(1 - _distance(uv, polygon, 11.0) / 10.0, 0, 1)
    level = site_plan.BASE_LEVEL_M + site_plan.BASE_SLOPE * (uv[:, 1] + 300) + 0.1
    return z * (1 - share) + level * share


def _blend(uv: Array, z: Array, polygon: BaseGeometry, level_m: float, reach_m: float) -> Array:
    share = np.clip(1 - _distance(uv, polygon, reach_m + 1) / reach_m, 0, 1)
    share = share * share * (3 - 2 * share)
    return z * (1 - share) + level_m * share


def _distance(uv: Array, polygon: BaseGeometry, cap_m: float) -> Array:
    """Distance to ``polygon``, infinite beyond ``cap_m`` of its box: most cells need no exact answer."""
    xmin, ymin, xmax, ymax = polygon.bounds
    near = (uv[:, 0] > xmin - cap_m) & (uv[:, 0] < xmax + cap_m) & (uv[:, 1] > ymin - cap_m) & (uv[:, 1] < ymax + cap_m)
    shapely.prepare(polygon)
    near[near] = shapely.dwithin(polygon, shapely.points(uv[near]), cap_m)
    out = np.full(len(uv), np.inf)
    out[near] = shapely.distance(polygon, shapely.points(uv[near]))
    return out


def write_dem(ground: Ground, path: Path) -> None:
    """The grid as a surveyor delivers it: float32 GeoTIFF, nodata -9999."""
    rows, cols = ground.heights_m.shape
    profile = {
        "driver": "GTiff", "height": rows, "width": cols, "count": 1, "dtype": "float32", "crs": frame.CRS,
        "transform": rasterio.Affine(CELL_M, 0.0, ground.west_m, 0.0, -CELL_M, ground.north_m), "nodata": NODATA,
        "compress": "deflate", "predictor": 3, "tiled": True, "blockxsize": 256, "blockysize": 256,
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as target:
        target.write(ground.heights_m, 1)
