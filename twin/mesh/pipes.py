"""Pipes: a section swept along an axis, mitred at the bends, closed at the ends.

The axis is the geometry (LineString Z, campus metres). Round pipes have their true diameter (vertices on the circle),
pipes with width and height are boxes that stand upright. Nothing is made thicker unless the caller says so.

Tolerances: vertices closer than 1 mm are one vertex. A bend is mitred up to 120°, where the mitre sticks out by two
radii; sharper bends, bends tighter than the pipe is thick, and boxes that twist by more than 30° are bevelled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.mesh.assemble import Floats, Ints, Origin, Pieces, ragged_arange
from twin.mesh.profiles import SIDES_BY_DIAMETER, Profile, box, circle
from twin.model.mesh import MeshBatch
from twin.model.section import section_sizes

SAME_VERTEX_M = 0.001
MITRE_LIMIT = 2.0  # 1 / cos(half the bend): 120°
_LEAST_TWIST_COSINE = float(np.cos(np.radians(30.0)))
_UPRIGHT = 0.95  # steeper than this (72°) a box keeps the frame of the part before it
_BLOCK_POINTS = 8_192
_BOX = 0  # the number of sides that stands for a box


@dataclass(frozen=True, slots=True)
class _Axes:
    """The usable axes: points (p, 3) scene metres, one run of ``counts`` points for each of ``row`` (pipe rows)."""

    points: Floats
    counts: Ints
    row: Ints

    def select(self, mask: NDArray[np.bool_]) -> _Axes:
        return _Axes(self.points[np.repeat(mask, self.counts)], self.counts[mask], self.row[mask])

    def blocks(self) -> Iterator[_Axes]:
        """The same, a few thousand points at a time: what is computed on the way then stays in the cache."""
        stop = np.cumsum(self.counts)
        cuts = np.searchsorted(stop, np.arange(_BLOCK_POINTS, len(self.points), _BLOCK_POINTS))
        for low, high in pairwise(np.unique([0, *cuts, len(self.row)])):
            first = stop[low] - self.counts[low]
            yield _Axes(self.points[first : stop[high - 1]], self.counts[low:high], self.row[low:high])


def sweep(
    lines: NDArray[np.object_],
    diameter_m: Floats,
    width_m: Floats,
    height_m: Floats,
    *,
    rgba: NDArray[np.uint8],
    idx: NDArray[np.uint32],
    origin: Origin = (0.0, 0.0, 0.0),
    default_diameter_m: float | None = None,
    min_diameter_m: float = 0.0,
    sides: int | None = None,
) -> MeshBatch:
    """Sweep (n,) lines; one feature row a line, normals included, every pipe a closed surface.

    ``diameter_m``, ``width_m``, ``height_m`` (n,): NaN or ≤0 where unknown; width and height make a box, one of them
    alone a square. ``default_diameter_m`` is for pipes that have none of the three (None: they stay undrawn);
    ``min_diameter_m`` widens thinner ones. ``sides`` fixes what ``SIDES_BY_DIAMETER`` decides. A line without two
    distinct points, or with a coordinate that is not a number, has no triangles
    (``assemble.rows_without_triangles``).
    """
    width, height, is_box = _sections(diameter_m, width_m, height_m, default_diameter_m, min_diameter_m)
    axes = _axes(np.asarray(lines, object), np.asarray(origin, float))
    axes = axes.select(np.isfinite(width[axes.row]))
    shape = np.full(len(width), sides if sides is not None else 0)
    if sides is None:
        limits = [limit for limit, _ in SIDES_BY_DIAMETER[:-1]]
        shape = np.array([count for _, count in SIDES_BY_DIAMETER])[np.searchsorted(limits, width, side="right")]
    shape = np.where(is_box, _BOX, shape)[axes.row]
    half = np.column_stack([width, height]) / 2.0
    pieces = Pieces()
    for one in np.unique(shape):
        profile = box() if one == _BOX else circle(int(one))
        for some in axes.select(shape == one).blocks():
            _sweep_profile(pieces, some, half[some.row], profile, upright=one == _BOX)
    return replace(pieces.batch(rgba, idx), welded=True)


def _sections(
    diameter: Floats, width: Floats, height: Floats, default_m: float | None, least_m: float
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Width and height (n,) of each section, NaN where unknown, and whether it is a box."""
    wide, tall, is_box = section_sizes(*np.broadcast_arrays(*map(_floats, (diameter, width, height))))
    if default_m is not None:
        wide, tall = (np.where(np.isnan(one), default_m, one) for one in (wide, tall))
    return np.maximum(wide, least_m), np.maximum(tall, least_m), is_box


