"""The one package that owns coordinate systems, axis order, zones, datums, frames and placement.

Everything else in the twin is x = east, y = north, z = height, in metres of the campus CRS. PROJ is never
allowed its silent "ballpark" operation: a transformation that needs a missing grid or unknown parameters is an
error here, not a no-op. Heights are not transformed: two vertical datums meet only through a stated offset.

Axis order: EPSG declares 4534-4554 and many others north, east; ``always_xy`` everywhere settles it once.

Start at ``transformer`` (one CRS to another) and ``Georeference`` (a source to the campus). ``naming`` says what a CRS
is called, ``zones`` and ``readings`` what numbers look like, ``checking`` whether they fit a declared CRS,
``chinese_shift`` is GCJ-02 and BD-09, ``helmert`` estimates 4 and 7 parameters, ``datum_shift`` goes to another datum
by seven (``control_checks`` of its points, ``shift_doubts`` of what it placed), ``distortion`` tells the scale at a
place, ``vertical`` knows height datums.
"""

from twin.crs.georeference import CampusFrame, Georeference, check_datum
from twin.crs.globe import enu, geocentric, to_ecef
from twin.crs.naming import (
    LOCAL,
    OFF_EARTH_M,
    Points,
    crs_text,
    decide_crs,
    horizontal,
    is_north_first,
    parse_crs,
    projjson,
    require_projected_metres,
    short_name,
    unit_metres,
    vertical_name,
)
from twin.crs.similarity import Similarity, fit_similarity
from twin.crs.transforming import area_bounds, operation_at, transformer

__all__ = [
    "LOCAL",
    "OFF_EARTH_M",
    "CampusFrame",
    "Georeference",
    "Points",
    "Similarity",
    "area_bounds",
    "check_datum",
    "crs_text",
    "decide_crs",
    "enu",
    "fit_similarity",
    "geocentric",
    "horizontal",
    "is_north_first",
    "operation_at",
    "parse_crs",
    "projjson",
    "require_projected_metres",
    "short_name",
    "to_ecef",
    "transformer",
    "unit_metres",
    "vertical_name",
]
