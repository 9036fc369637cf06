"""Coordinates in network files: [COORDINATES], [VERTICES], [POLYGONS], and the unit of the map they are drawn on."""

from __future__ import annotations

import math
from typing import Final

from twin.crs import Georeference, parse_crs, unit_metres
from twin.readers.base import ReadReport, Source
from twin.readers.networks.inp import InpFile, Verdicts
from twin.readers.networks.network_batch import Place
from twin.readers.options import COUNTS, TEXT, Options

INP_OPTIONS: Final[Options] = {"tolerate": COUNTS, "coordinate_unit": TEXT}
_MAP_UNITS: Final = {"FEET": "ft", "METERS": "m", "METRES": "m"}


def read_places(file: InpFile, verdicts: Verdicts, bad: int, *, fold: bool) -> dict[str, Place]:
    """Node -> x, y; the last line of a node counts, as in the engines. ``fold``: ids ignore case (SWMM)."""
    return {key: some[-1] for key, some in read_paths(file, "COORDINATES", verdicts, bad, fold=fold).items()}


def read_paths(file: InpFile, section: str, verdicts: Verdicts, bad: int, *, fold: bool) -> dict[str, list[Place]]:
    """Thing -> its corners in the order of the file."""
    found: dict[str, list[Place]] = {}
    for row in file.rows(section):
        key = row.words[0].upper() if fold else row.words[0]
        place = (verdicts.number(row, 1, "x", bad=bad), verdicts.number(row, 2, "y", bad=bad))
        if math.isfinite(place[0]) and math.isfinite(place[1]):
            found.setdefault(key, []).append(place)
    return found


def georeference(file: InpFile, source: Source, report: ReadReport, *, map_section: str) -> Georeference:
    """The way to the campus. A CRS counts in its own unit; only a local frame needs the unit of the map.

    ``options.coordinate_unit`` says it, else ``map_section`` (UNITS Feet, Meters), else metres, with a note.
    Levels are turned to metres by the readers.
    """
    unit = "m"
    if source.crs is not None and parse_crs(source.crs, source.path) is None:
        stated = source.options.get("coordinate_unit")
        drawn = _MAP_UNITS.get((file.option("UNITS", section=map_section) or "").upper())
        unit = str(stated or drawn or "m")
        if stated is None and drawn is None:
            report.note(
                f"{source.path.name}: the file does not say the unit of its coordinates; read as metres. "
                'options.coordinate_unit = "ft" says otherwise'
            )
    return source.georeference(None, heights=True, unit_m=unit_metres(unit, source.path), vertical_unit_m=1.0)
