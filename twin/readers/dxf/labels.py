"""Which text stands beside which point or pipe; where two are nearly as near nothing is taken, and that is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.readers.dxf.joining import Coordinates, pairs_within, within

# A text belongs to the nearest thing when the next one is at least this much farther away. Judgement, not a norm.
CLEARLY: Final = 1.25


@dataclass(frozen=True, slots=True)
class Label:
    """One thing that a text says. ``row``: which text of the drawing; ``pool``: class of its layer, None for any."""

    row: int
    kind: str
    value: str
    xy: tuple[float, float]
    pool: str | None


@dataclass(slots=True)
class Given:
    """``values``: thing -> value; ``used``: texts that told it; ``unclear``: texts that may be of two things."""

    values: dict[int, str] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    unclear: set[int] = field(default_factory=set)


def to_points(labels: list[Label], xy: Coordinates, wanted: NDArray[np.bool_], far: float) -> Given:
    """The value of every point of ``wanted`` from the texts within ``far``, all of one kind.

    A text whose layer says the class goes before one whose layer does not.
    """
    given = Given()
    rows = np.flatnonzero(wanted)
    for pool in sorted({one.pool for one in labels}, key=lambda pool: pool is not None):
        mine = [one for one in labels if one.pool == pool]
        places = np.array([one.xy for one in mine])
        label, point, away = pairs_within(xy[rows], places, far)
        _give(given, mine, label, rows[point], away)
    return given


def to_pipes(labels: list[Label], pipes: Coordinates, owner: NDArray[np.int64], far: float) -> Given:
    """The value of every straight pipe; ``pipes`` (m, 2, 2), ``owner``: the line that each is part of.

    A line whose texts all say the same says it for all of its parts, otherwise only for those beside a text.
    """
    given = Given()
    if not len(pipes) or not labels:
        return given
    shapes: Any = shapely.linestrings(pipes)
    places: Any = shapely.points([one.xy for one in labels])
    label, pipe = within(shapes, places, far)
    away: Coordinates = np.asarray(shapely.distance(places[label], shapes[pipe]), float)
    order = np.lexsort((pipe, away, label))
    label, pipe, away = label[order], pipe[order], away[order]
    _give(given, labels, label, pipe, away, owner)
    by_line: dict[int, set[str]] = {}
    for one, value in given.values.items():
        by_line.setdefault(int(owner[one]), set()).add(value)
    for row, line in enumerate(owner.tolist()):
        if len(said := by_line.get(line, set())) == 1:
            given.values.setdefault(row, next(iter(said)))
    return given


def _give(
    given: Given,
    labels: list[Label],
    label: NDArray[np.int64],
    thing: NDArray[np.int64],
    away: Coordinates,
    owner: NDArray[np.int64] | None = None,
) -> None:
    """Every label to its nearest thing, unless another one (of another owner) is nearly as near or told otherwise."""
    group = thing if owner is None else owner[thing]
    starts = np.unique(label, return_index=True)[1]
    stops = [*starts[1:].tolist(), len(label)][: len(starts)]
    told: dict[int, list[Label]] = {}
    for start, stop in zip(starts.tolist(), stops, strict=True):
        other = np.flatnonzero(group[start:stop] != group[start])
        one = labels[int(label[start])]
        if len(other) and away[start + other[0]] <= CLEARLY * away[start]:
            given.unclear.add(one.row)
        else:
            told.setdefault(int(thing[start]), []).append(one)
    for row, some in told.items():
        if len({one.value for one in some}) > 1:
            given.unclear |= {one.row for one in some}
        else:
            given.values[row] = some[0].value
            given.used |= {one.row for one in some}
