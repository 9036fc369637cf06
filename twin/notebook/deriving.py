"""From a DataFrame to the table of a layer: ids, shapes in the campus CRS, columns with types and units."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from twin.errors import DerivedRefusedError
from twin.model.derived import READER, DerivedLayer, source_key
from twin.model.feature import ARROW_TYPES, COMMON
from twin.model.identity import feature_ids, geometry_keys
from twin.model.layer import Column, ColumnType, LayerKind
from twin.model.text import Title
from twin.notebook.frames import crs_of
from twin.notebook.source import Source
from twin.store.geoparquet import box_array, boxes

if TYPE_CHECKING:
    import pandas

KIND: Final = "derived"
KEPT: Final = ("name", "building_id", "storey_id", "space_id", "accuracy_class", "plan_sd_m", "depth_sd_m")
_OURS: Final = frozenset(COMMON.names) - frozenset(KEPT)


def described(
    layer_id: str,
    rows: pandas.DataFrame,
    source: Source,
    *,
    method: str,
    title: Title | tuple[str, str] | str | None,
    units: Mapping[str, str] | None,
    inputs: Sequence[str],
    colour: str,
    key: str | None,
    underground: bool,
) -> tuple[dict[str, Any], pa.Table]:
    """What the layer is (``DerivedLayer`` as a dict) and its table, as ``twin.store.derived_rules`` will check them.

    Raises DerivedRefusedError for what cannot be made a table.
    """

    def refuse(detail: str) -> DerivedRefusedError:
        return DerivedRefusedError(layer=layer_id, detail=detail)

    if not len(rows):
        raise refuse("there is no row in it; withdraw_layer takes a layer out")
    shapes = _shapes(rows, source.crs, refuse)
    columns, data = _columns(rows, units or {}, refuse)
    kind = _kind(shapes)
    told = DerivedLayer(
        layer_id=layer_id,
        version=0,
        title=_title(title, layer_id),
        kind=kind,
        columns=tuple(columns),
        colour=colour,
        rows=len(rows),
        made_at=datetime.now(UTC).isoformat(),
        made_by=getpass.getuser(),
        method=method.strip(),
        generation=source.generation,
        inputs=tuple(inputs),
        underground=underground,
    )
    return told.to_dict(), _table(layer_id, rows, shapes, data, key, refuse)


def _title(said: Title | tuple[str, str] | str | None, layer_id: str) -> Title:
    if said is None or isinstance(said, str):
        return Title(said or layer_id, said or layer_id)
    return said if isinstance(said, Title) else Title(*said)


def _shapes(rows: Any, campus: str, refuse: Any) -> NDArray[np.object_]:
    """In the campus CRS; a frame without shapes has None in every row."""
    if getattr(rows, "_geometry_column_name", None) is None:
        return np.full(len(rows), None, object)
    if rows.crs is None:
        raise refuse("the GeoDataFrame has no CRS; set it with .set_crs(campus.crs)")
    mine = crs_of(campus)
    # an engineering CRS has no way to any other, and heights stay as they are
    moved = rows if rows.crs.equals(mine, ignore_axis_order=True) else rows.to_crs(mine)
    shapes: NDArray[np.object_] = moved.geometry.to_numpy(dtype=object)
    if shapely.is_missing(shapes).all():  # as GeoPandas makes of shapes with another index
        raise refuse("no row of the GeoDataFrame has a shape; do shapes and columns have the same index?")
    return shapes


def _kind(shapes: NDArray[np.object_]) -> LayerKind:
    """Points are drawn at screen size, lines and areas lie on the ground; what has no shape is a table."""
    present = shapes[~shapely.is_missing(shapes)]
    if not len(present):
        return LayerKind.TABLE
    return LayerKind.MARKER if (shapely.get_dimensions(present) == 0).all() else LayerKind.SURFACE


def _columns(rows: pandas.DataFrame, units: Mapping[str, str], refuse: Any) -> tuple[list[Column], dict[str, pa.Array]]:
    """The layer's own columns and the values of all that are kept."""
    columns, data = [], {}
    geometry = getattr(rows, "_geometry_column_name", None)
    for name in rows.columns:
        if name == geometry or name in _OURS:
            continue
        if not isinstance(name, str):
            raise refuse(f"column {name!r}: names are texts")
        values = pa.array(rows[name], from_pandas=True)
        kind = _type_of(values.type)
        if kind is None:
            raise refuse(f"column {name}: {values.type} is neither text, number, truth nor time")
        if name in KEPT:
            data[name] = values.cast(COMMON.field(name).type)
            continue
        columns.append(Column(name, Title(name, name), kind, units.get(name, ""), category=kind is ColumnType.TEXT))
        data[name] = values.cast(ARROW_TYPES[kind], safe=kind is not ColumnType.TIME)  # ours are microseconds
    strange = sorted(set(units) - {one.name for one in columns})
    if strange:
        raise refuse(f"units for columns that are not there: {', '.join(strange)}")
    return columns, data


def _type_of(kind: pa.DataType) -> ColumnType | None:
    tests = (
        (pa.types.is_boolean, ColumnType.BOOLEAN),
        (pa.types.is_integer, ColumnType.INTEGER),
        (pa.types.is_floating, ColumnType.NUMBER),
        (pa.types.is_decimal, ColumnType.NUMBER),
        (pa.types.is_timestamp, ColumnType.TIME),
        (pa.types.is_string, ColumnType.TEXT),
        (pa.types.is_large_string, ColumnType.TEXT),
        (pa.types.is_null, ColumnType.TEXT),
    )
    return next((found for is_it, found in tests if is_it(kind)), None)


def _table(
    layer_id: str,
    rows: pandas.DataFrame,
    shapes: NDArray[np.object_],
    data: Mapping[str, pa.Array],
    key: str | None,
    refuse: Any,
) -> pa.Table:
    """The common columns and the layer's own."""
    if key is not None and key not in rows.columns:
        raise refuse(f"there is no column {key} to take keys from")
    if key is not None and rows[key].isna().any():
        raise refuse(f"column {key} has rows without a value, so it tells no rows apart")
    keys = [str(one) for one in rows[key]] if key is not None else geometry_keys(shapes)
    ids = feature_ids([KIND] * len(rows), layer_id, keys, shapes)
    given: dict[str, Any] = {
        "feature_id": ids,
        "layer_id": [layer_id] * len(rows),
        "kind": [KIND] * len(rows),
        "geometry": shapely.to_wkb(shapes),
        "source_key": [source_key(layer_id)] * len(rows),
        "source_pos": [str(number) for number in range(1, len(rows) + 1)],
        "reader": [READER] * len(rows),
        "id_stable": [key is not None] * len(rows),
    }
    given["bbox"] = box_array(boxes(shapes))
    common = {
        field.name: data[field.name] if field.name in data else _array(given[field.name], field.type)
        for field in COMMON
        if field.name in data or field.name in given
    }
    own = {name: values for name, values in data.items() if name not in common}
    return pa.table({**common, **own})


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(values, kind)
