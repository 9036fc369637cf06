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

KEPT_BYTES: Final = 96_000_000  # of all layers together
_WRITER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
NOT_PROPERTIES: Final = frozenset({"geometry", "bbox", "idx", "feature_id"})


class FeatureTexts:
    """One GeoJSON text a feature; those that were asked last are kept. May be used from any thread."""

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._kept_bytes, self._bytes = kept_bytes, 0
        self._guard = threading.Lock()
        self._kept: OrderedDict[tuple[object, int], bytes] = OrderedDict()

    def of(self, key: object, table: pa.Table, reference: Reference, rows: NDArray[np.int64]) -> list[bytes]:
        """The texts of ``rows`` of ``table``, in their order; ``key`` says which table this is, in which reference."""
        names = [(key, row) for row in rows.tolist()]
        with self._guard:
            found = {name: self._kept[name] for name in names if name in self._kept}
            for name in found:
                self._kept.move_to_end(name)
        missing = [name for name in names if name not in found]
        if missing:
            made = written(table.take(pa.array([row for _, row in missing])), reference)
            found |= dict(zip(missing, made, strict=True))
            self._keep(dict(zip(missing, made, strict=True)))
        return [found[name] for name in names]

    def _keep(self, made: dict[tuple[object, int], bytes]) -> None:
        with self._guard:
            new = {name: text for name, text in made.items() if name not in self._kept}
            self._kept |= new
            self._bytes += sum(map(len, new.values()))
            while self._bytes > self._kept_bytes:
                self._bytes -= len(self._kept.popitem(last=False)[1])


def written(table: pa.Table, reference: Reference) -> list[bytes]:
    """GeoJSON (RFC 7946) of every row, coordinates in ``reference``."""
    shapes = shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object))
    texts: Sequence[str | None] = shapely.to_geojson(reference.write(shapes)).tolist()
    told = (name for name in table.column_names if name not in NOT_PROPERTIES)
    named = table.select([name for name in told if table[name].null_count < len(table)])
    return [
        _feature(feature_id, shape, row)
        for feature_id, shape, row in zip(table["feature_id"].to_pylist(), texts, named.to_pylist(), strict=True)
    ]


def _feature(feature_id: str, shape: str | None, row: dict[str, Any]) -> bytes:
    properties = {name: _plain(name, value) for name, value in row.items() if value is not None}
    told, identified = _WRITER.encode(properties), _WRITER.encode(feature_id)
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
