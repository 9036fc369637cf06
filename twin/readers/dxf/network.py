"""One class of a drawing as points and lines of a survey: levels, sections and numbers where they belong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.model.feature import Accuracy
from twin.model.pipe_codes import pipe_codes
from twin.readers.base import ReadReport, SkipReason, Source
from twin.readers.dxf.entities import Entity
from twin.readers.dxf.joining import Coordinates, Joined, join
from twin.readers.dxf.labels import Given, Label, to_pipes, to_points
from twin.readers.dxf.points import DrawnPoint, merged, number_in
from twin.readers.dxf.words import Layer, section_and_material
from twin.readers.survey.pipe_lines import Lines
from twin.readers.survey.pipe_points import Points
from twin.readers.survey.pipe_rows import accuracy_of
from twin.readers.survey.pipe_sections import NO_SECTION, axis_level
from twin.readers.tables.row_sieve import Texts

BEND: Final = "转折点"
_WORST_LAST: Final = (Accuracy.MEASURED.value, Accuracy.DETECTED.value, Accuracy.INFERRED.value)
_AT_POINTS: Final = {"number": "point_no", "ground": "cover", "pipe": "pipe", "depth": "depth"}


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How near things must be, in the unit of the CRS; ``join_m``: the same as ``join`` for heights, in m."""

    join: float
    text: float
    join_m: float


@dataclass(slots=True)
class DrawnClass:
    """All that was drawn of one class; coordinates in the unit of the CRS, heights in m, NaN for none."""

    pipe_class: str
    points: list[DrawnPoint]
    lines: list[Coordinates]
    line_of: list[tuple[Entity, Layer]]


@dataclass(frozen=True, slots=True)
class Network:
    """``lines`` refer to the rows of ``points`` of this class; ``used``, ``unclear``: rows of texts."""

    points: Points
    lines: Lines
    used: set[int]
    unclear: set[int]


def build(drawn: DrawnClass, labels: list[Label], near: Tolerances, source: Source, report: ReadReport) -> Network:
    """Join, label and level one class; what cannot be used is counted in ``report``, and so is all that is made."""
    kept, doubled = merged(drawn.points, near.join)
    report.found += len(doubled)
    where = ", ".join(one.position for one in doubled[:8])
    report.skip(SkipReason.DUPLICATE, len(doubled), f"drawn at the same place as another point: {where}; one point")
    joined = join(np.array([one.xy for one in kept]).reshape(-1, 2), drawn.lines, near.join)
    _say_joined(drawn, joined, len(kept), near, report)
    nodes = [*kept, *(_made(drawn, joined, row, source) for row in range(len(kept), len(joined.xy)))]
    given = _label_points(drawn.pipe_class, nodes, joined.xy, labels, near)
    rows = _distinct(drawn, joined, near, report)
    sections = to_pipes(
        [one for one in labels if one.kind == "section" and one.pool == drawn.pipe_class],
        joined.xy[joined.ends[rows]],
        joined.owner[rows],
        near.text,
    )
    points = _points(drawn.pipe_class, nodes, joined.xy, source, report)
    lines = _lines(drawn, joined, rows, nodes, points, sections, source, report)
    return Network(
        points,
        lines,
        sections.used.union(*(one.used for one in given)),
        sections.unclear.union(*(one.unclear for one in given)),
    )


def _say_joined(drawn: DrawnClass, joined: Joined, count: int, near: Tolerances, report: ReadReport) -> None:
    made, bends = len(joined.xy) - count, int(joined.made_at_bends.sum())
    report.note(
        f"{drawn.pipe_class}: {joined.joined} of {2 * len(drawn.lines)} line ends lay within {near.join:g} of a point "
        f"(the farthest {joined.farthest:.3f}); lines were broken {joined.broken} times at a point on them; "
        f"{made - bends} points were made where lines end and {bends} where they bend without one"
    )
    report.found += len(joined.lone)
    where = ", ".join(drawn.line_of[row][0].position for row in joined.lone[:8])
    report.skip(SkipReason.INVALID_GEOMETRY, len(joined.lone), f"lines that begin and end in one point: {where}")


def _made(drawn: DrawnClass, joined: Joined, row: int, source: Source) -> DrawnPoint:
    place = (float(joined.xy[row, 0]), float(joined.xy[row, 1]))
    says = {"feature": BEND} if joined.made_at_bends[row] else {}
    return DrawnPoint(place, f"{source.path.name}!{drawn.pipe_class} line end", None, dict(says))


