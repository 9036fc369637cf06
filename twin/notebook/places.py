"""Where something is asked: shapes, pairs of numbers, frames with a CRS, names of things; as shapes in campus CRS."""

from __future__ import annotations

from typing import Any

import shapely

from twin.errors import BadAreaError, BadPlaceError, MaskedPositionsError
from twin.notebook.areas import area_of
from twin.notebook.source import Source
from twin.store.choosing import Choice
from twin.store.query import sql_literal


def place_of(said: Any, source: Source) -> Any:
    """The shape that ``said`` means. Raises BadPlaceError; MaskedPositionsError for a thing that is only told roughly.

    ``said``: a shapely shape in the campus CRS, (x, y) or (x, y, z), a GeoDataFrame or GeoSeries with its CRS, or the
    feature_id of something with a shape.
    """
    if isinstance(said, str):
        _require_exact(said, source)
    if isinstance(said, (tuple, list)) and len(said) in (2, 3) and all(_is_number(one) for one in said):
        return shapely.Point(*said)
    try:
        return shapely.from_wkb(area_of(said, source))
    except BadAreaError as fault:
        raise BadPlaceError(said=fault.params["said"]) from None


def line_of(said: Any, source: Source) -> shapely.LineString:
    """A line, from what ``place_of`` takes or from a list of (x, y). Raises BadPlaceError."""
    if isinstance(said, (tuple, list)) and said and all(isinstance(one, (tuple, list)) for one in said):
        if len(said) < 2 or not all(len(one) in (2, 3) and all(map(_is_number, one)) for one in said):
            raise BadPlaceError(said="a list that is not (x, y) twice or more")
        return shapely.LineString([one[:2] for one in said])
    found = place_of(said, source)
    if isinstance(found, shapely.MultiLineString):
        found = shapely.line_merge(found)
    if not isinstance(found, shapely.LineString):
        raise BadPlaceError(said=f"a {found.geom_type} where a line is wanted")
    return found


def point_of(said: Any, source: Source) -> shapely.Point:
    """A point: that of ``said``, or one inside what it names. Raises BadPlaceError."""
    found = place_of(said, source)
    return found if isinstance(found, shapely.Point) else found.representative_point()


def _is_number(said: Any) -> bool:
    return isinstance(said, (int, float)) or hasattr(said, "__float__")


def _require_exact(feature_id: str, source: Source) -> None:
    if source.tells_exactly:
        return
    for one in source.layers():
        if one.underground and len(
            source.table(one.layer_id, Choice(where=(f"feature_id = {sql_literal(feature_id)}",)))
        ):
            raise MaskedPositionsError(layer=one.layer_id)
