"""Coordinates of a drawing in the form of the declared CRS: unit, axes, zone."""

from __future__ import annotations

from typing import Any

import numpy as np

from twin.crs.axes import first_is_north, is_easting, is_northing
from twin.crs.zones import to_declared_zone
from twin.readers.base import ReadReport, Source
from twin.readers.crs_unit import crs_units_per
from twin.readers.dxf.entities import Entity
from twin.readers.dxf.file import DxfText
from twin.readers.dxf.layers import Layers, unclear
from twin.units import in_metres


def placed_in(
    source: Source, drawing: DxfText, entities: list[Entity], layers: Layers, crs: str, report: ReadReport
) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    """Coordinates of every entity: east, north in the unit of ``crs``, height in m."""
    sizes = [len(one.xyz) for one in entities]
    xyz = np.concatenate([one.xyz for one in entities])
    mine = np.repeat([layers.of(one).pipe_class is not None for one in entities], sizes)
    unit = source.options.get("unit") or drawing.unit
    if unit is None:
        report.note(f"{source.path.name}: $INSUNITS says no unit: read in metres; options.unit says otherwise")
        unit = "m"
    x, y = xyz[mine, 0], xyz[mine, 1]
    grid = (is_easting(x) & is_northing(y)) | (is_northing(x) & is_easting(y))
    if unit != "m" and source.options.get("unit") is None and len(grid) and grid.mean() > 0.5:
        raise unclear(
            source.path,
            f"$INSUNITS says {unit}, but the coordinates are those of a grid in metres",
            f'Write options.unit = "m" (or "{unit}" if that is right).',
        )
    factor = crs_units_per(unit, crs)
    if factor is None:
        raise unclear(source.path, f"the drawing is in {unit}, which {crs} does not count in", "Correct crs.")
    out = xyz * [factor, factor, 1.0]
    out[:, 2] = in_metres(xyz[:, 2], unit)
    turned = first_is_north(source.path, source.path.name, out[mine, 0], out[mine, 1], source.options.get("axes"))
    if turned:
        out = out[:, [1, 0, 2]]
        report.note(f"{source.path.name}: X is north in this drawing; options.axes says otherwise")
    east = np.where(mine, out[:, 0], np.nan)
    shifted, note = to_declared_zone(source.path, east, crs)
    if note:
        report.note(f"{source.path.name}: {note}")
    out[mine, 0] = shifted[mine]
    return np.split(out, np.cumsum(sizes)[:-1])
