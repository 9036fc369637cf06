"""From a layer's table to tile contents, by the kind of the layer: one small function a kind."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from twin.build.origin import Origin
from twin.build.paint import colours, properties
from twin.mesh.buildings import extrude
from twin.mesh.elements import instances_batch
from twin.mesh.elevation import ElevationGrid, TerrainSurface
from twin.mesh.pipes import sweep
from twin.mesh.shafts import node_symbols
from twin.mesh.shell import shell
from twin.mesh.shell_colour import like_its_elements
from twin.mesh.solids import solids
from twin.mesh.surface import WRITTEN_BACK, surface_batch
from twin.mesh.terrain import TerrainNode, terrain_pyramid
from twin.mesh.zones import zone_bands
from twin.model.layer import LayerDefinition, LayerKind
from twin.model.mesh import MeshBatch
from twin.model.network import LINK, NODE
from twin.model.raster import Raster
from twin.tiles.plan import Coarse, TileContent, chunked_contents, whole_contents

# a pipe of unknown size is drawn this thick; the table still says that its diameter is unknown
UNKNOWN_DIAMETER_M: Final = 0.1
# a pipe seen from so far that its chunks are not loaded is square
COARSE_SIDES: Final = 4
# a coarse shell gives way to the true elements nearer than about 200 times this
SHELL_ERROR_M: Final = 4.0
# a building of which only the outline is known is drawn this high; the table still says nothing of its height
UNKNOWN_STOREY_HEIGHT_M: Final = 3.3
UNKNOWN_HEIGHT_M: Final = 6.0


@dataclass(slots=True)
class Meshing:
    """What the functions below share: the finished tables and where the scene is."""

    registry: Mapping[str, LayerDefinition]
    tables: Mapping[str, pa.Table]
    meshes: pa.Table
    instances: pa.Table
    rasters: Sequence[Raster]
    ground: TerrainSurface
    origin: Origin
    storey_numbers: Mapping[str, int]

    def contents(self) -> list[TileContent]:
        """Every layer's contents, in registry order."""
        return [
            one
            for layer_id, table in self.tables.items()
            for one in BY_KIND[self.registry[layer_id].kind](self, self.registry[layer_id], table)
        ]

    def properties(self, layer: LayerDefinition, table: pa.Table) -> pa.Table:
        return properties(layer, table, self.storey_numbers)

    def instances_of(self, layer: LayerDefinition, table: pa.Table) -> MeshBatch:
        """The canonical meshes of the rows of ``table``, in its order."""
        return instances_batch(
            self.meshes,
            self.instances,
            feature_ids=table["feature_id"],
            idx=table["idx"].to_numpy(),
            rgba=colours(layer, table),
            origin=self.origin,
        )


def shapes(table: pa.Table) -> NDArray[np.object_]:
    """The geometry column as shapely objects."""
    found: NDArray[np.object_] = shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object))
    return found


def numbers(table: pa.Table, name: str) -> NDArray[np.float64]:
    """A numeric column, NaN where it says nothing."""
    found: NDArray[np.float64] = table[name].to_numpy().astype(float)
    return found


# --- one function a kind -------------------------------------------------------------------------------


def _terrain(work: Meshing, layer: LayerDefinition, table: pa.Table) -> Iterator[TileContent]:
    """Every elevation grid as a pyramid (earlier sources win where two overlap), then surface meshes as delivered."""
    own = colours(layer, table)
    above: list[ElevationGrid] = []
    for number, raster in enumerate(one for one in work.rasters if one.is_height):
        rows = pc.and_(pc.equal(table["source_key"], raster.source_key), pc.equal(table["kind"], "grid"))
        position = pc.index(rows, True).as_py()
        if position < 0:
            continue
        grid = ElevationGrid(raster.values, raster.transform)
        idx = table["idx"][position].as_py()
        node = terrain_pyramid(grid.without(above), work.origin, idx=idx, rgba=own[position])
        above.append(grid)
        yield from _terrain_node(node, f"grid{number}", layer, work.properties(layer, table.slice(position, 1)))
    mesh_rows = table.filter(pc.equal(table["kind"], "terrain_mesh"))
    if len(mesh_rows):
        batch = work.instances_of(layer, mesh_rows)
        yield from whole_contents("mesh", layer.id, batch, work.properties(layer, mesh_rows))


