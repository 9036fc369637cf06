"""Cut a batch into smaller ones, whole features each.

Two limits make a cut needed: feature ids are u16, and a u16 position has a fine step only over a short side. Features
go to square cells by their centres; a cell that is still over a limit is halved across its longest side.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from twin.model.mesh import MeshBatch
from twin.tiles.glb import MAX_FEATURES

CELL_M: Final = 256.0

Part = tuple[MeshBatch, pa.Table]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FeatureBoxes:
    """Of each feature, (F, 3) metres; those without triangles are inside out."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @staticmethod
    def of(batch: MeshBatch) -> FeatureBoxes:
        used = np.zeros(len(batch.positions), bool)
        used[batch.triangles.ravel()] = True
        corner = np.flatnonzero(used)
        corner = corner[np.argsort(batch.feature[corner], kind="stable")]
        feature, place = batch.feature[corner], batch.positions[corner]
        low = np.full((batch.features, 3), np.inf)
        high = np.full((batch.features, 3), -np.inf)
        if len(corner):
            starts = np.flatnonzero(np.concatenate([[True], feature[1:] != feature[:-1]]))
            low[feature[starts]] = np.minimum.reduceat(place, starts)
            high[feature[starts]] = np.maximum.reduceat(place, starts)
        return FeatureBoxes(low, high)

    def drawn(self) -> Rows:
        """The features that have triangles."""
        return np.flatnonzero(self.low[:, 0] <= self.high[:, 0])

    def spans(self, rows: Rows) -> NDArray[np.float64]:
        """(3,): how far ``rows`` reach together."""
        span: NDArray[np.float64] = self.high[rows].max(axis=0) - self.low[rows].min(axis=0)
        return span


def split_batch(
    batch: MeshBatch, properties: pa.Table, max_features: int = MAX_FEATURES, max_extent_m: float | None = None
) -> list[Part]:
    """Parts of at most ``max_features`` features and, if given, ``max_extent_m`` metres along every axis.

    A feature that is itself longer joins others of its size in parts of the next limits (features up to twice as long
    in parts up to four times as wide, and so on); ``TilesReport.step_m`` says what step came of it. Features without
    triangles go to the first part.
    """
    groups = split_rows(FeatureBoxes.of(batch), max_features, max_extent_m)
    if not groups:
        return [(batch, properties)] if batch.features else []
    return partition(batch, properties, groups)


def split_rows(
    boxes: FeatureBoxes, max_features: int = MAX_FEATURES, max_extent_m: float | None = None, rows: Rows | None = None
) -> list[Rows]:
    """Which of the drawn features (or of ``rows``, all drawn) go into which part; see ``split_batch``."""
    groups: list[Rows] = []
    limit = math.inf if max_extent_m is None else max_extent_m
    longest = (boxes.high - boxes.low).max(axis=1)
    left = boxes.drawn() if rows is None else rows
    while len(left):
        fitting = longest[left] <= limit
        # parts of long features may be wider than each of them, or every one would be a part of its own
        reach = limit if limit == max_extent_m else limit * 2
        if fitting.any():
            for cell in _grid(boxes, left[fitting], reach):
                groups += _cut(boxes, cell, max_features, reach)
        left = left[~fitting]
        limit *= 2
    return groups


def _grid(boxes: FeatureBoxes, rows: Rows, limit: float) -> list[Rows]:
    """``rows`` by square cells that leave room for what sticks out of them: far fewer pieces than halving makes."""
    if math.isinf(limit) or boxes.spans(rows).max() <= limit:
        return [rows]
    size = (boxes.high[rows] - boxes.low[rows])[:, :2]
    overhang = min(float(np.quantile(size.max(axis=1), 0.99)), limit / 2)
    centre = (boxes.low[rows] + boxes.high[rows])[:, :2] / 2
    cell = np.floor((centre - centre.min(axis=0)) / (limit - overhang)).astype(np.int64)
    _, label = np.unique(cell, axis=0, return_inverse=True)
    order = np.argsort(label.reshape(-1), kind="stable")
    return [rows[np.sort(one)] for one in np.split(order, np.cumsum(np.bincount(label.reshape(-1)))[:-1])]