def _label_points(
    name: str, nodes: list[DrawnPoint], xy: Coordinates, labels: list[Label], near: Tolerances
) -> list[Given]:
    """Writes what texts say into ``nodes``, where these say nothing themselves."""
    found = []
    for kind, key in _AT_POINTS.items():
        mine = [one for one in labels if one.kind == kind and one.pool in (name, None)]
        wanted = np.array([key not in one.says for one in nodes], bool)
        given = to_points(mine, xy, wanted, near.text)
        for row, value in given.values.items():
            nodes[row].says[key] = value
        found.append(given)
    return found


def _distinct(drawn: DrawnClass, joined: Joined, near: Tolerances, report: ReadReport) -> NDArray[np.int64]:
    """Rows of the pipes without those drawn again over another one, also the other way round; not those above it."""
    seen: dict[tuple[int, int, str], list[Coordinates]] = {}
    again = np.zeros(len(joined.ends), bool)
    for row, (a, b) in enumerate(joined.ends.tolist()):
        heights = joined.z[row] if a < b else joined.z[row, ::-1]
        key = (min(a, b), max(a, b), drawn.line_of[joined.owner[row]][1].subclass or "")
        others = seen.setdefault(key, [])
        again[row] = any(not (np.abs(heights - one) > near.join_m).any() for one in others)
        others.append(heights)
    report.found += int(again.sum())
    where = ", ".join(dict.fromkeys(drawn.line_of[row][0].position for row in joined.owner[again][:8]))
    report.skip(SkipReason.DUPLICATE, int(again.sum()), f"the same pipe drawn again: {where}; the first one counts")
    return np.flatnonzero(~again)


# --- points --------------------------------------------------------------------------------------------


def _points(name: str, nodes: list[DrawnPoint], xy: Coordinates, source: Source, report: ReadReport) -> Points:
    report.found += len(nodes)
    numbers = _numbers(name, nodes, report)
    by_words = [_subclass(name, one.says.get("code"), text) for one, text in zip(nodes, numbers, strict=True)]
    cover = np.array([number_in(one.says.get("cover")) for one in nodes])
    deep = np.array([number_in(one.says.get("well_depth")) for one in nodes])
    bottom = np.array([number_in(one.says.get("bottom_level")) for one in nodes])
    shaft = np.array([number_in(one.says.get("shaft")) for one in nodes])
    return Points(
        np.full(len(nodes), name, object),
        _objects([one.subclass or told for one, told in zip(nodes, by_words, strict=True)]),
        _objects(numbers),
        xy,
        cover,
        np.where(np.isnan(bottom), cover - np.where(deep > 0, deep, np.nan), bottom),
        np.where(shaft > 10.0, shaft / 1000.0, shaft),
        accuracy_of(_objects([one.says.get("accuracy") for one in nodes]), source.options.get("accuracy")),
        {key: _objects([one.says.get(key) for one in nodes]) for key in ("code", "feature", "appurtenance", "owner")},
        [dict(one.more) for one in nodes],
        [one.position for one in nodes],
    )


def _numbers(name: str, nodes: list[DrawnPoint], report: ReadReport) -> list[str]:
    """The number of every point; without one, or with one that stands already, its place to the millimetre."""
    seen: set[str] = set()
    twice: list[str] = []
    out = []
    for one in nodes:
        number = one.says.get("point_no")
        if number in seen:
            twice.append(f"{one.position} ({number})")
            number = None
        number = number or f"N{one.xy[1]:.3f}E{one.xy[0]:.3f}"
        seen.add(number)
        out.append(number)
    if twice:
        report.note(f"{name}: point number used twice: {', '.join(twice[:8])}; the later points go by their place")
    return out


def _subclass(name: str, code: str | None, number: str) -> str | None:
    """By the feature code, else by the letters of the number; None where they say none of this class."""
    letters = re.match(r"[A-Za-z]+", number)
    told = (pipe_codes().of_feature_code(code), pipe_codes().classify(letters.group()) if letters else None)
    return next((one[1] for one in told if one is not None and one[0] == name and one[1] is not None), None)


def _objects(values: list[Any]) -> Texts:
    out = np.empty(len(values), object)
    out[:] = values
    return out


# --- lines ---------------------------------------------------------------------------------------------


