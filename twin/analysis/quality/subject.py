"""A finished generation as checks ask it: tables, shapes, networks as arrays and the ground, each read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from twin.analysis.ground import ground_of
from twin.analysis.networks.direction import FlowDirections
from twin.analysis.networks.layer_arrays import NEEDED, Links, Nodes, read_links, read_nodes
from twin.analysis.sections.clearance import ClearanceReport, check_clearance
from twin.analysis.sections.columns import numbers_of, shapes_of, texts_of
from twin.analysis.sections.cover import CoverReport, check_cover
from twin.mesh.elevation import TerrainSurface
from twin.model.network import LINK, NODE
from twin.model.raster import Raster
from twin.model.section import section_sizes
from twin.store.campus import Generation
from twin.store.rasters import read_rasters

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Texts = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Network:
    """One pipe layer. ``node_rows`` (n,), ``link_rows`` (m,): rows of ``table``; ``tall_m`` (m,): 0 where unknown."""

    layer_id: str
    table: pa.Table
    nodes: Nodes
    links: Links
    node_rows: Ints
    link_rows: Ints
    tall_m: Floats

    @staticmethod
    def of(layer_id: str, table: pa.Table) -> Network:
        """Raises KeyError for a table that is none of a network."""
        nodes = read_nodes(table)
        rows = {kind: np.flatnonzero(pc.equal(table["kind"], kind).to_numpy()) for kind in (NODE, LINK)}
        _, tall, _ = section_sizes(*(numbers_of(table, one) for one in ("diameter_m", "width_m", "height_m")))
        return Network(
            layer_id,
            table,
            nodes,
            read_links(table, nodes),
            rows[NODE].astype(np.int64),
            rows[LINK].astype(np.int64),
            np.nan_to_num(tall[rows[LINK]]),
        )

    def link_texts(self, name: str) -> Texts:
        """A text column (m,) of the links."""
        found: Texts = texts_of(self.table, name)[self.link_rows]
        return found

    def link_numbers(self, name: str) -> Floats:
        """A number column (m,) of the links."""
        found: Floats = numbers_of(self.table, name)[self.link_rows]
        return found

    def node_numbers(self, name: str) -> Floats:
        """A number column (n,) of the nodes."""
        found: Floats = numbers_of(self.table, name)[self.node_rows]
        return found

    def link_shapes(self) -> Texts:
        """Axes (m,) as shapely objects."""
        return shapes_of(self.table.take(self.link_rows))

    def fittings(self) -> NDArray[np.bool_]:
        """Links (m,) that are pumps, weirs, valves: models have them as links, and they are no pipes."""
        return np.array([isinstance(one, str) for one in self.links.appurtenance], bool)

    def flow_ends(self) -> tuple[Ints, Ints, Floats, Floats]:
        """Of drains whose direction is known: link, and with its flow: (upstream, downstream) node and level.

        Returns link (k,), nodes (k, 2), axis levels (k, 2), invert levels (k, 2).
        """
        sign = FlowDirections.of(self.links).sign
        joined = (self.links.ends >= 0).all(axis=1)
        link = np.flatnonzero(self.links.gravity & (sign != 0) & joined & ~self.fittings())  # pumps lift
        turned = (sign[link] < 0)[:, None]
        ends = np.where(turned, self.links.ends[link][:, ::-1], self.links.ends[link])
        axis = np.where(turned, self.links.end_z_m[link][:, ::-1], self.links.end_z_m[link])
        return link.astype(np.int64), ends, axis, axis - self.tall_m[link][:, None] / 2.0

    def degree(self) -> Ints:
        """How many links meet at every node (n,)."""
        ends = self.links.ends
        proper = (ends[:, 0] != ends[:, 1])[:, None] & (ends >= 0)
        return np.bincount(ends[proper], minlength=len(self.nodes.ids)).astype(np.int64)


class Subject:
    """One generation under inspection."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.layers = generation.layer_ids()
        self._shapes: dict[str, Texts] = {}

    def table(self, layer_id: str) -> pa.Table:
        """A layer's table; raises UnknownLayerError."""
        return self.generation.table(layer_id)

    @lru_cache(maxsize=64)  # noqa: B019  a subject lives as long as its inspection
    def column(self, layer_id: str, name: str) -> list[Any]:
        """A column (n,) of a layer's table; None in every row where it has no such column."""
        table = self.table(layer_id)
        return table[name].to_pylist() if name in table.column_names else [None] * len(table)

    def has(self, *layers: str) -> bool:
        """Whether all of these layers have rows."""
        return set(layers) <= set(self.layers)

    def shapes(self, layer_id: str) -> Texts:
        """The geometry column as shapely objects."""
        if layer_id not in self._shapes:
            self._shapes[layer_id] = shapes_of(self.table(layer_id))
        return self._shapes[layer_id]

    @cached_property
    def networks(self) -> list[Network]:
        """Every layer of nodes and links."""
        tables = [(one, self.table(one)) for one in self.layers]
        return [Network.of(one, table) for one, table in tables if set(NEEDED) <= set(table.column_names)]

    @cached_property
    def ground(self) -> TerrainSurface:
        """The terrain that the build used."""
        return ground_of(self.generation)

    @cached_property
    def rasters(self) -> tuple[Raster, ...]:
        """The elevation grids as they were delivered."""
        return read_rasters(self.generation.folder / "rasters")

    @cached_property
    def cover(self) -> CoverReport:
        """Ground over every pipe."""
        return check_cover(self._pipe_tables, self.ground)

    @cached_property
    def clearance(self) -> ClearanceReport:
        """Room between pipes."""
        return check_clearance(self._pipe_tables)

    @cached_property
    def fittings(self) -> frozenset[str]:
        """Ids of links that are no pipes."""
        return frozenset(str(one) for network in self.networks for one in network.links.ids[network.fittings()])

    @property
    def _pipe_tables(self) -> dict[str, pa.Table]:
        return {one.layer_id: one.table for one in self.networks}

    @lru_cache(maxsize=64)  # noqa: B019  a subject lives as long as its inspection
    def rows_of(self, layer_id: str) -> dict[str, int]:
        """feature_id -> row of the layer's table."""
        return {one: row for row, one in enumerate(self.table(layer_id)["feature_id"].to_pylist())}
