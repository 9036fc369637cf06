"""Axes and zones of a survey table: they are coordinates, and ``twin.crs`` owns those."""

from twin.crs.axes import AXES, first_is_north, is_easting, is_northing
from twin.crs.zones import to_declared_zone

__all__ = ["AXES", "first_is_north", "is_easting", "is_northing", "to_declared_zone"]