def _cut(boxes: FeatureBoxes, rows: Rows, max_features: int, limit: float) -> list[Rows]:
    """``rows`` in groups that keep both limits; no row is longer than ``limit``."""
    spans = boxes.spans(rows)
    if len(rows) <= max_features and spans.max() <= limit:
        return [rows]
    axis = int(spans.argmax())
    centres = (boxes.low[rows, axis] + boxes.high[rows, axis]) / 2
    order = np.argsort(centres, kind="stable")
    at = len(rows) // 2
    if spans[axis] > limit:
        # as few slices as may do: each has room for its own width and for what sticks out of it
        overhang = min(float(np.quantile(boxes.high[rows, axis] - boxes.low[rows, axis], 0.99)), limit / 2)
        slices = max(2, math.ceil(spans[axis] / (limit - overhang)))
        low = float(centres.min())
        edge = low + (float(centres.max()) - low) * (slices // 2) / slices
        at = int(np.searchsorted(centres[order], edge, side="right"))
        at = min(max(at, 1), len(rows) - 1)
    first, second = rows[np.sort(order[:at])], rows[np.sort(order[at:])]
    return _cut(boxes, first, max_features, limit) + _cut(boxes, second, max_features, limit)


def partition(batch: MeshBatch, properties: pa.Table, groups: Sequence[Rows]) -> list[Part]:
    """The features of each of ``groups`` as a batch with its rows of ``properties``; those in none join the first.

    Everything is sorted by group once; each part is then a run, so that thousands of parts cost what one does.
    """
    parts = len(groups)
    label: NDArray[np.integer[Any]] = np.zeros(batch.features, np.int64)
    if parts <= 1 << 16:
        label = label.astype(np.uint16)  # which numpy sorts by radix
    for number, rows in enumerate(groups):
        label[rows] = number
    vertex_label = label[batch.feature]
    features, vertices = _Runs.of(label, parts), _Runs.of(vertex_label, parts)
    triangles = _Runs.of(vertex_label[batch.triangles[:, 0]], parts)
    feature_place, vertex_place = features.places(), vertices.places()
    own_triangles = vertex_place[batch.triangles]
    own_feature = feature_place[batch.feature]
    # rows are taken once; a part's are then a slice, which copies nothing
    table = properties.take(pa.array(features.order)).combine_chunks()
    return [
        _part(
            batch,
            table.slice(features.start[n], features.start[n + 1] - features.start[n]),
            features.run(n),
            vertices.run(n),
            own_triangles[triangles.run(n)],
            own_feature,
        )
        for n in range(parts)
    ]


@dataclass(frozen=True, slots=True)
class _Runs:
    """Rows ordered by label, and where each label starts."""

    order: Rows
    start: Rows

    @staticmethod
    def of(label: NDArray[np.integer[Any]], parts: int) -> _Runs:
        order = np.argsort(label, kind="stable")
        return _Runs(order, np.concatenate([[0], np.cumsum(np.bincount(label, minlength=parts))]))

    def run(self, number: int) -> Rows:
        rows: Rows = self.order[self.start[number] : self.start[number + 1]]
        return rows

    def places(self) -> NDArray[np.uint32]:
        """The position of every row within its run."""
        place = np.empty(len(self.order), np.uint32)
        sizes = np.diff(self.start)
        place[self.order] = np.arange(len(self.order)) - np.repeat(self.start[:-1], sizes)
        return place


def _part(
    batch: MeshBatch,
    properties: pa.Table,
    features: Rows,
    vertices: Rows,
    triangles: NDArray[np.uint32],
    own_feature: NDArray[np.uint32],
) -> Part:
    part = MeshBatch(
        positions=batch.positions[vertices],
        triangles=triangles,
        feature=own_feature[vertices],
        rgba=batch.rgba[features],
        idx=batch.idx[features],
        normals=None if batch.normals is None else batch.normals[vertices],
        vertex_rgba=None if batch.vertex_rgba is None else batch.vertex_rgba[vertices],
        welded=batch.welded,
    )
    return part, properties