def _lines(
    drawn: DrawnClass,
    joined: Joined,
    rows: NDArray[np.int64],
    nodes: list[DrawnPoint],
    points: Points,
    labelled: Given,
    source: Source,
    report: ReadReport,
) -> Lines:
    name, ends, owner = drawn.pipe_class, joined.ends[rows], joined.owner[rows]
    texts = [labelled.values.get(row) for row in range(len(rows))]
    told = [section_and_material(one) if one else (None, None) for one in texts]
    sections = [section or NO_SECTION for section, _ in told]
    tall = np.array([one.tall_m for one in sections])
    reference = str(source.options.get("elevation_reference", pipe_codes().classes[name].elevation_reference))
    level, depth, assumed = _levels(joined.z[rows], ends, nodes, points.cover_m, source)
    known = np.isfinite(level).all(axis=1)
    report.found += len(rows)
    lost = list(dict.fromkeys(drawn.line_of[row][0].position for row in owner[~known]))
    report.skip(
        SkipReason.NO_GEOMETRY,
        int((~known).sum()),
        f"{name}: pipes without a level at both ends ({', '.join(lost[:8])}{' …' if len(lost) > 8 else ''}): "
        "draw them as 3D polylines, put levels or depths beside their points, or write options.depth_m",
    )
    used = np.full(len(rows), reference, object)
    axis = level if reference == "axis" else np.column_stack([axis_level(one, tall, used) for one in level.T])
    layers = [drawn.line_of[row][0].layer for row in owner]
    subs = [
        drawn.line_of[row][1].subclass or points.subclass[a] or points.subclass[b]
        for row, (a, b) in zip(owner, ends, strict=True)
    ]
    lines = Lines(
        np.full(len(rows), name, object),
        _objects(subs),
        ends,
        axis,
        depth,
        used,
        _accuracy(layers, points.accuracy[ends], assumed, source.options.get("accuracy")),
        {
            "diameter_m": np.array([one.diameter_m for one in sections]),
            "width_m": np.array([one.width_m for one in sections]),
            "height_m": np.array([one.height_m for one in sections]),
            "ducts": _objects([one.ducts for one in sections]),
            "material": _objects([material for _, material in told]),
        },
        [_attributes(text, drawn.line_of[row][0].code) for text, row in zip(texts, owner, strict=True)],
        [drawn.line_of[row][0].position for row in owner],
        _objects(texts),
        level + depth,
    )
    if assumed.any():
        report.note(
            f"{name}: {int(assumed.sum())} pipes have no level; options.depth_m was used, they count as inferred"
        )
    return lines.select(np.flatnonzero(known))


def _attributes(section: str | None, code: str) -> dict[str, Any]:
    return {name: text for name, text in (("section", section), ("CASS", code)) if text}


def _levels(
    z: Coordinates, ends: NDArray[np.int64], nodes: list[DrawnPoint], cover_m: Coordinates, source: Source
) -> tuple[Coordinates, Coordinates, NDArray[np.bool_]]:
    """Level as surveyed and depth at both ends (m, 2), and which pipes lie as options.depth_m says.

    The line's own height wins, then the pipe level beside the point, then ground minus the depth there.
    """
    pipe = np.array([number_in(one.says.get("pipe")) for one in nodes])[ends]
    deep = np.array([number_in(one.says.get("depth")) for one in nodes])[ends]
    ground = cover_m[ends]
    level = np.where(np.isnan(z), np.where(np.isnan(pipe), ground - deep, pipe), z)
    lacks = np.isnan(level)
    default = source.options.get("depth_m")
    if default is not None:
        level = np.where(lacks, ground - float(default), level)
    assumed: NDArray[np.bool_] = np.asarray((lacks & np.isfinite(level)).any(axis=1), bool)
    return level, np.where(np.isnan(ground), deep, ground - level), assumed


def _accuracy(
    layers: list[str], at_ends: NDArray[np.object_], assumed: NDArray[np.bool_], default: str | None
) -> Texts:
    """What the layer says, else the worse of the two ends where both are known, else ``options.accuracy``."""
    stated = accuracy_of(_objects(layers), None)
    unknown = Accuracy.UNKNOWN.value
    out = []
    for own, pair, guessed in zip(stated, at_ends, assumed, strict=True):
        ends = [_WORST_LAST.index(one) for one in pair if one != unknown]
        inherited = _WORST_LAST[max(ends)] if len(ends) == 2 else default or unknown
        out.append(Accuracy.INFERRED.value if guessed else own if own != unknown else inherited)
    return _objects(out)
