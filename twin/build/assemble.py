"""From what readers produced to the tables of one generation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from twin.build.batches import SourceBatch
from twin.build.buildings import CAMPUS_KEY, adopted, merge_buildings, rename, rename_column
from twin.build.clip import clip_batch
from twin.build.ends import join_ends
from twin.build.heights import settle, with_edges
from twin.build.locate import locate, locate_elements
from twin.build.naming import name_ends
from twin.build.origin import Origin, choose_origin, move_instances, move_unplaced
from twin.build.rooms import Rooms
from twin.build.rows import LayerRows, collect
from twin.build.storeys import count_storeys, merge_storeys
from twin.mesh.elevation import TerrainSurface
from twin.mesh.ground import ground_surface
from twin.model.layer import LayerDefinition
from twin.model.raster import Raster
from twin.model.tables import ALIASES, AUXILIARY
from twin.settings import CampusSettings

_IN_BUILDINGS: Final = ("storeys", "spaces", "elements")


@dataclass(frozen=True, slots=True)
class Assembled:
    """Everything a generation holds, before it is numbered, meshed and written."""

    layers: dict[str, LayerRows]
    auxiliary: dict[str, pa.Table]
    rasters: tuple[Raster, ...]
    origin: Origin
    batches: tuple[SourceBatch, ...]
    ground: TerrainSurface


def assemble(
    batches: Sequence[SourceBatch],
    settings: CampusSettings,
    registry: Mapping[str, LayerDefinition],
    previous_origin: Origin | None,
) -> Assembled:
    """Collect, place, merge, settle, locate: in this order, since each needs the one before."""
    batches = [_clipped(batch, settings, registry) for batch in batches]
    layers = join_ends({layer_id: collect(layer, batches) for layer_id, layer in registry.items()})
    rasters = tuple(raster for batch in batches for raster in batch.rasters)
    origin = choose_origin(settings.origin, previous_origin, layers, batches)
    auxiliary = {name: _gather(name, schema, batches) for name, schema in AUXILIARY.items()}
    layers, auxiliary = _place_unplaced(layers, auxiliary, batches, origin)
    layers, auxiliary, merged = _merge(layers, auxiliary, settings, {batch.key for batch in batches})
    auxiliary, batches = name_ends(layers, auxiliary, batches)
    auxiliary["aliases"] = pa.concat_tables([auxiliary["aliases"], merged])
    ground = ground_of(rasters, layers, auxiliary)
    modes = {one.key: one.heights for one in settings.sources}
    layers = {key: settle(rows, modes, with_edges(ground), origin[2]) for key, rows in layers.items()}
    layers = _locate(layers, auxiliary)
    return Assembled(layers, auxiliary, rasters, origin, tuple(batches), ground)


def _clipped(batch: SourceBatch, settings: CampusSettings, registry: Mapping[str, LayerDefinition]) -> SourceBatch:
    window = next((one.clip for one in settings.sources if one.key == batch.key), None)
    return batch if window is None else clip_batch(batch, window, registry)


def ground_of(
    rasters: Sequence[Raster], layers: Mapping[str, LayerRows], auxiliary: Mapping[str, pa.Table]
) -> TerrainSurface:
    """The elevation grids; without any, the surface meshes; without any, the ground that manhole covers tell of."""
    terrain = layers.get("terrain")
    return ground_surface(
        rasters,
        None if terrain is None else terrain.table,
        auxiliary["meshes"],
        auxiliary["instances"],
        ((rows.table, rows.geometry) for rows in layers.values()),
    )


def _gather(name: str, schema: pa.Schema, batches: Sequence[SourceBatch]) -> pa.Table:
    parts = [batch.tables[name].cast(schema) for batch in batches if name in batch.tables]
    return pa.concat_tables(parts) if parts else schema.empty_table()


def _place_unplaced(
    layers: dict[str, LayerRows], auxiliary: dict[str, pa.Table], batches: Sequence[SourceBatch], origin: Origin
) -> tuple[dict[str, LayerRows], dict[str, pa.Table]]:
    unplaced = [batch.key for batch in batches if batch.unplaced]
    if not unplaced:
        return layers, auxiliary
    ids: set[str] = set()
    for rows in layers.values():
        pairs = zip(rows.strings("source_key"), rows.strings("feature_id"), strict=True)
        ids.update(str(one) for key, one in pairs if key in unplaced)
    moved = {key: move_unplaced(rows, unplaced, origin) for key, rows in layers.items()}
    return moved, {**auxiliary, "instances": move_instances(auxiliary["instances"], ids, origin)}


def _merge(
    layers: dict[str, LayerRows], auxiliary: dict[str, pa.Table], settings: CampusSettings, read: Collection[str]
) -> tuple[dict[str, LayerRows], dict[str, pa.Table], pa.Table]:
    """Registered buildings and their storeys become one each; every reference follows. Last: what they were called."""
    if "buildings" not in layers or "storeys" not in layers:
        return layers, auxiliary, ALIASES.empty_table()
    whole = {str(one) for one in layers["buildings"].strings("source_key")}
    buildings, building_aliases = merge_buildings(layers["buildings"], settings.buildings, read)
    layers = {
        key: adopted(rows, settings.buildings, buildings, whole) if key in _IN_BUILDINGS else rows
        for key, rows in layers.items()
    }
    storeys, storey_aliases = merge_storeys(layers["storeys"], building_aliases)
    aliases = {**building_aliases, **storey_aliases}
    merged = {**layers, "buildings": count_storeys(buildings, storeys), "storeys": storeys}
    merged = {key: rename(rows, aliases) for key, rows in merged.items()}
    own = merged["buildings"]
    merged["buildings"] = own.with_column("building_id", own.strings("feature_id"))
    own = merged["storeys"]
    merged["storeys"] = own.with_column("storey_id", own.strings("feature_id"))
    renamed = dict(auxiliary)
    for name, columns in (
        ("relations", ("from_id", "to_id")),
        ("aliases", ("alias", "feature_id")),
        ("properties", ("feature_id",)),
        ("materials", ("feature_id",)),
        ("systems", ("feature_id",)),
        ("instances", ("feature_id",)),
    ):
        for column in columns:
            table = renamed[name]
            position = table.schema.get_field_index(column)
            renamed[name] = table.set_column(
                position, table.schema.field(column), rename_column(table[column], aliases)
            )
    called = [list(aliases), list(aliases.values()), [CAMPUS_KEY] * len(aliases)]
    return merged, renamed, pa.table(called, schema=ALIASES)


def _locate(layers: dict[str, LayerRows], auxiliary: Mapping[str, pa.Table]) -> dict[str, LayerRows]:
    if not {"devices", "elements", "buildings", "storeys", "spaces"} <= set(layers):
        return layers
    meshes, instances = auxiliary["meshes"], auxiliary["instances"]
    rooms = Rooms.of(layers["spaces"], meshes, instances)
    devices = locate(layers["devices"], layers["buildings"], layers["storeys"], layers["spaces"], rooms)
    elements = locate_elements(layers["elements"], rooms, meshes, instances)
    return {**layers, "devices": devices, "elements": elements}


def drop_empty(layers: Mapping[str, LayerRows]) -> dict[str, LayerRows]:
    """Layers that have rows, in registry order."""
    return {key: rows for key, rows in layers.items() if len(rows)}
