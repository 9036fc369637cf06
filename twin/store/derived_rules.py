"""What a layer must be like before it is written back, whoever made its table."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from twin.errors import DerivedRefusedError
from twin.model.derived import COLOUR, COLUMN_NAME, LAYER_ID, READER, DerivedLayer, source_key
from twin.model.feature import ARROW_TYPES, COMMON
from twin.model.identity import MAX_BYTES
from twin.model.text import steers
from twin.store.query import ANSWER_MB

MOST_COLUMNS: Final = 200
_NOT_GIVEN: Final = frozenset({"idx"})  # a build gives it


def require_sound(layer: DerivedLayer, table: pa.Table, taken: Collection[str]) -> None:
    """``taken``: ids of layers and registers that were not written back. Raises DerivedRefusedError."""
    for what in (_description, _columns, _rows, _shapes):
        for detail in what(layer, table, taken):
            raise DerivedRefusedError(layer=layer.layer_id[:60], detail=detail)


def _description(layer: DerivedLayer, _table: pa.Table, taken: Collection[str]) -> Iterator[str]:
    if LAYER_ID.match(layer.layer_id) is None:
        yield "a layer's id is small letters, digits and _, begins with a letter and has at most 40 signs"
    if layer.layer_id in taken:
        yield "that is a layer that was surveyed, or a table of the campus; choose another id"
    if not layer.method.strip():
        yield "method says how it was computed"
    if COLOUR.match(layer.colour) is None:
        yield f"colour is #rrggbb in small letters, not {layer.colour!r}"
    if any(steers(one) for one in (layer.title.zh, layer.title.en, layer.method, *layer.inputs)):
        yield "title, method and inputs are one line of text each"


def _columns(layer: DerivedLayer, table: pa.Table, _taken: Collection[str]) -> Iterator[str]:
    own = {one.name: ARROW_TYPES[one.type] for one in layer.columns}
    common = {field.name: field.type for field in COMMON if field.name not in _NOT_GIVEN}
    if len(own) > MOST_COLUMNS:
        yield f"{len(own)} columns; at most {MOST_COLUMNS}"
    for name in own:
        if COLUMN_NAME.match(name) is None:
            yield f"column {name!r}: names are small letters, digits and _, with the unit at the end"
        if name in common:
            yield f"column {name!r} is one that every layer has"
    for field in table.schema:
        wanted = own.get(field.name, common.get(field.name))
        if wanted is None:
            yield f"column {field.name!r} is not described"
        elif field.type != wanted:
            yield f"column {field.name!r} is {field.type}, not {wanted}"
    needed = {*own, *(field.name for field in COMMON if not field.nullable), "geometry", "bbox"}
    missing = sorted(needed - set(table.column_names))
    if missing:
        yield f"columns are missing: {', '.join(missing)}"


def _rows(layer: DerivedLayer, table: pa.Table, _taken: Collection[str]) -> Iterator[str]:
    if not len(table) or len(table) != layer.rows:
        yield "there is no row in it" if not len(table) else f"{len(table)} rows, not {layer.rows}"
    if table.nbytes > ANSWER_MB * 1_000_000:
        yield f"it is larger than {ANSWER_MB} MB"
    told = {"layer_id": layer.layer_id, "source_key": source_key(layer.layer_id), "reader": READER}
    for name, wanted in told.items():
        if pc.any(pc.not_equal(table[name], wanted)).as_py() or table[name].null_count:
            yield f"{name} is {wanted!r} in every row"
    ids = table["feature_id"]
    if ids.null_count or pc.count_distinct(ids).as_py() != len(ids):
        yield "every row has a feature_id of its own"
    if pc.max(pc.binary_length(ids)).as_py() > MAX_BYTES:
        yield f"a feature_id has at most {MAX_BYTES} bytes"


def _shapes(_layer: DerivedLayer, table: pa.Table, _taken: Collection[str]) -> Iterator[str]:
    try:
        shapes = shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object))
    except shapely.GEOSException as fault:
        yield f"a shape cannot be read: {fault}"
        return
    corners = shapely.get_coordinates(shapes)
    bad = int((~np.isfinite(corners)).any(axis=1).sum())
    if bad:
        yield f"{bad} corners have coordinates that are no numbers, or that the campus CRS has no place for"
    empty = int((~shapely.is_missing(shapes) & shapely.is_empty(shapes)).sum())
    if empty:
        yield f"{empty} shapes are empty; a row without a shape has none"
