"""Sections and digs as a screen takes them: rows with what a link needs, the drawing, the table to take away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ioc_app.api.underground_tables import CROSS, DIG, LONG, csv_of
from ioc_app.directory import Directory
from twin.analysis.sections.contacts import Contact
from twin.analysis.sections.dig import DigCheck
from twin.analysis.sections.long import size_text
from twin.analysis.sections.tubes import Tubes
from twin.live.messages_out import mask
from twin.store.campus import Generation

if TYPE_CHECKING:
    from twin.notebook.drawn import DrawnCross, DrawnLong

MOST_PARTS: Final = 4_000  # straight parts of one answer: half a megabyte, some hundred thousand triangles


def cross_said(found: DrawnCross, generation: Generation, directory: Directory, language: str) -> dict[str, Any]:
    rows = _Rows(generation, directory)
    pipes = [rows.of({**asdict(one), "size": _size(one.width_m, one.height_m, one.is_box)}) for one in found.pipes]
    return {
        "generation": generation.number,
        "length_m": found.line.length_m,
        "half_width_m": found.half_width_m,
        "found": found.found,
        "skipped": found.skipped,
        "pipes": pipes,
        "nodes": [rows.of(asdict(one)) for one in found.nodes],
        "buildings": [rows.of(asdict(one)) for one in found.buildings],
        "svg": found.svg(language),
        "csv": csv_of(CROSS, pipes, language, generation),
    }


def long_said(found: DrawnLong, generation: Generation, directory: Directory, language: str) -> dict[str, Any]:
    rows = _Rows(generation, directory)
    links = [rows.of(asdict(one)) for one in found.links]
    stations = [rows.of({**asdict(one), "feature_id": one.node_id}) for one in found.stations]
    leaving = ("feature_id", "length_m", "slope_permille", "size", "material")
    table = [
        {**station, **{name if name != "feature_id" else "link_id": link.get(name) for name in leaving}}
        for station, link in zip(stations, [*links, {}], strict=True)
    ]
    return {
        "generation": generation.number,
        "layer_id": found.layer_id,
        "length_m": found.line.length_m,
        "stations": stations,
        "links": links,
        "crossings": [
            rows.of({**asdict(one), "size": _size(one.width_m, one.height_m, one.is_box)}) for one in found.crossings
        ],
        "svg": found.svg(language),
        "csv": csv_of(LONG, table, language, generation),
    }


def dig_said(
    check: DigCheck, generation: Generation, directory: Directory, language: str, *, cleared: bool
) -> dict[str, Any]:
    """``cleared``: whether the asker may read names of persons."""
    rows = _Rows(generation, directory)
    things = [rows.of(asdict(one)) for one in check.things]
    return {
        "generation": generation.number,
        "counts": check.counts(),
        "things": things,
        "buildings": [rows.of(asdict(one)) for one in check.buildings],
        "devices": [rows.of(asdict(one)) for one in check.devices],
        "contacts": [_contact(one, cleared=cleared) for one in check.contacts],
        "earth": asdict(check.earth),
        "k": check.k,
        "near_m": check.near_m,
        "found": check.found,
        "skipped": check.skipped,
        "unsized": check.unsized,
        "csv": csv_of(DIG, things, language, generation),
    }


def _contact(one: Contact, *, cleared: bool) -> dict[str, Any]:
    """An owner is an organisation; who is responsible for a place is a person."""
    of = list(one.of)
    if one.role == "owner" or cleared:
        return {"role": one.role, "name": one.name, "staff_id": one.staff_id, "of": of}
    return {"role": one.role, "name": mask(one.name), "staff_id": None, "of": of}


def _size(wide_m: float | None, tall_m: float | None, is_box: bool) -> str | None:
    return size_text(wide_m or 0.0, tall_m or 0.0, is_box)


def possible_said(
    found: Tubes, generation: Generation, directory: Directory, around: tuple[float, float]
) -> dict[str, Any]:
    """``parts``: x, y, z of both ends in scene axes, half in plan, half in depth, m to 1 mm; ``idx`` of each."""
    pipes, origin = found.pipes, np.asarray(generation.manifest.origin)
    start, end = pipes.start - origin, pipes.end - origin
    away = np.hypot(*((start + end)[:, :2] / 2 - around).T)
    rows = np.sort(np.argsort(away, kind="stable")[:MOST_PARTS])
    link = pipes.link[rows]
    halves = np.column_stack([found.half_plan_m[link], found.half_depth_m[link]])
    return {
        "generation": generation.number,
        "k": found.k,
        "parts": np.round(np.hstack([start[rows], end[rows], halves]), 3).tolist(),
        "idx": [directory.idx_by_id.get(one) for one in pipes.feature_id[link]],
        "parts_found": len(pipes.start),
        "found": pipes.found,
        "skipped": pipes.skipped,
        "by_class": int(found.by_class.sum()),
        "widest_m": float(found.half_plan_m.max(initial=0.0)),
    }


class _Rows:
    def __init__(self, generation: Generation, directory: Directory) -> None:
        self._manifest, self._directory = generation.manifest, directory

    def of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """With ``idx``, and ``scene``: where it is met, else where it is; what is no number is nothing."""
        idx = self._directory.idx_by_id.get(row["feature_id"])
        entry = self._directory.entry(idx) if idx is not None else {}
        known = {name: _known(value) for name, value in row.items()}
        layer_id = row.get("layer_id") or entry.get("layer_id")
        return {**known, "layer_id": layer_id, "idx": idx, "scene": self._scene(row, entry)}

    def _scene(self, row: Mapping[str, Any], entry: Mapping[str, Any]) -> list[float] | None:
        level = _first(row, ("top_m", "axis_m"))
        if level is None or "x" not in row:
            position: list[float] | None = entry.get("position")
            return position
        return self._manifest.to_scene((row["x"], row["y"], level))


def _first(row: Mapping[str, Any], names: Iterable[str]) -> float | None:
    return next((value for name in names if (value := _known(row.get(name))) is not None), None)


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and not isfinite(value) else value
