"""In what unit the heights of a source are: campus.toml, else what the source says, else its CRS.

A plane CRS in feet says nothing of heights (GIS data in US survey feet hold them in feet or in metres); what follows
from that is each reader's decision.
"""

from __future__ import annotations

from twin.crs import horizontal, parse_crs, unit_metres
from twin.readers.base import Source

HOW_TO_STATE_IT = 'options.vertical_unit = "m", "ft" or "us-ft"'


def height_unit_m(source: Source, said: str | None, crs: str | None) -> float | None:
    """Metres in one unit of height; None where only the plane has a unit, and that is not the metre.

    ``said``: the unit that the source itself gives to its heights; ``options.vertical_unit`` goes before it.
    """
    name = source.options.get("vertical_unit") or said
    if name:
        return unit_metres(str(name), source.path)
    parsed = None if crs is None else parse_crs(crs, source.path)
    if parsed is None:
        return 1.0
    if len(parsed.axis_info) > 2:  # compound or 3D
        return float(parsed.axis_info[2].unit_conversion_factor)
    return None if odd_plane_unit(source, crs) else 1.0


def odd_plane_unit(source: Source, crs: str | None) -> str | None:
    """The unit in which ``crs`` counts east and north, where that is a length other than the metre."""
    parsed = None if crs is None else parse_crs(crs, source.path)
    flat = None if parsed is None else horizontal(parsed)
    if flat is None or not flat.is_projected:
        return None
    axis = flat.axis_info[0]
    return str(axis.unit_name) if abs(axis.unit_conversion_factor - 1.0) > 1e-9 else None


def taken_as_metres(source: Source, crs: str | None) -> str:
    """The note for heights of unknown unit that were read as metres."""
    plane = odd_plane_unit(source, crs)
    return (
        f"its plane is in {plane} and the unit of its heights is not stated: they are taken as metres; "
        f"write {HOW_TO_STATE_IT} for this source"
    )