def _terrain_node(node: TerrainNode, key: str, layer: LayerDefinition, rows: pa.Table) -> Iterator[TileContent]:
    error = node.geometric_error_m if node.children else 0.0
    children = tuple(
        content
        for number, child in enumerate(node.children)
        for content in _terrain_node(child, f"{key}-{number}", layer, rows)
    )
    batch = node.batch
    properties_here = rows if batch.features else rows.slice(0, 0)
    yield TileContent(key, layer.id, batch, properties_here, True, error, children)


def _surface(work: Meshing, layer: LayerDefinition, table: pa.Table) -> Iterator[TileContent]:
    """What lies on the ground; a layer that was written back has no classes and lies above them all."""
    there = set(table.column_names)
    classes = table["surface_class"].to_pylist() if "surface_class" in there else [WRITTEN_BACK] * len(table)
    width, height, crown = (numbers(table, one) if one in there else None for one in ("width_m", "height_m", "crown_m"))
    batch = surface_batch(
        shapes(table),
        classes,
        width_m=width,
        height_m=height,
        crown_m=crown,
        species=table["species"].to_pylist() if "species" in there else None,
        ground=work.ground,
        rgba=colours(layer, table),
        idx=table["idx"].to_numpy(),
        origin=work.origin,
    )
    yield from chunked_contents("surface", layer.id, batch, work.properties(layer, table))


def _volumes(work: Meshing, layer: LayerDefinition, table: pa.Table) -> Iterator[TileContent]:
    """Buildings: a shell in front of their elements where there is a model, else delivered solids, else extruded."""
    modelled = work.tables.get("elements")
    owners = set(pc.unique(modelled["building_id"]).to_pylist()) - {None} if modelled is not None else set()
    has_model = np.array([one in owners for one in table["feature_id"].to_pylist()], dtype=bool)
    if modelled is not None:
        for row in np.flatnonzero(has_model):
            yield from _modelled(work, layer, table.slice(int(row), 1), modelled)
    rest = table.take(pa.array(np.flatnonzero(~has_model)))
    if len(rest):
        yield from chunked_contents("blocks", layer.id, _blocks(work, layer, rest), work.properties(layer, rest))


def _modelled(work: Meshing, layer: LayerDefinition, building: pa.Table, elements: pa.Table) -> Iterator[TileContent]:
    """One building's elements, behind a coarse shell when that is worth drawing."""
    own = elements.filter(pc.equal(elements["building_id"], building["feature_id"][0]))
    definition = work.registry["elements"]
    key = f"b{building['idx'][0].as_py()}"
    batch = work.instances_of(definition, own)
    details = whole_contents(key, definition.id, batch, work.properties(definition, own))
    if not len(batch.triangles):
        return
    coarse = shell(batch, rgba=colours(layer, building)[0], idx=building["idx"][0].as_py())
    if not len(coarse.triangles) or len(coarse.triangles) >= len(batch.triangles):
        yield from details
        return
    coarse = like_its_elements(coarse, batch)
    yield TileContent(key, layer.id, coarse, work.properties(layer, building), False, SHELL_ERROR_M, details)


