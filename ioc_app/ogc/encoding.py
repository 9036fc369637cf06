"""Features of a layer as GeoJSON, written once and kept: a page is then a matter of joining texts."""

from __future__ import annotations

import json
import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from ioc_app.ogc.reference import Reference

CHUNK_ROWS: Final = 256
KEPT_BYTES: Final = 96_000_000  # of all layers together
NOT_PROPERTIES: Final = frozenset({"geometry", "bbox", "idx", "feature_id"})


class FeatureTexts:
    """One GeoJSON text a feature; those that were asked last are kept. May be used from any thread."""

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._kept_bytes, self._bytes = kept_bytes, 0
        self._guard = threading.Lock()
        self._chunks: OrderedDict[tuple[object, int], list[bytes]] = OrderedDict()

    def of(self, key: object, table: pa.Table, reference: Reference, rows: NDArray[np.int64]) -> list[bytes]:
        """The texts of ``rows`` of ``table``, in their order; ``key`` says which table this is, in which reference."""
        found: dict[int, list[bytes]] = {}
        for number in np.unique(rows // CHUNK_ROWS).tolist():
            found[number] = self._chunk((key, number), table, reference)
        return [found[row // CHUNK_ROWS][row % CHUNK_ROWS] for row in rows.tolist()]

    def _chunk(self, key: tuple[object, int], table: pa.Table, reference: Reference) -> list[bytes]:
        with self._guard:
            if key in self._chunks:
                self._chunks.move_to_end(key)
                return self._chunks[key]
        made = written(table.slice(key[1] * CHUNK_ROWS, CHUNK_ROWS), reference)
        with self._guard:
            if key not in self._chunks:
                self._chunks[key] = made
                self._bytes += sum(map(len, made))
            while self._bytes > self._kept_bytes and len(self._chunks) > 1:
                _, old = self._chunks.popitem(last=False)
                self._bytes -= sum(map(len, old))
        return made


def written(table: pa.Table, reference: Reference) -> list[bytes]:
    """GeoJSON (RFC 7946) of every row, coordinates in ``reference``."""
    shapes = shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object))
    texts: Sequence[str | None] = shapely.to_geojson(reference.write(shapes)).tolist()
    named = table.select([name for name in table.column_names if name not in NOT_PROPERTIES])
    return [
        _feature(feature_id, shape, row)
        for feature_id, shape, row in zip(table["feature_id"].to_pylist(), texts, named.to_pylist(), strict=True)
    ]


def _feature(feature_id: str, shape: str | None, row: dict[str, Any]) -> bytes:
    properties = {name: _plain(name, value) for name, value in row.items() if value is not None}
    told = json.dumps(properties, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    identified = json.dumps(feature_id, ensure_ascii=False)
    return f'{{"type":"Feature","id":{identified},"geometry":{shape or "null"},"properties":{told}}}'.encode()


def _plain(name: str, value: Any) -> Any:
    if name == "attributes":
        return _object(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.isoformat() if isinstance(value, datetime | date) else value


def _object(text: str) -> Any:
    """What the source said beside, as JSON; numbers that JSON has not are null."""
    return json.loads(text, parse_constant=lambda _: None)
