"""What ``within`` takes: a shape in the campus CRS, a frame with a CRS of its own, the name of a place."""

from __future__ import annotations

from typing import Any, Final

import shapely

from twin.errors import BadAreaError
from twin.notebook.frames import crs_of
from twin.notebook.source import Source
from twin.store.choosing import Choice
from twin.store.facts import REGISTER
from twin.store.query import sql_literal

PLACES: Final = ("buildings", "spaces", "storeys", "zones")  # looked through first


def area_of(said: Any, source: Source) -> bytes:
    """The shape as WKB in the campus CRS. Raises BadAreaError."""
    if isinstance(said, str):
        return _of_feature(said, source)
    if isinstance(said, shapely.Geometry):
        if shapely.is_empty(said):
            raise BadAreaError(said="an empty shape")
        return bytes(shapely.to_wkb(said))
    series = getattr(said, "geometry", None)
    if series is None or getattr(series, "crs", None) is None:
        raise BadAreaError(said=f"a {type(said).__name__} without a CRS" if series is not None else type(said).__name__)
    whole = series.to_crs(crs_of(source.crs)).union_all()
    if shapely.is_empty(whole):
        raise BadAreaError(said="a frame without shapes")
    return bytes(shapely.to_wkb(whole))


def _of_feature(feature_id: str, source: Source) -> bytes:
    layers = [one.layer_id for one in source.layers() if one.kind != REGISTER]
    for layer_id in sorted(layers, key=lambda one: (one not in PLACES, layers.index(one))):
        found = source.table(layer_id, Choice(where=(f"feature_id = {sql_literal(feature_id)}",)))
        if len(found) and "geometry" in found.column_names and found["geometry"][0].as_py() is not None:
            return bytes(found["geometry"][0].as_py())
    raise BadAreaError(said=f"'{feature_id}', which is nothing with a shape")
