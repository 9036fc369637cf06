"""The composed campus: real things from different places, put together and labelled so.

UBC Vancouver above ground, Schutterwald gas, heat and power and Bellinge sewers below it, four building models on UBC
footprints, a square kilometre of the Swiss Alps as terrain, meters for readings of Cambridge. Every move is one stated
similarity without scale.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Final

import numpy as np
import rasterio
import shapely
import tomlkit
from numpy.typing import NDArray

from geodata.real.meters import PATH, meter_points, meter_source, meters_csv
from geodata.real.schutterwald import networks
from twin.crs import transformer

CRS: Final = "EPSG:32610"
# the middle of the square kilometre, on UBC's Main Mall, in the campus CRS
MIDDLE: Final = (482100.0, 5456400.0)
HALF_M: Final = 495.0
# the terrain's lowest cell comes to lie here; the Alps are 1.6 km higher than Vancouver
GROUND_M: Final = 60.0
# where the middle of each network comes to lie under MIDDLE
_SCHUTTERWALD_MIDDLE: Final = (3417480.0, 5369910.0)
_BELLINGE_MIDDLE: Final = (583600.0, 6134700.0)

# source key -> file and title
MODELS: Final = {
    "duplex": ("ifc/duplex/Duplex_A_20110907.ifc", "Duplex"),
    "largebuilding": ("ifc/bim_whale/LargeBuilding.ifc", "LargeBuilding"),
    "samplehouse": ("ifc/samplehouse/SampleHouse4.ifc", "SampleHouse4"),
    "schependomlaan": ("ifc/schependomlaan/ROOT-houten_kozijnen.ifczip", "Schependomlaan"),
}

_SURFACE: Final[dict[str, dict[str, Any]]] = {
    "roads": {"file": "ubcv_roads_simple.geojson", "options": {"surface_class": "road"}},
    "hard": {
        "file": "ubcv_landscape_hard.geojson",
        "options": {
            "fields": {"surface_class": "LSHARD_TYPE"},
            "classes": {
                "Pedestrian": "path",
                "Driveway": "road",
                "Concrete": "plaza",
                "Parking": "parking",
                "Road": "road",
            },
        },
    },
    "water": {"file": "ubcv_municipal_waterfeatures.geojson", "options": {"surface_class": "water"}},
    "entrances": {"file": "ubcv_building_entraces.geojson", "options": {"surface_class": "entrance"}},
    "poi": {"file": "ubcv_poi.geojson", "options": {"surface_class": "poi"}},
}


def composed(data: Path) -> dict[str, Any]:
    """The whole recipe; footprints and ground levels are measured from the data."""
    window = _window()
    sites = _sites(data, window)
    return {
        "schema_version": 1,
        "name": {"zh": "组合园区", "en": "Composed campus"},
        "crs": CRS,
        "vertical_datum": "local",
        "timezone": "America/Vancouver",
        "notice": {
            "zh": "组合场景：地面为温哥华 UBC，管线来自舒特瓦尔德和贝林厄，表计来自剑桥，其余来自别处，位置均为拼合",
            "en": "Composed: UBC Vancouver above, Schutterwald and Bellinge pipes below, meters of Cambridge, the rest "
            "from elsewhere",
        },
        "buildings": [
            {
                "code": key,
                "name": {"zh": title, "en": title},
                "models": [key],
                "footprint": f"building:ubc-buildings:{sites[key][0]}",
            }
            for key, (_, title) in MODELS.items()
        ],
        "sources": [
            *_ground(data),
            *_above(data, window),
            *_below(data, window),
            *_models(data, sites),
            meter_source(CRS),
        ],
    }


def composed_files(data: Path) -> dict[str, str]:
    """What stands beside campus.toml, by its path: the list of meters, and what their points are."""
    sites = _sites(data, _window())
    titles = {key: title for key, (_, title) in MODELS.items()}
    return {PATH: meters_csv(sites, titles), "config/points.toml": tomlkit.dumps({"points": meter_points()})}


def _window() -> list[float]:
    return [MIDDLE[0] - HALF_M, MIDDLE[1] - HALF_M, MIDDLE[0] + HALF_M, MIDDLE[1] + HALF_M]


def _ground(data: Path) -> list[dict[str, Any]]:
    path = data / "terrain" / "swiss_1km" / "dem_2056_2p5m.tif"
    with rasterio.open(path) as dem:
        start = [(dem.bounds.left + dem.bounds.right) / 2, (dem.bounds.bottom + dem.bounds.top) / 2, _lowest(path)]
    return [
        {
            "key": "terrain",
            "path": str(path),
            "reader": "geotiff",
            "layer": "terrain",
            "placement": {"from": start, "to": [*MIDDLE, GROUND_M]},
        }
    ]


def _lowest(path: Path) -> float:
    with rasterio.open(path) as dem:
        return float(np.floor(dem.read(1, masked=True).min()))


def _above(data: Path, window: list[float]) -> list[dict[str, Any]]:
    folder = data / "campus" / "ubc"
    common = {"reader": "vector", "heights": "terrain", "clip": window}
    surface = [
        {
            "key": f"ubc-{key}",
            "path": str(folder / one["file"]),
            "layer": "surface",
            **common,
            "options": one["options"],
        }
        for key, one in _SURFACE.items()
    ]
    buildings = {
        "key": "ubc-buildings",
        "path": str(folder / "ubcv_buildings.geojson"),
        "layer": "buildings",
        **common,
        "key_column": "BLDG_UID",
    }
    trees = {
        "key": "ubc-trees",
        "path": str(folder / "ubcv_campus_trees.csv"),
        "layer": "surface",
        **common,
        "reader": "csv_points",
        "crs": "EPSG:4326",
        "key_column": "TREEID",
        "options": {"surface_class": "tree"},
    }
    return [buildings, *surface, trees]


def _below(data: Path, window: list[float]) -> list[dict[str, Any]]:
    """Pipes as deep below this terrain as they are below their own ground."""
    under = {"heights": "own_depth", "clip": window}
    town = {"from": list(_SCHUTTERWALD_MIDDLE), "to": list(MIDDLE), "rotation_deg": 28.0, "crs": "EPSG:31467"}
    sewers = {"from": list(_BELLINGE_MIDDLE), "to": list(MIDDLE), "rotation_deg": -15.0}
    bellinge = {
        "key": "sewers",
        "path": str(data / "pipes" / "bellinge" / "BellingeSWMM_v021_nopervious.inp"),
        "reader": "swmm",
        "layer": "drainage",
        "crs": "EPSG:25832",
        "vertical_datum": "local",
        "placement": sewers,
        **under,
    }
    return [*({**one, "placement": town, **under} for one in networks(data)), bellinge]


def _models(data: Path, sites: dict[str, tuple[str, list[float], float]]) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "path": str(data / file),
            "reader": "ifc",
            "placement": {"from": [0.0, 0.0, 0.0], "to": sites[key][1], "rotation_deg": sites[key][2]},
        }
        for key, (file, _) in MODELS.items()
    ]


# --- where the models stand ----------------------------------------------------------------------------


def _sites(data: Path, window: list[float]) -> dict[str, tuple[str, list[float], float]]:
    """Model -> footprint key, ``to`` point, rotation: the four free-standing footprints on the gentlest ground.

    Footprint centroid = IFC origin, longest footprint edge = IFC x axis, ground level = terrain.
    """
    outlines = _footprints(data / "campus" / "ubc" / "ubcv_buildings.geojson")
    ground = _Ground(data / "terrain" / "swiss_1km" / "dem_2056_2p5m.tif")
    west, south, east, north = window
    inner = shapely.box(west, south, east, north).buffer(-60.0)
    ranked = sorted(
        (ground.relief(shape), key)
        for key, shape in outlines.items()
        if inner.contains(shape) and 250.0 < shape.area < 2500.0
    )
    chosen = [key for _, key in ranked[: len(MODELS)]]
    # the largest model takes the largest of them
    by_size = sorted(chosen, key=lambda key: outlines[key].area)
    order = ("samplehouse", "duplex", "schependomlaan", "largebuilding")
    sites: dict[str, tuple[str, list[float], float]] = {}
    for model, key in zip(order, by_size, strict=True):
        middle = outlines[key].centroid
        level = float(ground.heights(np.array([[middle.x, middle.y]]))[0])
        to = [round(middle.x, 3), round(middle.y, 3), round(level, 3)]
        sites[model] = (key, to, round(_longest_edge_deg(outlines[key]), 4))
    return sites


def _footprints(path: Path) -> dict[str, Any]:
    """BLDG_UID -> outline in the campus CRS, for buildings whose id is unique."""
    moved = transformer("EPSG:4326", CRS)
    rows = json.loads(path.read_text(encoding="utf-8"))["features"]
    keys = [str(row["properties"]["BLDG_UID"]) for row in rows]
    return {
        key: shapely.transform(shapely.force_2d(shapely.geometry.shape(row["geometry"])), moved)
        for key, row in zip(keys, rows, strict=True)
        if keys.count(key) == 1
    }


def _longest_edge_deg(shape: Any) -> float:
    """Direction of the longest edge, counter-clockwise from east, in [0, 180)."""
    ring = max(shapely.get_parts(shape), key=lambda part: part.area).exterior
    corners = shapely.get_coordinates(ring)
    edges = np.diff(corners, axis=0)
    longest = edges[np.argmax(np.hypot(*edges.T))]
    return math.degrees(math.atan2(longest[1], longest[0])) % 180.0


class _Ground:
    """The Swiss terrain where the recipe puts it; nearest cell, which is enough to choose a site."""

    def __init__(self, path: Path) -> None:
        with rasterio.open(path) as dem:
            self._values = dem.read(1).astype(float)
            self._cell = dem.transform.a
            low_east, high_north = dem.bounds.left, dem.bounds.top
            middle = ((dem.bounds.left + dem.bounds.right) / 2, (dem.bounds.bottom + dem.bounds.top) / 2)
        self._west = low_east - middle[0] + MIDDLE[0]
        self._north = high_north - middle[1] + MIDDLE[1]
        self._shift = GROUND_M - _lowest(path)

    def heights(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        column = ((xy[:, 0] - self._west) / self._cell).astype(int)
        row = ((self._north - xy[:, 1]) / self._cell).astype(int)
        heights: NDArray[np.float64] = self._values[row, column] + self._shift
        return heights

    def relief(self, shape: Any) -> float:
        """How much the ground rises under an outline, in metres."""
        points = shapely.get_coordinates(shapely.segmentize(shapely.boundary(shape), self._cell))
        return float(np.ptp(self.heights(points)))
