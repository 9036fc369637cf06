"""A campus that was surveyed twice: the second delivery differs from the first in known ways."""

from __future__ import annotations

from pathlib import Path

import geopandas
import shapely

from layers import registry
from tests.build.test_build import DEM, HEAD, NORTH, WEST, write_dem
from tests.campuses import own_campus
from twin.build import build_campus

SOURCE = """
[[sources]]
key = "{key}"
path = "sources/{key}.gpkg"
reader = "vector"
layer = "{layer}"
vertical_datum = "EPSG:5737"
options = {{ elevation_reference = "axis" }}
"""
KEYED = SOURCE + 'key_column = "no"\n'

# number -> start, end, diameter; by survey. G1 as it was, G2 half a metre east and 0.2 m deeper, G3 another diameter,
# G4 no longer there, G5 new, G6 has one vertex more in the same straight line
Pipes = dict[str, tuple[list[tuple[float, float, float]], float]]
GAS: Pipes = {
    "G1": ([(5, -50, 9.0), (90, -50, 9.0)], 0.3),
    "G2": ([(5, -60, 9.0), (90, -60, 9.0)], 0.3),
    "G3": ([(5, -70, 9.0), (90, -70, 9.0)], 0.3),
    "G4": ([(5, -80, 9.0), (90, -80, 9.0)], 0.3),
    "G6": ([(5, -85, 9.0), (90, -85, 9.0)], 0.3),
}
GAS_AGAIN: Pipes = {
    "G1": GAS["G1"],
    "G2": ([(5.5, -60, 8.8), (90.5, -60, 8.8)], 0.3),
    "G3": (GAS["G3"][0], 0.25),
    "G5": ([(5, -90, 9.0), (90, -90, 9.0)], 0.3),
    "G6": ([(5, -85, 9.0), (40, -85, 9.0), (90, -85, 9.0)], 0.3),
}


def write_gas(path: Path, pipes: Pipes) -> None:
    lines = [shapely.LineString([(WEST + x, NORTH + y, z) for x, y, z in line]) for line, _ in pipes.values()]
    columns = {"no": list(pipes), "diameter_m": [one for _, one in pipes.values()]}
    geopandas.GeoDataFrame(columns, geometry=lines, crs="EPSG:4549").to_file(path)


def write_trees(path: Path, places: list[tuple[float, float]]) -> None:
    """Things without a number: their ids come from their geometry."""
    shapes = [shapely.box(WEST + x, NORTH + y, WEST + x + 3, NORTH + y + 3) for x, y in places]
    geopandas.GeoDataFrame({"height_m": [4.0] * len(places)}, geometry=shapes, crs="EPSG:4549").to_file(path)


def resurveyed_campus(folder: Path) -> Path:
    """Generation 1 from the first delivery, 2 from the second, which is in use. Built once in a run."""
    return own_campus("resurveyed", folder, _build)


def _build(folder: Path) -> None:
    sources = folder / "sources"
    sources.mkdir(parents=True)
    write_dem(sources / "dem.tif", 10.0)
    write_gas(sources / "gas.gpkg", GAS)
    write_trees(sources / "sheds.gpkg", [(20, -20), (40, -20), (60, -20)])
    text = HEAD + "geoid_separation_m = 12.5\n" + DEM
    text += KEYED.format(key="gas", layer="gas") + SOURCE.format(key="sheds", layer="buildings")
    (folder / "campus.toml").write_text(text, encoding="utf-8")
    build_campus(folder, registry())
    write_gas(sources / "gas.gpkg", GAS_AGAIN)
    write_trees(sources / "sheds.gpkg", [(20, -20), (40.4, -20), (75, -20)])
    build_campus(folder, registry())
