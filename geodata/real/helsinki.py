"""A city block in Helsinki: terrain and storm drains in a local frame that its files wrongly call EPSG:3879."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_LOCAL = {"crs": "local", "vertical_datum": "local"}


def helsinki(data: Path) -> dict[str, Any]:
    """The declared CRS is overridden: the origin was shifted to 0, 0, so the coordinates lie in no real system."""
    folder = data / "terrain_pipes" / "helsinki_block"
    storm = {"subclass": "YS"}
    drains = {"layer": "drainage", "reader": "vector", "crs_override": True, "options": storm, **_LOCAL}
    return {
        "schema_version": 1,
        "name": {"zh": "赫尔辛基街区", "en": "Helsinki block"},
        "crs": "local",
        "vertical_datum": "local",
        "timezone": "Europe/Helsinki",
        "notice": {
            "zh": "真实街区，坐标原点已被移动（MIT，AaltoUrbanWater）",
            "en": "A real block whose origin was shifted (MIT, AaltoUrbanWater)",
        },
        "sources": [
            {
                "key": "dem",
                "path": str(folder / "raster_dem.asc"),
                "reader": "ascii_grid",
                "layer": "terrain",
                **_LOCAL,
            },
            {
                "key": "junctions",
                "path": str(folder / "junctions.shp"),
                **drains,
                "key_column": "name",
            },
            {"key": "outfalls", "path": str(folder / "outfalls.shp"), **drains, "key_column": "Outfall"},
            {"key": "conduits", "path": str(folder / "conduits.shp"), **drains, "key_column": "name"},
        ],
    }
