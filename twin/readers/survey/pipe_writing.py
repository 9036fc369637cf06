"""Surveyed points and lines -> nodes and links of their layers: ids, axes in space, lengths, uncertainty."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from twin.crs import Georeference
from twin.model.identity import link_key
from twin.model.network import LINK, NODE
from twin.model.pipe_codes import pipe_codes
from twin.readers.base import ReadReport
from twin.readers.datum_note import datum_note
from twin.readers.survey.pipe_lines import Lines
from twin.readers.survey.pipe_points import Points
from twin.readers.survey.pipe_rows import detection_sd
from twin.readers.tables.row_sieve import Texts
from twin.readers.writer import BatchWriter


def write_network(
    out: BatchWriter, georeference: Georeference, points: Points, lines: list[Lines], report: ReadReport
) -> int:
    """Write all nodes, then all links; returns how many rows were written."""
    note = datum_note(georeference, tuple(points.xy[0])) if len(points) else None
    if note:
        report.note(note)
    covers, derived = _covers(points, lines)
    if derived:
        report.note(f"{derived} points without ground level got it from pipe level + depth of a pipe there")
    flat = int(np.isnan(covers).sum())
    if flat:
        report.note(f"{flat} points have no ground level and no pipe that tells it; they are laid on the terrain")
    keys = node_keys(points)
    ids = _write_nodes(out, georeference, points, covers, _deepest(points, lines), keys)
    written = len(points)
    for one in lines:
        _write_links(out, georeference, points, one, keys, ids)
        written += len(one.positions)
    return written


def node_keys(points: Points) -> list[str]:
    """Natural keys: the point number when it begins with a letter and stands alone, else with its class before it."""
    repeated = pd.Series(points.number, dtype=object).duplicated(keep=False).to_numpy()
    return [
        number if number[0].isalpha() and not twice else f"{name}.{number}"
        for number, name, twice in zip(points.number, points.pipe_class, repeated, strict=True)
    ]


def _covers(points: Points, lines: list[Lines]) -> tuple[NDArray[np.float64], int]:
    """Ground level of every point; a missing one follows from level + depth of a line that states both."""
    covers = points.cover_m.copy()
    missing = np.isnan(covers)
    for one in lines:
        for column in (0, 1):
            ground = one.ground_m[:, column]
            rows = one.ends[:, column]
            use = missing[rows] & np.isfinite(ground) & np.isnan(covers[rows])
            covers[rows[use]] = ground[use]
    return covers, int((missing & np.isfinite(covers)).sum())


def _deepest(points: Points, lines: list[Lines]) -> NDArray[np.float64]:
    """Depth of the deepest pipe at every point, m; NaN without one."""
    deepest = np.full(len(points), -np.inf)
    for one in lines:
        for column in (0, 1):
            known = np.isfinite(one.depth_m[:, column])
            np.maximum.at(deepest, one.ends[known, column], one.depth_m[known, column])
    return np.where(np.isinf(deepest), np.nan, deepest)


def _by_layer(pipe_class: Texts) -> dict[str, NDArray[np.int64]]:
    layers = np.array([pipe_codes().classes[one].layer_id for one in pipe_class], object)
    return {str(layer): np.flatnonzero(layers == layer) for layer in dict.fromkeys(layers)}


def _write_nodes(
    out: BatchWriter,
    georeference: Georeference,
    points: Points,
    covers: NDArray[np.float64],
    deepest: NDArray[np.float64],
    keys: list[str],
) -> Texts:
    ids = np.empty(len(points), object)
    geometry: NDArray[np.object_] = np.asarray(shapely.points(points.xy), object)
    high = np.isfinite(covers)
    geometry[high] = shapely.points(np.column_stack([points.xy[high], covers[high]]))
    plan, depth = detection_sd(points.accuracy, np.nan_to_num(deepest))
    for layer, rows in _by_layer(points.pipe_class).items():
        columns: dict[str, Any] = {
            "name": points.number[rows],
            "point_no": points.number[rows],
            "pipe_class": points.pipe_class[rows],
            "subclass": points.subclass[rows],
            "cover_level_m": covers[rows],
            "bottom_level_m": points.bottom_m[rows],
            "shaft_diameter_m": points.shaft_m[rows],
            "accuracy_class": points.accuracy[rows],
            "plan_sd_m": plan[rows],
            "depth_sd_m": depth[rows],
            "source_pos": [points.positions[row] for row in rows],
        }
        ids[rows] = out.features(
            layer,
            kind=NODE,
            geometry=geometry[rows],
            georeference=georeference,
            natural_keys=[keys[row] for row in rows],
            columns=columns | {name: one[rows] for name, one in points.texts.items()},
            attributes=[points.attributes[row] for row in rows],
        )
    return ids


def _write_links(
    out: BatchWriter, georeference: Georeference, points: Points, lines: Lines, keys: list[str], ids: Texts
) -> None:
    size = len(lines.positions)
    if not size:
        return
    corners = np.concatenate([points.xy[lines.ends], lines.axis_m[:, :, None]], axis=2)  # (n, 2, 3)
    geometry: NDArray[np.object_] = np.asarray(shapely.linestrings(corners), object)
    placed = georeference.points(corners.reshape(-1, 3)).reshape(size, 2, 3)
    plan, depth = detection_sd(lines.accuracy, np.nan_to_num(lines.depth_m.max(axis=1)))
    columns: dict[str, Any] = {
        "pipe_class": lines.pipe_class,
        "subclass": lines.subclass,
        "from_id": ids[lines.ends[:, 0]],
        "to_id": ids[lines.ends[:, 1]],
        "length_m": np.linalg.norm(placed[:, 1] - placed[:, 0], axis=1),
        "from_depth_m": lines.depth_m[:, 0],
        "to_depth_m": lines.depth_m[:, 1],
        "elevation_reference": lines.reference,
        "accuracy_class": lines.accuracy,
        "plan_sd_m": plan,
        "depth_sd_m": depth,
        "source_pos": np.array(lines.positions, object),
    } | lines.columns
    names = np.array([link_key(keys[a], keys[b]) for a, b in lines.ends], object)
    for layer, rows in _by_layer(lines.pipe_class).items():
        out.features(
            layer,
            kind=LINK,
            geometry=geometry[rows],
            georeference=georeference,
            natural_keys=list(names[rows]),
            columns={name: one[rows] for name, one in columns.items()},
            attributes=[lines.attributes[row] for row in rows],
        )