def _floats(values: object) -> Floats:
    return np.atleast_1d(np.asarray(values, np.float64))


def _axes(lines: NDArray[np.object_], origin: Floats) -> _Axes:
    """The parts of ``lines`` with at least two distinct, finite points, repeated points removed."""
    parts, row = shapely.get_parts(lines, return_index=True)
    points, part = shapely.get_coordinates(parts, include_z=True, return_index=True)
    points = points - origin
    repeated = np.zeros(len(points), bool)
    if len(points) > 1:
        close = np.linalg.norm(np.diff(points, axis=0), axis=1) < SAME_VERTEX_M
        repeated[1:] = close & (part[1:] == part[:-1])
    broken = np.bincount(part, ~np.isfinite(points).all(axis=1), minlength=len(parts)) > 0
    is_line = np.isin(shapely.get_type_id(parts), (1, 2))
    keep = ~repeated & (is_line & ~broken)[part]
    counts = np.bincount(part[keep], minlength=len(parts))
    points, part = points[keep], part[keep]
    usable = counts >= 2
    return _Axes(points[usable[part]], counts[usable], row[usable].astype(np.int64))


def _sweep_profile(pieces: Pieces, axes: _Axes, half: Floats, profile: Profile, *, upright: bool) -> None:
    """Add all ``axes`` swept with one profile; ``half`` (pipes, 2) is its half width and half height."""
    segments = _Segments.of(axes, upright=upright)
    offsets = profile.points[None] * half[segments.pipe][:, None, :]
    spokes = offsets[..., :1] * segments.right[:, None] + offsets[..., 1:] * segments.up[:, None]
    starts, ends, bevelled = _rings(segments, spokes, half)
    across, upward = profile.normals[None, :, :1], profile.normals[None, :, 1:]
    normals = across * segments.right[:, None] + upward * segments.up[:, None]
    feature = axes.row[segments.pipe]
    _add_tubes(pieces, starts, ends, normals, normals, profile, feature)
    if len(bevelled):
        after = bevelled + 1
        _add_tubes(pieces, ends[bevelled], starts[after], normals[bevelled], normals[after], profile, feature[after])
    first, last = segments.firsts(), segments.lasts()
    _add_caps(pieces, starts[first], -segments.along[first], profile.loop, feature[first], front=False)
    _add_caps(pieces, ends[last], segments.along[last], profile.loop, feature[last], front=True)


@dataclass(frozen=True, slots=True)
class _Segments:
    """All straight parts in order: ends (s, 3), direction, length, and the frame (right, up) of the section."""

    start: Floats
    end: Floats
    along: Floats
    length: Floats
    right: Floats
    up: Floats
    pipe: Ints  # which axis each belongs to
    step: Ints  # its place in the axis, 0 first

    @staticmethod
    def of(axes: _Axes, *, upright: bool) -> _Segments:
        counts = axes.counts - 1
        pipe, step = np.repeat(np.arange(len(counts)), counts), ragged_arange(counts)
        at = np.arange(len(pipe)) + pipe  # one point more than segments in every axis before
        start, end = axes.points[at], axes.points[at + 1]
        length = np.linalg.norm(end - start, axis=1)
        along = (end - start) / length[:, None]
        right = _transport(along, step, upright=upright)
        return _Segments(start, end, along, length, right, np.cross(right, along), pipe, step)

    def firsts(self) -> Ints:
        return np.flatnonzero(self.step == 0)

    def is_between(self) -> NDArray[np.bool_]:
        """Whether a segment has others at both ends."""
        between = self.step > 0
        between[self.lasts()] = False
        return between

    def lasts(self) -> Ints:
        return np.append(self.firsts()[1:], len(self.step)) - 1


def _transport(along: Floats, step: Ints, *, upright: bool) -> Floats:
    """The right-hand vector of every segment, turned by the least rotation at each bend.

    The first of each axis is horizontal; with ``upright`` every one is, except where the axis is nearly vertical.
    """
    right = np.cross(along, [0.0, 0.0, 1.0])
    size = np.linalg.norm(right, axis=1)
    vertical = size < np.sqrt(1.0 - _UPRIGHT**2)
    right = np.where(vertical[:, None], [1.0, 0.0, 0.0], right)
    right = _unit(right - along * np.einsum("ij,ij->i", right, along)[:, None])
    order = np.argsort(step, kind="stable")
    bounds = np.searchsorted(step[order], np.arange(step.max() + 2))
    for low, high in pairwise(bounds[1:]):
        rows = order[low:high]
        if upright:
            rows = rows[vertical[rows]]
        before, now, turned = along[rows - 1], along[rows], right[rows - 1]
        cosine = np.einsum("ij,ij->i", before, now)
        shear = np.einsum("ij,ij->i", turned, now) / np.maximum(1.0 + cosine, 1e-9)
        turned = turned - (before + now) * shear[:, None]
        right[rows] = _unit(turned - now * np.einsum("ij,ij->i", turned, now)[:, None])
    return right


