"""A campus as its readers see it: the generation in use, its tables, one feature and all that is known of it."""

from __future__ import annotations

import json
import weakref
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from twin.errors import (
    GenerationDamagedError,
    NeverBuiltError,
    NotACampusError,
    QueryTooLargeError,
    UnknownFeatureError,
    UnknownLayerError,
)
from twin.model.layer import LayerDefinition, definition_of
from twin.model.scene import Manifest
from twin.model.tables import ADDED_LATER, TABLES
from twin.model.time import AsOf
from twin.store.choosing import Choice, joined
from twin.store.generations import current_number, generation_at, generation_folder, load_manifest
from twin.store.leases import Lease
from twin.store.place_names import Names, place_names, resolved
from twin.store.query import ANSWER_MB, run_sql
from twin.store.registers import Registers, is_current, rows_at
from twin.store.secrecy import masked, masked_findings
from twin.store.spatial import SpatialIndex

_FACTS = ("properties", "materials", "systems")


class Generation:
    """One finished build, read-only. Tables are read when first asked for and kept."""

    def __init__(self, campus: Path, number: int) -> None:
        folder = generation_folder(campus, number)
        self._lease = Lease(folder)
        self._open(folder, load_manifest(campus, number))

    @classmethod
    def unfinished(cls, folder: Path, manifest: Manifest) -> Generation:
        """The one that is being built in ``folder``. It is not leased: nobody removes it, and it is to be renamed."""
        one = cls.__new__(cls)
        one._open(folder, manifest)
        return one

    def _open(self, folder: Path, manifest: Manifest) -> None:
        self.number, self.folder, self.manifest = manifest.generation, folder, manifest
        self._tables: dict[str, pa.Table] = {}
        self._masked: dict[str, pa.Table] = {}
        self._masked_indexes: dict[str, SpatialIndex] = {}
        # of its own, and not knowing it: nothing holds a generation, and its lease, that nobody asks any more
        this = weakref.proxy(self)
        self._index = lru_cache(maxsize=8)(partial(_index_of, this))
        self._positions = lru_cache(maxsize=8)(partial(_rows_by, this))

    @cached_property
    def scene(self) -> dict[str, Any]:
        """scene.json, as docs/interfaces.md describes it."""
        try:
            scene: dict[str, Any] = json.loads((self.folder / "scene.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as fault:
            raise GenerationDamagedError(path=self.folder, detail=str(fault)) from fault
        return scene

    def layer_ids(self) -> list[str]:
        """Layers that have a table here, in drawing order."""
        return list(self.manifest.layers)

    @cached_property
    def definitions(self) -> dict[str, LayerDefinition]:
        """The layers that have a table here, as they were when it was built; of columns those that hold something."""
        return {one["id"]: definition_of(one) for one in self.scene["layers"]}

    def table(self, layer_id: str) -> pa.Table:
        """A layer's whole table, rows in ``idx`` order."""
        if layer_id not in self.manifest.layers:
            raise UnknownLayerError(layer=layer_id, known=", ".join(self.layer_ids()))
        return self._read(self.folder / "layers" / f"{layer_id}.parquet")

    def auxiliary(self, name: str) -> pa.Table:
        """A table that is no layer (``twin.model.tables.TABLES``); empty columns if the build made no rows."""
        path = self.folder / "tables" / f"{name}.parquet"
        if name in ADDED_LATER and not path.exists():
            return TABLES[name].empty_table()
        return self._read(path)

    def sql(self, sql: str, parameters: dict[str, Any] | None = None, *, exactly: bool = True) -> pa.Table:
        """One read-only SELECT over every table of this generation; unless ``exactly`` what lies underground masked."""
        if exactly:
            return run_sql(self.folder, sql, parameters)
        named = {one: self.told(one, exactly=False) for one in self._secret() if one in sql.lower()}
        if "findings" in sql.lower():
            named["findings"] = self.findings(exactly=False)
        # what readers said of rows tells coordinates and levels of pipes
        return run_sql(self.folder, sql, parameters, extra=named, without=[*self._secret(), "remarks", "findings"])

    def rows(self, layer_id: str, choice: Choice, *, exactly: bool = True) -> pa.Table:
        """As ``Campus.rows``, whatever moment is chosen."""
        table = self.told(layer_id, exactly=exactly)
        chosen = [pa.array(one) for one in self._touching(layer_id, choice.within, exactly=exactly)]
        if choice.where:
            found = self.sql(f'SELECT idx FROM "{layer_id}" WHERE {joined(choice.where)}', exactly=exactly)
            chosen.append(found["idx"].combine_chunks().cast(pa.uint32()))
        for idx in chosen:
            table = table.filter(pc.is_in(table["idx"], idx))
        if table.nbytes > ANSWER_MB * 1_000_000:
            raise QueryTooLargeError(limit_mb=ANSWER_MB)
        return table

    def told(self, layer_id: str, *, exactly: bool) -> pa.Table:
        """A layer's table; of what lies underground, unless ``exactly``, the masked one."""
        table = self.table(layer_id)
        if exactly or layer_id not in self._secret():
            return table
        if layer_id not in self._masked:
            self._masked[layer_id] = masked(table)
        return self._masked[layer_id]

    def findings(self, *, exactly: bool) -> pa.Table:
        """What the inspection of its build found (``twin.model.tables.FINDINGS``).

        Unless ``exactly``, of what tells of things underground the rule, the things and the row of the source.
        """
        table = self.auxiliary("findings")
        return table if exactly else masked_findings(table)

    def index_told(self, layer_id: str, *, exactly: bool) -> SpatialIndex:
        """An index over ``told``."""
        if exactly or layer_id not in self._secret():
            return self.spatial_index([layer_id])
        if layer_id not in self._masked_indexes:
            self._masked_indexes[layer_id] = SpatialIndex.of([self.told(layer_id, exactly=False)])
        return self._masked_indexes[layer_id]

    def _secret(self) -> list[str]:
        return [name for name, one in self.definitions.items() if one.underground]

    def _touching(self, layer_id: str, areas: Sequence[bytes], *, exactly: bool) -> Iterator[NDArray[np.uint32]]:
        """The numbers of what touches each area in plan: as it is told, since to answer more would tell more."""
        for wkb in areas:
            area = shapely.force_2d(shapely.from_wkb(wkb))
            yield self.index_told(layer_id, exactly=exactly).intersecting(area)

    @cached_property
    def _rows(self) -> dict[str, tuple[str, int]]:
        """feature_id -> layer and row."""
        found: dict[str, tuple[str, int]] = {}
        for layer_id in self.layer_ids():
            for row, one in enumerate(self.table(layer_id)["feature_id"].to_pylist()):
                found[one] = (layer_id, row)
        return found

    def feature_ids(self) -> pa.Array:
        """Every feature id; its position is its ``idx``."""
        columns = [self.table(one)["feature_id"].combine_chunks() for one in self.layer_ids()]
        return pa.concat_arrays(columns) if columns else pa.array([], pa.string())

    def by_idx(self, idx: int) -> dict[str, Any]:
        """The feature with number ``idx``."""
        start = 0
        for layer_id in self.layer_ids():
            size = self.manifest.layers[layer_id].features
            if start <= idx < start + size:
                return self.feature(self.table(layer_id)["feature_id"][idx - start].as_py())
            start += size
        raise UnknownFeatureError(feature_id=f"#{idx}")

    def feature(self, feature_id: str) -> dict[str, Any]:
        """Everything known of one thing: its row, attributes, property sets, materials, systems, relations."""
        if feature_id not in self._rows:
            raise UnknownFeatureError(feature_id=feature_id)
        layer_id, row = self._rows[feature_id]
        found: dict[str, Any] = self.table(layer_id).slice(row, 1).to_pylist()[0]
        found["attributes"] = json.loads(found["attributes"]) if found["attributes"] else {}
        for name in _FACTS:
            found[name] = self._about(name, "feature_id", feature_id)
        found["relations"] = [
            *self._about("relations", "from_id", feature_id),
            *self._about("relations", "to_id", feature_id),
        ]
        return found

    @cached_property
    def place_names(self) -> dict[str, Names]:
        """What registers call places, by their column."""
        return place_names(self)

    def spatial_index(self, layer_ids: Sequence[str] | None = None) -> SpatialIndex:
        """An index over the named layers, or all."""
        names = tuple(layer_ids) if layer_ids is not None else tuple(self.layer_ids())
        return self._index(names)

    def _about(self, name: str, column: str, feature_id: str) -> list[dict[str, Any]]:
        rows = self._positions(name, column).get(feature_id, [])
        return self.auxiliary(name).take(rows).drop_columns([column]).to_pylist() if rows else []

    def _read(self, path: Path) -> pa.Table:
        key = str(path)
        if key not in self._tables:
            try:
                # in one piece: rows are then taken out of it thirty times as fast
                self._tables[key] = pq.read_table(path).combine_chunks()
            except (OSError, pa.ArrowInvalid) as fault:
                raise GenerationDamagedError(path=path, detail=str(fault)) from fault
        return self._tables[key]


def _index_of(generation: Generation, layer_ids: tuple[str, ...]) -> SpatialIndex:
    return SpatialIndex.of([generation.table(one) for one in layer_ids])


def _rows_by(generation: Generation, name: str, column: str) -> dict[str, list[int]]:
    """What stands in a column of an auxiliary table -> the rows in which it does."""
    found: dict[str, list[int]] = {}
    for row, one in enumerate(generation.auxiliary(name)[column].to_pylist()):
        found.setdefault(one, []).append(row)
    return found


class Campus:
    """A campus folder that was built at least once, always as it is in use now."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._generation: Generation | None = None
        self._registers: Registers | None = None
        self._named: tuple[object, dict[str, pa.Table]] | None = None

    @staticmethod
    def open(folder: Path) -> Campus:
        """Open ``folder``; raises NotACampusError or NeverBuiltError."""
        if not (folder / "campus.toml").is_file():
            raise NotACampusError(path=folder)
        campus = Campus(folder)
        campus.generation  # noqa: B018  fails now rather than at the first question
        return campus

    @property
    def generation(self) -> Generation:
        """The generation in use; a newer one is taken up as soon as ``current`` names it."""
        number = current_number(self.folder)
        if number is None:
            raise NeverBuiltError(path=self.folder)
        if self._generation is None or self._generation.number != number:
            self._generation = Generation(self.folder, number)
        return self._generation

    @property
    def registers(self) -> Registers:
        """The registers in use; a newer edition is taken up as soon as it is in force."""
        if self._registers is None or not is_current(self.folder, self._registers):
            self._registers = Registers.open(self.folder)
        return self._registers

    def generation_at(self, as_of: AsOf) -> Generation:
        """The generation that was in force then; the oldest there is, when asked for a time before it."""
        number = generation_at(self.folder, as_of.at)
        if number is None or number == self.generation.number:
            return self.generation
        return Generation(self.folder, number)

    def sql(
        self, sql: str, parameters: dict[str, Any] | None = None, as_of: AsOf | None = None, *, exactly: bool = True
    ) -> pa.Table:
        """One read-only SELECT over the layers in force at ``as_of`` (default: now) and the registers that hold then.

        ``staff`` are the rows that hold, ``staff_history`` all that ever stood there; likewise for the others. Unless
        ``exactly``, what lies underground is masked and there are no registers: persons are in them.
        """
        generation = self._as_of(as_of)
        if not exactly:
            return generation.sql(sql, parameters, exactly=False)
        tables = {}
        for name, history in self._histories(generation).items():
            tables[f"{name}_history"] = history
            tables[name] = rows_at(name, history, as_of)
        return run_sql(generation.folder, sql, parameters, extra=tables)

    def rows(self, layer_id: str, choice: Choice, *, exactly: bool = True) -> pa.Table:
        """The rows of a layer that ``choice`` names; what lies underground masked, unless ``exactly``.

        Raises UnknownLayerError, QueryFailedError for a condition that is none, QueryTooLargeError.
        """
        return self._as_of(AsOf(choice.at) if choice.at is not None else None).rows(layer_id, choice, exactly=exactly)

    def _as_of(self, as_of: AsOf | None) -> Generation:
        return self.generation if as_of is None else self.generation_at(as_of)

    def register(self, name: str, as_of: AsOf | None = None) -> pa.Table | None:
        """The rows of a register that hold at ``as_of`` (default: now); None when nobody delivered it."""
        history = self._histories(self.generation).get(name)
        return None if history is None else rows_at(name, history, as_of)

    def register_history(self, name: str) -> pa.Table | None:
        """Every row that ever stood in a register, with when it holds; None when nobody delivered it."""
        return self._histories(self.generation).get(name)

    def _histories(self, generation: Generation) -> dict[str, pa.Table]:
        """Every register in use, with places by their feature ids."""
        registers = self.registers
        key = (registers.number, generation.number)
        if self._named is None or self._named[0] != key:
            whole = {name: registers.history(name) for name in registers.names()}
            named = {name: resolved(one, generation.place_names) for name, one in whole.items() if one is not None}
            self._named = (key, named)
        return self._named[1]
