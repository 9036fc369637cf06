"""Nodes and links of a network model -> features of one layer: placing, axes through bends, ids, reasons for gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.crs import Georeference
from twin.model.feature import Accuracy
from twin.model.network import LINK, NODE
from twin.readers.base import ReadReport, SkipReason
from twin.readers.datum_note import datum_note
from twin.readers.writer import BatchWriter

NAMED: Final = 5  # things a note names before it counts the rest

Place = tuple[float, float]


@dataclass(slots=True)
class NetNode:
    """``z_m``: level of the node's geometry in metres, NaN when unknown (then it is laid on the terrain)."""

    key: str
    position: str
    z_m: float = np.nan
    columns: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class NetLink:
    """``start``, ``end``: references to nodes; ``from_m``, ``to_m``: axis levels there, NaN unknown.

    The line runs through ``bends`` from node to node, or along ``path`` when the source gives the whole of it.
    """

    key: str
    position: str
    start: str
    end: str
    from_m: float = np.nan
    to_m: float = np.nan
    bends: Sequence[Place] = ()
    path: Sequence[Place] | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Network:
    """``nodes`` and ``places`` by the same reference (the engine's own way to name a node)."""

    layer_id: str
    pipe_class: str
    nodes: dict[str, NetNode]
    links: list[NetLink]
    places: Mapping[str, Place]

    def write(self, out: BatchWriter, georeference: Georeference, report: ReadReport) -> dict[str, str]:
        """Write what can be placed, count the rest; returns the feature id of every placed node."""
        report.found += len(self.nodes) + len(self.links)
        note = datum_note(georeference, next(iter(self.places.values()), (0.0, 0.0)))
        if note:
            report.note(note)
        ids = self._write_nodes(out, georeference, report)
        self._write_links(out, georeference, report, ids)
        return ids

    def _write_nodes(self, out: BatchWriter, georeference: Georeference, report: ReadReport) -> dict[str, str]:
        placed = {name: node for name, node in self.nodes.items() if name in self.places}
        lost = [node.key for name, node in self.nodes.items() if name not in self.places]
        skip_named(report, SkipReason.NO_GEOMETRY, "nodes without coordinates", lost)
        if not placed:
            return {}
        nodes = list(placed.values())
        xy = np.array([self.places[name] for name in placed], float)
        z = np.array([node.z_m for node in nodes])
        columns = _columns(nodes) | {
            "name": [node.key for node in nodes],
            "point_no": [node.key for node in nodes],
            "pipe_class": [self.pipe_class] * len(nodes),
            "source_pos": [node.position for node in nodes],
            "accuracy_class": [Accuracy.UNKNOWN.value] * len(nodes),
        }
        ids = out.features(
            self.layer_id,
            kind=NODE,
            geometry=_points(xy, z),
            georeference=georeference,
            natural_keys=[node.key for node in nodes],
            columns=columns,
            attributes=[node.attributes for node in nodes],
        )
        report.kept += len(nodes)
        return dict(zip(placed, ids, strict=True))

    def _write_links(
        self, out: BatchWriter, georeference: Georeference, report: ReadReport, ids: dict[str, str]
    ) -> None:
        links, lines = self._lines(report, ids)
        if not links:
            return
        geometry = np.empty(len(lines), object)
        geometry[:] = lines
        placed = georeference.geometry(geometry)
        columns = _columns(links) | {
            "name": [link.key for link in links],
            "pipe_class": [self.pipe_class] * len(links),
            "source_pos": [link.position for link in links],
            "from_id": [ids[link.start] for link in links],
            "to_id": [ids[link.end] for link in links],
            "length_m": [length_3d(one) for one in placed],
            "accuracy_class": [Accuracy.UNKNOWN.value] * len(links),
        }
        out.features(
            self.layer_id,
            kind=LINK,
            geometry=geometry,
            georeference=georeference,
            natural_keys=[link.key for link in links],
            columns=columns,
            attributes=[link.attributes for link in links],
        )
        report.kept += len(links)

    def _lines(self, report: ReadReport, ids: dict[str, str]) -> tuple[list[NetLink], list[shapely.LineString]]:
        links: list[NetLink] = []
        lines: list[shapely.LineString] = []
        dangling, unplaced, points = [], [], []
        for link in self.links:
            if link.start not in self.nodes or link.end not in self.nodes:
                dangling.append(link.key)
            elif link.start not in ids or link.end not in ids:
                unplaced.append(link.key)
            elif (line := self._line(link)) is None:
                points.append(link.key)
            else:
                links.append(link)
                lines.append(line)
        skip_named(report, SkipReason.DANGLING, "links to nodes that are not there", dangling)
        skip_named(report, SkipReason.NO_GEOMETRY, "links whose nodes have no coordinates", unplaced)
        skip_named(report, SkipReason.EMPTY_GEOMETRY, "links of no length (both ends in one place)", points)
        return links, lines

    def _line(self, link: NetLink) -> shapely.LineString | None:
        """The axis, its level falling evenly along the plan; None when both ends are in one place."""
        path = link.path or [self.places[link.start], *link.bends, self.places[link.end]]
        xy = np.array(path, float)
        steps = np.linalg.norm(np.diff(xy, axis=0), axis=1)
        flat = bool(np.isnan(link.from_m) or np.isnan(link.to_m))
        if steps.sum() == 0 and (flat or link.from_m == link.to_m):
            return None
        keep = np.concatenate([[True], steps > 0])
        if keep.sum() < 2:  # straight up or down
            keep = np.array([True] + [False] * (len(xy) - 2) + [True])
        if flat:
            return shapely.LineString(xy[keep])
        along = np.concatenate([[0.0], np.cumsum(steps)])
        share = along / along[-1] if along[-1] else np.linspace(0.0, 1.0, len(xy))
        z = link.from_m + share * (link.to_m - link.from_m)
        return shapely.LineString(np.column_stack([xy, z])[keep])


def length_3d(line: shapely.LineString) -> float:
    """Length in space, m; in plan for a line without heights."""
    corners = shapely.get_coordinates(line, include_z=bool(shapely.has_z(line)))
    return float(np.linalg.norm(np.diff(corners, axis=0), axis=1).sum())


def skip_named(report: ReadReport, reason: SkipReason, what: str, names: Sequence[str]) -> None:
    """Count ``names`` as skipped and name the first few."""
    if names:
        some = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
        report.skip(reason, len(names), f"{len(names)} {what}: {some}")


def _points(xy: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.object_]:
    geometry: NDArray[np.object_] = np.asarray(shapely.points(xy), object)
    high = np.isfinite(z)
    geometry[high] = shapely.points(np.column_stack([xy[high], z[high]]))
    return geometry


def _columns(things: Sequence[NetNode] | Sequence[NetLink]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for one in things for name in one.columns)
    return {name: [one.columns.get(name) for one in things] for name in names}
