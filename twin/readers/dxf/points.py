"""Points of a drawing: blocks and points with what their names, attributes and heights say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from twin.model.pipe_codes import pipe_codes
from twin.readers.dxf.entities import Entity
from twin.readers.dxf.joining import Coordinates, leaders
from twin.readers.dxf.words import Layer, block_of, layer_of
from twin.readers.survey.pipe_headings import POINT, pipe_heading

_PLACE = ("map_no", "north", "east", "x", "y")


@dataclass(slots=True)
class DrawnPoint:
    """``says``: our name -> text; ``more``: tags without a meaning of their own."""

    xy: tuple[float, float]
    position: str
    subclass: str | None
    says: dict[str, str] = field(default_factory=dict)
    more: dict[str, str] = field(default_factory=dict)

    def take(self, other: DrawnPoint) -> None:
        """What ``other`` at the same place says and this one does not."""
        self.says = {**other.says, **self.says}
        self.more = {**other.more, **self.more}
        self.subclass = self.subclass or other.subclass


def drawn_point(entity: Entity, layer: Layer, xyz_m: Coordinates) -> DrawnPoint:
    """A block or point; ``xyz_m``: its place in the unit of the CRS, its height in m, where 0 is none."""
    point = DrawnPoint((float(xyz_m[0]), float(xyz_m[1])), entity.position, layer.subclass)
    if xyz_m[2]:
        point.says["cover"] = repr(float(xyz_m[2]))
    for tag, text in entity.attributes.items():
        name = _meaning(tag)
        if name is None:
            point.more[tag] = text
        elif name not in _PLACE:
            point.says[name] = text
    if entity.code:
        if pipe_codes().of_feature_code(entity.code) is not None:
            point.says.setdefault("code", entity.code)
        else:
            point.more["CASS"] = entity.code
    if entity.block:
        block = block_of(entity.block)
        if not point.says.keys() & {"appurtenance", "feature"}:
            stands = {"appurtenance": block.appurtenance, "feature": block.feature}
            point.says |= {name: text for name, text in stands.items() if text}
        if not block.known:
            point.more["BlockName"] = entity.block
    point.says.setdefault("accuracy", f"{entity.layer} {entity.block}")
    return point


def merged(points: list[DrawnPoint], near: float) -> tuple[list[DrawnPoint], list[DrawnPoint]]:
    """One point for all that were drawn at one place, and those that went into another one."""
    leader = leaders(np.array([one.xy for one in points]).reshape(-1, 2), near)
    for row, first in enumerate(leader.tolist()):
        if first != row:
            points[first].take(points[row])
    stays = leader == np.arange(len(points))
    return (
        [one for one, kept in zip(points, stays, strict=True) if kept],
        [one for one, kept in zip(points, stays, strict=True) if not kept],
    )


@lru_cache(maxsize=4096)
def _meaning(tag: str) -> str | None:
    """What a tag is: as a heading of a point table, else by the words for pipe level and depth."""
    name = _aliases().get(pipe_heading(tag))
    if name is not None:
        return name
    quantity = layer_of(tag, {}).quantity
    return quantity if quantity in ("pipe", "depth") else None


@lru_cache(maxsize=1)
def _aliases() -> Mapping[str, str]:
    return {pipe_heading(alias): name for name, some in POINT.items() for alias in some}


def number_in(text: str | None) -> float:
    """The first number of ``text``; NaN without one."""
    found = re.search(r"-?\d+(?:\.\d+)?", text or "")
    return float(found.group()) if found else float("nan")