def _blocks(work: Meshing, layer: LayerDefinition, table: pa.Table) -> MeshBatch:
    """Buildings without a model: solids where the source has heights at its corners, else extruded outlines."""
    outline = shapes(table)
    rgba, idx = colours(layer, table), table["idx"].to_numpy()
    faces = shapely.get_num_geometries(outline)
    delivered = np.array([_is_solid(one, int(count)) for one, count in zip(outline, faces, strict=True)], dtype=bool)
    height = numbers(table, "height_m")
    storeys = numbers(table, "storeys_above")
    height = np.where(np.isnan(height), storeys * UNKNOWN_STOREY_HEIGHT_M, height)
    height = np.where(np.isnan(height), UNKNOWN_HEIGHT_M, height)
    flat = shapely.force_2d(outline)
    lowest, highest = work.ground.lowest_along(flat), work.ground.highest_along(flat)
    own_level = np.array([_level(one) for one in outline])
    base = np.where(np.isnan(lowest), own_level, lowest)
    top = np.where(np.isnan(highest), own_level, highest) + height
    blocks = extrude(_only(flat, ~delivered), base, top, rgba=rgba, idx=idx, origin=work.origin, floor=True)
    bodies = solids(_only(outline, delivered), rgba=rgba, idx=idx, origin=work.origin)
    return _overlay(blocks, bodies)


def _only(shapes: NDArray[np.object_], rows: NDArray[np.bool_]) -> NDArray[np.object_]:
    """``shapes`` with None where ``rows`` is False."""
    out = shapes.copy()
    out[~rows] = None
    return out


def _overlay(first: MeshBatch, second: MeshBatch) -> MeshBatch:
    """Two batches over the same feature rows as one."""
    shift = np.uint32(len(first.positions))
    return MeshBatch(
        np.concatenate([first.positions, second.positions]),
        np.concatenate([first.triangles, second.triangles + shift]),
        np.concatenate([first.feature, second.feature]),
        first.rgba,
        first.idx,
    )


def _is_solid(shape: shapely.Geometry | None, faces: int) -> bool:
    """Whether a shape is faces of a body rather than an outline laid on the ground: some face stands upright."""
    if shape is None or faces < 4:
        return False
    return any(face.area < 1e-3 * max(face.length, 1e-9) for face in shapely.get_parts(shape))


def _level(shape: shapely.Geometry | None) -> float:
    z = shapely.get_coordinates(shape, include_z=True)[:, 2] if shape is not None else np.empty(0)
    return float(np.nanmin(z)) if len(z) and not np.isnan(z).all() else 0.0


def _elements(work: Meshing, layer: LayerDefinition, table: pa.Table) -> Iterator[TileContent]:
    """Elements in no building of the campus, and spaces; elements of buildings come with their building."""
    buildings = work.tables.get("buildings")
    known = set(buildings["feature_id"].to_pylist()) if buildings is not None else set()
    owner = table["building_id"].to_pylist()
    if layer.id == "elements":
        table = table.take(pa.array([row for row, one in enumerate(owner) if one not in known], pa.int64()))
        owner = [None] * len(table)
    for number, one in enumerate(dict.fromkeys(owner)):
        rows = table if one is None and layer.id == "elements" else table.filter(_is(table["building_id"], one))
        batch = work.instances_of(layer, rows)
        yield from whole_contents(f"site{number}", layer.id, batch, work.properties(layer, rows))


def _is(column: pa.ChunkedArray, value: str | None) -> pa.ChunkedArray:
    return pc.is_null(column) if value is None else pc.equal(column, value)


def _pipes(work: Meshing, layer: LayerDefinition, table: pa.Table) -> Iterator[TileContent]:
    links = table.filter(pc.equal(table["kind"], LINK))
    if len(links):
        yield from _links(work, layer, links)
    nodes = table.filter(pc.equal(table["kind"], NODE))
    if len(nodes):
        batch = _nodes(work, layer, nodes, links)
        yield from chunked_contents("nodes", layer.id, batch, work.properties(layer, nodes), normals=True)


