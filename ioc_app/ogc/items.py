"""Which features of a layer a request means, and the page of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ioc_app.ogc.asked import Asked
from ioc_app.ogc.encoding import NOT_PROPERTIES, FeatureTexts
from ioc_app.ogc.reference import Reference
from twin.errors import UnknownFeatureError
from twin.store.campus import Generation


@dataclass(frozen=True, slots=True)
class Page:
    """``matched`` of the layer, ``texts`` of this page."""

    matched: int
    texts: Sequence[bytes]


def queryables(table: pa.Table) -> dict[str, pa.DataType]:
    """Columns that may be compared with a value: texts, numbers, truth."""
    return {
        field.name: field.type
        for field in table.schema
        if field.name not in NOT_PROPERTIES | {"attributes"}
        and (pa.types.is_string(field.type) or pa.types.is_boolean(field.type) or _is_number(field.type))
    }


def page_of(generation: Generation, layer_id: str, wanted: Asked, texts: FeatureTexts) -> Page:
    """The features that ``wanted`` means, in the order of the layer."""
    exactly = wanted.exactly is not None
    table = generation.told(layer_id, exactly=exactly)
    rows = _rows(generation, layer_id, table, wanted, exactly=exactly)
    shown = rows[wanted.offset : wanted.offset + wanted.limit]
    key = (generation.number, layer_id, exactly, wanted.reference.uri)
    return Page(len(rows), texts.of(key, table, wanted.reference, shown))


def one_of(
    generation: Generation, layer_id: str, feature_id: str, reference: Reference, texts: FeatureTexts, *, exactly: bool
) -> bytes:
    """The text of one feature. Raises UnknownFeatureError."""
    table = generation.told(layer_id, exactly=exactly)
    row = pc.index(table["feature_id"], feature_id).as_py()
    if row < 0:
        raise UnknownFeatureError(feature_id=feature_id)
    key = (generation.number, layer_id, exactly, reference.uri)
    return texts.of(key, table, reference, np.array([row]))[0]


def _rows(generation: Generation, layer_id: str, table: pa.Table, wanted: Asked, *, exactly: bool) -> NDArray[np.int64]:
    """Row numbers, rising: a layer's ``idx`` are one run."""
    rows = np.arange(len(table))
    if wanted.area is not None:
        found = generation.index_told(layer_id, exactly=exactly).intersecting(wanted.area)
        rows = np.sort(found.astype(np.int64)) - (table["idx"][0].as_py() if len(table) else 0)
    for mask in (_then(table, wanted), _equal(table, wanted.equal)):
        if mask is not None:
            rows = rows[mask[rows]]
    return rows


def _then(table: pa.Table, wanted: Asked) -> NDArray[np.bool_] | None:
    """What held at some moment of the interval; without an end it still does, without a beginning it always did."""
    if not wanted.is_timed:
        return None
    begun = table["valid_from"] if wanted.until is not None else None
    ended = table["valid_to"] if wanted.since is not None else None
    mask = np.ones(len(table), bool)
    if begun is not None:
        mask &= _known(pc.less_equal(begun, pa.scalar(wanted.until, begun.type)))
    if ended is not None:
        mask &= _known(pc.greater_equal(ended, pa.scalar(wanted.since, ended.type)))
    return mask


def _known(holds: pa.ChunkedArray) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = pc.fill_null(holds, True).to_numpy()
    return found


def _equal(table: pa.Table, equal: Mapping[str, object]) -> NDArray[np.bool_] | None:
    if not equal:
        return None
    mask = np.ones(len(table), bool)
    for name, value in equal.items():
        mask &= pc.fill_null(pc.equal(table[name], pa.scalar(value)), False).to_numpy()
    return mask


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))
