"""pandapipes and pandapower JSON as data: tables inside strings inside JSON. Nothing is unpickled or imported.

A net is ``{"_module", "_class", "_object": {name: {"_class": "DataFrame", "orient": "split", "_object": "{…}"}}}``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from twin.errors import SourceUnreadableError
from twin.readers.networks.network_batch import Place

LARGEST: Final = 1e12  # a number beyond it is a slip
FARTHEST: Final = 1e9  # m; a false easting with a zone number stays below 1e8


@dataclass(frozen=True, slots=True)
class Frame:
    """One table: rows by their index, each a mapping of column to value."""

    columns: tuple[str, ...]
    rows: dict[int, dict[str, Any]]

    def __len__(self) -> int:
        return len(self.rows)

    def items(self) -> Iterator[tuple[int, dict[str, Any]]]:
        yield from self.rows.items()


EMPTY = Frame((), {})


@dataclass(frozen=True, slots=True)
class NetFile:
    path: Path
    content: Mapping[str, Any]

    def frame(self, name: str, *needed: str) -> Frame:
        """The table ``name``; empty when the net has none, an error when it lacks one of the ``needed`` columns."""
        held = self.content.get(name)
        if not isinstance(held, dict) or held.get("_class") != "DataFrame":
            return EMPTY
        try:
            table = held["_object"]
            table = json.loads(table) if isinstance(table, str) else table
            columns = tuple(str(one) for one in table["columns"])
            pairs = zip(table["index"], table["data"], strict=True)
            rows = {int(index): dict(zip(columns, row, strict=True)) for index, row in pairs}
        except (KeyError, TypeError, ValueError, OverflowError) as fault:
            raise SourceUnreadableError(path=self.path, detail=f"table '{name}' is damaged: {fault}") from fault
        missing = [one for one in needed if rows and one not in columns]
        if missing:
            raise SourceUnreadableError(path=self.path, detail=f"table '{name}' has no column {', '.join(missing)}")
        return Frame(columns, rows)

    def __contains__(self, name: str) -> bool:
        return name in self.content


def read_net(path: Path, cls: str) -> NetFile:
    """Parse ``path``, a ``pandapipesNet`` or ``pandapowerNet``."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise SourceUnreadableError(path=path, detail=f"not valid JSON: {fault}") from fault
    if not isinstance(data, dict) or data.get("_class") != cls or not isinstance(data.get("_object"), dict):
        raise SourceUnreadableError(
            path=path, detail=f"it is no {cls}", cure="Save the net with to_json and deliver it."
        )
    return NetFile(path, data["_object"])


def number(value: Any) -> float:
    """A number, or NaN for None, text and the like."""
    if isinstance(value, bool) or value is None:
        return math.nan
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan
    return found if abs(found) < LARGEST else math.nan


def reference(value: Any) -> str:
    """An index that points into another table, as its key there; empty when it is none."""
    index = number(value)
    return str(int(index)) if math.isfinite(index) and index == int(index) else ""


def text(value: Any) -> str | None:
    """Text, or None for anything else."""
    return value if isinstance(value, str) and value else None


def is_place(a: float, b: float) -> bool:
    """Whether two ordinates can be a place on Earth in degrees or metres."""
    return math.isfinite(a) and math.isfinite(b) and abs(a) < FARTHEST and abs(b) < FARTHEST


def corners(geo: Any) -> list[Place] | None:
    """First and second ordinate of every corner of a GeoJSON Point or LineString (a mapping or its text)."""
    if isinstance(geo, str):
        try:
            geo = json.loads(geo)
        except ValueError:
            return None
    if not isinstance(geo, dict):
        return None
    held = geo.get("coordinates")
    places = [held] if geo.get("type") == "Point" else held
    return pairs(places)


def pairs(places: Any) -> list[Place] | None:
    """``[[a, b], …]`` as numbers; None unless every corner is a pair of numbers."""
    if not isinstance(places, list) or not places:
        return None
    found = [(number(one[0]), number(one[1])) for one in places if isinstance(one, list) and len(one) >= 2]
    whole = len(found) == len(places) and all(is_place(a, b) for a, b in found)
    return found if whole else None


def key_of(row: Mapping[str, Any], kind: str, index: int) -> str:
    """The name of a thing where it has one, else its table and index."""
    name = row.get("name")
    return str(name) if name not in (None, "") else f"{kind}-{index}"


def plain(row: Mapping[str, Any], leave: frozenset[str]) -> dict[str, Any]:
    """What has no column of its own: scalars only."""
    return {
        key: value
        for key, value in row.items()
        if key not in leave and isinstance(value, str | int | float | bool) and value == value
    }