def _links(work: Meshing, layer: LayerDefinition, links: pa.Table) -> Iterator[TileContent]:
    """Pipes as tubes and boxes near by, square from afar."""
    lines, rgba, idx = shapes(links), colours(layer, links), links["idx"].to_numpy()
    diameter, width, height = (numbers(links, name) for name in ("diameter_m", "width_m", "height_m"))

    def tubes(rows: NDArray[np.int64], sides: int | None = None) -> MeshBatch:
        return sweep(
            lines[rows],
            diameter[rows],
            width[rows],
            height[rows],
            rgba=rgba[rows],
            idx=idx[rows],
            origin=work.origin,
            default_diameter_m=UNKNOWN_DIAMETER_M,
            sides=sides,
        )

    # between a circle and the square inside it
    error_m = float(np.nanmax(diameter, initial=0.0)) / 2 * (1 - math.cos(math.pi / COARSE_SIDES))
    yield from chunked_contents(
        "links",
        layer.id,
        tubes(np.arange(len(links))),
        work.properties(layer, links),
        normals=True,
        coarse=Coarse(partial(tubes, sides=COARSE_SIDES), error_m),
    )


def _nodes(work: Meshing, layer: LayerDefinition, nodes: pa.Table, links: pa.Table) -> MeshBatch:
    level, size = _pipes_at(nodes, links)
    appurtenance, feature = nodes["appurtenance"].to_pylist(), nodes["feature"].to_pylist()
    return node_symbols(
        shapes(nodes),
        cover_level_m=numbers(nodes, "cover_level_m"),
        bottom_level_m=numbers(nodes, "bottom_level_m"),
        shaft_diameter_m=numbers(nodes, "shaft_diameter_m"),
        pipe_level_m=level,
        pipe_size_m=size,
        names=[one or other for one, other in zip(appurtenance, feature, strict=True)],
        rgba=colours(layer, nodes),
        idx=nodes["idx"].to_numpy(),
        origin=work.origin,
    )


def _pipes_at(nodes: pa.Table, links: pa.Table) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Per node: the mean level at which its pipes end, and the size of the largest; NaN without pipes."""
    row_of = {one: row for row, one in enumerate(nodes["feature_id"].to_pylist())}
    points, owner = shapely.get_coordinates(shapes(links), include_z=True, return_index=True)
    starts = np.searchsorted(owner, np.arange(len(links)))
    stops = np.searchsorted(owner, np.arange(len(links)), side="right") - 1
    sizes = np.fmax(np.fmax(numbers(links, "diameter_m"), numbers(links, "height_m")), numbers(links, "width_m"))
    total, count, largest = np.zeros(len(nodes)), np.zeros(len(nodes)), np.full(len(nodes), np.nan)
    for name, corner in (("from_id", starts), ("to_id", stops)):
        row = np.array([row_of.get(one, -1) for one in links[name].to_pylist()], dtype=np.int64)
        known = (row >= 0) & (stops >= starts)
        np.add.at(total, row[known], points[corner[known], 2])
        np.add.at(count, row[known], 1)
        np.fmax.at(largest, row[known], sizes[known])
    with np.errstate(invalid="ignore"):
        return np.where(count > 0, total / count, np.nan), largest


def _zones(work: Meshing, layer: LayerDefinition, table: pa.Table) -> Iterator[TileContent]:
    batch = zone_bands(
        shapes(table),
        ground=work.ground,
        rgba=colours(layer, table),
        idx=table["idx"].to_numpy(),
        origin=work.origin,
    )
    yield from chunked_contents("zones", layer.id, batch, work.properties(layer, table))


def _nothing(work: Meshing, layer: LayerDefinition, table: pa.Table) -> Iterator[TileContent]:  # noqa: ARG001
    return iter(())


BY_KIND: Final[dict[LayerKind, Callable[[Meshing, LayerDefinition, pa.Table], Iterator[TileContent]]]] = {
    LayerKind.TERRAIN: _terrain,
    LayerKind.SURFACE: _surface,
    LayerKind.VOLUME: _volumes,
    LayerKind.ELEMENT: _elements,
    LayerKind.PIPE: _pipes,
    LayerKind.ZONE: _zones,
    LayerKind.MARKER: _nothing,
    LayerKind.TABLE: _nothing,
}
