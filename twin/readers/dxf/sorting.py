"""Entities of a drawing as points, pipes and texts of each class; everything else is counted."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from twin.readers.base import ReadReport, SkipReason
from twin.readers.dxf.entities import LINE, OTHER, POINT, TEXT, Entity
from twin.readers.dxf.joining import nearest
from twin.readers.dxf.labels import Label
from twin.readers.dxf.layers import Layers
from twin.readers.dxf.network import DrawnClass, Tolerances
from twin.readers.dxf.points import drawn_point
from twin.readers.dxf.words import Layer, block_of, said_by


def sorted_out(
    entities: list[Entity], placed: list[Any], layers: Layers, near: Tolerances, report: ReadReport
) -> tuple[list[DrawnClass], list[Label]]:
    """Points and lines by class, and what texts say; everything else is counted."""
    found: dict[str, DrawnClass] = {}
    maybe: list[tuple[Entity, Any, DrawnClass]] = []
    labels: list[Label] = []
    skipped: Counter[SkipReason] = Counter()
    for row, (entity, xyz) in enumerate(zip(entities, placed, strict=True)):
        layer = layers.of(entity)
        if entity.kind == TEXT:
            if layer.pipe_class is not None or layer.role == "text":
                values = said_by(entity.text, layer.quantity)
                place = (float(xyz[0, 0]), float(xyz[0, 1]))
                labels += [Label(row, kind, value, place, layer.pipe_class) for kind, value in values.items()]
            continue
        reason = _no_pipe(entity, layer, xyz)
        if reason is not None or layer.pipe_class is None:
            skipped[reason or SkipReason.NOT_SELECTED] += 1
            continue
        drawn = found.setdefault(layer.pipe_class, DrawnClass(layer.pipe_class, [], [], []))
        if entity.kind == LINE:
            drawn.lines.append(np.column_stack([xyz[:, :2], np.where(xyz[:, 2] == 0.0, np.nan, xyz[:, 2])]))
            drawn.line_of.append((entity, layer))
        elif layer.role == "point" or (entity.block and (entity.code or block_of(entity.block).known)):
            drawn.points.append(drawn_point(entity, layer, xyz[0]))
        else:
            maybe.append((entity, xyz[0], drawn))
    skipped[SkipReason.NOT_SELECTED] += _at_line_ends(maybe, layers, near)
    report.found += skipped.total()
    for reason, count in skipped.items():
        report.skip(reason, count)
    return [one for one in found.values() if one.points or one.lines], labels


def _no_pipe(entity: Entity, layer: Layer, xyz: Any) -> SkipReason | None:
    """Why an entity is neither a point nor a pipe."""
    if layer.pipe_class is None or layer.role == "text":
        return SkipReason.NOT_SELECTED
    if entity.kind == OTHER:
        return SkipReason.UNSUPPORTED_GEOMETRY if len(xyz) else SkipReason.NOT_SELECTED
    if not np.isfinite(xyz).all():
        return SkipReason.BAD_COORDINATES
    if entity.kind == POINT:
        return SkipReason.UNSUPPORTED_OBJECT if entity.block and block_of(entity.block).drawn_only else None
    return SkipReason.NOT_SELECTED if layer.role == "point" else None


def _at_line_ends(maybe: list[tuple[Entity, Any, DrawnClass]], layers: Layers, near: Tolerances) -> int:
    """Blocks of unknown name on a layer that is none of points are points where a line ends; counts the others."""
    left_out = 0
    tips: dict[str, Any] = {}
    for entity, place, drawn in maybe:
        if drawn.pipe_class not in tips:
            ends = [line[end, :2] for line in drawn.lines for end in (0, -1)]
            tips[drawn.pipe_class] = np.array(ends).reshape(-1, 2)
        if nearest(tips[drawn.pipe_class], place[None, :2], near.join)[0][0] >= 0:
            drawn.points.append(drawn_point(entity, layers.of(entity), place))
        else:
            left_out += 1
    return left_out
