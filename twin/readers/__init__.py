"""How to read a format: one file per format, one small contract (``base.py``).

``BUILT_IN`` is the table of readers. Others come in through the entry point group ``campus_twin.readers``;
the built-in ones go through the same door.

Here stand the contract and what every reader needs; a family of formats has a folder of its own: ``grids`` (terrain,
orthophotos), ``gis``, ``city``, ``survey`` (pipe tables), ``dxf`` (pipe drawings), ``networks``, ``ifc``, ``tables``
(registers), ``relations``, ``tilesets`` (3D Tiles of others).
"""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

from twin.errors import UnknownReaderError
from twin.readers.base import Reader

# name -> module and class; modules load only when asked for, so that a small campus starts fast
BUILT_IN: Final[dict[str, str]] = {
    "geotiff": "twin.readers.grids.geotiff:GeoTiffReader",
    "ascii_grid": "twin.readers.grids.ascii_grid:AsciiGridReader",
    "las": "twin.readers.grids.las:LasReader",
    "vector": "twin.readers.gis.vector:VectorReader",
    "geoparquet": "twin.readers.gis.geoparquet:GeoParquetReader",
    "csv_points": "twin.readers.gis.csv_points:CsvPointsReader",
    "cityjson": "twin.readers.city.cityjson:CityJsonReader",
    "citygml": "twin.readers.city.citygml:CityGmlReader",
    "osm": "twin.readers.gis.osm:OsmReader",
    "pipe_table": "twin.readers.survey.pipe_table:PipeTableReader",
    "dxf": "twin.readers.dxf.reader:DxfReader",
    "epanet": "twin.readers.networks.epanet:EpanetReader",
    "swmm": "twin.readers.networks.swmm:SwmmReader",
    "pandapipes": "twin.readers.networks.pandapipes:PandapipesReader",
    "pandapower": "twin.readers.networks.pandapower:PandapowerReader",
    "ifc": "twin.readers.ifc:IfcReader",
    "turtle": "twin.readers.relations.turtle:TurtleReader",
    "relations_csv": "twin.readers.relations.relations_csv:RelationsCsvReader",
    "register": "twin.readers.tables.register:RegisterReader",
    "tiles3d": "twin.readers.tilesets.reader:TilesetReader",
}


def reader_names() -> dict[str, str]:
    """Every reader that can be named in campus.toml, built-in and plugged in."""
    return {**BUILT_IN, **_plugged(tuple(sys.path))}


@lru_cache(maxsize=4)
def _plugged(search_path: tuple[str, ...]) -> dict[str, str]:  # noqa: ARG001  what is installed depends on it
    """Readers of other distributions; scanning them for every file would cost 20 ms each."""
    return {one.name: one.value for one in entry_points(group="campus_twin.readers")}


def load_reader(name: str) -> Reader:
    """The reader called ``name``."""
    known = reader_names()
    if name not in known:
        raise UnknownReaderError(reader=name, known=", ".join(sorted(known)))
    module, _, cls = known[name].partition(":")
    reader: Reader = getattr(import_module(module), cls)()
    return reader


def claims(path: Path) -> list[str]:
    """Names of all readers that take ``path``."""
    return [name for name in reader_names() if load_reader(name).supports(path)]
