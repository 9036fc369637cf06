"""A building before it becomes IFC: storeys, rooms, walls with openings, instances of types. Building metres.

x runs along the front, y to the back, z up from the ground floor; the site puts the origin on the plan.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Opening:
    """A hole in a wall at ``along_m`` from its start, filled by an instance of ``type_key``."""

    type_key: str
    along_m: float
    sill_m: float


@dataclass(frozen=True)
class Wall:
    """A straight wall: from ``start`` in direction ``angle_rad``, its footprint in its own axes (x along)."""

    key: str
    type_key: str
    start: tuple[float, float]
    angle_rad: float
    footprint: tuple[tuple[float, float], ...]
    base_m: float  # above the storey
    height_m: float
    openings: tuple[Opening, ...] = ()


@dataclass(frozen=True)
class Instance:
    """One placed copy of a type of the catalogue."""

    key: str
    type_key: str
    position: tuple[float, float, float]  # z above the storey
    angle_rad: float = 0.0
    name: str | None = None
    system: str | None = None


@dataclass(frozen=True)
class Slab:
    """A plate; ``top_m`` above the storey."""

    key: str
    polygon: Polygon
    top_m: float
    thickness_m: float
    predefined: str = "FLOOR"
    material: str = "混凝土"


@dataclass(frozen=True)
class Mass:
    """A free body: a roof as closed triangles, or a prism along y (vaults)."""

    key: str
    ifc_class: str
    predefined: str
    name: str
    material: str
    vertices: Array
    faces: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Room:
    """A space with its net polygon."""

    key: str
    number: str
    name: str
    use: str
    polygon: Polygon
    height_m: float
    gross_area_m2: float


@dataclass
class Storey:
    """One storey: its gross outline and everything on it. ``elevation_m`` is above the ground floor."""

    name: str
    ordinal: int
    elevation_m: float
    height_m: float
    outline: Polygon
    rooms: list[Room] = field(default_factory=list)
    walls: list[Wall] = field(default_factory=list)
    slabs: list[Slab] = field(default_factory=list)
    instances: list[Instance] = field(default_factory=list)
    masses: list[Mass] = field(default_factory=list)


@dataclass
class Building:
    """All of one building."""

    code: str
    name_zh: str
    name_en: str
    storeys: list[Storey] = field(default_factory=list)
    millimetres: bool = False

    @property
    def outline(self) -> Polygon:
        """The ground floor outline: the footprint."""
        return self.storeys[0].outline

    @property
    def height_m(self) -> float:
        """To the highest point of anything built."""
        tops = [one.elevation_m + one.height_m for one in self.storeys]
        tops += [s.elevation_m + float(m.vertices[:, 2].max()) for s in self.storeys for m in s.masses]
        return round(max(tops), 2)

    @property
    def floors_above(self) -> int:
        """Storeys with rooms; the roof level is none."""
        return sum(1 for one in self.storeys if one.rooms)
