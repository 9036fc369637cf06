"""Arrow tables as pandas and GeoPandas know them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import pyarrow as pa
import pyproj

from twin.crs import projjson
from twin.errors import NoGeometryError

if TYPE_CHECKING:
    import geopandas
    import pandas

GEOMETRY: Final = "geometry"
EVENT: Final = (
    "event_id",
    "type",
    "originator",
    "occurred_at",
    "level",
    "text",
    "position",
    "attributes",
    "received_at",
    "feed",
)


class Result(Protocol):
    """What an analysis gives."""

    def to_arrow(self) -> pa.Table:
        """Its rows."""


def crs_of(campus: str) -> pyproj.CRS:
    """The campus CRS as GeoPandas has it; an engineering CRS for ``local``."""
    return pyproj.CRS.from_user_input(projjson(campus))


def frame(table: pa.Table, crs: str) -> pandas.DataFrame:
    """A GeoDataFrame where there is a column ``geometry`` of WKB, else a DataFrame."""
    if GEOMETRY in table.column_names and _is_binary(table.schema.field(GEOMETRY).type):
        found: pandas.DataFrame = geo_frame(table, crs, "table")
        return found
    plain: pandas.DataFrame = table.to_pandas()
    return plain


def geo_frame(table: pa.Table, crs: str, layer: str) -> geopandas.GeoDataFrame:
    """Shapes are x = east, y = north, z = height in the campus CRS. Raises NoGeometryError."""
    import geopandas
    import shapely

    if GEOMETRY not in table.column_names or table[GEOMETRY].null_count == len(table) > 0:
        raise NoGeometryError(layer=layer)
    shapes = shapely.from_wkb(table[GEOMETRY].to_numpy())
    plain = table.drop_columns([GEOMETRY, *([] if "bbox" not in table.column_names else ["bbox"])])
    return geopandas.GeoDataFrame(plain.to_pandas(), geometry=shapes, crs=crs_of(crs))


def with_places(table: pa.Table) -> pa.Table:
    """With a column ``geometry``, points made of x, y and z, where it has those and none; rows without a place stay."""
    if GEOMETRY in table.column_names or not {"x", "y"} <= set(table.column_names):
        return table
    import shapely

    names = [one for one in ("x", "y", "z") if one in table.column_names]
    places = np.column_stack([table[one].cast(pa.float64()).to_numpy() for one in names])
    shapes = np.array(shapely.points(places), object)
    shapes[np.isnan(places).any(axis=1)] = None
    return table.append_column(GEOMETRY, pa.array(shapely.to_wkb(shapes), pa.binary()))


def event_frame(rows: Sequence[Mapping[str, Any]], timezone: str) -> pandas.DataFrame:
    """Events as ``/api/v1/events`` gives them, times campus-local; the same columns where there is none."""
    import pandas

    found = pandas.DataFrame([[one.get(name) for name in EVENT] for one in rows], columns=list(EVENT))
    for name in ("occurred_at", "received_at"):
        found[name] = pandas.to_datetime(found[name], utc=True, format="ISO8601").dt.tz_convert(timezone)
    return found


def in_local_time(table: pa.Table, timezone: str) -> pa.Table:
    """The same moments, shown in the time of the campus."""
    for position, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type) and field.type.tz is not None:
            kind = pa.timestamp(field.type.unit, timezone)
            table = table.set_column(position, pa.field(field.name, kind), table[field.name].cast(kind))
    return table


def _is_binary(kind: Any) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_null(kind))