def _unit(vectors: Floats) -> Floats:
    unit: Floats = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit


def _rings(segments: _Segments, spokes: Floats, half: Floats) -> tuple[Floats, Floats, Ints]:
    """Ring (s, m, 3) at the start and the end of every segment, and the segments whose end is bevelled.

    At a mitred bend both rings are the same numbers, in the plane that halves the bend.
    """
    starts = segments.start[:, None] + spokes
    ends = segments.end[:, None] + spokes
    joint = np.flatnonzero(segments.step[1:] > 0)  # between segment i and i + 1
    before, after = segments.along[joint], segments.along[joint + 1]
    cosine = np.einsum("ij,ij->i", before, after).clip(-1.0, 1.0)
    reach = half[segments.pipe[joint]].max(axis=1) * np.sqrt((1 - cosine) / np.maximum(1 + cosine, 1e-12))
    free = segments.length * np.where(segments.is_between(), 0.5, 1.0)
    room = np.minimum(free[joint], free[joint + 1])
    twist = np.einsum("ij,ij->i", segments.right[joint], _carried(segments, joint))
    mitred = (np.sqrt(np.maximum((1 + cosine) / 2, 0)) >= 1 / MITRE_LIMIT - 1e-9) & (reach <= room)
    mitred &= twist >= _LEAST_TWIST_COSINE
    sharp, joint, before, after = joint[~mitred], joint[mitred], before[mitred], after[mitred]
    plane = _unit(before + after)
    ring = (_onto_plane(spokes[joint], before, plane) + _onto_plane(spokes[joint + 1], after, plane)) / 2.0
    ring += segments.end[joint][:, None]
    ends[joint] = ring
    starts[joint + 1] = ring
    return starts, ends, sharp


def _carried(segments: _Segments, joint: Ints) -> Floats:
    """The frame after each joint, turned back over the bend: equal to the one before where nothing twists."""
    before, after, right = segments.along[joint], segments.along[joint + 1], segments.right[joint + 1]
    cosine = np.einsum("ij,ij->i", before, after)
    shear = np.einsum("ij,ij->i", right, before) / np.maximum(1.0 + cosine, 1e-9)
    carried: Floats = right - (before + after) * shear[:, None]
    return carried


def _onto_plane(spokes: Floats, along: Floats, plane: Floats) -> Floats:
    """Slide (j, m, 3) spokes along their pipe onto the plane through the joint with that normal."""
    slide = np.einsum("jmk,jk->jm", spokes, plane) / np.einsum("jk,jk->j", along, plane)[:, None]
    slid: Floats = spokes - slide[..., None] * along[:, None]
    return slid


def _add_tubes(
    pieces: Pieces, starts: Floats, ends: Floats, from_normals: Floats, to_normals: Floats, profile: Profile, row: Ints
) -> None:
    """Walls between (s, m, 3) rings; outside is outside."""
    count, size = starts.shape[:2]
    low, high = profile.edges[:, 0], profile.edges[:, 1]
    pattern = np.concatenate(
        [np.column_stack([low, low + size, high + size]), np.column_stack([low, high + size, high])]
    )
    triangles = pattern[None] + (np.arange(count) * 2 * size)[:, None, None]
    pieces.add(
        np.stack([starts, ends], axis=1).reshape(-1, 3),
        triangles.reshape(-1, 3),
        np.repeat(row, 2 * size),
        normals=np.stack([from_normals, to_normals], axis=1).reshape(-1, 3),
    )


def _add_caps(pieces: Pieces, rings: Floats, normal: Floats, loop: Ints, row: Ints, *, front: bool) -> None:
    """Flat ends as fans over the corners of (p, m, 3) rings; ``front`` looks along the pipe."""
    corners = rings[:, loop]
    count, size = corners.shape[:2]
    later = np.arange(1, size - 1)
    fan = np.column_stack([np.zeros(size - 2, np.int64), later + 1, later] if front else [later * 0, later, later + 1])
    triangles = fan[None] + (np.arange(count) * size)[:, None, None]
    pieces.add(
        corners.reshape(-1, 3), triangles.reshape(-1, 3), np.repeat(row, size), normals=np.repeat(normal, size, axis=0)
    )
