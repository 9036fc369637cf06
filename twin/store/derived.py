"""Layers that were written back, on disk: one folder a layer, one file a version, append-only.

``derived/<layer_id>/0003.parquet`` is the table (GeoParquet, campus CRS), ``0003.json`` what it is; a version is there
as soon as its description is, so a crash between the two leaves the one before in force.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from twin.errors import DerivedDamagedError, DerivedRefusedError, NoDerivedLayerError
from twin.model.derived import LAYER_ID, DerivedLayer
from twin.store import geoparquet
from twin.store.durable import make_folder, write_whole
from twin.store.locks import FileLock

FOLDER: Final = "derived"
LOCK: Final = "derived.lock"
WAIT_S: Final = 30.0


class DerivedLayers:
    """Those of one campus folder. Writers wait for each other; readers for nobody."""

    def __init__(self, campus: Path) -> None:
        self._folder = campus / FOLDER
        self._lock = campus / LOCK

    def all(self) -> list[DerivedLayer]:
        """The newest version of each that was not withdrawn, by name. Raises DerivedDamagedError."""
        folders = sorted(one for one in self._folder.glob("*") if one.is_dir())
        newest = (self._newest(one.name) for one in folders)
        return [one for one in newest if one is not None and not one.withdrawn]

    def get(self, layer_id: str) -> DerivedLayer:
        """The version in force. Raises NoDerivedLayerError."""
        found = self._newest(layer_id)
        if found is None or found.withdrawn:
            raise NoDerivedLayerError(layer=layer_id, known=", ".join(one.layer_id for one in self.all()) or "-")
        return found

    def versions(self, layer_id: str) -> list[DerivedLayer]:
        """Every version, the oldest first; the table of each is still there."""
        return [self._described(layer_id, one) for one in self._numbers(layer_id)]

    def table(self, layer: DerivedLayer) -> pa.Table:
        """The rows of a version, in the columns of its definition but ``idx``. Raises DerivedDamagedError."""
        path = self._path(layer.layer_id, layer.version, "parquet")
        try:
            content = path.read_bytes()
            if sha256(content).hexdigest() != layer.sha256:
                raise DerivedDamagedError(path=path, detail="another content than was written")
            return pq.read_table(pa.BufferReader(content))
        except (OSError, pa.ArrowException) as fault:
            raise DerivedDamagedError(path=path, detail=str(fault)) from fault

    def add(self, layer: DerivedLayer, table: pa.Table, crs: str) -> DerivedLayer:
        """Keep a version; gives it with its number and hash. ``crs`` as in campus.toml."""
        stream = io.BytesIO()
        geoparquet.write(stream, table, crs)
        return self._write(layer, lambda number: self._keep(layer, number, stream.getvalue()))

    def withdraw(self, layer_id: str, made_by: str, made_at: str, why: str) -> DerivedLayer:
        """From now on there is no such layer; its versions stay. Raises NoDerivedLayerError."""
        before = self.get(layer_id)
        said = replace(before, withdrawn=True, made_by=made_by, made_at=made_at, method=why, rows=0, sha256="")
        return self._write(said, lambda number: self._describe(replace(said, version=number)))

    def _write(self, layer: DerivedLayer, write: Callable[[int], DerivedLayer]) -> DerivedLayer:
        lock = FileLock.take(self._lock, WAIT_S)
        if isinstance(lock, str):
            raise DerivedRefusedError(layer=layer.layer_id, detail=f"process {lock} is writing one; try again")
        try:
            make_folder(self._folder / layer.layer_id)
            return write(max(self._numbers(layer.layer_id), default=0) + 1)
        finally:
            lock.release()

    def _keep(self, layer: DerivedLayer, number: int, content: bytes) -> DerivedLayer:
        write_whole(self._path(layer.layer_id, number, "parquet"), content)
        return self._describe(replace(layer, version=number, sha256=sha256(content).hexdigest()))

    def _describe(self, layer: DerivedLayer) -> DerivedLayer:
        text = json.dumps(layer.to_dict(), ensure_ascii=False, indent=1)
        write_whole(self._path(layer.layer_id, layer.version, "json"), text.encode())
        return layer

    def _newest(self, layer_id: str) -> DerivedLayer | None:
        if LAYER_ID.match(layer_id) is None:  # no path but ours
            return None
        number = max(self._numbers(layer_id), default=None)
        return None if number is None else self._described(layer_id, number)

    def _numbers(self, layer_id: str) -> list[int]:
        return sorted(int(one.stem) for one in (self._folder / layer_id).glob("*.json") if one.stem.isdigit())

    def _described(self, layer_id: str, number: int) -> DerivedLayer:
        path = self._path(layer_id, number, "json")
        try:
            return DerivedLayer.from_dict(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise DerivedDamagedError(path=path, detail=f"{type(fault).__name__}: {fault}") from fault

    def _path(self, layer_id: str, number: int, ending: str) -> Path:
        return self._folder / layer_id / f"{number:04d}.{ending}"
